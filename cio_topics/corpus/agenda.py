"""A flat agenda table (one row an item, with its meeting's columns) → meetings and items."""

from __future__ import annotations

import hashlib

import pandas as pd

from cio_topics.corpus.schema import Where, column_problems, marked, row_problems
from cio_topics.errors import Problem

__all__ = ["AGENDA_COLUMNS", "agenda_problems", "make_id", "make_meeting_id", "split_agenda"]

#: Columns of a flat agenda table and the corpus columns they become.
AGENDA_COLUMNS = {
    "meeting_no": "number",
    "item_no": "position",
    "start_time": "start",
    "end_time": "end",
    "handouts": "n_handouts",
}

_MEETING = [
    "body",
    "number",
    "date",
    "date_precision",
    "format",
    "start",
    "end",
    "n_handouts",
    "place",
]
_IDENTITY = ["body", "number", "date", "date_precision", "format"]
_STATED = ["start", "end", "n_handouts"]


def make_id(letter: str, *parts: str) -> str:
    """Return an identifier that is the same whenever the same parts are given.

    Examples
    --------
    >>> make_id("i", "試験会議", "1", "計画")
    'i36bb8daf3f'
    """
    return letter + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]


def make_meeting_id(
    body: str, number: str, date: str, date_precision: str, meeting_format: str
) -> str:
    """Return the identifier of a meeting, derived from what is known of it."""
    return make_id("m", body, number, date, date_precision, meeting_format)


def _flat(agenda: pd.DataFrame) -> pd.DataFrame:
    """Return the agenda under the corpus's names, with every column of a meeting."""
    names = {old: new for old, new in AGENDA_COLUMNS.items() if new not in agenda}
    flat = agenda.rename(columns=names).drop(columns=list(AGENDA_COLUMNS), errors="ignore")
    for column in (*_MEETING, "source_url"):
        if column not in flat:
            flat = flat.assign(**{column: pd.Series("", index=flat.index, dtype="str")})
    lengths = flat["date"].str.len().map({10: "day", 7: "month", 4: "year", 0: "unknown"})
    precision = flat["date_precision"].where(flat["date_precision"] != "", lengths.fillna("day"))
    form = flat["format"].where(flat["format"] != "", "unknown")
    return flat.assign(date_precision=precision.astype("str"), format=form)


def agenda_problems(agenda: pd.DataFrame, where: Where) -> list[Problem]:
    """Return the bad values of meeting columns in a flat agenda, under the file's own names.

    Also where rows of one meeting contradict each other in a time or number of handouts.
    """
    flat = _flat(agenda)
    own = {new: old for old, new in AGENDA_COLUMNS.items() if old in agenda and new not in agenda}
    problems = [
        *column_problems("meetings", flat[_MEETING], where),
        *row_problems("meetings", flat[_MEETING], where),
    ]
    by_meeting = [flat[column] for column in _IDENTITY]
    for column in _STATED:
        stated = flat[column][flat[column] != ""]
        first = stated.groupby([key[stated.index] for key in by_meeting]).transform("first")
        wrong = (stated != first).reindex(flat.index, fill_value=False)
        expected = ("the same as in another row of the meeting, " + first).reindex(flat.index)
        problems += marked(flat[column], wrong, expected.fillna("").astype("str"), where)
    return [p._replace(column=own.get(p.column, p.column)) for p in problems]


def split_agenda(agenda: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a flat agenda table into meetings and items.

    Rows with the same body, number, date, precision and format are one meeting. What a source does
    not tell (a number, an exact day) is not inferred: rows of one body and day stay apart when only
    one of them has a number. Times and numbers of handouts that some rows of a meeting lack are
    taken from those that have them.

    Parameters
    ----------
    agenda : DataFrame of str
        At least ``item_id, body, date, title``; names of :data:`AGENDA_COLUMNS` are understood.
        ``date_precision`` is read off the length of the date if missing.

    Returns
    -------
    meetings, items : DataFrame of str
        In the order of first appearance.

    Examples
    --------
    >>> flat = pd.DataFrame({"item_id": ["a1", "a2"], "body": "試験会議", "date": "2009-07",
    ...                      "title": ["甲", "乙"]})
    >>> meetings, items = split_agenda(flat)
    >>> meetings[["body", "date", "date_precision", "format"]].values.tolist()
    [['試験会議', '2009-07', 'month', 'unknown']]
    >>> items["title"].tolist()
    ['甲', '乙']
    """
    flat = _flat(agenda)
    identities = list(flat[_IDENTITY].itertuples(index=False, name=None))
    ids = {identity: make_meeting_id(*identity) for identity in dict.fromkeys(identities)}
    flat = flat.assign(meeting_id=[ids[identity] for identity in identities])
    filled = flat[_MEETING].where(flat[_MEETING] != "")
    meetings = filled.groupby(flat["meeting_id"], sort=False).first().fillna("").astype("str")
    meetings = meetings.reset_index()
    pages = flat.loc[flat["source_url"] != "", ["meeting_id", "source_url"]].drop_duplicates()
    sources = pages.groupby("meeting_id", sort=False)["source_url"].agg(" ; ".join)
    joined = sources.reindex(meetings["meeting_id"]).astype("str").fillna("")
    meetings["source"] = joined.to_numpy()
    first = ["item_id", "meeting_id"]
    items = flat.drop(columns=_MEETING)
    return meetings, items[first + [c for c in items.columns if c not in first]]
