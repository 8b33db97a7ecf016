"""Themes that people defined, their rules, and the codebook that holds them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cio_topics.corpus.schema import STATUSES
from cio_topics.errors import CodebookError, choices, shorten
from cio_topics.text import normalize

__all__ = ["Codebook", "Near", "Rule", "Theme"]


_THEME_ID = re.compile(r"[A-Za-z0-9_-]+")


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True)
class Near:
    """Terms that stand close together.

    Invariant: two or more terms, `distance` not negative.

    Parameters
    ----------
    terms : tuple of str
    distance : int
        Characters between the first and the last term that belong to none of them, at most.
    ordered : bool, default False
        Whether the terms must follow each other as listed.
    """

    terms: tuple[str, ...]
    distance: int
    ordered: bool = False

    def __post_init__(self) -> None:
        if len(self.terms) < 2 or self.distance < 0:
            raise CodebookError(
                f"near has {len(self.terms)} terms and distance {self.distance}; expected two or "
                "more terms and a distance of 0 or more."
            )


@dataclass(frozen=True)
class Rule:
    """One reason to give a theme to an item.

    Every condition that is set must hold: one of `any`, each of `all`, none of `not_`, the terms
    of `near` close together, `regex` found, the item's status, date and body as asked, and no rule
    of a theme in `unless` holds. A date of month or year precision meets a window only if its
    whole span does.

    Invariant: at least one of `any`, `all`, `near`, `regex` is set, so that a rule always has
    something to show; expressions compile; statuses are known.

    Parameters
    ----------
    id : str
        Unique in the codebook.
    any, all, not_ : tuple of str
        Terms; compared with the normalized title, ASCII letters in either case.
    near : Near, optional
    regex : str
        Searched in the normalized title, in either case.
    status : tuple of str
        One of these statuses.
    since, until : str
        Days between which the whole span of the date must lie, both included.
    body : str
        An expression searched in the body's name.
    unless : tuple of str
        Themes none of whose rules may hold.
    note : str
        Why the rule is as it is.

    Raises
    ------
    CodebookError
    """

    id: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    not_: tuple[str, ...] = ()
    near: Near | None = None
    regex: str = ""
    status: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    body: str = ""
    unless: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if not (self.any or self.all or self.near or self.regex):
            raise CodebookError(
                f"rule {self.id!r} finds nothing: expected any, all, near or regex.",
                "Add one of them.",
                "any・all・near・regex のいずれかを書いてください。",
            )
        for name, expression in (("regex", self.regex), ("body", self.body)):
            try:
                re.compile(expression)
            except re.error as error:
                raise CodebookError(
                    f"rule {self.id!r}: {name} {shorten(expression)} is no regular expression: "
                    f"{error}."
                ) from error
        for name, day in (("since", self.since), ("until", self.until)):
            if day and not _is_day(day):
                raise CodebookError(
                    f"rule {self.id!r}: {name} is {shorten(day)}; expected a real day as "
                    "2012-04-01."
                )
        if self.regex and re.search(self.regex, ""):
            raise CodebookError(
                f"rule {self.id!r}: regex {shorten(self.regex)} matches the empty text, and so "
                "every title."
            )
        unknown = [status for status in self.status if status not in STATUSES]
        if unknown:
            known = choices(status for status in STATUSES if status)
            raise CodebookError(
                f"rule {self.id!r}: unknown status {shorten(unknown[0])}; expected some of: "
                f"{known}."
            )
        for term in (*self.any, *self.all, *self.not_, *(self.near.terms if self.near else ())):
            if not normalize(term):
                raise CodebookError(f"rule {self.id!r} has an empty term; expected a text.")


@dataclass(frozen=True)
class Theme:
    """A theme: its names, what it takes in and leaves out, and its rules.

    Parameters
    ----------
    id : str
        Letters, digits, ``_`` and ``-``.
    name_ja, name_en : str
    definition_ja, definition_en : str
    include, exclude : str
        What belongs to it, and what belongs to another theme.
    rules : tuple of Rule
    """

    id: str
    name_ja: str
    name_en: str
    definition_ja: str = ""
    definition_en: str = ""
    include: str = ""
    exclude: str = ""
    rules: tuple[Rule, ...] = field(default=())


@dataclass(frozen=True)
class Codebook:
    """Themes in their order, and their version.

    Invariants: theme and rule ids are unique; the fallback and every theme a rule refers to exist;
    references between themes (``unless``) make no cycle.

    Parameters
    ----------
    version : str
        Of the themes and their definitions.
    rules_version : str
    name_ja, name_en : str
    themes : tuple of Theme
        At least one.
    fallback : str
        Theme of items that no other theme fits; empty for none.
    unit : str
        What is coded.

    Raises
    ------
    CodebookError
    """

    version: str
    rules_version: str
    name_ja: str
    name_en: str
    themes: tuple[Theme, ...]
    fallback: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.themes:
            raise CodebookError("a codebook without themes; expected at least one [[themes]].")
        _check_unique("theme", self.ids)
        _check_unique("rule", [rule.id for theme in self.themes for rule in theme.rules])
        for theme_id in self.ids:
            if not _THEME_ID.fullmatch(theme_id):
                raise CodebookError(
                    f"theme id {shorten(theme_id)}; expected letters, digits, _ and - only."
                )
        if self.fallback:
            self._check_theme(self.fallback, "fallback")
            if self.theme(self.fallback).rules:
                raise CodebookError(
                    f"the fallback {self.fallback!r} has rules; it is given where no rule holds."
                )
        for theme in self.themes:
            for rule in theme.rules:
                for other in rule.unless:
                    self._check_theme(other, f"rule {rule.id!r}: unless")
        assert len(self.order) == len(self.themes)

    def _check_theme(self, theme: str, where: str) -> None:
        if theme not in self.ids:
            raise CodebookError(
                f"{where} names the unknown theme {shorten(theme)}; expected one of: "
                f"{choices(self.ids)}.",
                "Correct the name or add the theme.",
                "テーマ名を直すか、テーマを追加してください。",
            )

    @property
    def ids(self) -> tuple[str, ...]:
        """Theme ids in the codebook's order."""
        return tuple(theme.id for theme in self.themes)

    def theme(self, theme_id: str) -> Theme:
        """Return one theme.

        Raises
        ------
        CodebookError
            No such theme; the message lists those that exist.
        """
        self._check_theme(theme_id, "the request")
        return next(theme for theme in self.themes if theme.id == theme_id)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Theme ids so that each comes after those its rules refer to."""
        from graphlib import CycleError, TopologicalSorter

        graph = {t.id: sorted({o for r in t.rules for o in r.unless}) for t in self.themes}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            path = " → ".join(reversed(error.args[1]))
            raise CodebookError(
                f"themes refer to each other in a cycle: {path}.",
                "Take one of these `unless` away.",
                "循環している unless を一つ外してください。",
            ) from error


def _check_unique(kind: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise CodebookError(f"two {kind}s are called {shorten(name)}; expected unique ids.")
        seen.add(name)
