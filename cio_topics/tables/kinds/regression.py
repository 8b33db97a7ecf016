"""Models of themes for print: coefficients, marginal means, contrasts, diagnostics."""

from __future__ import annotations

from cio_topics.tables.columns import Column, Kind

__all__ = ["KINDS"]

_THEME = Column("theme", "テーマ", "Theme", names="theme")
_VARIABLE = Column("variable", "変数", "Variable")
_COUNTED = (
    Column("n", "該当項目", "n", "count"),
    Column("n_items", "項目", "Items", "count"),
    Column("n_meetings", "会議", "Meetings", "count"),
)
_ODDS = Column(
    "odds_ratio",
    "オッズ比 [区間]",
    "Odds ratio [interval]",
    "number",
    "odds_ratio_low",
    "odds_ratio_high",
)
_SHARE = Column("share", "割合% [区間]", "Share % [interval]", "percent", "share_low", "share_high")
_DIFFERENCE = Column(
    "difference",
    "差(ポイント)[区間]",
    "Difference, points [interval]",
    "points",
    "difference_low",
    "difference_high",
)

_NOTES_JA = (
    "モデル: {formula}。単位は項目、会議をまとまりとする。[ ] は{level}%区間(一つずつの区間)。",
    "方法: {methods}。期間などが分からない{n_unknown}項目は除いた。",
    "項目が{min_items}未満の値: {rare}。",
    "モデルのないテーマ(該当する項目が 0、またはすべて): {without}。",
)
_NOTES_EN = (
    "Model: {formula}. Units are items, with meetings as clusters. [ ] {level}% interval, each "
    "alone.",
    "Method: {methods}. {n_unknown} items with an unknown value are left out.",
    "Levels with fewer than {min_items} items: {rare}.",
    "Themes without a model (no item, or every item, has them): {without}.",
)

KINDS = {
    "model_coefficients": Kind(
        "テーマのモデル: 係数",
        "Model of themes: coefficients",
        (
            _THEME,
            Column("term", "項", "Term"),
            Column("estimate", "係数", "Estimate", "number"),
            Column("standard_error", "標準誤差", "Standard error", "number"),
            _ODDS,
            Column("p", "p", "p", "p"),
            Column("p_adjusted", "p(Holm)", "p (Holm)", "p"),
            *_COUNTED,
        ),
        (*_NOTES_JA, "数(年など)は項目での平均を 0 とした。p(Holm)は表の全項についての補正。"),
        (
            *_NOTES_EN,
            "Numbers (years) are centred on their mean over items. p (Holm) adjusts for all "
            "terms of the table.",
        ),
    ),
    "model_means": Kind(
        "テーマのモデル: ほかの条件をそろえた割合",
        "Model of themes: marginal means",
        (
            _THEME,
            _VARIABLE,
            Column("level", "値", "Level", names="level"),
            Column("observed", "観測%", "Observed %", "percent"),
            *_COUNTED,
            _SHARE,
            Column("seen", "比べられる項目%", "Seen with, %", "percent"),
        ),
        (
            *_NOTES_JA,
            "割合は、全項目の値をその値に置き換え、ほかの変数はそのままにしたときのモデルの平均。"
            "「比べられる項目」は、ほかの変数の値がその値とともに実際に現れる項目の割合。小さいほど"
            "外挿であり、あてにならない。",
        ),
        (
            *_NOTES_EN,
            "Share: mean of the model when all items are given the level and keep their other "
            "values. Seen with: share of items whose other values really occur with the level; the "
            "lower, the more the share is extrapolated.",
        ),
    ),
    "model_contrasts": Kind(
        "テーマのモデル: 値どうしの比較",
        "Model of themes: contrasts",
        (
            _THEME,
            _VARIABLE,
            Column("level", "値", "Level", names="level"),
            Column("reference", "基準", "Reference", names="level"),
            _DIFFERENCE,
            _ODDS,
            Column("p", "p", "p", "p"),
            Column("p_adjusted", "p(補正)", "p (adjusted)", "p"),
            *_COUNTED,
        ),
        (*_NOTES_JA, "p はオッズ比 1 の検定。p(補正)は表の{n_tests}組すべてについて({adjust})。"),
        (
            *_NOTES_EN,
            "p tests an odds ratio of 1; p (adjusted) over all {n_tests} pairs of the table "
            "({adjust}).",
        ),
    ),
    "model_diagnostics": Kind(
        "テーマのモデル: 診断",
        "Model of themes: diagnostics",
        (
            _THEME,
            *_COUNTED,
            Column("n_unknown", "除いた項目", "Left out", "count"),
            Column("n_parameters", "係数の数", "Parameters", "count"),
            Column("method", "方法", "Method", names="method"),
            Column("reason", "理由", "Why", names="reason"),
            Column("separated", "分離", "Separated"),
            Column("icc", "会議内相関", "ICC", "number"),
        ),
        (
            *_NOTES_JA,
            "分離: その項では、項目のすべて、または 0 がテーマに当たり、最尤推定値が無限大。",
        ),
        (
            *_NOTES_EN,
            "Separated: all or none of the items have the theme there, so that the estimate of "
            "largest likelihood is infinite. ICC: correlation of two items of one meeting.",
        ),
    ),
}
