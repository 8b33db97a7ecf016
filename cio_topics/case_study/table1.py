"""Table 1 of the case study, reproduced from meetings where they are known, year by year."""

from __future__ import annotations

import pandas as pd

from cio_topics.case_study.bases import inside
from cio_topics.case_study.claims import STUDY, Span
from cio_topics.case_study.judgement import verdict_of_bounds
from cio_topics.case_study.sittings import Sittings, coverage_of
from cio_topics.corpus import read_case_study

__all__ = ["TOTAL", "number_ranges", "reproduced_table1"]

TOTAL = "total"


def number_ranges(table1: pd.DataFrame) -> pd.DataFrame:
    """Return the first and last meeting number of each year, as the counts of table 1 add up.

    Examples
    --------
    >>> number_ranges(read_case_study("table1")).set_index("year").loc[2012].tolist()
    [45, 48]
    """
    last = table1["meetings"].cumsum()
    first = last - table1["meetings"] + 1
    return pd.DataFrame({"year": table1["year"], "first_number": first, "last_number": last})


def reproduced_table1(independent: Sittings, everything: Sittings) -> pd.DataFrame:
    """Put what is known of each year beside table 1.

    Parameters
    ----------
    independent, everything : Sittings
        Without and with rows read from the case study.

    Returns
    -------
    DataFrame
        A row a year and one for the ``total``:

        - ``year, meetings, circulated``: as the case study has them; ``first_number, last_number``:
          the numbers that follow;
        - ``n_meetings, n_format_known, n_circulated``: sittings known without the case study, those
          whose format is known, and circulated ones among these; ``coverage``: the share of the
          claimed meetings;
        - ``n_meetings_all``: sittings known with the case study's rows;
        - ``meetings_low, meetings_high, circulated_low, circulated_high``: bounds by numbers that
          run without a gap; no value where there is none;
        - ``numbers, numbers_outside``: known numbers, and those not in the range of their year;
        - ``verdict``: of the number of meetings; ``contradicted`` too where a number lies outside.

    References
    ----------
    本田正美 (2019). 各府省情報化統括責任者(CIO)連絡会議の事例研究, table 1.
    """
    table1 = read_case_study("table1")
    ranges = number_ranges(table1)
    rows = []
    for year, meetings, circulated, first, last in zip(
        table1["year"], table1["meetings"], table1["circulated"], *_ends(ranges), strict=True
    ):
        span = Span(max(f"{year}-01-01", STUDY.first), f"{year}-12-31")
        row = {"year": str(year), "meetings": meetings, "circulated": circulated}
        row |= {"first_number": first, "last_number": last}
        rows.append(row | _found(independent, everything, span, row))
    whole = {"year": TOTAL, "meetings": table1["meetings"].sum()}
    whole |= {"circulated": table1["circulated"].sum()}
    whole |= {"first_number": 1, "last_number": int(table1["meetings"].sum())}
    rows.append(whole | _found(independent, everything, STUDY, whole))
    table = pd.DataFrame(rows)
    bounds = [name for name in map(str, table) if name.endswith(("_low", "_high"))]
    finite = table[bounds].astype(float).replace(float("inf"), None)
    return table.assign(**finite.astype("Int64"))


def _ends(ranges: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return ranges["first_number"], ranges["last_number"]


def _found(
    independent: Sittings, everything: Sittings, span: Span, row: dict[str, object]
) -> dict[str, object]:
    held = independent.table[inside(independent.table, span)]
    coverage = coverage_of(independent, span)
    sure, n_circulated = held["circulated"].notna().sum(), held["circulated"].fillna(False).sum()
    numbers = held["number"].dropna().astype(int).sort_values()
    outside = numbers[~numbers.between(int(str(row["first_number"])), int(str(row["last_number"])))]
    meetings = int(str(row["meetings"]))
    verdict = verdict_of_bounds(meetings, coverage.low, coverage.high)
    return {
        "n_meetings": len(held),
        "n_format_known": int(sure),
        "n_circulated": int(n_circulated),
        "coverage": len(held) / meetings,
        "n_meetings_all": int(inside(everything.table, span).sum()),
        "meetings_low": float(coverage.low),
        "meetings_high": coverage.high,
        "circulated_low": float(n_circulated),
        "circulated_high": n_circulated + coverage.high - sure,
        "numbers": ";".join(map(str, numbers)),
        "numbers_outside": ";".join(map(str, outside)),
        "verdict": "contradicted" if len(outside) else verdict,
    }
