"""A tokenizer ↔ its settings, its lexicon, and the names of its dictionaries."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from cio_topics.errors import SettingsError, shorten
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.tokens import Tokenizer
from cio_topics.tokens.dictionaries import DICTIONARIES, dictionary_version

__all__ = ["build_tokenizer", "describe_tokenizer", "find_dictionaries"]

_SETTINGS = ("compounds", "core_only", "form", "min_length", "pos", "stop_words")


def describe_tokenizer(tokenizer: Tokenizer) -> dict[str, Any]:
    """Return what decides over the terms of a tokenizer, ready for JSON.

    The lexicon is there word by word, for another version of the package may have another. Folders
    are not: a path of this machine says nothing on another.

    Examples
    --------
    >>> described = describe_tokenizer(Tokenizer(compounds="long"))
    >>> described["settings"]["compounds"], described["dictionary"]["name"]
    ('long', 'unidic-lite')
    """
    settings = tokenizer.get_params()
    lexicon = read_lexicon() if tokenizer.lexicon is None else tokenizer.lexicon
    named = tokenizer.dictionary in DICTIONARIES
    own = tokenizer.user_dictionary
    return {
        "settings": {
            name: list(value) if isinstance(value := settings[name], tuple) else value
            for name in _SETTINGS
        },
        "lexicon": {
            "version": lexicon.version,
            "never_split": list(lexicon.never_split),
            "variants": [list(pair) for pair in lexicon.variants.items()],
            "stop_words": list(lexicon.stop_words),
        },
        "dictionary": {
            "name": tokenizer.dictionary if named else "",
            "version": dictionary_version(tokenizer.dictionary),
        },
        "user_dictionary": "" if own is None else _digest(own),
    }


def build_tokenizer(described: dict[str, Any]) -> Tokenizer:
    """Return the tokenizer of :func:`describe_tokenizer`; its dictionary is not looked for yet.

    Raises
    ------
    SettingsError, ValueError, TypeError, KeyError, AttributeError
        What describe_tokenizer does not write.
    """
    settings = dict(described["settings"])
    unknown = sorted(set(settings) - set(_SETTINGS))
    if unknown:
        raise ValueError(f"the tokenizer of this version has no setting {shorten(unknown[0])}")
    for name in ("pos", "stop_words"):
        if isinstance(settings.get(name), list):
            settings[name] = tuple(settings[name])
    dictionary = described["dictionary"]
    names = (dictionary["name"], dictionary["version"], described["user_dictionary"])
    if not all(isinstance(name, str) for name in names):
        raise ValueError("the name of a dictionary is no text")
    tokenizer = Tokenizer(**settings, lexicon=_lexicon(described["lexicon"]))
    tokenizer.rules()  # checks the settings
    return tokenizer


def find_dictionaries(
    described: dict[str, Any],
    tokenizer: Tokenizer,
    dictionary: str | None,
    user_dictionary: str | None,
) -> str:
    """Set the dictionaries of a tokenizer, and return how they are others than those of the file.

    A file names dictionaries of packages only. A path in it would open what its writer chose.

    Raises
    ------
    SettingsError, MissingPartError
        A dictionary that only the caller can name, or that is not there.
    """
    written, name = described["dictionary"]["version"], described["dictionary"]["name"]
    digest = described["user_dictionary"]
    if dictionary is None and name not in DICTIONARIES:
        raise SettingsError(
            f"the model was made with the dictionary {shorten(written)}, which lay in a folder.",
            "Give the folder as dictionary.",
            "辞書のフォルダを dictionary に指定してください。",
        )
    if user_dictionary is None and digest:
        raise SettingsError(
            f"the model was made with the user dictionary sha256:{shorten(digest, 16)[1:-1]}.",
            "Give its file as user_dictionary.",
            "ユーザー辞書のファイルを user_dictionary に指定してください。",
        )
    tokenizer.dictionary = name if dictionary is None else dictionary
    tokenizer.user_dictionary = user_dictionary
    used = dictionary_version(tokenizer.dictionary)
    if _identity(written) != _identity(used):
        return f"it was made with the dictionary {shorten(written)}, and in use is {shorten(used)}"
    used = "" if user_dictionary is None else _digest(user_dictionary)
    if used != digest:
        return (
            f"it was made with the user dictionary {shorten(digest, 16)}, and in use is "
            f"{shorten(used, 16)}"
        )
    return ""


def _identity(version: str) -> str:
    """Return what tells a dictionary from another: in a folder, its digest and not its name."""
    return version.rpartition(" sha256:")[2]


def _lexicon(described: dict[str, Any]) -> Lexicon | None:
    """Return the lexicon of a file; None if it is the embedded one, as the tokenizer has it."""
    lists = [described["never_split"], described["stop_words"], *described["variants"]]
    if not all(isinstance(part, list) and set(map(type, part)) <= {str} for part in lists):
        raise ValueError("the lexicon has a form that is no text")
    lexicon = Lexicon(
        never_split=tuple(described["never_split"]),
        variants={written: name for written, name in described["variants"]},  # noqa: C416
        stop_words=tuple(described["stop_words"]),
        version=str(described["version"]),
    )
    return None if lexicon == read_lexicon() else lexicon


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise SettingsError(
            f"cannot read the user dictionary {path!r}: {error.strerror or error}."
        ) from error
