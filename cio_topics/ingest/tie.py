"""Handouts → the agenda lines they belong to, by wording or by number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cio_topics.ingest.records import AgendaLine, Handout
from cio_topics.text import split_title

__all__ = ["tie_handouts"]

_SHORTEST = 4  # characters that a shared wording must have
_MARKS = re.compile(r"[\s「」『』\"'・、,]|\((?:素|原|骨子)?案\)")
_NUMBER = re.compile(r"^資料(\d+)")


def tie_handouts(items: Sequence[AgendaLine], handouts: Sequence[Handout]) -> tuple[Handout, ...]:
    """Set the `item` of each handout that wording or number ties to an agenda line.

    Wording goes before number: the cores of two titles are equal, or one holds the other. Numbers
    are believed (資料2-1 belongs to the second subject) only if every numbered handout finds a
    outermost subject and no wording says otherwise. 参考資料 is never tied by number.

    Examples
    --------
    >>> items = [AgendaLine("開会", "ceremony"), AgendaLine("行動計画について"), AgendaLine("その後")]
    >>> [h.item for h in tie_handouts(items, [Handout("行動計画(案)", "資料1"), Handout("図", "資料2")])]
    [1, 2]
    """
    subjects = [place for place, item in enumerate(items) if item.kind == "agenda"]
    cores = {place: _core(items[place].title) for place in subjects}
    numbers = _numbered_subjects(items)
    worded = [_by_wording(_core(handout.title), cores) for handout in handouts]
    numbered = [_by_number(handout.label, numbers) for handout in handouts]
    labels = [bool(_NUMBER.match(handout.label)) for handout in handouts]
    believed = all(
        place is not None for place, label in zip(numbered, labels, strict=True) if label
    ) and all(
        said is None or place is None or said in _with_children(items, place)
        for said, place in zip(worded, numbered, strict=True)
    )
    return tuple(
        handout._replace(item=said if said is not None else place if believed else None)
        for handout, said, place in zip(handouts, worded, numbered, strict=True)
    )


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
    return _MARKS.sub("", split_title(title).core)


def _by_wording(core: str, cores: dict[int, str]) -> int | None:
    if len(core) < _SHORTEST:
        return None
    equal = [place for place, other in cores.items() if other == core]
    holding = [
        place
        for place, other in cores.items()
        if len(other) >= _SHORTEST and (other in core or core in other)
    ]
    found = equal or holding
    return found[0] if len(found) == 1 else None


def _by_number(label: str, subjects: Sequence[int]) -> int | None:
    match = _NUMBER.match(label)
    if match is None or not 0 < int(match[1]) <= len(subjects):
        return None
    return subjects[int(match[1]) - 1]
