"""Errors of a rule file: its line and column, the line itself, and a mark under the place."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right

from cio_topics.errors import CodebookError

__all__ = ["Source"]

_BEFORE, _AFTER = 30, 30  # characters shown of a line beside the place


class Source:
    r"""A rule file's text and name; it tells where an offset is.

    Invariant: lines end where an editor ends them (``\n``, ``\r\n`` or ``\r``).

    Parameters
    ----------
    text : str
    name : str
        Of the file, for messages.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._starts = [0]
        for line in self.text.split("\n")[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def error(
        self, place: tuple[int, int], what: str, remedy: str, remedy_ja: str
    ) -> CodebookError:
        """Return an error that shows the place in its line."""
        line, column = place
        text = self.text.split("\n")[line - 1]
        first = max(0, column - 1 - _BEFORE)
        left, right = text[first : column - 1], text[column - 1 : column - 1 + _AFTER]
        shown = (".." if first else "") + _printable(left)
        cut = ".." if column - 1 + _AFTER < len(text) else ""
        mark = "".join("　" if _is_wide(character) else " " for character in shown)
        return CodebookError(
            f"{self.name}:{line}:{column}: {what}\n  {shown}{_printable(right)}{cut}\n  {mark}^\n",
            remedy,
            remedy_ja,
        )


def _printable(text: str) -> str:
    """Replace what could move a terminal's cursor."""
    return "".join(c if c.isprintable() or c == "　" else " " for c in text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA"
