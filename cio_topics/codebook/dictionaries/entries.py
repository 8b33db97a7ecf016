"""Keys with their patterns ↔ codebook: what all dictionaries have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import NamedTuple

from cio_topics.codebook.dictionaries.paths import Path, path_name, theme_ids, theme_paths
from cio_topics.codebook.dictionaries.patterns import read_pattern, rule_patterns
from cio_topics.codebook.dictionaries.problems import LEFT_OUT, Problem, Reason
from cio_topics.codebook.model import Codebook, Rule, Theme
from cio_topics.errors import CodebookError, shorten
from cio_topics.files import decode_japanese

__all__ = [
    "MOST_LEVELS",
    "Entry",
    "book_from_entries",
    "entries_from_book",
    "read_text",
]

#: Keys within keys that are followed.
MOST_LEVELS = 20
_MOST_BYTES = 20_000_000
_VERSION = "1"

_NO_PATTERN = Reason(
    "no pattern is left; the key is not written", "書ける語がないため、見出しを書き出しません"
)
_NO_HEAD = Reason("a dictionary does not have it", "辞書にはこの項目がありません")
_NO_FALLBACK = Reason(
    "a dictionary gives nothing to a text in which it finds nothing",
    "辞書は、何も見つからない文に何も付けません",
)
_NO_TEXTS = Reason("a dictionary has no texts about a key", "辞書には見出しの説明がありません")
_ONE_NAME = Reason(
    "a dictionary has one name a key; the id is written",
    "辞書の見出しの名前は一つなので、ID を書き出しました",
)


class Entry(NamedTuple):
    """A key of a dictionary: where it stands, its patterns, what is said of it."""

    path: Path
    patterns: tuple[str, ...]
    description: str = ""


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
            where = path_name(entry.path)
            problems.append(Problem(where, pattern, LEFT_OUT, *found.reason))
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
    texts = _head_problems(codebook)
    problems: list[Problem] = []
    paths = theme_paths(codebook.themes, nest=nest)
    for theme, path in zip(codebook.themes, paths, strict=True):
        patterns, odd = _theme_patterns(theme, wildcards)
        same = theme.definition_ja == theme.definition_en
        said = theme.definition_ja if describe and same else ""
        problems += odd
        texts += _theme_problems(theme, path, said)
        if patterns:
            entries.append(Entry(path, patterns, said))
        elif theme.id != codebook.fallback:
            problems.append(Problem(theme.id, "theme", LEFT_OUT, *_NO_PATTERN))
    if not entries:
        raise CodebookError(
            "no rule of the codebook can be written as a pattern of a dictionary; expected at "
            "least one with `any`.",
            "Write the codebook as TOML, or give its themes words to look for.",
            "TOML で書き出すか、テーマに any の語を加えてください。",
        )
    return entries, [*problems, *texts]


def _theme_patterns(theme: Theme, wildcards: str) -> tuple[tuple[str, ...], list[Problem]]:
    patterns: list[str] = []
    problems: list[Problem] = []
    for rule in theme.rules:
        found, lost = rule_patterns(rule, wildcards)
        patterns += found
        problems += lost
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
    problems = [Problem("codebook", what, LEFT_OUT, *_NO_HEAD) for what in lost]
    if codebook.fallback:
        what = f"fallback = {codebook.fallback}"
        problems.append(Problem("codebook", what, LEFT_OUT, *_NO_FALLBACK))
    return problems


def _theme_problems(theme: Theme, path: Path, said: str) -> list[Problem]:
    keys = ("definition_ja", "definition_en", "include", "exclude")
    texts = [key for key in keys if getattr(theme, key) not in ("", said)]
    names = [
        key for key in ("name_ja", "name_en") if getattr(theme, key) not in ("", path_name(path))
    ]
    lost = ((names, _ONE_NAME), (texts, _NO_TEXTS))
    return [Problem(theme.id, ", ".join(k), LEFT_OUT, *reason) for k, reason in lost if k]
