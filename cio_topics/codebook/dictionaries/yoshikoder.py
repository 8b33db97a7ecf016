"""Dictionaries of Yoshikoder in XML ↔ codebook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import TYPE_CHECKING
from xml.etree import ElementTree

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

__all__ = ["read_yoshikoder", "write_yoshikoder"]

_WILDCARDS = "*"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STYLE = "050805"  # of the files that Yoshikoder writes

_NO_THEME = Reason(
    "the category has no patterns and becomes no theme", "語のない分類はテーマになりません"
)
_NO_PART = Reason("it is no part of a dictionary", "辞書の要素ではありません")
_LOST = {
    "score": Reason("a codebook has no scores", "コードブックに得点はありません"),
    "desc": Reason("a term has no description", "語には説明を付けられません"),
}


def read_yoshikoder(path: str | os.PathLike[str]) -> tuple[Codebook, pd.DataFrame]:
    """Read a dictionary of Yoshikoder.

    The outermost category is the dictionary; a category in it becomes a theme, and categories
    within categories become themes whose name is the path. A pattern may have ``*``.

    Parameters
    ----------
    path : path
        A ``.ykd`` file.

    Returns
    -------
    codebook : Codebook
        Named after the outermost category, without a fallback.
    problems : DataFrame
        ``where, what, outcome, reason, reason_ja``: what could not go over.

    Raises
    ------
    CodebookError
        No XML, a document type (it may define entities), another kind of document, more than 20
        levels, no category at all.

    References
    ----------
    Lowe, W. (2006). Yoshikoder: An open source multilingual content analysis tool for social
    scientists. APSA Annual Meeting, Philadelphia.

    Examples
    --------
    >>> import tempfile
    >>> file = FilePath(tempfile.mkdtemp()) / "policy.ykd"
    >>> _ = file.write_text('<dictionary style="050805"><cnode name="政策"><cnode name="税">'
    ...     '<pnode name="消費税"/></cnode></cnode></dictionary>', encoding="utf-8")
    >>> codebook, problems = read_yoshikoder(file)
    >>> codebook.name_ja, [(theme.name_ja, theme.rules[0].any) for theme in codebook.themes]
    ('政策', [('税', ('消費税',))])
    """
    file = FilePath(path)
    root = _parse(read_text(file, "dictionary"), file.name)
    tops = [node for node in root if node.tag == "cnode"]
    problems: list[Problem] = []
    if len(tops) == 1:
        name = _name(tops[0]) or file.stem
        entries = list(_entries(tops[0], (), (name,), problems))
    else:
        name = file.stem
        entries = list(_entries(root, (), (name,), problems))
    codebook, more = book_from_entries(entries, name, _WILDCARDS)
    return codebook, problem_table([*problems, *more])


def write_yoshikoder(codebook: Codebook) -> tuple[str, pd.DataFrame]:
    """Write a codebook as a dictionary of Yoshikoder.

    Parameters
    ----------
    codebook : Codebook

    Returns
    -------
    text : str
        XML. Categories are the themes' ids, or paths of categories where the codebook was read
        from such a dictionary.
    problems : DataFrame
        ``where, what, outcome, reason, reason_ja``: what a dictionary cannot say.

    Raises
    ------
    CodebookError
        Nothing is left to write.

    Examples
    --------
    >>> from cio_topics.codebook import Rule, Theme
    >>> tax = Theme("tax", "tax", "tax", rules=(Rule("tax.1", any=("消費税",)),))
    >>> text, problems = write_yoshikoder(Codebook("1", "1", "政策", "政策", (tax,)))
    >>> print(text)
    <?xml version="1.0" encoding="UTF-8"?>
    <dictionary style="050805">
      <cnode name="政策">
        <cnode name="tax">
          <pnode name="消費税" />
        </cnode>
      </cnode>
    </dictionary>
    >>> len(problems)
    0
    """
    entries, problems = entries_from_book(codebook, _WILDCARDS, nest=True, describe=True)
    root = ElementTree.Element("dictionary", style=_STYLE)
    name = codebook.name_ja or codebook.name_en or "dictionary"
    nodes: dict[Path, ElementTree.Element] = {
        (): ElementTree.SubElement(root, "cnode", name=_xml_text(name))
    }
    for entry in entries:
        for length in range(1, len(entry.path) + 1):
            path = entry.path[:length]
            if path not in nodes:
                nodes[path] = ElementTree.SubElement(nodes[path[:-1]], "cnode", name=path[-1])
        node = nodes[entry.path]
        if entry.description:
            node.set("desc", _xml_text(entry.description))
        for pattern in entry.patterns:
            ElementTree.SubElement(node, "pnode", name=pattern)
    ElementTree.indent(root)
    return f"{_HEAD}{ElementTree.tostring(root, encoding='unicode')}\n", problem_table(problems)


def _xml_text(text: str) -> str:
    """Return a text in one line, without characters that XML cannot hold."""
    return " ".join("".join(c for c in text if c >= " " or c.isspace()).split()).translate(
        {0xFFFE: None, 0xFFFF: None}
    )


def _parse(text: str, name: str) -> ElementTree.Element:
    if "<!DOCTYPE" in text:
        raise CodebookError(
            f"{name} has a document type (<!DOCTYPE …>), which can define entities; expected a "
            "dictionary of Yoshikoder without one.",
            "Delete that line.",
            "<!DOCTYPE …> の行を削除してください。",
        )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise CodebookError(
            f"{name} is no XML: {error}.",
            "Correct the file at that place.",
            "その場所を直してください。",
        ) from error
    if root.tag != "dictionary":
        raise CodebookError(
            f"{name} begins with <{shorten(root.tag)[1:-1]}>; expected <dictionary> as Yoshikoder "
            "writes it.",
            "Give a .ykd file.",
            ".ykd ファイルを指定してください。",
        )
    return root


def _name(node: ElementTree.Element) -> str:
    return " ".join(node.get("name", "").split())


def _entries(
    node: ElementTree.Element, path: Path, own: Path, problems: list[Problem]
) -> Iterator[Entry]:
    """Yield a category's patterns under the path `own`, then the categories within it."""
    if len(path) > MOST_LEVELS:
        raise CodebookError(
            f"{shorten(path_name(path))}: more than {MOST_LEVELS} levels of categories; expected "
            "fewer.",
            "Take some levels out.",
            "分類の階層を減らしてください。",
        )
    nodes = [part for part in node if part.tag == "cnode"]
    patterns = tuple(_patterns(node, path_name(own), problems))
    said = node.get("desc", "") if path else ""
    if patterns or (path and not nodes):
        yield Entry(own, patterns, said)
    elif said:
        problems.append(Problem(path_name(own), f"desc = {said}", LEFT_OUT, *_NO_THEME))
    for part in nodes:
        below = (*path, _name(part) or "?")
        yield from _entries(part, below, below, problems)


def _patterns(node: ElementTree.Element, where: str, problems: list[Problem]) -> Iterator[str]:
    lost = [("", "score", node.get("score"))]
    for part in node:
        name = part.get("name", "")
        if part.tag == "pnode":
            lost += [(f"{name}: ", key, part.get(key)) for key in ("score", "desc")]
            yield name
        elif part.tag != "cnode":
            problems.append(Problem(where, f"<{part.tag}>", LEFT_OUT, *_NO_PART))
    for name, key, value in lost:
        if value:
            problems.append(Problem(where, f"{name}{key} = {value}", LEFT_OUT, *_LOST[key]))
