"""Changes of themes, for print: as numbers and as sentences."""

from __future__ import annotations

from cio_topics.tables.columns import Column, Kind

__all__ = ["KINDS"]

_PAIR = (
    Column("theme", "テーマ", "Theme", names="theme"),
    Column("before", "前", "Before", names="period"),
    Column("after", "後", "After", names="period"),
)


def _side(name: str, ja: str, en: str) -> tuple[Column, ...]:
    """Return the columns of one side: units with the theme, all of them, meetings, share."""
    return (
        Column(f"n_{name}", f"{ja}: 該当", f"{en}: n", "count"),
        Column(f"n_units_{name}", f"{ja}: 全体", f"{en}: of", "count"),
        Column(f"n_meetings_{name}", f"{ja}: 会議", f"{en}: meetings", "count"),
        Column(
            f"share_{name}",
            f"{ja}: 割合 [区間]",
            f"{en}: share [interval]",
            "percent",
            f"share_{name}_low",
            f"share_{name}_high",
        ),
    )


_COUNTED_JA = (
    "該当・全体の単位は{unit}。会議は、その単位をもつものの数。{by}が不明の{n_items_unknown}項目"
    "({n_meetings_unknown}会議)は比べていない。"
)
_COUNTED_EN = (
    "n and of: {unit}. Meetings: those that have any. {n_items_unknown} items of "
    "{n_meetings_unknown} meetings are in no group of {by} and not compared."
)
_FAMILY_JA = (
    "p は両側、検定は {test}。調整済み p は Benjamini–Hochberg 法。族は、最も偏ったデータなら有意に"
    "なりうる{n_tests}件({n_rows}行のうち)。{alpha} 以下を変化とする。"
)
_FAMILY_EN = (
    "p: two-sided, test: {test}. Adjusted p: Benjamini–Hochberg over the {n_tests} tests (of "
    "{n_rows} rows) that the most uneven data could have made significant. A change: at most "
    "{alpha}."
)
_INTERVALS_JA = (
    "割合は%、差はポイント。[ ] は{level}%区間: 同じ会議の項目が似ることを見込んだ有効な項目数に"
    "よる Wilson 法(t 分布)、差と比はそこから(Newcombe、Donner–Zou)。会議が少ないと"
    "控えめ(広め)になる。区間は検定の多重性を補正していない。"
)
_INTERVALS_EN = (
    "Shares in percent, differences in points. [ ] {level}% interval: Wilson's with the number of "
    "items that items of like meetings are worth, and the t distribution; differences and ratios "
    "from these (Newcombe, Donner–Zou). With few meetings rather too wide. No interval is adjusted "
    "for many comparisons."
)
_MARGIN_JA = "±{margin}ポイントを超える変化なし: 90%区間がその中にある(二つの片側検定)。"
_MARGIN_EN = (
    "No change beyond ±{margin} points: the 90% interval lies within (two one-sided tests)."
)

KINDS = {
    "changes": Kind(
        "テーマの変化({by})",
        "Changes of themes by {by}",
        (
            *_PAIR,
            *_side("before", "前", "Before"),
            *_side("after", "後", "After"),
            Column(
                "difference",
                "差 [区間]",
                "Difference [interval]",
                "points",
                "difference_low",
                "difference_high",
            ),
            Column("ratio", "比 [区間]", "Ratio [interval]", "number", "ratio_low", "ratio_high"),
            Column("odds_ratio", "オッズ比", "Odds ratio", "number"),
            Column("cohen_h", "Cohen の h", "Cohen's h", "number"),
            Column("p", "p", "p", "p"),
            Column("p_adjusted", "調整済み p", "Adjusted p", "p"),
            Column("verdict", "判断", "Verdict", names="verdict"),
        ),
        (_COUNTED_JA, _INTERVALS_JA, _FAMILY_JA, _MARGIN_JA),
        (_COUNTED_EN, _INTERVALS_EN, _FAMILY_EN, _MARGIN_EN),
    ),
    "change_statements": Kind(
        "テーマの変化({by})",
        "Changes of themes by {by}",
        (
            *_PAIR,
            Column("statement_ja", "言えること", "In Japanese"),
            Column("statement_en", "英文", "What can be said"),
        ),
        (_COUNTED_JA, _INTERVALS_JA, _FAMILY_JA, _MARGIN_JA),
        (_COUNTED_EN, _INTERVALS_EN, _FAMILY_EN, _MARGIN_EN),
    ),
}
