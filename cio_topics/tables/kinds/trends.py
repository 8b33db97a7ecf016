"""Trends, breaks and bursts of themes and terms, for print."""

from __future__ import annotations

from cio_topics.tables.columns import Column, Kind

__all__ = ["KINDS", "RESULT_NAMES"]

#: How results of a search for breaks are printed.
RESULT_NAMES = {
    "ja": {"change": "変化あり", "none": "変化とはいえない", "too_few": "少なくて分からない"},
    "en": {"change": "change", "none": "no change claimed", "too_few": "too few to tell"},
}
_THEME = Column("theme", "テーマ", "Theme", names="theme")
_N = Column("n", "n", "n", "count")
_P = Column("p", "p", "p", "p")
_HOLM = Column("p_adjusted", "p(Holm)", "p (Holm)", "p")

_UNDATED_JA = "時間順に置けない日付の{n_meetings_undated}会議({n_items_undated}項目)は除いた。"
_UNDATED_EN = (
    "{n_meetings_undated} meetings ({n_items_undated} items) whose dates have no place in time are "
    "left out."
)

_TRENDS = Kind(
    "テーマの傾向",
    "Trends of themes",
    (
        _THEME,
        _N,
        Column(
            "rise",
            "年あたり%ポイント [区間]",
            "Points a year [interval]",
            "number",
            "rise_low",
            "rise_high",
        ),
        Column("tau", "τ [区間]", "tau [interval]", "number", "tau_low", "tau_high"),
        _P,
        _HOLM,
        Column(
            "slope",
            "Sen の傾き [区間]",
            "Sen's slope [interval]",
            "number",
            "slope_low",
            "slope_high",
        ),
        Column("p_years", "p(年)", "p (years)", "p"),
    ),
    (
        "n は{unit}数、全体は{n_items}項目・{n_meetings}会議。[ ] は{level:g}%区間。",
        "年あたり%ポイント: 項目を通る直線の傾き(区間は会議ごとのジャックナイフ)。τ: Kendall の τ-b"
        "(項目のテーマの有無と日付)。p は会議を丸ごと並べ替えた検定{within}、p(Holm)は"
        "{n_tested}テーマを一度に調べたことを補正。",
        "Sen の傾き(%ポイント)と p(年)は{n_years}年の割合の Mann–Kendall 検定。年を独立とみなす。",
        _UNDATED_JA,
    ),
    (
        "n: {unit} with the theme, of {n_items} items in {n_meetings} meetings. [ ] {level:g}% "
        "interval.",
        "Points a year: slope of the line through the items (percentage points; jackknife over "
        "meetings). tau: Kendall's tau-b of theme and date. p: whole meetings change "
        "places{within}; p (Holm): for {n_tested} themes at once.",
        "Sen's slope (points a year) and p (years): Mann–Kendall test of the shares of {n_years} "
        "years, which takes years as independent.",
        _UNDATED_EN,
    ),
)

_BREAKS = Kind(
    "テーマの割合が変わった時期",
    "Days on which shares of themes changed",
    (
        _THEME,
        _N,
        Column("result", "結果", "Result", names="result"),
        Column("date", "変化の日", "Date", "date"),
        Column("dates", "区間", "Interval"),
        Column(
            "share_before",
            "前の割合 [区間]",
            "Share before [interval]",
            "percent",
            "share_before_low",
            "share_before_high",
        ),
        Column(
            "share_after",
            "後の割合 [区間]",
            "Share after [interval]",
            "percent",
            "share_after_low",
            "share_after_high",
        ),
        Column("probability", "変化の確率", "Probability", "number"),
        _P,
        _HOLM,
        Column("step_over_line", "AIC差", "AIC difference", "number"),
        Column("within", "区間内の交代", "Handovers inside"),
    ),
    (
        "n は{unit}数、全体は{n_items}項目・{n_meetings}会議。[ ] と区間は{level:g}%。割合は%。",
        "変化ありは、p(Holm、{n_tested}テーマ)が{alpha:g}以下で、変化の確率が0.5以上のときだけ。"
        "p は会議を丸ごと並べ替えた最大値の検定。日付は新しい割合の最初の日の中央値。",
        "AIC差は直線(ロジット)の傾向との比較で、負なら段差より緩やかな傾向のほうが合う。",
        "区間内の交代: 区間に入る{of}の交代の数(同じ長さの区間に平均して入る数)。",
        _UNDATED_JA,
    ),
    (
        "n: {unit} with the theme, of {n_items} items in {n_meetings} meetings. [ ] and Interval: "
        "{level:g}%. Shares in percent.",
        "A change is claimed only if p (Holm, {n_tested} themes) is at most {alpha:g} and its "
        "probability at least 0.5. p: the most unlike stretch when whole meetings change places. "
        "Date: median of the first day of the new share.",
        "AIC difference: against a straight logit trend; below zero, the gradual trend fits better "
        "than the steps.",
        "Handovers inside: of the {of}, in the interval (how many an interval so long holds on "
        "average).",
        _UNDATED_EN,
    ),
)

_BURSTS = Kind(
    "急に増えた{what}",
    "Bursts of {what}",
    (
        Column("name", "{}", "{}"),
        Column("level", "段", "Level", "count"),
        Column("span", "期間", "From–to"),
        Column("n", "n", "n", "count"),
        Column("n_items", "項目", "Items", "count"),
        Column("n_meetings", "会議", "Meetings", "count"),
        Column("share", "割合 [区間]", "Share [interval]", "percent", "share_low", "share_high"),
        Column("share_all", "全期間", "All", "percent"),
        Column("weight", "重み", "Weight", "number"),
        _P,
        Column("p_adjusted", "p(全体)", "p (all)", "p"),
    ),
    (
        "Kleinberg (2002) の列挙型オートマトン(状態{n_states}、s={scaling:g}、γ={gamma:g})。"
        "単位は{by}。n はその期間の該当項目、割合は%、[ ] は{level:g}%区間"
        "(会議の再抽出。割合の高さで選んだ期間なので狭すぎる)。",
        "p は会議を丸ごと並べ替えたときに同じ重みになる割合、p(全体)は{n_tested}個の{what}のどれか"
        "がそうなる割合。→ は最後の単位まで続くもの。",
        "{shown}/{n_bursts} を表示。日付が粗い・不明な{n_undated}項目は除いた。",
    ),
    (
        "Kleinberg's (2002) enumerating automaton ({n_states} states, s={scaling:g}, "
        "gamma={gamma:g}); batches: {by}. n: items of the span; shares in percent; [ ] {level:g}% "
        "interval (draws of meetings; too narrow, as the span was chosen for its share).",
        "p: how often it weighs as much when whole meetings change places; p (all): how often any "
        "of the {n_tested} {what} does. →: reaches the last batch.",
        "{shown} of {n_bursts} shown. {n_undated} items with coarse or unknown dates are left out.",
    ),
)


def _of(kind: Kind, ja: str, en: str, names: str) -> Kind:
    first = Column("theme" if names else "term", ja, en, names=names)
    return kind._replace(columns=(first, *kind.columns[1:]))


_CURVES = Kind(
    "テーマの割合の曲線",
    "Curves of the shares of themes",
    (
        _THEME,
        Column("date", "日", "Date", "date"),
        Column("share", "割合 [帯]", "Share [band]", "percent", "band_low", "band_high"),
        Column("method", "形", "Shape", names="method"),
        Column("df", "自由度", "df", "number"),
        _N,
    ),
    ("割合は%、[ ] は曲線全体を{level:g}%で含む同時信頼帯。", _UNDATED_JA),
    ("Percent; [ ] band that holds the whole curve at {level:g}%.", _UNDATED_EN),
)

KINDS = {
    "trends": _TRENDS,
    "curves": _CURVES,
    "breaks": _BREAKS,
    "term_bursts": _of(_BURSTS, "語", "Term", ""),
    "theme_bursts": _of(_BURSTS, "テーマ", "Theme", "theme"),
}
