"""How often a body meets, and rates compared, for print."""

from __future__ import annotations

from cio_topics.tables.columns import Column, Kind

__all__ = ["KINDS"]

_RATIO_COLUMNS = (
    Column("kind", "会議", "Meetings", names="kind"),
    Column("reference", "基準の期間", "Reference", names="period"),
    Column("n_reference", "基準の回数", "n, reference", "count"),
    Column("years_reference", "基準の年数", "Years, reference", "number"),
    Column("rate_reference", "基準の年あたり", "A year, reference", "number"),
    Column("period", "比べる期間", "Compared", names="period"),
    Column("n", "回数", "n", "count"),
    Column("years", "年数", "Years", "number"),
    Column("rate", "年あたり", "A year", "number"),
    Column("ratio", "比 [区間]", "Ratio [interval]", "number", "ratio_low", "ratio_high"),
    Column("p", "p", "p", "p"),
    Column("p_adjusted", "p(Holm)", "p (Holm)", "p"),
    Column("dispersion", "ばらつき", "Dispersion", "number"),
    Column(
        "ratio",
        "比 [ばらつき込みの区間]",
        "Ratio [interval with dispersion]",
        "number",
        "quasi_low",
        "quasi_high",
    ),
)

_RATIO_NOTES_JA = (
    "比は「比べる期間」の年あたりの回数を「基準の期間」のそれで割ったもの。[ ] は{level}%区間"
    "(正確法: 二項分布による条件付き)。p は両側、p(Holm)は{n_kinds}種類の会議についての補正。",
    "ばらつきは暦年ごとの回数の、ポアソン分布に比べた散らばり(1 なら同じ)。会議は互いに独立に"
    "開かれるとは限らない。1 を超えるとき「ばらつき込み」の区間は広くなる(準ポアソン、t 分布)。"
    "どちらかが 0 回か、暦年が足りなければ出さない([–])。",
)
_RATIO_NOTES_EN = (
    "Ratio: meetings a year of the period compared over those of the reference. [ ] {level}% "
    "interval (exact: conditional binomial). p is two-sided; p (Holm) adjusts for {n_kinds} kinds "
    "of meetings.",
    "Dispersion: scatter of the counts of calendar years relative to Poisson (1: the same). "
    "Meetings need not come independently; above 1 the interval with dispersion widens "
    "(quasi-Poisson, Student's t); none ([–]) where one side has no meeting, or years are too few.",
)

KINDS = {
    "activity": Kind(
        "会議の活動({by})",
        "Activity of meetings by {by}",
        (
            Column("period", "期間", "Period", names="period"),
            Column(
                "n_meetings",
                "会議 [区間]",
                "Meetings [interval]",
                "count",
                "n_meetings_low",
                "n_meetings_high",
            ),
            Column("years", "年数", "Years", "number"),
            Column(
                "rate", "年あたり [区間]", "A year [interval]", "number", "rate_low", "rate_high"
            ),
            Column("n_circulated", "持ち回り", "Circulated", "count"),
            Column("n_joint", "合同", "Joint", "count"),
            Column("n_format_known", "形式が分かる会議", "Format known", "count"),
            Column(
                "items",
                "項目/会議 [区間]",
                "Items a meeting [interval]",
                "number",
                "items_low",
                "items_high",
            ),
            Column("n_items", "項目", "Items", "count"),
            Column("n_with_items", "議題が分かる会議", "Agenda known", "count"),
            Column(
                "handouts",
                "資料/会議 [区間]",
                "Handouts a meeting [interval]",
                "number",
                "handouts_low",
                "handouts_high",
            ),
            Column("n_with_handouts", "資料数が分かる会議", "Handouts known", "count"),
            Column(
                "minutes",
                "分/会議 [区間]",
                "Minutes a meeting [interval]",
                "number",
                "minutes_low",
                "minutes_high",
            ),
            Column("n_with_minutes", "時間が分かる会議", "Times known", "count"),
        ),
        (
            "単位は会議。コーパスにある会議だけを数える。年数は、期間のうちコーパスの範囲"
            "({since}〜{until})に入る日数を 365.25 で割ったもの。会議体は{n_bodies}。",
            "[ ] は{level}%区間。回数と年あたりはポアソン分布の正確法(Garwood)、平均は会議を単位と"
            "する t 分布で、会議が 2 回未満か値がすべて等しければ出さない([–])。",
            "会議{n_meetings}回のうち、期間が分からない{n_unknown}回はどの期間の率にも入らない。"
            "形式が分からない{n_format_unknown}回は、持ち回りかもしれない。",
        ),
        (
            "Units are meetings; only those of the corpus are counted. Years: days of the period "
            "within the span of the corpus ({since} to {until}) over 365.25. Bodies: {n_bodies}.",
            "[ ] {level}% interval: counts and rates exact Poisson (Garwood); means Student's t "
            "with meetings as units, none ([–]) with fewer than 2 meetings or where all are equal.",
            "Of {n_meetings} meetings, {n_unknown} of unknown period are in no rate, and "
            "{n_format_unknown} of unknown format may have been circulated.",
        ),
    ),
    "activity_ratio": Kind(
        "会議の頻度の比",
        "Ratios of how often was met",
        _RATIO_COLUMNS,
        (
            *_RATIO_NOTES_JA,
            "「すべて」には形式の分からない会議も入る({n_format_unknown}回)。ほかの行には入らない。",
        ),
        (
            *_RATIO_NOTES_EN,
            "Meetings of unknown format ({n_format_unknown}) count in 'all' only.",
        ),
    ),
    "case_study_activity": Kind(
        "事例研究の表1による会議の頻度の比",
        "Ratios of how often was met, from the case study's table 1",
        _RATIO_COLUMNS,
        (
            *_RATIO_NOTES_JA,
            "出典: 本田 (2019) 表1。暦年の回数であり、政権交代の日(2009-09-16、2012-12-26)では"
            "分かれない。比べる年はデータを見たあとに選ばれているので、p は確認ではなく目安。",
        ),
        (
            *_RATIO_NOTES_EN,
            "Source: Honda (2019), table 1. Counts of calendar years: they do not part at the "
            "changes of government (2009-09-16, 2012-12-26). The years were chosen after the "
            "counts were seen, so p is a guide and no confirmation.",
        ),
    ),
}
