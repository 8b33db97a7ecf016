"""The head of a page: which body met, for which time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from cio_topics.ingest.dates import (
    find_dates,
    kanji_number,
    normal_form,
    read_number,
    without_spaces,
)
from cio_topics.ingest.wording import BODY_ENDINGS, handout_mark

__all__ = ["Head", "best_head", "loose_head", "number_in_address", "read_head"]


class Head(NamedTuple):
    """Body and number that a line names, and another body that met with it."""

    body: str = ""
    number: int | None = None
    beside: str = ""
    page_word: bool = False


_N = r"(?:[0-9]{1,4}|[〇一二三四五六七八九十百]{1,5})"
_PAGE_WORD = re.compile(
    r"[\[(]?(?:議事次第|議事録|会議録|議事要旨|会議要旨|議事概要|議事要録|議事の?要[点旨]|会議次第|会議資料|会議結果"
    r"|配[布付]資料(?:一覧)?|資料一覧|の?開催(?:状況|実績|結果|概要|案内|経緯|中止)?(?:について)?(?:一覧)?"
    r"|の?(?:傍聴|延期|中止|結果|会議)(?:案内|概要)?について|の?お知らせ|次第|議事|会議の?概要|資料|の?概要|一覧)[\])]?$"
)
_DRAFT = re.compile(r"\((?:案|暫定版|速報版|未定稿)\)$")
_FISCAL = re.compile(rf"^(?:(?:明治|大正|昭和|平成|令和)(?:元|{_N})|[0-9]{{4}})年度")
_FORMAT_WORD = re.compile(
    r"[・\s]*[\[(<]?(?:持ち?回り(?:開催|会議|審議)?|書面(?:開催|会議|審議)|合同(?:開催|会議|会合)?"
    r"|(?:オンライン|[Ww][Ee][Bb]|ウェブ)(?:会議|開催)?)[\])>]?$"
)
_THROUGH = re.compile(rf"\(?通算(?:で)?第?{_N}回\)?")
_TIME = re.compile(
    rf"[(\[]?(?:(?:明治|大正|昭和|平成|令和)?(?:元|{_N})年(?:度)?)?第{_N}回(?:目)?(?:会合|の?会議(?=[)\]]|$))?[)\]]?"
)
_ERA_BEFORE = re.compile(rf"(?:(?:明治|大正|昭和|平成|令和)?(?:元|{_N})年度?)$")
_JOINED = re.compile(rf"(?:・|、|及び|および|並びに|と|[\s/])(?=[^・、]{{0,40}}第{_N}回)")
_ENDS = re.compile(rf"^.{{1,70}}{BODY_ENDINGS}(?:\([^()]{{1,30}}\))?」?$")
_MEETING_OF = re.compile(rf"({BODY_ENDINGS}(?<!有識者会合)(?<!専門家会合)(?<!会合))会合$")
_ALIAS = re.compile(rf"(?<=.)\([^()]{{1,30}}{BODY_ENDINGS}\)$")  # 高度情報…本部(IT総合戦略本部)
_SEPARATOR = re.compile(r"\s*[|>›»\]/]\s*|\s-\s")
_LONGEST = 160
_SITE_WORDS = (
    "政策会議",
    "審議会",
    "会議",
    "各種会議",
    "本部",
    "委員会",
    "研究会",
    "検討会",
    "会合",
)
_MAYBE = re.compile(rf"第|回|{BODY_ENDINGS}")


@lru_cache(maxsize=256)
def read_head(text: str) -> Head:
    """Return the body and the number that a heading names, in either order.

    What is known not to be the body (dates, numbers, 議事次第, 持ち回り開催 …) is taken away; what
    is left is the body if it ends as names of bodies do.

    Examples
    --------
    >>> read_head("第30回IT戦略本部　議事録")[:2]
    ('IT戦略本部', 30)
    >>> read_head("データ戦略推進ワーキンググループ（第７回）・持ち回り開催")[:2]
    ('データ戦略推進ワーキンググループ', 7)
    >>> read_head("本日は晴れ")[:2]
    ('', None)
    """
    normal = normal_form(text)
    if len(normal) > _LONGEST or "。" in normal or _MAYBE.search(normal) is None:
        return Head()
    if handout_mark(normal) is not None:
        return Head()
    parts = [part for part in _SEPARATOR.split(normal) if part]
    heads = [_one_head(part) for part in parts]
    best = max(reversed(heads), key=_weight, default=Head())
    numbers = {head.number for head in heads if head.number is not None}
    if not best.body:
        return _one_head(normal)
    if best.number is None and len(numbers) == 1:
        return best._replace(number=numbers.pop())
    return best


def loose_head(texts: Iterable[str]) -> Head:
    """Return the first heading with a number, whatever the name beside it ends in.

    For pages that are meetings beyond doubt (a labelled day, an agenda) of a body whose name ends
    as no other's.

    Examples
    --------
    >>> loose_head(["お知らせ", "デジタル行政の広場（第3回）　議事次第"])[:2]
    ('デジタル行政の広場', 3)
    """
    for text in texts:
        normal = normal_form(text)
        number = read_number(normal) if len(normal) <= _LONGEST and "。" not in normal else None
        if number is not None and handout_mark(normal) is None:
            kept = _TIME.sub(" ", _without_endings(_THROUGH.sub("", _without_dates(normal)))[0])
            name = _without_endings(_FISCAL.sub("", kept.strip(" ・:、-〜[]<>.()")))[0]
            if 3 <= len(name) <= 60 and name not in _SITE_WORDS:
                return Head(without_spaces(name), number, "", True)
    return Head()


def _weight(head: Head) -> int:
    return (
        4 * (head.number is not None and head.body != "")
        + 2 * (head.body != "")
        + (head.number is not None or head.page_word)
    )


def _one_head(text: str) -> Head:
    bare = without_spaces(text)
    numbers = list(re.finditer(rf"(?<!通算)(?<!通算で)第{_N}回", bare))
    beside = ""
    if len(numbers) > 1 and "通算" not in bare[: numbers[1].start()]:
        cut = [m for m in _JOINED.finditer(bare) if m.start() > numbers[0].start()]
        if cut:
            bare, beside = bare[: cut[0].start()], bare[cut[0].end() :]
    number = read_number(bare)
    kept = _THROUGH.sub("", _without_dates(bare))
    kept, page_word = _without_endings(kept)
    match = _TIME.search(kept)
    if match:
        before, after = _ERA_BEFORE.sub("", kept[: match.start()]), kept[match.end() :]
        sides = [_without_endings(side)[0] for side in (after, before)]
        names = [_name(side) for side in sides]
        return Head(next((n for n in names if n), ""), number, _beside(beside), page_word)
    return Head(_name(kept), number, _beside(beside), page_word)


def _beside(text: str) -> str:
    return _FORMAT_WORD.sub("", _without_endings(text)[0]) if text else ""


def _without_dates(bare: str) -> str:
    spans = [(d.start, d.end) for d in find_dates(bare) if d.precision in ("day", "month")]
    for start, end in reversed(spans):
        bare = bare[:start].removesuffix("(") + bare[end:].removeprefix(")")
    return bare


def _without_endings(text: str) -> tuple[str, bool]:
    """Take words of the page off the end of a name; tell whether there was one."""
    found = False
    while True:
        kept = _FORMAT_WORD.sub("", _DRAFT.sub("", text).strip(" ・:、-〜#"))
        word = _PAGE_WORD.search(kept)
        if word and word.start():
            kept, found = kept[: word.start()], True
        elif word:
            return "", True
        if kept == text:
            return text, found
        text = kept


def _name(text: str) -> str:
    kept = _MEETING_OF.sub(r"\1", text.strip(" ・:、-〜[]<>."))
    if kept.count("「") != kept.count("」") or kept[:1] == "「":
        kept = kept.strip("「」『』")
    kept = _ALIAS.sub("", _FISCAL.sub("", kept)).replace("会議会議", "会議")
    if kept.count("(") != kept.count(")"):
        kept = kept.strip("()")
    return kept if _ENDS.match(kept) and kept not in _SITE_WORDS else ""


def best_head(texts: Iterable[str]) -> Head:
    """Return the best head among lines: body and number in one, or in two neighbours.

    Examples
    --------
    >>> best_head(["試験情報化会議", "（第7回）", "議事次第"])[:2]
    ('試験情報化会議', 7)
    """
    heads = [head for head in map(read_head, texts) if head.body or head.number is not None]
    whole = [head for head in heads if head.body and head.number is not None]
    if whole:
        return whole[0]
    named = [head for head in heads if head.body]
    numbered = [head for head in heads if head.number is not None]
    if not named:
        return numbered[0] if numbered else Head()
    best = next((head for head in named if head.page_word), named[0])
    return best._replace(number=numbered[0].number if numbered else None)


_DAI = re.compile(r"(?:^|[/_\-])dai([0-9]{1,4})(?=[/_.\-]|$)", re.I)


def number_in_address(address: str) -> int | None:
    """Return N of ``daiN`` in an address or file name.

    Examples
    --------
    >>> number_in_address("https://council.example.jp/singi/dai52/52gijisidai.html")
    52
    """
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    found = _DAI.findall(path.replace("\\", "/"))
    return kanji_number(found[-1]) or None if found else None
