"""The head of a decided document: title, when it was decided and revised, and by whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cio_topics.ingest.dates import PrintedDate, find_dates, normal_form, without_spaces
from cio_topics.ingest.heads import read_head
from cio_topics.ingest.records import DecisionHead, Line
from cio_topics.ingest.wording import BODY_ENDINGS

__all__ = ["DocumentPage", "read_document"]


class DocumentPage(NamedTuple):
    """The head of a document, which lines it takes up, and doubts."""

    head: DecisionHead
    used: frozenset[int]
    remarks: tuple[str, ...]


_HEAD = 40  # lines among which the head of a document is looked for
_REVISED = re.compile(r"(?:一部)?(?:改定|改訂|改正|変更)(?!履歴|内容|箇所|案|後|前|について)")
_DECIDED = re.compile(
    rf"((?:[^、。「」年月日]{{0,60}}?)(?:{BODY_ENDINGS}(?:\(議\))?|閣議|大臣|長官|総理))(?:幹事会)?(?:申合せ|了承|了解|決定)$"
)
_SENDER = re.compile(
    rf"^\(?[^「」。]{{2,60}}(?:{BODY_ENDINGS}|事務局|内閣官房|総務省|省|庁|室|課|局)\)?$"
)
_NAVIGATION = re.compile(
    r"^(?:トップ|ホーム|home|首相官邸|政策会議|印刷用|本文へ|メニュー|サイトマップ|現在位置)", re.I
)
_PAGE = re.compile(r"^\W*(?:\d+\W?)?(?:(?:開催)?日時|議事次第|場所[::]|配[布付]資料|会議次第)")


def read_document(title: str, lines: Sequence[Line], source: str = "") -> DocumentPage | None:
    """Read the head of a document that says when it was decided; None if it says no such thing.

    A date before 決定 or alone on its line is the day of the decision, unless 改定, 改訂 or
    一部改正 stands beside it: then it is a revision. 決定 without a name before it names no body.

    Examples
    --------
    >>> page = read_document("", [Line("試験計画"), Line("2006年（平成18年）8月31日"),
    ...     Line("2007年8月24日一部改定"), Line("試験情報化会議決定")])
    >>> page.head
    DecisionHead(title='試験計画', decided_on='2006-08-31', revised_on=('2007-08-24',),
                 decided_by='試験情報化会議')
    """
    dates: list[tuple[int, PrintedDate, str]] = []
    deciders: list[tuple[int, str]] = []
    used: set[int] = set()
    bares = [without_spaces(line.text) for line in lines[:_HEAD]]
    if any(_PAGE.search(bare) for bare in bares):
        return None
    for place, bare in enumerate(bares):
        if len(bare) > 120 or "。" in bare:
            if dates or deciders:
                break
            continue
        for date, suffix in _dates(bare):
            dates.append((place, date, suffix))
            used.add(place)
        decider = _decider(bare)
        if decider:
            deciders.append((place, decider))
            used.add(place)
    decided = next((d for _, d, suffix in dates if not _REVISED.search(suffix)), None)
    revised = tuple(dict.fromkeys(d.date for _, d, s in dates if _REVISED.search(s) and d.date))
    if not dates or not (deciders or revised or _looks_like_a_letter(bares, dates[0][0])):
        return None
    name, at = _name(title, lines, bares, used)
    if not name:
        return None
    used.update(at)
    remarks = tuple(d.remark for _, d, _ in dates if d.remark)
    by = deciders[0][1] if deciders else ""
    head = DecisionHead(name, decided.date if decided else "", revised, by)
    return DocumentPage(head, frozenset(used), remarks)


def _dates(bare: str) -> list[tuple[PrintedDate, str]]:
    """Return the dates of a line of dates, each with the words between it and the next."""
    found = list(find_dates(bare))
    if not found or found[0].start > 3:
        return []
    ends = [date.start for date in found[1:]] + [len(bare)]
    pairs = [(date, bare[date.end : end]) for date, end in zip(found, ends, strict=True)]
    return [(date, words) for date, words in pairs if len(words) < 60]


def _decider(bare: str) -> str:
    dates = list(find_dates(bare))
    rest = bare[dates[-1].end :] if dates and dates[-1].start <= 3 else bare
    match = _DECIDED.match(rest.strip("()[]"))
    return match[1] if match else ""


def _looks_like_a_letter(bares: Sequence[str], date: int) -> bool:
    """Tell whether a sender and 「…」の改定について follow the date."""
    after = bares[date + 1 : date + 6]
    return any(_SENDER.match(bare) for bare in after[:2]) and any(
        bare.endswith("について") for bare in after
    )


def _name(
    title: str, lines: Sequence[Line], bares: Sequence[str], used: set[int]
) -> tuple[str, list[int]]:
    """Return the title: a heading, or the line above the dates, or one that ends in について."""
    free = [
        place
        for place, bare in enumerate(bares)
        if place not in used and 1 < len(bare) <= 120 and not _NAVIGATION.match(bare)
    ]
    first = min(used)
    headings = [p for p in free if lines[p].heading]
    above = [p for p in free if p < first and not _is_crumbs(lines[p])]
    below = [p for p in free if p > max(used)]
    after = [p for p in free if p > first and bares[p].endswith("について")]
    for places in (headings[:1], after[:1] if not above else [], above[-1:], after[:1], below[:1]):
        for place in places:
            words, places_used = _with_line_above(lines, bares, place, above)
            return words, places_used
    if title and not read_head(title).body:
        return normal_form(title), []
    return "", []


def _with_line_above(
    lines: Sequence[Line], bares: Sequence[str], place: int, above: Sequence[int]
) -> tuple[str, list[int]]:
    """Join a title that was printed on two lines within quotation marks."""
    words, places = normal_form(lines[place].text), [place]
    while words.count("「") != words.count("」") and place - 1 in above:
        place -= 1
        words, places = normal_form(lines[place].text) + words, [place, *places]
    return words, places


def _is_crumbs(line: Line) -> bool:
    return len(line.links) >= 2 or line.text.count(">") >= 1 or line.text.count("＞") >= 1
