"""Claims of counts, minutes, means and meeting numbers, decided by what could not be otherwise."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from cio_topics.case_study.bases import Known, inside
from cio_topics.case_study.claims import STUDY, Claim
from cio_topics.case_study.judgement import (
    Judgement,
    Verdict,
    number_text,
    range_text,
    verdict_of_bounds,
)
from cio_topics.case_study.sittings import Sittings, coverage_of
from cio_topics.text import normalize

__all__ = ["count_judgement", "mean_interval", "mean_judgement", "numbers_judgement"]

#: Titles and labels of handouts that are a summary of proceedings.
SUMMARIES = ("議事要旨", "議事概要")

_NAMES = {
    "sittings": ("会議", "meetings"),
    "circulated": ("持ち回り会議", "circulated meetings"),
    "joint": ("合同会議", "joint meetings"),
    "timed": ("持ち回り以外で時刻のわかる会議", "meetings other than circulated with a duration"),
}


def count_judgement(claim: Claim, known: Known, sittings: Sittings, total: int) -> Judgement:
    """Judge a count of meetings or of decisions by its bounds.

    The count is at least what is known to have the property, and at most that and every meeting of
    which it is not known. It is confirmed if the bounds meet at the claimed number, contradicted if
    the claimed number lies outside them.

    Parameters
    ----------
    claim : Claim
        With ``counted`` of ``sittings, circulated, joint, timed, decisions``.
    known : Known
    sittings : Sittings
    total : int
        How many meetings the case study counts in the time of the claim.
    """
    if claim.reading.counted == "decisions":
        return _decisions(claim, known, sittings)
    span, counted = claim.reading.span, claim.reading.counted
    held = sittings.table[inside(sittings.table, span)]
    coverage = coverage_of(sittings, span)
    if counted == "sittings":
        n, low, high, with_property = len(held), float(coverage.low), coverage.high, held
        n_sure = len(held)
    else:
        has = held[counted]
        with_property = held[has.fillna(False).astype(bool)]
        n, n_sure = len(with_property), int(has.notna().sum())
        low, high = float(n), n + (coverage.high - n_sure)
    verdict = verdict_of_bounds(float(claim.value), low, high)
    ja, en = _count_reason(claim, held, coverage.low, n, n_sure, low, high, total)
    missing = max(0, total - n_sure)
    return Judgement(
        verdict,
        ja,
        en,
        "bounds",
        range_text(low, high, "ja") if low or high < math.inf else "",
        range_text(low, high, "en") if low or high < math.inf else "",
        low if low == high else None,
        low,
        high,
        "bounds",
        n=n,
        n_meetings=len(held),
        needed_meetings=0 if verdict != "not_decidable" else missing,
        meeting_ids=tuple(with_property["meeting_id"]),
    )


def _count_reason(
    claim: Claim,
    held: pd.DataFrame,
    at_least: int,
    n: int,
    n_sure: int,
    low: float,
    high: float,
    total: int,
) -> tuple[str, str]:
    name_ja, name_en = _NAMES[claim.reading.counted]
    bounds_ja, bounds_en = range_text(low, high, "ja"), range_text(low, high, "en")
    ja = f"{total}回のうち{len(held)}回がわかる。"
    en = f"Of {total} meetings {len(held)} are known."
    if claim.reading.counted == "sittings":
        numbers = held["number"].dropna()
        if len(numbers):
            last = held.iloc[int(held["number"].astype(float).argmax())]
            ja += f"最大の回次は第{int(last['number'])}回({last['date']})。"
            en += f" The highest number is {int(last['number'])} ({last['date']})."
    else:
        ja += f"{name_ja}かどうかがわかるのは{n_sure}回、該当は{n}回。"
        en += f" For {n_sure} of these it is known whether they are {name_en}; {n} are."
    if low == 0 and high == math.inf:
        return f"{ja}{name_ja}の数は何も言えない。", f"{en} Nothing follows on how many there were."
    return f"{ja}したがって{name_ja}は{bounds_ja}。", f"{en} So: {bounds_en} {name_en}."


def _decisions(claim: Claim, known: Known, sittings: Sittings) -> Judgement:
    """Judge how many decision documents were listed: only a complete corpus has the list."""
    decided = decided_within(known, claim)
    n, titles = len(decided), "、".join(f"「{title}」" for title in decided["title"].head(3))
    complete = bool(sittings.closed) and len(known.corpus.decisions) > 0
    low, high = (float(n), float(n)) if complete else (0.0, math.inf)
    verdict = verdict_of_bounds(float(claim.value), low, high)
    ja = f"期間内に決定されたとわかる文書は{n}件" + (f"({titles}など)。" if n else "。")
    first = "; ".join(f"{row.title} ({row.decided_on})" for row in decided.head(3).itertuples())
    plural = "document is" if n == 1 else "documents are"
    en = f"{n} {plural} known as decided in the time" + (f", such as {first}." if n else ".")
    if not complete:
        ja += "会議の決定文書一覧に掲載されたかどうかは、このコーパスにない。"
        en += " Whether the conference's own list has them, the corpus does not say."
        if float(claim.value) < n:
            ja += f"「決定が{claim.value}件しかなかった」という意味であれば、矛盾する。"
            en += f" Read as 'no more than {claim.value} were decided', the claim is contradicted."
    return Judgement(
        verdict,
        ja,
        en,
        "list",
        f"{n}件の決定がわかる",
        f"{n} known as decided",
        float(n),
        low,
        high,
        "bounds",
        n=n,
        item_ids=_items_of(decided, known.items),
    )


def decided_within(known: Known, claim: Claim) -> pd.DataFrame:
    """Return the documents first decided in the time of a claim, one row a title."""
    from cio_topics.periods import date_spans

    decisions = known.corpus.decisions
    exact = decisions["decided_on"].str.len().map({10: "day", 7: "month", 4: "year"})
    spans = date_spans(decisions["decided_on"], exact.fillna("unknown").astype("str"))
    rows = decisions[inside(spans, claim.reading.span)]
    return rows.drop_duplicates("title").sort_values(["decided_on", "title"], ignore_index=True)


def _items_of(decided: pd.DataFrame, items: pd.DataFrame) -> tuple[str, ...]:
    same = items["date"].isin(decided["decided_on"]) & items["title"].isin(decided["title"])
    return tuple(items["item_id"][same])


def mean_judgement(claim: Claim, known: Known, sittings: Sittings, total: int) -> Judgement:
    """Judge a mean, the longest or the shortest meeting.

    A mean is confirmed if its 95 % interval lies within what rounds to the claimed number, and
    contradicted if it lies outside. The interval is that of a draw without replacement from `total`
    meetings: it closes when all are known. The longest meeting is contradicted by a longer one, and
    confirmed only if all are known.
    """
    held = sittings.table[inside(sittings.table, STUDY)]
    column = "n_handouts" if claim.reading.counted == "handouts" else "minutes"
    if column == "minutes":
        held = held[~held["circulated"].fillna(False).astype(bool)]
    measured = held[held[column].notna()]
    values = measured[column].to_numpy(dtype=float)
    if claim.reading.counted in ("longest", "shortest"):
        return _extreme(claim, measured, values, total, bool(sittings.closed))
    n, claimed = len(values), float(claim.value)
    half = 0.5 * 10 ** -len(claim.value.partition(".")[2])
    mean, low, high = mean_interval(values, total)
    verdict: Verdict = "not_decidable"
    if n >= 2 and claimed - half <= low and high < claimed + half:
        verdict = "confirmed"
    elif n >= 2 and (high < claimed - half or low >= claimed + half):
        verdict = "contradicted"
    return _measured(claim, verdict, measured, mean, low, high, total, "95%", _needed(values, half))


def mean_interval(values: np.ndarray, total: int) -> tuple[float, float, float]:
    """Return a mean with its 95 % interval, as a draw without replacement from `total`.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition. Wiley. Section 2.8 (the correction for
    a finite population), 2.7 (Student's t).

    Examples
    --------
    >>> [round(x, 2) for x in mean_interval(np.array([30.0, 40.0, 50.0]), 39)]
    [40.0, 16.13, 63.87]
    >>> mean_interval(np.array([30.0, 40.0]), 2)
    (35.0, 35.0, 35.0)
    """
    from scipy.stats import t

    n = len(values)
    mean = float(values.mean()) if n else math.nan
    if n >= total and n:
        return mean, mean, mean
    if n < 2:
        return mean, math.nan, math.nan
    left = 1 - n / total
    half = float(t.ppf(0.975, n - 1) * values.std(ddof=1) * math.sqrt(left / n))
    return mean, mean - half, mean + half


def _needed(values: np.ndarray, half: float) -> int | None:
    """Return how many meetings make the interval as narrow as rounding, by their spread."""
    if len(values) < 2 or values.std(ddof=1) == 0:
        return None
    return math.ceil((1.96 * float(values.std(ddof=1)) / half) ** 2)


def _extreme(
    claim: Claim, measured: pd.DataFrame, values: np.ndarray, total: int, closed: bool
) -> Judgement:
    """Judge the longest or shortest meeting."""
    longest = claim.reading.counted == "longest"
    claimed = float(claim.value)
    found = math.nan if not len(values) else float(values.max() if longest else values.min())
    beyond = found > claimed if longest else found < claimed
    verdict: Verdict = "contradicted" if beyond else "not_decidable"
    if closed and len(values) and not beyond:
        verdict = "confirmed" if found == claimed else "contradicted"
    low, high = (found, math.inf) if longest else (-math.inf, found)
    if closed:
        low = high = found
    return _measured(claim, verdict, measured, found, low, high, total, "bounds", None)


def _measured(
    claim: Claim,
    verdict: Verdict,
    measured: pd.DataFrame,
    found: float,
    low: float,
    high: float,
    total: int,
    interval: str,
    needed: int | None,
) -> Judgement:
    handouts = claim.reading.counted == "handouts"
    n = len(measured)
    what_ja = "配布資料の数" if handouts else "所要時間"
    what_en = "number of handouts" if handouts else "duration"
    ja = f"{total}回のうち{what_ja}がわかるのは{n}回。"
    en = f"The {what_en} is known of {n} of {total} meetings."
    shown = number_text(found)
    if n and not math.isnan(low) and interval == "95%":
        ja += f"平均{shown}(95%区間 {number_text(low)}〜{number_text(high)})。"
        en += f" Mean {shown} (95 % interval {number_text(low)} to {number_text(high)})."
    elif n:
        ja += f"値は{shown}。"
        en += f" The value is {shown}."
        if interval == "95%":
            ja += "1回では区間が求められない。"
            en += " One meeting has no interval."
    missing = max(0, total - n) if needed is None else max(0, min(needed, total) - n)
    return Judgement(
        verdict,
        ja,
        en,
        "mean" if interval == "95%" else "extreme",
        shown,
        shown,
        None if math.isnan(found) else found,
        None if math.isnan(low) else low,
        None if math.isnan(high) else high,
        interval if n else "",
        n=n,
        n_meetings=n,
        needed_meetings=0 if verdict != "not_decidable" else missing,
        meeting_ids=tuple(measured["meeting_id"]),
    )


def numbers_judgement(claim: Claim, known: Known, sittings: Sittings, total: int) -> Judgement:
    """Judge of which meetings a summary was published.

    Contradicted by a summary of another meeting; confirmed if all meetings and some documents are
    known, and just these have one.
    """
    claimed = {int(number) for number in claim.value.split(";")}
    documents = known.corpus.documents
    texts = (documents["title"] + " " + documents["label"]).map(normalize)
    summary = pd.Series(False, index=documents.index)
    for word in SUMMARIES:
        summary |= texts.str.contains(word, regex=False)
    held = sittings.table[inside(sittings.table, STUDY) & sittings.table["number"].notna()]
    with_summary = held[held["meeting_id"].isin(documents["meeting_id"][summary])]
    found = {int(number) for number in with_summary["number"]}
    verdict: Verdict = "contradicted" if found - claimed else "not_decidable"
    if sittings.closed and len(documents):
        verdict = "confirmed" if found == claimed else "contradicted"
    listed = ";".join(map(str, sorted(found)))
    shown = "、".join(f"第{number}回" for number in sorted(found))
    ja = f"議事要旨の見つかった会議は{len(found)}回{f'({shown})' if shown else ''}。"
    en = f"Summaries of {len(found)} meetings are found{f' ({listed})' if listed else ''}."
    ja += f"資料は{len(documents)}件、回次のわかる会議は{total}回のうち{len(held)}回。"
    en += (
        f" {len(documents)} documents and the numbers of {len(held)} of {total} meetings are known."
    )
    return Judgement(
        verdict,
        ja,
        en,
        "numbers",
        listed,
        listed,
        n=len(found),
        n_meetings=len(held),
        needed_meetings=0 if verdict != "not_decidable" else total - len(held),
        meeting_ids=tuple(with_summary["meeting_id"]),
    )
