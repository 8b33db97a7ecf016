"""Items with terms or themes → bursts: when a term was far more frequent than usual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from cio_topics.errors import SettingsError, TooSmallError, check_level, choices, shorten
from cio_topics.intervals import cluster_bootstrap_shares
from cio_topics.tracking.trends.automaton import (
    Burst,
    burst_levels,
    burst_runs,
    level_bursts,
    state_costs,
)
from cio_topics.tracking.trends.timeline import mid_days

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer

__all__ = ["BATCHES", "bursts", "term_bursts", "theme_bursts"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Batch = Literal["year", "fiscal_year", "quarter", "month"]
#: What is one batch of items, and the coarsest dates that have a place in it.
BATCHES = {"year": "year", "fiscal_year": "month", "quarter": "month", "month": "month"}

_EPOCH = pd.Timestamp("1970-01-01")
_NEEDED = ("item_id", "meeting_id", "date", "date_precision")
_COLUMNS = [
    *("level", "start", "end", "lasting", "weight", "p", "p_adjusted"),
    *("n", "n_items", "n_meetings", "share", "share_low", "share_high"),
    *("n_all", "n_items_all", "share_all", "n_undated", "n_items_undated", "item_ids"),
]


class _Automaton(NamedTuple):
    n_states: int
    scaling: float
    gamma: float


class _Batched(NamedTuple):
    """Meetings in batches, and which terms their items have."""

    labels: list[str]
    batch: IntArray  # of each meeting
    totals: FloatArray  # items of each meeting
    counts: sparse.csr_matrix  # items of each meeting with each term


def bursts(
    items: pd.DataFrame,
    marks: pd.DataFrame,
    by: Batch = "year",
    *,
    n_states: int = 2,
    scaling: float = 2.0,
    gamma: float = 1.0,
    fewest: int = 5,
    n_draws: int = 999,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find bursts of anything that items have: terms, themes, statuses.

    Parameters
    ----------
    items : DataFrame
        ``item_id, meeting_id, date, date_precision``, one row an item, as of
        :meth:`cio_topics.corpus.Corpus.agenda`.
    marks : DataFrame
        ``item_id`` and a column that names what the item has; its name is the name of the first
        column of the result. Rows that stand twice count once.
    by : {"year", "fiscal_year", "quarter", "month"}, default "year"
        One batch. Dates too coarse for it, and unknown ones, are left out and counted.
    n_states, scaling, gamma
        Of the automaton, see :func:`~cio_topics.tracking.trends.state_costs` and
        :func:`~cio_topics.tracking.trends.burst_levels`.
    fewest : int, default 5
        Dated items that must have a term.
    n_draws : int, default 999
        Permutations of whole meetings.
    level : float in (0, 1), default 0.95
        Of the interval of the share.
    random_state : int, default 0

    Returns
    -------
    DataFrame
        One row a burst, by falling weight, then by name and level:

        - the name; ``level``: 1, 2, … (a burst of level 2 lies within one of level 1)
        - ``start, end``: first and last batch; ``lasting``: whether it reaches the last batch
        - ``weight``: what the burst saves, in units of log likelihood
        - ``p``: how often a burst of this name and level weighs as much when whole meetings change
          places in time; ``p_adjusted``: how often one of any name and level does
        - ``n, n_items, n_meetings``: items with the term, all items and all meetings of the burst;
          ``share, share_low, share_high``: its interval draws whole meetings, and is too good,
          since the burst was chosen for its share
        - ``n_all, n_items_all, share_all``: of all dated items; ``n_undated, n_items_undated``
        - ``item_ids``: items of the burst with the term, joined by ``;``

    Raises
    ------
    SettingsError
        An unknown batch, a missing column, or settings of the automaton that are not allowed.
    TooSmallError
        No item has a date as fine as a batch.

    References
    ----------
    Kleinberg, J. (2002). Bursty and hierarchical structure in streams. Proceedings of KDD 2002,
    91-101. doi:10.1145/775047.775061 (the automaton)
    Westfall, P. H. and Young, S. S. (1993). Resampling-based multiple testing. Wiley (p_adjusted:
    the largest weight of all)

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> agenda = read_example().agenda()
    >>> status = agenda[["item_id", "status"]]
    >>> found = bursts(agenda, status, n_draws=99)
    >>> found[["status", "start", "end", "n"]].head(1).values.tolist()
    [['その他', '2001', '2002', 12]]
    """
    check_level(level)
    name = _checked(items, marks, by, n_draws)
    days = mid_days(items["date"], items["date_precision"], BATCHES[by])  # type: ignore[arg-type]
    dated = _dated(items, days, by)
    marks = marks[["item_id", name]].drop_duplicates()
    with_date = marks["item_id"].isin(dated["item_id"])
    n_of = marks[name][with_date].value_counts()
    names = sorted(n_of.index[n_of >= fewest])
    inside = marks[with_date & marks[name].isin(names)]
    batched = _batched(dated, days[days.notna()], inside, names, by)
    automaton = _Automaton(n_states, scaling, gamma)
    found, p, p_adjusted = _tested(batched, automaton, n_draws, random_state)
    rows = []
    for place, each in enumerate(found):
        row = _described(batched, each, level, random_state)
        row.update(level=each.level, weight=each.weight, p=p[place], p_adjusted=p_adjusted[place])
        row["item_ids"] = _ids(dated, inside[inside[name] == names[each.column]], batched, each)
        rows.append({name: names[each.column], **row})
    result = pd.DataFrame(rows, columns=[name, *_COLUMNS])
    undated = marks[name][~with_date].value_counts()
    result["n_undated"] = result[name].map(undated).fillna(0).astype(np.int64)
    result["n_items_undated"] = len(items) - len(dated)
    for text in (name, "start", "end", "item_ids"):
        result[text] = result[text].astype("str")
    order = ["weight", name, "level"]
    result = result.sort_values(order, ascending=[False, True, True], ignore_index=True)
    result.attrs.update(by=by, level=level, n_tested=len(names), n_undated=len(items) - len(dated))
    return result


def _dated(items: pd.DataFrame, days: pd.Series[float], by: str) -> pd.DataFrame:
    dated = items[days.notna()].reset_index(drop=True)
    if dated.empty:
        raise TooSmallError(
            f"none of {len(items)} items has a date as fine as a {by}; expected some.",
            "Take longer batches, as by='year'.",
            "より長い単位(年など)を指定してください。",
        )
    return dated


def _tested(
    batched: _Batched, automaton: _Automaton, n_draws: int, random_state: int
) -> tuple[list[Burst], FloatArray, FloatArray]:
    """Return the bursts, and p of their own and of any name and level."""
    costs = _costs(batched, batched.batch, automaton)
    found = level_bursts(costs, burst_levels(costs, gamma=automaton.gamma))
    weights = np.array([each.weight for each in found]) - 1e-9
    columns = np.array([each.column for each in found], dtype=np.int64)
    levels = np.array([each.level for each in found], dtype=np.int64)
    rng = np.random.default_rng(random_state)
    own, any_ = np.ones(len(found)), np.ones(len(found))
    for _ in range(n_draws if found else 0):
        largest = _largest(batched, rng.permutation(batched.batch), automaton)
        own += largest[columns, levels] >= weights
        any_ += largest.max() >= weights
    return found, own / (1 + n_draws), any_ / (1 + n_draws)


def term_bursts(
    items: pd.DataFrame,
    by: Batch = "year",
    *,
    tokenizer: Tokenizer | None = None,
    **settings: object,
) -> pd.DataFrame:
    """Find bursts of the terms of titles.

    Parameters
    ----------
    items : DataFrame
        As for :func:`bursts`, with ``title``.
    by : {"year", "fiscal_year", "quarter", "month"}, default "year"
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None.
    **settings
        As for :func:`bursts`.

    Returns
    -------
    DataFrame
        As of :func:`bursts`; the first column is ``term``.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> found = term_bursts(read_example().agenda(), n_draws=99, fewest=10)
    >>> found.columns[0], bool((found["n"] <= found["n_items"]).all())
    ('term', True)
    """
    from cio_topics.terms import term_occurrences

    found = term_occurrences(items, tokenizer=tokenizer)
    ids = items["item_id"].to_numpy()[found["row"].to_numpy()]
    marks = pd.DataFrame({"item_id": ids, "term": found["term"].astype("str").to_numpy()})
    return bursts(items, marks, by, **settings)  # type: ignore[arg-type]


def theme_bursts(
    table: pd.DataFrame,
    by: Batch = "year",
    *,
    themes: Sequence[str] | None = None,
    **settings: object,
) -> pd.DataFrame:
    """Find bursts of themes.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    by : {"year", "fiscal_year", "quarter", "month"}, default "year"
    themes : sequence of str, optional
        All of the table if None.
    **settings
        As for :func:`bursts`.

    Returns
    -------
    DataFrame
        As of :func:`bursts`; the first column is ``theme``.

    Raises
    ------
    SettingsError
        A theme that the table does not have.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> found = theme_bursts(theme_table(read_example()), themes=["optimization"], n_draws=99)
    >>> found[["theme", "start", "end"]].values.tolist()
    [['optimization', '2003', '2011']]
    """
    known = list(table.attrs.get("themes", table["theme"].unique()))
    unknown = [theme for theme in themes or () if theme not in known]
    if unknown:
        raise SettingsError(
            f"unknown theme {shorten(unknown[0])}; expected some of: {choices(known)}.",
            "Use the ids of the codebook the table was made with.",
            "表を作ったコードブックのテーマ ID を使ってください。",
        )
    items = table.drop_duplicates("item_id", ignore_index=True)
    marks = table[table["theme"].isin(known if themes is None else list(themes))]
    return bursts(items, marks[["item_id", "theme"]], by, **settings)  # type: ignore[arg-type]


def _checked(items: pd.DataFrame, marks: pd.DataFrame, by: str, n_draws: int) -> str:
    """Return the name of the column of marks."""
    if by not in BATCHES:
        raise SettingsError(
            f"unknown batch {shorten(by)}; expected one of: {choices(BATCHES)}.",
            "Choose one of them.",
            "このうちの一つを選んでください。",
        )
    missing = [column for column in _NEEDED if column not in items]
    if missing:
        raise SettingsError(
            f"the items lack {choices(missing)}; expected the columns: {choices(_NEEDED)}.",
            "Give the table of corpus.agenda().",
            "corpus.agenda() の表を渡してください。",
        )
    others = [column for column in marks.columns if column != "item_id"]
    if len(others) != 1 or "item_id" not in marks:
        raise SettingsError(
            f"marks have the columns {choices(marks.columns)}; expected item_id and one other."
        )
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    return str(others[0])


def _batched(
    dated: pd.DataFrame, days: pd.Series[float], inside: pd.DataFrame, names: list[str], by: str
) -> _Batched:
    number, labels = _batches(np.asarray(days, dtype=np.float64), by)
    meeting, ids = pd.factorize(dated["meeting_id"])
    batch = np.zeros(len(ids), dtype=np.int64)
    batch[meeting] = number
    of_item = pd.Series(meeting, index=dated["item_id"])
    rows = inside["item_id"].map(of_item).to_numpy(dtype=np.int64)
    columns = pd.Index(names).get_indexer(pd.Index(inside[inside.columns[1]]))
    shape = len(ids), len(names)
    counts = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    totals = np.bincount(meeting, minlength=len(ids)).astype(float)
    return _Batched(labels, batch, totals, counts)


def _batches(days: FloatArray, by: str) -> tuple[IntArray, list[str]]:
    """Return the batch of each day, counted from the first, and the names of all batches."""
    dates = pd.DatetimeIndex(_EPOCH + pd.to_timedelta(days, unit="D"))
    months = np.asarray(dates.year * 12 + dates.month - 1, dtype=np.int64)
    if by == "fiscal_year":
        months = months - 3
    length = {"year": 12, "fiscal_year": 12, "quarter": 3, "month": 1}[by]
    number = months // length
    first, last = int(number.min()), int(number.max())

    def label(k: int) -> str:
        year, part = divmod(k, 12 // length)
        if length == 12:
            return str(year)
        return f"{year}-Q{part + 1}" if length == 3 else f"{year}-{part + 1:02d}"

    return number - first, [label(k) for k in range(first, last + 1)]


def _costs(batched: _Batched, batch: IntArray, automaton: _Automaton) -> FloatArray:
    n = len(batched.labels)
    m = len(batch)
    of_batch = sparse.csr_matrix((np.ones(m), (batch, np.arange(m))), shape=(n, m))
    relevant = (of_batch @ batched.counts).toarray()
    totals = np.bincount(batch, batched.totals, minlength=n)
    return state_costs(relevant, totals, n_states=automaton.n_states, scaling=automaton.scaling)


def _largest(batched: _Batched, batch: IntArray, automaton: _Automaton) -> FloatArray:
    """Return the largest weight of each term and level, shape (n_terms, n_states); 0 if none."""
    costs = _costs(batched, batch, automaton)
    largest = np.zeros(costs.shape[1:])
    levels = burst_levels(costs, gamma=automaton.gamma)
    for level in range(1, automaton.n_states):
        columns, _, _, weights = burst_runs(costs, levels, level)
        np.maximum.at(largest[:, level], columns, weights)
    return largest


def _described(
    batched: _Batched, burst: Burst, level: float, random_state: int
) -> dict[str, object]:
    column, start, end = burst.column, burst.start, burst.end
    inside = (batched.batch >= start) & (batched.batch <= end)
    counts, totals = batched.counts[:, [column]].toarray(), batched.totals
    low, high = cluster_bootstrap_shares(
        counts[inside], totals[inside], level=level, random_state=random_state
    )
    n, n_all = int(counts[inside].sum()), int(counts.sum())
    return {
        "start": batched.labels[start],
        "end": batched.labels[end],
        "lasting": end + 1 == len(batched.labels),
        "n": n,
        "n_items": int(totals[inside].sum()),
        "n_meetings": int(inside.sum()),
        "share": n / totals[inside].sum(),
        "share_low": low[0],
        "share_high": high[0],
        "n_all": n_all,
        "n_items_all": int(totals.sum()),
        "share_all": n_all / totals.sum(),
    }


def _ids(dated: pd.DataFrame, having: pd.DataFrame, batched: _Batched, burst: Burst) -> str:
    batch = batched.batch[pd.factorize(dated["meeting_id"])[0]]
    these = dated["item_id"][(batch >= burst.start) & (batch <= burst.end)]
    return ";".join(these[these.isin(having["item_id"])])
