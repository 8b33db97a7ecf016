"""What a corpus table must look like, and the list of every value that does not.

Tables are checked while they are still text, as read from the file, so that a message can show
the value as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.errors import Problem, choices
from cio_topics.periods import date_spans

__all__ = [
    "FORMATS",
    "KINDS",
    "PRECISIONS",
    "REQUIRED_TABLES",
    "SOURCE_KINDS",
    "STATUSES",
    "TABLES",
    "Column",
    "Where",
    "as_text",
    "column_problems",
    "complete_columns",
    "empty_table",
    "header_problems",
    "marked",
    "relation_problems",
    "required_columns",
    "row_problems",
    "table_problems",
    "typed",
]

#: How a meeting was held. ``circulated`` is 持ち回り, ``joint`` is 合同.
FORMATS = ("in_person", "circulated", "joint", "online", "unknown")
#: How exactly a date is known.
PRECISIONS = ("day", "month", "year", "unknown")
#: Status of an item as printed; empty where the source prints none.
STATUSES = ("決定", "報告", "案", "改定", "その他", "")
#: What an item is: a subject, a line such as 開会 that is never counted, or a handout that stands
#: for itself because its page has no agenda. Empty where the source does not tell them apart.
KINDS = ("agenda", "ceremony", "handout", "")
#: What kind of page an item was read from, most reliable first; empty where unknown.
SOURCE_KINDS = ("official", "archive_copy", "news", "blog", "paper", "")

MAX_TITLE = 100_000
#: Longest cell that a message repeats is shortened; longest identifier allowed.
MAX_ID = 200

Check = tuple[str, Callable[["pd.Series[str]"], "pd.Series[bool]"]]


#: From a row to its file and line.
Where = Callable[[int], tuple[str, int]]


class Column(NamedTuple):
    """A column of a corpus table.

    `kind` is ``text`` or ``integer``; `default` fills a column that a file lacks (None: required).
    """

    name: str
    kind: str
    default: str | None
    checks: tuple[Check, ...]
    meaning: str


_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = r"[\x00-\x1f\x7f-\x9f]"


def _no_control(values: pd.Series[str]) -> pd.Series[bool]:
    return ~values.str.contains(_CONTROL, regex=True)


def _one_of(allowed: tuple[str, ...]) -> Check:
    names = choices(name if name else "(empty)" for name in allowed)
    return f"one of: {names}", lambda values: values.isin(allowed)


def _matches(expected: str, pattern: str) -> Check:
    compiled = re.compile(pattern)
    return expected, lambda values: values.str.fullmatch(compiled)


def _real_day(values: pd.Series[str]) -> pd.Series[bool]:
    precision = pd.Series("day", index=values.index, dtype="str")
    return date_spans(values, precision)["first"].notna()


def _real_dates(values: pd.Series[str]) -> pd.Series[bool]:
    """Tell where a text is empty or holds real dates of any precision, joined by ``;``."""
    dates = values.str.split(";").explode().fillna("").str.strip().astype("str")
    precision = dates.str.len().map({10: "day", 7: "month", 4: "year"}).fillna("unknown")
    real = date_spans(dates, precision.astype("str"))["first"].notna() | (dates == "")
    return real.groupby(level=0).all()


_DATES: Check = ("real dates as 2009-07-01, 2009-07 or 2009, or empty", _real_dates)
_PLAIN: Check = ("text without control characters", _no_control)
_FILLED: Check = ("a text that is not empty", lambda values: values.str.strip() != "")
_ID: Check = _matches(f"1 to {MAX_ID} characters without white space", rf"\S{{1,{MAX_ID}}}")
_REFERENCE: Check = _matches(
    f"1 to {MAX_ID} characters without white space, or empty", rf"\S{{0,{MAX_ID}}}"
)
_MERGED: Check = _one_of(("meetings", "items", "documents", "decisions"))
_COUNT: Check = _matches("a whole number of 0 or more, or empty", r"[0-9]{0,9}")
_ORDINAL: Check = _matches("a whole number of 1 or more, or empty", r"([1-9][0-9]{0,8})?")
_TIME: Check = _matches("a time as 09:30, or empty", r"(([01][0-9]|2[0-3]):[0-5][0-9])?")
_TITLE_LENGTH: Check = (
    f"at most {MAX_TITLE:,} characters (a whole text belongs in documents)",
    lambda values: values.str.len() <= MAX_TITLE,
)


def _text(name: str, meaning: str, default: str | None = "", *checks: Check) -> Column:
    return Column(name, "text", default, (_PLAIN, *checks), meaning)


def _integer(name: str, meaning: str, check: Check) -> Column:
    return Column(name, "integer", "", (check,), meaning)


#: The tables of a corpus and their columns, in the order in which they are written.
TABLES: dict[str, tuple[Column, ...]] = {
    "meetings": (
        _text("meeting_id", "identifier, unique", None, _ID),
        _text("body", "name of the body (会議体) as printed", None, _FILLED),
        _integer("number", "第N回, only where a source gives it", _ORDINAL),
        _text("date", "ISO date as exact as it is known: 2009-07-01, 2009-07, 2009", None),
        _text("date_precision", "how exactly the date is known", None, _one_of(PRECISIONS)),
        _text("format", "how it was held", "unknown", _one_of(FORMATS)),
        _text("start", "time it began, HH:MM", "", _TIME),
        _text("end", "time it ended, HH:MM", "", _TIME),
        _integer("n_handouts", "number of handouts, where counted", _COUNT),
        _text("place", "where it was held, as printed"),
        _text("source", "addresses of its items' sources, joined by ' ; '"),
        _text("source_kind", "kind of the first of them", "", _one_of(SOURCE_KINDS)),
        _text("parser", "what read it from there"),
        _text("confidence", "verbatim or paraphrase_of_source"),
        _text("note", "what else the source says"),
    ),
    "items": (
        _text("item_id", "identifier, unique, never recomputed", None, _ID),
        _text("meeting_id", "the meeting it was put to", None, _ID),
        _integer(
            "position", "place on the agenda, from 1; if missing, the order of the file", _ORDINAL
        ),
        _text("kind", "agenda, ceremony (開会; never counted) or handout", "", _one_of(KINDS)),
        _text("label", "number or label as printed: (2), 資料1-1"),
        _integer("level", "depth on a nested agenda, from 1", _ORDINAL),
        _text("title", "title as printed", None, _FILLED, _TITLE_LENGTH),
        _text("status", "status as printed", "", _one_of(STATUSES)),
        _text("source_url", "page the item was read from"),
        _text("source_kind", "kind of that page", "", _one_of(SOURCE_KINDS)),
        _text("parser", "what read it from there"),
        _text("confidence", "verbatim or paraphrase_of_source"),
        _text("note", "what else the source says"),
    ),
    "documents": (
        _text("document_id", "identifier, unique", None, _ID),
        _text("meeting_id", "the meeting it was put to, where known", "", _REFERENCE),
        _text("item_id", "the item it belongs to, where known", "", _REFERENCE),
        _text("label", "label as printed: 資料1-1"),
        _text("title", "title as printed"),
        Column("text", "text", "", (), "full text, where it was read"),
        _text("document_url", "address of the document itself"),
        _text("source_url", "page or file it was read from"),
        _text("source_kind", "kind of that page", "", _one_of(SOURCE_KINDS)),
        _text("parser", "what read it from there"),
        _text("confidence", "verbatim or paraphrase_of_source"),
    ),
    "decisions": (
        _text("title", "title of the document", None, _FILLED),
        _text("decided_on", "date of the decision, or empty", "", _DATES),
        _text("revised_on", "dates of revisions, joined by ;", "", _DATES),
        _text("decided_by", "body that decided it, as printed"),
        _text("document_id", "its full text, where known", "", _REFERENCE),
        _text("source_url", "pages that say so, joined by ;"),
        _text("source_kind", "kind of the first page", "", _one_of(SOURCE_KINDS)),
        _text("parser", "what read it from there"),
        _text("confidence", "verbatim or paraphrase_of_source"),
    ),
    "sources": (
        _text("table", "the table whose row another source describes too", None, _MERGED),
        _text("id", "that row's identifier; in decisions its title", None, _FILLED),
        _text("field", "the column", None, _FILLED),
        Column("value", "text", None, (), "what the other source says"),
        _text("source_url", "the other source"),
        _text("source_kind", "kind of that source", "", _one_of(SOURCE_KINDS)),
        _text("confidence", "verbatim or paraphrase_of_source"),
    ),
    "theme_labels": (
        _text("item_id", "the coded item", None, _ID),
        _text("themes", "themes after adjudication, joined by ;", None, _FILLED),
        _text("coder_a", "themes the first coder gave"),
        _text("coder_b", "themes the second coder gave"),
        _text("adjudicated", "1 where the coders differed and it was decided", "0"),
    ),
    "administrations": (
        _text("administration", "name of the cabinet", None, _FILLED),
        _text("romanised_name", "its English name"),
        _text("prime_minister", "prime minister", None, _FILLED),
        _text("prime_minister_en", "prime minister, romanised"),
        _text("government", "ldp_led, democratic_led or another leading party", None, _FILLED),
        _text("start", "first day", None, ("a real day as 2009-09-16", _real_day)),
        _text("end", "handover day, owned by the next", None, ("a real day", _real_day)),
        _text("parties", "governing parties as the source lists them"),
        _text("source_url", "pages that say so, joined by ' ; '"),
    ),
}

#: Without these there is no corpus; the others may be missing.
REQUIRED_TABLES = ("meetings", "items")


def empty_table(name: str) -> pd.DataFrame:
    """Return a table without rows."""
    return pd.DataFrame({column.name: pd.Series([], dtype="str") for column in TABLES[name]})


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return every column as text; missing values become empty, whole numbers stay whole.

    Rows are labelled 0 to n - 1; columns of one name are all kept.
    """
    columns = []
    for place in range(table.shape[1]):
        values = table.iloc[:, place]
        if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
            values = values.astype("Int64")
        if values.dtype == object:
            values = values.map(_object_text)
        columns.append(values.astype("str").fillna("").reset_index(drop=True))
    texts = pd.concat(columns, axis=1) if columns else table.reset_index(drop=True)
    return texts.set_axis([str(name) for name in table.columns], axis=1)


def _object_text(value: object) -> object:
    """Turn a lone surrogate, which Arrow cannot store, into what the schema refuses."""
    if isinstance(value, str) and not value.isascii():
        return _SURROGATE.sub("\x1a", value)
    return value


def complete_columns(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with the optional columns it lacks, known columns first."""
    known = [column.name for column in TABLES[name]]
    missing = {
        c.name: pd.Series(c.default, index=table.index, dtype="str")
        for c in TABLES[name]
        if c.name not in table and c.default is not None
    }
    complete = table.assign(**missing)
    extra = [column for column in table.columns if column not in known]
    return complete[[c for c in known if c in complete] + extra]


def header_problems(columns: pd.Index, needed: Iterable[str], file: str) -> list[Problem]:
    """Return a problem for every column that stands twice, or is needed and missing."""
    have = choices(shorten_name(column) for column in columns)
    again = [str(column) for column in columns[columns.duplicated()]]
    missing = [name for name in needed if name not in columns]
    return [
        Problem(file, 1, name, "", "", "the column stands twice; expected once") for name in again
    ] + [
        Problem(file, 1, name, "", "", f"the column is missing; found: {have}") for name in missing
    ]


def required_columns(name: str) -> list[str]:
    """Return the columns a table cannot do without."""
    return [column.name for column in TABLES[name] if column.default is None]


def table_problems(name: str, table: pd.DataFrame, where: Where) -> list[Problem]:
    """Check one table of text columns; return a problem for every bad value.

    Parameters
    ----------
    name : str
        One of :data:`TABLES`.
    table : DataFrame of str
        Completed by :func:`complete_columns`; row labels 0 to n - 1.
    where : callable
        Maps a row to its file and line.
    """
    problems = list(column_problems(name, table, where))
    problems += _repeated(name, table, where)
    problems += list(row_problems(name, table, where))
    return problems


def shorten_name(column: object) -> str:
    """Return a column name short enough for a message."""
    text = str(column)
    return text if len(text) <= 30 else text[:29] + "…"


def column_problems(name: str, table: pd.DataFrame, where: Where) -> Iterator[Problem]:
    """Yield a problem for every bad value of the columns that `table` has."""
    import pandera.errors
    import pandera.pandas as pa

    schema = pa.DataFrameSchema(
        {
            column.name: pa.Column(
                "str",
                [pa.Check(check, error=expected) for expected, check in column.checks],
            )
            for column in TABLES[name]
            if column.name in table
        }
    )
    try:
        schema.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"])
        cases = cases.sort_values(["index", "column"], kind="stable")
        for column, expected, value, row in zip(
            cases["column"], cases["check"], cases["failure_case"], cases["index"], strict=True
        ):
            yield Problem(*where(int(row)), str(column), str(value), str(expected))


_KEYS = {
    "meetings": "meeting_id",
    "items": "item_id",
    "documents": "document_id",
    "theme_labels": "item_id",
}


def _repeated(name: str, table: pd.DataFrame, where: Where) -> list[Problem]:
    if name not in _KEYS:
        return []
    key = table[_KEYS[name]]
    first: dict[str, int] = {}
    problems = []
    for row in np.flatnonzero(key.duplicated(keep=False)):
        value = key.iloc[row]
        if value in first:
            expected = f"a value of its own (it stands first in line {where(first[value])[1]})"
            problems.append(Problem(*where(int(row)), str(key.name), value, expected))
        first.setdefault(value, int(row))
    return problems


def row_problems(name: str, table: pd.DataFrame, where: Where) -> Iterator[Problem]:
    """Check values of one row against each other."""
    if name == "meetings":
        spans = date_spans(table["date"], table["date_precision"])
        unknown = table["date_precision"] == "unknown"
        fits = spans["first"].notna() | (unknown & (table["date"] == ""))
        wrong = ~fits & table["date_precision"].isin(PRECISIONS)
        expected = table["date_precision"].map(_date_text).astype("str")
        yield from marked(table["date"], wrong, expected, where)
        late = (table["start"] > table["end"]) & (table["start"] != "") & (table["end"] != "")
        yield from marked(
            table["end"],
            late,
            "a time not before the start, " + table["start"].str.slice(0, 20),
            where,
        )
    if name == "administrations":
        empty = table["start"] >= table["end"]
        yield from marked(
            table["end"], empty, "a day after the start, " + table["start"].str.slice(0, 20), where
        )
        before = table["end"].shift(fill_value="0000-00-00")
        early = table["start"] < before
        yield from marked(
            table["start"],
            early,
            "a day not before the row above, " + before.str.slice(0, 20),
            where,
        )


def marked(
    values: pd.Series[str], wrong: pd.Series[bool], expected: pd.Series[str], where: Where
) -> Iterator[Problem]:
    """Yield a problem for every value that is marked as wrong."""
    for row in np.flatnonzero(wrong):
        yield Problem(*where(int(row)), str(values.name), values.iloc[row], expected.iloc[row])


def _date_text(precision: str) -> str:
    example = {"day": "2009-07-01", "month": "2009-07", "year": "2009"}.get(precision)
    if example is None:
        return "an empty date, because date_precision is unknown"
    return f"a real date written as {example}, because date_precision is {precision}"


def relation_problems(
    tables: Mapping[str, pd.DataFrame], where: Mapping[str, Where]
) -> list[Problem]:
    """Return a problem for every key that points to no row of its table."""
    relations = (
        ("items", "meeting_id", "meetings"),
        ("documents", "meeting_id", "meetings"),
        ("documents", "item_id", "items"),
        ("decisions", "document_id", "documents"),
        ("theme_labels", "item_id", "items"),
    )
    problems: list[Problem] = []
    for name, key, other in relations:
        if name in tables and other in tables and key in tables[name] and key in tables[other]:
            values = tables[name][key]
            lost = ~values.isin(tables[other][key]) & (values != "")
            expected = pd.Series(f"a {key} that stands in {other}", index=values.index)
            problems += marked(values, lost, expected, where[name])
    return problems


def typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a checked table with its dtypes: text as ``str``, whole numbers as ``Int64``."""
    integers = {
        c.name: pd.to_numeric(table[c.name].where(table[c.name] != ""), errors="coerce").astype(
            "Int64"
        )
        for c in TABLES[name]
        if c.kind == "integer"
    }
    return table.assign(**integers)
