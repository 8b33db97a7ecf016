"""Merged cells: a column that is filled in the first row of a meeting alone."""

from __future__ import annotations

import pandas as pd

from cio_topics.ingest.tables.mapping import TableMapping
from cio_topics.ingest.tables.rows import OF_MEETING

__all__ = ["fill_down", "merged_columns"]


def fill_down(table: pd.DataFrame, mapping: TableMapping) -> tuple[pd.DataFrame, int]:
    """Carry cells down into rows with a title that lack all of them; return how many rows.

    The body is carried by itself; the others only where no column of `fill_down` is filled and the
    body is the same, so that a new meeting without a date keeps none.
    """
    if not mapping.fill_down or "title" not in mapping.columns:
        return table, 0
    titled = table[mapping.columns["title"]].str.strip() != ""
    body = mapping.columns.get("body", "")
    filled = table.copy()
    if body in mapping.fill_down:
        filled[body] = _carried(table[body], titled & (table[body].str.strip() == ""))
    others = [column for column in mapping.fill_down if column != body]
    gaps = titled & (table[others].apply(lambda c: c.str.strip()) == "").all(axis=1)
    if others and body in table:
        bodies = filled[body].where(~gaps).ffill()
        gaps &= (bodies == filled[body]) | (filled[body] == "")
    for column in others:
        filled[column] = _carried(table[column], gaps)
    changed = (filled != table).any(axis=1)
    return filled, int(changed.sum())


def _carried(values: pd.Series[str], gaps: pd.Series[bool]) -> pd.Series[str]:
    """Give each gap the value of the last row above that is none."""
    above = values.where(~gaps).ffill().fillna("").astype("str")
    return values.where(~gaps, above)


def merged_columns(table: pd.DataFrame, mapping: TableMapping) -> tuple[str, ...]:
    """Return columns of the meeting that are blank in rows with a title, below a filled row."""
    if "title" not in mapping.columns:
        return ()
    titled = table[table[mapping.columns["title"]].str.strip() != ""]
    columns = {mapping.columns[f]: f for f in OF_MEETING if f in mapping.columns}
    blank = {column: titled[column].str.strip() == "" for column in columns}
    gaps = {c: gap & (~gap).cummax() for c, gap in blank.items() if c not in mapping.fill_down}
    keys = [c for c in gaps if columns[c] in ("body", "number", "date") and gaps[c].any()]
    if not keys:
        return ()
    below = pd.concat([gaps[column] for column in keys], axis=1).all(axis=1)
    return tuple(c for c in gaps if c in keys or (below.any() and blank[c][below].all()))
