"""Print random invented meetings as pages in many layouts, and say what each page tells.

The printer knows nothing of the parser: neither its words nor its patterns. Run this file for a
table of what is read back, per layout: ``python tests/ingest/pages.py [PAGES]``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from html import escape
from itertools import zip_longest
from random import Random
from typing import Any

from hypothesis import strategies as st

from cio_topics.ingest.records import MeetingRecord
from cio_topics.text import normalize

Meeting = dict[str, Any]
Style = dict[str, Any]
Page = dict[str, Any]

LAYOUTS = ("A", "A2", "B", "D", "E", "F", "F2", "F-flat", "G", "list", "I", "J")
TEXT_LAYOUTS = ("E", "G")
CHARSETS = ("utf-8", "cp932", "euc_jp", "iso2022_jp")

# ---- words: all invented, none contained in another ----------------------------------------

BODIES = [
    "試験情報化会議",
    "架空電子行政推進本部",
    "架空府省情報化統括責任者(CIO)連絡会議",
    "模擬デジタル社会推進会議",
    "架空デジタル・ガバメント閣僚会議",
    "仮想データ戦略推進ワーキンググループ",
    "例示情報セキュリティ政策会議",
    "試験電子政府評価委員会",
    "仮想オープンデータ検討会",
    "例示高度情報通信ネットワーク社会推進戦略本部",
    "模擬業務改革タスクフォース",
    "架空新技術専門調査会",
]
SUBJECTS = [
    "電子申請の利用促進",
    "業務・システム最適化",
    "ITガバナンスの強化",
    "政府情報システムの統合・集約化",
    "クラウド・バイ・デフォルト原則",
    "オープンデータ憲章",
    "マイナンバー制度の活用",
    "情報セキュリティ対策基準",
    "e-Govの次期更改",
    "第2次架空情報化計画",
    "行動計画2020",
    "架空IT新戦略",
    "電子調達の共通化",
    "デジタル人材の確保",
    "自治体システムの標準仕様",
    "文書管理の電子化",
    "公的個人認証サービス",
    "統計データの提供",
    "地図情報の共用",
    "防災情報の連携",
    "遠隔医療の普及",
    "教育の情報化ビジョン",
    "農業データの連係基盤",
    "テレワークの環境",
    "添付書類の省略",
    "窓口のワンストップ化",
    "旅費等の内部管理業務",
    "人事・給与関係業務",
    "共通プラットフォーム",
    "IPv6への移行",
    "AI利活用ガイドライン",
    "サイバー攻撃への対処",
    "暗号方式の移行指針",
    "重要インフラの防護",
    "行政手続の棚卸し",
    "ベース・レジストリ",
    "トラストサービス",
    "国際データ流通(DFFT)",
    "情報バリアフリー",
    "調達仕様書の手引き",
    "KPI(重要業績評価指標)",
    "BPRの徹底",
    "レガシーシステム刷新",
    "投資対効果の検証",
    "工程表の見直し",
    "個人情報の保護措置",
]
FRAMES = [
    "{0}について",
    "{0}の推進について",
    "{0}(案)について",
    "「{0}(案)」について",
    "「{0}」の改定(案)",
    "{0}の進捗状況について",
    "{0}に関する取組",
    "{0}の在り方(論点整理)",
    "今後の{0}について",
    "架空省における{0}について(報告)",
    "令和2年度{0}(素案)",
    "{0}及び{1}について",
    "{0}・{1}の一体的な改革について",
    "「{0}」と「{1}」の関係について",
]
PAPERS = [
    "事務局説明資料",
    "架空省提出資料",
    "検討の経緯",
    "関係法令の抜粋",
    "諸外国の状況",
    "有識者の意見(概要)",
    "用語の一覧",
    "スケジュール表",
    "予算の推移",
    "構成員提出資料",
]
OPENING = ["議長挨拶", "内閣総理大臣挨拶", "架空大臣ご挨拶", "開会挨拶", "構成員紹介", "委員紹介"]
BETWEEN = ["意見交換", "自由討議", "質疑応答", "デモンストレーション", "休憩"]
CLOSING = ["その他", "事務連絡", "本部長あいさつ", "内閣総理大臣挨拶", "プレス退室"]
ROOMS = [
    "架空総理官邸大会議室",
    "架空総理官邸 小ホール",
    "架空合同庁舎第4号館 共用1208特別会議室",
    "試験省10階 会議室A",
    "架空合同庁舎8号館1階講堂",
    "試験デジタル庁20階",
]
ONLINE = ["オンライン会議", "Web会議", "テレビ会議", "{room}(オンライン会議)", "{room}及びWeb会議"]
PEOPLE = ["架空太郎", "試験花子", "例示一郎", "仮名次郎", "模擬桜子"]
POSTS = ["議長", "架空大学教授", "試験株式会社代表取締役", "架空省情報化統括責任者", "試験県知事"]
SPEECH = [
    "事務局から資料に基づき説明があった。",
    "費用の見通しについて、次回までに整理すること。",
    "添付書類の数が多いのではないか。",
    "原案のとおり了承された。",
    "6月30日までに結論を得たい。",
]

# ---- meetings ------------------------------------------------------------------------------


def draw_meeting(chance: Random) -> Meeting:
    """Invent a meeting: what happened, not how it is printed."""
    subjects = chance.sample(SUBJECTS, len(SUBJECTS))
    day = date(2001, 1, 6) + timedelta(days=chance.randint(0, 9100))
    start = chance.randrange(8 * 60, 18 * 60, 5)
    body, other = chance.sample(BODIES, 2)
    papers = chance.sample(PAPERS, len(PAPERS))
    business = [_draw_business(chance, subjects) for _ in range(chance.randint(1, 5))]
    if chance.random() < 0.3:
        business.append({"title": chance.choice(BETWEEN), "kind": "ceremony", "parts": []})
    return {
        "body": body,
        "number": chance.choice([chance.randint(1, 12), chance.randint(1, 130)]),
        "number_of_year": chance.randint(1, 9),
        "date": day.isoformat(),
        "format": chance.choice(["in_person"] * 3 + ["online", "joint", "circulated"]),
        "start": start,
        "end": start + chance.randrange(10, 185, 5),
        "room": chance.choice(ROOMS),
        "online": chance.choice(ONLINE),
        "opening": _ceremonies(chance, ["開会"], 0.9) + _ceremonies(chance, OPENING, 0.4),
        "business": business,
        "closing": _ceremonies(chance, CLOSING, 0.4) + _ceremonies(chance, ["閉会"], 0.9),
        "handouts": [_draw_handout(chance, papers) for _ in range(chance.choice([0, 6, 12]))],
        "references": papers[: chance.randint(0, 2)],
        "people": chance.sample(PEOPLE, 3),
        "speech": chance.sample(SPEECH, 3),
        "other": {"body": other, "number": chance.randint(1, 30)},
        "earlier": [
            {"days": 40 + chance.randint(0, 60), "format": chance.choice(["", "", "circulated"])}
            for _ in range(chance.randint(1, 6))
        ],
    }


def _draw_business(chance: Random, subjects: list[str]) -> dict[str, Any]:
    parts = [_draw_title(chance, subjects) for _ in range(chance.choice([0, 0, 0, 2, 3]))]
    title = _draw_title(chance, subjects)
    return {
        "title": title,
        "kind": "agenda",
        "parts": [{"title": part, "kind": "agenda", "parts": []} for part in parts],
    }


def _draw_title(chance: Random, subjects: list[str]) -> str:
    frame = chance.choice(FRAMES)
    return frame.format(*(subjects.pop() for _ in range(1 + ("{1}" in frame))))


def _draw_handout(chance: Random, papers: list[str]) -> dict[str, Any]:
    own = len(papers) < 4 or chance.random() < 0.7
    return {
        "paper": "" if own else papers.pop(),
        "frame": chance.choice(["{}", "{}", "{}の概要"]),
        "pages": chance.randint(20, 2000),
    }


def _ceremonies(chance: Random, words: list[str], probability: float) -> list[dict[str, Any]]:
    if chance.random() > probability:
        return []
    return [{"title": chance.choice(words), "kind": "ceremony", "parts": []}]


random_meeting: st.SearchStrategy[Meeting] = st.randoms(use_true_random=False).map(draw_meeting)

# ---- styles --------------------------------------------------------------------------------

MARKS = {
    "1.": "{}.",
    "1. ": "{}. ",
    "１．": "{wide}．",
    "１　": "{wide}　",
    "(1)": "({})",
    "（１）": "（{wide}）",
    "①": "{circled}",
    "1)": "{}) ",
    "•": "• ",
    "・": "・",
    "-": "- ",
}
FIRST_MARKS = {
    "A": ["(1)", "（１）"],
    "A2": ["1.", "１．"],
    "B": ["1.", "１．", "①", "（１）"],
    "D": ["1. ", "１．", "①"],
    "E": ["1.", "１．", "(1)"],
    "F": ["1. ", "１．", "１　"],
    "F2": ["1. ", "１．", "（１）", "・"],
    "F-flat": ["-", "・"],
    "G": ["(1)", "（１）", "・"],
}
SECOND_MARKS = {"E": ["(1)", "（１）", "・"], "G": ["・"], "F": ["(1)", "（１）", "•", "・", "1)"]}
NUMBER_PLACES = {
    "A": ["before", "before", "total", "address"],
    "A2": ["before", "total", "address"],
    "B": ["after"],
    "D": ["before", "after", "address"],
    "E": ["before", "after", "spaced"],
    "F": ["before", "after"],
    "F2": ["after", "before"],
    "F-flat": ["before", "after"],
    "G": ["before", "after", "spaced"],
    "I": ["before", "total"],
}
DECLARED = {"utf-8": "UTF-8", "cp932": "Shift_JIS", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP"}
MISDECLARED = {"utf-8": "Shift_JIS", "cp932": "UTF-8", "euc_jp": "Shift_JIS", "iso2022_jp": "UTF-8"}


def draw_style(chance: Random, layout: str) -> Style:
    """Choose how a page of this layout is printed."""
    first = chance.choice(FIRST_MARKS.get(layout, ["1."]))
    second = chance.choice(SECOND_MARKS.get(layout, ["(1)", "（１）", "①", "・"]))
    if normalize(first.strip()) == normalize(second.strip()):
        second = "(1)" if first == "①" else "・"
    date_digits = chance.choice(["half", "half", "full", "kanji"])
    calendars = ["era", "era", "both", "era_first", "western", "slash", "dot"]
    return {
        "marks": (first, second, "-" if "・" in (first, second) else "・"),
        "lists": layout[0] == "F" and chance.random() < 0.6,
        "flat": layout == "F-flat",
        "bulleted": chance.random() < 0.3,
        "grouped": layout in ("D", "E", "F") and chance.random() < 0.6,
        "number": chance.choice(NUMBER_PLACES.get(layout, ["before"])),
        "number_digits": chance.choice(["half", "half", "full", "kanji"]),
        "calendar": "era" if date_digits == "kanji" else chance.choice(calendars),
        "date_digits": date_digits,
        "first_year": chance.random() < 0.8,
        "weekday": chance.choice(["", "({})", "({})", "（{}）", "（{}曜日）", " {}曜日"]),
        "time_form": chance.choice(["units", "units", "bare", "colon", "colon", "half", "noon"]),
        "time_digits": chance.choice(["half", "half", "full"]),
        "range": chance.choice(["〜", "～", "~", "−", "-", " ~ ", "から", "から"]),
        "open_end": chance.random() < 0.08,
        "after_cabinet": layout == "A" and chance.random() < 0.1,
        "stray": chance.random() < 0.2,
        "wide": chance.random() < 0.5,
        "head": chance.choice(["p", "br", "table", "dl"]),
        "colon": chance.choice(["：", ":", "　", " "]),
        "label_colon": chance.choice(["：", ":", "　", " ", " :"]),
        "label_digits": chance.choice(["half", "full"]),
        "handed": chance.choice(["配付資料", "配布資料", "資料"]),
        "size": chance.choice(["", "(PDF/{}KB)", "（PDF／{}KB）", "（PDF形式：{}KB）", "［PDF］"]),
        "linked": chance.random() < 0.7,
        "agenda_in_head": chance.random() < 0.5,
        "declared": chance.choice(["meta", "meta", "header", "both", "none", "wrong"]),
        "noise": chance.random() < 0.6,
        "speech": chance.random() < 0.5,
        "upper": chance.random() < 0.2,
        "unclosed": chance.random() < 0.25,
        "run_on": chance.random() < 0.2,
        "document": chance.choice(["議事録", "議事要旨", "議事概要", "議事次第", ""]),
        "indent": chance.choice(["", "　", "  "]),
    }


# ---- digits, dates, times ------------------------------------------------------------------

_WIDE = str.maketrans("0123456789():", "０１２３４５６７８９（）：")
_ERAS = [(date(2019, 5, 1), "令和", 2018), (date(1989, 1, 8), "平成", 1988)]


def kanji(number: int) -> str:
    """Write a number below ten thousand in kanji."""
    if number == 0:
        return "〇"
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("" if digit == 1 and name else "〇一二三四五六七八九"[digit]) + name
    return written


def digits(number: int, kind: str) -> str:
    """Write a number in half-width, full-width or kanji digits."""
    if kind == "kanji":
        return kanji(number)
    return str(number).translate(_WIDE) if kind == "full" else str(number)


def print_date(iso: str, style: Style) -> str:
    """Write a day in the calendar, digits and spaces of a style."""
    day, kind = date.fromisoformat(iso), style["date_digits"]
    pad = " " if style["stray"] and kind == "half" else ""

    def spaced(number: int) -> str:
        return pad + digits(number, kind) + pad

    if style["calendar"] in ("slash", "dot"):
        sign = {"slash": "/", "dot": "."}[style["calendar"]]
        return f"{day.year}{sign}{day.month}{sign}{day.day}"
    era, year = era_year(day)
    era_text = era + ("元" if year == 1 and style["first_year"] else spaced(year)) + "年"
    western = digits(day.year, kind) + "年"
    years = {
        "era": era_text,
        "western": western,
        "both": f"{western}（{era_text}）",
        "era_first": f"{era_text}（{western}）",
    }[style["calendar"]]
    text = f"{years}{spaced(day.month)}月{spaced(day.day)}日"
    return text + style["weekday"].format("月火水木金土日"[day.weekday()])


def era_year(day: date) -> tuple[str, int]:
    """Name the era of a day and its year."""
    name, before = next((name, before) for first, name, before in _ERAS if day >= first)
    return name, day.year - before


def print_time(meeting: Meeting, style: Style) -> str:
    """Write start and end of a meeting."""
    start, end = (_clock(meeting[key], style) for key in ("start", "end"))
    if style["time_form"] == "noon":
        start = _half_day(meeting["start"]) + start
        if (meeting["start"] < 720) != (meeting["end"] < 720) or style["stray"]:
            end = _half_day(meeting["end"]) + end
    if style["open_end"]:
        return start + "〜"
    if style["range"] == "から":
        return f"{start}から{end}まで"
    return start + style["range"] + end


def _half_day(minutes: int) -> str:
    return "午前" if minutes < 720 else "午後"


def _clock(minutes: int, style: Style) -> str:
    hour, minute = divmod(minutes, 60)
    form, kind = style["time_form"], style["time_digits"]
    pad = " " if style["stray"] and kind == "half" and form in ("units", "bare") else ""
    if form == "colon":
        text = f"{hour}:{minute:02}"
        return text.translate(_WIDE) if kind == "full" else text
    if form == "noon":
        hour %= 12
    if form == "half" and minute == 30:
        return f"{digits(hour, kind)}時半"
    if minute == 0 and form != "units":
        return f"{pad}{digits(hour, kind)}{pad}時"
    padded = f"{minute:02}" if form == "units" else str(minute)
    padded = padded.translate(_WIDE) if kind == "full" else padded
    return f"{pad}{digits(hour, kind)}{pad}時{pad}{padded}{pad}分"


# ---- what a page prints --------------------------------------------------------------------


def format_of(meeting: Meeting, layout: str) -> str:
    """Say in which format a meeting of this layout is printed."""
    kind = str(meeting["format"])
    if layout == "F2":
        return "circulated"
    if layout == "J":
        return "unknown"
    if layout == "I":
        return "joint" if kind == "joint" else "in_person"
    if kind == "circulated" and layout not in ("B", "F", "F-flat", "list"):
        return "in_person"
    return kind


def place_of(meeting: Meeting, layout: str) -> str:
    """Say which place is printed."""
    kind = format_of(meeting, layout)
    if layout == "I":
        return "総理大臣官邸"
    if layout in ("J", "list") or kind == "circulated":
        return ""
    room = str(meeting["room"])
    return meeting["online"].format(room=room) if kind == "online" else room


def title_of(meeting: Meeting, layout: str, style: Style) -> str:
    """Write body and number of a meeting, and the format that stands beside them."""
    body, number = meeting["body"], digits(meeting["number"], style["number_digits"])
    era, year = era_year(date.fromisoformat(meeting["date"]))
    name = {
        "before": f"第{number}回{body}",
        "after": f"{body}(第{number}回)",
        "spaced": f"{body} 第 {number} 回",
        "total": f"{era}{year}年第{meeting['number_of_year']}回(通算第{number}回){body}",
        "address": body,
    }[style["number"]]
    mark = {"joint": "(合同開催)", "circulated": "(持ち回り開催)"}.get(
        format_of(meeting, layout), ""
    )
    if layout == "F2":
        mark = "・持ち回り開催"
    document = style["document"]
    if layout[0] in "BF":
        document = ""
    elif style["number"] == "address":
        document = document or "議事次第"
    return name + mark + (" " + document if document else "")


def agenda_of(meeting: Meeting, layout: str, style: Style) -> list[dict[str, Any]]:
    """List the printed lines of the agenda: title, kind, level, mark; kind ``group`` for 議事."""
    business = meeting["business"]
    if layout not in ("D", "E", "F"):
        business = [{**line, "parts": []} for line in business]
    if layout == "F2":
        return _marked([line for line in business if line["kind"] == "agenda"], style)
    if style["grouped"] or layout == "F-flat":
        group = {"title": "議事", "kind": "group", "parts": business}
        between = [group] if layout != "F-flat" else [{**group, "parts": []}, *business]
    else:
        between = business
    return _marked(meeting["opening"] + between + meeting["closing"], style)


def _marked(lines: list[dict[str, Any]], style: Style, level: int = 1) -> list[dict[str, Any]]:
    """Give each line its level and its printed mark, depth first."""
    printed = []
    for place, line in enumerate(lines, start=1):
        mark = _mark(place, level, style)
        printed.append({"title": line["title"], "kind": line["kind"], "level": level, "mark": mark})
        printed += _marked(line["parts"], style, level + 1)
    return printed


def _mark(place: int, level: int, style: Style) -> str:
    if style["lists"]:
        return "•" if style["bulleted"] and (level > 1 or style["flat"]) else f"{place}."
    pattern = MARKS[style["marks"][level - 1]]
    circled = chr(0x2460 + place - 1)
    return pattern.format(place, wide=digits(place, "full"), circled=circled)


def handouts_of(meeting: Meeting, layout: str, style: Style) -> list[dict[str, Any]]:
    """List the printed handouts; their numbers count the agenda lines without their parts."""
    if layout not in ("B", "E", "F", "F2", "F-flat", "J"):
        return []
    items = [line for line in agenda_of(meeting, layout, style) if line["kind"] != "group"]
    waiting, printed = list(meeting["handouts"]), []
    for number, (place, part_of) in enumerate(_numbered(items), start=1):
        own = [waiting.pop() for _ in range(min(len(waiting), 1 + number % 2))]
        for part, handout in enumerate(own, start=1):
            label = f"{number}-{part}" if len(own) > 1 else str(number)
            about = part_of if part > 1 else place
            title = handout["paper"] or _own_title(items[about]["title"], handout, part)
            tied = place if handout["paper"] else about
            printed.append({"label": "資料" + label, "title": title, "item": tied})
    for part, title in enumerate(meeting["references"] if printed else [], start=1):
        number = str(part) if len(meeting["references"]) > 1 else ""
        printed.append({"label": "参考資料" + number, "title": title, "item": None})
    linked = style["linked"] and layout not in TEXT_LAYOUTS
    for place, handout in enumerate(printed):
        handout["href"] = f"siryou_{place}.pdf" if linked else ""
        if layout == "J":
            handout["label"] = handout["label"].replace("参考資料", "参考").removeprefix("資料")
            handout["item"] = place
    return printed


def _numbered(items: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Places of the agenda lines that handout numbers count, each with the place of a part."""
    subjects = [(place, line) for place, line in enumerate(items) if line["kind"] == "agenda"]
    least = min(line["level"] for _, line in subjects)
    after = [line["level"] for line in items[1:]] + [0]
    return [
        (place, place + (after[place] > least))
        for place, line in subjects
        if line["level"] == least
    ]


def _own_title(title: str, handout: dict[str, Any], part: int) -> str:
    core = title.removesuffix("について")
    return str(handout["frame"].format(core)) if part == 1 else core + "の補足"


def truth(meeting: Meeting, layout: str, style: Style) -> list[dict[str, Any]]:
    """Say what a reader would write down from the page: one record a meeting."""
    if layout == "list":
        return _truth_of_list(meeting)
    kind = format_of(meeting, layout)
    timed = layout not in ("I", "J") and kind != "circulated" and not style["after_cabinet"]
    handouts = handouts_of(meeting, layout, style)
    if layout == "J":
        items = [{**handout, "kind": "handout", "level": 1} for handout in handouts]
    elif layout == "I":
        items = [
            {"title": title, "kind": "agenda", "label": "", "level": 1}
            for title in _quoted_titles(meeting)
        ]
    else:
        lines = agenda_of(meeting, layout, style)
        items = [{**line, "label": line["mark"]} for line in lines if line["kind"] != "group"]
    base = address(meeting, layout, style).rsplit("/", 1)[0]
    return [
        {
            "body": meeting["body"],
            "number": meeting["number"],
            "date": "" if layout == "J" else meeting["date"],
            "format": kind,
            "start": iso_time(meeting["start"]) if timed else "",
            "end": iso_time(meeting["end"]) if timed and not style["open_end"] else "",
            "place": place_of(meeting, layout),
            "items": [{key: item[key] for key in _ITEM} for item in items],
            "handouts": [
                {
                    "label": handout["label"],
                    "title": handout["title"],
                    "url": f"{base}/{handout['href']}" if handout["href"] else "",
                    "item": handout["item"],
                }
                for handout in handouts
            ],
        }
    ]


_ITEM = ("title", "kind", "label", "level")


def _quoted_titles(meeting: Meeting) -> list[str]:
    """Titles that can stand in quotation marks."""
    titles = [line["title"] for line in meeting["business"] if line["kind"] == "agenda"]
    return [title.removesuffix("について") for title in titles if "「" not in title] or [
        "架空の計画"
    ]


def _sittings(meeting: Meeting) -> list[dict[str, Any]]:
    """The meeting and some before it, as a list of meetings prints them, newest first."""
    day, number = date.fromisoformat(meeting["date"]), meeting["number"]
    sittings = [{"number": number, "date": day, "format": meeting["format"]}]
    for earlier in meeting["earlier"][: number - 1]:
        day, number = day - timedelta(days=earlier["days"]), number - 1
        sittings.append({"number": number, "date": day, "format": earlier["format"]})
    return [row for row in sittings if row["date"] >= date(2000, 1, 1)]


def _truth_of_list(meeting: Meeting) -> list[dict[str, Any]]:
    plain = {"": "unknown", "in_person": "unknown"}
    return [
        {
            "body": meeting["body"],
            "number": row["number"],
            "date": row["date"].isoformat(),
            "format": plain.get(row["format"], row["format"]),
            **{"start": "", "end": "", "place": "", "items": [], "handouts": []},
        }
        for row in _sittings(meeting)
    ]


def iso_time(minutes: int) -> str:
    """Write minutes after midnight as ``HH:MM``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def address(meeting: Meeting, layout: str, style: Style) -> str:
    """Say where the page stands; the number is in it where the page does not print it."""
    if layout in ("I", "J"):
        return "https://news.example.jp/2012/entry.html"
    if layout == "list":
        return "http://council.example.jp/jp/singi/kaisai.html"
    if layout[0] == "F":
        return "https://digital.example.jp/councils/meeting/index.html"
    number = meeting["number"]
    suffix = "txt" if layout in TEXT_LAYOUTS else "html"
    return f"http://council.example.jp/jp/singi/dai{number}/{number}gijiroku.{suffix}"


# ---- markup --------------------------------------------------------------------------------


def print_page(meeting: Meeting, layout: str, charset: str, style: Style) -> bytes:
    """Print a meeting as a page.

    Parameters
    ----------
    meeting : dict
        From `draw_meeting`.
    layout : str
        One of `LAYOUTS`.
    charset : str
        One of `CHARSETS`.
    style : dict
        From `draw_style` of the same layout.
    """
    writer = {"E": _text_e, "G": _text_g, "list": _list, "I": _sentence, "J": _blog}
    text = writer.get(layout, _html)(meeting, layout, style)
    if style["wide"]:
        text = text.replace("(", "（").replace(")", "）")
    if layout not in TEXT_LAYOUTS:
        text = _dress(text, charset, style)
    return encode(text, charset, strict=layout in TEXT_LAYOUTS)


def encode(text: str, charset: str, strict: bool = False) -> bytes:
    """Encode a page; what the charset lacks becomes its neighbour or a character reference."""
    if charset == "cp932":
        text = text.replace("〜", "～").replace("−", "－")
    elif charset != "utf-8":
        text = text.replace("～", "〜").replace("－", "−")
    return text.encode(charset, "strict" if strict else "xmlcharrefreplace")


def header(layout: str, charset: str, style: Style) -> str:
    """Say which charset an HTTP header declares."""
    told = style["declared"] in ("header", "both")
    if layout in TEXT_LAYOUTS:
        told = told or style["declared"] == "meta"
    return DECLARED[charset] if told else ""


def _dress(body: str, charset: str, style: Style) -> str:
    """Put head, navigation and footer around the body of a page."""
    declared = {"meta": DECLARED, "both": DECLARED, "wrong": MISDECLARED}.get(style["declared"])
    meta = ""
    if declared:
        content = f"text/html; charset={declared[charset]}"
        meta = f'<meta http-equiv="Content-Type" content="{content}">\n'
    body = body.replace(_NAVIGATION, _navigation() if style["noise"] else "")
    footer = _footer() if style["noise"] else ""
    title = re.search(r"<h\d>(.*?)</h\d>", body)[1]  # type: ignore[index]
    page = (
        f"<html>\n<head>\n{meta}<!-- invented page -->\n<title>{title}</title>\n</head>\n"
        f"<body>\n{body}\n{footer}</body>\n</html>\n"
    )
    if style["unclosed"]:
        page = re.sub("</(?:p|li|td|th|tr|dt|dd)>", "", page)
    if style["upper"]:
        page = re.sub(r"</?[a-z]+\d?", lambda tag: tag[0].upper(), page)
    return page


_NAVIGATION = "@navigation@"


def _navigation() -> str:
    return (
        "<script>var written = '平成1年2月3日';</script>\n"
        '<table width="600"><tr><td><a href="/">トップ</a></td><td><a href="../">会議等一覧</a></td>'
        '<td><img src="spacer.gif" alt=""></td></tr></table>\n'
        '<div><a href="gijisidai.html">議事次第</a>｜<a href="siryou.html">配付資料</a>｜'
        '<a href="gijiroku.html">議事録</a></div>\n<hr>\n'
    )


def _footer() -> str:
    return (
        '<hr>\n<p><a href="#top">このページの先頭へ</a></p>\n<ul><li><a href="/policy">利用規約</a></li>'
        '<li><a href="/contact">お問合せ</a></li></ul>\n<address>Copyright 架空官房</address>\n'
    )


def _html(meeting: Meeting, layout: str, style: Style) -> str:
    title = f"<h2>{escape(title_of(meeting, layout, style))}</h2>\n"
    if layout[0] == "F":
        return _NAVIGATION + _digital(meeting, layout, style, title)
    sections = _head(meeting, layout, style)
    spaced = layout in ("A", "A2")
    if spaced:
        sections.append(("出席者", "[別紙]"))
        sections.append(("会議の模様", _agenda_html(meeting, layout, style)))
    if layout == "D":
        people = zip(meeting["people"], POSTS, strict=False)
        sections.append(("出席者", "<br>\n".join(f"{name}　{post}" for name, post in people)))
        sections.append(("議事次第", _agenda_html(meeting, layout, style)))
        speech = "<br>\n".join("・" + line for line in meeting["speech"])
        sections.append(("議事経過", speech))
    if spaced:
        sections = [(_spread(label), text) for label, text in sections]
    if layout != "B":
        sign = "." if spaced else " "
        sections = [
            (f"{place}{sign}{label}", text) for place, (label, text) in enumerate(sections, start=1)
        ]
    page = _NAVIGATION + title + _sections_html(sections, layout, style)
    if layout == "B":
        page += f"<p>{_agenda_html(meeting, layout, style)}</p>\n"
        page += _handouts_html(meeting, layout, style)
    return page


def _spread(label: str) -> str:
    return {"日時": "日 時", "場所": "場 所"}.get(label, label)


def _head(meeting: Meeting, layout: str, style: Style) -> list[tuple[str, str]]:
    day = print_date(meeting["date"], style)
    if style["after_cabinet"]:
        day += "(※閣議終了後に開催)"
    elif format_of(meeting, layout) != "circulated":
        day += " " + print_time(meeting, style)
    place = place_of(meeting, layout)
    return [("日時", day), ("場所", place)] if place else [("日時", day)]


def _sections_html(sections: Iterable[tuple[str, str]], layout: str, style: Style) -> str:
    colon = style["colon"]
    if style["head"] == "table":
        rows = "".join(f"<tr><td>{k}</td><td>{v}</td></tr>\n" for k, v in sections)
        return f'<table border="0">\n{rows}</table>\n'
    if style["head"] == "dl":
        rows = "".join(f"<dt>{k}</dt><dd>{v}</dd>\n" for k, v in sections)
        return f"<dl>\n{rows}</dl>\n"
    lines = [f"{k}{'<br>' if '<br>' in v else colon}\n{v}" for k, v in sections]
    lines = [line.replace(f"{colon}\n", colon) for line in lines]
    if style["head"] == "br":
        return "<br>\n".join(lines) + "<br>\n"
    return "".join(f"<p>{line}</p>\n" for line in lines)


def _agenda_html(meeting: Meeting, layout: str, style: Style) -> str:
    lines = agenda_of(meeting, layout, style)
    if style["lists"]:
        return _nested(lines, style)
    printed = []
    for line in lines:
        indent = "　" * (line["level"] - 1)
        printed.append(indent + line["mark"] + escape(line["title"]))
        if style["speech"] and layout in ("A", "A2") and line["kind"] == "agenda":
            printed.append("　○架空議員　" + meeting["speech"][0])
    # A line break at the end marks it as a block of lines even if there is only one.
    return "<br>\n".join(printed) + "<br>\n"


def _nested(lines: list[dict[str, Any]], style: Style) -> str:
    text, open_tags = "", []
    for line in lines:
        while len(open_tags) > line["level"]:
            text += f"</li></{open_tags.pop()}>"
        if len(open_tags) == line["level"]:
            text += "</li>\n"
        while len(open_tags) < line["level"]:
            open_tags.append("ul" if line["mark"] == "•" else "ol")
            text += f"<{open_tags[-1]}>\n"
        text += f"<li>{escape(line['title'])}"
    return text + "".join(f"</li></{tag}>" for tag in reversed(open_tags)) + "\n"


def _digital(meeting: Meeting, layout: str, style: Style, title: str) -> str:
    agenda = _agenda_html(meeting, layout, style)
    head = _head(meeting, layout, style)
    if layout == "F-flat":
        flat = "<br>\n".join(f"- {label}：{text}" for label, text in head)
        top = f"<p>概要</p>\n<p>{flat}<br>\n- 議事次第：<br>\n{agenda}</p>\n"
        if style["lists"]:
            top = f"<p>{flat}</p>\n<h3>議事次第</h3>\n{agenda}"
    elif style["agenda_in_head"]:
        rows = "".join(f"<li>{label}：{text}</li>\n" for label, text in head)
        top = f"<h3>概要</h3>\n<ul>\n{rows}<li>議事次第：\n{_first_break(agenda)}</li>\n</ul>\n"
    else:
        rows = "".join(f"<li>{label}：{text}</li>\n" for label, text in head)
        agenda = agenda if style["lists"] else f"<p>{agenda}</p>\n"
        top = f"<h3>概要</h3>\n<ul>\n{rows}</ul>\n<h3>議事次第</h3>\n{agenda}"
    return title + top + _handouts_html(meeting, layout, style)


def _first_break(agenda: str) -> str:
    return agenda if agenda.startswith("<") else "<br>\n" + agenda


def _handouts_html(meeting: Meeting, layout: str, style: Style) -> str:
    handouts = handouts_of(meeting, layout, style)
    if not handouts:
        return ""
    lines = [_handout_html(handout, style) for handout in handouts]
    if layout == "B":
        return f"<p>({style['handed']})<br>\n" + "<br>\n".join(lines) + "</p>\n"
    other = [
        '<a href="gijisidai.pdf">議事次第（PDF／25KB）</a>',
        '<a href="gijiroku.pdf">議事録（PDF／125KB）</a>',
    ]
    rows = "".join(f"<li>{line}</li>\n" for line in (other[0], *lines, other[1]))
    return f"<h3>{style['handed']}</h3>\n<ul>\n{rows}</ul>\n"


def _handout_html(handout: dict[str, Any], style: Style) -> str:
    label, size = _label(handout["label"], style), style["size"].format(len(handout["title"]) * 7)
    text = f"{label}{style['label_colon']}{escape(handout['title'])}"
    return f'<a href="{handout["href"]}">{text}{size}</a>' if handout["href"] else text + size


def _label(label: str, style: Style) -> str:
    if style["label_digits"] == "full":
        return label.translate(_WIDE).replace("-", "−")
    return label


def _text_e(meeting: Meeting, layout: str, style: Style) -> str:
    lines = [title_of(meeting, layout, style)]
    for place, (label, text) in enumerate(_head(meeting, layout, style), start=1):
        lines.append(f"{place} {'開催' if label == '日時' else ''}{label} {text}")
    agenda = _agenda_text(meeting, layout, style)
    if style["run_on"]:
        lines += ["3 議事次第 " + agenda[0], *agenda[1:]]
    else:
        lines += ["3 議事次第", *agenda]
    handouts = handouts_of(meeting, layout, style)
    if handouts:
        lines.append("4 " + style["handed"])
    lines += [_label(h["label"], style) + style["label_colon"] + h["title"] for h in handouts]
    people = zip(POSTS, meeting["people"], strict=False)
    if style["speech"]:
        lines.append(f"{5 if handouts else 4} 出席者")
        lines += [f"{post} {name}" for post, name in people]
    return "\n".join(lines) + "\n"


def _text_g(meeting: Meeting, layout: str, style: Style) -> str:
    (_, day), (_, place) = _head(meeting, layout, style)
    people = [f"{post} {name}" for post, name in zip(POSTS, meeting["people"], strict=False)]
    parts = [title_of(meeting, layout, style), f"1 日時 {day}", f"2 場所 {place}"]
    parts += ["3 出席者", *people, "4 議題", *_agenda_text(meeting, layout, style)]
    if style["speech"]:
        parts += ["5 議事概要", *("○ " + line for line in meeting["speech"])]
    return "\n".join(parts) + "\n"


def _agenda_text(meeting: Meeting, layout: str, style: Style) -> list[str]:
    return [
        style["indent"] * (line["level"] - 1) + line["mark"] + line["title"]
        for line in agenda_of(meeting, layout, style)
    ]


def _list(meeting: Meeting, layout: str, style: Style) -> str:
    rows = []
    for row in _sittings(meeting):
        number = digits(row["number"], style["number_digits"])
        mark = {"circulated": "(持ち回り開催)", "joint": "(合同開催)", "online": "(オンライン開催)"}
        first = f"第{number}回{mark.get(row['format'], '')}"
        day = print_date(row["date"].isoformat(), style)
        links = "".join(
            f'<td><a href="dai{row["number"]}/{name}.html">{text}</a></td>'
            for name, text in (("gijisidai", "議事次第"), ("siryou", style["handed"]))
        )
        rows.append(f"<tr><td>{first}</td><td>{day}</td>{links}</tr>\n")
    head = "<tr><th>回</th><th>開催日</th><th>議事次第</th><th>資料</th></tr>\n"
    table = f'<table border="1">\n{head if style["speech"] else ""}{"".join(rows)}</table>\n'
    return f"{_NAVIGATION}<h2>{meeting['body']} 開催状況</h2>\n{table}"


def _sentence(meeting: Meeting, layout: str, style: Style) -> str:
    body = title_of({**meeting, "format": ""}, layout, {**style, "document": ""})
    if style["number"] == "total":
        body = body.replace(meeting["body"], "となる" + meeting["body"])
    held = "を開催しました。"
    if meeting["format"] == "joint":
        other = meeting["other"]
        held = f"及び第{other['number']}回{other['body']}を合同で開催しました。"
    day = print_date(meeting["date"], {**style, "weekday": ""})
    subjects = "、".join(f"「{title}」" for title in _quoted_titles(meeting))
    return (
        f"{_NAVIGATION}<h2>{meeting['body']}</h2>\n<p>{day}、架空総理は総理大臣官邸で、{body}{held}</p>\n"
        f"<p>本日の会議では、{subjects}について議論されました。</p>\n"
        "<p>総理は、本日の議論を踏まえ、次のように述べました。</p>\n"
    )


def _blog(meeting: Meeting, layout: str, style: Style) -> str:
    number = digits(meeting["number"], style["number_digits"])
    wide = style["label_digits"] == "full"
    lines = []
    for handout in handouts_of(meeting, layout, style):
        label = handout["label"].translate(_WIDE) if wide else handout["label"]
        link = f'<a href="{handout["href"]}">{{}}</a>' if handout["href"] else "{}"
        lines.append(f"{label}　" + link.format(escape(handout["title"])))
    listed = "<br>\n".join(lines)
    return (
        f"{_NAVIGATION}<h3>架空の記録</h3>\n<p>第{number}回{meeting['body']}資料として、"
        f"次の資料が公開されています。</p>\n<p>{listed}</p>\n"
    )


# ---- pages and what is read back -----------------------------------------------------------


def make_page(chance: Random, layout: str) -> Page:
    """Draw a meeting, a charset and a style, and print them."""
    meeting, style = draw_meeting(chance), draw_style(chance, layout)
    charset = chance.choice(CHARSETS)
    if layout == "list":  # one row is no list
        meeting["number"] += 2
    if layout == "J" and not meeting["handouts"]:
        meeting["handouts"] = [_draw_handout(chance, list(PAPERS)) for _ in range(6)]
    return {
        "layout": layout,
        "charset": charset,
        "source": address(meeting, layout, style),
        "header": header(layout, charset, style),
        "content": print_page(meeting, layout, charset, style),
        "truth": truth(meeting, layout, style),
    }


random_page: st.SearchStrategy[Page] = st.builds(
    make_page, st.randoms(use_true_random=False), st.sampled_from(LAYOUTS)
)

Reader = Callable[..., Any]
FIELDS = ("number", "date", "body", "format", "start", "end", "place")


def squeeze(text: str) -> str:
    """Return the normal form without white space, in which texts are compared."""
    return normalize(text).replace(" ", "")


def score(layout: str, n_pages: int, read_page: Reader, seed: int = 0) -> dict[str, float]:
    """Read generated pages back and count what is right.

    Returns
    -------
    dict
        ``recall`` and ``precision`` of items (title and kind), the share of items whose label and
        level are right too, the share of meetings whose number, date, … are right, recall and
        precision of handouts (label, title, address) and the share of right ties.
    """
    counts: Counter[str] = Counter()
    for place in range(n_pages):
        page = make_page(Random(f"{seed} {layout} {place}"), layout)
        record = read_page(page["content"], source=page["source"], charset=page["header"])
        for expected, read in zip_longest(page["truth"], record.meetings):
            counts += _compare(expected or _NOTHING, read or MeetingRecord())
    return {
        name: counts[name] / counts[of] if counts[of] else 1.0
        for name, of in [
            ("recall", "items"),
            ("precision", "items_read"),
            ("marks", "items"),
            *((field, "meetings") for field in FIELDS),
            ("h_recall", "handouts"),
            ("h_precision", "handouts_read"),
            ("ties", "handouts"),
        ]
    }


_NOTHING: dict[str, Any] = {**dict.fromkeys(FIELDS), "items": [], "handouts": []}


def _compare(expected: dict[str, Any], read: MeetingRecord) -> Counter[str]:
    """Count what was expected, what was read, and what of it is the same."""
    items, handouts = expected["items"], expected["handouts"]
    right_items = _common(
        ((squeeze(i["title"]), i["kind"]) for i in items),
        ((squeeze(i.title), i.kind) for i in read.items),
    )
    right_marks = _common(
        ((squeeze(i["title"]), squeeze(i["label"]), i["level"]) for i in items),
        ((squeeze(i.title), squeeze(i.label), i.level) for i in read.items),
    )
    right_handouts = _common(
        ((h["label"], squeeze(h["title"]), h["url"]) for h in handouts),
        ((h.label, squeeze(h.title), h.url) for h in read.handouts),
    )
    right_ties = _common(
        ((squeeze(h["title"]), h["item"]) for h in handouts),
        ((squeeze(h.title), h.item) for h in read.handouts),
    )
    return Counter(
        {field: int(same(expected[field], getattr(read, field))) for field in FIELDS},
        meetings=1,
        items=len(items),
        items_read=len(read.items),
        recall=right_items,
        precision=right_items,
        marks=right_marks,
        handouts=len(handouts),
        handouts_read=len(read.handouts),
        h_recall=right_handouts,
        h_precision=right_handouts,
        ties=right_ties,
    )


def _common(expected: Iterable[Any], read: Iterable[Any]) -> int:
    return (Counter(expected) & Counter(read)).total()


def same(expected: Any, read: Any) -> bool:
    """Compare a field: texts without white space."""
    if isinstance(expected, str) and isinstance(read, str):
        return squeeze(expected) == squeeze(read)
    return bool(expected == read)


def table(n_pages: int, read_page: Reader, seed: int = 0) -> str:
    """Print the scores of every layout as lines of percent."""
    scores = {layout: score(layout, n_pages, read_page, seed) for layout in LAYOUTS}
    lines = [f"{n_pages} pages each".ljust(16) + "".join(f"{n:>12}" for n in scores["A"])]
    for layout, shares in scores.items():
        lines.append(layout.ljust(16) + "".join(f"{100 * s:12.2f}" for s in shares.values()))
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Print the table for as many pages as asked."""
    from cio_topics.ingest import read_page

    sys.stdout.write(table(int(arguments[0]) if arguments else 500, read_page) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
