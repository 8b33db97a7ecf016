"""Coding rules of KH Coder: read, checked, written."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cio_topics.coding.parse import parse_condition
from cio_topics.coding.place import Source
from cio_topics.coding.tree import CodeHolds, Condition, condition_text, walk
from cio_topics.errors import CodebookError, choices, shorten
from cio_topics.files import decode_japanese

__all__ = ["CodingRule", "CodingRules", "format_rules", "parse_rules", "read_rules"]


@dataclass(frozen=True)
class CodingRule:
    """A code and what it asks of a unit."""

    name: str
    condition: Condition
    line: int = 0


@dataclass(frozen=True)
class CodingRules:
    """Codes in the order of their file.

    Invariants: at least one code; names are unique and not empty; a code refers only to codes
    before it.

    Parameters
    ----------
    rules : tuple of CodingRule
    text : str
        What was read, for the places of errors; empty if nothing was.
    name : str, default "rules"
        Of the file.

    Raises
    ------
    CodebookError
    """

    rules: tuple[CodingRule, ...]
    text: str = ""
    name: str = "rules"

    def __post_init__(self) -> None:
        if not self.rules:
            raise _no_codes("the rules")
        known: list[str] = []
        for rule in self.rules:
            if rule.name in known or not rule.name or re.search(r"[\n>]", rule.name):
                raise CodebookError(
                    f"the code {shorten(rule.name)}; expected a name that no other code has, on "
                    "one line, without >."
                )
            for node in walk(rule.condition):
                if isinstance(node, CodeHolds) and node.name not in known:
                    raise CodebookError(
                        f"the code {shorten(rule.name)} refers to {shorten(node.name)}, which "
                        "does not stand before it."
                    )
            known.append(rule.name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the codes."""
        return tuple(rule.name for rule in self.rules)

    def error(
        self, place: tuple[int, int], what: str, remedy: str, remedy_ja: str
    ) -> CodebookError:
        """Return an error about a place in the file, or about the rules if they have none."""
        if place == (0, 0):
            return CodebookError(f"{self.name}: {what}", remedy, remedy_ja)
        return Source(self.text, self.name).error(place, what, remedy, remedy_ja)


def _no_codes(where: str) -> CodebookError:
    return CodebookError(
        f"{where} has no code; expected lines such as ＊name, each followed by its condition.",
        "Begin a code with a line ＊name.",
        "「＊コード名」の行を書き、次の行に条件を書いてください。",
    )


def read_rules(path: str | os.PathLike[str]) -> CodingRules:
    """Read a coding-rule file of KH Coder.

    Parameters
    ----------
    path : path
        UTF-8 (with or without BOM) or Shift_JIS (cp932).

    Returns
    -------
    CodingRules

    Raises
    ------
    CodebookError
        It cannot be read, or a rule breaks the grammar: with file, line, column, and the place.

    Examples
    --------
    >>> read_rules("nowhere.cod")
    Traceback (most recent call last):
    ...
    cio_topics.errors.CodebookError: cannot read the coding rules 'nowhere.cod': No such file ...
    """
    file = Path(path)
    try:
        return parse_rules(decode_japanese(file.read_bytes()), file.name)
    except OSError as error:
        raise CodebookError(
            f"cannot read the coding rules {str(file)!r}: {error.strerror or error}.",
            "Give the path of a coding-rule file (.cod).",
            "コーディングルール・ファイル(.cod)のパスを指定してください。",
        ) from error
    except UnicodeDecodeError as error:
        raise CodebookError(
            f"{file.name} is neither UTF-8 nor Shift_JIS.",
            "Save it in UTF-8.",
            "UTF-8 で保存し直してください。",
        ) from error


def parse_rules(text: str, name: str = "rules") -> CodingRules:
    r"""Parse coding rules.

    Parameters
    ----------
    text : str
        Lines ``＊name``, each followed by lines of its condition; lines that begin with ``#`` are
        comments.
    name : str, default "rules"
        Of the file, for messages.

    Returns
    -------
    CodingRules

    Raises
    ------
    CodebookError
        With line and column, and the place in its line.

    Examples
    --------
    >>> rules = parse_rules("＊友情\n友人 or 親友\n＊信用\n信じる and <＊友情>")
    >>> rules.names
    ('友情', '信用')
    >>> parse_rules("＊友情\n( 友人 or 親友")
    Traceback (most recent call last):
    ...
    cio_topics.errors.CodebookError: rules:2:1: the parenthesis ( is never closed.
      ( 友人 or 親友
      ^
    Close it with ). / 対応する ) を書いてください。
    """
    text = text.removeprefix("\ufeff")
    source = Source(text, name)
    blanked = _without_comments(source.text)
    heads = _heads(source, blanked)
    if not heads:
        raise _no_codes(name)
    rules: list[CodingRule] = []
    ends = [start for _, start, _ in heads[1:]] + [len(blanked)]
    for (code, start, begin), end in zip(heads, ends, strict=True):
        known = [rule.name for rule in rules]
        _check_name(source, code, start, known)
        condition = parse_condition(source, blanked, begin, end, code, start)
        _check_references(source, condition, known)
        rules.append(CodingRule(code, condition, source.place(start)[0]))
    return CodingRules(tuple(rules), text, name)


def _without_comments(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(" " * len(n) if n.lstrip().startswith("#") else n for n in lines)


def _heads(source: Source, text: str) -> list[tuple[str, int, int]]:
    """Return names of codes, where their lines begin, and where these end."""
    heads = []
    at = 0
    for line in text.split("\n"):
        if line.startswith(("＊", "*")):
            heads.append((line[1:].strip(), at, at + len(line)))
        elif not heads and line.strip():
            raise source.error(
                source.place(at),
                "a condition before the first code.",
                "Begin a code with a line ＊name.",
                "「＊コード名」の行を先に書いてください。",
            )
        at += len(line) + 1
    return heads


def _check_name(source: Source, name: str, start: int, known: Sequence[str]) -> None:
    if not name or ">" in name:
        raise source.error(
            source.place(start),
            f"the code's name is {shorten(name)}; expected a text without >.",
            "Write the name after ＊.",
            "＊の後にコード名を書いてください(> は使えません)。",
        )
    if name in known:
        raise source.error(
            source.place(start),
            f"two codes are called {shorten(name)}.",
            "Give each a name of its own.",
            "コード名が重複しています。別の名前にしてください。",
        )


def _check_references(source: Source, condition: Condition, known: Sequence[str]) -> None:
    for node in walk(condition):
        if isinstance(node, CodeHolds) and node.name not in known:
            raise source.error(
                node.place,
                f"{shorten(node.name)} is no code before this one; expected one of: "
                f"{choices(known) or '(none yet)'}.",
                "Refer to a code that stands above.",
                "この行より上で定義したコードを指定してください。",
            )


def format_rules(rules: CodingRules) -> str:
    r"""Write coding rules as KH Coder reads them; inverse of :func:`parse_rules`.

    Examples
    --------
    >>> print(format_rules(parse_rules("*友情\n友人|親友")), end="")
    ＊友情
    友人 or 親友
    """
    return "\n".join(f"＊{rule.name}\n{_line(rule.condition)}\n" for rule in rules.rules)


def _line(condition: Condition) -> str:
    """Return a condition on a line that is neither a comment nor a code."""
    text = condition_text(condition)
    return f"( {text} )" if text.startswith(("#", "＊", "*")) else text
