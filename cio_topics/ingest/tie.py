"""Handouts → the agenda lines they belong to, by wording or by number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cio_topics.ingest.dates import kanji_number
from cio_topics.ingest.records import AgendaLine, Handout
from cio_topics.text import split_title

__all__ = ["tie_handouts"]

_LONGEST = 500  # characters of a title that are compared
_SHORTEST = 4  # characters that a shared wording must have
_MARKS = re.compile(r"[\s「」『』\"'・、,]|\((?:素|原|骨子)?案\)")
_NUMBER = re.compile(r"^資料(\d+|[一二三四五六七八九十]+)")


def tie_handouts(
    items: Sequence[AgendaLine],
    handouts: Sequence[Handout],
    meeting: int | None = None,
    said: Mapping[int, int] | None = None,
) -> tuple[Handout, ...]:
    """Set the `item` of each handout that wording or number ties to an agenda line.

    Wording goes before number: the cores of two titles are equal, or one holds the other. Numbers
    are believed (資料2-1 belongs to the second subject) only if every numbered handout finds an
    outermost subject, no wording says otherwise, and it is not the number of the meeting
    (`meeting`), which some ministries put first. 参考資料 is never tied by number. `said` gives the
    numbers of agenda lines that handouts name themselves: 資料1 … (議題2).

    Examples
    --------
    >>> items = [AgendaLine("開会", "ceremony"), AgendaLine("行動計画について"), AgendaLine("図")]
    >>> handouts = [Handout("行動計画(案)", "資料1"), Handout("別の図", "資料2")]
    >>> [handout.item for handout in tie_handouts(items, handouts)]
    [1, 2]
    """
    subjects = [place for place, item in enumerate(items) if item.kind == "agenda"]
    cores = {place: _core(items[place].title) for place in subjects}
    numbers = _numbered_subjects(items)
    worded = [_by_wording(_core(handout.title), cores) for handout in handouts]
    numbered = [_by_number(handout.label, numbers) for handout in handouts]
    labels = [bool(_NUMBER.match(handout.label)) for handout in handouts]
    believed = (
        not _number_the_meeting(handouts, meeting)
        and all(place is not None for place, label in zip(numbered, labels, strict=True) if label)
        and all(
            word is None or place is None or word in _with_children(items, place)
            for word, place in zip(worded, numbered, strict=True)
        )
    )
    tied = [
        word if word is not None else place if believed else None
        for word, place in zip(worded, numbered, strict=True)
    ]
    for place, number in (said or {}).items():
        if 0 < number <= len(numbers):
            tied[place] = numbers[number - 1]
    return tuple(handout._replace(item=item) for handout, item in zip(handouts, tied, strict=True))


def _number_the_meeting(handouts: Sequence[Handout], meeting: int | None) -> bool:
    """Tell whether labels such as 資料12-3 begin with the number of the meeting."""
    firsts = [match[1] for handout in handouts if (match := _NUMBER.match(handout.label))]
    return len(firsts) > 1 and meeting not in (None, 1) and set(firsts) == {str(meeting)}


def _numbered_subjects(items: Sequence[AgendaLine]) -> list[int]:
    """Return the outermost subjects, which numbers of handouts follow."""
    top = min((item.level for item in items if item.kind == "agenda"), default=0)
    return [p for p, item in enumerate(items) if item.kind == "agenda" and item.level == top]


def _with_children(items: Sequence[AgendaLine], place: int) -> range:
    """Return the places of an agenda line and of those nested under it."""
    end = place + 1
    while end < len(items) and items[end].level > items[place].level:
        end += 1
    return range(place, end)


def _core(title: str) -> str:
    return _MARKS.sub("", split_title(title[:_LONGEST]).core)


def _by_wording(core: str, cores: dict[int, str]) -> int | None:
    equal = [place for place, other in cores.items() if other == core and len(core) > 1]
    if len(core) < _SHORTEST and not equal:
        return None
    holding = [
        place
        for place, other in cores.items()
        if len(other) >= _SHORTEST and (other in core or core in other)
    ]
    found = equal or holding
    return found[0] if len(found) == 1 else None


def _by_number(label: str, subjects: Sequence[int]) -> int | None:
    match = _NUMBER.match(label)
    number = kanji_number(match[1]) if match else None
    return subjects[number - 1] if number and number <= len(subjects) else None
