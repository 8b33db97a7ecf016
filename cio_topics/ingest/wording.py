"""How agendas are worded: numbers before lines, labels of handouts, ceremonial lines."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cio_topics.ingest.dates import normal_form

__all__ = [
    "BODY_ENDINGS",
    "Marked",
    "as_printed",
    "format_of",
    "handout_mark",
    "is_ceremony",
    "is_not_a_handout",
    "kind_of",
    "line_mark",
    "split_run",
    "without_size",
]

#: How names of bodies end.
BODY_ENDINGS = (
    r"(?:本部|会議|委員会|部会|協議会|審議会|懇談会|研究会|検討会|幹事会|連絡会|分科会|調査会|評議会"
    r"|推進会|審査会|専門家会合|有識者会合|懇話会|小委員会|タスクフォース|グループ|勉強会|意見交換会|パネル|ボード|コミッティー?"
    r"|WG|TF|PT|チーム|会合|フォーラム|ラウンドテーブル)"
)


class Marked(NamedTuple):
    """A line parted into its printed number or label, the style of it, and the rest."""

    label: str
    style: str
    number: int | None
    rest: str


_CIRCLED = re.compile(r"^\s*([①-⑳❶-❿➀-➓])\s*[.．、]?\s*")
_KANJI = "一二三四五六七八九十"
_KANJI_VALUE = {c: n for n, c in enumerate(_KANJI, start=1)}
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("(1)", re.compile(r"^(\((\d{1,2})\))\s*[.、]?\s*")),
    ("1)", re.compile(r"^((\d{1,2})\))\s*")),
    ("1-1", re.compile(r"^(\d{1,2}-(\d{1,2})[.、]?)(?=\s|[^\d\-./:年月日])\s*")),
    ("1.", re.compile(r"^((\d{1,2})[.、:])(?!\d)\s*")),
    ("1", re.compile(r"^((\d{1,2}))\s+(?!\d|年|月|日(?!時|程)|回|時|:)")),
    ("(一)", re.compile(rf"^(\(([{_KANJI}]{{1,3}})\))\s*")),
    ("一", re.compile(rf"^(([{_KANJI}]{{1,3}})[.、])\s*")),
    ("一 ", re.compile(rf"^(([{_KANJI}]{{1,3}}))\s+")),
    (
        "議題1",
        re.compile(
            r"^((?:議題|議事|議案|報告事項|審議事項|報告|審議|討議|協議)\s*\(?(\d{1,2})\)?)\s*[.::、]?\s*(?=\S)"
        ),
    ),
    ("(ア)", re.compile(r"^(\(([ア-コ])\))\s*")),
    ("ア", re.compile(r"^(([ア-コ])(?:[.、)]\s*|\s+))(?=\S)")),
    ("第1", re.compile(rf"^(第(\d{{1,2}}|[{_KANJI}]{{1,3}}))\s+(?!回)")),
    ("I", re.compile(r"^((VI{0,3}|I{1,3}|IV|IX|X)[.、)])\s*")),
    ("", re.compile(r"^([•・●○◯■□◆◇▪‣◦*·▶►※★☆])()\s*(?=\S)")),
    ("-", re.compile(r"^(-)()\s*(?=[^\d\s-])")),
)
_BEFORE_DIGIT = re.compile(r"^((\d{1,2}))\s+(?=\d)")  # ２　３か年計画
# A digit that touches its title (１開会) is a number only if no counter follows.
_TOUCHING = re.compile(
    r"^((\d{1,2}))(?=[「『ぁ-んァ-ヶ一-龥])(?![年月日時分回次期号条章節項点件つか級人名社省府区種類段階層都道県億万千百割倍以])"
)


@lru_cache(maxsize=1024)
def line_mark(text: str, *, expected: int | None = None) -> Marked:
    """Part a line into its number or bullet and its title.

    Parameters
    ----------
    text : str
        As printed; circled digits are lost in the normal form.
    expected : int, optional
        The number that would come next: a digit that touches its title, or another digit, counts
        only if it is this.

    Returns
    -------
    Marked
        `rest` is in normal form. Each bullet is a style of its own: ``・`` below ``•`` is nested.

    Examples
    --------
    >>> line_mark("（２）報告について")
    Marked(label='(2)', style='(1)', number=2, rest='報告について')
    >>> line_mark("①工程表"), line_mark("2005年度予算").label
    (Marked(label='1', style='①', number=1, rest='工程表'), '')
    """
    circled = _CIRCLED.match(text)
    if circled:
        label = normal_form(circled[1])
        label = label if label.isdigit() else str("❶➀".find(circled[1]) + 1 or 1)
        return Marked(label, "①", int(label), normal_form(text[circled.end() :]))
    normal = normal_form(text)
    first = normal[:1]
    if first.isalpha() and first not in "一二三四五六七八九十アイウエオカキクケコIVX議報審討協第":
        return Marked("", "", None, normal)
    for style, pattern in _STYLES:
        match = pattern.match(normal)
        if match:
            label = match[1].replace(" ", "")
            return Marked(label, style or label, _value(match[2]), normal[match.end() :])
    if expected is not None:
        match = _TOUCHING.match(normal) or _BEFORE_DIGIT.match(normal)
        if match and int(match[2]) == expected:
            return Marked(match[1], "1", expected, normal[match.end() :])
    return Marked("", "", None, normal)


def _value(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    if text and text[0] in _KANJI_VALUE:
        tens, _, ones = text.rpartition("十")
        if "十" not in text:
            return _KANJI_VALUE[text] if len(text) == 1 else None
        return (_KANJI_VALUE.get(tens, 1) * 10) + _KANJI_VALUE.get(ones, 0)
    return None


_RUN = re.compile(r"(?:(?<=\s)|^)(?:\((\d{1,2})\)|(\d{1,2})[.．、])\s*(?=[^\d\s])")


def split_run(text: str) -> list[str]:
    """Part a line that holds a whole numbered list: ``1.開会 2.議事 3.閉会``.

    Numbers must run on from that of the first; a line without such a run comes back whole.

    Examples
    --------
    >>> split_run("1.開会 2.法案の策定について 3.閉会")
    ['1.開会', '2.法案の策定について', '3.閉会']
    >>> split_run("Web 2.0の活用")
    ['Web 2.0の活用']
    """
    cuts: list[int] = []
    style, following = "", 1
    for match in _RUN.finditer(text):
        number = int(match[1] or match[2])
        shape = "(" if match[1] else "."
        if not cuts and number == 1 and match.start() == 0:
            style = shape
        elif shape != style or number != following:
            continue
        cuts.append(match.start())
        following = number + 1
    if len(cuts) < 2:
        return [text]
    return [text[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


_LONGEST = 1000  # characters of a line whose print is looked for


def as_printed(raw: str, title: str) -> str:
    """Return the part of a line whose normal form is `title`; `title` itself if there is none.

    Examples
    --------
    >>> as_printed("（２）「計画（案）」について（PDF）", "「計画(案)」について")
    '「計画（案）」について'
    """
    if title in raw or len(raw) > _LONGEST:
        return title
    start = next((k for k in range(len(raw)) if normal_form(raw[k:]).startswith(title)), None)
    if start is None:
        return title
    ends = range(len(raw), start, -1)
    end = next((k for k in ends if normal_form(raw[start:k]) == title), start)
    return raw[start:end].strip() or title


_WHO = r"(?:[^\s、。「」]{0,24}?)"
_CEREMONY = re.compile(
    rf"(?:開会|閉会|散会|休憩|開会の?(?:辞|言葉|ことば|宣言)|閉会の?(?:辞|言葉|ことば|宣言)"
    rf"|{_WHO}(?:ご|御)?(?:挨拶|あいさつ|アイサツ)"
    r"|(?:自由|全体)?(?:討議|討論)|自由討議・?意見交換|意見交換(?:・質疑(?:応答)?)?|質疑(?:応答)?(?:・意見交換)?"
    r"|(?:新)?(?:委員|構成員|本部員|出席者|有識者|参加者|メンバー)(?:の)?(?:ご|御)?紹介"
    r"|デモンストレーション|その他|事務(?:局)?連絡|事務局からの連絡|写真撮影|カメラ撮り"
    r"|(?:プレス|報道(?:関係者)?|カメラ)(?:の)?(?:入室|退室|退出|入場|退場))"
)
_AND = re.compile("及び|並びに|および|・|、")
_ASIDE = re.compile(r"\s*\([^()]{0,40}\)$")


def is_ceremony(title: str) -> bool:
    """Tell whether a line of an agenda is no subject: 開会, 挨拶, 自由討議, 閉会.

    Examples
    --------
    >>> is_ceremony("内閣総理大臣挨拶"), is_ceremony("その他"), is_ceremony("その他の施策について")
    (True, True, False)
    """
    core = normal_form(title).replace(" ", "").strip("。.・")
    core = core[1:-1] if core[:1] == "(" and core[-1:] == ")" else core
    return _is_ceremony(core) or _is_ceremony(_ASIDE.sub("", core))


def _is_ceremony(core: str) -> bool:
    if len(core) > 60:
        return False
    parts = _AND.split(core)
    return bool(_CEREMONY.fullmatch(core)) or all(_CEREMONY.fullmatch(part) for part in parts)


def kind_of(title: str) -> str:
    """Return the kind of a line of an agenda: ``ceremony`` or ``agenda``."""
    return "ceremony" if is_ceremony(title) else "agenda"


_PAPER = re.compile("資料|参考|別[紙添冊]")
_HANDOUT = re.compile(
    r"^[\[(<「]?\s*((?:当日|席上|机上|回収|会議後回収)?(?:配[布付])?(?:参考)?資料|参考|別紙|別添(?:資料)?|別冊|委員提出資料)"
    r"(?:\s*(?:No\.?|番号)?\s*(-?\s*\d{1,3}(?:\s*[-の.]\s*\d{1,3}){0,3}|[A-Z](?![A-Za-z])|[一二三四五六七八九十](?=[\s:.、)\]>])))?"
    r"(?P<after>\s*[\])>」]?\s*[::.、]?\s*)"
)


@lru_cache(maxsize=1024)
def handout_mark(text: str) -> Marked | None:
    """Part a line into the label of a handout and its title; None if it begins with no label.

    Examples
    --------
    >>> handout_mark("資料２−１：行動計画（案）")
    Marked(label='資料2-1', style='資料', number=2, rest='行動計画(案)')
    >>> handout_mark("資料の公開について") is None
    True
    """
    normal = normal_form(text)
    match = _HANDOUT.match(normal) if _PAPER.search(normal) else None
    if match is None:
        return None
    rest = normal[match.end() :]
    number = (match[2] or "").replace(" ", "")
    if not number:
        marked = match["after"].strip() or (match["after"] and match[1] != "参考")
        if not rest or not marked or rest[:1] in set("の等をはがにと"):
            return None
    elif not match["after"] and rest[:1] in set("のをはがにと、。年月日)"):
        return None
    first = re.search(r"\d+", number)
    return Marked(match[1] + number, "資料", int(first[0]) if first else None, rest)


_SIZE = re.compile(
    r"\s*(?:(?:PDFを)?(?:別|新しい|新規)(?:ウィンドウ|ウインドウ|タブ|画面)(?:で|に)(?:開きます|開く|表示(?:します)?)"
    r"|(?<=\s)-|[\[(<]\s*[^\[\]()<>]{0,40}?(?:PDF|KB|MB|kB|Kb|バイト|Excel|EXCEL|Word|WORD|PPT|PowerPoint"
    r"|XLSX?|DOCX?|CSV|ZIP|別ウィンドウ)[^\[\]()<>]{0,40}[\])>]"
    r"|(?<![A-Za-z])(?:PDF|Excel|Word)\s*(?:形式|ファイル|版)?\s*[::/・]?\s*(?:約?(?<![\d,.])[\d,.]{1,12}\s*(?:KB|MB|kB|バイト))?"
    r"|[\[(]?約?(?<![\d,.])[\d,.]{1,12}\s*(?:KB|MB|kB|キロバイト|メガバイト|バイト)[\])]?)\s*$",
    re.I,
)


_NOTE, _NOTES = 160, 8  # characters of the longest note, and how many a title may have


def without_size(title: str) -> str:
    """Return a title without notes on the format and the size of a file at its end.

    Examples
    --------
    >>> without_size("行動計画(案)(PDF/289KB)"), without_size("概要 [PDF形式：1.2MB]")
    ('行動計画(案)', '概要')
    """
    kept = normal_form(title)
    for _ in range(_NOTES):
        match = _SIZE.search(kept, max(0, len(kept) - _NOTE))
        if match is None or not match[0].strip():
            break
        kept = kept[: match.start()]
    return kept.strip(" ・:、")


_NOT_HANDOUTS = re.compile(
    r"(?:[^\s]{0,40}?(?:議事次第|議事録|議事要旨|議事概要|議事要録|次第|座席表|座席図|配席図|出席者(?:名簿|一覧)?"
    r"|(?:委員|構成員|参加者)名簿|配[布付]資料(?:一覧)?|資料一覧|会議資料|開催案内|開催要領のお知らせ|一括(?:ダウンロード|版)?"
    r"|印刷用|動画|録画|会見))"
)


def is_not_a_handout(title: str) -> bool:
    """Tell whether a line among the handouts is the agenda itself, minutes, or a seating plan.

    Examples
    --------
    >>> is_not_a_handout("議事次第(PDF/25KB)"), is_not_a_handout("行動計画")
    (True, False)
    """
    return bool(_NOT_HANDOUTS.fullmatch(without_size(title).replace(" ", "")))


_CIRCULATED = re.compile(
    r"持ち?回り|書面(?:により|による|で|にて)?(?:開催|会議|審議|持ち回り)|書面開催"
)
_JOINT = re.compile(r"合同(?!庁舎)(?:開催|会議|会合|で開催|により開催)?")
_ONLINE_HEAD = re.compile(
    r"(?:オンライン|リモート)(?:会議|開催|形式|会合|併用|にて|で開催|により)|[\[(<](?:オンライン|リモート)[\])>]"
    r"|[Ww][Ee][Bb]会議|ウェブ会議|ウエブ会議|[Ww][Ee][Bb]開催|テレビ会議"
)
_ONLINE = re.compile(
    r"オンライン|[Ww][Ee][Bb]会議|ウェブ会議|ウエブ会議|[Ww][Ee][Bb]開催|テレビ会議|リモート"
)


def format_of(head: str, place: str, start: str) -> str:
    """Return how a meeting was held, by its head, place and time.

    Examples
    --------
    >>> format_of("試験会議(第7回)・持ち回り開催", "", ""), format_of("", "官邸", "")
    ('circulated', 'in_person')
    """
    normal = normal_form(head).replace(" ", "")
    where = normal_form(place).replace(" ", "")
    if _CIRCULATED.search(normal) or _CIRCULATED.search(where):
        return "circulated"
    if _JOINT.search(normal):
        return "joint"
    if _ONLINE_HEAD.search(normal) or _ONLINE.search(where):
        return "online"
    return "in_person" if where or start else "unknown"
