"""The claims of the case study, and how each is read: what is counted, in which time."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cio_topics.corpus import read_case_study

__all__ = [
    "NUMBERED",
    "READINGS",
    "STATEMENTS",
    "STUDY",
    "Claim",
    "Reading",
    "Span",
    "Statement",
    "read_claims",
]

Statement = Literal["", "is_agenda", "dominates", "on_agenda", "rises", "appears"]

#: What a claim says of a theme and a time.
STATEMENTS: dict[Statement, tuple[str, str]] = {
    "is_agenda": ("期間の議題の過半を占める", "is more than half of the agenda of the period"),
    "dominates": ("期間で最も割合の高いテーマである", "has the largest share in the period"),
    "on_agenda": ("期間のどの年にも議題にある", "is on the agenda in each year of the period"),
    "rises": ("期間の割合がそれ以前より高い", "has a higher share in the period than before"),
    "appears": ("期間より前には現れず、期間に現れる", "appears in the period and not before"),
}


class Span(NamedTuple):
    """A first and a last day, both inside."""

    first: str
    last: str


#: What the case study looks at: from the first meeting to the end of its table 1.
STUDY = Span("2002-11-01", "2018-12-31")


class Reading(NamedTuple):
    """How a claim is read.

    ``counted`` is what a count counts. A claim about a theme is one about titles that name one of
    the ``words``, where the claim names a document or a subject; else about items with the
    ``theme``, which stands beside it in either case. ``apart`` is left out of the period and of
    what it is compared with; ``formats`` narrows the items to meetings of these.
    """

    claim_ja: str
    counted: str = ""
    span: Span = STUDY
    statement: Statement = ""
    theme: str = ""
    words: tuple[str, ...] = ()
    apart: tuple[Span, ...] = ()
    formats: tuple[str, ...] = ()


class Claim(NamedTuple):
    """A row of the claims with its reading."""

    claim_id: str
    section: str
    kind: str
    claim: str
    value: str
    reading: Reading


def _year(first: int, last: int | None = None) -> Span:
    return Span(f"{first}-01-01", f"{last or first}-12-31")


#: The reading of every claim. The Japanese is a translation of the English of the claims table.
READINGS: dict[str, Reading] = {
    "meetings_total": Reading("2002年11月から2018年12月までの会議の回数", "sittings"),
    "circulated_total": Reading("81回のうち持ち回り開催の回数", "circulated"),
    "timed_meetings": Reading("持ち回り以外で所要時間のわかる会議の回数", "timed"),
    "duration_max": Reading("最も長い会議の分数", "longest"),
    "duration_min": Reading("最も短い会議の分数", "shortest"),
    "duration_mean": Reading("会議の平均の分数", "minutes"),
    "handouts_mean": Reading("一回あたりの配布資料の平均数", "handouts"),
    "joint_2015": Reading("2015年のCISO等連絡会議との合同会議の回数", "joint", _year(2015)),
    "joint_2016": Reading("2016年のCISO等連絡会議との合同会議の回数", "joint", _year(2016)),
    "joint_2017": Reading("2017年のCISO等連絡会議との合同会議の回数", "joint", _year(2017)),
    "joint_2018": Reading("2018年のCISO等連絡会議との合同会議の回数", "joint", _year(2018)),
    "summaries_published": Reading("議事要旨が公表された会議の回", "summaries"),
    "decisions_total": Reading("17年間に掲載された決定文書の件数", "decisions"),
    "decisions_2009_2012": Reading(
        "2009年から2012年(民主党政権)に掲載された決定文書の件数", "decisions", _year(2009, 2012)
    ),
    "theme_egov_building_plan": Reading(
        "電子政府構築計画が2002年と2003年の議題である",
        span=Span(STUDY.first, "2003-12-31"),
        statement="is_agenda",
        theme="egov_plan",
        words=("電子政府構築計画",),
    ),
    "theme_optimization": Reading(
        "最適化計画が2004年から2011年の中心である(2009年7月を除く)",
        span=_year(2004, 2011),
        statement="dominates",
        theme="optimization",
        apart=(Span("2009-07-01", "2009-07-31"),),
    ),
    "theme_egov_promotion_plan": Reading(
        "電子政府推進計画が2006年から2008年の議題にある",
        span=_year(2006, 2008),
        statement="on_agenda",
        theme="egov_plan",
        words=("電子政府推進計画",),
    ),
    "theme_online": Reading(
        "オンライン申請の利用促進が2006年から2008年の議題にある",
        span=_year(2006, 2008),
        statement="on_agenda",
        theme="online_procedures",
        words=("オンライン利用", "オンライン申請", "オンライン化"),
    ),
    "theme_system_renewal": Reading(
        "政府情報システムの刷新が2012年(2012年5月の第46回)から増える",
        span=Span("2012-01-01", STUDY.last),
        statement="rises",
        theme="system_reform",
    ),
    "theme_open_data": Reading(
        "オープンデータのガイドラインと憲章アクションプランが2013年と2014年の議題にある",
        span=_year(2013, 2014),
        statement="on_agenda",
        theme="open_data",
        words=("府省のデータ公開に関する基本的考え方", "オープンデータ憲章アクションプラン"),
    ),
    "theme_my_number": Reading(
        "マイナンバーが2015年(2015年3月の第61回、9月の第63回)から現れる",
        span=Span("2015-03-01", STUDY.last),
        statement="appears",
        theme="my_number",
        words=("マイナンバー", "番号制度"),
    ),
    "theme_security": Reading(
        "サイバーセキュリティが2015年から合同会議の議題にある",
        span=_year(2015, 2018),
        statement="on_agenda",
        theme="security",
        words=("セキュリティ",),
        formats=("joint",),
    ),
    "theme_digital_government": Reading(
        "デジタル・ガバメント実行計画が2017年12月(第73回)から現れる",
        span=Span("2017-12-01", STUDY.last),
        statement="appears",
        theme="digital_gov",
        words=("デジタル・ガバメント実行計画",),
    ),
    "draft_then_circulated": Reading("会議で案を示し、最終の文書を持ち回り会議で確定する"),
    "administration_effect": Reading(
        "活動は政権に応じて変わる: 2009〜2012年(民主党政権)は低く、2013〜2014年(政権交代後)は高い"
    ),
}

#: Meetings that the claims give with number and month: number → (month, claim).
NUMBERED: dict[int, tuple[str, str]] = {
    46: ("2012-05", "theme_system_renewal"),
    61: ("2015-03", "theme_my_number"),
    63: ("2015-09", "theme_my_number"),
    73: ("2017-12", "theme_digital_government"),
}


def read_claims() -> list[Claim]:
    """Return the claims of the case study in their order, each with its reading.

    Examples
    --------
    >>> claims = read_claims()
    >>> len(claims), claims[0].claim_id, claims[0].value, claims[0].reading.counted
    (25, 'meetings_total', '81', 'sittings')
    """
    table = read_case_study("claims").astype("str")
    return [
        Claim(row["claim_id"], row["section"], row["kind"], row["claim"], row["value"], reading)
        for row in table.to_dict("records")
        for reading in [READINGS[row["claim_id"]]]
    ]
