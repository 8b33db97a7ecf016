"""Keys of a nested dictionary ↔ ids and names of themes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from cio_topics.codebook.model import Theme
from cio_topics.text import normalize

__all__ = ["Path", "path_name", "theme_ids", "theme_paths"]

#: Keys from the outermost to the innermost.
Path = tuple[str, ...]

_SEPARATOR = " / "
_NO_ID = re.compile("[^A-Za-z0-9_-]+")
_NO_KEY = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")


def path_name(path: Path) -> str:
    """Return the name of a theme that stands under these keys.

    Examples
    --------
    >>> path_name(("Economy", "+ State"))
    'Economy / + State'
    """
    return _SEPARATOR.join(path)


def theme_ids(paths: Sequence[Path]) -> list[str]:
    """Return an id for each of some different paths; no two are the same.

    Keys of letters, digits, ``_`` and ``-`` stay as they are, joined by ``_``; other characters
    become ``_``. Where letters were lost, as all Japanese ones are, or two would be the same, a
    part of the path's SHA-256 follows, so that the id depends on the path and not on its place. A
    single key that is an id is its own id.

    Examples
    --------
    >>> theme_ids([("Economy", "State"), ("電子政府",), ("a b",), ("a_b",)])
    ['Economy_State', 'theme_6f0f90', 'a_b_c8687a', 'a_b']
    """
    for length in (6, 16, 64):
        counts = Counter(_id(path, length) for path in paths)
        ids = [
            _id(path, length)
            if counts[_id(path, length)] == 1 or _is_id(path)
            else _marked(_slug(path)[0], path, length)
            for path in paths
        ]
        if len(set(ids)) == len(ids):
            break
    return ids


def _is_id(path: Path) -> bool:
    return len(path) == 1 and not _NO_ID.search(path[0])


def _id(path: Path, length: int) -> str:
    slug, is_whole = _slug(path)
    return slug if is_whole else _marked(slug, path, length)


def _slug(path: Path) -> tuple[str, bool]:
    """Return the characters an id can have, and whether no letter or digit was lost."""
    parts = [part if not _NO_ID.search(part) else _ascii(part) for part in path]
    slug = "_".join(part for part in parts if part)
    letters = [c for part in path for c in normalize(part) if c.isalnum()]
    return slug, slug != "" and all(c.isascii() for c in letters)


def _ascii(part: str) -> str:
    return _NO_ID.sub("_", normalize(part)).strip("_")


def _marked(slug: str, path: Path, length: int) -> str:
    mark = sha256("\n".join(path).encode()).hexdigest()[:length]
    return f"{slug or 'theme'}_{mark}"


def theme_paths(themes: Sequence[Theme], *, nest: bool) -> list[Path]:
    """Return the keys under which themes are written; :func:`theme_ids` gives their ids again.

    A theme whose name in both languages is a path that gives its id has that path; any other has
    its id as key.

    Parameters
    ----------
    themes : sequence of Theme
    nest : bool
        Whether a key can have both patterns and keys below it.
    """
    named = [_named_path(theme) for theme in themes]
    counts = Counter(named)
    ids = dict(zip(counts, theme_ids(list(counts)), strict=True))
    paths = [
        path
        if counts[path] == 1
        and ids[path] == theme.id
        and (nest or not any(path[:n] in counts for n in range(1, len(path))))
        else (theme.id,)
        for theme, path in zip(themes, named, strict=True)
    ]
    if len(set(paths)) == len(paths) and theme_ids(paths) == [theme.id for theme in themes]:
        return paths
    return [(theme.id,) for theme in themes]


def _named_path(theme: Theme) -> Path:
    path = tuple(theme.name_ja.split(_SEPARATOR))
    is_clean = all(part and part == " ".join(part.split()) for part in path)
    if theme.name_ja != theme.name_en or not is_clean or _NO_KEY.search(theme.name_ja):
        return (theme.id,)
    return path
