"""Pseudo-document topics for short texts, by tomotopy."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from cio_topics.errors import SettingsError
from cio_topics.topics.models.settings import check_prior, check_whole
from cio_topics.topics.models.tomotopy_models import TomotopyModel

__all__ = ["PseudoDocumentTopics"]

_MOST = 100_000_000


class PseudoDocumentTopics(TomotopyModel):
    """Pseudo-document topic model (PTM) by tomotopy's ``PTModel``, for short texts.

    Each text belongs to one of a few pseudo documents, drawn with the topics of its words. A pseudo
    document has the topics, so that words of several short texts speak for them together.

    Needs the extra ``cio-topics[tomotopy]``. Counts that are not whole are rounded up, with a
    warning. Weights of a text are found from its own words, with `doc_topic_prior`: a title always
    has the same.

    Parameters
    ----------
    n_components : int, default 10
        Number of topics.
    n_pseudo_documents : int, optional
        Ten times the topics if None. Fewer than texts; Zuo et al. took 1,000 for some 30,000 texts.
    doc_topic_prior : float, default 0.1
        Dirichlet prior of each topic of a pseudo document, and of a text in ``transform``.
    topic_word_prior : float, default 0.01
        Dirichlet prior of each term of a topic.
    iterations : int, default 500
        Times that a topic is drawn for every word, and a pseudo document for every text.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray of float, shape (n_components, n_terms)
        Words drawn for the topic, and the prior.
    topic_prior_ : ndarray of float, shape (n_components,)
        `doc_topic_prior`, for each topic.

    References
    ----------
    Zuo, Y., Wu, J., Zhang, H., Lin, H., Wang, F., Xu, K. and Xiong, H. (2016). Topic modeling of
    short texts: a pseudo-document view. KDD, 2105-2114. doi:10.1145/2939672.2939880.

    Examples
    --------
    >>> counts = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    >>> model = PseudoDocumentTopics(2, n_pseudo_documents=2, iterations=50).fit(counts)
    >>> model.transform(counts).shape
    (4, 2)
    >>> PseudoDocumentTopics(2, n_pseudo_documents=0).fit(counts)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: n_pseudo_documents is 0; expected a whole number of at least 1.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        n_pseudo_documents: int | None = None,
        doc_topic_prior: float = 0.1,
        topic_word_prior: float = 0.01,
        iterations: int = 500,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.n_pseudo_documents = n_pseudo_documents
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.iterations = iterations
        self.random_state = random_state

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        super().check_parameters()
        check_prior("doc_topic_prior", self.doc_topic_prior)
        if self.n_pseudo_documents is not None:
            check_whole(1, {"n_pseudo_documents": self.n_pseudo_documents})
        n_counts = self.n_components * (self.n_pseudo_documents or 10 * self.n_components)
        if n_counts > _MOST:  # tomotopy ends the process where memory does not suffice
            raise SettingsError(
                f"n_components times n_pseudo_documents is {n_counts:,}; expected at most "
                f"{_MOST:,}."
            )

    def _make_model(self, tomotopy: ModuleType, seed: int) -> Any:
        model = tomotopy.PTModel(
            k=self.n_components,
            p=self.n_pseudo_documents or 10 * self.n_components,
            alpha=float(self.doc_topic_prior),
            eta=float(self.topic_word_prior),
            seed=seed,
        )
        # A learned prior would be that of the long pseudo documents, far too strong for a title.
        model.optim_interval = 0
        return model
