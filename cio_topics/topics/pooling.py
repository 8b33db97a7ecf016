"""Pool short titles to longer texts for fitting; weights are still given by item."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.text import split_title

__all__ = ["POOLS", "pool_titles"]

#: What titles may be pooled by.
POOLS = ("item", "meeting", "body_year")


def pool_titles(
    agenda: pd.DataFrame, by: Literal["item", "meeting", "body_year"] = "item"
) -> pd.Series[str]:
    """Join the cores of the titles of each pool with ``。``, so that no compound spans two of them.

    Labels (資料1-1), marks such as (案) and について are left out of a pool as the tokenizer leaves
    them out of a title.

    Parameters
    ----------
    agenda : DataFrame
        As :meth:`cio_topics.corpus.Corpus.agenda` gives it.
    by : {"item", "meeting", "body_year"}, default "item"
        ``item`` leaves the titles alone.

    Returns
    -------
    Series of str
        Indexed by item, meeting or ``body year``, in order of first appearance.

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a1", "a2"], "meeting_id": "m1", "title": ["甲", "乙"]})
    >>> pool_titles(agenda, "meeting").to_dict()
    {'m1': '甲。乙'}
    """
    if by not in POOLS:
        raise SettingsError(f"unknown pool {shorten(by)}; expected one of: {choices(POOLS)}.")
    if by == "item":
        return agenda.set_index("item_id")["title"]
    key = agenda["meeting_id"] if by == "meeting" else agenda["body"] + " " + agenda["year"]
    cores = agenda["title"].map(lambda title: split_title(title).core)
    return cores.groupby(key, sort=False).agg("。".join)
