"""What topics and themes do not have in common: themes not found, topics without a theme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError

__all__ = ["LEAST_F1", "LEAST_SHARE", "uncovered_themes", "uncovered_topics"]

#: Below these a theme is not found, and a topic not covered: conventions of this package.
LEAST_F1, LEAST_SHARE = 0.3, 0.5

_NUMBERS = [
    "n_both",
    *(
        f"{name}{end}"
        for name in ("share_of_topic", "share_of_theme", "f1")
        for end in ("", "_low", "_high")
    ),
]


def uncovered_themes(
    matches: pd.DataFrame, *, fallback: str = "", least_f1: float = LEAST_F1
) -> pd.DataFrame:
    """Return the themes that no topic found: their best topic has a low F1.

    Parameters
    ----------
    matches : DataFrame
        From :func:`match_themes`.
    fallback : str, optional
        Not a theme to be found.
    least_f1 : float in [0, 1], default 0.3
        A theme is found by a topic with at least this F1. 0.3 is a convention of this package: the
        two have three in ten of the topic's items and of the theme's in common.

    Returns
    -------
    DataFrame
        ``theme, reason, n_items, topic``, and of the pair ``n_both``, the shares and F1 with their
        bounds; ``is_sure`` (all of the interval of the best F1 is below `least_f1`); in the order
        of the themes; ties go to the first topic. Reasons: ``no_items`` (no item has the theme);
        ``absorbed`` (half of its items or more are in one topic, among more items of others: that
        topic is named); ``spread`` (no topic has half of them: that of the best F1 is named).

    Examples
    --------
    >>> from cio_topics.topics.alignment import match_themes
    >>> topics = pd.DataFrame({"item_id": ["i1", "i2", "i3"], "meeting_id": ["m1", "m2", "m3"],
    ...                        "topic": ["topic_01"] * 3})
    >>> table = pd.DataFrame({"item_id": ["i1"], "theme": ["security"]})
    >>> matches = match_themes(topics, table, ["topic_01"], ["security", "open_data"])
    >>> uncovered_themes(matches, least_f1=0.6)[["theme", "reason", "n_items"]].values.tolist()
    [['security', 'absorbed', 1], ['open_data', 'no_items', 0]]
    >>> uncovered_themes(matches, least_f1=30)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: least_f1 is 30; expected a number from 0 to 1.
    """
    _check_share("least_f1", least_f1)
    known = matches[matches["theme"] != fallback]
    best = _best(known, by="theme", score="f1").set_index("theme")
    lost = best[(best["f1"] < least_f1) | (best["n_theme"] == 0)]
    most = _best(known, by="theme", score="share_of_theme").set_index("theme").loc[lost.index]
    absorbed = most["share_of_theme"] >= 0.5
    found = lost.where(~absorbed, most).assign(
        reason=np.where(absorbed, "absorbed", np.where(lost["n_theme"] > 0, "spread", "no_items")),
        is_sure=(lost["f1_high"] < least_f1) | (lost["f1"] == 0),
    )
    found["topic"] = found["topic"].where(found["n_both"] > 0, "")
    found = found.astype({name: matches[name].dtype for name in ("n_theme", "n_both", "topic")})
    columns = ["theme", "reason", "n_items", "topic", *_NUMBERS, "is_sure"]
    return found.reset_index().rename(columns={"n_theme": "n_items"})[columns]


def uncovered_topics(
    matches: pd.DataFrame, *, fallback: str = "", least_share: float = LEAST_SHARE
) -> pd.DataFrame:
    """Return the topics that no theme covers: candidates for new themes, or for no topic at all.

    Parameters
    ----------
    matches : DataFrame
        From :func:`match_themes`.
    fallback : str, optional
        Covers nothing: its items fit no theme.
    least_share : float in [0, 1], default 0.5
        A theme covers a topic if at least this share of the items in which the topic weighs most
        have the theme. Two topics can divide one theme; both are covered.

    Returns
    -------
    DataFrame
        ``topic, reason, n_items, theme`` (the best one), ``n_both``, the shares and F1 with their
        bounds, ``is_sure`` (all of the interval of ``share_of_topic`` is below `least_share`), in
        the order of the topics; ties go to the first theme. Reasons: ``no_items`` (it weighs most
        in no item); ``no_theme`` (more of its items have the fallback than any theme, or none has
        a theme); ``mixed`` (several themes share it).

    Examples
    --------
    >>> from cio_topics.topics.alignment import match_themes
    >>> topics = pd.DataFrame({"item_id": ["i1", "i2", "i3"], "meeting_id": ["m1", "m2", "m3"],
    ...                        "topic": ["topic_01", "topic_01", "topic_01"]})
    >>> table = pd.DataFrame({"item_id": ["i1", "i2", "i3"], "theme": ["a", "other", "other"]})
    >>> matches = match_themes(topics, table, ["topic_01"], ["a", "other"], fallback="other")
    >>> found = uncovered_topics(matches, fallback="other")
    >>> found[["topic", "reason", "theme", "n_both"]].values.tolist()
    [['topic_01', 'no_theme', 'a', 1]]
    """
    _check_share("least_share", least_share)
    is_fallback = matches["theme"] == fallback
    best = _best(matches[~is_fallback], by="topic", score="share_of_topic")
    without = best["topic"].map(matches[is_fallback].set_index("topic")["n_both"]).fillna(0)
    unthemed = (best["n_both"] == 0) | (without > best["n_both"])
    found = best[~(best["share_of_topic"] >= least_share)].copy()
    found["reason"] = np.where(unthemed.reindex(found.index), "no_theme", "mixed")
    found["reason"] = found["reason"].where(found["n_topic"] > 0, "no_items").astype("str")
    found["theme"] = found["theme"].where(found["n_both"] > 0, "")
    found["is_sure"] = found["share_of_topic_high"] < least_share
    columns = ["topic", "reason", "n_items", "theme", *_NUMBERS, "is_sure"]
    return found.rename(columns={"n_topic": "n_items"})[columns].reset_index(drop=True)


def _best(matches: pd.DataFrame, *, by: str, score: str) -> pd.DataFrame:
    """Return the first pair with the greatest score, for each value of `by` in its order."""
    order = {name: place for place, name in enumerate(dict.fromkeys(matches[by]))}
    ranked = matches.sort_values(score, ascending=False, kind="stable")  # not a number comes last
    best = ranked.drop_duplicates(by)
    return best.sort_values(by, key=lambda names: names.map(order), kind="stable")


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise SettingsError(f"{name} is {value}; expected a number from 0 to 1.")
