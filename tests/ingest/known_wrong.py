"""Reference pages that are not yet read as a careful reader would, and what goes wrong.

The pages were written before the parser was run on them. An entry goes when its page is read.
"""

from __future__ import annotations

KNOWN_WRONG = {
    "other_agenda_as_links": "the line 議事録(PDF) below the agenda becomes an item",
    "other_agenda_in_one_paragraph": (
        "nothing is read: の概要 behind the name, agenda and handouts in one paragraph each"
    ),
    "other_city_announcement": "nothing is read: の傍聴について behind the name, 会場, 議題(予定)",
    "other_fsa_working_group": "the body loses the closing 」 of the group quoted in its name",
    "other_handouts_in_columns": "PDF [400KB] and － of the next cells stand in the title",
    "other_katakana_numbers": "ア, イ, ウ are taken for part of the title, not for labels",
    "other_list_month_and_day": "nothing is read: the year is only in the heading 令和3年度",
    "other_list_numbers_as_links": "nothing is read: rows of 第N回 without a day",
    "other_list_several_bodies": "nothing is read: each row names a body of its own",
    "other_list_with_summaries": "the newest entry is read as a page, the older ones as its items",
    "other_long_minutes": (
        "sections 第1, 第2 and the time 自 … 至 … are not seen; lines of the minutes become items"
    ),
    "other_mhlw_list": "(資料) and (議事録) stay in the body; a cancelled meeting becomes a row",
    "other_mhlw_minutes": "the second line of the place is lost",
    "other_mof_kanji": (
        "day, hour and room without labels below 議事次第 become items; levels are one too deep"
    ),
    "other_number_at_the_end": "(議題1) at the end stays in the title and ties no handout",
    "other_numbered_as_giji": "報告(1) is no label; place of 場所 and value in two spans is lost",
    "other_plain_text": "the second line of 日時及び場所, the room, is lost",
    "other_postponed": "nothing is read: の延期について behind the name, 変更前 and 変更後",
    "other_prefecture_result": "nothing is read: の開催結果について behind the name",
    "other_reform_bracketed_opening": (
        "day, hour and room without labels below 議事次第 become items; (開会) is no ceremony; "
        "size and notice of the next cells stand in the handout's title"
    ),
    "other_soumu_study_group": "［PDF形式：…KB］別ウィンドウで開きます stays in the handout's title",
    "other_town_nested_tables": "nothing is read: layout tables, the title is a bold cell",
    "other_two_meetings": "the second meeting is lost, its agenda goes to the first",
    "other_warp_banner": (
        "the day of storing in the banner is the date; the room without a label is lost and "
        "合同庁舎 in it makes the meeting joint"
    ),
    "other_wayback_toolbar": "the place in a row of label, colon and value is lost",
}
