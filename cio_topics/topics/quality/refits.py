"""Fit a model again with other seeds, or on other samples of its texts."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError, TooSmallError, check_jobs, choices, shorten
from cio_topics.topics.components import position_names
from cio_topics.topics.groups import group_codes
from cio_topics.topics.quality.matching import pair_topics, top_columns

__all__ = ["RESAMPLES", "stability_runs"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Groups = Sequence[Any] | npt.NDArray[Any] | pd.Series

#: What a run has of its own: the seed, or the texts.
RESAMPLES = ("seeds", "bootstrap", "both")


class _Draw(NamedTuple):
    """What one run has of its own: a seed, and rows of the texts (None: all, once each)."""

    resample: str
    run: int
    seed: int
    rows: IntArray | None


class _Found(NamedTuple):
    """What one fit found: weights of terms, and the leading topic of each text (-1: none)."""

    components: FloatArray
    leading: IntArray


def stability_runs(
    model: Any,
    counts: csr_matrix,
    *,
    n_runs: int = 10,
    resample: Literal["seeds", "bootstrap", "both"] = "seeds",
    n_terms: int = 10,
    random_state: int = 0,
    n_jobs: int = 1,
    groups: Groups | None = None,
) -> pd.DataFrame:
    """Fit the model again, match the topics of each run to its own, and say what they share.

    A run's topics are assigned to the model's one to one so that the cosine similarity of their
    term weights is greatest (Hungarian method). A run may have fewer topics; those of the model
    that are left over share nothing with it.

    Parameters
    ----------
    model : Pipeline or estimator
        Fitted, with ``components_`` and ``transform``; of a pipeline the step ``topics`` is taken.
        It is left as it is.
    counts : csr_matrix, shape (n_texts, n_terms)
        The texts it was fitted on, through its vectorizer.
    n_runs : int, default 10
        At least 2.
    resample : {"seeds", "bootstrap", "both"}, default "seeds"
        ``seeds``: the same texts, another seed each run. ``bootstrap``: the model's own seed, texts
        drawn with replacement. ``both``: `n_runs` runs of each.
    n_terms : int, default 10
        Top terms that are compared.
    random_state : int, default 0
        What the seeds and the samples are drawn from.
    n_jobs : int, default 1
        Processes; -1 for one a processor. The result is the same.
    groups : array_like, shape (n_texts,), optional
        Meetings, for instance. The bootstrap draws whole groups.

    Returns
    -------
    DataFrame
        One row a resample, run and topic, in this order: ``resample, run, topic``; ``is_matched``;
        ``n_terms`` (top terms of the topic) and ``n_shared`` (those that the matched topic has);
        ``cosine``; ``n_items`` (texts in which the topic weighs most), ``n_items_shared`` (in
        which the matched topic does as well) and ``n_items_either``; ``difference``: the
        greatest difference of a term's weight, as a share of the topic's greatest weight, at most
        1; ``adjusted_rand`` of the two partitions of the texts, one number a run.

    Raises
    ------
    SettingsError
    TooSmallError
        Fewer than two groups, or a bootstrap sample with fewer texts than topics.

    References
    ----------
    Greene, D., O'Callaghan, D. and Cunningham, P. (2014). How many topics? Stability analysis for
    topic models. ECML PKDD, 498-513. doi:10.1007/978-3-662-44848-9_32.
    Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
    doi:10.1007/BF01908075.
    """
    from joblib import Parallel, delayed

    estimator = model.named_steps["topics"] if isinstance(model, Pipeline) else model
    counts = csr_matrix(counts)
    _check(estimator, counts, n_runs, resample, n_terms, n_jobs)
    draws = _draw(estimator, counts.shape[0], n_runs, resample, random_state, groups)
    with threadpool_limits(limits=1):
        own = _Found(np.asarray(estimator.components_, float), _leading(estimator, counts))
    fresh = clone(estimator)
    found = Parallel(n_jobs=n_jobs, max_nbytes=None)(
        delayed(_fit_again)(fresh, counts, draw) for draw in draws
    )
    parts = [_compare(own, other, draw, n_terms) for draw, other in zip(draws, found, strict=True)]
    return pd.concat(parts, ignore_index=True)


def _check(
    estimator: Any, counts: csr_matrix, n_runs: int, resample: str, n_terms: int, n_jobs: int
) -> None:
    check_is_fitted(estimator, "components_")
    if n_runs < 2:
        raise SettingsError(
            f"n_runs is {n_runs}; expected at least 2, for one run has no interval."
        )
    if resample not in RESAMPLES:
        raise SettingsError(
            f"unknown resample {shorten(resample)}; expected one of: {choices(RESAMPLES)}."
        )
    if n_terms < 1:
        raise SettingsError(f"n_terms is {n_terms}; expected at least 1.")
    check_jobs(n_jobs)
    n_columns = estimator.components_.shape[1]
    if counts.shape[1] != n_columns:
        raise SettingsError(
            f"counts have {counts.shape[1]} terms, but the model has {n_columns}.",
            "Give the texts through the vectorizer that the model was fitted with.",
        )


def _draw(
    estimator: Any,
    n_texts: int,
    n_runs: int,
    resample: str,
    random_state: int,
    groups: Groups | None,
) -> list[_Draw]:
    """Return what each run has of its own, drawn before any run begins."""
    own = estimator.get_params().get("random_state")
    draws = []
    if resample in ("seeds", "both"):
        drawn = np.random.SeedSequence(random_state).generate_state(n_runs + 1) >> 1
        seeds = [int(seed) for seed in drawn if seed != own][:n_runs]
        draws += [_Draw("seeds", run, seed, None) for run, seed in enumerate(seeds, start=1)]
    if resample in ("bootstrap", "both"):
        seed = int(own) if isinstance(own, Integral) else random_state
        members = _members(groups, n_texts)
        rng = np.random.default_rng(random_state)
        for run in range(1, n_runs + 1):
            chosen = rng.integers(0, len(members), len(members))
            rows = np.concatenate([members[group] for group in chosen])
            draws.append(_Draw("bootstrap", run, seed, _enough(rows, estimator, len(members))))
    return draws


def _members(groups: Groups | None, n_texts: int) -> list[IntArray]:
    """Return the rows of each group, in order of first appearance."""
    codes = group_codes(groups, n_texts)
    n_groups = int(codes.max(initial=-1)) + 1
    if n_groups < 2:
        raise TooSmallError(
            f"{n_texts} texts in {n_groups} group; expected at least 2 groups to draw from.",
            "Leave out groups, or add texts.",
        )
    return [np.flatnonzero(codes == code) for code in range(n_groups)]


def _enough(rows: IntArray, estimator: Any, n_groups: int) -> IntArray:
    n_topics = len(estimator.components_)
    if len(rows) < n_topics:
        raise TooSmallError(
            f"a bootstrap sample of {n_groups} groups has {len(rows)} texts, too few for "
            f"{n_topics} topics.",
            "Leave out groups, add texts, or lower the number of topics.",
            "グループを外すか、文書を増やすか、トピック数を減らしてください。",
        )
    return rows


def _fit_again(fresh: Any, counts: csr_matrix, draw: _Draw) -> _Found:
    model = clone(fresh)
    if "random_state" in model.get_params():
        model.set_params(random_state=draw.seed)
    # As in fit_topics: one thread keeps the order of sums; the iteration limit is a setting.
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(counts if draw.rows is None else counts[draw.rows])
        return _Found(np.asarray(model.components_, float), _leading(model, counts))


def _leading(model: Any, counts: csr_matrix) -> IntArray:
    weights = np.asarray(model.transform(counts), dtype=float)
    known = (np.diff(counts.indptr) > 0) & (weights.max(axis=1) > 0)
    return np.where(known, weights.argmax(axis=1), -1)


def _compare(own: _Found, other: _Found, draw: _Draw, n_terms: int) -> pd.DataFrame:
    """Return the rows of one run."""
    partners, cosines = pair_topics(own.components, other.components)
    terms, others = (top_columns(found.components, n_terms) for found in (own, other))
    items, either, shared = _items(own.leading, other.leading, partners)
    names = position_names(len(partners))
    return pd.DataFrame(
        {
            "resample": draw.resample,
            "run": draw.run,
            "topic": names,
            "is_matched": partners >= 0,
            "n_terms": [len(columns) for columns in terms],
            "n_shared": [
                len(columns & others[partner]) if partner >= 0 else 0
                for columns, partner in zip(terms, partners, strict=True)
            ],
            "cosine": cosines,
            "difference": _differences(own.components, other.components, partners),
            "n_items": items,
            "n_items_shared": shared,
            "n_items_either": either,
            "adjusted_rand": _adjusted_rand(own.leading, other.leading),
        }
    )


def _items(
    own: IntArray, other: IntArray, partners: IntArray
) -> tuple[list[int], list[int], list[int]]:
    """Return how many texts each topic leads, how many it or its partner, how many both."""
    led = [own == topic for topic in range(len(partners))]
    matched = [(other == partner) & (partner >= 0) for partner in partners]
    return (
        [int(mine.sum()) for mine in led],
        [int((mine | its).sum()) for mine, its in zip(led, matched, strict=True)],
        [int((mine & its).sum()) for mine, its in zip(led, matched, strict=True)],
    )


def _adjusted_rand(own: IntArray, other: IntArray) -> float:
    known = (own >= 0) & (other >= 0)
    return float(adjusted_rand_score(own[known], other[known])) if known.any() else 0.0


def _differences(own: FloatArray, other: FloatArray, partners: IntArray) -> FloatArray:
    greatest = np.maximum(own.max(axis=1), np.finfo(float).tiny)
    apart = np.abs(own - other[partners]).max(axis=1) / greatest
    return np.where(partners >= 0, np.minimum(apart, 1.0), 1.0)
