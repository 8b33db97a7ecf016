"""What models of changing topics share: topics by period, and weights of texts by fold-in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.periods import UNKNOWN
from cio_topics.topics.dynamic.periods import as_periods
from cio_topics.topics.models.fold_in import fold_in
from cio_topics.topics.models.settings import check_whole

__all__ = ["PeriodTopicModel", "Progress", "Slices", "fill_gaps"]

FloatArray = npt.NDArray[np.float64]
Periods: TypeAlias = "Sequence[str] | pd.Series | pd.Categorical[str]"
#: What is told while a model learns: steps done, and all steps.
Progress = Callable[[int, int], None]

_TINY = float(np.finfo(float).tiny)
_CHECKS = {"accept_sparse": "csr", "dtype": np.float64, "ensure_non_negative": True}


class Slices(NamedTuple):
    """Texts that take part in learning, by period: every period has some, every text has terms."""

    counts: csr_matrix  # in order of period
    sizes: npt.NDArray[np.int64]  # texts of each period that has some
    places: npt.NDArray[np.int64]  # where those periods stand among all


class PeriodTopicModel(BaseEstimator):  # type: ignore[misc]
    """A topic model whose topics change from period to period; a subclass learns them.

    Periods are given beside the counts, one a text: names, or the categorical column ``period`` of
    :func:`~cio_topics.topics.dynamic.item_periods`. Texts whose period is ``unknown`` and texts
    without terms do not take part in learning; they have weights all the same.

    Attributes
    ----------
    periods_ : list of str
        In order, ``unknown`` left out.
    topics_ : ndarray of float, shape (n_periods, n_topics, n_terms)
        Probability of a term in a topic in a period; sums to one over terms. A period without texts
        lies between its neighbours.
    priors_ : ndarray of float, shape (n_periods, n_topics)
        Dirichlet prior of the topics of a text.
    n_texts_ : ndarray of int, shape (n_periods,)
        Texts that took part in learning.
    """

    n_topics: int
    periods_: list[str]
    topics_: FloatArray
    priors_: FloatArray
    n_texts_: npt.NDArray[np.int64]

    def fit(self, X: Any, periods: Periods, *, progress: Progress | None = None) -> Self:
        """Learn topics of counts, shape (n_texts, n_terms), and the period of each text.

        `progress` is called with the number of steps done and of all. An interrupt leaves the model
        as it was.

        Raises
        ------
        SettingsError
            A setting that is not allowed, or learning that went astray.
        TooSmallError
            Fewer than two periods with texts, or fewer texts than topics.
        """
        names, slices = self._slices(X, periods)
        topics, priors = self._learn(slices, progress)
        if not np.isfinite(topics).all() or not np.isfinite(priors).all():
            raise SettingsError(
                "learning went astray: some probabilities of terms are no numbers.",
                "Lower step_size, or learn from shorter texts.",
                "step_size を小さくするか、短い文書から学習してください。",
            )
        self.n_features_in_ = slices.counts.shape[1]
        self.periods_ = names
        self.topics_ = fill_gaps(topics, slices.places, len(names))
        self.priors_ = np.maximum(fill_gaps(priors, slices.places, len(names), total=None), _TINY)
        self.n_texts_ = np.zeros(len(names), dtype=np.int64)
        self.n_texts_[slices.places] = slices.sizes
        return self

    def transform(self, X: Any, periods: Periods) -> FloatArray:
        """Return weights, shape (n_texts, n_topics), by the topics of the text's own period.

        Rows sum to one; no row knows of another. Where the period is ``unknown`` the topics are the
        means over the texts that were learned from.
        """
        check_is_fitted(self, "topics_")
        counts = _whole(validate_data(self, X, reset=False, **_CHECKS))
        labels = as_periods(periods, counts.shape[0])
        given = np.asarray(labels, dtype=object)
        strange = set(given) - {*self.periods_, UNKNOWN}
        if strange:
            raise SettingsError(
                f"the model has no period {shorten(min(strange))}; it has:"
                f" {choices(self.periods_)}, and {UNKNOWN!r}.",
                "Learn it from texts of that period too.",
                "その期間の文書も加えて学習してください。",
            )
        weights = np.empty((counts.shape[0], self.n_topics))
        for name in sorted(set(given)):
            rows = np.flatnonzero(given == name)
            topics, prior = self._of_period(name)
            weights[rows] = fold_in(counts[rows], topics, prior)
        return weights

    def fit_transform(
        self, X: Any, periods: Periods, *, progress: Progress | None = None
    ) -> FloatArray:
        """Return ``fit(X, periods).transform(X, periods)``."""
        return self.fit(X, periods, progress=progress).transform(X, periods)

    def mean_topics(self) -> FloatArray:
        """Return probabilities of terms, shape (n_topics, n_terms), mean over the learned texts."""
        check_is_fitted(self, "topics_")
        return self._of_period(UNKNOWN)[0]

    def _learn(self, slices: Slices, progress: Progress | None) -> tuple[FloatArray, FloatArray]:
        """Return topics and priors of the periods that have texts."""
        raise NotImplementedError

    def _slices(self, X: Any, periods: Periods) -> tuple[list[str], Slices]:
        """Return the names of all periods, and the texts to learn from."""
        check_whole(2, {"n_topics": self.n_topics})
        counts = _whole(check_array(X, **_CHECKS))
        labels = as_periods(periods, counts.shape[0])
        names = [name for name in labels.categories if name != UNKNOWN]
        return names, _slices(counts, labels, names, self.n_topics)

    def _of_period(self, name: str) -> tuple[FloatArray, FloatArray]:
        if name != UNKNOWN:
            place = self.periods_.index(name)
            return self.topics_[place], self.priors_[place]
        share = self.n_texts_ / self.n_texts_.sum()
        topics: FloatArray = (self.topics_ * share[:, None, None]).sum(axis=0)
        prior: FloatArray = (self.priors_ * share[:, None]).sum(axis=0)
        return topics / topics.sum(axis=1, keepdims=True), prior


def _whole(X: Any) -> csr_matrix:
    counts: csr_matrix = csr_matrix(X)
    if not (counts.data == np.rint(counts.data)).all():
        raise SettingsError(
            "a count is no whole number; expected counts of terms, not weights.",
            'Take make_vectorizer("count").',
            'make_vectorizer("count") の結果を使ってください。',
        )
    return counts


def _slices(
    counts: csr_matrix, labels: pd.Categorical[str], names: list[str], n_topics: int
) -> Slices:
    codes = np.asarray(labels.codes, dtype=np.int64)
    rows = np.flatnonzero((codes < len(names)) & (np.asarray(counts.sum(axis=1)).ravel() > 0))
    rows = rows[np.argsort(codes[rows], kind="stable")]
    places, sizes = np.unique(codes[rows], return_counts=True)
    if len(places) < 2 or len(rows) < n_topics:
        raise TooSmallError(
            f"{len(rows)} texts with terms in {len(places)} periods are too few; expected at least"
            f" {n_topics} texts, one a topic, in 2 periods.",
            "Lower the number of topics, add items, or take another period.",
            "トピック数を減らすか、項目を増やすか、別の期間の分け方にしてください。",
        )
    return Slices(counts[rows], sizes, places)


def fill_gaps(
    known: FloatArray,
    places: npt.NDArray[np.int64],
    n_periods: int,
    *,
    total: float | None = 1.0,
) -> FloatArray:
    """Return an array for all periods from those that are known.

    Logarithms go in a straight line from one known period to the next, which is what a random walk
    of logarithms expects there; before the first and after the last they stay.

    Parameters
    ----------
    known : ndarray of float, shape (n_known, ...)
        Not negative.
    places : ndarray of int, shape (n_known,)
        Positions of the known periods, rising.
    n_periods : int
    total : float, optional
        What sums over the last axis are made; left as they are if None.

    Returns
    -------
    ndarray of float, shape (n_periods, ...)

    Examples
    --------
    >>> known = np.array([[0.2, 0.8], [0.8, 0.2]])
    >>> fill_gaps(known, np.array([0, 2]), 3).round(2).tolist()
    [[0.2, 0.8], [0.5, 0.5], [0.8, 0.2]]
    """
    at = np.clip(np.arange(n_periods), places[0], places[-1])
    after = np.searchsorted(places, at)
    before = np.maximum(after - (places[after] > at), 0)
    gap = np.maximum(places[after] - places[before], 1)
    share = ((at - places[before]) / gap).reshape(-1, *[1] * (known.ndim - 1))
    logs = np.log(np.maximum(known, _TINY))
    filled: FloatArray = np.exp(logs[before] * (1 - share) + logs[after] * share)
    filled[(known[before] == 0) & (known[after] == 0)] = 0.0
    exact = np.isin(at, places)
    filled[exact] = known[np.searchsorted(places, at[exact])]
    if total is not None:
        filled *= total / filled.sum(axis=-1, keepdims=True)
    return filled
