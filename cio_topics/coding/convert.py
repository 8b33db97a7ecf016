"""Coding rules ↔ codebooks: what both can say; what they cannot is listed, never left in silence.

A codebook looks for characters in normalized titles. A coding rule looks for words of a dictionary
in texts as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from cio_topics.codebook import Codebook, Near, Rule, Theme
from cio_topics.codebook.dictionaries.problems import CHANGED, LEFT_OUT, Problem, problem_table
from cio_topics.coding.rules import CodingRule, CodingRules, parse_rules
from cio_topics.coding.tree import (
    CodeHolds,
    Condition,
    Every,
    Not,
    Phrase,
    Some,
    String,
    VariableIs,
    Word,
    condition_text,
)
from cio_topics.errors import CodebookError
from cio_topics.text import normalize

__all__ = ["codebook_from_rules", "rules_from_codebook"]

_MOST = 200  # rules that one condition may become


class _CannotSayError(Exception):
    """What a codebook cannot say, and why."""

    def __init__(self, what: str, reason: str, reason_ja: str) -> None:
        self.what, self.reason, self.reason_ja = what, reason, reason_ja
        super().__init__(reason)


# From rules to a codebook -------------------------------------------------------------------------


class _Wanted(NamedTuple):
    """What one rule of a codebook asks for, before it is one."""

    any: tuple[tuple[str, ...], ...] = ()  # lists, of each of which one must stand there
    none: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def and_(self, other: _Wanted) -> _Wanted:
        return _Wanted(self.any + other.any, self.none + other.none, self.unless + other.unless)


class _Codes(NamedTuple):
    """Themes of codes; what those ask for that could be said as a whole."""

    ids: dict[str, str]
    said: dict[str, list[_Wanted]]


def codebook_from_rules(rules: CodingRules) -> tuple[Codebook, pd.DataFrame]:
    r"""Return the codebook that coding rules stand for, and what it does not say.

    A code becomes a theme; the alternatives of its condition become rules. Expressed are words,
    phrases of plain words, strings, ``and``, ``or``, ``not``, and other codes. A code that asks for
    anything else, as a count, a variable or a distance in words, keeps its name and gets no rule
    for that alternative.

    Parameters
    ----------
    rules : CodingRules

    Returns
    -------
    codebook : Codebook
        Theme ids are ``code_1`` … in the order of the codes; names and definitions are those of
        the rules.
    problems : DataFrame, columns ``where, what, outcome, reason, reason_ja``
        In order. `outcome` is ``changed`` (found otherwise than in KH Coder) or ``left out``.

    Examples
    --------
    >>> from cio_topics.coding import parse_rules
    >>> rules = parse_rules("＊開示\n'情報公開' or '開示' and not '非開示'\n＊回数\n開示 >= 3")
    >>> codebook, problems = codebook_from_rules(rules)
    >>> [rule.any for rule in codebook.themes[0].rules], codebook.themes[1].rules
    ([('情報公開',), ('開示',)], ())
    >>> problems[["where", "what", "outcome"]].values.tolist()
    [['回数', '開示 >= 3', 'left out']]
    """
    ids = {name: f"code_{number}" for number, name in enumerate(rules.names, start=1)}
    codes = _Codes(ids, {})
    problems: list[Problem] = []
    themes = []
    for rule in rules.rules:
        wanted, found = _alternatives(rule.name, rule.condition, codes)
        problems += found
        if not any(problem.outcome == LEFT_OUT for problem in found):
            codes.said[rule.name] = wanted
        themes.append(_theme(rule, ids[rule.name], wanted))
    book = Codebook("1", "1", "コーディングルール", "Coding rules", tuple(themes))
    return book, problem_table(dict.fromkeys(problems))


def _theme(rule: CodingRule, theme: str, wanted: list[_Wanted]) -> Theme:
    definition = condition_text(rule.condition)
    own = tuple(
        _codebook_rule(f"{theme}.{number}", one) for number, one in enumerate(wanted, start=1)
    )
    return Theme(theme, rule.name, rule.name, definition, definition, rules=own)


def _alternatives(
    code: str, condition: Condition, codes: _Codes
) -> tuple[list[_Wanted], list[Problem]]:
    """Return the alternatives of a condition that a codebook can say, and problems."""
    parts = condition.parts if isinstance(condition, Some) else (condition,)
    wanted: list[_Wanted] = []
    problems: list[Problem] = []
    for part in parts:
        try:
            found = [_checked(one, part) for one in _wanted(part, codes)]
        except _CannotSayError as cannot:
            problems.append(Problem(code, cannot.what, LEFT_OUT, cannot.reason, cannot.reason_ja))
            continue
        wanted += found
        problems += _changes(code, part)
    return _merged(wanted), problems


def _checked(one: _Wanted, part: Condition) -> _Wanted:
    if not one.any:
        raise _CannotSayError(
            condition_text(part),
            "a rule of a codebook must find something; this one only says what must not be there",
            "コードブックの規則には、見つける語が必要です(否定だけでは書けません)",
        )
    return one


def _wanted(node: Condition, codes: _Codes) -> list[_Wanted]:
    """Return the alternatives of a condition: it holds where one of them does."""
    term = _term(node)
    if term is not None:
        return [_Wanted(any=((term,),))]
    match node:
        case Some(parts):
            return _merged([one for part in parts for one in _wanted(part, codes)])
        case Every(parts):
            combined = [_Wanted()]
            for part in parts:
                others = _wanted(part, codes)
                _check_number(len(combined) * len(others), node)
                combined = [one.and_(other) for one in combined for other in others]
            return combined
        case Not(part):
            return _negated(part, codes)
        case CodeHolds(name) if name in codes.said:
            return codes.said[name]
    raise _cannot(node)


def _check_number(n: int, node: Condition) -> None:
    if n > _MOST:
        raise _CannotSayError(
            condition_text(node),
            f"it would take more than {_MOST} rules",
            f"{_MOST}を超える規則が必要になります",
        )


def _negated(node: Condition, codes: _Codes) -> list[_Wanted]:
    """Return the alternatives of ``not node``."""
    term = _term(node)
    if term is not None:
        return [_Wanted(none=(term,))]
    match node:
        case Not(part):
            return _wanted(part, codes)
        case Some(parts):
            return _wanted(Every(tuple(Not(part) for part in parts)), codes)
        case Every(parts):
            return _wanted(Some(tuple(Not(part) for part in parts)), codes)
        case CodeHolds(name) if name in codes.said:
            return [_Wanted(unless=(codes.ids[name],))]
    raise _cannot(node)


def _cannot(node: Condition) -> _CannotSayError:
    if isinstance(node, CodeHolds):
        reason = (
            "that code could not be said as a whole",
            "参照先のコードを完全には変換できませんでした",
        )
    else:
        reason = (
            "a codebook counts no words and knows neither their distance, parts of speech and "
            "conjugated forms, nor variables, lengths and numbers of units",
            "コードブックでは、語数・語の距離・品詞・活用形・外部変数・長さ・番号を扱えません",
        )
    return _CannotSayError(condition_text(node), *reason)


def _term(node: Condition) -> str | None:
    """Return the characters that stand for a word, a phrase or a string, if they do."""
    match node:
        case String(text):
            return text if normalize(text) else None
        case Word(base, "", "", ""):
            return base if normalize(base) else None
        case Phrase(words):
            terms = [_term(word) for word in words]
            return "".join(map(str, terms)) if all(terms) else None
    return None


def _merged(wanted: list[_Wanted]) -> list[_Wanted]:
    """Join alternatives that ask for one list of terms each and nothing else."""
    merged: list[_Wanted] = []
    for one in wanted:
        is_plain = len(one.any) == 1 and not one.none and not one.unless
        last = merged[-1] if merged else None
        if is_plain and last and len(last.any) == 1 and not last.none and not last.unless:
            merged[-1] = _Wanted(any=(tuple(dict.fromkeys(last.any[0] + one.any[0])),))
        else:
            merged.append(one)
    return merged


def _codebook_rule(rule: str, wanted: _Wanted) -> Rule:
    """Return one rule: the longest list as `any`, single terms as `all`, other lists as `regex`."""
    lists = list(dict.fromkeys(wanted.any))
    single = tuple(terms[0] for terms in lists if len(terms) == 1)
    several = [terms for terms in lists if len(terms) > 1]
    first = several[0] if several else ()
    if not several and len(single) == 1:
        first, single = single, ()
    # Lookaheads from the beginning: each of the other lists has to stand somewhere.
    regex = "".join(f"(?=.*(?:{_any_of(terms)}))" for terms in several[1:])
    return Rule(
        rule,
        any=first,
        all=single,
        not_=tuple(dict.fromkeys(wanted.none)),
        regex=rf"(?s)\A{regex}." if regex else "",
        unless=tuple(dict.fromkeys(wanted.unless)),
    )


def _any_of(terms: Sequence[str]) -> str:
    return "|".join(re.escape(normalize(term)) for term in terms)


def _changes(code: str, condition: Condition) -> list[Problem]:
    """Return what a codebook finds otherwise than KH Coder does."""
    problems = []
    waiting = [condition]
    while waiting:
        node = waiting.pop(0)
        match node:
            case Every(parts) | Some(parts):
                waiting[:0] = parts
            case Not(part):
                waiting.insert(0, part)
            case Word() | Phrase():
                reason = (
                    "a word there, found in all its conjugated forms; here these characters, also "
                    "inside other words",
                    "KH Coder では語(活用形を含む)として、コードブックでは文字列として探します",
                )
                problems.append(Problem(code, condition_text(node), CHANGED, *reason))
            case String(text) if _is_folded(text):
                reason = (
                    "these characters as they are there; here in their normal form, letters in "
                    "either case and as whole words",
                    "KH Coder では表記のまま、コードブックでは正規化し、"
                    "英字の大小を区別せず単語として探します",
                )
                problems.append(Problem(code, condition_text(node), CHANGED, *reason))
    return problems


def _is_folded(text: str) -> bool:
    """Tell whether a codebook reads a text otherwise than character by character."""
    return normalize(text) != text or re.search("[A-Za-z0-9]", text) is not None


# From a codebook to rules -------------------------------------------------------------------------


def rules_from_codebook(codebook: Codebook) -> tuple[str, pd.DataFrame]:
    """Return coding rules that stand for a codebook, and what they do not say.

    A theme becomes a code with its Japanese name; its rules become alternatives, their terms
    strings. What a rule asks of the status becomes the outside variable ``status``; `unless`
    becomes ``not <＊code>``. A rule with a distance in characters, a regular expression other than
    a list of texts, dates, or a body is left out as a whole: without a part of what it asks it
    would hold more often.

    Parameters
    ----------
    codebook : Codebook

    Returns
    -------
    text : str
        To be saved as a ``.cod`` file; codes stand in an order in which references resolve.
    problems : DataFrame, columns ``where, what, outcome, reason, reason_ja``
        As of :func:`codebook_from_rules`.

    Raises
    ------
    CodebookError
        No rule can be written.

    Examples
    --------
    >>> rules = (Rule("a", any=("情報公開", "開示"), not_=("非開示",)), Rule("b", regex="公.*開"))
    >>> theme = Theme("open", "開示", "Disclosure", rules=rules)
    >>> text, problems = rules_from_codebook(Codebook("1", "1", "例", "example", (theme,)))
    >>> print(text, end="")
    ＊開示
    ( '情報公開' or '開示' ) and not '非開示'
    >>> problems[["where", "what", "outcome"]].values.tolist()
    [['b', 'regex = "公.*開"', 'left out']]
    """
    problems: list[Problem] = []
    names = _code_names(codebook)
    written: set[str] = set()
    incomplete: set[str] = set()
    parts = []
    for theme_id in codebook.order:
        theme = codebook.theme(theme_id)
        lines, found = _theme_lines(theme, names, written, incomplete)
        problems += found
        if any(problem.outcome == LEFT_OUT for problem in found):
            incomplete.add(theme_id)
        if lines:
            written.add(theme_id)
            parts.append(f"＊{names[theme_id]}\n" + "\nor ".join(lines) + "\n")
    if not parts:
        raise CodebookError(
            "no rule of the codebook can be written as a coding rule.",
            "Use rules with any, all and not.",
            "any・all・not を使った規則にしてください。",
        )
    text = "\n".join(parts)
    parse_rules(text)  # what is written can be read
    return text, problem_table(dict.fromkeys(problems))


def _code_names(codebook: Codebook) -> dict[str, str]:
    names: dict[str, str] = {}
    for theme in codebook.themes:
        name = re.sub(r"[\s>＞]+", " ", theme.name_ja).strip().lstrip("＊*#") or theme.id
        names[theme.id] = name if name not in names.values() else f"{name} {theme.id}"
    return names


def _theme_lines(
    theme: Theme, names: dict[str, str], written: set[str], incomplete: set[str]
) -> tuple[list[str], list[Problem]]:
    """Return a theme's rules as conditions, a line each, and problems."""
    lines: list[str] = []
    problems: list[Problem] = []
    if not theme.rules:
        problems.append(
            Problem(
                theme.id,
                names[theme.id],
                LEFT_OUT,
                "the theme has no rules; a code needs a condition",
                "テーマに規則がありません(コードには条件が必要です)",
            )
        )
    for rule in theme.rules:
        lost = _lost(rule)
        problems += lost
        if lost:
            continue
        condition = _condition(rule, names, written)
        lines.append(condition_text(condition))
        problems += _rule_changes(rule, names, written, incomplete)
    return lines, problems


def _lost(rule: Rule) -> list[Problem]:
    """Return why a rule cannot be written, if it cannot."""
    lost = []
    if rule.near:
        lost.append((f"near = {_near_text(rule.near)}", *_NEAR_REASON))
    if rule.regex and _literals(rule.regex) is None:
        lost.append((f'regex = "{rule.regex}"', *_REGEX_REASON))
    for key in ("since", "until", "body"):
        if getattr(rule, key):
            lost.append((f'{key} = "{getattr(rule, key)}"', *_CONTEXT_REASON))
    for term in _terms(rule):
        if ("'" in term and '"' in term) or "\n" in term:
            lost.append((term, *_QUOTE_REASON))
    return [Problem(rule.id, what, LEFT_OUT, why, why_ja) for what, why, why_ja in lost]


_NEAR_REASON = (
    "a distance in characters; near() and seq() of KH Coder count words",
    "文字数による近さです(KH Coder の near()・seq() は語数で数えます)",
)
_REGEX_REASON = (
    "a regular expression; KH Coder has none",
    "正規表現です(KH Coder のコーディングルールにはありません)",
)
_CONTEXT_REASON = (
    "dates, and expressions for bodies, are nothing a coding rule can ask for",
    "日付や会議体の条件は、コーディングルールでは書けません",
)
_QUOTE_REASON = (
    "a text with both kinds of quotation marks, or of several lines",
    "2種類の引用符、または改行を含む文字列です",
)


def _near_text(near: Near) -> str:
    return f"{'-'.join(near.terms)} [{near.distance}]"


def _terms(rule: Rule) -> tuple[str, ...]:
    return (*rule.any, *rule.all, *rule.not_, *(_literals(rule.regex) or ()))


def _literals(regex: str) -> tuple[str, ...] | None:
    """Return the texts that an expression is a list of, if it is one."""
    parts = regex.split("|")
    is_plain = all(part and re.escape(part) == part for part in parts)
    return tuple(parts) if is_plain else None


def _condition(rule: Rule, names: dict[str, str], written: set[str]) -> Condition:
    parts: list[Condition] = []
    for terms in (rule.any, _literals(rule.regex) or ()):
        if terms:
            parts.append(_either([String(term) for term in terms]))
    parts += [String(term) for term in rule.all]
    parts += [Not(_either([String(term) for term in rule.not_]))] if rule.not_ else []
    if rule.status:
        parts.append(_either([VariableIs("status", status) for status in rule.status]))
    parts += [Not(CodeHolds(names[theme])) for theme in rule.unless if theme in written]
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _either(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else Some(tuple(conditions))


def _rule_changes(
    rule: Rule, names: dict[str, str], written: set[str], incomplete: set[str]
) -> list[Problem]:
    problems = []
    for term in _terms(rule):
        if _is_folded(term):
            reason = (
                "normalized, in either case and as a whole word here; as it is written in KH Coder",
                "コードブックでは正規化し大小を区別せず単語として、KH Coder では表記のまま探します",
            )
            problems.append(Problem(rule.id, term, CHANGED, *reason))
    for theme in rule.unless:
        if theme in incomplete:
            reason = (
                f"the code {names[theme]} lacks rules that were left out, so this one holds more "
                "often",
                f"コード「{names[theme]}」から除かれた規則があるため、成り立つ場合が増えます",
            )
            problems.append(Problem(rule.id, f"unless = {theme}", CHANGED, *reason))
    return problems
