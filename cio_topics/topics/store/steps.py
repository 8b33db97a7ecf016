"""Vectorizer and topic model ↔ class, settings and what was learned."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.tokens import Tokenizer
from cio_topics.topics.store.known import ESTIMATORS, VECTORIZERS, find_known, import_known
from cio_topics.topics.store.tokenizing import describe_tokenizer
from cio_topics.topics.store.values import from_json, to_json

__all__ = ["build_topics", "build_vectorizer", "describe_topics", "describe_vectorizer"]

Arrays = dict[str, np.ndarray]

# A pattern may take for ever, and other inputs than texts would open files.
_ALLOWED = {
    "input": ("content",),
    "token_pattern": (None, r"(?u)\b\w\w+\b"),
    "analyzer": ("word", "char", "char_wb"),
    "preprocessor": (None,),
    "strip_accents": (None, "ascii", "unicode"),
}


def describe_vectorizer(vectorizer: CountVectorizer, arrays: Arrays) -> dict[str, Any]:
    """Return class, settings, tokenizer, terms and document frequencies of a vectorizer."""
    find_known(vectorizer, VECTORIZERS)
    check_is_fitted(vectorizer, "vocabulary_")
    settings = vectorizer.get_params(deep=False)
    tokenizer = settings.pop("tokenizer")
    if not isinstance(tokenizer, Tokenizer | None):
        raise SettingsError(
            f"the vectorizer's tokenizer is {shorten(tokenizer)}; expected a Tokenizer or None."
        )
    _check_allowed(settings)
    vocabulary = vectorizer.vocabulary_
    learned = {"idf_": vectorizer.idf_} if getattr(vectorizer, "use_idf", False) else {}
    return {
        "class": type(vectorizer).__name__,
        "settings": _plain(settings, "vectorizer.settings", arrays),
        "tokenizer": None if tokenizer is None else describe_tokenizer(tokenizer),
        "terms": sorted(vocabulary, key=vocabulary.__getitem__),
        "learned": _plain(learned, "vectorizer", arrays),
    }


def build_vectorizer(
    described: dict[str, Any], tokenizer: Tokenizer | None, arrays: Arrays
) -> CountVectorizer:
    """Return the vectorizer of :func:`describe_vectorizer`."""
    settings = _read(described["settings"], arrays)
    _check_allowed(settings)
    settings["tokenizer"] = tokenizer
    vectorizer = _make(described["class"], VECTORIZERS, settings)
    _check_types(vectorizer)
    terms = described["terms"]
    vectorizer.fixed_vocabulary_ = settings.get("vocabulary") is not None
    vectorizer.vocabulary_ = {term: column for column, term in enumerate(_check_terms(terms))}
    if isinstance(vectorizer, TfidfVectorizer):
        vectorizer._tfidf = _weights(vectorizer, _read(described["learned"], arrays), len(terms))
    return vectorizer


def describe_topics(
    model: Any, n_terms: int, arrays: Arrays, name: str = "topics"
) -> dict[str, Any]:
    """Return class, settings and learned values of a topic model.

    A learned value may be another topic model of the list; it is described in the same way.
    """
    known = find_known(model, ESTIMATORS)
    check_is_fitted(model)
    learned = {
        key: value
        for key, value in vars(model).items()
        if _is_learned(key) and key not in known.left_out
    }
    _check_needs(known.needs, learned, n_terms, positive=known.positive)
    inner = {key: value for key, value in learned.items() if type(value).__name__ in ESTIMATORS}
    outer = {key: value for key, value in learned.items() if key not in inner}
    return {
        "class": type(model).__name__,
        "n_topics": len(learned["components_"]),
        "settings": _plain(model.get_params(deep=False), f"{name}.settings", arrays),
        "learned": _plain(outer, name, arrays),
        "models": {
            key: describe_topics(value, n_terms, arrays, f"{name}.{key}")
            for key, value in inner.items()
        },
    }


def build_topics(described: dict[str, Any], n_terms: int, arrays: Arrays) -> Any:
    """Return the topic model of :func:`describe_topics`."""
    name, learned = described["class"], _read(described["learned"], arrays)
    settings = _read(described["settings"], arrays)
    model = _make(name, ESTIMATORS, settings)
    known = ESTIMATORS[name]
    if hasattr(model, "check_parameters"):
        model.check_parameters()
    _check_needs(known.needs, learned, n_terms, positive=known.positive)
    n_topics = len(learned["components_"])
    n_wanted = settings.get("n_components", n_topics)
    fits = n_topics == n_wanted or (known.fewer and 0 < n_topics <= n_wanted)
    if not fits or described["n_topics"] != n_topics or learned["n_features_in_"] != n_terms:
        wanted = shorten(n_wanted)[1:-1]
        raise ValueError(f"the topics do not fit {wanted} topics of {n_terms} terms")
    for key, inner in described["models"].items():
        learned[key] = build_topics(inner, n_terms, arrays)
    for key, value in learned.items():
        if not _is_learned(key) or hasattr(model, key):
            raise ValueError(f"{shorten(key)} is nothing a {name} learns")
        setattr(model, key, value)
    return model


def _is_learned(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_") and name.isidentifier()


def _plain(values: dict[str, Any], name: str, arrays: Arrays) -> dict[str, Any]:
    return {key: to_json(value, f"{name}.{key}", arrays) for key, value in values.items()}


def _read(values: Any, arrays: Arrays) -> dict[str, Any]:
    return {key: from_json(value, arrays) for key, value in values.items()}


def _make(name: Any, known: dict[str, Any], settings: dict[str, Any]) -> Any:
    """Return an estimator; those of scikit-learn check their settings by themselves."""
    cls = import_known(name, known)
    unknown = sorted(set(settings) - set(inspect.signature(cls).parameters))
    if unknown:
        raise SettingsError(
            f"{name} has no setting {choices(unknown)} in the version that is installed."
        )
    estimator = cls(**settings)
    if getattr(estimator, "_parameter_constraints", None):
        estimator._validate_params()
    return estimator


def _check_allowed(settings: dict[str, Any]) -> None:
    for name, allowed in _ALLOWED.items():
        if name in settings and settings[name] not in allowed:
            raise SettingsError(
                f"the vectorizer's {name} is {shorten(settings[name])}; a model file holds "
                f"{choices(map(repr, allowed))} only."
            )


def _check_types(vectorizer: CountVectorizer) -> None:
    """Raise an error for what scikit-learn would find out with the first text."""
    lengths = vectorizer.ngram_range
    whole = isinstance(lengths, tuple) and all(isinstance(n, int | np.integer) for n in lengths)
    if not whole or len(lengths) != 2:
        raise ValueError(f"ngram_range is {shorten(lengths)}, expected two whole numbers")
    if not isinstance(vectorizer.dtype, type) or not issubclass(vectorizer.dtype, np.number):
        raise ValueError(f"dtype is {shorten(vectorizer.dtype)}, expected a type of numbers")
    vectorizer.build_analyzer()


def _check_terms(terms: Any) -> list[str]:
    texts = isinstance(terms, list) and set(map(type, terms)) == {str}
    if not texts or len(set(terms)) < len(terms):
        raise ValueError("the terms are no list of different texts")
    return list(terms)


def _check_needs(
    needs: dict[str, tuple[str, ...]],
    learned: dict[str, Any],
    n_terms: int,
    *,
    positive: bool = False,
) -> None:
    """Raise an error unless all that must be learned is there, finite and of its shape."""
    sizes = {"terms": n_terms, "topics": len(np.atleast_1d(learned.get("components_", 0)))}
    for name, axes in needs.items():
        if name not in learned:
            raise ValueError(f"{name} is missing")
        value, shape = np.asarray(learned[name]), tuple(sizes[axis] for axis in axes)
        if value.shape != shape or value.dtype.kind != "f":
            found, expected = (
                " x ".join(map(str, s)) or "one number" for s in (value.shape, shape)
            )
            raise ValueError(f"{name} is {found} of {value.dtype}, expected {expected} as floats")
        if not np.isfinite(value).all() or (value < 0).any():
            raise ValueError(f"{name} has values that are negative or no numbers")
        with np.errstate(over="ignore"):
            is_finite = np.isfinite(value.sum())
        if not is_finite:
            raise ValueError(f"{name} has values too large to be summed")
        if positive and not value.all():
            raise ValueError(f"{name} has zeros")


def _weights(vectorizer: TfidfVectorizer, learned: dict[str, Any], n_terms: int) -> Any:
    """Return the fitted transformer of TF-IDF that scikit-learn's vectorizer holds."""
    names = ("norm", "use_idf", "smooth_idf", "sublinear_tf")
    weights = TfidfTransformer(**{name: getattr(vectorizer, name) for name in names})
    weights.fit(csr_matrix(np.ones((1, n_terms))))
    if vectorizer.use_idf:
        _check_needs(VECTORIZERS["TermWeights"].needs, learned, n_terms)
        weights.idf_ = learned["idf_"]
    return weights
