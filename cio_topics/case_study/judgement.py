"""What is found of a claim in one base, and the verdict that follows."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pandas as pd

__all__ = [
    "RULES",
    "VERDICTS",
    "Judgement",
    "Verdict",
    "number_text",
    "range_text",
    "verdict_of_bounds",
]

Verdict = Literal["confirmed", "contradicted", "not_decidable"]

#: Verdicts in Japanese and in English.
VERDICTS: dict[str, tuple[str, str]] = {
    "confirmed": ("確認", "confirmed"),
    "contradicted": ("矛盾", "contradicted"),
    "not_decidable": ("判定不能", "not decidable"),
}


#: How each kind of claim is decided, in Japanese and in English.
RULES: dict[str, tuple[str, str]] = {
    "bounds": (
        "回数は、性質を持つとわかる会議の数以上、それに性質のわからない会議の数を足した数以下。"
        "上下が主張の数で一致すれば確認、主張の数が範囲の外なら矛盾。",
        "The count is at least the meetings known to have the property, and at most these and all "
        "of which it is not known. Confirmed if both bounds are the claimed number, contradicted "
        "if it lies outside.",
    ),
    "list": (
        "すべての会議がそろったコーパスの決定の表だけを、会議の決定文書一覧とみなす。件数が同じなら"
        "確認、違えば矛盾。そろわなければ判定しない。",
        "Only the decisions of a corpus that has all meetings are taken for the conference's own "
        "list: confirmed if as many, contradicted if not. Else nothing is decided.",
    ),
    "mean": (
        "平均の95%区間(有限母集団、t 分布)が、主張の値に丸まる範囲に入れば確認、外なら矛盾。",
        "Confirmed if the 95 % interval of the mean (finite population, Student's t) lies within "
        "what rounds to the claimed value, contradicted if outside.",
    ),
    "extreme": (
        "主張を超える会議が一つでもあれば矛盾。すべての会議がわかり、値が同じなら確認。",
        "One meeting beyond the claimed value contradicts; confirmed if all meetings are known and "
        "the value is the same.",
    ),
    "numbers": (
        "ほかの回の議事要旨があれば矛盾。すべての会議と資料がわかり、回が同じなら確認。",
        "A summary of another meeting contradicts; confirmed if all meetings and documents are "
        "known and the numbers are the same.",
    ),
    "is_agenda": (
        "期間の割合の95%区間(会議単位)が半分より上なら確認、下なら矛盾。すべての会議がわかれば"
        "割合そのもので判定。",
        "Confirmed if the 95 % interval of the share in the time (by meetings) lies above one "
        "half, contradicted if below; by the share itself if all meetings are known.",
    ),
    "dominates": (
        "期間の割合がほかのどのテーマよりも高ければ確認(会議ごとの符号反転検定がすべて p ≤ 0.05)。"
        "より高いテーマがあれば(Holm 補正で p ≤ 0.05)矛盾。すべての会議がわかれば割合そのもので"
        "判定。",
        "Confirmed if the share in the time is above that of each other theme (sign flips of "
        "meetings, every p ≤ 0.05), contradicted if another theme's is above (p ≤ 0.05, Holm); by "
        "the shares themselves if all meetings are known.",
    ),
    "on_agenda": (
        "期間のどの年にも該当する項目が一つ以上あれば確認。すべての会議がわかる年に一つもなければ"
        "矛盾。",
        "Confirmed if each year of the time has at least one such item, contradicted if a year of "
        "which all meetings are known has none.",
    ),
    "rises": (
        "期間の割合がそれ以前より高く(会議の並べ替え検定 p ≤ 0.05)、最初の年に項目があれば確認。"
        "低ければ(p ≤ 0.05)矛盾。",
        "Confirmed if the share is higher than before (permutation of meetings, p ≤ 0.05) and its "
        "first year has an item; contradicted if lower (p ≤ 0.05).",
    ),
    "appears": (
        "期間より前に一つでもあれば矛盾。前になく、最初の月に項目があり、前にないことが偶然でなければ"
        "(前の会議がすべてわかるか、p ≤ 0.05)確認。",
        "One item before contradicts. Confirmed if there is none before, one in the first month, "
        "and its absence before is no chance (all meetings before are known, or p ≤ 0.05).",
    ),
    "process": (
        "案と決定の両方の開催形式がわかる文書のうち、会議で案、持ち回りで決定の割合の正確な95%"
        "区間が半分より上なら確認、下なら矛盾。",
        "Of documents whose draft and decision are seen at meetings of known format: confirmed if "
        "the exact 95 % interval of the share that follows lies above one half, contradicted if "
        "below.",
    ),
    "comparison": (
        "全会議でも持ち回り以外でも2013〜2014年の率が高ければ(比の正確な95%区間がともに1より上)"
        "確認、ともに低ければ矛盾。その年の会議がすべてわかる場合だけ判定する。",
        "Confirmed if the rates of all meetings and of those not circulated are both higher in "
        "2013 and 2014 (exact 95 % intervals of the ratios above 1), contradicted if both are "
        "lower; decided only if all meetings of these years are known.",
    ),
}


class Judgement(NamedTuple):
    """A verdict with its numbers.

    ``interval`` says what ``found_low`` and ``found_high`` are: ``bounds`` (what meetings that are
    not known could make of it), ``95%`` (a confidence interval), or nothing. ``n`` of ``n_items``
    items (or of ``n_meetings`` meetings, where no items are counted) speak for the claim.
    """

    verdict: Verdict
    reason_ja: str
    reason_en: str
    rule: str
    found_ja: str = ""
    found_en: str = ""
    found: float | None = None
    found_low: float | None = None
    found_high: float | None = None
    interval: str = ""
    n: int | None = None
    n_items: int | None = None
    n_meetings: int | None = None
    p: float | None = None
    needed_meetings: int | None = None
    needed_items: int | None = None
    item_ids: tuple[str, ...] = ()
    meeting_ids: tuple[str, ...] = ()


def verdict_of_bounds(claimed: float, low: float, high: float) -> Verdict:
    """Return what bounds say of a claimed number.

    Examples
    --------
    >>> verdict_of_bounds(81, 77, float("inf")), verdict_of_bounds(81, 82, 90)
    ('not_decidable', 'contradicted')
    """
    if not low <= claimed <= high:
        return "contradicted"
    return "confirmed" if low == high else "not_decidable"


def number_text(value: float | None, digits: int = 1) -> str:
    """Return a number as it is read: no digits behind a whole one; ∞; empty if there is none."""
    if value is None or pd.isna(value):
        return ""
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    return f"{value:.0f}" if value == round(value) else f"{value:.{digits}f}"


def range_text(low: float, high: float, lang: str) -> str:
    """Return bounds of a number of meetings in words; in Japanese with 回.

    Examples
    --------
    >>> range_text(77, float("inf"), "en"), range_text(2, 2, "en"), range_text(1, 5, "ja")
    ('at least 77', '2', '1〜5回')
    """
    unit = "回" if lang == "ja" else ""
    if low == high:
        return number_text(low) + unit
    if high == float("inf"):
        return f"{number_text(low)}回以上" if lang == "ja" else f"at least {number_text(low)}"
    return f"{number_text(low)}{'〜' if lang == 'ja' else ' to '}{number_text(high)}{unit}"
