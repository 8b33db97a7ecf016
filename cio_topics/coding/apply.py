"""Conditions → which units they hold for.

A condition's value is a number a unit, not a number where SQL would say ``NULL`` (a division by 0
and what follows from it), since KH Coder calculates in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cio_topics.coding.pos import FORMS, PARTS_OF_SPEECH, fold_name
from cio_topics.coding.rules import CodingRules
from cio_topics.coding.tree import (
    Calculation,
    CodeHolds,
    Comparison,
    Condition,
    Every,
    HeadingIs,
    Length,
    Near,
    Not,
    Number,
    Phrase,
    Serial,
    Some,
    String,
    VariableIs,
    Word,
    condition_text,
    walk,
)
from cio_topics.coding.units import Bounds, CodingText
from cio_topics.coding.variables import Variables, unit_values, variable_names
from cio_topics.coding.words import Integers, khcoder_text
from cio_topics.errors import CodebookError, SettingsError, choices, shorten

__all__ = ["Coded", "Note", "code_units"]

Floats = NDArray[np.float64]


class Note(NamedTuple):
    """What a reader of the result should know."""

    en: str
    ja: str


class Coded(NamedTuple):
    """Which codes hold for each unit of a text, and notes."""

    text: CodingText
    unit: str
    codes: pd.DataFrame
    notes: tuple[Note, ...]

    @property
    def units(self) -> pd.DataFrame:
        """The units, a row each, as of :meth:`CodingText.table`."""
        return self.text.table(self.unit)


def code_units(
    rules: CodingRules,
    text: CodingText,
    unit: str = "paragraph",
    variables: Sequence[Variables] = (),
) -> Coded:
    r"""Say which codes hold for which units.

    Parameters
    ----------
    rules : CodingRules
    text : CodingText
    unit : str, default "paragraph"
        One of :data:`~cio_topics.coding.units.UNITS`.
    variables : sequence of Variables
        What ``<>variable-->value`` may ask for.

    Returns
    -------
    Coded
        `codes` has a column of truth values for each code, in the order of the rules, and a row a
        unit; `units` says which those are; `notes` name what no unit can meet: a heading or a
        variable of smaller units, a value no unit has, an unknown part of speech, a word with a
        full-width sign.

    Raises
    ------
    CodebookError
        A rule asks for a variable that was not given; with line and column.
    SettingsError
        The text has no such units.

    Examples
    --------
    >>> from cio_topics.coding import parse_rules
    >>> rules = parse_rules("＊父\n父\n＊海\n海 and not <＊父>")
    >>> coded = code_units(rules, CodingText(["海へ行った。父は待った。"]), "sentence")
    >>> coded.codes.values.tolist()
    [[False, True], [True, False]]
    """
    checked = _check_has(text, unit)
    evaluation = _Evaluation(rules, text, unit, checked, variables)
    for rule in rules.rules:
        evaluation.codes[rule.name] = _holds(evaluation.value(rule.condition))
    codes = pd.DataFrame(evaluation.codes, columns=list(rules.names))
    notes = [*evaluation.notes, *_unknown_names(rules), *_wide_signs(rules, text)]
    return Coded(text, unit, codes, tuple(dict.fromkeys(notes)))


def _check_has(text: CodingText, unit: str) -> Bounds:
    bounds = text.bounds(unit)
    if not len(bounds.starts):
        raise SettingsError(
            f"{text.name} has no unit {unit}; it has: {choices(text.units)}.",
            "Choose one of them, or mark headings as <H1>…</H1>.",
            "上の単位を選ぶか、見出しを <H1>…</H1> で示してください。",
        )
    return bounds


def _holds(values: Floats) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(values) & (values != 0), dtype=np.bool_)


def _unknown_names(rules: CodingRules) -> list[Note]:
    """Return notes about parts of speech and forms that no word can have."""
    notes = []
    words = [
        node for rule in rules.rules for node in walk(rule.condition) if isinstance(node, Word)
    ]
    for word in words:
        if word.pos and fold_name(word.pos) not in PARTS_OF_SPEECH:
            known = choices(PARTS_OF_SPEECH)
            notes.append(
                Note(
                    f"{condition_text(word)}: no word has this part of speech; known: {known}.",
                    f"{condition_text(word)}: この品詞の語はありません。品詞名: {known}。",
                )
            )
        if word.form and fold_name(word.form) not in (*FORMS, "命令"):
            known = choices(FORMS)
            notes.append(
                Note(
                    f"{condition_text(word)}: no word has this conjugated form; known: {known}.",
                    f"{condition_text(word)}: この活用形の語はありません。活用形名: {known}。",
                )
            )
    return notes


_WIDE_SIGN = re.compile("[｜＆！＋＞＜＝（）].|.[｜＆！＋＞＜＝（）]")


def _wide_signs(rules: CodingRules, text: CodingText) -> list[Note]:
    """Return notes about words that may be meant as operators: they hold full-width signs."""
    nodes = [node for rule in rules.rules for node in walk(rule.condition)]
    words = [node for node in nodes if isinstance(node, Word) and _WIDE_SIGN.search(node.base)]
    return [
        Note(
            f"{condition_text(word)}: no such word in the text; operators have half-width signs.",
            f"{condition_text(word)}: この語はありません。演算子は半角の記号で書いてください。",
        )
        for word in words
        if not len(text.words.find(word))
    ]


_COMPARE: dict[str, Callable[[Floats, Floats], NDArray[np.bool_]]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_CALCULATE: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class _Evaluation:
    """The values of conditions on the units of one kind, and the codes known so far."""

    def __init__(
        self,
        rules: CodingRules,
        text: CodingText,
        unit: str,
        bounds: Bounds,
        variables: Sequence[Variables],
    ) -> None:
        self.rules, self.text, self.unit, self.bounds = rules, text, unit, bounds
        self.variables = variables
        self.n = len(bounds.starts)
        self.codes: dict[str, NDArray[np.bool_]] = {}
        self.notes: list[Note] = []
        self.scopes: dict[str, Integers] = {}  # by kind of unit

    def value(self, node: Condition) -> Floats:
        """Return a condition's number for each unit."""
        match node:
            case Every(parts):
                return reduce(_and, (self.value(part) for part in parts))
            case Some(parts):
                return reduce(_or, (self.value(part) for part in parts))
            case Not(part):
                value = self.value(part)
                return np.where(np.isnan(value), np.nan, (value == 0).astype(np.float64))
            case Comparison(sign, left, right):
                one, other = self.value(left), self.value(right)
                unknown = np.isnan(one) | np.isnan(other)
                agree = _COMPARE[sign](one, other).astype(np.float64)
                return np.where(unknown, np.nan, agree)
            case Calculation(parts, signs):
                return self._calculated(parts, signs)
            case _:
                return self._atom(node)

    def _calculated(self, parts: tuple[Condition, ...], signs: tuple[str, ...]) -> Floats:
        value = self.value(parts[0])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for sign, part in zip(signs, parts[1:], strict=True):
                value = _CALCULATE[sign](value, self.value(part))
        return np.where(np.isfinite(value), value, np.nan)

    def _atom(self, node: Condition) -> Floats:
        match node:
            case Number(number):
                return np.full(self.n, number)
            case Serial():
                return np.arange(1.0, self.n + 1)
            case Length(unit):
                return self._length(unit)
            case CodeHolds(name):
                return self.codes[name].astype(np.float64)
            case VariableIs() | HeadingIs():
                return self._variable(node)
            case Word() | Phrase() | String() | Near():
                return self.bounds.tally(self._places(node)).astype(np.float64)
            case _:
                raise AssertionError(node)

    def _length(self, unit: str) -> Floats:
        words = self.text.words
        if unit == "lw":
            return self.bounds.tally(words.starts).astype(np.float64)
        sums = np.concatenate([[0.0], np.cumsum(words.lengths, dtype=np.float64)])
        first = np.searchsorted(words.starts, self.bounds.starts)
        last = np.searchsorted(words.starts, self.bounds.ends)
        length: Floats = sums[last] - sums[first]
        return length

    def _variable(self, node: VariableIs | HeadingIs) -> Floats:
        if isinstance(node, HeadingIs):
            name, wanted = f"h{node.level}", node.value
            values = unit_values(self.text, self.unit, (), name)
        else:
            name, wanted = node.variable, node.value or ""
            if name not in variable_names(self.variables):
                raise self._no_variable(node)
            values = unit_values(self.text, self.unit, self.variables, name)
        if values is None:
            self.notes.append(_too_small(node, self.unit))
            return np.zeros(self.n)
        if isinstance(node, VariableIs) and node.value is None:
            return np.asarray(pd.to_numeric(values, errors="coerce"), dtype=np.float64)
        return self._value_is(node, values, wanted)

    def _value_is(
        self, node: VariableIs | HeadingIs, values: pd.Series[str], wanted: str
    ) -> Floats:
        """Compare; where no value is equal, kinds of blanks and ``_`` count as the same."""
        agree = values == wanted
        if not agree.any():
            same = [v for v in values.unique() if _fold_blanks(v) == _fold_blanks(wanted)]
            agree = values.isin(same)
        if not agree.any():
            self.notes.append(_no_such_value(node, values))
        return np.asarray(agree, dtype=np.float64)

    def _no_variable(self, node: VariableIs) -> CodebookError:
        known = choices(variable_names(self.variables)) or "(none were given)"
        return self.rules.error(
            node.place,
            f"there is no outside variable {shorten(node.variable)}; expected one of: {known}.",
            "Give a table of variables with --variables, or correct the name.",
            "--variables で外部変数の表を指定するか、変数名を直してください。",
        )

    def _places(self, node: Condition) -> Integers:
        """Return where in the text something begins that is wholly in a unit."""
        if isinstance(node, String):
            return self._strings(node.text, self.bounds)[0]
        return self.text.words.starts[self._tokens(node)]

    def _strings(self, wanted: str, bounds: Bounds) -> tuple[Integers, Integers]:
        either = dict.fromkeys([wanted, khcoder_text(wanted)])  # the text may be as KH Coder's
        pattern = "|".join(map(re.escape, either))
        found = [m.span() for m in re.finditer(pattern, self.text.text)]
        spans = np.array(found, dtype=np.int64).reshape(-1, 2)
        unit = bounds.of(spans[:, 0])
        inside = (unit >= 0) & (spans[:, 1] <= bounds.ends[unit])
        return spans[inside, 0], spans[inside, 1]

    def _tokens(self, node: Condition) -> Integers:
        """Return the words at which something begins, in their order."""
        match node:
            case Word():
                return self.text.words.find(node)
            case Phrase(words):
                return self._phrases(words)
            case String(text):
                starts, _ = self._strings(text, self.text.bounds("paragraph"))
                tokens = np.searchsorted(self.text.words.starts, starts, side="right") - 1
                return np.unique(tokens[tokens >= 0])
            case Near():
                return self._chains(node) if node.ordered else self._neighbours(node)
            case _:
                raise AssertionError(node)

    def _phrases(self, words: tuple[Word, ...]) -> Integers:
        """Return where words follow each other in one line."""
        found = self.text.words.find(words[0])
        for offset, word in enumerate(words[1:], start=1):
            found = found[np.isin(found + offset, self.text.words.find(word))]
        lines = self._scopes("d")
        kept: Integers = found[lines[found] == lines[found + len(words) - 1]]
        return kept

    def _scopes(self, scope: str) -> Integers:
        """Return the unit that each word is in: a sentence, a paragraph or what is coded."""
        kind = {"b": "sentence", "d": "paragraph"}.get(scope, self.unit)
        if kind not in self.scopes:
            self.scopes[kind] = self.text.bounds(kind).of(self.text.words.starts)
        return self.scopes[kind]

    def _window(self, node: Near, of: Integers) -> tuple[Integers, Integers]:
        """Return the first and the last word around each word that are in its scope and near."""
        scopes = self._scopes(node.scope)
        unit = self._scopes("")
        is_new = (scopes[1:] != scopes[:-1]) | (unit[1:] != unit[:-1])
        begins = np.flatnonzero(np.append(True, is_new))
        place = np.searchsorted(begins, of, side="right")
        first = begins[place - 1]
        last = np.append(begins, len(scopes))[place] - 1
        if node.distance is None:
            return first, last
        return np.maximum(of - node.distance, first), np.minimum(of + node.distance, last)

    def _neighbours(self, node: Near) -> Integers:
        """Return the first part's places that have each of the others near them."""
        found = self._tokens(node.parts[0])
        for part in node.parts[1:]:
            others = self._tokens(part)
            low, high = self._window(node, found)
            n = np.searchsorted(others, high, side="right") - np.searchsorted(others, low)
            found = found[n > np.isin(found, others)]  # a word is not near itself
        return found

    def _chains(self, node: Near) -> Integers:
        """Return the first part's places after which the others follow, each near the last."""
        following = self._tokens(node.parts[-1])
        for part in reversed(node.parts[:-1]):
            found = self._tokens(part)
            _, high = self._window(node, found)
            n = np.searchsorted(following, high, side="right")
            following = found[n > np.searchsorted(following, found, side="right")]
        return following


def _too_small(node: VariableIs | HeadingIs, unit: str) -> Note:
    return Note(
        f"{condition_text(node)} holds for no unit {unit}: its values belong to smaller units.",
        f"{condition_text(node)}: 値がより小さい単位のものなので、単位 {unit} では成り立ちません。",
    )


def _fold_blanks(text: str) -> str:
    return " ".join(khcoder_text(text).replace("_", " ").split())


def _no_such_value(node: VariableIs | HeadingIs, values: pd.Series[str]) -> Note:
    known = choices(value[:30] for value in values.unique() if value) or "-"
    return Note(
        f"{condition_text(node)}: no unit has this value; found: {known}.",
        f"{condition_text(node)}: この値の単位はありません。値: {known}。",
    )


def _and(one: Floats, other: Floats) -> Floats:
    """Return 0 where one is false, else what is not known, else 1."""
    false = (one == 0) | (other == 0)
    return np.where(false, 0.0, np.where(np.isnan(one) | np.isnan(other), np.nan, 1.0))


def _or(one: Floats, other: Floats) -> Floats:
    """Return 1 where one is true, else what is not known, else 0."""
    true = _holds(one) | _holds(other)
    return np.where(true, 1.0, np.where(np.isnan(one) | np.isnan(other), np.nan, 0.0))
