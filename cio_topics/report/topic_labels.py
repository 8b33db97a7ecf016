"""Words of the report's section on topics, in Japanese and English."""

from __future__ import annotations

__all__ = ["TOPIC_LABELS"]

#: Key → (Japanese, English).
TOPIC_LABELS: dict[str, tuple[str, str]] = {
    "topics": ("トピック(モデルが見つけたもの)", "Topics (what a model found)"),
    "topic": ("トピック", "Topic"),
    "name": ("名前", "Name"),
    "topics_note": (
        "{model}、{n_topics}トピック、{pool}ごとにまとめた{n_texts}件の文書と{n_terms}語で学習。"
        "名前は、そのトピックらしい語をつないだものです。"
        "上位語は確率の高い順、結び付きの強い語は、そのトピックの語と同じ題名に現れやすい順。"
        "割合は重みの割合、[ ] は95%区間(会議を単位とするブートストラップ)。"
        "上位語の多様性 {diversity}。安定性は、文書を引き直した{n_runs}回の学習で"
        "上位10語が再び現れた割合、[ ] は95%区間。低いトピックは読み過ぎないでください。"
        "一貫性 NPMI は上位語が同じ題名に現れる度合い(−1 から 1、偶然なら 0。"
        "題名は短いので 0 前後や負の値が普通です)。",
        "{model}, {n_topics} topics, fitted on {n_texts} texts (pooled by {pool}) with {n_terms} "
        "terms. Names join terms that are typical of the topic. Top terms are the likeliest; "
        "associated terms stand in the same titles as the topic's others. Share: of all weights; "
        "[ ] 95% interval (bootstrap of whole meetings). Diversity of top terms {diversity}. "
        "Stability: share of the ten top terms that return in {n_runs} fits on resampled texts; "
        "[ ] 95% interval. Do not read much into a topic where it is low. Coherence NPMI: how far "
        "top terms stand in the same titles, −1 to 1, 0 by chance; titles are short, so values "
        "near or below 0 are common.",
    ),
    "topics_seeds": (
        "乱数の種だけを変えた{n_runs}回の学習では、安定性は全体で {stability}、"
        "重みまで同じだったのは{n_same}回です。",
        " In {n_runs} fits that differ by their seed alone, stability is {stability} over all "
        "topics, and {n_same} have the same weights.",
    ),
    "no_topics": ("トピックは計算できませんでした:", "Topics could not be computed: "),
    "terms": ("上位語", "Top terms"),
    "associated": ("結び付きの強い語:", "Associated:"),
    "top_items": ("代表的な項目", "Top items"),
    "items_most": ("最も重い項目数", "Items (weighs most)"),
    "stability": ("安定性", "Stability"),
    "coherence": ("一貫性 NPMI", "Coherence NPMI"),
    "closest_theme": ("最も重なるテーマ(重み)", "Closest theme (by weight)"),
    "topics_year": ("トピックの推移(年)", "Topics over time (year)"),
    "topics_year_note": (
        "点は各年の割合(その年の項目の重みの平均)、灰色の縦線は95%区間"
        "(会議を単位とするブートストラップ)。縦軸の上端は図によらず同じです。"
        "点をクリックすると、その年の、このトピックが最も重い項目が開きます"
        "(そうした項目がない年の点は開きません)。",
        "Points: share of the year (mean weight of its items); grey bars: 95% interval (bootstrap "
        "of whole meetings). All panels have one scale. Click a point for the year's items in "
        "which the topic weighs most; where there are none it opens nothing.",
    ),
    "topics_year_table": ("年別の割合を表で見る", "Shares by year as a table"),
    "topics_year_cells": (
        "セルは割合(%)、[ ] は95%区間。n は項目数。日付が一つの年に入らない項目は「不明」。",
        "Cells: share in percent; [ ] 95% interval. n: items. Items whose date does not lie in one "
        "year are counted as unknown.",
    ),
    "alignment": ("トピックとテーマの対応", "Topics and themes"),
    "alignment_note": (
        "セルは、トピックの重みのうちそのテーマの項目に載る割合(%)。"
        "枠の付いたセルは、最も重い項目で一対一に対応させた組"
        "(F1 の和が最大。ハンガリー法)のうち、F1 が {least} 以上のもの。",
        "Cells: percent of the topic's weight that falls on items with the theme. Framed cells: "
        "matched one to one by the items in which the topic weighs most, so that the sum of F1 is "
        "greatest (Hungarian method), with an F1 of at least {least}.",
    ),
    "uncovered_themes": (
        "どのトピックも見つけなかったテーマ",
        "Themes that no topic found",
    ),
    "uncovered_themes_note": (
        "トピックが最も重い項目とテーマの項目との F1 が、どのトピックでも {least} 未満のテーマ"
        "({least} はこのパッケージの約束事)。"
        "「確か」は、区間もすべて {least} 未満であること。区間は会議を単位とするブートストラップ。",
        "Themes whose items and the items in which a topic weighs most have an F1 below {least}, "
        "whatever the topic ({least} is a convention of this package). Sure: the whole interval "
        "lies below {least}. Intervals: bootstrap of whole meetings.",
    ),
    "themes_absent": ("項目のないテーマ:", "Themes without items:"),
    "no_uncovered_themes": (
        "どのテーマにも、F1 が {least} 以上のトピックがあります。",
        "Every theme has a topic with an F1 of at least {least}.",
    ),
    "uncovered_topics": (
        "どのテーマにも収まらないトピック(新しいテーマの候補)",
        "Topics that no theme covers (candidates for new themes)",
    ),
    "uncovered_topics_note": (
        "最も重い項目のうち、一つのテーマをもつものが {least}% に満たないトピック。"
        "安定性の低いものは、テーマの候補ではなく寄せ集めかもしれません。代表的な項目を読んで決めてください。",
        "Topics of whose items less than {least}% have one theme in common. One of low stability "
        "may be a mixture and no candidate: read its items to decide.",
    ),
    "no_uncovered_topics": (
        "どのトピックも、項目の {least}% 以上が一つのテーマをもちます。",
        "Of every topic's items at least {least}% have one theme in common.",
    ),
    "reason": ("理由", "Reason"),
    "best_topic": ("最も近いトピック", "Best topic"),
    "best_theme": ("最も多いテーマ", "Most frequent theme"),
    "both_n": ("共通の項目", "In common"),
    "share_of_theme": ("テーマの項目に占める%", "% of the theme's items"),
    "share_of_topic": ("トピックの項目に占める%", "% of the topic's items"),
    "sure": ("確か", "Sure"),
    "yes": ("はい", "yes"),
    "no": ("いいえ", "no"),
    "reason_no_items": ("項目がない", "no items"),
    "reason_absorbed": (
        "半分以上が一つのトピックに入るが、他の項目に埋もれる",
        "half or more are in one topic, among more items of others",
    ),
    "reason_spread": ("いくつものトピックに散る", "spread over several topics"),
    "reason_no_theme": (
        "多くの項目がどのテーマにも当たらない",
        "more items without a theme than with any one",
    ),
    "reason_mixed": ("いくつものテーマが混じる", "several themes share it"),
    "map": ("トピックの地図", "Map of topics"),
    "map_note": (
        "円の面積は割合、円の間の距離は語の使い方の違い"
        "(Jensen–Shannon 距離を古典的多次元尺度法で平面に描いたもので、"
        "距離の二乗の{explained}%を示します。低ければ、近く見える円も遠いことがあります)。"
        "語の棒は、灰色がその語をもつ項目の数、色がそのうちこのトピックに属する数の見積もり。",
        "Area of a circle: share. Distance: difference of terms (Jensen–Shannon distance, drawn in "
        "the plane by classical scaling, which shows {explained}% of the squared distances; if "
        "that is low, circles that look near may be far). Bars of terms: items with the term "
        "(grey) and the estimated number of them that belong to the topic (colour).",
    ),
    "map_choose": (
        "円を押すか、一覧から選んでください(矢印キーで動きます)。",
        "Click a circle or choose from the list (arrow keys work).",
    ),
    "map_label": (
        "トピックの地図:{n}個の円。同じ内容が一覧と表にあります。",
        "Map of topics: {n} circles. The list and the table say the same.",
    ),
    "relevance": ("関連度の重み λ", "Relevance weight λ"),
    "relevance_note": (
        "1:トピックでよく使う語。0:トピックにだけ使う語。Sievert・Shirley(2014)。",
        "1: terms frequent in the topic. 0: terms of this topic only. Sievert and Shirley (2014).",
    ),
    "relevant_terms": ("関連する語", "Relevant terms"),
    "map_table": ("関連する語を表で見る", "Relevant terms as a table"),
    "map_noscript": (
        "トピックと λ を選ぶには JavaScript が必要です。下の表に同じ語があります。",
        "Choosing a topic and λ needs JavaScript. The table below has the terms.",
    ),
    "facts": (
        "割合 {share}% {bounds}、最も重い項目 {n}件",
        "share {share}% {bounds}, weighs most in {n} items",
    ),
}
