"""Characters of a condition → its words, signs and parentheses, as KH Coder separates them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

from cio_topics.coding.place import Source
from cio_topics.coding.tree import (
    CodeHolds,
    Condition,
    HeadingIs,
    Length,
    Near,
    Number,
    Phrase,
    Serial,
    String,
    VariableIs,
    Word,
)
from cio_topics.errors import shorten

__all__ = ["Sign", "heading_level", "scan"]


class Sign(NamedTuple):
    """An operator or a parenthesis, and where it stands."""

    kind: str  # and, or, not, (, ), a comparison, + - * /
    offset: int
    written: str


Scanned = tuple[Condition, int] | Sign

_BLANK = re.compile(r"\s+")
_QUOTED = re.compile(r"""'([^'\n]*)'|"([^"\n]*)\"""")
# Without blanks: arrows belong to a word, other comparison signs end it.
_BARE = re.compile(r"(?:-{1,2}>|=>|(?<=[A-Za-z])'(?=[A-Za-z])|[^\s()|&!<>=*'\"])+")
_KEYWORD = re.compile(r"(?:and|or|not)(?=[\s()|&!<>='\"]|$)", re.IGNORECASE)
_ARROW = re.compile(r"(-->|->|=>)")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_SIGNED = re.compile(r"-[0-9]+(?:\.[0-9]+)?(?=[\s()|&!<>=]|$)")
_SIGNS = re.compile(r"&&?|\|\|?|!=|!|>=|=>|<=|=<|==|=|>|<(?![＊*>]|[hH][1-5]>)|[()]")
_ALONE = re.compile(r"[+*/]|-(?!-?>)")
_NEAR = re.compile(r"(near|seq)\(", re.IGNORECASE)
_OPTION = re.compile(r"\[([^\]\n]*)\]")
_DISTANCE = re.compile(r"([bd]{0,2})\s*([0-9]*)\s*([bd]{0,2})", re.IGNORECASE)
_CODE = re.compile(r"<[＊*]([^>\n]*)>")
_QUOTED_VARIABLE = re.compile("<>(.+?)-->(.+)")
# A full-width blank inside a value: neither an operator nor the end follows.
_GOES_ON = re.compile(
    r"　+(?![\s()|&!<>=+*/'\"-]|(?:and|or|not)(?=[\s()|&!<>='\"]|$)|$)", re.IGNORECASE
)
_HEADING_NAME = re.compile(r"(?:見出し|heading|h)\s*([1-5１-５])", re.IGNORECASE)
_HEADING = re.compile(r"<[hH]([1-5])>(?:-->)?")
_VARIABLE = re.compile(r"<>")
_KINDS = {"&": "and", "&&": "and", "|": "or", "||": "or", "!": "not", "=": "==", "=>": ">="}
_KINDS["=<"] = "<="
_LONGEST_NUMBER = 15
_FULL_WIDTH = re.compile("（[^+>]+|[^+>]+）")
_DEFAULT = 10  # words
_SCOPES = {"": "", "b": "b", "d": "d", "bd": "b", "db": "b"}  # a sentence is in one paragraph
_MANY = 40  # parts of a near


def scan(source: Source, text: str, start: int, end: int) -> Iterator[Scanned]:
    """Yield what a condition is made of.

    Parameters
    ----------
    source : Source
        For the places of errors.
    text : str
        As that of the source, with blanks in place of comments.
    start, end : int
        Where the condition stands in it.

    Yields
    ------
    (Condition, offset) or Sign

    Raises
    ------
    CodebookError
    """
    at = _Scanner(source, text, start, end)
    is_operand = False  # whether what came last is one
    while at.skip_blanks():
        found = at.next(is_operand)
        yield found
        is_operand = not isinstance(found, Sign) or found.kind == ")"


def heading_level(name: str) -> int:
    """Return the level of a variable that stands for headings (見出し1, h1), 0 for any other.

    Examples
    --------
    >>> heading_level("見出し2"), heading_level("H1"), heading_level("年")
    (2, 1, 0)
    """
    found = _HEADING_NAME.fullmatch(name)
    return int(found[1]) if found else 0


class _Scanner:
    """A place in a text; it only moves on, so that every character is read once."""

    def __init__(self, source: Source, text: str, start: int, end: int) -> None:
        self.source, self.text, self.at, self.end = source, text, start, end

    def skip_blanks(self) -> bool:
        self._take(_BLANK)
        return self.at < self.end

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
        return found

    def place(self, offset: int) -> tuple[int, int]:
        return self.source.place(offset)

    def fail(self, offset: int, what: str, remedy: str, remedy_ja: str) -> NoReturn:
        raise self.source.error(self.place(offset), what, remedy, remedy_ja)

    def next(self, is_operand: bool) -> Scanned:
        begin = self.at
        readers: tuple[Callable[[], Condition | None], ...] = (
            self._quoted_condition,
            self._near,
            self._code,
            self._heading,
            self._variable,
        )
        for read in readers:
            node = read()
            if node is not None:
                return node, begin
        if not is_operand and (found := self._take(_SIGNED)):
            return Number(self._number(begin, found[0]), place=self.place(begin)), begin
        if found := self._take(_SIGNS) or self._take(_ALONE):
            return Sign(_KINDS.get(found[0], found[0]), begin, found[0])
        if found := self._take(_KEYWORD):
            return Sign(found[0].lower(), begin, found[0])
        return self._bare(begin)

    def _number(self, begin: int, digits: str) -> float:
        if len(digits) > _LONGEST_NUMBER:
            self.fail(
                begin,
                f"the number {shorten(digits, 20)} is too long; expected at most "
                f"{_LONGEST_NUMBER} digits.",
                "Write a smaller number.",
                "もっと小さい数を書いてください。",
            )
        return float(digits)

    def _string(self) -> String | None:
        begin = self.at
        if self.text[begin] not in "'\"":
            return None
        text = self._quoted()
        if not text:
            self.fail(
                begin,
                "an empty string; expected characters between the quotation marks.",
                "Write what is to be found.",
                "引用符の間に文字列を書いてください。",
            )
        return String(text, place=self.place(begin))

    def _quoted_condition(self) -> String | VariableIs | HeadingIs | CodeHolds | None:
        """Take a string, or a variable or code that stands in quotation marks as a whole."""
        node = self._string()
        if node is None:
            return None
        if found := _CODE.fullmatch(node.text):
            return CodeHolds(found[1].strip(), place=node.place)
        if found := _QUOTED_VARIABLE.fullmatch(node.text):
            return _value_condition(found[1].strip(), found[2].strip(), node.place)
        return node

    def _quoted(self) -> str:
        begin = self.at
        found = self._take(_QUOTED)
        if found is None:
            self.fail(
                begin,
                f"the quotation mark {self.text[begin]} is not closed on its line.",
                "Close it.",
                "引用符を閉じてください。",
            )
        return found[1] if found[1] is not None else found[2]

    def _near(self) -> Near | None:
        begin = self.at
        found = self._take(_NEAR)
        if found is None:
            return None
        name = found[1].lower()
        parts = self._near_parts(begin, name)
        option = self._take(_OPTION)
        distance, scope = (_DEFAULT, "") if option is None else self._option(option)
        return Near(parts, distance, scope, name == "seq", place=self.place(begin))

    def _near_parts(self, begin: int, name: str) -> tuple[Word | Phrase | String, ...]:
        parts: list[Word | Phrase | String] = []
        while True:
            if not self.skip_blanks():
                opened = begin + len(name)
                self.fail(
                    opened,
                    f"the parenthesis of {name} is never closed.",
                    "Write it as near(word-word)[10].",
                    "near(語-語)[10] の形で、括弧を閉じてください。",
                )
            part = self._string() or self._near_word(name)
            parts.append(part)
            self.skip_blanks()
            if self.at < self.end and self.text[self.at] in "-)":
                self.at += 1
                if self.text[self.at - 1] == "-":
                    continue
                break
            if self.at < self.end:
                self._no_near_word(name)
        if not 2 <= len(parts) <= _MANY:
            self.fail(
                begin,
                f"{name} has {len(parts)} words; expected 2 to {_MANY}, joined by -.",
                "Write it as near(word-word)[10].",
                "near(語-語)[10] の形で、2語以上を - でつないでください。",
            )
        return tuple(parts)

    def _near_word(self, name: str) -> Word | Phrase:
        begin = self.at
        found = self._take(_NEAR_WORD)
        if found is None:
            self._no_near_word(name)
        return self._word_or_phrase(found[0], begin)

    def _no_near_word(self, name: str) -> NoReturn:
        self.fail(
            self.at,
            f"{shorten(self.text[self.at])} inside {name}(…); expected words, phrases or strings "
            "joined by -.",
            "Write it as near(word-word)[10]; join alternatives outside: near(a-b) or near(a-c).",
            "near(語-語)[10] の形で書き、or は括弧の外でつないでください。",
        )

    def _option(self, option: re.Match[str]) -> tuple[int | None, str]:
        found = _DISTANCE.fullmatch(option[1].strip())
        scopes = (found[1] + found[3]).lower() if found else ""
        if found is None or not found[0] or scopes not in _SCOPES or len(found[2]) > 9:
            self.fail(
                option.start(),
                f"the distance {shorten(option[0], 20)}; expected a number of words, with b (in "
                "one sentence) or d (in one paragraph) if wanted: [10], [10b], [d].",
                "Write a number.",
                "[10] のように語数を書いてください(b は同じ文、d は同じ段落)。",
            )
        return int(found[2]) if found[2] else None, _SCOPES[scopes]

    def _code(self) -> CodeHolds | None:
        begin = self.at
        found = self._take(_CODE)
        if found:
            return CodeHolds(found[1].strip(), place=self.place(begin))
        if re.match("<[＊*]", self.text[begin : begin + 2]):
            self.fail(
                begin,
                "the name of a code is not closed by > on its line.",
                "Write it as <＊name>.",
                "<＊コード名> の形で書いてください。",
            )
        return None

    def _heading(self) -> HeadingIs | None:
        begin = self.at
        found = self._take(_HEADING)
        if found is None:
            return None
        return HeadingIs(int(found[1]), self._value(begin), place=self.place(begin))

    def _variable(self) -> VariableIs | HeadingIs | None:
        begin = self.at
        if self._take(_VARIABLE) is None:
            return None
        name = self._name(begin)
        if not self.text.startswith("-->", self.at):
            return VariableIs(name, None, place=self.place(begin))
        self.at += 3
        return _value_condition(name, self._value(begin), self.place(begin))

    def _name(self, begin: int) -> str:
        if self.at < self.end and self.text[self.at] in "'\"":
            name = self._quoted()
        else:
            found = self._take(_VARIABLE_NAME)
            name = found[0] if found else ""
        if not name:
            self.fail(
                begin,
                "<> without the name of a variable.",
                "Write it as <>variable-->value.",
                "<>変数名-->値 の形で書いてください。",
            )
        return name

    def _value(self, begin: int) -> str:
        if self.at < self.end and self.text[self.at] in "'\"":
            return self._quoted()
        first, depth = self.at, 0
        while self.at < self.end:
            character = self.text[self.at]
            depth += (character == "(") - (character == ")")
            if depth < 0 or character in "|&":
                break
            if character.isspace():
                if not self._take(_GOES_ON):
                    break
                continue
            self.at += 1
        if first == self.at:
            self.fail(
                begin,
                "a variable without a value after -->.",
                "Write it as <>variable-->value, a value with blanks in quotation marks.",
                "<>変数名-->値 の形で書いてください(空白を含む値は引用符で囲みます)。",
            )
        return self.text[first : self.at]

    def _bare(self, begin: int) -> Scanned:
        found = self._take(_BARE)
        if found is None:
            self.fail(
                begin,
                f"{shorten(self.text[begin])} cannot begin a word.",
                "Put it in quotation marks if it is to be found.",
                "文字列として探すときは引用符で囲んでください。",
            )
        text = found[0]
        place = self.place(begin)
        if text.lower() in ("lw", "lc"):
            return Length(text.lower(), place=place), begin
        if text.lower() == "no.":
            return Serial(place=place), begin
        if _NUMBER.fullmatch(text):
            return Number(self._number(begin, text), place=place), begin
        if _FULL_WIDTH.fullmatch(text):
            self.fail(
                begin,
                f"a full-width parenthesis at the word {shorten(text, 20)}; expected ( and ).",
                "Write half-width parentheses.",
                "括弧は半角の ( ) で書いてください。",
            )
        return self._word_or_phrase(text, begin), begin

    def _word_or_phrase(self, text: str, begin: int) -> Word | Phrase:
        words = []
        at = begin
        for part in text.split("+"):
            words.append(self._word(part, at))
            at += len(part) + 1
        return words[0] if len(words) == 1 else Phrase(tuple(words), place=self.place(begin))

    def _word(self, text: str, begin: int) -> Word:
        base, *marks = _ARROW.split(text)
        given = dict(zip(marks[::2], marks[1::2], strict=True))
        if not all(given.values()) or len(given) < len(marks) // 2 or not (base or given):
            self.fail(
                begin,
                f"{shorten(text)} is no word: a part is missing or given twice.",
                "Write it as word, word-->part of speech, word->conjugated form, or word+word.",
                "語、語-->品詞、語->活用形、語+語 のいずれかの形で書いてください。",
            )
        if _NUMBER.fullmatch(given.get("=>", "")):
            self.fail(
                begin,
                f"{shorten(text)} may be a comparison or a surface.",
                "Write a comparison as word >= 3, with blanks.",
                "比較は「語 >= 3」のように空白を入れて書いてください。",
            )
        values = (given.get("-->", ""), given.get("->", ""), given.get("=>", ""))
        return Word(base, *values, place=self.place(begin))


# Inside near(…) a hyphen ends a word, unless it belongs to an arrow.
_NEAR_WORD = re.compile(r"(?:-{1,2}>|=>|[^\s()|&!<>=*\-'\"])+")
_VARIABLE_NAME = re.compile(
    r"(?:heading|見出し)\s[1-5１-５](?=-->)|(?:(?!-->)[^\s()|&!<>=])+", re.IGNORECASE
)


def _value_condition(name: str, value: str, place: tuple[int, int]) -> VariableIs | HeadingIs:
    """Return what asks for a value of a variable, or for a heading."""
    level = heading_level(name)
    return HeadingIs(level, value, place=place) if level else VariableIs(name, value, place=place)
