"""Corrected shares of themes, and shares of topics with the uncertainty of their model."""

from __future__ import annotations

from cio_topics.tables.columns import Column, Kind

__all__ = ["ERRORS_FROM_NAMES", "KINDS", "STATE_NAMES"]

#: What the states of corrected shares mean: (Japanese, English).
STATE_NAMES = {
    "truncated": ("0〜100%に切り詰め", "cut to 0-100%"),
    "one_meeting": ("会議が1回で区間なし", "one meeting: no interval"),
    "few_labelled": ("符号化済みの会議が少なく区間なし", "few labelled meetings: no interval"),
    "no_labels": ("符号化済みの項目なし", "no labelled item"),
    "no_theme": ("符号化済みの項目にこのテーマなし", "no labelled item with the theme"),
    "weak": ("誤りが多く補正できない", "too many errors to correct"),
    "empty": ("項目なし", "no item"),
}

#: Where errors were learned from: (Japanese, English).
ERRORS_FROM_NAMES = {"period": ("この期間", "the period"), "all": ("全期間", "all periods")}

KINDS = {
    "corrected": Kind(
        "テーマの割合(%): 数えたまま、と誤りを補正したもの",
        "Shares of themes in percent, as counted and corrected for errors",
        (
            Column("period", "期間", "Period", names="period"),
            Column("theme", "テーマ", "Theme", names="theme"),
            Column("n", "n", "n", "count"),
            Column("n_items", "項目", "Items", "count"),
            Column("n_meetings", "会議", "Meetings", "count"),
            Column("n_labelled", "符号化済み", "Labelled", "count"),
            Column("share", "数えたまま", "As counted", "percent", "share_low", "share_high"),
            Column(
                "corrected", "補正後", "Corrected", "percent", "corrected_low", "corrected_high"
            ),
            Column("errors_from", "誤りの出所", "Errors from", names="errors_from"),
            Column("n_reference_theme", "うちテーマあり", "with theme", "count"),
            Column("state", "注", "Note", names="state"),
        ),
        (
            "n はテーマのある項目、[ ] は{level}%区間(会議を一つずつ除く分散、Wilson 法、t 分布)。"
            "会議が足りない所は [–]。",
            "補正後: 符号化済みの項目は符号のとおりに数え、ほかの項目は{predictor}の予測に、"
            "学習に使わなかった符号化済み項目での誤りを差し引いた({method})。区間は誤りの推定の"
            "不確かさを含む。",
            "誤りは符号化済みの{n_labelled}項目・{n_labelled_meetings}会議から"
            "(全{n_items}項目・{n_meetings}会議のうち)。期間に{least_meetings}回以上の符号化済み"
            "会議があり、区間が求まればその期間、そうでなければ全期間から求めた。「うちテーマあり」はその項目のうち"
            "テーマのある数。",
            "前提: 会議が符号化されたかどうかは、誤りの多さと関係がない。符号化する会議を無作為に"
            "選んでいなければ、補正後の値も偏りうる。",
        ),
        (
            "n: items with the theme. [ ] {level}% interval (variance by leaving out each meeting, "
            "Wilson, Student's t); [–] where there are too few meetings.",
            "Corrected: labelled items count as labelled; the others as predicted by {predictor}, "
            "less its errors on labelled items that it did not learn from ({method}). The interval "
            "holds what is not known of these errors.",
            "Errors from {n_labelled} labelled items of {n_labelled_meetings} meetings (of "
            "{n_items} items, {n_meetings} meetings): those of the period if it has "
            "{least_meetings} labelled meetings that suffice, else of all periods. With theme: "
            "labelled items that have it.",
            "Assumed: whether a meeting was labelled has nothing to do with the errors in it. If "
            "the labelled meetings were not drawn at random, corrected shares may be biased, too.",
        ),
    ),
    "topic_shares": Kind(
        "トピックの割合(%): モデルの不確かさなし・あり",
        "Shares of topics in percent, without and with the uncertainty of the model",
        (
            Column("period", "期間", "Period", names="period"),
            Column("topic", "トピック", "Topic", names="topic"),
            Column("n", "n", "n", "count"),
            Column("n_items", "項目", "Items", "count"),
            Column("n_meetings", "会議", "Meetings", "count"),
            Column("share", "このモデル", "This model", "percent", "share_low", "share_high"),
            Column(
                "composed", "不確かさ込み", "Composed", "percent", "composed_low", "composed_high"
            ),
            Column("part_meetings", "会議(%)", "Meetings %", "percent"),
            Column("part_posterior", "事後分布(%)", "Posterior %", "percent"),
            Column("part_seeds", "シード(%)", "Seeds %", "percent"),
            Column("n_agree", "一致", "Agree", "count"),
        ),
        (
            "{answer}",
            "n は重みの和、項目は重みのあるもの(モデルの知る語のない{n_without}項目は数えない)。"
            "[ ] は{level}%区間。「このモデル」は会議の抽出だけ、「不確かさ込み」は"
            "{n_seeds}個のシードと、シードごとに{n_each}回の事後分布からの抽出も含む"
            "(合成法、{interval})。",
            "会議・事後分布・シードは、分散のうちそれぞれの占める割合。一致は、ほかの"
            "{n_others}個のシードのうち、割合が「このモデル」の区間に入った数。",
            "{posterior}",
        ),
        (
            "{answer}",
            "n: sum of weights; items: those with weights ({n_without} items without a term that "
            "the model knows are left out). [ ] {level}% interval. This model: meetings alone; "
            "composed: also {n_seeds} seeds, and {n_each} draws from the posterior of each (method "
            "of composition, {interval}).",
            "Meetings, posterior, seeds: their parts of the variance. Agree: of {n_others} other "
            "seeds, those whose share lies in the interval of this model.",
            "{posterior}",
        ),
    ),
}
