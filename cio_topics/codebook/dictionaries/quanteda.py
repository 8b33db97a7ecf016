"""Dictionaries of quanteda in YAML ↔ codebook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from cio_topics.codebook.dictionaries.entries import (
    MOST_LEVELS,
    Entry,
    book_from_entries,
    entries_from_book,
    read_text,
)
from cio_topics.codebook.dictionaries.paths import Path, path_name
from cio_topics.codebook.dictionaries.problems import LEFT_OUT, Problem, Reason, problem_table
from cio_topics.codebook.model import Codebook
from cio_topics.errors import CodebookError, shorten

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_quanteda", "write_quanteda"]

_WILDCARDS = "*?"
_NULL = "tag:yaml.org,2002:null"
_NESTED = Reason("a list within a list", "リストの中のリストです")
_NOTHING = Reason("an empty value; a word needs quotes", "空の値です(語なら引用符で囲みます)")


def read_quanteda(path: str | os.PathLike[str]) -> tuple[Codebook, pd.DataFrame]:
    r"""Read a dictionary of quanteda.

    A key becomes a theme; keys within keys become themes whose name is the path. Patterns are
    globs (``*`` any characters, ``?`` one); words joined by blanks follow each other. Nothing is
    built but texts: ``no`` and ``2001`` are words, references (``*name``) are refused.

    Parameters
    ----------
    path : path
        YAML as ``quanteda::dictionary(file = , format = "YAML")`` reads it.

    Returns
    -------
    codebook : Codebook
        Named after the file, without a fallback.
    problems : DataFrame
        ``where, what, outcome, reason, reason_ja``: what could not go over.

    Raises
    ------
    CodebookError
        No YAML, references, more than 20 levels, a key twice, no key at all.

    References
    ----------
    Benoit, K., Watanabe, K., Wang, H., Nulty, P., Obeng, A., Müller, S., Matsuo, A. (2018).
    quanteda: An R package for the quantitative analysis of textual data. Journal of Open Source
    Software 3(30), 774. doi:10.21105/joss.00774

    Examples
    --------
    >>> import tempfile
    >>> file = FilePath(tempfile.mkdtemp()) / "policy.yml"
    >>> text = "economy:\n  tax: [tax*, 消費 税]\n  trade: trade\n"
    >>> _ = file.write_text(text, encoding="utf-8")
    >>> codebook, problems = read_quanteda(file)
    >>> [(theme.id, theme.name_en, len(theme.rules)) for theme in codebook.themes]
    [('economy_tax', 'economy / tax', 2), ('economy_trade', 'economy / trade', 1)]
    >>> len(problems)
    0
    """
    file = FilePath(path)
    root = _compose(read_text(file, "dictionary"), file.name)
    problems: list[Problem] = []
    entries = list(_entries(root, (), problems, file.name))
    codebook, more = book_from_entries(entries, file.stem, _WILDCARDS)
    return codebook, problem_table([*problems, *more])


def write_quanteda(codebook: Codebook) -> tuple[str, pd.DataFrame]:
    """Write a codebook as a dictionary of quanteda.

    Parameters
    ----------
    codebook : Codebook

    Returns
    -------
    text : str
        YAML for ``quanteda::dictionary(file = , format = "YAML")``. Keys are the themes' ids, or
        paths of keys where the codebook was read from such a dictionary.
    problems : DataFrame
        ``where, what, outcome, reason, reason_ja``: what a dictionary cannot say.

    Raises
    ------
    CodebookError
        Nothing is left to write.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> text, problems = write_quanteda(read_codebook())
    >>> print(text[text.index("e_records") : text.index("regulatory")])
    e_records:
    - 電子決裁
    - 文書管理
    - 公文書
    - 電子文書
    - 行政文書
    - 文書の電子化
    >>> problems.loc[problems["where"] == "egov_plan.1", "outcome"].item()
    'changed'
    """
    import yaml

    entries, problems = entries_from_book(codebook, _WILDCARDS, nest=False, describe=False)
    tree: dict[str, Any] = {}
    for entry in entries:
        branch = tree
        for key in entry.path[:-1]:
            branch = branch.setdefault(key, {})
        branch[entry.path[-1]] = list(entry.patterns)
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=10**9)
    return text, problem_table(problems)


def _compose(text: str, name: str) -> Any:
    """Return the nodes of a YAML text; nothing is built from them, so that texts stay texts."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_events(yaml.parse(text, Loader=loader), name)
        return yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        raise CodebookError(
            f"{name} is no YAML: {' '.join(str(error).split())[:200]}.",
            'Correct the file at that place; a pattern that begins with * needs quotes: "*税".',
            'その場所を直してください。* で始まる語は "*税" のように引用符で囲みます。',
        ) from error


def _check_events(events: Iterator[Any], name: str) -> None:
    """Refuse references and deep nesting before anything is made of a text."""
    import yaml

    level = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise CodebookError(
                f"{_place(name, event)}: a reference *{shorten(event.anchor)[1:-1]}; expected "
                "patterns as texts.",
                'Write what it stands for, or a pattern that begins with * in quotes: "*税".',
                '参照先を書き写すか、* で始まる語は "*税" のように引用符で囲んでください。',
            )
        starts = isinstance(event, yaml.CollectionStartEvent)
        level += starts - isinstance(event, yaml.CollectionEndEvent)
        if level > MOST_LEVELS:
            raise CodebookError(
                f"{_place(name, event)}: more than {MOST_LEVELS} levels; expected keys and lists "
                "of patterns."
            )


def _place(name: str, thing: Any) -> str:
    return f"{name} line {thing.start_mark.line + 1}"


def _entries(node: Any, path: Path, problems: list[Problem], name: str) -> Iterator[Entry]:
    """Yield what stands below a mapping's keys, a key before those within it."""
    import yaml

    if not isinstance(node, yaml.MappingNode):
        where = name if node is None else _place(name, node)
        raise CodebookError(
            f"{where}: got {shorten(getattr(node, 'value', ''))}; expected keys with lists of "
            "patterns.",
            "Write: key: [pattern, pattern].",
            "「キー: [語, 語]」の形で書いてください。",
        )
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
            raise CodebookError(f"{_place(name, key)}: a key that is no text; expected a name.")
        if key.value in seen:
            raise CodebookError(
                f"{_place(name, key)}: the key {shorten(key.value)} stands here twice.",
                "Give each key a name of its own.",
                "同じ見出し(キー)は一つにしてください。",
            )
        seen.add(key.value)
        yield from _below((*path, " ".join(key.value.split())), value, problems, name)


def _below(path: Path, value: Any, problems: list[Problem], name: str) -> Iterator[Entry]:
    import yaml

    values = value.value if isinstance(value, yaml.SequenceNode) else [value]
    patterns, branches = [], []
    for part in values:
        if isinstance(part, yaml.MappingNode):
            branches.append(part)
        elif isinstance(part, yaml.SequenceNode):
            problems.append(Problem(path_name(path), _line(part), LEFT_OUT, *_NESTED))
        elif part.tag != _NULL:
            patterns.append(part.value)
        elif part is not value:
            problems.append(Problem(path_name(path), _line(part), LEFT_OUT, *_NOTHING))
    if patterns or not branches:
        yield Entry(path, tuple(patterns))
    for branch in branches:
        yield from _entries(branch, path, problems, name)


def _line(node: Any) -> str:
    return f"line {node.start_mark.line + 1}"
