"""Topics beside themes: which topic lies on which theme's items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError, shorten
from cio_topics.intervals import cluster_bootstrap, wilson_interval
from cio_topics.topics.groups import meetings_of

__all__ = ["align_topics", "closest_themes", "match_themes"]

_SHARES = ("share_of_topic", "share_of_theme", "f1")


def align_topics(weights: pd.DataFrame, table: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    """Return how much of each topic falls on items of each theme.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        From :func:`cio_topics.topics.topic_weights`.
    table : DataFrame
        Theme table, from :func:`cio_topics.themes.theme_table`.
    themes : list of str
        The columns of the result.

    Returns
    -------
    DataFrame of float, shape (n_topics, n_themes)
        Share of the topic's weight that falls on items with the theme. A row may sum to more than
        one, for an item can have several themes.
    """
    given = _given(weights.index, table, themes)
    total = weights.sum(axis=0)
    shares = (weights.T @ given).div(total.where(total > 0), axis=0)
    return shares.rename_axis(index="topic", columns="theme")


def closest_themes(
    weights: pd.DataFrame,
    table: pd.DataFrame,
    meetings: pd.Series[str],
    themes: Sequence[str],
    *,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the theme on whose items most of each topic's weight falls.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        From :func:`cio_topics.topics.topic_weights`.
    table : DataFrame
        Theme table, from :func:`cio_topics.themes.theme_table`.
    meetings : Series of str
        Meeting of each item, indexed by ``item_id``.
    themes : sequence of str
        All themes, in their order; ties go to the first.
    n_resamples : int, default 1000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``topic, theme, theme_share, theme_share_low, theme_share_high``; the theme is empty and the
        share 0 where no weight falls on any. The 95 % interval is a percentile bootstrap that draws
        whole meetings, for the theme as it is; not a number if every draw is the same.

    Examples
    --------
    >>> weights = pd.DataFrame({"topic_01": [0.9, 0.1]}, index=pd.Index(["i1", "i2"]))
    >>> table = pd.DataFrame({"item_id": ["i1", "i2"], "theme": ["security", "open_data"]})
    >>> meetings = pd.Series({"i1": "m1", "i2": "m2"})
    >>> closest_themes(weights, table, meetings, ["security", "open_data"]).values.tolist()
    [['topic_01', 'security', 0.9, 0.0, 1.0]]
    """
    if not len(themes):
        raise SettingsError("there is no theme to compare with; expected at least one.")
    shares = align_topics(weights, table, list(themes)).fillna(0.0).to_numpy()
    best = shares.argmax(axis=1)
    on_theme = weights * _given(weights.index, table, themes).to_numpy()[:, best]
    sums = pd.concat([on_theme, weights], axis=1)
    by_meeting = sums.groupby(meetings_of(weights.index, meetings), sort=True).sum()
    n_topics = len(weights.columns)
    with threadpool_limits(limits=1):  # sums of floats keep their order on every machine
        low, high = cluster_bootstrap(
            by_meeting.to_numpy(),
            lambda drawn: drawn[:, :n_topics] / drawn[:, n_topics:],
            n_draws=n_resamples,
            random_state=random_state,
        )
    found = shares[np.arange(n_topics), best]
    named = np.where(found > 0, np.array(list(themes), dtype=object)[best], "")
    fixed = ~(low < high)
    return pd.DataFrame(
        {
            "topic": pd.Series(weights.columns, dtype="str"),
            "theme": pd.Series(named, dtype="str"),
            "theme_share": found,
            "theme_share_low": np.where(fixed, np.nan, low),
            "theme_share_high": np.where(fixed, np.nan, high),
        }
    )


def match_themes(
    topics: pd.DataFrame,
    table: pd.DataFrame,
    names: Sequence[str],
    themes: Sequence[str],
    *,
    fallback: str = "",
    n_resamples: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare the items in which each topic weighs most with the items of each theme.

    Intervals draw whole meetings with replacement. They belong to the pair: the best of many pairs
    looks better here than it would in new items. Where every draw gives the same share, its
    interval is Wilson's with meetings as units; F1 has none there.

    Parameters
    ----------
    topics : DataFrame
        ``item_id, meeting_id, topic``: for each item the topic that weighs most, or an empty text.
    table : DataFrame
        Theme table, from :func:`cio_topics.themes.theme_table`.
    names : sequence of str
        All topics, in their order.
    themes : sequence of str
        All themes, in their order.
    fallback : str, optional
        The theme of items that fit no other; it is counted, but never matched.
    n_resamples : int, default 1000
    level : float in (0, 1), default 0.95
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``topic, theme, n_topic, n_theme, n_both, share_of_topic, share_of_theme, f1``, the bounds
        of these three (``_low``, ``_high``), ``lift`` (how many times as many items have both as
        expected by chance) and ``is_match``; every pair, by topic and theme. `f1` is the harmonic
        mean of the shares. Matches are one to one, so that the sum of their F1 is greatest
        (Hungarian method); a pair without a common item is none. Shares of nothing are not a
        number.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics
    Quarterly 2, 83-97. doi:10.1002/nav.3800020109.

    Examples
    --------
    >>> topics = pd.DataFrame({"item_id": ["i1", "i2", "i3"], "meeting_id": ["m1", "m2", "m3"],
    ...                        "topic": ["topic_01", "topic_01", "topic_02"]})
    >>> table = pd.DataFrame({"item_id": ["i1", "i3"], "theme": ["security", "open_data"]})
    >>> found = match_themes(topics, table, ["topic_01", "topic_02"], ["security", "open_data"])
    >>> found.loc[found["is_match"], ["topic", "theme", "n_both", "f1"]].round(2).values.tolist()
    [['topic_01', 'security', 1, 0.67], ['topic_02', 'open_data', 1, 1.0]]
    >>> match_themes(topics, table, ["topic_01"], ["security"], fallback="misc")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the fallback 'misc' is none of the themes.
    """
    if fallback and fallback not in themes:
        raise SettingsError(f"the fallback {shorten(fallback)} is none of the themes.")
    in_theme = _given(pd.Index(topics["item_id"]), table, themes).to_numpy()
    sums = _sums_by_meeting(topics, in_theme, names)
    shape = (len(names), len(themes))
    bounds = cluster_bootstrap(
        sums,
        lambda drawn: _shares(drawn, shape),
        n_draws=n_resamples,
        level=level,
        random_state=random_state,
    )
    n_both, n_topic, n_theme = _parts(sums.sum(axis=0), shape)
    found = pd.DataFrame(
        {
            "topic": pd.Series(np.repeat(list(names), len(themes)), dtype="str"),
            "theme": pd.Series(list(themes) * len(names), dtype="str"),
            "n_topic": n_topic.astype(int),
            "n_theme": n_theme.astype(int),
            "n_both": n_both.astype(int),
        }
    )
    meetings = _parts((sums > 0).sum(axis=0), shape)
    values = _shares(sums.sum(axis=0, keepdims=True), shape)
    wide = [_by_share(array, shape) for array in (values, *bounds)]
    for place, name in enumerate(_SHARES):
        found[name], low, high = (array[place] for array in wide)
        fixed = low == high
        if name == "f1":
            low, high = np.where(fixed, np.nan, low), np.where(fixed, np.nan, high)
        else:
            units = meetings[place + 1]
            n = np.minimum(np.nan_to_num(found[name].to_numpy()) * units, units)
            wilson = wilson_interval(n, units, level=level)
            low, high = np.where(fixed, wilson[0], low), np.where(fixed, wilson[1], high)
        found[f"{name}_low"], found[f"{name}_high"] = low, high
    expected = found["n_topic"] * found["n_theme"] / max(1, len(topics))
    found["lift"] = found["n_both"] / expected.where(expected > 0)
    found["is_match"] = _one_to_one(found["f1"].to_numpy().reshape(shape), themes, fallback)
    return found


def _given(items: pd.Index, table: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """Return 1 where an item has a theme, shape (n_items, n_themes)."""
    given = pd.crosstab(table["item_id"], table["theme"]).clip(upper=1)
    return given.reindex(index=items, columns=list(themes), fill_value=0)


def _sums_by_meeting(
    topics: pd.DataFrame, in_theme: np.ndarray, names: Sequence[str]
) -> np.ndarray:
    """Return items by meeting: of each pair, each topic, each theme, side by side."""
    topic = pd.Index(names).get_indexer(pd.Index(topics["topic"]))
    meeting, found = pd.factorize(topics["meeting_id"], sort=True)
    n_topics, n_themes = len(names), in_theme.shape[1]
    sums = np.zeros((len(found), n_topics * n_themes + n_topics + n_themes))
    rows, themes = in_theme.nonzero()
    np.add.at(sums, (meeting[rows], n_topics * n_themes + n_topics + themes), 1)
    rows, themes = rows[topic[rows] >= 0], themes[topic[rows] >= 0]
    np.add.at(sums, (meeting[rows], topic[rows] * n_themes + themes), 1)
    known = topic >= 0
    np.add.at(sums, (meeting[known], n_topics * n_themes + topic[known]), 1)
    return sums


def _parts(sums: np.ndarray, shape: tuple[int, int]) -> list[np.ndarray]:
    """Return n_both, n_topic and n_theme of every pair, each of shape (..., n_pairs)."""
    n_topics, n_themes = shape
    both, topics, themes = np.split(
        sums, [n_topics * n_themes, n_topics * n_themes + n_topics], axis=-1
    )
    repeats = (1,) * (sums.ndim - 1) + (n_topics,)
    return [both, np.repeat(topics, n_themes, axis=-1), np.tile(themes, repeats)]


def _shares(sums: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return the shares of the topic, of the theme, and F1 of every pair, side by side."""
    both, topics, themes = _parts(sums, shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [both / topics, both / themes, 2 * both / (topics + themes)]
    return np.concatenate(parts, axis=-1)


def _by_share(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return values.reshape(len(_SHARES), shape[0] * shape[1])


def _one_to_one(f1: np.ndarray, themes: Sequence[str], fallback: str) -> np.ndarray:
    from scipy.optimize import linear_sum_assignment

    scores = np.where(np.array([theme == fallback for theme in themes]), 0.0, np.nan_to_num(f1))
    rows, columns = linear_sum_assignment(-scores)
    is_match = np.zeros(f1.shape, dtype=bool)
    is_match[rows, columns] = scores[rows, columns] > 0
    return is_match.ravel()
