"""Settings of one cell → an unfitted pipeline of tokenizer, vectorizer and topic model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from cio_topics.errors import SettingsError
from cio_topics.lexicon import read_lexicon
from cio_topics.tokens import Tokenizer
from cio_topics.topics import make_topic_model
from cio_topics.vectors import make_vectorizer

__all__ = ["estimator_problem", "make_pipeline", "make_tokenizer", "model_keys"]

# Set from the kind, the number of topics and the seed of the cell.
_TAKEN = ("n_components", "random_state", "n_jobs")


@lru_cache(maxsize=64)
def _estimator(kind: Any) -> Any:
    return make_topic_model(kind, n_topics=2).named_steps["topics"]


def model_keys(kind: str) -> tuple[str, ...]:
    """Return the settings that a kind of topic model has of its own.

    Examples
    --------
    >>> "topic_word_prior" in model_keys("lda"), "random_state" in model_keys("lda")
    (True, False)
    """
    return tuple(sorted(set(_estimator(kind).get_params(deep=False)) - set(_TAKEN)))


def estimator_problem(kind: str, name: str, value: Any) -> str:
    """Return what a topic model expects instead of a value of its setting, or an empty text.

    Examples
    --------
    >>> estimator_problem("lda", "max_iter", -1)
    'a whole number of at least 1'
    >>> estimator_problem("lda", "max_iter", 10)
    ''
    """
    if name not in model_keys(kind):
        return ""
    try:
        clone(_estimator(kind)).set_params(**{name: value}).check_parameters()
    except SettingsError as error:
        return error.message.partition("expected ")[2].rstrip(".") or error.message
    return ""


def make_tokenizer(settings: Mapping[str, Any], cache: str | None = None) -> Tokenizer:
    """Return the tokenizer of one cell.

    Parameters
    ----------
    settings : mapping
        Columns ``tokens.…``; files are paths that can be opened.
    cache : str, optional
        A folder where tokens are kept; changes no result.
    """
    from cio_topics.terms.stop_words import read_stop_words

    own = _of("tokens", settings)
    if "lexicon" in own:
        own["lexicon"] = read_lexicon(own["lexicon"])
    if "stop_words" in own:
        own["stop_words"] = tuple(read_stop_words(own["stop_words"]))
    return Tokenizer(**own, cache=cache)


def make_pipeline(settings: Mapping[str, Any], seed: int, cache: str | None = None) -> Pipeline:
    """Return the unfitted pipeline of one cell.

    Parameters
    ----------
    settings : mapping
        Columns ``tokens.…``, ``vectors.…`` and ``model.…`` with one value each.
    seed : int
    cache : str, optional
        As in :func:`make_tokenizer`.

    Examples
    --------
    >>> made = make_pipeline({"model.kind": "lda", "model.n_topics": 4, "vectors.min_df": 3}, 7)
    >>> made.named_steps["topics"].random_state, made.named_steps["vectorizer"].min_df
    (7, 3)
    """
    tokenizer = make_tokenizer(settings, cache)
    vectors, model = _of("vectors", settings), _of("model", settings)
    weights = vectors.pop("kind", None)
    pipeline = make_topic_model(
        model.pop("kind"),
        n_topics=model.pop("n_topics"),
        vectorizer=make_vectorizer(weights, tokenizer=tokenizer) if weights else None,
        tokenizer=tokenizer,
        random_state=seed,
    )
    pipeline.named_steps["vectorizer"].set_params(**vectors)
    pipeline.named_steps["topics"].set_params(**model)
    return pipeline


def _of(room: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    prefix = f"{room}."
    return {
        name.removeprefix(prefix): value
        for name, value in settings.items()
        if name.startswith(prefix)
    }
