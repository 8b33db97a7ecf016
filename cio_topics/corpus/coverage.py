"""What a corpus covers, and what it does not know."""

from __future__ import annotations

import pandas as pd

from cio_topics.corpus.model import Corpus
from cio_topics.periods import UNKNOWN, period_order

__all__ = ["coverage"]

LONG_TITLE = 300


def coverage(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Count what the corpus holds, by year and body, and what is missing.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    dict of str to DataFrame
        ``totals`` (``what, n``), ``years`` (``year, n_items, n_meetings``), ``bodies`` (``body,
        n_items, n_meetings, first, last``), ``precision`` (``date_precision, n_items, share``),
        ``missing`` (``table, column, n_missing, n_rows, share``), ``remarks`` (``remark, n,
        item_ids``): what is no error but worth a look.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> tables = coverage(read_example())
    >>> tables["totals"].values.tolist()[:3]
    [['items', 307], ['ceremonial lines, not counted', 0], ['meetings', 163]]
    """
    agenda = corpus.agenda()
    return {
        "totals": _totals(corpus),
        "years": _years(agenda, corpus.administrations),
        "bodies": _bodies(agenda),
        "precision": _precision(agenda),
        "missing": _missing(corpus),
        "remarks": _remarks(agenda),
    }


def _totals(corpus: Corpus) -> pd.DataFrame:
    meetings = corpus.meetings
    rows = [
        ("items", len(corpus)),
        ("ceremonial lines, not counted", len(corpus.items) - len(corpus)),
        ("meetings", len(meetings)),
        ("bodies", meetings["body"].nunique()),
        ("numbered meetings", int(meetings["number"].notna().sum())),
        ("documents", len(corpus.documents)),
        ("decisions", len(corpus.decisions)),
        ("coded items", len(corpus.theme_labels)),
    ]
    return pd.DataFrame(rows, columns=["what", "n"])


def _years(agenda: pd.DataFrame, administrations: pd.DataFrame) -> pd.DataFrame:
    grouped = agenda.groupby("year").agg(
        n_items=("item_id", "size"), n_meetings=("meeting_id", "nunique")
    )
    order = period_order("year", list(grouped.index), administrations)
    return grouped.reindex(order, fill_value=0).rename_axis("year").reset_index()


def _bodies(agenda: pd.DataFrame) -> pd.DataFrame:
    grouped = agenda.groupby("body").agg(
        n_items=("item_id", "size"),
        n_meetings=("meeting_id", "nunique"),
        first=("date", _first_known),
        last=("date", "max"),
    )
    return grouped.reset_index().sort_values(
        ["n_items", "body"], ascending=[False, True], kind="stable", ignore_index=True
    )


def _first_known(dates: pd.Series[str]) -> str:
    known = dates[dates != ""]
    return str(known.min()) if len(known) else ""


def _precision(agenda: pd.DataFrame) -> pd.DataFrame:
    counts = agenda["date_precision"].value_counts()
    order = [p for p in ("day", "month", "year", UNKNOWN) if p in counts.index]
    table = counts.reindex(order).rename_axis("date_precision").reset_index(name="n_items")
    return table.assign(share=table["n_items"] / max(1, len(agenda)))


def _missing(corpus: Corpus) -> pd.DataFrame:
    rows = []
    for name in ("meetings", "items"):
        table = corpus.tables[name]
        for column in table.columns:
            empty = table[column].isna() | table[column].isin(["", UNKNOWN])
            rows.append((name, column, int(empty.sum()), len(table)))
    missing = pd.DataFrame(rows, columns=["table", "column", "n_missing", "n_rows"])
    missing = missing[missing["n_missing"] > 0].reset_index(drop=True)
    return missing.assign(share=missing["n_missing"] / missing["n_rows"])


def _remarks(agenda: pd.DataFrame) -> pd.DataFrame:
    title = agenda["title"]
    found = {
        f"title longer than {LONG_TITLE} characters": title.str.len() > LONG_TITLE,
        "title with the replacement character U+FFFD": title.str.contains("\ufffd", regex=False),
        "title with half-width kana": title.str.contains("[\uff61-\uff9f]", regex=True),
        "same title twice on one agenda": agenda.duplicated(["meeting_id", "title"], keep=False),
    }
    rows = [
        (remark, int(rows.sum()), ";".join(agenda.loc[rows, "item_id"].head(5)))
        for remark, rows in found.items()
        if rows.any()
    ]
    return pd.DataFrame(rows, columns=["remark", "n", "item_ids"])
