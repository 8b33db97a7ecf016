"""Which estimators a file may name; nothing else is ever imported because a file says so."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["ESTIMATORS", "VECTORIZERS", "Known", "find_known", "import_known"]

#: Shapes: one number a topic, one a term, one a topic and term, or a single number.
TOPICS, TERMS, TOPICS_TERMS, NUMBER = ("topics",), ("terms",), ("topics", "terms"), ()

_OWN = {"components_": TOPICS_TERMS, "topic_prior_": TOPICS}


class Known(NamedTuple):
    """Where a class lives, and what it must have learned.

    `needs` gives the shapes of the learned numbers that ``transform`` reads. List every array that
    compiled code reads: it does not look where an array ends. `left_out` names learned objects
    that ``transform`` can do without and a file cannot hold. `fewer`: there may be fewer topics
    than ``n_components``. `positive`: no learned number may be zero, for ``transform`` divides.
    """

    module: str
    needs: dict[str, tuple[str, ...]]
    left_out: tuple[str, ...] = ()
    fewer: bool = False
    positive: bool = False


#: Vectorizers by the names of their classes.
VECTORIZERS = {
    "CountVectorizer": Known("sklearn.feature_extraction.text", {}),
    "TermCounts": Known("cio_topics.vectors", {}),
    "TermWeights": Known("cio_topics.vectors", {"idf_": TERMS}),
    "TfidfVectorizer": Known("sklearn.feature_extraction.text", {"idf_": TERMS}),
}

_HERE = "cio_topics.topics.models"

#: Topic models by the names of their classes; a new one is one line.
ESTIMATORS = {
    "CorrelatedTopics": Known(f"{_HERE}.correlated", _OWN, positive=True),
    "DirichletMixture": Known(f"{_HERE}.mixture", _OWN, positive=True),
    "GensimHDP": Known(f"{_HERE}.gensim_hdp", _OWN, fewer=True, positive=True),
    "GensimLDA": Known(f"{_HERE}.gensim_lda", _OWN, left_out=("model_",), positive=True),
    "GibbsLDA": Known(f"{_HERE}.gibbs", _OWN, positive=True),
    "LatentDirichletAllocation": Known(
        "sklearn.decomposition",
        {
            "components_": TOPICS_TERMS,
            "exp_dirichlet_component_": TOPICS_TERMS,
            "doc_topic_prior_": NUMBER,
        },
    ),
    "NMF": Known("sklearn.decomposition", {"components_": TOPICS_TERMS}),
    "PseudoDocumentTopics": Known(f"{_HERE}.pseudo_documents", _OWN, positive=True),
    "TomotopyLDA": Known(f"{_HERE}.tomotopy_lda", _OWN, positive=True),
    "TopicNMF": Known(f"{_HERE}.nmf", {"components_": TOPICS_TERMS}),
    "VariationalLDA": Known(f"{_HERE}.variational", _OWN, positive=True),
}


def find_known(estimator: Any, known: dict[str, Known]) -> Known:
    """Return the entry of an estimator's class.

    Raises
    ------
    SettingsError
        Another class, also one that has the same name.
    """
    cls = type(estimator)
    if cls.__name__ not in known or import_known(cls.__name__, known) is not cls:
        raise SettingsError(
            f"a {cls.__module__}.{cls.__name__} cannot be written; expected one of: "
            f"{choices(known)}."
        )
    return known[cls.__name__]


def import_known(name: str, known: dict[str, Known]) -> type:
    """Return a class by its name.

    Raises
    ------
    SettingsError
        No name of the list.
    """
    if name not in known:
        raise SettingsError(f"unknown class {shorten(name)}; expected one of: {choices(known)}.")
    found: type = getattr(import_module(known[name].module), name)
    return found
