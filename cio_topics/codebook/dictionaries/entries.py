"""Keys with their patterns ↔ codebook: what all dictionaries have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import NamedTuple

import pandas as pd

from cio_topics.codebook.dictionaries.paths import Path, path_name, theme_ids, theme_paths
from cio_topics.codebook.dictionaries.patterns import read_pattern, rule_patterns
from cio_topics.codebook.model import Codebook, Rule, Theme
from cio_topics.errors import CodebookError, shorten
from cio_topics.files import decode_japanese

__all__ = [
    "MOST_LEVELS",
    "Entry",
    "Problem",
    "book_from_entries",
    "entries_from_book",
    "problem_table",
    "read_text",
]

#: Keys within keys that are followed.
MOST_LEVELS = 20
_MOST_BYTES = 20_000_000
_VERSION = "1"


class Entry(NamedTuple):
    """A key of a dictionary: where it stands, its patterns, what is said of it."""

    path: Path
    patterns: tuple[str, ...]
    description: str = ""


class Problem(NamedTuple):
    """What could not go over: where it stands, what it is, and why."""

    where: str
    what: str
    reason: str


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return problems as a table ``where, what, reason``."""
    return pd.DataFrame(list(problems), columns=list(Problem._fields), dtype="str")


def read_text(path: FilePath, what: str) -> str:
    """Return the text of a dictionary's file.

    Raises
    ------
    CodebookError
        No such file, a file of more than 20 MB, or one that is no text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CodebookError(
            f"cannot read the {what} {str(path)!r}: {error.strerror or error}.",
            "Give the path of a file.",
            "ファイルのパスを指定してください。",
        ) from error
    if len(content) > _MOST_BYTES:
        raise CodebookError(
            f"{path.name} has {len(content):,} bytes; expected a dictionary of at most "
            f"{_MOST_BYTES:,}."
        )
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return decode_japanese(content)
    except UnicodeDecodeError as error:
        raise CodebookError(
            f"{path.name} is neither UTF-8 nor Shift_JIS (cp932).",
            "Save it in UTF-8.",
            "UTF-8 で保存し直してください。",
        ) from error


def book_from_entries(
    entries: Sequence[Entry], name: str, wildcards: str
) -> tuple[Codebook, list[Problem]]:
    """Return the codebook of some keys: one theme a key, its patterns as rules.

    Entries of one path are joined. Words and words with blanks make one rule, each other pattern
    one of its own.

    Raises
    ------
    CodebookError
        No key at all.
    """
    joined: dict[Path, Entry] = {}
    for entry in entries:
        before = joined.get(entry.path, Entry(entry.path, ()))
        patterns = tuple(dict.fromkeys((*before.patterns, *entry.patterns)))
        joined[entry.path] = Entry(entry.path, patterns, before.description or entry.description)
    if not joined:
        raise CodebookError(
            f"{shorten(name)} has no key; expected a dictionary with at least one.",
            "Give a dictionary with keys and patterns.",
            "見出し(キー)と語のある辞書を指定してください。",
        )
    themes, problems = [], []
    for entry, theme_id in zip(joined.values(), theme_ids(list(joined)), strict=True):
        rules, odd = _rules(entry, theme_id, wildcards)
        said = (entry.description, entry.description)
        label = path_name(entry.path)
        themes.append(Theme(theme_id, label, label, *said, rules=rules))
        problems += odd
    return Codebook(_VERSION, _VERSION, name, name, tuple(themes)), problems


def _rules(entry: Entry, theme_id: str, wildcards: str) -> tuple[tuple[Rule, ...], list[Problem]]:
    terms: list[str] = []
    others: list[dict[str, object]] = []
    problems: list[Problem] = []
    for pattern in entry.patterns:
        found = read_pattern(pattern, wildcards)
        if found.reason:
            reason = f"{found.reason}; it is left out"
            problems.append(Problem(path_name(entry.path), pattern, reason))
        elif found.term:
            terms.append(found.term)
        else:
            others.append({"near": found.near, "regex": found.regex})
    asked = [*([{"any": tuple(dict.fromkeys(terms))}] if terms else []), *others]
    rules = [
        Rule(f"{theme_id}.{place}", **conditions)  # type: ignore[arg-type]
        for place, conditions in enumerate(asked, start=1)
    ]
    return tuple(rules), problems


def entries_from_book(
    codebook: Codebook, wildcards: str, *, nest: bool, describe: bool
) -> tuple[list[Entry], list[Problem]]:
    """Return the keys of a codebook with their patterns, and what they cannot say.

    Parameters
    ----------
    codebook : Codebook
    wildcards : str
        Of the dictionary: ``*`` and ``?``, or ``*`` alone.
    nest : bool
        Whether a key can have both patterns and keys below it.
    describe : bool
        Whether a key can have a description.

    Raises
    ------
    CodebookError
        Nothing is left to write.
    """
    entries: list[Entry] = []
    problems = _head_problems(codebook)
    paths = theme_paths(codebook.themes, nest=nest)
    for theme, path in zip(codebook.themes, paths, strict=True):
        patterns, odd = _theme_patterns(theme, wildcards)
        same = theme.definition_ja == theme.definition_en
        said = theme.definition_ja if describe and same else ""
        problems += [*_theme_problems(theme, path, said), *odd]
        if patterns:
            entries.append(Entry(path, patterns, said))
        elif theme.id != codebook.fallback:
            reason = "no pattern is left; the key is not written"
            problems.append(Problem(f"theme {theme.id}", "theme", reason))
    if not entries:
        raise CodebookError(
            "no rule of the codebook can be written as a pattern of a dictionary; expected at "
            "least one with `any`.",
            "Write the codebook as TOML, or give its themes words to look for.",
            "TOML で書き出すか、テーマに any の語を加えてください。",
        )
    return entries, problems


def _theme_patterns(theme: Theme, wildcards: str) -> tuple[tuple[str, ...], list[Problem]]:
    patterns: list[str] = []
    problems: list[Problem] = []
    for rule in theme.rules:
        found, lost = rule_patterns(rule, wildcards)
        patterns += found
        problems += [Problem(f"rule {rule.id}", what, reason) for what, reason in lost]
    return tuple(dict.fromkeys(patterns)), problems


def _head_problems(codebook: Codebook) -> list[Problem]:
    lost = [
        f"{key} = {value}"
        for key, value, kept in (
            ("version", codebook.version, _VERSION),
            ("rules_version", codebook.rules_version, _VERSION),
            ("name_en", codebook.name_en, codebook.name_ja),
            ("unit", codebook.unit, ""),
        )
        if value not in ("", kept)
    ]
    problems = [Problem("codebook", what, "a dictionary does not have it") for what in lost]
    if codebook.fallback:
        reason = "a dictionary gives nothing to a text in which it finds nothing"
        problems.append(Problem("codebook", f"fallback = {codebook.fallback}", reason))
    return problems


def _theme_problems(theme: Theme, path: Path, said: str) -> list[Problem]:
    names = {"name_ja": theme.name_ja, "name_en": theme.name_en}
    keys = ("definition_ja", "definition_en", "include", "exclude")
    texts = {key: getattr(theme, key) for key in keys}
    lost = [key for key, value in names.items() if value not in ("", path_name(path))]
    lost += [key for key, value in texts.items() if value and not (said and value == said)]
    if not lost:
        return []
    reason = "a dictionary has one name a key; the id is written" if lost[0] in names else ""
    return [Problem(f"theme {theme.id}", ", ".join(lost), reason or "a dictionary has no texts")]
