"""What the case study says of itself: its claims beside its own table 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from cio_topics.case_study.bases import item_origin
from cio_topics.case_study.claims import NUMBERED, STUDY, Claim
from cio_topics.case_study.table1 import number_ranges
from cio_topics.corpus import read_case_study

__all__ = ["INTERNAL_COLUMNS", "internal_checks", "internal_rows"]


class _Check(NamedTuple):
    check: str
    claims: str
    what_ja: str
    what_en: str
    stated: str
    computed: str
    agrees: bool


INTERNAL_COLUMNS = _Check._fields

# What a note of the corpus says of two places of the case study that differ.
_DIFFER = re.compile(r"(abstract says [^;]+?), (section \d+ says [^;]+)")


def internal_checks(claims: list[Claim], items: pd.DataFrame) -> pd.DataFrame:
    """Hold the claims to each other and to table 1 of the case study.

    Parameters
    ----------
    claims : list of Claim
    items : DataFrame
        Of the body: notes of rows read from the case study may say that its places differ.

    Returns
    -------
    DataFrame
        ``check, claims, what_ja, what_en, stated, computed, agrees``; conflicts first.

    Examples
    --------
    >>> from cio_topics.case_study.claims import read_claims
    >>> from cio_topics.corpus import read_example
    >>> checks = internal_checks(read_claims(), read_example().items)
    >>> checks.loc[~checks["agrees"], ["check", "stated", "computed"]].values.tolist()[0]
    ['timed_is_rest', '39', '81 − 41 = 40']
    """
    checks = [*_checks(claims), *_noted(items)]
    table = pd.DataFrame(checks, columns=list(INTERNAL_COLUMNS))
    return table.sort_values("agrees", kind="stable", ignore_index=True)


def _checks(claims: list[Claim]) -> Iterator[_Check]:
    table1 = read_case_study("table1")
    yield from internal_rows({claim.claim_id: claim.value for claim in claims}, table1)


def internal_rows(value: dict[str, str], table1: pd.DataFrame) -> Iterator[_Check]:
    """Yield the checks of claimed values (by claim) against a table of meetings by year.

    Parameters
    ----------
    value : dict of str to str
    table1 : DataFrame
        ``year, meetings, circulated``.
    """
    total, circulated = int(value["meetings_total"]), int(value["circulated_total"])
    timed = int(value["timed_meetings"])
    yield _sum("table1_meetings", "meetings_total", total, table1["meetings"], "会議", "meetings")
    yield _sum(
        "table1_circulated",
        "circulated_total",
        circulated,
        table1["circulated"],
        "持ち回り",
        "circulated meetings",
    )
    rest = total - circulated
    yield _Check(
        "timed_is_rest",
        "meetings_total;circulated_total;timed_meetings",
        "所要時間を示した会議の数 = 全会議 − 持ち回り",
        "meetings with a duration = all meetings − circulated ones",
        str(timed),
        f"{total} − {circulated} = {rest}",
        timed == rest,
    )
    too_many = table1.loc[table1["circulated"] > table1["meetings"], "year"].tolist()
    yield _Check(
        "circulated_within_meetings",
        "circulated_total",
        "持ち回りが会議より多い年の数",
        "years with more circulated meetings than meetings",
        "0",
        f"{len(too_many)}" + (f" ({', '.join(map(str, too_many))})" if too_many else ""),
        not too_many,
    )
    yield _span_of(table1)
    yield from _joint(value, table1)
    yield from _numbers(table1)
    yield _order(value)
    yield _summaries(value, total)
    yield _part(value)


def _sum(check: str, claim: str, stated: int, column: pd.Series, ja: str, en: str) -> _Check:
    computed = int(column.sum())
    what_ja, what_en = f"表1の{ja}の合計", f"sum of {en} in table 1"
    return _Check(check, claim, what_ja, what_en, str(stated), str(computed), stated == computed)


def _span_of(table1: pd.DataFrame) -> _Check:
    years = int(STUDY.last[:4]) - int(STUDY.first[:4]) + 1
    n = table1["year"].nunique()
    ja, en = "表1の年の数 = 対象の17年", "years of table 1 = the 17 years studied"
    return _Check("table1_years", "meetings_total", ja, en, str(years), str(n), years == n)


def _joint(value: dict[str, str], table1: pd.DataFrame) -> Iterator[_Check]:
    rest = (table1["meetings"] - table1["circulated"]).set_axis(table1["year"])
    for claim in sorted(value):
        if not claim.startswith("joint_"):
            continue
        year, stated = int(claim.removeprefix("joint_")), int(value[claim])
        most = int(rest.get(year, 0))
        ja = f"{year}年の合同会議は、持ち回り以外の会議の数以下"
        en = f"joint meetings of {year} are no more than those not circulated"
        yield _Check(claim, claim, ja, en, str(stated), f"≤ {most}", stated <= most)


def _numbers(table1: pd.DataFrame) -> Iterator[_Check]:
    ranges = number_ranges(table1).set_index("year")
    for number, (month, claim) in NUMBERED.items():
        year = int(month[:4])
        first, last = (int(ranges[name][year]) for name in ("first_number", "last_number"))
        ja = f"第{number}回({month})は、表1を累計した{year}年の回次にある"
        en = f"meeting {number} ({month}) lies in the numbers of {year}, table 1 cumulated"
        agrees = first <= number <= last
        yield _Check(f"number_{number}", claim, ja, en, str(number), f"{first}–{last}", agrees)


def _order(value: dict[str, str]) -> _Check:
    low, mean, high = (float(value[f"duration_{name}"]) for name in ("min", "mean", "max"))
    ja, en = "最短 ≤ 平均 ≤ 最長(分)", "shortest ≤ mean ≤ longest (minutes)"
    claims = "duration_min;duration_mean;duration_max"
    computed = f"{low:g} ≤ {mean:g} ≤ {high:g}"
    return _Check("durations", claims, ja, en, f"{mean:g}", computed, low <= mean <= high)


def _summaries(value: dict[str, str], total: int) -> _Check:
    numbers = [int(number) for number in value["summaries_published"].split(";")]
    ja, en = "議事要旨のある回は1から総数までにある", "meetings with a summary are among all"
    agrees = all(1 <= number <= total for number in numbers)
    stated = ";".join(map(str, numbers))
    return _Check("summaries", "summaries_published", ja, en, stated, f"1–{total}", agrees)


def _part(value: dict[str, str]) -> _Check:
    part, whole = int(value["decisions_2009_2012"]), int(value["decisions_total"])
    ja, en = "一部の年の決定は全体以下", "decisions of some years are no more than all"
    claims = "decisions_2009_2012;decisions_total"
    return _Check("decisions", claims, ja, en, str(part), f"≤ {whole}", part <= whole)


def _noted(items: pd.DataFrame) -> Iterator[_Check]:
    """Give each difference between places of the case study that a note of the corpus records."""
    notes = items.loc[item_origin(items) == "case_study", "note"]
    found = dict.fromkeys(match.groups() for match in map(_DIFFER.search, notes) if match)
    for place, (one, other) in enumerate(found):
        ja, en = "要旨と本文が同じことを言う", "abstract and text say the same"
        claims = "joint_2015" if "joint" in one else ""
        yield _Check(f"noted_{place + 1}", claims, ja, en, one, other, False)
