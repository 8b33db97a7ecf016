"""Whether other seeds, or other texts of the same kind, would give the same topics."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from cio_topics.intervals import wilson_interval
from cio_topics.topics.quality.refits import Groups, stability_runs

__all__ = ["model_stability", "stability_runs", "summarize_runs", "topic_stability"]

FloatArray = npt.NDArray[np.float64]

_SAME = 0.01  # of the topic's greatest weight
_ROUNDING = 1e-9


def topic_stability(
    model: Any,
    counts: csr_matrix,
    *,
    n_runs: int = 10,
    resample: Literal["seeds", "bootstrap", "both"] = "seeds",
    n_terms: int = 10,
    level: float = 0.95,
    random_state: int = 0,
    n_jobs: int = 1,
    groups: Groups | None = None,
) -> pd.DataFrame:
    """Return how much of each topic comes back when the model is fitted again.

    It is ``summarize_runs(stability_runs(…))``; keep the runs if you also want
    :func:`model_stability`.

    Parameters
    ----------
    model, counts, n_runs, resample, n_terms, random_state, n_jobs, groups
        As in :func:`stability_runs`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        As :func:`summarize_runs` gives it.

    Examples
    --------
    >>> from cio_topics.topics import fit_topics, make_topic_model
    >>> from cio_topics.vectors import make_vectorizer
    >>> texts = pd.Series(["電子政府 計画", "電子政府 評価", "防災 訓練", "防災 地図"] * 10)
    >>> vectorizer = make_vectorizer(min_df=1, max_df=1.0)
    >>> model = fit_topics(make_topic_model(n_topics=2, vectorizer=vectorizer), texts)
    >>> counts = model.named_steps["vectorizer"].transform(list(texts))
    >>> found = topic_stability(model, counts, resample="bootstrap", n_terms=3)
    >>> found[["topic", "n_runs", "stability", "stability_low", "stability_high"]].round(2)
          topic  n_runs  stability  stability_low  stability_high
    0  topic_01      10        1.0           0.89             1.0
    1  topic_02      10        1.0           0.89             1.0
    >>> topic_stability(model, counts, n_runs=1)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: n_runs is 1; expected at least 2, for one run has no interval.
    """
    runs = stability_runs(
        model,
        counts,
        n_runs=n_runs,
        resample=resample,
        n_terms=n_terms,
        random_state=random_state,
        n_jobs=n_jobs,
        groups=groups,
    )
    return summarize_runs(runs, level=level)


def summarize_runs(runs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the stability of each topic, with its interval over the runs.

    The interval is Wilson's, with the effective number of observations: as many independent terms
    as would vary like the means of the runs do. Where the runs do not differ in what they share,
    the terms of all runs count.

    A stability of 1 may only say that the seed does nothing. See ``n_same``: the runs whose term
    weights are the topic's own, to one part in a hundred. If that is all of them, the fit does not
    depend on the seed, as with NMF, whose start is computed from the texts; whether the topic would
    be found in other texts, only ``bootstrap`` can tell. Where the weights do not differ at all,
    nothing was left to chance, and the interval is the value itself.

    Parameters
    ----------
    runs : DataFrame
        From :func:`stability_runs`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        One row a resample and topic: ``topic, resample, n_runs``; ``stability, stability_low,
        stability_high``: mean share of the topic's top terms that come back; ``items, items_low,
        items_high``: the same for its items, as the Jaccard index of those in which it and its
        match weigh most; ``cosine``: mean similarity of term weights; ``n_terms, n_items`` of the
        topic; ``n_matched``: runs that have a partner for it; ``n_same``: runs with the same term
        weights. A topic without terms, or without items, has 0: nothing comes back.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201.
    Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of
    confidence intervals for proportions in complex sample surveys. Journal of Survey Statistics and
    Methodology 7, 334-364. doi:10.1093/jssam/smy019.
    """
    rows = []
    for (resample, topic), part in runs.groupby(["resample", "topic"], sort=False):
        first = part.iloc[0]
        given = (_is_fixed(part["difference"]), level)
        rows.append(
            {
                "topic": topic,
                "resample": resample,
                "n_runs": len(part),
                **_with_interval("stability", _term_shares(part), first["n_terms"], *given),
                **_with_interval("items", _item_shares(part), first["n_items"], *given),
                "cosine": part["cosine"].mean(),
                "n_terms": first["n_terms"],
                "n_items": first["n_items"],
                "n_matched": int(part["is_matched"].sum()),
                "n_same": int((part["difference"] <= _SAME).sum()),
            }
        )
    return pd.DataFrame(rows)


def model_stability(runs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the stability of the model as a whole: means over its topics, by run.

    Parameters
    ----------
    runs : DataFrame
        From :func:`stability_runs`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        ``resample, measure, n_runs, value, low, high, n_same``, three rows a resample:
        ``stability`` and ``items`` are means over topics of what :func:`summarize_runs` says, with
        the same interval; ``adjusted_rand`` is 1 if the runs part the texts as the model does, and
        0 if they do so no better than chance; its interval is Student's t, within [-1, 1].
        ``n_same``: runs in which every topic has the same term weights.
    """
    rows = []
    for resample, part in runs.groupby("resample", sort=False):
        by_run = part.assign(terms=_term_shares(part), shared=_item_shares(part)).groupby("run")
        apart, rand = by_run["difference"].max(), by_run["adjusted_rand"].first().to_numpy()
        n_terms, n_items = by_run[["n_terms", "n_items"]].sum().iloc[0]
        fixed = _is_fixed(apart)
        measures = {
            "stability": _interval(by_run["terms"].mean(), n_terms, fixed, level),
            "items": _interval(by_run["shared"].mean(), n_items, fixed, level),
            "adjusted_rand": _t_interval(rand, level),
        }
        n_same = int((apart <= _SAME).sum())
        rows += [(resample, name, len(rand), *values, n_same) for name, values in measures.items()]
    names = ["resample", "measure", "n_runs", "value", "low", "high", "n_same"]
    return pd.DataFrame(rows, columns=names)


def _term_shares(runs: pd.DataFrame) -> FloatArray:
    return (runs["n_shared"] / runs["n_terms"].clip(lower=1)).to_numpy()


def _item_shares(runs: pd.DataFrame) -> FloatArray:
    return (runs["n_items_shared"] / runs["n_items_either"].clip(lower=1)).to_numpy()


def _is_fixed(differences: pd.Series) -> bool:
    """Say whether all runs have the model's weights but for rounding."""
    return bool((differences <= _ROUNDING).all())


def _with_interval(
    name: str, values: npt.ArrayLike, size: int, fixed: bool, level: float
) -> dict[str, float]:
    mean, low, high = _interval(values, size, fixed, level)
    return {name: mean, f"{name}_low": low, f"{name}_high": high}


def _interval(
    values: npt.ArrayLike, size: int, fixed: bool, level: float
) -> tuple[float, float, float]:
    """Return the mean share and Wilson's interval with the effective number of observations."""
    from scipy.stats import norm, t

    shares = np.asarray(values, dtype=float)
    mean, n_runs = min(1.0, float(shares.mean())), len(shares)
    if fixed:
        return mean, mean, mean
    n_effective = float(n_runs * max(1, size))
    spread = shares.var(ddof=1) / n_runs
    if spread > 0 and 0 < mean < 1:
        tail = (1 + level) / 2
        shrink = (norm.ppf(tail) / t.ppf(tail, n_runs - 1)) ** 2
        n_effective = min(n_effective, mean * (1 - mean) / spread * shrink)
    low, high = wilson_interval(mean * n_effective, n_effective, level=level)
    return mean, float(low), float(high)


def _t_interval(values: FloatArray, level: float) -> tuple[float, float, float]:
    from scipy.stats import t

    mean = float(values.mean())
    half = t.ppf((1 + level) / 2, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    return mean, float(max(-1.0, mean - half)), float(min(1.0, mean + half))
