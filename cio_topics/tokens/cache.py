"""Tokenized corpora on disk, so that the same texts are read by MeCab once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cio_topics.errors import OutputError, SettingsError
from cio_topics.lexicon import Lexicon
from cio_topics.tokens.columns import TokenColumns, read_batches, to_columns
from cio_topics.tokens.dictionaries import dictionary_version, find_dictionary
from cio_topics.tokens.schemes import TokenType
from cio_topics.tokens.user_dictionary import check_user_dictionary

__all__ = ["CacheEntry", "TokenCache", "default_cache"]

#: Bytes that are kept unless told otherwise.
LIMIT = 1 << 30

_LAYOUT = 1  # of the files; entries of another layout are not read
_NAME = re.compile(r"[0-9a-f]{32}")


class CacheEntry(NamedTuple):
    """One tokenized corpus: what was read, with what, and the bytes it takes."""

    key: str
    n_texts: int
    n_tokens: int
    dictionary: str
    lexicon: str
    size: int


def default_cache() -> str:
    """Return the folder where this user's programs keep what can be made anew.

    ``CIO_TOPICS_CACHE`` names another.
    """
    from platformdirs import user_cache_dir

    own = os.environ.get("CIO_TOPICS_CACHE")
    return own or str(Path(user_cache_dir("cio-topics", appauthor=False)) / "tokens")


class TokenCache:
    """Columns of tokens on disk, one folder a corpus.

    An entry is found by its texts, dictionary, lexicon and the version of the package that read
    it; one that is broken is made anew. When the entries are larger than the limit, those that
    were used longest ago go.

    Parameters
    ----------
    folder : path
        Made when something is kept.
    limit : int, default 2**30
        Bytes.

    Examples
    --------
    >>> import tempfile
    >>> from cio_topics.tokens import Tokenizer
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tokenizer = Tokenizer(cache=folder)
    ...     first, again = (tokenizer.columns(["電子政府", "評価"]) for _ in range(2))
    ...     [(entry.n_texts, entry.n_tokens) for entry in TokenCache(folder).entries()]
    [(2, 2)]
    """

    def __init__(self, folder: str | os.PathLike[str], *, limit: int = LIMIT) -> None:
        self.folder = Path(folder)
        self.limit = limit

    def columns(
        self,
        texts: Sequence[str],
        dictionary: str,
        user_dictionary: str | None,
        lexicon: Lexicon,
        *,
        n_jobs: int = 1,
    ) -> TokenColumns:
        """Return the tokens of normalized texts, from the cache or from the dictionary."""
        if user_dictionary is not None:
            check_user_dictionary(user_dictionary, find_dictionary(dictionary))
        about = {
            "dictionary": dictionary_version(dictionary),
            "user_dictionary": _digest(user_dictionary) if user_dictionary else "",
            "lexicon": f"{lexicon.version} {_sha256(repr(sorted(lexicon.names.items())))}".strip(),
        }
        place = self.folder / _key(texts, about)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = _read(place)
            os.utime(place)
            return found
        if n_jobs == 1:
            columns = to_columns(read_batches(texts, dictionary, user_dictionary, lexicon))
        else:
            from cio_topics.tokens.processes import read_in_processes

            columns = read_in_processes(texts, dictionary, user_dictionary, lexicon, n_jobs=n_jobs)
        try:
            _write(columns, place, about)
        except OutputError as error:
            raise OutputError(
                f"the cache cannot be kept in {str(self.folder)!r}.",
                "Let CIO_TOPICS_CACHE name a folder you may write to, or keep none.",
                "CIO_TOPICS_CACHE に書き込めるフォルダを指定してください。",
            ) from error
        self.shrink(self.limit, keep=place.name)
        return columns

    def entries(self) -> list[CacheEntry]:
        """Return what is kept, the most recently used first; of broken entries only the size."""
        return [_entry(place) for place in self._places()]

    def shrink(self, limit: int, *, keep: str = "") -> int:
        """Remove entries, the least recently used first, until all take at most `limit` bytes.

        Returns
        -------
        int
            How many were removed.

        Raises
        ------
        SettingsError
            The limit is negative.
        """
        if limit < 0:
            raise SettingsError(f"the limit of the cache is {limit}; expected 0 bytes or more.")
        entries = self.entries()
        size = sum(entry.size for entry in entries)
        removed = 0
        for entry in reversed(entries):
            if size <= limit:
                break
            if entry.key != keep:
                shutil.rmtree(self.folder / entry.key)
                size -= entry.size
                removed += 1
        return removed

    def clear(self) -> int:
        """Remove every entry and what an interrupted run left; return how many entries."""
        removed = self.shrink(0)
        if self.folder.is_dir():
            for rest in self.folder.glob(".cio-topics-*"):
                shutil.rmtree(rest, ignore_errors=True)
        return removed

    def _places(self) -> list[Path]:
        """Return the folders of entries; nothing else in the folder is ever touched."""
        if self.folder.exists() and not self.folder.is_dir():
            raise SettingsError(
                f"the cache {str(self.folder)!r} is a file; expected a folder.",
                "Let CIO_TOPICS_CACHE name a folder.",
                "CIO_TOPICS_CACHE にフォルダを指定してください。",
            )
        if not self.folder.is_dir():
            return []
        named = (place for place in self.folder.iterdir() if _NAME.fullmatch(place.name))
        places = [place for place in named if place.is_dir()]
        return sorted(places, key=lambda place: (-place.stat().st_mtime_ns, place.name))


def _entry(place: Path) -> CacheEntry:
    size = sum(file.stat().st_size for file in place.iterdir())
    about = {}
    with contextlib.suppress(OSError, ValueError):
        about = json.loads((place / "entry.json").read_text(encoding="utf-8"))
    return CacheEntry(
        place.name,
        about.get("n_texts", 0),
        about.get("n_tokens", 0),
        about.get("dictionary", ""),
        about.get("lexicon", ""),
        size,
    )


def _key(texts: Sequence[str], about: dict[str, str]) -> str:
    from cio_topics import __version__

    digest = hashlib.sha256(json.dumps([_LAYOUT, __version__, about], sort_keys=True).encode())
    for text in texts:
        # Normalized texts hold no newline.
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()[:32]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


def _write(columns: TokenColumns, place: Path, about: dict[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from cio_topics.files import replace_folder

    counts = np.diff(columns.indptr).astype(np.int32)
    fields = list(zip(*columns.types, strict=True)) or [()] * len(TokenType._fields)
    names = dict(zip(TokenType._fields, fields, strict=True))
    tables = {
        "tokens": pa.table({"code": columns.codes, "start": columns.starts}),
        "texts": pa.table({"n_tokens": counts}),
        "types": pa.table({name: pa.array(list(v), pa.string()) for name, v in names.items()}),
    }
    with replace_folder(place) as folder:
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        entry = about | {"n_texts": len(columns), "n_tokens": len(columns.codes)}
        text = json.dumps(entry, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (folder / "entry.json").write_text(text, encoding="utf-8")


def _read(place: Path) -> TokenColumns:
    import pyarrow.parquet as pq

    tokens, texts, types = (
        pq.read_table(place / f"{name}.parquet") for name in ("tokens", "texts", "types")
    )
    columns = TokenColumns(
        types=[TokenType(**row) for row in types.to_pylist()],
        codes=tokens["code"].to_numpy(),
        starts=tokens["start"].to_numpy(),
        indptr=np.concatenate([[0], texts["n_tokens"].to_numpy()]).astype(np.int64).cumsum(),
    )
    about = json.loads((place / "entry.json").read_text(encoding="utf-8"))
    if not columns.indptr[-1] == len(columns.codes) == about["n_tokens"]:
        raise ValueError(f"{place} is broken")
    return columns
