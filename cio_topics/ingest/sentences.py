"""Meetings told in sentences: news of ministers' offices, and lists in blogs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cio_topics.ingest.dates import find_dates, normal_form, read_times
from cio_topics.ingest.heads import read_head
from cio_topics.ingest.html import resolve
from cio_topics.ingest.records import AgendaLine, Handout, Line, MeetingRecord, Unread
from cio_topics.ingest.wording import BODY_ENDINGS, format_of, kind_of, line_mark, without_size

__all__ = ["ToldMeeting", "read_blog", "read_sentences"]


class ToldMeeting(NamedTuple):
    """A meeting, what was left unread, and doubts."""

    meeting: MeetingRecord
    unread: tuple[Unread, ...]
    remarks: tuple[str, ...]


_LONGEST = 600  # characters of a line in which the sentence is looked for
_N = r"(?:[0-9]{1,4}|[〇一二三四五六七八九十百]{1,5})"
_HELD = re.compile(
    rf"(?P<name>(?:[^、。]{{0,12}}年(?:度)?)?第{_N}回(?:\(通算第?{_N}回\))?(?:目)?(?:となる|の)?[^。「」]{{2,90}}?)"
    r"(?:を|が)(?P<how>[^。、]{0,14}?)(?:開催|開か|行い|行わ|実施)"
)
_PLACE = re.compile(
    r"(?:、|は)(?P<place>[^、。は]{2,40}?)(?:で|において|にて)(?=、|第|平成|令和|[0-9]{4}年)"
)
_SUBJECTS = re.compile(
    r"(?P<list>(?:「(?:[^「」]|「[^「」]{1,100}」){2,200}」(?:、|及び|並びに|と|や)?(?:等)?){1,20})(?:[^。]{0,30}?)(?:について|に関し|を)[^。]{0,40}(?:議論|審議|報告|決定|討議|意見交換|説明|検討|協議)"
)
_QUOTED = re.compile(r"「((?:[^「」]|「[^「」]*」)+)」")
_JOINED = re.compile(r"及び|並びに|、|と(?=第)")


def read_sentences(lines: Sequence[Line], source: str = "") -> ToldMeeting | None:
    """Read the first sentence that says that a body met, and the subjects quoted after it.

    Examples
    --------
    >>> held = "平成25年12月20日、総理は総理大臣官邸で、第63回となる試験戦略本部を開催しました。"
    >>> told = read_sentences([Line(held), Line("「計画A」、「計画B」について議論されました。")])
    >>> told.meeting.body, told.meeting.number, told.meeting.date, told.meeting.place
    ('試験戦略本部', 63, '2013-12-20', '総理大臣官邸')
    >>> [item.title for item in told.meeting.items]
    ['計画A', '計画B']
    """
    normals = [normal_form(line.text) for line in lines]
    for place, text in enumerate(normals):
        match = _HELD.search(text[:_LONGEST])
        if match is None or "。" not in text:
            continue
        date = next((d for d in find_dates(text) if d.precision == "day" or d.remark), None)
        name = re.sub(r"(?:となる|の)(?=[^第]*$)", "", match["name"], count=1)
        first, *others = _JOINED.split(match["name"])
        head = read_head(re.sub(r"回(\(通算第?\w+回\))?(?:となる|の)", r"回\1", first))
        if not head.body or date is None:
            continue
        joint = bool(others and re.search(rf"第{_N}回", "".join(others)))
        where = _PLACE.search(text)
        words = f"{name} {match['how']}"
        times = read_times(text)
        subjects = _subjects(normals[place : place + 6])
        meeting = MeetingRecord(
            head.body,
            head.number,
            date.date,
            date.precision,
            format_of(words, where["place"] if where else "", times.start),
            times.start,
            times.end,
            where["place"] if where else "",
            subjects,
            (),
            f"jointly with {'、'.join(others)}" if joint else "",
        )
        unread = tuple(
            Unread(line.text, "other sentences") for n, line in enumerate(lines) if n != place
        )
        return ToldMeeting(meeting, unread, (date.remark,) if date.remark else ())
    return None


def _subjects(texts: Sequence[str]) -> tuple[AgendaLine, ...]:
    titles = [
        quoted
        for text in texts
        for run in _SUBJECTS.finditer(text)
        for quoted in _QUOTED.findall(run["list"])
    ]
    return tuple(AgendaLine(title, kind_of(title)) for title in dict.fromkeys(titles))


_BLOG = re.compile(
    rf"(?P<name>第{_N}回[^。、「」]{{2,80}}?{BODY_ENDINGS}(?:\([^()]{{1,20}}\))?[^。、]{{0,20}}?)(?:の)?資料(?:として|が|を)?[^。]{{0,60}}(?:公開|公表|掲載|アップ)"
)
_LISTED = re.compile(r"^((?:参考|資料|別紙)?\s*\d{1,2}(?:-\d{1,2})?|参考(?:資料)?)[\s::.]\s*(.+)$")


def read_blog(lines: Sequence[Line], source: str = "") -> ToldMeeting | None:
    """Read 「第39回…会議資料として、…が公開されています」 and the list of handouts below it.

    Examples
    --------
    >>> told = read_blog([Line("第39回試験情報化会議資料として、下記が公開されています。"),
    ...                   Line("1 最適化計画（案）"), Line("参考1 経緯")])
    >>> told.meeting.number, [handout.label for handout in told.meeting.handouts]
    (39, ['1', '参考1'])
    """
    for place, line in enumerate(lines):
        text = normal_form(line.text)
        match = _BLOG.search(text[:_LONGEST])
        head = read_head(match["name"]) if match else None
        if head is None or not head.body or head.number is None:
            continue
        handouts, unread = _listed(lines[place + 1 :], source)
        date = next((d for d in find_dates(text) if d.precision == "day"), None)
        items = tuple(AgendaLine(h.title or h.label, "handout", h.label) for h in handouts)
        meeting = MeetingRecord(
            head.body,
            head.number,
            date.date if date else "",
            date.precision if date else "unknown",
            format_of(text, "", ""),
            items=items,
            handouts=tuple(h._replace(item=n) for n, h in enumerate(handouts)),
        )
        before = [Unread(x.text, "before the list") for x in lines[:place]]
        return ToldMeeting(meeting, (*before, *unread), ())
    return None


def _listed(lines: Sequence[Line], source: str) -> tuple[list[Handout], list[Unread]]:
    handouts: list[Handout] = []
    unread: list[Unread] = []
    closed = False
    for line in lines:
        text = normal_form(line.text)
        match = _LISTED.match(text)
        marked = line_mark(line.text)
        link = resolve(line.links[0].href, source) if line.links else ""
        if closed or (match is None and not marked.label and not line.marker):
            closed = closed or bool(handouts)
            unread.append(Unread(line.text, "outside the list"))
        elif match is not None:
            handouts.append(Handout(without_size(match[2]), match[1].replace(" ", ""), link))
        else:
            label = marked.label or line.marker
            handouts.append(Handout(without_size(marked.rest), label.rstrip(".").strip("•"), link))
    return handouts, unread
