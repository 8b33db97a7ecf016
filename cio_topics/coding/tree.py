"""What a coding rule asks of a unit: the nodes of a condition, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = [
    "Calculation",
    "CodeHolds",
    "Comparison",
    "Condition",
    "Every",
    "HeadingIs",
    "Length",
    "Near",
    "Not",
    "Number",
    "Phrase",
    "Serial",
    "Some",
    "String",
    "VariableIs",
    "Word",
    "condition_text",
    "walk",
]

Place = tuple[int, int]  # line and column of a file, from 1


@dataclass(frozen=True)
class Placed:
    """What stands at a place of a file; two that stand at different places are equal."""

    place: Place = field(default=(0, 0), compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Word(Placed):
    """A word by its base form, part of speech, conjugated form and surface; empty: any."""

    base: str = ""
    pos: str = ""
    form: str = ""
    surface: str = ""


@dataclass(frozen=True)
class Phrase(Placed):
    """Words that follow each other."""

    words: tuple[Word, ...]


@dataclass(frozen=True)
class String(Placed):
    """Characters as they stand."""

    text: str


@dataclass(frozen=True)
class Near(Placed):
    """Words within a distance (None: any); `ordered` for ``seq``.

    `scope` is ``"b"`` for one sentence, ``"d"`` for one paragraph, empty for the unit coded.
    """

    parts: tuple[Word | Phrase | String, ...]
    distance: int | None = 10
    scope: str = ""
    ordered: bool = False


@dataclass(frozen=True)
class VariableIs(Placed):
    """An outside variable; with `value` None its number."""

    variable: str
    value: str | None


@dataclass(frozen=True)
class HeadingIs(Placed):
    """The heading of a level."""

    level: int
    value: str


@dataclass(frozen=True)
class CodeHolds(Placed):
    """Another code of the file, which stands before."""

    name: str


@dataclass(frozen=True)
class Number(Placed):
    """A number."""

    value: float


@dataclass(frozen=True)
class Serial(Placed):
    """``No.``: the number of the unit, from 1."""


@dataclass(frozen=True)
class Length(Placed):
    """``lw`` or ``lc``: the length of the unit in words or characters."""

    unit: str


@dataclass(frozen=True)
class Not:
    """What must not hold."""

    part: Condition


@dataclass(frozen=True)
class Every:
    """Conditions joined by ``and``."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """Conditions joined by ``or``."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Comparison:
    """Two numbers compared."""

    sign: str
    left: Condition
    right: Condition


@dataclass(frozen=True)
class Calculation:
    """Numbers joined by ``+`` and ``-``, or by ``*`` and ``/``, from left to right."""

    parts: tuple[Condition, ...]
    signs: tuple[str, ...]


Condition = (
    Word
    | Phrase
    | String
    | Near
    | VariableIs
    | HeadingIs
    | CodeHolds
    | Number
    | Serial
    | Length
    | Not
    | Every
    | Some
    | Comparison
    | Calculation
)


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all that it is made of, from left to right."""
    waiting: list[Condition] = [condition]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case Not(part):
                waiting.append(part)
            case Comparison(_, left, right):
                waiting += [right, left]
            case Every(parts) | Some(parts) | Calculation(parts, _) | Near(parts) | Phrase(parts):
                waiting += reversed(parts)


def _rank(condition: Condition) -> int:
    """Return how tightly a condition holds together; what is looser inside needs parentheses."""
    match condition:
        case Some():
            return 1
        case Every():
            return 2
        case Not():
            return 3
        case Comparison():
            return 4
        case Calculation(_, signs):
            return 5 if signs[0] in "+-" else 6
        case _:
            return 7


def condition_text(condition: Condition) -> str:
    """Write a condition as KH Coder reads it; inverse of the parser.

    Examples
    --------
    >>> condition_text(Every((Word("友人"), Some((Word("恋"), Not(String("愛し")))))))
    "友人 and ( 恋 or not '愛し' )"
    """
    match condition:
        case Some(parts):
            return " or ".join(_inside(part, 1) for part in parts)
        case Every(parts):
            return " and ".join(_inside(part, 2) for part in parts)
        case Not(part):
            return "not " + _inside(part, 2)
        case Comparison(sign, left, right):
            return f"{_inside(left, 4)} {sign} {_inside(right, 4)}"
        case Calculation(parts, signs):
            rank = _rank(condition)
            first, *others = [_inside(part, rank) for part in parts]
            pairs = zip(signs, others, strict=True)
            return " ".join([first, *(f"{sign} {other}" for sign, other in pairs)])
        case _:
            return _atom(condition)


def _inside(part: Condition, rank: int) -> str:
    text = condition_text(part)
    return text if _rank(part) > rank else f"( {text} )"


def _atom(condition: Condition) -> str:
    match condition:
        case Word() as word:
            return _word(word)
        case Phrase(words):
            return "+".join(map(_word, words))
        case String(text):
            return _quoted(text)
        case Near(parts, distance, scope, ordered):
            joined = "-".join(_atom(part) for part in parts)
            within = "" if distance is None else distance
            return f"{'seq' if ordered else 'near'}({joined})[{within}{scope}]"
        case VariableIs(variable, value):
            name = _bare_or_quoted(variable)
            return f"<>{name}" if value is None else f"<>{name}-->{_bare_or_quoted(value)}"
        case HeadingIs(level, value):
            return f"<>見出し{level}-->{_bare_or_quoted(value)}"
        case CodeHolds(name):
            return f"<＊{name}>"
        case Number(value):
            return format(value, "f").rstrip("0").rstrip(".")
        case Serial():
            return "No."
        case Length(unit):
            return unit
        case _:
            raise AssertionError(condition)


def _word(word: Word) -> str:
    marks = (("-->", word.pos), ("->", word.form), ("=>", word.surface))
    return word.base + "".join(mark + value for mark, value in marks if value)


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _bare_or_quoted(text: str) -> str:
    is_plain = text != "" and re.search(r"[^\w.・ー]", text) is None
    return text if is_plain or ("'" in text and '"' in text) else _quoted(text)
