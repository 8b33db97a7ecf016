"""Line numbers of the keys of a TOML file, which its reader does not tell."""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["KeyLines"]

_NAME = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_PART = re.compile(
    r"""(?:"{3}(?:[^\\]|\\.)*?"{3,5}|'{3}.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')(?!\s*[=.\]])"""
    r"""|\#[^\n]*"""
    rf"""|^[ \t]*(?P<open>\[+)\s*(?P<table>{_NAMES})\s*\]+"""
    rf"""|^[ \t]*(?P<key>{_NAMES})\s*=""",
    re.MULTILINE | re.DOTALL,
)


class KeyLines:
    r"""Lines of tables and keys, by their path; tables of an array are counted from 0.

    Parameters
    ----------
    source : str
        The text of a TOML file.

    Examples
    --------
    >>> lines = KeyLines('seeds = 3\n\n[[model]]\nkind = "nmf"\n')
    >>> lines.line("seeds"), lines.line("model", 0, "kind"), lines.line("model", 0, "alpha")
    (1, 4, 3)
    >>> lines.line("metrics")
    0
    """

    def __init__(self, source: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        ends = [match.end() for match in re.finditer("\n", source)]
        table: tuple[str | int, ...] = ()
        counts: dict[tuple[str | int, ...], int] = {}
        for part in _PART.finditer(source):
            line = bisect_right(ends, part.end() - 1) + 1
            if part["table"]:
                table = _names(part["table"])
                self._lines.setdefault(table, line)
                if part["open"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, counts[table])
                    self._lines[table] = line
            elif part["key"]:
                path = (*table, *_names(part["key"]))
                for length in range(len(table) + 1, len(path) + 1):
                    self._lines.setdefault(path[:length], line)

    def line(self, *path: str | int) -> int:
        """Return the line of a key, or of the table it would stand in; 0 if there is neither."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 0


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
