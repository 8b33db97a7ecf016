"""Which dictionaries there are: their names, folders, versions and how their features are read."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from cio_topics.errors import MissingPartError, SettingsError, choices, shorten

__all__ = ["DICTIONARIES", "Dictionary", "dictionary_version", "find_dictionary"]

_PACKAGES = {"unidic-lite": "unidic_lite", "unidic": "unidic", "ipadic": "ipadic"}
_SUDACHI = ("sudachi-a", "sudachi-b", "sudachi-c")

#: Dictionaries with a name; a path of a folder with a compiled MeCab dictionary does as well.
DICTIONARIES = (*_PACKAGES, *_SUDACHI)

_FILES = ("sys.dic", "matrix.bin", "char.bin", "unk.dic", "dicrc")


class Dictionary(NamedTuple):
    """A dictionary that is there: its setting, its version, and its folder (MeCab only)."""

    name: str
    version: str
    folder: str

    @property
    def is_sudachi(self) -> bool:
        """Tell whether Sudachi reads it."""
        return self.name in _SUDACHI


@lru_cache(maxsize=16)
def find_dictionary(name: str) -> Dictionary:
    """Return the dictionary of a setting.

    Parameters
    ----------
    name : str
        One of :data:`DICTIONARIES`, or the path of a folder with a compiled MeCab dictionary.

    Raises
    ------
    SettingsError
        Neither a known name nor a folder.
    MissingPartError
        The package is not installed, or files of the dictionary are missing.

    Examples
    --------
    >>> find_dictionary("unidic-lite").name
    'unidic-lite'
    >>> find_dictionary("unidick")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown dictionary 'unidick'; expected a folder or one of: ...
    """
    if name in _SUDACHI:
        return Dictionary(name, f"{name} {_sudachi_version()}", "")
    if name in _PACKAGES:
        folder = Path(_installed(name, _PACKAGES[name]).DICDIR)
        _check_files(name, folder)
        return Dictionary(name, _package_version(name, folder), str(folder))
    folder = Path(name)
    if not name or not folder.is_dir():
        raise SettingsError(
            f"unknown dictionary {shorten(name)}; expected a folder or one of: "
            f"{choices(DICTIONARIES)}."
        )
    if '"' in name:
        raise SettingsError(
            f"the folder {shorten(name)} has a quotation mark in its name; MeCab takes none.",
            "Give the folder another name.",
            "フォルダの名前から引用符を除いてください。",
        )
    _check_files(name, folder)
    return Dictionary(name, f"{folder.name} sha256:{_digest(folder / 'sys.dic')}", str(folder))


def dictionary_version(name: str = "unidic-lite") -> str:
    """Return the name and version of a dictionary.

    Examples
    --------
    >>> dictionary_version()
    'unidic-lite 1.0.8'
    """
    return find_dictionary(name).version


def _installed(name: str, module: str):  # type: ignore[no-untyped-def]
    try:
        return import_module(module)
    except ImportError as error:
        raise _missing(f"the dictionary {name} is not installed: {error}.", name) from error


def _package_version(name: str, folder: Path) -> str:
    """Return name and version; unidic downloads its dictionary, which has a version of its own."""
    own = folder / "version"
    if name == "unidic" and own.is_file():
        return f"{name} {own.read_text(encoding='utf-8').strip().removeprefix('unidic-')}"
    return f"{name} {version(name)}"


def _check_files(name: str, folder: Path) -> None:
    missing = [file for file in _FILES if not (folder / file).is_file()]
    if not missing:
        return
    what = f"the dictionary {shorten(name)} lacks {choices(missing)}."
    if name == "unidic":
        raise MissingPartError(
            what,
            "Run: python -m unidic download.",
            "次を実行してください: python -m unidic download",
        )
    if name in _PACKAGES:
        raise _missing(what, name)
    raise MissingPartError(
        what,
        "Give the folder of a compiled MeCab dictionary (mecab-dict-index makes one).",
        "コンパイル済みの MeCab 辞書のフォルダを指定してください。",
    )


def _missing(what: str, name: str) -> MissingPartError:
    more = " && python -m unidic download" if name == "unidic" else ""
    command = f'python -m pip install --force-reinstall "fugashi" "{name}"{more}'
    return MissingPartError(what, f"Run: {command}.", f"次を実行してください: {command}")


def _sudachi_version() -> str:
    try:
        import_module("sudachipy")
        import_module("sudachidict_core")
    except ImportError as error:
        command = 'python -m pip install "cio-topics[sudachi]"'
        raise MissingPartError(
            f"Sudachi is not installed: {error}.",
            f"Run: {command}.",
            f"次を実行してください: {command}",
        ) from error
    return f"{version('sudachipy')} sudachidict-core {version('sudachidict-core')}"


def _digest(file: Path) -> str:
    with open(os.fspath(file), "rb") as content:  # noqa: PTH123 - file_digest wants a file
        return hashlib.file_digest(content, "sha256").hexdigest()[:16]
