"""Themes from meeting to meeting and from body to body, networks and maps, for print."""

from __future__ import annotations

from cio_topics.tables.columns import Column, Kind

__all__ = ["KINDS", "STATUS_NAMES", "VERDICT_NAMES"]

#: How statuses of first appearances are printed.
STATUS_NAMES = {
    "ja": {
        "first": "最初",
        "alone": "最初(比べる会議体なし)",
        "tied": "前後不明",
        "later": "後",
        "began_later": "分からない(開始が後)",
        "undated": "分からない(日付なし)",
    },
    "en": {
        "first": "first",
        "alone": "first (no other observed)",
        "tied": "order unknown",
        "later": "later",
        "began_later": "cannot tell (began later)",
        "undated": "cannot tell (undated)",
    },
}
#: How verdicts on two bodies are printed.
VERDICT_NAMES = {
    "ja": {
        "body_first": "会議体1が先",
        "other_first": "会議体2が先",
        "tied": "前後不明",
        "only_body": "会議体1だけ",
        "only_other": "会議体2だけ",
        "before": "比べられない(以前からある)",
        "neither": "どちらにもない",
    },
    "en": {
        "body_first": "body 1 first",
        "other_first": "body 2 first",
        "tied": "order unknown",
        "only_body": "body 1 only",
        "only_other": "body 2 only",
        "before": "not comparable (had before)",
        "neither": "neither",
    },
}

_THEME = Column("theme", "テーマ", "Theme", names="theme")
_N = Column("n", "n", "n", "count")
_EXPECTED = Column("expected", "偶然なら", "By chance", "number")
_RATIO = Column("ratio", "比", "Ratio", "number")
_P = Column("p", "p", "p", "p")
_ADJUSTED = Column("p_adjusted", "p(BH)", "p (BH)", "p")
_SHARE = Column("share", "割合 [区間]", "Share [interval]", "percent", "share_low", "share_high")
_ITEMS = Column("n_items", "項目", "Items", "count")
_MEETINGS = Column("n_meetings", "会議", "Meetings", "count")

_TRANSITIONS = Kind(
    "テーマの移り変わり(会議から次の会議へ)",
    "Transitions of themes from a meeting to the next",
    (
        _THEME,
        Column("next_theme", "次の会議のテーマ", "Theme of the next meeting", names="theme"),
        Column("n", "組", "Pairs", "count"),
        Column("n_from", "前のテーマの組", "Pairs after the theme", "count"),
        _SHARE,
        _EXPECTED,
        _RATIO,
        Column("z", "z", "z", "number"),
        _P,
        _ADJUSTED,
    ),
    (
        "単位は、ある会議と、確かにその後にある最も近い会議の組。{n_pairs}組、会議{n_meetings}回、"
        "項目{n_items}件。間にほかの会議がないと言えるのは{n_sure}組。年までしか日付が"
        "分からないなど、どの組にも入らない会議は{n_left_out}回。",
        "割合は前の会議にテーマがある組のうちの割合(%)。[ ] は{level}%区間(Wilson 法)。「偶然なら」"
        "と z、p(両側)は、テーマを同じ会議体の{window}の会議の間で動かした{n_draws}回から。"
        "p(BH)は{n_tested}のセルについての補正。",
    ),
    (
        "Unit: a meeting and the nearest one that is surely later. {n_pairs} pairs of {n_meetings} "
        "meetings with {n_items} items; {n_sure} pairs surely have no meeting between. "
        "{n_left_out} meetings, such as those known to the year alone, are in no pair.",
        "Share: of pairs whose earlier meeting has the theme, percent; [ ] {level}% interval "
        "(Wilson). By chance, z and p (two-sided): themes moved between meetings of a body "
        "{window}, "
        "{n_draws} draws. p (BH) adjusts for {n_tested} cells.",
    ),
)

_FIRST = Kind(
    "会議体ごとのテーマの初出",
    "First appearance of themes by body",
    (
        _THEME,
        Column("body", "会議体", "Body"),
        Column("status", "判定", "Verdict", names="status"),
        Column("date", "日付", "Date"),
        Column("item_id", "項目ID", "Item ID"),
        Column("n_observed", "比べる会議体", "Others observed", "count"),
        Column("observed_from", "最初の会議", "First meeting", "date"),
        Column("observed_until", "最後の会議", "Last meeting", "date"),
        Column("n", "テーマの項目", "Items with it", "count"),
        _ITEMS,
        _MEETINGS,
    ),
    (
        "コーパスにある会議だけで見た初出。日付が年月までのときは幅をもち、"
        "幅が重なれば「前後不明」。"
        "「最初」は、その時期にコーパスに会議のあるほかの会議体(「比べる会議体」の数)と比べて言う。"
        "",
        "テーマがほかで現れたあとに最初の会議がある会議体は、先に取り上げえたかどうか分からない。",
    ),
    (
        "As far as the meetings of the corpus show. A date of a month or year is a span; where "
        "spans overlap, the order is unknown. 'First' is said of the bodies that the corpus has "
        "meetings of at that time (their number: 'Others observed').",
        "A body whose first meeting comes after the theme appeared elsewhere could not be seen to "
        "be first.",
    ),
)

_LEADS = Kind(
    "二つの会議体のどちらが先にテーマを取り上げたか",
    "Which of two bodies has a theme first",
    (
        _THEME,
        Column("body", "会議体1", "Body 1"),
        Column("other_body", "会議体2", "Body 2"),
        Column("verdict", "判定", "Verdict", names="verdict"),
        Column("days_low", "日数(少なくとも)", "Days, at least", "count"),
        Column("days_high", "日数(多くとも)", "Days, at most", "count"),
        Column("overlap_from", "共通の期間の始め", "Both from", "date"),
        Column("overlap_until", "終わり", "until", "date"),
        Column("n_meetings_body", "会議1", "Meetings 1", "count"),
        Column("n_meetings_other", "会議2", "Meetings 2", "count"),
    ),
    (
        "二つの会議体の両方の会議がコーパスにある期間だけで比べる。"
        "その前からどちらかにあったテーマは"
        "比べない。日数は会議体1の初出から会議体2の初出まで(負なら会議体2が先)。",
    ),
    (
        "Compared only within the time in which the corpus has meetings of both; themes that one "
        "of "
        "them had before are not compared. Days from the first appearance in body 1 to that in "
        "body "
        "2 (negative: body 2 is first).",
    ),
)

_SCORES = Kind(
    "会議体の先行の度合い",
    "How much more often a body leads than follows",
    (
        Column("body", "会議体", "Body"),
        Column("n_led", "先", "Led", "count"),
        Column("n_followed", "後", "Followed", "count"),
        Column("n_tied", "前後不明", "Order unknown", "count"),
        Column("n_only", "一方だけ", "One only", "count"),
        Column("n_themes", "テーマ", "Themes", "count"),
        Column("n_bodies", "相手", "Others", "count"),
        _MEETINGS,
        _ITEMS,
        Column("score", "度合い [区間]", "Score [interval]", "number", "score_low", "score_high"),
        _EXPECTED,
        _P,
        _ADJUSTED,
    ),
    (
        "度合いは(先−後)/(先+後)。1 はいつも先、−1 はいつも後。[ ] は{level}%区間(テーマをまとまり"
        "とする)。テーマが二つ未満なら区間は出せない([–])。",
        "よく開かれる会議体は、それだけで先になりやすい。「偶然なら」は、"
        "テーマを同じ会議体の{window}の"
        "会議の間で動かした{n_draws}回の平均。p は両側、p(BH)は{n_tested}の会議体についての補正。"
        "比べられたのは {n_compared} 組(会議体の組とテーマ)。",
    ),
    (
        "Score: (led − followed) / (led + followed); 1 always leads, −1 always follows. [ ] "
        "{level}% interval with themes as clusters; none ([–]) with fewer than two themes.",
        "A body that meets more often leads by that alone. By chance: the mean of {n_draws} draws "
        "in which themes are moved between meetings of a body {window}. p is two-sided; p (BH) "
        "adjusts for {n_tested} bodies. {n_compared} pairs of bodies and themes could be compared.",
    ),
)

_LAGS = Kind(
    "{body} と {other_body}: テーマの割合の時差相関",
    "{body} and {other_body}: correlation of shares of a theme by lag",
    (
        _THEME,
        Column("lag", "時差", "Lag", "count"),
        Column("n", "組", "Pairs", "count"),
        Column("r", "r [区間]", "r [interval]", "number", "r_low", "r_high"),
        Column("band_low", "偶然の範囲(下)", "Band, low", "number"),
        Column("band_high", "偶然の範囲(上)", "Band, high", "number"),
        _P,
        _ADJUSTED,
    ),
    (
        "時差が正なら {other_body} が後。単位は{step}。両方に会議があるものだけの組。会議"
        "{n_meetings}回、項目{n_items}件。日付が粗いか共通の期間の外にある会議{n_left_out}回は"
        "入らない。組が{min_pairs}未満か、割合が変わらないものには r がない。",
        "[ ] は{level}%区間(Fisher の尺度、t 分布)。偶然の範囲は、"
        "すべての時差を合わせて{level}%が収まる範囲で、"
        "{shuffle}{n_draws}回から。p はその時差の、p(BH)はテーマの最も小さい p のテーマ間の補正。",
    ),
    (
        "Lag above 0: {other_body} is later. Steps: {step}; pairs of steps in which both meet. "
        "{n_meetings} meetings, {n_items} items; {n_left_out} meetings, dated too roughly or "
        "outside the common time, are left out. No r with fewer than {min_pairs} pairs or a "
        "constant share.",
        "[ ] {level}% interval (Fisher's scale, Student's t). Band: what {level}% of {n_draws} "
        "draws stay within at all "
        "lags together ({shuffle}). p is of the lag over all lags; p (BH) adjusts the smallest p "
        "of "
        "each theme over themes.",
    ),
)

_PASSED = Kind(
    "{months}か月以内にほかの会議体が取り上げたテーマ",
    "Themes that the other body takes up within {months} months",
    (
        _THEME,
        Column("from_body", "から", "From"),
        Column("to_body", "へ", "To"),
        Column("n", "取り上げ", "Taken up", "count"),
        Column("n_from", "テーマのある会議", "Meetings with it", "count"),
        Column("n_meetings", "数える会議", "Meetings counted", "count"),
        Column("n_items", "その項目", "Their items", "count"),
        _SHARE,
        _EXPECTED,
        _RATIO,
        _P,
        _ADJUSTED,
    ),
    (
        "数えるのは、相手の会議が{months}か月以内に確かに続き、"
        "その間ずっと相手の会議がコーパスにある"
        "期間の会議。割合は%、[ ] は{level}%区間(同じ次の会議に続くものを一つのまとまりとする)。",
        "「偶然なら」と p(片側: これ以上)は、相手のテーマを{window}の会議の間で動かした{n_draws}回"
        "から。p(BH)は{n_tested}の行についての補正。順序は因果ではない。",
    ),
    (
        "Counted: meetings that a meeting of the other body surely follows within {months} months, "
        "all of which the corpus observes. Share in percent; [ ] {level}% interval (meetings with "
        "the same next meeting are one cluster).",
        "By chance and p (one-sided: at least as many): the other body's themes moved between its "
        "meetings {window}, {n_draws} draws. p (BH) adjusts for {n_tested} rows. Order is no "
        "cause.",
    ),
)

_TITLES = Kind(
    "{months}か月以内に両方の会議体にある題名",
    "Titles that both bodies have within {months} months",
    (
        Column("title", "題名", "Title"),
        Column("from_body", "先", "Earlier"),
        Column("to_body", "後", "Later"),
        Column("from_date", "先の日付", "Earlier date"),
        Column("to_date", "後の日付", "Later date"),
        Column("days_low", "日数(少なくとも)", "Days, at least", "count"),
        Column("days_high", "日数(多くとも)", "Days, at most", "count"),
        Column("from_item_id", "先の項目", "Earlier item"),
        Column("to_item_id", "後の項目", "Later item"),
    ),
    (
        "題名は番号・状態・括弧を除いた部分が同じもの({min_length}字以上)。日数が負から始まれば、"
        "前後は"
        "分からない。",
        "題名を合わせて: {total}",
    ),
    (
        "Titles that are the same without numbers, statuses and brackets ({min_length} characters "
        "or more). Where days begin below 1, the order is unknown.",
        "All titles together: {total}",
    ),
)

_PAIRS = Kind(
    "一緒に現れる{what}",
    "{what} that stand together",
    (
        Column("source", "一方", "One", names="theme"),
        Column("target", "他方", "Other", names="theme"),
        Column("n", "共起", "Both", "count"),
        Column("n_source", "一方の数", "One in", "count"),
        Column("n_target", "他方の数", "Other in", "count"),
        _ITEMS,
        _MEETINGS,
        Column(
            "jaccard",
            "Jaccard [区間]",
            "Jaccard [interval]",
            "number",
            "jaccard_low",
            "jaccard_high",
        ),
        Column("npmi", "NPMI", "NPMI", "number"),
        Column("phi", "φ", "phi", "number"),
        _EXPECTED,
        _P,
        _ADJUSTED,
    ),
    (
        "単位は{within}({n_units})。[ ] は{level}%区間(会議をまとまりとする)。"
        "「偶然なら」と"
        "p(片側: これ以上)は、単位ごとの数と名前ごとの数を保って入れ替えた{n_draws}回から。p(BH)は"
        "{n_tested}の組についての補正。",
        "示したのは{n_shown}組(共起{min_n}以上{most})。同じ時期のものは、"
        "それだけで一緒に現れやすい。",
    ),
    (
        "Unit: {within} ({n_units}). [ ] {level}% interval (meetings as clusters). By chance and "
        "p "
        "(one-sided: at least as many): {n_draws} tables in which names are traded with the sums "
        "of "
        "units and names kept. p (BH) adjusts for {n_tested} pairs.",
        "Shown: {n_shown} pairs (in at least {min_n}{most}). What is of one time stands together "
        "by "
        "that alone.",
    ),
)

_NODES = Kind(
    "網の節と共同体",
    "Nodes of the network and their communities",
    (
        Column("name", "名前", "Name", names="theme"),
        Column("n", "項目", "Items", "count"),
        _MEETINGS,
        Column("community", "共同体", "Community", "count"),
        Column("degree", "次数", "Degree", "count"),
        Column("strength", "強さ", "Strength", "number"),
        Column("stability", "安定", "Stability", "number"),
    ),
    (
        "共同体は Louvain 法(Jaccard を重みとし、種{n_seeds}個で最もモジュラリティの大きいもの)。"
        "安定は"
        "種を変えても共同体の仲間が同じ割合(1 はいつも同じ)。",
    ),
    (
        "Communities by Louvain's method (Jaccard as weight; the best modularity of {n_seeds} "
        "seeds). Stability: how much of a node's community stays with other seeds (1: always the "
        "same).",
    ),
)

_POINTS = Kind(
    "対応分析: {rows}と{columns}",
    "Correspondence analysis of {rows} and {columns}",
    (
        Column("name", "名前", "Name", names="point"),
        Column("kind", "種類", "Kind", names="kind"),
        Column("x", "第1軸 [区間]", "Axis 1 [interval]", "number", "x_low", "x_high"),
        Column("y", "第2軸 [区間]", "Axis 2 [interval]", "number", "y_low", "y_high"),
        Column("n", "n", "n", "count"),
        _MEETINGS,
        Column("contribution_x", "第1軸への寄与", "Contributes to 1", "percent"),
        Column("contribution_y", "第2軸への寄与", "Contributes to 2", "percent"),
        Column("cos2_x", "第1軸の cos²", "cos² 1", "number"),
        Column("cos2_y", "第2軸の cos²", "cos² 2", "number"),
    ),
    (
        "主座標(行と列とも)。第1軸は慣性の{share_1}%、第2軸は{share_2}%。n は項目、"
        "会議{n_meetings}回。"
        "期間が分からない項目は入らない。",
        "[ ] は{level}%区間(会議を引き直した{n_draws}回を Procrustes 法で重ねたもの、t 分布)。"
        "会議が 2 回"
        "未満なら出さない([–])。行と列の距離は読めない。向きを読む。",
    ),
    (
        "Principal coordinates of both. Axis 1 has {share_1}% of the inertia, axis 2 {share_2}%. "
        "n: "
        "items, of {n_meetings} meetings; items of unknown period are left out.",
        "[ ] {level}% interval ({n_draws} draws of meetings, turned onto the map by Procrustes; "
        "Student's t); none ([–]) with fewer than 2 meetings. Distances between a row and a column "
        "have no meaning; directions have.",
    ),
)

_INERTIA = Kind(
    "対応分析の軸",
    "Axes of the correspondence analysis",
    (
        Column("axis", "軸", "Axis", "count"),
        Column("inertia", "慣性", "Inertia", "number"),
        Column("share", "割合", "Share", "percent"),
        Column("share_cumulative", "累積", "Cumulative", "percent"),
    ),
)

KINDS = {
    "transitions": _TRANSITIONS,
    "first_appearances": _FIRST,
    "theme_leads": _LEADS,
    "lead_scores": _SCORES,
    "lag_correlations": _LAGS,
    "passed_themes": _PASSED,
    "shared_titles": _TITLES,
    "name_pairs": _PAIRS,
    "network_nodes": _NODES,
    "correspondence": _POINTS,
    "correspondence_inertia": _INERTIA,
}
