"""Latent Dirichlet allocation by tomotopy (collapsed Gibbs sampling in C++)."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from cio_topics.topics.models.settings import check_prior
from cio_topics.topics.models.tomotopy_models import TomotopyModel

__all__ = ["TomotopyLDA"]


class TomotopyLDA(TomotopyModel):
    """Latent Dirichlet allocation by tomotopy's ``LDAModel``: collapsed Gibbs sampling.

    Needs the extra ``cio-topics[tomotopy]``. Counts that are not whole are rounded up, with a
    warning. Weights of texts are found by :func:`~cio_topics.topics.models.fold_in.fold_in`, not
    drawn: a title always has the same.

    Parameters
    ----------
    n_components : int, default 10
        Number of topics.
    doc_topic_prior : float, default 0.1
        Dirichlet prior of each topic of a text; where learning begins if `learn_prior`.
    topic_word_prior : float, default 0.01
        Dirichlet prior of each term of a topic.
    learn_prior : bool, default True
        Learn the prior of topics, one value a topic (asymmetric), every tenth iteration.
    iterations : int, default 500
        Times that a topic is drawn for every word.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray of float, shape (n_components, n_terms)
        Words drawn for the topic, and the prior.
    topic_prior_ : ndarray of float, shape (n_components,)
        As given or learned.

    References
    ----------
    Blei, D. M., Ng, A. Y. and Jordan, M. I. (2003). Latent Dirichlet allocation. Journal of
    Machine Learning Research 3, 993-1022. doi:10.1162/jmlr.2003.3.4-5.993.
    Griffiths, T. L. and Steyvers, M. (2004). Finding scientific topics. PNAS 101, 5228-5235.
    doi:10.1073/pnas.0307752101. (The sampler.)
    Wallach, H. M., Mimno, D. and McCallum, A. (2009). Rethinking LDA: why priors matter. NIPS 22,
    1973-1981. (Learned, asymmetric priors.)

    Examples
    --------
    >>> counts = np.array([[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 4, 1], [0, 0, 1, 3], [0, 0, 0, 0]])
    >>> model = TomotopyLDA(2, learn_prior=False, iterations=50).fit(counts)
    >>> weights = model.transform(counts)
    >>> weights.argmax(axis=1)[[0, 1]] == weights.argmax(axis=1)[[2, 3]]
    array([False, False])
    >>> weights[4]  # no term
    array([0.5, 0.5])
    >>> TomotopyLDA(2, iterations=0).fit(counts)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: iterations is 0; expected a whole number of at least 1.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        doc_topic_prior: float = 0.1,
        topic_word_prior: float = 0.01,
        learn_prior: bool = True,
        iterations: int = 500,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.learn_prior = learn_prior
        self.iterations = iterations
        self.random_state = random_state

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        super().check_parameters()
        check_prior("doc_topic_prior", self.doc_topic_prior)

    def _make_model(self, tomotopy: ModuleType, seed: int) -> Any:
        model = tomotopy.LDAModel(
            k=self.n_components,
            alpha=float(self.doc_topic_prior),
            eta=float(self.topic_word_prior),
            seed=seed,
        )
        model.optim_interval = 10 if self.learn_prior else 0
        return model
