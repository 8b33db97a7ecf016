"""Fit models of several numbers of topics, and measure each with several seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from cio_topics.errors import SettingsError, TooSmallError, check_jobs, check_level
from cio_topics.topics.groups import group_codes
from cio_topics.topics.models import fit_topics, make_topic_model
from cio_topics.topics.quality.held_out import check_folds
from cio_topics.topics.sweep.measures import METRICS, Fit, Shared, measure_fit

__all__ = ["NUMBERS", "summarize_sweep", "sweep_topics"]

IntArray = npt.NDArray[np.int64]
Make = Callable[[int, int], Pipeline]

#: Numbers of topics that are tried if none are given.
NUMBERS = (4, 6, 8, 10, 12, 14, 16, 20)

_BOUNDS = {
    "coherence": (-1.0, 1.0),
    "stability": (0.0, 1.0),
    "held_out": (-np.inf, 0.0),
    "diversity": (0.0, 1.0),
}


def sweep_topics(
    make: str | Make,
    texts: Sequence[str] | pd.Series[str],
    *,
    numbers: Iterable[int] = NUMBERS,
    seeds: Iterable[int] = range(5),
    groups: Sequence[Any] | npt.NDArray[Any] | pd.Series | None = None,
    n_folds: int = 5,
    n_terms: int = 10,
    n_jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Measure models of several numbers of topics, each with several seeds.

    A seed draws two things: what the model leaves to chance, and the texts that are held out. The
    texts are dealt into `n_folds` folds; each seed holds out the next fold, and when all have had
    their turn, the texts are dealt anew. So the values of a model that leaves nothing to chance
    differ as well, and with as many seeds as folds every text is held out once. All numbers of
    topics have the same folds.

    Parameters
    ----------
    make : str or callable
        Kind of :func:`cio_topics.topics.make_topic_model`, or a function from a number of topics
        and a seed to an unfitted pipeline of ``vectorizer`` and ``topics``. The vectorizer of the
        smallest number is fitted once, on all texts: likelihoods over different vocabularies
        cannot be compared.
    texts : sequence or Series of str
        Titles or pooled titles.
    numbers : iterable of int, default (4, 6, 8, 10, 12, 14, 16, 20)
        At least two, each 2 or more.
    seeds : iterable of int, default range(5)
        At least two.
    groups : array_like, shape (n_texts,), optional
        Meetings, for instance: held out as a whole. Each text alone if None.
    n_folds : int, default 5
        2 up to the number of groups.
    n_terms : int, default 10
        Top terms that are compared; at least 2.
    n_jobs : int, default 1
        Processes; -1 for one a processor. The result is the same.
    progress : callable, optional
        Called with how many fits are done, and of how many, as they are done.

    Returns
    -------
    DataFrame
        ``n_topics, seed, metric, value``, by number, seed and metric. More is better for each:
        ``coherence`` (normalized PMI of top terms over whole texts, in [-1, 1]), ``stability``
        (share of top terms that the topics of all texts and of the texts not held out have in
        common, in [0, 1]), ``held_out`` (log likelihood a token of the texts held out) and
        ``diversity`` (share of distinct terms among the top terms, in (0, 1]).

    Raises
    ------
    SettingsError
    TooSmallError
        Fewer texts to fit on, or fewer terms, than topics.

    References
    ----------
    Greene, D., O'Callaghan, D. and Cunningham, P. (2014). How many topics? Stability analysis for
    topic models. ECML PKDD, 498-513. doi:10.1007/978-3-662-44848-9_32. (Topics of parts of the
    texts compared with those of all.)

    Examples
    --------
    >>> texts = ["電子政府 計画 評価", "防災 訓練 地図"] * 20
    >>> from cio_topics.vectors import make_vectorizer
    >>> vectorizer = make_vectorizer(min_df=1, max_df=1.0)
    >>> def make(n_topics, seed):
    ...     return make_topic_model(
    ...         n_topics=n_topics, vectorizer=vectorizer, random_state=seed
    ...     )
    >>> table = sweep_topics(make, texts, numbers=[2, 3], seeds=[1, 2], n_terms=3)
    >>> table.head(4).round(2)
       n_topics  seed     metric  value
    0         2     1  coherence    1.0
    1         2     1  stability    1.0
    2         2     1   held_out   -1.1
    3         2     1  diversity    1.0
    >>> sweep_topics(make, texts, numbers=[2, 50])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: 40 texts, of which 32 are fitted at a time, with 6
    terms are too few for 50 topics. Sweep up to 6 topics, or add texts. ...
    """
    from joblib import Parallel, delayed

    tried, drawn = _check_numbers(numbers), _check_seeds(seeds)
    _check_settings(n_terms, n_jobs)
    if isinstance(make, str):
        make = _maker(make)
    series = pd.Series(list(texts), dtype="str")
    shared = _share(make(tried[0], drawn[0]), series, n_terms)
    folds = _folds(group_codes(groups, len(series)), drawn, n_folds)
    fits = [
        Fit(number, seed, make(number, seed).named_steps["topics"], *folds[seed])
        for seed in drawn
        for number in tried
    ]
    _check_size(fits, *shared.counts.shape)
    found = Parallel(n_jobs=n_jobs, max_nbytes=None, return_as="generator")(
        delayed(measure_fit)(shared, fit) for fit in fits
    )
    values = []
    for done, (fit, measured) in enumerate(zip(fits, found, strict=True), start=1):
        values += [(fit.n_topics, fit.seed, metric, measured[metric]) for metric in METRICS]
        if progress is not None:
            progress(done, len(fits))
    table = pd.DataFrame(values, columns=["n_topics", "seed", "metric", "value"])
    return table.sort_values("n_topics", kind="stable", ignore_index=True)


def summarize_sweep(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the mean of each metric over the seeds, with standard error and interval.

    Parameters
    ----------
    table : DataFrame
        From :func:`sweep_topics`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        ``n_topics, metric, n, mean, se, low, high``: `n` seeds; the interval is Student's t, kept
        within what the metric can be.
    """
    from scipy.stats import t

    check_level(level)
    grouped = table.groupby(["n_topics", "metric"], sort=False)["value"]
    found = grouped.agg(n="size", mean="mean", spread="std").reset_index()
    if (found["n"] < 2).any():
        raise SettingsError("a number of topics has one seed; expected at least 2.")
    se = found.pop("spread") / found["n"] ** 0.5
    half = t.ppf((1 + level) / 2, found["n"] - 1) * se
    least, most = (found["metric"].map(lambda m, side=side: _BOUNDS[m][side]) for side in (0, 1))
    low, high = np.maximum(found["mean"] - half, least), np.minimum(found["mean"] + half, most)
    return found.assign(se=se, low=low, high=high)


def _maker(kind: str) -> Make:
    def make(n_topics: int, seed: int) -> Pipeline:
        return make_topic_model(kind, n_topics=n_topics, random_state=seed)

    return make


def _check_numbers(numbers: Iterable[int]) -> list[int]:
    tried = sorted({int(number) for number in numbers})
    if len(tried) < 2 or tried[0] < 2:
        raise SettingsError(
            f"numbers of topics are {tried}; expected at least two, each 2 or more.",
            "Give for example 4, 8, 12.",
        )
    return tried


def _check_seeds(seeds: Iterable[int]) -> list[int]:
    drawn = list(dict.fromkeys(int(seed) for seed in seeds))
    if len(drawn) < 2:
        raise SettingsError(
            f"{len(drawn)} seed; expected at least 2, for one has no standard error."
        )
    if not all(0 <= seed < 2**32 for seed in drawn):
        raise SettingsError(f"seeds are {drawn}; expected whole numbers from 0 to 4294967295.")
    return drawn


def _check_settings(n_terms: int, n_jobs: int) -> None:
    if n_terms < 2:
        raise SettingsError(
            f"n_terms is {n_terms}; expected at least 2, for coherence is of pairs."
        )
    check_jobs(n_jobs)


def _share(pipeline: Pipeline, texts: pd.Series[str], n_terms: int) -> Shared:
    """Fit the vectorizer on all texts; they must be enough for the smallest number of topics."""
    vectorizer = fit_topics(pipeline, texts).named_steps["vectorizer"]
    counts = vectorizer.transform(list(texts))
    terms = [str(term) for term in vectorizer.get_feature_names_out()]
    return Shared(list(texts), vectorizer, counts, terms, n_terms)


def _folds(codes: IntArray, seeds: list[int], n_folds: int) -> dict[int, tuple[IntArray, IntArray]]:
    """Return the rows to fit on and to score for each seed."""
    from sklearn.model_selection import GroupKFold

    check_folds(n_folds, len(np.unique(codes)))
    found: dict[int, tuple[IntArray, IntArray]] = {}
    for start in range(0, len(seeds), n_folds):
        turn = seeds[start : start + n_folds]
        dealt = GroupKFold(n_folds, shuffle=True, random_state=turn[0])
        found.update(zip(turn, dealt.split(codes, groups=codes), strict=False))
    return found


def _check_size(fits: list[Fit], n_texts: int, n_terms: int) -> None:
    n_train = min(len(fit.train) for fit in fits)
    greatest = max(fit.n_topics for fit in fits)
    most = min(n_train, n_terms)
    if most < greatest:
        raise TooSmallError(
            f"{n_texts} texts, of which {n_train} are fitted at a time, with {n_terms} terms are "
            f"too few for {greatest} topics.",
            f"Sweep up to {most} topics, or add texts.",
            f"{n_texts}件のうち一度に学習する{n_train}件・{n_terms}語は{greatest}トピックには"
            f"少なすぎます。{most}トピックまでにするか、文書を増やしてください。",
        )
