"""What the claims are held to: rows that do not come from the case study itself, and wider bases.

A row that was read from the case study cannot confirm it. Nor can a format that was inferred from
its table 1.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cio_topics.case_study.claims import Span
from cio_topics.codebook import Codebook
from cio_topics.corpus import CASE_STUDY_SOURCE, Corpus
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import UNKNOWN, date_spans
from cio_topics.text import normalize
from cio_topics.themes.table import ThemeSource, theme_table

__all__ = [
    "BASES",
    "INFERRED_FORMAT",
    "NOT_NAMED",
    "Known",
    "inside",
    "item_origin",
    "known_of",
    "named_in",
]

#: Which rows a base holds. Verdicts rest on the first; the others are shown beside it.
BASES: dict[str, tuple[str, str]] = {
    "independent": (
        "事例研究によらず、会議名が出典に明記された行",
        "rows that do not come from the case study and whose source names the body",
    ),
    "with_unnamed": (
        "上に、日付だけで会議に結びつけた行を加えたもの",
        "these, and rows tied to the body by their date only",
    ),
    "all": (
        "上に、事例研究から読み取った行を加えたもの(循環に注意)",
        "these, and rows read from the case study itself (circular)",
    ),
}
_OF_BASE = {
    "independent": ("independent",),
    "with_unnamed": ("independent", "unnamed"),
    "all": ("independent", "unnamed", "case_study"),
}

#: Words of a note: the row is tied to the body by its date only.
NOT_NAMED = "not named"
#: Words of a note: the format of the meeting was inferred from table 1 of the case study.
INFERRED_FORMAT = "format from Table 1"


class Known(NamedTuple):
    """What one base knows of the body.

    Attributes
    ----------
    base : str
        One of :data:`BASES`.
    corpus : Corpus
        Of the body alone; formats that were inferred from the case study are unknown, except in
        the base ``all``.
    items : DataFrame
        The agenda with ``first, last`` (days), ``origin``, ``themes`` (joined by ``;``) and
        ``theme_source``.
    themes : DataFrame
        Its theme table.
    meetings : DataFrame
        With ``first, last``.
    fallback : str
        The theme of items that no theme of the codebook fits.
    """

    base: str
    corpus: Corpus
    items: pd.DataFrame
    themes: pd.DataFrame
    meetings: pd.DataFrame
    fallback: str


def item_origin(items: pd.DataFrame) -> pd.Series[str]:
    """Return where each row comes from.

    Parameters
    ----------
    items : DataFrame, shape (n, k)
        With ``source_url, source_kind`` and, if present, ``note``.

    Returns
    -------
    Series of str, shape (n,)
        ``case_study``: the source is the case study; ``unnamed``: the note says that the source
        does not name the body; ``independent``: all others.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.tracking import CASE_STUDY_BODY
    >>> item_origin(read_example().filter(bodies=[CASE_STUDY_BODY]).items).value_counts().to_dict()
    {'independent': 52, 'case_study': 27, 'unnamed': 5}
    """
    own = (items["source_kind"] == "paper") | items["source_url"].str.contains(
        CASE_STUDY_SOURCE, regex=False
    )
    origin = pd.Series("independent", index=items.index, dtype="str")
    if "note" in items:
        origin = origin.mask(items["note"].str.contains(NOT_NAMED, regex=False), "unnamed")
    return origin.mask(own, "case_study")


def known_of(corpus: Corpus, codebook: Codebook, source: ThemeSource, body: str) -> list[Known]:
    """Return what each of :data:`BASES` knows of the body.

    Raises
    ------
    SettingsError
        The corpus does not have the body.
    """
    bodies = sorted(set(corpus.meetings["body"]))
    if body not in bodies:
        raise SettingsError(
            f"the corpus has no meeting of {shorten(body)}; found: {choices(bodies) or 'none'}.",
            "Give the body of the case study by the name it has in your corpus: --body NAME.",
            "事例研究の会議体の、このコーパスでの名前を --body で指定してください。",
        )
    own = corpus.filter(bodies=[body])
    themes = theme_table(own, codebook, source=source)
    return [_known(own, themes, base, codebook.fallback) for base in BASES]


def _known(body: Corpus, themes: pd.DataFrame, base: str, fallback: str) -> Known:
    corpus = body if base == "all" else _without_case_study(body, _OF_BASE[base])
    agenda = corpus.agenda()
    items = agenda.join(date_spans(agenda["date"], agenda["date_precision"]))
    items["origin"] = item_origin(items)
    kept = themes[themes["item_id"].isin(items["item_id"])].reset_index(drop=True)
    kept.attrs["themes"] = themes.attrs["themes"]
    joined = kept.groupby("item_id")["theme"].agg(";".join)
    items["themes"] = items["item_id"].map(joined).fillna("").astype("str")
    sources = kept.drop_duplicates("item_id").set_index("item_id")["theme_source"]
    items["theme_source"] = items["item_id"].map(sources).fillna("").astype("str")
    meetings = corpus.meetings
    spans = date_spans(meetings["date"], meetings["date_precision"])
    return Known(base, corpus, items, kept, meetings.join(spans), fallback)


def _without_case_study(body: Corpus, origins: tuple[str, ...]) -> Corpus:
    """Leave out rows of other origins, and what the case study alone says of the rest."""
    kept = body.filter(where=lambda agenda: item_origin(agenda).isin(origins))
    tables = kept.tables
    meetings = tables["meetings"]
    of_study = meetings["source"].str.contains(CASE_STUDY_SOURCE, regex=False)
    empty = ~meetings["meeting_id"].isin(tables["items"]["meeting_id"])
    meetings = meetings[~(of_study & empty)]
    inferred = tables["items"]["note"].str.contains(INFERRED_FORMAT, regex=False)
    inferred_ids = tables["items"]["meeting_id"][inferred]
    formats = meetings["format"].mask(meetings["meeting_id"].isin(inferred_ids), UNKNOWN)
    tables["meetings"] = meetings.assign(format=formats)
    tables["items"] = tables["items"][tables["items"]["meeting_id"].isin(meetings["meeting_id"])]
    decisions = tables["decisions"]
    tables["decisions"] = decisions[item_origin(decisions) != "case_study"]
    return Corpus(tables)


def inside(rows: pd.DataFrame, span: Span) -> pd.Series[bool]:
    """Tell which rows lie wholly in a span; `rows` have ``first, last``."""
    begin, end = pd.Timestamp(span.first), pd.Timestamp(span.last)
    return (rows["first"] >= begin) & (rows["last"] <= end)


def named_in(titles: pd.Series[str], words: tuple[str, ...]) -> pd.Series[bool]:
    """Tell which titles hold one of the words, both in normal form."""
    texts = titles.map(normalize)
    found = pd.Series(False, index=titles.index)
    for word in words:
        found |= texts.str.contains(normalize(word), regex=False)
    return found
