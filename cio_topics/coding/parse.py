"""Words and signs of a condition → its tree.

What holds together most tightly: ``*`` and ``/``, then ``+`` and ``-``, comparisons, ``not``,
``and``, ``or``.
"""

from __future__ import annotations

import re
from typing import NoReturn

from cio_topics.coding.place import Source
from cio_topics.coding.scan import Scanned, Sign, scan
from cio_topics.coding.tree import Calculation, Comparison, Condition, Every, Not, Some, Word
from cio_topics.errors import shorten

__all__ = ["parse_condition"]

_COMPARISONS = (">", ">=", "<", "<=", "==", "!=")
_RANKS = {"or": 1, "and": 2, **dict.fromkeys(_COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT = 3
_DEEPEST = 50  # parentheses and negations inside each other
_WIDE_DIGITS = re.compile("[０-９]+")


def parse_condition(
    source: Source, text: str, begin: int, end: int, code: str, start: int
) -> Condition:
    """Return the condition that stands between two offsets.

    Parameters
    ----------
    source : Source
    text : str
        The file's text with blanks in place of comments.
    begin, end : int
    code : str
        Whose condition it is.
    start : int
        Where the code's line begins.

    Raises
    ------
    CodebookError
    """
    parser = _Parser(source, list(scan(source, text, begin, end)))
    if not parser.left:
        raise source.error(
            source.place(start),
            f"the code {shorten(code)} has no condition.",
            "Write its condition on the next line.",
            "次の行に条件を書いてください。",
        )
    condition = parser.expression(1)
    parser.check_end()
    return condition


class _Parser:
    """What is left of a condition; it only gets less."""

    def __init__(self, source: Source, scanned: list[Scanned]) -> None:
        self.source = source
        self.left = scanned[::-1]
        self.last = scanned[-1] if scanned else None
        self.open: list[Sign] = []
        self.depth = 0

    def _sign(self, *kinds: str) -> Sign | None:
        """Take the next sign away if it is one of these."""
        if self.left and isinstance(self.left[-1], Sign) and self.left[-1].kind in kinds:
            sign = self.left.pop()
            assert isinstance(sign, Sign)
            return sign
        return None

    def _fail(self, offset: int, what: str, remedy: str, remedy_ja: str) -> NoReturn:
        raise self.source.error(self.source.place(offset), what, remedy, remedy_ja)

    def expression(self, rank: int) -> Condition:
        """Return what is held together by operators of this rank or a higher one."""
        parts = [self._part(rank)]
        signs: list[Sign] = []
        while sign := self._sign(*(kind for kind, own in _RANKS.items() if own == rank)):
            if rank == 4 and signs:
                self._fail(
                    sign.offset,
                    f"a second comparison, {sign.written}; expected and or or between two.",
                    "Write a > 1 and a < 5.",
                    "a > 1 and a < 5 のように分けて書いてください。",
                )
            signs.append(sign)
            parts.append(self._part(rank))
        return self._joined(rank, parts, signs)

    def _part(self, rank: int) -> Condition:
        if rank == 6:
            return self._operand()
        if rank + 1 != _NOT:
            return self.expression(rank + 1)
        sign = self._sign("not")
        if sign is None:
            return self.expression(4)
        self._deeper(sign)
        part = Not(self._part(rank))
        self.depth -= 1
        return part

    def _joined(self, rank: int, parts: list[Condition], signs: list[Sign]) -> Condition:
        if not signs:
            return parts[0]
        if rank == 1:
            return Some(tuple(parts))
        if rank == 2:
            return Every(tuple(parts))
        if rank == 4:
            self._check_digits(parts, signs[0])
            return Comparison(signs[0].kind, *parts)
        return Calculation(tuple(parts), tuple(sign.kind for sign in signs))

    def _check_digits(self, parts: list[Condition], sign: Sign) -> None:
        for part in parts:
            if isinstance(part, Word) and _WIDE_DIGITS.fullmatch(part.base):
                self._fail(
                    sign.offset,
                    f"a comparison with the word {shorten(part.base)}; expected half-width digits.",
                    "Write numbers in half-width digits.",
                    "数は半角で書いてください。",
                )

    def _operand(self) -> Condition:
        opened = self._sign("(")
        if opened:
            return self._parenthesis(opened)
        if not self.left or isinstance(self.left[-1], Sign):
            self._no_operand()
        found = self.left.pop()
        assert not isinstance(found, Sign)
        return found[0]

    def _parenthesis(self, opened: Sign) -> Condition:
        self.open.append(opened)
        self._deeper(opened)
        inside = self.expression(1)
        if not self._sign(")"):
            if self.left:
                self._two_operands()
            self._never_closed()
        self.open.pop()
        self.depth -= 1
        return inside

    def _deeper(self, sign: Sign) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            self._fail(
                sign.offset,
                f"more than {_DEEPEST} parentheses or negations inside each other.",
                "Make codes of their own of the inner ones and refer to them: <＊name>.",
                "内側を別のコードにして <＊コード名> で参照してください。",
            )

    def _never_closed(self) -> NoReturn:
        self._fail(
            self.open[-1].offset,
            "the parenthesis ( is never closed.",
            "Close it with ).",
            "対応する ) を書いてください。",
        )

    def _no_operand(self) -> NoReturn:
        if not self.left:
            if self.open and isinstance(self.last, Sign) and self.last.kind == "(":
                self._never_closed()
            assert isinstance(self.last, Sign)
            self._fail(
                self.last.offset,
                f"nothing follows {self.last.written}.",
                "Write a word or a condition after it, or take it away.",
                "後に語か条件を書くか、取り除いてください。",
            )
        sign = self.left[-1]
        assert isinstance(sign, Sign)
        if sign.kind == "not":
            self._fail(
                sign.offset,
                f"{sign.written} stands where a number or a word is expected.",
                "Put it and what it negates in parentheses.",
                "否定する部分を括弧で囲んでください。",
            )
        if sign.kind == ")" and not self.open:
            self._too_many(sign)
        self._fail(
            sign.offset,
            f"{sign.written} stands where a word or a condition is expected.",
            "Write one before it, or take it away.",
            "前に語か条件を書くか、取り除いてください。",
        )

    def _too_many(self, sign: Sign) -> NoReturn:
        self._fail(
            sign.offset,
            "the parenthesis ) closes nothing.",
            "Take it away, or write ( before.",
            "余分な ) を取り除くか、対応する ( を書いてください。",
        )

    def _two_operands(self) -> NoReturn:
        found = self.left[-1]
        offset = found.offset if isinstance(found, Sign) else found[1]
        self._fail(
            offset,
            "no operator before this; expected and, or, or another one.",
            "Write one between the two. (Comments stand on lines of their own; a value or a "
            "string with blanks stands in quotation marks.)",
            "間に and や or を書いてください。"
            "(注釈は # で始まる独立した行に、空白を含む値や文字列は引用符の中に書きます。)",
        )

    def check_end(self) -> None:
        """Refuse what nothing joins to the condition."""
        if not self.left:
            return
        found = self.left[-1]
        if isinstance(found, Sign) and found.kind == ")":
            self._too_many(found)
        self._two_operands()
