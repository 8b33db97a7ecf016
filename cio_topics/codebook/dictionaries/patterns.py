r"""Patterns of a dictionary ↔ conditions of a rule.

A dictionary's pattern is a word, words joined by blanks, or a glob: ``*`` for any characters of a
word and, in quanteda, ``?`` for one. Other programs compare patterns with words; rules look for
them anywhere in a title, ASCII words only as whole words.

=====================  ==========================================================
pattern                condition
=====================  ==========================================================
``電子政府``           ``any``
``open data``          ``any``, with the blank
``電子 政府``          ``near``, in order, nothing between: Japanese has no blanks
``tax*``               ``regex``; ``*`` is ``\w*`` and ``?`` is ``\w``
=====================  ==========================================================
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from cio_topics.codebook.dictionaries.problems import CHANGED, LEFT_OUT, Problem, Reason
from cio_topics.codebook.match import word_bound
from cio_topics.codebook.model import Near, Rule
from cio_topics.text import normalize

__all__ = ["Conditions", "read_pattern", "rule_patterns"]

_MOST_STARS = 3  # each multiplies the time an expression may take
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_NO_XML = re.compile("[\ufffe\uffff]")
_PIECE = re.compile(r"\\w\*|\\w|\\(.)| \?", re.DOTALL)
_BOUNDS = re.compile(r"\(\?(?:<!|!)\[(?:A-Za-z|0-9)\]\)")


_EMPTY = Reason("it is empty", "空です")
_EVERYWHERE = Reason("it is found in every title", "どの題名にも当てはまります")
_STARS = Reason(f"more than {_MOST_STARS} *", f"* が{_MOST_STARS}個を超えています")
_ASKED = Reason(
    "a dictionary has patterns alone and cannot ask for this; the whole rule is left out",
    "辞書は語だけで、この条件を書けません(規則全体を除きました)",
)
_WIDER = Reason(
    "a dictionary cannot except anything; the patterns are written and find more than the rule",
    "辞書では除外を書けません(語は書き出したので、規則より多く見つかります)",
)
_NO_NOTES = Reason("a dictionary has no notes", "辞書には注記がありません")
_NO_NEAR = Reason(
    "only Japanese words in order with nothing between them are a pattern",
    "辞書で書けるのは、間に何も挟まずに順に並ぶ日本語の語だけです",
)
_NO_REGEX = Reason("a dictionary has no expressions", "辞書では正規表現を書けません")
_NO_KEPT = Reason("it holds characters that no dictionary keeps", "辞書に書けない文字があります")
_SIDE_BY_SIDE = Reason(
    "a blank would stand for words side by side", "空白は、語が並ぶことを表してしまいます"
)


class Conditions(NamedTuple):
    """What a pattern asks for, one of the three; or why it cannot be asked for."""

    term: str = ""
    near: Near | None = None
    regex: str = ""
    reason: Reason = Reason()


def read_pattern(pattern: str, wildcards: str) -> Conditions:
    r"""Return the condition that a pattern stands for.

    Parameters
    ----------
    pattern : str
    wildcards : str
        Which of ``*`` and ``?`` are wildcards.

    Examples
    --------
    >>> read_pattern("open data", "*?").term
    'open data'
    >>> read_pattern("電子 政府", "*?").near
    Near(terms=('電子', '政府'), distance=0, ordered=True)
    >>> read_pattern("tax*", "*?").regex
    '(?<![A-Za-z])tax\\w*'
    >>> read_pattern("*", "*?").reason.en
    'it is found in every title'
    """
    words = [word for word in pattern.split() if normalize(word)]
    if not words:
        return Conditions(reason=_EMPTY)
    if any(mark in pattern for mark in wildcards):
        return _glob(words, wildcards)
    terms = [words[0]]
    for word in words[1:]:
        if _is_apart(terms[-1], word):
            terms[-1] += f" {word}"
        else:
            terms.append(word)
    if len(terms) == 1:
        return Conditions(term=terms[0])
    return Conditions(near=Near(tuple(terms), 0, ordered=True))


def _is_apart(left: str, right: str) -> bool:
    """Tell whether two words are written with a blank between them."""
    return normalize(left)[-1].isascii() and normalize(right)[0].isascii()


def _glob(words: list[str], wildcards: str) -> Conditions:
    if sum(word.count("*") for word in words if "*" in wildcards) > _MOST_STARS:
        return Conditions(reason=_STARS)
    if not any(normalize(re.sub(f"[{wildcards}]", "", word)) for word in words):
        return Conditions(reason=_EVERYWHERE)
    regex = _word_regex(words[0], wildcards)
    for left, right in pairwise(words):
        joint = " " if left.isascii() and right.isascii() else " ?"
        regex += joint + _word_regex(right, wildcards)
    return Conditions(regex=regex)


def _word_regex(word: str, wildcards: str) -> str:
    parts = re.split(f"([{wildcards}])", re.sub(r"\*+", "*", word) if "*" in wildcards else word)
    texts = [
        {"*": r"\w*", "?": r"\w"}[part] if part in wildcards else re.escape(normalize(part))
        for part in parts
        if part
    ]
    left = "" if word[0] in wildcards else word_bound(normalize(word)[0], "(?<!{})")
    right = "" if word[-1] in wildcards else word_bound(normalize(word)[-1], "(?!{})")
    return left + "".join(texts) + right


def _glob_of(regex: str, wildcards: str) -> str:
    """Return the glob that reads as a regular expression, or nothing."""

    def plain(match: re.Match[str]) -> str:
        return {r"\w*": "*", r"\w": "?", " ?": " "}.get(match[0], match[1] or "")

    glob = _PIECE.sub(plain, _BOUNDS.sub("", regex))
    return glob if read_pattern(glob, wildcards) == Conditions(regex=regex) else ""


def rule_patterns(rule: Rule, wildcards: str) -> tuple[list[str], list[Problem]]:
    """Return the patterns of a rule, and what they cannot say.

    A rule that asks for something a pattern cannot say is left out. One that only excepts
    something (``not``, ``unless``) keeps its patterns; they find more than the rule.

    Examples
    --------
    >>> patterns, lost = rule_patterns(Rule("r", any=("規制", "法令"), not_=("税",)), "*?")
    >>> patterns
    ['規制', '法令']
    >>> [(problem.what, problem.outcome) for problem in lost]
    [('not = 税', 'changed')]
    """
    asked = [key for key in ("any", "all", "near", "regex") if getattr(rule, key)]
    context = [key for key in ("status", "since", "until", "body") if getattr(rule, key)]
    if context or asked == ["all"] or len(asked) > 1:
        what = ", ".join([*asked, *context])
        return [], [Problem(rule.id, what, LEFT_OUT, *_ASKED)]
    found = _patterns(rule, wildcards)
    written = [pattern for _, pattern, reason in found if not reason]
    lost = [Problem(rule.id, what, LEFT_OUT, *reason) for what, _, reason in found if reason]
    if written:
        given = (("not", rule.not_), ("unless", rule.unless))
        excepted = [f"{key} = {', '.join(values)}" for key, values in given if values]
        lost += [Problem(rule.id, what, CHANGED, *_WIDER) for what in excepted]
        if rule.note:
            lost.append(Problem(rule.id, f"note = {rule.note}", LEFT_OUT, *_NO_NOTES))
    return written, lost


def _patterns(rule: Rule, wildcards: str) -> list[tuple[str, str, Reason]]:
    """Return what a rule looks for, the pattern, and why it is none."""
    if rule.any:
        return [(f"any = {term}", *_term_pattern(term, wildcards)) for term in rule.any]
    if rule.near:
        near = rule.near
        pattern = " ".join(near.terms)
        same = read_pattern(pattern, wildcards) == Conditions(near=near)
        what = f"near = {', '.join(near.terms)}; distance {near.distance}"
        return [(what, pattern, Reason() if same else _NO_NEAR)]
    glob = _glob_of(rule.regex, wildcards)
    return [(f"regex = {rule.regex}", glob, Reason() if glob else _NO_REGEX)]


def _term_pattern(term: str, wildcards: str) -> tuple[str, Reason]:
    pattern = " ".join(_CONTROL.sub("", term).split())
    if any(mark in pattern for mark in wildcards):
        marks = " ".join(wildcards)
        return pattern, Reason(f"{marks} would be a wildcard", f"{marks} は任意の文字を表します")
    if normalize(pattern) != normalize(term) or _NO_XML.search(pattern):
        return pattern, _NO_KEPT
    same = read_pattern(pattern, wildcards) == Conditions(term=pattern)
    return pattern, Reason() if same else _SIDE_BY_SIDE
