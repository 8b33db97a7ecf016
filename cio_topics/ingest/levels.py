"""How deep a line of an agenda is nested, by the numbers that are printed before it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Levels"]

_DEEPEST = 7  # numberings within numberings


class Levels:
    """The numberings that are open, from the outermost to the current level of an agenda.

    A number that goes on from an open numbering belongs to it; ``1`` in a style that is open
    begins a list within it.
    """

    def __init__(self) -> None:
        self._open: list[_Numbering] = []

    def of(self, key: tuple[str, int], number: int | None) -> int:
        """Return the level of a line with this style, depth of list and number."""
        place = self._place(key, number)
        if place is None:
            while self._open and self._is_left(self._open[-1].key, key):
                self._open.pop()
            del self._open[_DEEPEST:]
            self._open.append(_Numbering(key, number))
        else:
            del self._open[place + 1 :]
            self._open[place] = _Numbering(key, number)
        return len(self._open)

    @staticmethod
    def _is_left(open_key: tuple[str, int], key: tuple[str, int]) -> bool:
        """Tell whether a list ends: a deeper one, or lines without numbers before numbered ones."""
        return open_key[1] > key[1] or (open_key == ("", key[1]) and key[0] != "")

    def _place(self, key: tuple[str, int], number: int | None) -> int | None:
        same = [place for place, one in enumerate(self._open) if one.key == key]
        running = [p for p in same if number is not None and self._open[p].goes_on_to(number)]
        if running:
            return running[-1]
        # 報告(1) after 議事(2) is no part of it; lists of HTML say themselves how deep they are.
        restarts = number == 1 and key[0] != "議題1" and key[1] == 0
        if not same or (restarts and self._open[same[-1]].last is not None):
            return None
        return same[-1]

    def runs_on(self, key: tuple[str, int], number: int | None) -> bool:
        """Tell whether a number goes on from an open numbering."""
        return number is not None and any(
            one.key == key and one.goes_on_to(number) for one in self._open
        )

    def last(self, key: tuple[str, int]) -> int | None:
        """Return the last number of an open numbering."""
        return next((one.last for one in reversed(self._open) if one.key == key), None)


class _Numbering(NamedTuple):
    """A style of numbering in a list of some depth, and its last number."""

    key: tuple[str, int]
    last: int | None

    def goes_on_to(self, number: int) -> bool:
        """Tell whether a number is the next."""
        return self.last is not None and number == self.last + 1
