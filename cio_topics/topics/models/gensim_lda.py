"""Latent Dirichlet allocation by gensim: asymmetric and learned priors, several processes."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError
from cio_topics.topics.models.bags import rows_with_terms, term_bags
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.settings import check_decay, check_offset, check_prior, check_whole

__all__ = ["GensimLDA"]

_TOPIC_PRIORS = ("auto", "symmetric", "asymmetric")
_TERM_PRIORS = ("auto", "symmetric")
# What gensim's object holds.
_LEARNED_WITH = (
    *("doc_topic_prior", "topic_word_prior", "iterations"),
    *("chunk_size", "chunks_per_update", "decay", "offset"),
)


class GensimLDA(CountTopicModel):
    """Latent Dirichlet allocation by gensim's ``LdaModel`` (online variational Bayes).

    The result has the bytes of ``LdaModel`` with double precision, for any `n_jobs`. gensim's
    ``LdaMulticore`` adds up what its processes find in the order they finish: it gives other topics
    from run to run, also with one worker. Here processes find the topics of texts, and sums are
    made in the order of the texts. ``LdaMulticore`` with ``workers=w`` updates its topics after `w`
    chunks: ``chunks_per_update=w`` does the same.

    Texts without terms are left out of training; :meth:`transform` gives them the prior's mean.
    Counts need not be whole.

    Parameters
    ----------
    n_components : int, default 10
        Number of topics.
    doc_topic_prior : {"auto", "symmetric", "asymmetric"} or float, default "auto"
        Dirichlet prior of the topics of a text. "symmetric" is ``1 / n_components`` for each;
        "asymmetric" falls as ``1 / (position + sqrt(n_components))``, scaled to sum to one; "auto"
        is learned, one value a topic. Wallach et al. recommend an asymmetric one.
    topic_word_prior : {"auto", "symmetric"} or float, default "symmetric"
        Dirichlet prior of the terms of a topic. "symmetric" is ``1 / n_components`` for each;
        "auto" is learned, one value a term.
    passes : int, default 10
        Times that ``fit`` reads all texts.
    iterations : int, default 50
        Steps to find the topics of one text, at most.
    chunk_size : int, default 2000
        Texts read between two updates.
    chunks_per_update : int, default 1
        Chunks read before the topics change.
    decay : float, default 0.5
        How fast updates become smaller: (0, 1]; kappa of Hoffman et al., who prove convergence
        above 0.5.
    offset : float, default 1.0
        Makes the first updates smaller; tau of Hoffman et al.; at least 1.
    n_jobs : int, default 1
        Processes; -1 for one a processor. The calling process keeps a fifth to a third of the work,
        more of it with shorter texts; the others share the rest.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray of float, shape (n_components, n_terms)
        Prior and expected counts.
    topic_prior_ : ndarray of float, shape (n_components,)
        As given or learned.
    term_prior_ : ndarray of float, shape (n_terms,)
        As given or learned.

    References
    ----------
    Blei, D. M., Ng, A. Y. and Jordan, M. I. (2003). Latent Dirichlet allocation. Journal of
    Machine Learning Research 3, 993-1022. doi:10.1162/jmlr.2003.3.4-5.993.
    Hoffman, M. D., Blei, D. M. and Bach, F. (2010). Online learning for latent Dirichlet
    allocation. NIPS 23, 856-864. (The algorithm.)
    Wallach, H. M., Mimno, D. and McCallum, A. (2009). Rethinking LDA: why priors matter. NIPS 22,
    1973-1981. (Asymmetric priors.)

    Examples
    --------
    >>> counts = np.array([[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 4, 1], [0, 0, 1, 3], [0, 0, 0, 0]])
    >>> model = GensimLDA(2, doc_topic_prior="symmetric").fit(counts)
    >>> weights = model.transform(counts)
    >>> weights.argmax(axis=1)[[0, 1]] == weights.argmax(axis=1)[[2, 3]]
    array([False, False])
    >>> weights[4]  # no term
    array([0.5, 0.5])
    >>> GensimLDA(2, topic_word_prior="asymmetric").fit(counts)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: topic_word_prior is 'asymmetric'; expected a number from 1e-06
    to 1e+06, or one of: auto, symmetric.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        doc_topic_prior: Literal["auto", "symmetric", "asymmetric"] | float = "auto",
        topic_word_prior: Literal["auto", "symmetric"] | float = "symmetric",
        passes: int = 10,
        iterations: int = 50,
        chunk_size: int = 2000,
        chunks_per_update: int = 1,
        decay: float = 0.5,
        offset: float = 1.0,
        n_jobs: int = 1,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.passes = passes
        self.iterations = iterations
        self.chunk_size = chunk_size
        self.chunks_per_update = chunks_per_update
        self.decay = decay
        self.offset = offset
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn topics from counts, shape (n_texts, n_terms).

        `sample_weight`, shape (n_texts,): how many texts a row stands for; not negative.

        Raises
        ------
        SettingsError, TooSmallError
        """
        self.check_parameters()
        counts = self._check_counts(X, reset=True)
        weights = self._check_weights(sample_weight, counts)
        rows_with_terms(counts)
        self._start(counts.shape[1])
        return self._update(counts, weights, self.passes)

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Go on learning from more texts, read once; the first call begins anew.

        Raises
        ------
        SettingsError
            A model from a file has topics, but not gensim's object that could go on; or other
            settings than those that were learned with.
        """
        self.check_parameters()
        is_new = not hasattr(self, "model_")
        if is_new and hasattr(self, "components_"):
            raise SettingsError(
                "the model was read from a file, which has the topics and not what gensim needs to "
                "go on learning.",
                "Fit it anew, or take a model that goes on, such as lda_online or mixture.",
                "学習し直すか、lda_online や mixture を使ってください。",
            )
        if not is_new:
            self._check_goes_on(
                **{name: (getattr(self, name), value) for name, value in self._learned_with.items()}
            )
        counts = self._check_counts(X, reset=is_new)
        weights = self._check_weights(sample_weight, counts)
        if is_new:
            self._start(counts.shape[1])
        return self._update(counts, weights, passes=1)

    def _start(self, n_terms: int) -> None:
        from gensim.utils import FakeDict

        from cio_topics.topics.models.gensim_parts import OrderedLda

        self._learned_with = {name: getattr(self, name) for name in _LEARNED_WITH}
        self.model_ = OrderedLda(
            num_topics=self.n_components,
            id2word=FakeDict(n_terms),
            chunksize=self.chunk_size,
            update_every=self.chunks_per_update,
            # With one topic there is nothing to learn; gensim would divide by zero.
            alpha="symmetric" if self.n_components == 1 else self.doc_topic_prior,
            eta=self.topic_word_prior,
            decay=self.decay,
            offset=self.offset,
            eval_every=None,
            iterations=self.iterations,
            random_state=self.random_state,
            dtype=np.float64,
        )

    def _update(self, counts: csr_matrix, weights: np.ndarray, passes: int) -> Self:
        read = np.flatnonzero((np.asarray(counts.sum(axis=1)).ravel() > 0) & (weights > 0))
        self.model_.n_jobs = self.n_jobs
        with threadpool_limits(limits=1):
            if len(read):
                self.model_.update_weighted(term_bags(counts[read]), weights[read], passes)
        self.components_ = self.model_.state.get_lambda()
        self.topic_prior_ = self.model_.alpha
        self.term_prior_ = self.model_.eta
        return self

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        names = ("n_components", "passes", "iterations", "chunk_size", "chunks_per_update")
        check_whole(1, {name: getattr(self, name) for name in names})
        check_prior("doc_topic_prior", self.doc_topic_prior, _TOPIC_PRIORS)
        check_prior("topic_word_prior", self.topic_word_prior, _TERM_PRIORS)
        check_decay("decay", self.decay)
        check_offset("offset", self.offset)
        if self.n_jobs != -1:
            check_whole(1, {"n_jobs": self.n_jobs})
