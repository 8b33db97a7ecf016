"""Lines of one meeting's page → its record; every line is read or left unread with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cio_topics.ingest.dates import (
    PrintedDate,
    find_dates,
    read_date,
    read_times,
)
from cio_topics.ingest.handouts import (
    address,
    best_text,
    in_columns,
    leads_to_a_file,
    links_of,
    split_handouts,
)
from cio_topics.ingest.heads import Head, best_head, loose_head, number_in_address, read_head
from cio_topics.ingest.levels import Levels
from cio_topics.ingest.parts import (
    CHANGED,
    END,
    LABEL,
    NOT_HELD,
    PARTS,
    PROSE,
    SPEAKER,
    PageText,
    own_mark,
    page_texts,
    squeeze,
    when_or_where,
)
from cio_topics.ingest.records import AgendaLine, Handout, Line, Link, MeetingRecord, Unread
from cio_topics.ingest.tie import tie_handouts
from cio_topics.ingest.wording import (
    Marked,
    as_printed,
    format_of,
    handout_mark,
    is_ceremony,
    is_not_a_handout,
    kind_of,
    line_mark,
    split_run,
    without_size,
)

__all__ = ["MeetingPage", "read_meeting"]


class MeetingPage(NamedTuple):
    """A meeting, what was left unread, doubts, and whether its agenda or date has a heading."""

    meeting: MeetingRecord
    unread: tuple[Unread, ...]
    remarks: tuple[str, ...]
    explicit: bool
    dated: bool = False


_WRAPPED = 20  # characters of the shortest line that was cut at the width of its page
_LONG = 160  # characters of the longest plausible agenda line


def read_meeting(
    title: str, lines: Sequence[Line], source: str = "", *, wrapped: bool = False
) -> MeetingPage | None:
    """Read the page of one meeting; None if it has neither a body nor an agenda.

    Parameters
    ----------
    title : str
        Title of the page, used where its lines name no body or number.
    lines : sequence of Line
    source : str, default ""
        Address of the page: links are resolved against it, ``daiN`` in it is a number of last
        resort.
    wrapped : bool, default False
        Lines are cut at the width of a printed page (text taken from PDF), so that a line without
        a number may continue the one before.

    Examples
    --------
    >>> lines = [Line("試験会議（第2回）"), Line("日時：平成20年12月19日（金）16:45〜17:28"),
    ...          Line("1.開会"), Line("2.報告について"), Line("3.閉会")]
    >>> meeting = read_meeting("", lines).meeting
    >>> meeting.body, meeting.number, meeting.date, meeting.start
    ('試験会議', 2, '2008-12-19', '16:45')
    >>> [(item.title, item.kind) for item in meeting.items]
    [('開会', 'ceremony'), ('報告について', 'agenda'), ('閉会', 'ceremony')]
    """
    walk = _Walk(source, wrapped)
    for text in page_texts(lines):
        walk.step(text)
    return walk.page(title)


class _Walk:
    """One pass over the lines; the part that a line stands in decides how it is read."""

    def __init__(self, source: str, wrapped: bool) -> None:
        self._source, self._wrapped = source, wrapped
        self.part = "head"
        self.head: list[str] = []
        self.dated_head = False
        self.head_lines: list[PageText] = []
        self.fields: dict[str, list[str]] = {"date": [], "place": []}
        self.date_lines: list[str] = []
        self.items: list[AgendaLine] = []
        self.handouts: list[Handout] = []
        self.unread: list[Unread] = []
        self.levels = Levels()
        self.field_mark: Marked | None = None  # numbering of the parts themselves: 3.出席者
        self.prose = False
        self.has_agenda = False
        self.headings: list[AgendaLine] = []
        self.headings_style = ""
        self.last = ""  # the line above
        self.with_place = False
        self.said: dict[int, int] = {}  # handouts that name the number of their agenda line

    # -- reading ------------------------------------------------------------------------------

    def step(self, text: PageText) -> None:
        """Read one line."""
        if text.normal and not self._label(text) and not self._handout(text):
            if self._ends_part(text):
                self.part = "other"
            getattr(self, f"_in_{self.part}")(text)
        self.last = text.normal

    def _ends_part(self, text: PageText) -> bool:
        """Tell whether an unknown heading or a row with a name of its own ends what was listed."""
        listing = (self.part == "agenda" and self.items) or self.part in ("handouts", "attendance")
        apart = text.field or (text.line.heading and not own_mark(text).label)
        return bool(listing and apart and not _is_group(text.normal))

    def _leave(self, text: PageText, reason: str) -> None:
        self.unread.append(Unread(text.raw, reason))

    def _label(self, text: PageText) -> bool:
        """Begin a part of the page, if the line is its label; read what stands beside it."""
        if len(text.normal) > 60 and not LABEL.match(text.normal[:20]):
            marked = line_mark(text.raw) if text.normal[:1] in "0123456789(" else None
            if marked is None or not LABEL.match(squeeze(marked.rest)[:20]):
                return False
        marked = own_mark(text)
        if marked.style == "議題1" and self.part != "agenda":
            marked = Marked("", "", None, text.normal)
        rest = squeeze(marked.rest)
        match = LABEL.match(rest)
        if match is None or match.lastgroup is None:
            return False
        name = next(n for n in PARTS if match[n])
        beside = rest[match.end() :].strip()
        if not self._opens(name, match, beside, marked, text):
            return False
        if marked.label:
            self.field_mark = marked
        self._open(name, beside, text, match[name])
        return True

    def _opens(
        self, name: str, match: re.Match[str], beside: str, marked: Marked, text: PageText
    ) -> bool:
        """Tell whether a line that looks like a label is one, where it stands."""
        word = match[name]
        if any(_covers(link, match.string, word) for link in text.line.links):
            return False  # a link to the agenda or the minutes
        if match["sep"] == " " and beside and name in ("agenda", "other", "minutes", "attendance"):
            numbered = name == "attendance" and marked.number is not None
            agenda = name == "agenda" and (line_mark(beside).label or word in ("議事次第", "議題"))
            if not (agenda or numbered):
                return False
        if name in ("minutes", "other") and self.part == "head" and not self.fields["date"]:
            return False  # 会議の概要 as the title of the page
        if self.part == "agenda" and name == "agenda" and marked.label and not beside:
            return self._continues_fields(marked)  # else 2. 議事 groups what follows
        if self.part == "agenda" and self.items:
            if (
                name in ("attendance", "other")
                and marked.label
                and not self._continues_fields(marked)
            ):
                return False
            if (
                name == "agenda"
                and word in ("議事", "議題")
                and not marked.label
                and not text.line.heading
            ):
                return match["sep"] == ":" and beside != ""
        if name == "attendance" and word in (
            "委員",
            "構成員",
            "議長",
            "座長",
            "事務局",
            "出席",
            "参加者",
        ):
            return match["sep"] in (":", "") and self.part != "handouts"
        if name == "other" and match["sep"] == " ":
            return False
        if name == "handouts" and match["sep"] == " " and beside:
            return word != "資料" or handout_mark(beside) is not None
        return True

    def _continues_fields(self, marked: Marked) -> bool:
        before = self.field_mark
        return (
            before is not None
            and before.style == marked.style
            and marked.number is not None
            and marked.number == (before.number or 0) + 1
        )

    def _open(self, name: str, beside: str, text: PageText, word: str) -> None:
        self.part = name
        if name in self.fields:
            if beside and name == "date":
                self._add_day(beside, text)
            elif beside:
                self.fields[name].append(beside)
            self.with_place = "場所" in word and name == "date"
        elif name == "agenda":
            self.has_agenda = True
            self.prose = False
            if beside:
                for part in split_run(beside):
                    self._in_agenda(PageText(part, part, Line(part, text.line.links)))
        elif beside and name == "handouts":
            links = text.line.links
            for part in split_handouts(beside, len(links)):
                inner = PageText(part, part, Line(part, links_of(part, links)))
                if not self._handout(inner):
                    self._in_handouts(inner)
        elif beside:
            self._leave(text, name)

    def _handout(self, text: PageText) -> bool:
        """Read a line that begins with the label of a handout."""
        if self.part == "minutes" and not text.line.links:
            return False
        links = text.line.links
        parts = split_handouts(text.normal, len(links))
        if len(parts) > 1 and handout_mark(parts[0]):
            for part in parts:
                self.step(PageText(part, part, Line(part, links_of(part, links))))
            return True
        bullet = line_mark(text.raw)
        mark = handout_mark(text.normal) or (
            handout_mark(bullet.rest) if bullet.label and bullet.number is None else None
        )
        if mark is None and self.part == "handouts" and text.normal == "参考資料":
            self.handouts.append(Handout("", "参考資料"))  # its title may stand below
            return True
        if mark is None or (PROSE.search(mark.rest) and not text.line.links):
            return False
        if self.part == "agenda" and self.items and self.prose and not text.line.links:
            return False
        title = without_size(in_columns(text.line) or mark.rest)
        numbered = _NUMBER_AT_END.search(title)
        if numbered:
            title = title[: numbered.start()]
            self.said[len(self.handouts)] = int(numbered[1])
        link = address(text.line.links, self._source)
        unlabelled = not mark.number and not mark.label.startswith("参考")
        if title and unlabelled and is_not_a_handout(title):
            self._leave(text, "not a handout")
            return True
        if title == "" and text.line.links:
            title = without_size(best_text(text.line.links, mark.label))
        self.handouts.append(Handout(as_printed(text.raw, title), mark.label, link))
        if self.part != "agenda" or not (self.items or text.line.depth > 1):
            self.part = "handouts"
        return True

    # -- parts --------------------------------------------------------------------------------

    def _in_head(self, text: PageText) -> None:
        if self._implicit_agenda(text) or self._room(text):
            return
        if CHANGED.fullmatch(text.normal):
            self.fields, self.date_lines = {"date": [], "place": []}, []
        if SPEAKER.match(text.normal) or len(text.normal) > _LONG:
            self._leave(text, "prose before an agenda")
            return
        self.dated_head = self.dated_head or bool(read_date(text.normal).date)
        self.head.append(text.normal)
        self.head_lines.append(text)

    def _room(self, text: PageText) -> bool:
        """Read a room without a label right below a day or an hour."""
        below_day = when_or_where(text.normal) == "place" and when_or_where(self.last) == "date"
        if self.fields["place"] or not below_day:
            return False
        self.fields["place"].append(text.normal)
        return True

    def _implicit_agenda(self, text: PageText) -> bool:
        """Begin an agenda at a first numbered line, if date or place stand above it."""
        mark = own_mark(text)
        known = self.fields["date"] or self.fields["place"] or self.dated_head
        if not known or mark.number != 1 or PROSE.search(mark.rest) or not mark.rest:
            return False
        self.part = "agenda"
        self._in_agenda(text)
        return True

    def _add_day(self, normal: str, text: PageText) -> None:
        self.fields["date"].append(normal)
        self.date_lines.append(text.raw)

    def _in_date(self, text: PageText) -> None:
        if self._implicit_agenda(text):
            return
        found = self.fields["date"]
        if not found or (
            len(found) < 3 and (read_date(text.normal).date or read_times(text.normal).start)
        ):
            self._add_day(text.normal, text)
            return
        if self.with_place and not self.fields["place"]:
            self.fields["place"].append(text.normal)
            return
        self.part = "head"
        self._in_head(text)

    def _in_place(self, text: PageText) -> None:
        if self._implicit_agenda(text):
            return
        if not self.fields["place"] or text.normal.startswith("("):
            self.fields["place"].append(text.normal)
            return
        self.part = "head"
        self._in_head(text)

    def _in_attendance(self, text: PageText) -> None:
        mark = own_mark(text)
        if mark.number == 1 and is_ceremony(mark.rest) and not self.items:
            self.part = "agenda"
            self._in_agenda(text)
            return
        self._leave(text, "attendance")

    def _in_minutes(self, text: PageText) -> None:
        """Leave the text of minutes; its numbered headings stand in where no agenda is printed."""
        mark = own_mark(text)
        number = len(self.headings) + 1
        runs_on = mark.number == number and mark.style in ("", self.headings_style or mark.style)
        if runs_on and not self._is_prose(text, mark) and not PROSE.search(mark.rest):
            self.headings_style = mark.style
            printed = as_printed(text.raw, mark.rest)
            self.headings.append(AgendaLine(printed, kind_of(mark.rest), mark.label))
        self._leave(text, "minutes")

    def _in_other(self, text: PageText) -> None:
        self._leave(text, "other")

    def _in_handouts(self, text: PageText) -> None:
        mark = own_mark(text)
        title = without_size(mark.rest)
        listed = bool(text.line.links or text.line.marker or mark.label)
        if END.match(text.normal):
            self.part = "other"
            self._leave(text, "end of the page")
        elif self._title_below(text, title):
            return
        elif is_not_a_handout(title):
            self._leave(text, "not a handout")
        elif not listed and self._continues_handout(text):
            last = self.handouts[-1]
            self.handouts[-1] = last._replace(title=last.title + without_size(text.normal))
        elif self._labelled and not leads_to_a_file(text.line.links):
            self._leave(text, "among the handouts, without a label or a file")
        elif not listed or PROSE.search(title) or not title:
            self._leave(text, "among the handouts, without a label or link")
        else:
            printed = as_printed(text.raw, title)
            self.handouts.append(Handout(printed, "", address(text.line.links, self._source)))

    def _title_below(self, text: PageText, title: str) -> bool:
        """Read the title of a handout whose label stands alone on the line above."""
        last = self.handouts[-1] if self.handouts else None
        if last is None or not last.label or last.title or last.url or not title:
            return False
        url = address(text.line.links, self._source)
        self.handouts[-1] = last._replace(title=as_printed(text.raw, title), url=url)
        return True

    def _continues_handout(self, text: PageText) -> bool:
        """Tell whether a line goes on with a title that was cut at the width of its page."""
        apart = PROSE.search(text.normal) or text.normal.startswith("(") or len(text.normal) < 3
        return bool(self.handouts and self._wrapped and not apart) and len(self.last) >= _WRAPPED

    @property
    def _labelled(self) -> bool:
        return any(handout.label for handout in self.handouts)

    def _when_or_where(self, text: PageText) -> bool:
        """Read a day, an hour or a room that is printed without a label above the agenda."""
        if self.items or own_mark(text).label:
            return False
        name = when_or_where(text.normal)
        if name == "date" and len(self.fields["date"]) < 3:
            self._add_day(text.normal, text)
            return True
        if name == "place" and self.fields["date"] and not self.fields["place"]:
            self.fields["place"].append(text.normal)
            return True
        return False

    def _in_agenda(self, text: PageText) -> None:
        if self._when_or_where(text):
            return
        parts = split_run(text.normal)
        if len(parts) > 1:
            for part in parts:
                self._agenda_line(PageText(part, part, text.line._replace(marker="")))
        else:
            self._agenda_line(text)

    def _agenda_line(self, text: PageText) -> None:
        if END.match(text.normal):
            self.part = "other"
            self._leave(text, "end of the page")
            return
        mark = self._mark_in_agenda(text)
        if self._ends_agenda(mark):
            self.part = "other"
            self.field_mark = mark
            self._leave(text, "another part of the page")
            return
        title = without_size(mark.rest).strip() if text.line.links else mark.rest.strip()
        if text.line.links and is_not_a_handout(title):
            self._leave(text, "not a line of the agenda")
            return
        if title[:1] == "(" and title[-1:] == ")" and is_ceremony(title):
            title = title[1:-1]
        numbered = _NUMBER_AT_END.search(title) if mark.number is None else None
        if numbered:
            title = title[: numbered.start()]
            mark = Marked(numbered[0].strip(), "(議題1)", int(numbered[1]), title)
        if self._is_prose(text, mark):
            self.prose = self.prose or bool(self.items)
            self._leave(text, "minutes")
            return
        if not mark.label and self.prose:
            self._leave(text, "minutes")
            return
        if not mark.label and self._wrapped and self._continues_title(text):
            last = self.items[-1]
            self.items[-1] = last._replace(
                title=last.title + title, kind=kind_of(last.title + title)
            )
            return
        if self.prose and not self._runs_on(mark, text):
            self._leave(text, "minutes")
            return
        key = (mark.style, text.line.depth)
        plain = not mark.label and not text.line.depth and is_ceremony(title)
        level = 1 if plain else self.levels.of(key, mark.number)
        if _is_group(title):
            self._leave(text, "a heading within the agenda")
            return
        if _WORD.search(title) is None:
            self._leave(text, "a number without a title")
            return
        printed = as_printed(text.raw, title)
        self.items.append(AgendaLine(printed, kind_of(title), mark.label, level))

    def _mark_in_agenda(self, text: PageText) -> Marked:
        mark = own_mark(text)
        if mark.label:
            return mark
        last = self.levels.last(("1", text.line.depth))
        touching = line_mark(text.raw, expected=(last or 0) + 1)
        return touching if touching.label else mark

    def _ends_agenda(self, mark: Marked) -> bool:
        """Tell whether a number goes on from the parts of the page, not from the agenda."""
        if not self.items or not self._continues_fields(mark):
            return False
        return not self.levels.runs_on((mark.style, 0), mark.number)

    def _is_prose(self, text: PageText, mark: Marked) -> bool:
        if SPEAKER.match(text.normal) or len(text.normal) > _LONG:
            return True
        return bool(PROSE.search(mark.rest)) and mark.number is None

    def _continues_title(self, text: PageText) -> bool:
        long = len(self.last) >= _WRAPPED
        return long and bool(self.items) and bool(self.items[-1].label) and not text.line.depth

    def _runs_on(self, mark: Marked, text: PageText) -> bool:
        return self.levels.runs_on((mark.style, text.line.depth), mark.number)

    # -- the record ---------------------------------------------------------------------------

    def page(self, title: str) -> MeetingPage | None:
        """Return what was read, or None if it is no meeting."""
        head = self._find_head(title)
        if not head.body and self.fields["date"] and self.items:
            head = loose_head([*(x.normal for x in self.head_lines), title])
        date = self._find_date(title)
        when = " ".join(self.fields["date"])
        times = next((t for t in map(read_times, [when, *self.head]) if t.start), read_times(""))
        place = "".join(map(_place, self.fields["place"]))
        number = head.number if head.number is not None else number_in_address(self._source)
        told = date.date or self.items or self.headings or (self.handouts and number is not None)
        words = " ".join([title, *self._head_words(head)])
        if not head.body or not told or "中止" in words:
            return None
        items = tuple(self.items or self.headings)
        handouts = tie_handouts(items, self._named_handouts(), number, self.said)
        if not items:
            items = tuple(AgendaLine(h.title or h.label, "handout", h.label) for h in handouts)
            handouts = tuple(h._replace(item=place) for place, h in enumerate(handouts))
        note = f"jointly with {head.beside}" if head.beside else ""
        meeting = MeetingRecord(
            head.body,
            number,
            date.date,
            date.precision,
            format_of(f"{words} {when}", " ".join(self.fields["place"]), times.start),
            times.start,
            times.end,
            place,
            items,
            handouts,
            note,
        )
        remarks = (date.remark,) if date.remark else ()
        explicit = self.has_agenda or bool(self.fields["date"])
        self.unread.extend(
            Unread(raw, "another day or hour")
            for line, raw in zip(self.fields["date"], self.date_lines, strict=True)
            if not _tells(read_date(line).date, date.date)
            and not _tells(read_times(line).start, times.start)
            and not _tells(read_times(line).start, times.end)
        )
        self.unread.extend(
            Unread(text.raw, "head of the page") for text in self._unused_head(head, date)
        )
        return MeetingPage(
            meeting, tuple(self.unread), remarks, explicit, bool(self.fields["date"])
        )

    def _head_words(self, head: Head) -> Iterator[str]:
        """Yield the lines that may say how the meeting was held: headings, its name, its day."""
        for text in self.head_lines:
            found = read_head(text.normal)
            named = found.number is not None or (found.body and found.body == head.body)
            short = len(text.normal) < 20
            if text.line.heading or named or short or read_date(text.normal).date:
                yield text.normal

    def _unused_head(self, head: Head, date: PrintedDate) -> Iterator[PageText]:
        for text in self.head_lines:
            found = read_head(text.normal)
            named = found.body == head.body if found.body else found.number == head.number
            used = named and (found.body != "" or found.number is not None)
            if not used and (not date.date or read_date(text.normal).date != date.date):
                yield text

    def _named_handouts(self) -> tuple[Handout, ...]:
        """Return the handouts without headings that were taken for a label."""
        return tuple(h for h in self.handouts if h.title or h.url or h.label != "参考資料")

    def _find_head(self, title: str) -> Head:
        headings = [text.normal for text in self.head_lines if text.line.heading]
        for texts in (headings, self.head, [*self.head, title], [title]):
            head = best_head(texts)
            if head.body and head.number is not None:
                return head
        return max(
            (best_head(texts) for texts in (headings, self.head, [title])),
            key=lambda head: (head.body != "", head.page_word),
        )

    def _find_date(self, title: str) -> PrintedDate:
        for texts in (self.fields["date"], self.head, [title]):
            for text in texts:
                if NOT_HELD.search(text):
                    continue
                found = [d for d in find_dates(text) if d.date or d.remark]
                exact = [d for d in found if d.precision == "day" or d.remark]
                if exact or found:
                    return (exact or found)[0]
        return PrintedDate("", "unknown")


def _tells(read: str, used: str) -> bool:
    return read != "" and read == used


_WORD = re.compile(r"\w")
_GROUP = re.compile(
    r"(?:議事|議題|議案|審議|報告|審議事項|報告事項|議事次第|協議事項|決定事項|討議事項|会議の?模様)[::]?"
)


_NUMBER_AT_END = re.compile(r"\s*\((?:議題|議事|議案)\s*(\d{1,2})\)$")


def _is_group(title: str) -> bool:
    return bool(_GROUP.fullmatch(title.replace(" ", "")))


def _covers(link: Link, text: str, word: str) -> bool:
    """Tell whether the link is what the line begins with."""
    words = squeeze(link.text)
    return words.startswith(word) and text.startswith(words)


def _place(text: str) -> str:
    return re.sub(r"^[::\s]+", "", text).strip()
