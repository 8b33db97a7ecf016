"""The claims of the case study with their verdicts; its table 1; its own conflicts."""

from cio_topics.tables.columns import Column, Kind

__all__ = ["KINDS"]

KINDS = {
    "replication": Kind(
        "事例研究の主張と判定",
        "Claims of the case study, and verdicts",
        (
            Column("verdict", "判定", "Verdict", names="verdict"),
            Column("claimed", "主張", "Claimed"),
            Column("found", "このデータ", "Found"),
            Column("n_items", "項目", "Items", "count"),
            Column("n_meetings", "会議", "Meetings", "count"),
            Column("needed_meetings", "要る会議", "More meetings", "count"),
            Column("needed_items", "要る項目", "More items", "count"),
            Column("claim_text", "主張の内容", "Claim"),
        ),
        (
            "確認{confirmed}件、矛盾{contradicted}件、判定不能{not_decidable}件(全{n}件)。",
            "判定は事例研究によらない{n_items}項目({n_meetings}行の会議)だけによる。水準95%、"
            "主張ごとに単独。",
            "「要る会議・項目」は、判定できるまでにあと何件わかればよいか。判定の規則と理由は "
            "verdicts.csv と replication.html にある。",
        ),
        (
            "{confirmed} confirmed, {contradicted} contradicted, {not_decidable} not decidable, "
            "of {n}.",
            "Verdicts rest on {n_items} items ({n_meetings} rows of meetings) that do not come "
            "from the case study. Level 95 %, each claim alone.",
            "More meetings, more items: how many more must be known until it can be decided. Rules "
            "and reasons stand in verdicts.csv and replication.html.",
        ),
    ),
    "case_study_table1": Kind(
        "事例研究の表1と、わかる会議",
        "Table 1 of the case study, and meetings that are known",
        (
            Column("year", "年", "Year", names="year"),
            Column("meetings", "会議(表1)", "Meetings (table 1)", "count"),
            Column("circulated", "持ち回り(表1)", "Circulated (table 1)", "count"),
            Column("n_meetings", "わかる会議", "Known", "count"),
            Column("coverage", "割合(%)", "Coverage (%)", "percent"),
            Column("n_circulated", "わかる持ち回り", "Known circulated", "count"),
            Column("n_format_known", "形式のわかる会議", "Format known", "count"),
            Column("n_meetings_all", "事例研究の行も入れると", "With the case study", "count"),
            Column("numbers", "わかる回次", "Known numbers"),
            Column("numbers_outside", "年の範囲の外", "Outside their year"),
            Column("verdict", "判定", "Verdict", names="verdict"),
        ),
        ("「わかる会議」は、事例研究によらず回次か、日付と開催形式のわかるもの。",),
        ("Known: by a number, or by day and format, without the case study.",),
    ),
    "case_study_internal": Kind(
        "事例研究の内部の照合",
        "The case study held to itself",
        (
            Column("what", "照合", "Check"),
            Column("stated", "述べられた値", "Stated"),
            Column("computed", "計算した値", "Computed"),
            Column("agrees", "一致", "Agrees", names="agrees"),
        ),
        ("主張と表1だけによる。コーパスは使わない(「要旨と本文」はコーパスの注記による)。",),
        ("From the claims and table 1 alone; where places differ, from notes of the corpus.",),
    ),
}
