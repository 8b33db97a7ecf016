"""Every word of the report in Japanese and English."""

from __future__ import annotations

from cio_topics.report.topic_labels import TOPIC_LABELS

__all__ = ["LABELS"]

#: Key → (Japanese, English).
LABELS: dict[str, tuple[str, str]] = {
    "title": ("議事テーマの推移", "Agenda themes over time"),
    "lead": (
        "{n_items}件の議事項目({n_meetings}会議・{n_bodies}会議体、{first}〜{last})。"
        "下線の付いた数字をクリックすると、もとの項目と、それを読み取った出典が開きます。",
        "{n_items} agenda items of {n_meetings} meetings of {n_bodies} bodies, {first} to {last}. "
        "Click an underlined number to see its items and the sources they were read from.",
    ),
    "switch": ("English", "日本語"),
    "contents": ("目次", "Contents"),
    "coverage": ("コーパスと範囲", "Corpus and coverage"),
    "themes_year": ("テーマの推移(年)", "Themes over time (year)"),
    "themes_administration": ("内閣別のテーマ", "Themes by administration"),
    "themes_government": ("政権別・開催形式別のテーマ", "Themes by governing side and by format"),
    "trends": ("増えたテーマ、減ったテーマ", "Themes that rose or fell"),
    "trend": ("増減", "Trend"),
    "trend_rose": ("増えた", "rose"),
    "trend_fell": ("減った", "fell"),
    "trend_unclear": ("判断できない", "cannot tell"),
    "rise": ("年あたりのポイント", "Points a year"),
    "p_holm": ("p(調整済み)", "p (adjusted)"),
    "p_within": ("p(会議体の中で)", "p (within bodies)"),
    "trends_note": (
        "日付のある{n_items}項目・{n_meetings}会議から。日付がなく除いた項目は{n_undated}。"
        "ポイントは一年あたりの割合の変化、[ ] は95%区間(会議を単位とするジャックナイフ)。"
        "p は、会議をまるごと入れ替えたときに同じだけ偏る確からしさ"
        "(Holm 法で全テーマについて調整)。0.05 以下を増減とする。"
        "「会議体の中で」は、同じ会議体の会議どうしだけを比べた値で、どの会議体がコーパスにあるかの違いによらない。",
        "From {n_items} dated items of {n_meetings} meetings; {n_undated} undated ones are left "
        "out. Points: change of the share in a year; [ ] 95% interval (jackknife over meetings). "
        "p: how often meetings that change places as a whole are as uneven (Holm's method, all "
        "themes). At most 0.05 is a trend. Within bodies: meetings are compared with those of "
        "their own body only, so that it does not matter which bodies the corpus has when.",
    ),
    "no_trends": ("日付のある会議がありません。", "No meeting has a date."),
    "meetings": ("会議の数", "Meetings"),
    "quality": ("分類の質と符号化者の一致", "Classifier quality and coder agreement"),
    "method": ("方法と再現", "Method and how to repeat it"),
    "theme": ("テーマ", "Theme"),
    "year": ("年", "Year"),
    "body": ("会議体", "Body"),
    "items": ("項目", "Items"),
    "items_n": ("項目数", "Items"),
    "meetings_n": ("会議数", "Meetings"),
    "first": ("最初", "First"),
    "last": ("最後", "Last"),
    "what": ("何", "What"),
    "n": ("数", "n"),
    "share": ("割合", "Share"),
    "precision_of_dates": ("日付の精度", "Precision of dates"),
    "missing": ("欠けている値", "Missing values"),
    "missing_note": (
        "空欄か unknown の数。コーパスが知らないことは空欄のままです。",
        "Cells that are empty or unknown. What the corpus does not know stays empty.",
    ),
    "table": ("表", "Table"),
    "column": ("列", "Column"),
    "missing_n": ("欠損", "Missing"),
    "of_rows": ("行数", "Rows"),
    "remarks": ("気づいた点", "Remarks"),
    "per_year": ("年別", "By year"),
    "per_body": ("会議体別", "By body"),
    "source_line": (
        "テーマの出どころ:符号化済み {n_coded}件、コードブックの規則 {n_rules}件、"
        "分類器 {n_model}件。",
        "Where the themes come from: {n_coded} coded items, {n_rules} by the codebook's rules, "
        "{n_model} by a classifier.",
    ),
    "shares_note_wilson": (
        "セルは項目数(その期間の項目に占める割合%)、[ ] は95%区間(Wilson 法、項目を独立とみなす)。"
        "一つの項目が複数のテーマをもつことがあるので、割合の和は100%を超えることがあります。"
        "日付が期間にまるごと入らない項目と、内閣の表より前か後の項目は「不明」に数えます。",
        "Cells: number of items (percent of the period's items); [ ] 95% interval (Wilson, items "
        "taken as independent). An item may have several themes, so shares may sum to more than "
        "100%. Items whose date does not lie wholly in one period, or lies before or after the "
        "administrations listed, are counted as unknown.",
    ),
    "shares_note_clustered": (
        "セルは項目数(その期間の項目に占める割合%)、[ ] は95%区間(同じ会議の項目が似ることを"
        "見込んだ有効な項目数による Wilson 法、t 分布)。"
        "一つの項目が複数のテーマをもつことがあるので、割合の和は100%を超えることがあります。"
        "日付が期間にまるごと入らない項目と、内閣の表より前か後の項目は「不明」に数えます。",
        "Cells: number of items (percent of the period's items); [ ] 95% interval (Wilson with the "
        "number of items that items of like meetings are worth, and the t distribution). An item "
        "may have several themes, so shares may sum to more than 100%. Items whose date does not "
        "lie wholly in one period, or lies before or after the administrations listed, are counted "
        "as unknown.",
    ),
    "shares_note_bootstrap": (
        "セルは項目数(その期間の項目に占める割合%)、"
        "[ ] は95%区間(会議を単位とするブートストラップ。"
        "会議が一つだけの期間には区間がありません)。"
        "一つの項目が複数のテーマをもつことがあるので、割合の和は100%を超えることがあります。"
        "日付が期間にまるごと入らない項目と、内閣の表より前か後の項目は「不明」に数えます。",
        "Cells: number of items (percent of the period's items); [ ] 95% interval (bootstrap of "
        "whole meetings; none where a period has one meeting). An item may have several themes, so "
        "shares may sum to more than 100%. Items whose date does not lie wholly in one period, or "
        "lies before or after the administrations listed, are counted as unknown.",
    ),
    "chart_note": (
        "点は各年の割合、灰色の縦線は95%区間。項目の少ない年ほど区間は広くなります。"
        "点をクリックすると項目が開きます。",
        "Points: share of the year; grey bars: 95% interval, wide where a year has few items. "
        "Click a point for its items.",
    ),
    "heatmap_note": (
        "色は割合、数字は項目数。就任日は新しい内閣に属します。",
        "Colour: share; numbers: items. A handover day belongs to the new cabinet.",
    ),
    "government": ("政権", "Governing side"),
    "format": ("開催形式", "Format"),
    "administration": ("内閣", "Administration"),
    "prime_minister": ("首相", "Prime minister"),
    "fiscal_year": ("年度", "Fiscal year"),
    "case_study_note": (
        "棒は事例研究(本田 2019)の表1、点はこのコーパスにある会議の記録の数。"
        "決定日は決定を示すだけで、会合があったことは示しません。"
        "一つの会議が二つの記録になっていることもあります。",
        "Bars: table 1 of the case study (Honda 2019); points: records of meetings in this corpus. "
        "A decision date proves a decision, not a sitting; one sitting may be two records.",
    ),
    "case_meetings": ("表1 会議", "Table 1 meetings"),
    "case_circulated": ("表1 持ち回り", "Table 1 circulated"),
    "corpus_meetings": ("コーパス 会議", "Corpus meetings"),
    "corpus_circulated": ("コーパス 持ち回り", "Corpus circulated"),
    "corpus_joint": ("コーパス 合同", "Corpus joint"),
    "corpus_numbered": ("回次あり", "Numbered"),
    "corpus_unknown": ("形式不明", "Format unknown"),
    "no_case_study": (
        "このコーパスには事例研究の会議体(各府省情報化統括責任者(CIO)連絡会議)がありません。"
        "年別の会議数だけを示します。",
        "This corpus does not have the body of the case study; meetings by year only.",
    ),
    "quality_note": (
        "符号化済みの{n}件について、会議を単位とする5分割交差検証。"
        "規則が符号化済みの項目を見ながら書かれた場合、適合率・再現率・F1 は"
        "当てはまりの良さであって、予測の良さではありません。"
        "「裏付けのある再現率」は、他の会議の項目でも裏付けられた一致だけを数えたもので、再現率の下限です。"
        "見たことのない題名での適合率は測られていません。",
        "Five-fold cross-validation grouped by meeting on the {n} coded items. Where rules were "
        "written with coded items in sight, precision, recall and F1 are a fit, not a forecast. "
        "“Supported recall” credits only matches that items of other meetings support: a lower "
        "bound of recall. Precision on titles nobody has seen is not measured.",
    ),
    "precision": ("適合率", "Precision"),
    "recall": ("再現率", "Recall"),
    "f1": ("F1", "F1"),
    "recall_lower": ("裏付けのある再現率(下限)", "Supported recall (lower bound)"),
    "coder_f1": ("符号化者間 F1(上限の目安)", "F1 between coders (ceiling)"),
    "alpha": ("Krippendorff の α", "Krippendorff's alpha"),
    "differ": ("不一致", "Differ"),
    "coders_embedded": (
        "内蔵コーパスの符号化は、二つの言語モデルが独立に読んで行い、食い違いは裁定したものです。"
        "規則はこの符号化を見ながら書かれました。",
        "The embedded corpus was coded by two language models that read each item independently; "
        "differences were adjudicated. Its rules were written with these codings in sight.",
    ),
    "coders_note": (
        "コードブック第{version}版。"
        "「不一致」をクリックすると、二人の符号化者の判断が違った項目が開きます。",
        "Codebook version {version}. Click a number under “Differ” for the items on which the two "
        "coders differed.",
    ),
    "no_labels": (
        "符号化済みの項目が足りないので、質は測れません。theme_labels を追加してください。",
        "Too few items are coded to measure quality. Add theme_labels.",
    ),
    "micro": ("全体(micro)", "All (micro)"),
    "macro": ("平均(macro)", "Mean (macro)"),
    "exact": ("完全一致", "Exact set"),
    "method_note": (
        "同じコーパス・設定・版からは、同じバイト列の結果が得られます。"
        "manifest.json に同じ内容があります。",
        "The same corpus, settings and versions give the same bytes. manifest.json says the same.",
    ),
    "conditions": ("条件", "Conditions"),
    "command": ("コマンド", "Command"),
    "corpus_hash": ("コーパスの SHA-256", "SHA-256 of the corpus"),
    "codebook": ("コードブック", "Codebook"),
    "dictionary": ("辞書", "Dictionary"),
    "versions": ("版", "Versions"),
    "font": ("図のフォント", "Font of the figures"),
    "no_font": (
        "日本語フォントが見つからないため、図は英語だけです:"
        "python -m pip install matplotlib-fontja",
        "No Japanese font was found, so the figures are in English only: "
        "python -m pip install matplotlib-fontja",
    ),
    "close": ("閉じる", "Close"),
    "shown_items": ("件", "items"),
    "more_items": (
        "最初の500件だけを表示しています。すべては tables/items.csv にあります。",
        "The first 500 are shown; all are in tables/items.csv.",
    ),
    "source": ("出典", "Source"),
    "no_link": ("ページなし", "no page"),
    "official": ("公式", "official"),
    "archive_copy": ("写し", "archive copy"),
    "news": ("報道", "news"),
    "blog": ("ブログ", "blog"),
    "paper": ("論文", "paper"),
    "case_study": (
        "本田正美(2019)「各府省情報化統括責任者(CIO)連絡会議の事例研究」",
        "Honda (2019), the case study of the CIO liaison conference",
    ),
    "coded": ("符号化済み", "coded"),
    "rules": ("規則", "rules"),
    "model": ("分類器", "classifier"),
    "noscript": (
        "項目の一覧には JavaScript が必要です。同じ内容が tables/items.csv にあります。",
        "The lists of items need JavaScript; tables/items.csv has the same.",
    ),
    "downloads": (
        "表は tables/ に CSV と XLSX、図は figures/ に SVG と PNG があります。",
        "Tables are in tables/ as CSV and XLSX, figures in figures/ as SVG and PNG.",
    ),
    "unknown": ("不明", "unknown"),
    "item": ("項目", "item"),
    "meeting": ("会議", "meeting"),
    "body_year": ("会議体・年", "body and year"),
    "day": ("日", "day"),
    "month": ("月", "month"),
    **TOPIC_LABELS,
}
