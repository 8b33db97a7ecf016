"""An invented codebook, corpus and labels for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from cio_topics.codebook import Codebook, Theme
from cio_topics.corpus import Corpus

IDS = ("a", "b", "c", "other")
HEAD = "item_id,themes,coder,date,codebook_version"


def book(*ids: str, version: str = "1", fallback: str = "other") -> Codebook:
    themes = tuple(Theme(name, f"{name}題", name) for name in ids)
    return Codebook(version, "1", "試験", "invented", themes, fallback if fallback in ids else "")


BOOK = book(*IDS)


def corpus(meeting_of: Mapping[str, str]) -> Corpus:
    """A corpus of these items, each in its meeting."""
    meetings = list(dict.fromkeys(meeting_of.values()))
    return Corpus(
        {
            "meetings": pd.DataFrame(
                {
                    "meeting_id": meetings,
                    "body": "試験会議",
                    "date": "2009-07-01",
                    "date_precision": "day",
                }
            ),
            "items": pd.DataFrame(
                {
                    "item_id": list(meeting_of),
                    "meeting_id": list(meeting_of.values()),
                    "title": [f"題{item}" for item in meeting_of],
                }
            ),
        }
    )


def answers(
    *rows: Iterable[str], coders: Iterable[str] = "xyz", version: str = "1"
) -> pd.DataFrame:
    """Labels from one row of answers an item; an empty text is no answer."""
    long = [
        (f"i{place}", themes, coder)
        for place, row in enumerate(rows)
        for coder, themes in zip(coders, row, strict=False)
        if themes
    ]
    table = pd.DataFrame(long, columns=["item_id", "themes", "coder"], dtype="str")
    return table.assign(date="2024-06-21", codebook_version=version, note="", chosen_by="", mode="")
