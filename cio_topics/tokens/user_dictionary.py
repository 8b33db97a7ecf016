"""User dictionaries of MeCab, made from a lexicon."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from cio_topics.errors import LexiconError, SettingsError
from cio_topics.tokens.dictionaries import Dictionary, find_dictionary

if TYPE_CHECKING:
    from cio_topics.lexicon import Lexicon

__all__ = ["check_user_dictionary", "write_user_dictionary"]

# The head of a compiled dictionary: magic number and size, format, kind, words, identifiers.
_HEAD = struct.Struct("=6I")
_MAGIC, _FORMAT, _USER = 0xEF718F77, 102, 1


def write_user_dictionary(
    lexicon: Lexicon, path: str | os.PathLike[str], *, dictionary: str = "unidic-lite"
) -> None:
    """Compile the terms of a lexicon to a user dictionary that any program with MeCab can read.

    Every written form is an entry, a common noun (名詞,普通名詞,一般; IPADIC's 名詞,一般). In
    UniDic's layout the form is orth and orthBase, and its preferred form the lemma; in IPADIC's,
    which has one field for both, the preferred form is the base form. Readings are not in a
    lexicon and stay ``*``. Stop words are no entries. Entries are in normal form, so texts must be
    too (see :func:`cio_topics.text.normalize`).

    An entry has the context identifiers of the first and last word of MeCab's best path through
    the form, and costs 500 less than that path; a form made of other forms 500 less than those.
    Then every form by itself is read, and must be one token.

    Parameters
    ----------
    lexicon : Lexicon
    path : path
        Where it is written, whole or not at all. ``<path>.json`` beside it says what it was made
        from: dictionary with its version, version and hash of the lexicon, number of entries.
        The same lexicon, dictionary and version of fugashi give the same bytes.
    dictionary : str, default "unidic-lite"
        ``unidic-lite``, ``unidic``, ``ipadic``, or the folder of a compiled MeCab dictionary. A
        user dictionary fits the one dictionary it was built for.

    Raises
    ------
    LexiconError
        The lexicon has no term, or one that is too long for MeCab.
    SettingsError
        The dictionary is unknown or not one of MeCab, or MeCab cannot take `path`.
    MissingPartError
        The dictionary is not installed.
    OutputError
        The file cannot be written.

    References
    ----------
    Kudo, T., Yamamoto, K. and Matsumoto, Y. (2004), Applying Conditional Random Fields to Japanese
    Morphological Analysis, EMNLP 2004, 230-237, https://aclanthology.org/W04-3230: the reading of
    a text is the path with the least sum of the costs of words and connections.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from cio_topics.lexicon import Lexicon
    >>> from cio_topics.tokens import Tokenizer
    >>> with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    ...     place = f"{folder}/terms.dic"
    ...     write_user_dictionary(Lexicon(never_split=("電子申請",)), place)
    ...     short = Tokenizer(compounds="short", lexicon=Lexicon(), user_dictionary=place)
    ...     short("電子申請の普及")
    ['電子申請', '普及']
    >>> write_user_dictionary(Lexicon(stop_words=("等",)), "terms.dic")
    Traceback (most recent call last):
    ...
    cio_topics.errors.LexiconError: the lexicon has no term; expected at least one. ...
    """
    from cio_topics.files import write_bytes
    from cio_topics.tokens.compiler import compile_terms

    target = os.fspath(path)
    _check_path(target)
    found = find_dictionary(dictionary)
    if not lexicon.names:
        raise LexiconError(
            "the lexicon has no term; expected at least one.",
            "List terms under never_split or [[term]].",
            "never_split か [[term]] に語を書いてください。",
        )
    content = compile_terms(lexicon.names, found)
    entries = json.dumps(sorted(lexicon.names.items()), ensure_ascii=False).encode()
    description = {
        "dictionary": found.version,
        "lexicon": {"version": lexicon.version, "sha256": hashlib.sha256(entries).hexdigest()},
        "entries": len(lexicon.names),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_bytes(target, content)
    text = json.dumps(description, ensure_ascii=False, indent=2) + "\n"
    write_bytes(f"{target}.json", text.encode())


def check_user_dictionary(path: str, dictionary: Dictionary) -> None:
    """Raise an error if a user dictionary is missing or was built for another dictionary.

    What it was built for is read from ``<path>.json``, which :func:`write_user_dictionary` writes.
    Without that file only the numbers of context identifiers must agree, as MeCab demands.

    Parameters
    ----------
    path : str
    dictionary : Dictionary
        The one in use.

    Raises
    ------
    SettingsError
        Says what it was built for, what is in use, and the command that builds it anew.

    Examples
    --------
    >>> check_user_dictionary("nothing.dic", find_dictionary("unidic-lite"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: cannot read the user dictionary 'nothing.dic': No such file ...
    """
    _check_path(path)
    wrong = _what_is_wrong(path, dictionary)
    if wrong:
        own = path if path.endswith(".dic") else "terms.dic"  # never the name of another file
        words = ["cio-topics", "dictionary", "build", "lexicon.toml", "-o", own]
        if dictionary.name != "unidic-lite":
            words += ["--dictionary", dictionary.name]
        command = shlex.join(words)
        raise SettingsError(
            wrong, f"Build it anew: {command}", f"次のコマンドで作り直してください: {command}"
        )


def _what_is_wrong(path: str, dictionary: Dictionary) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        return f"cannot read the user dictionary {path!r}: {error.strerror or error}."
    kind, *ids = _head(content[: _HEAD.size], len(content))
    if kind != _USER:
        return f"{path!r} is no user dictionary of MeCab."
    in_use = f"in use is {dictionary.version}."
    beside = Path(f"{path}.json")
    if beside.is_file():
        built_for = _built_for(beside, content)
        if built_for is None:
            return f"{str(beside)!r} does not describe the user dictionary beside it."
        if built_for != dictionary.version:
            return f"the user dictionary {path!r} was built for {built_for}; {in_use}"
    system = Path(dictionary.folder) / "sys.dic"
    with system.open("rb") as file:
        _, *expected = _head(file.read(_HEAD.size), system.stat().st_size)
    if ids != expected:
        return (
            f"the user dictionary {path!r} was built for a dictionary with {ids[0]} left and "
            f"{ids[1]} right context identifiers; {in_use[:-1]} with {expected[0]} and "
            f"{expected[1]}."
        )
    return ""


def _head(head: bytes, size: int) -> tuple[int, int, int]:
    """Return kind and numbers of left and right identifiers; kind -1: no dictionary."""
    if len(head) < _HEAD.size:
        return -1, 0, 0
    magic, number, kind, _, left, right = _HEAD.unpack(head)
    is_dictionary = magic ^ (size & 0xFFFFFFFF) == _MAGIC and number == _FORMAT
    return kind if is_dictionary else -1, left, right


def _built_for(beside: Path, content: bytes) -> str | None:
    """Return the dictionary that a description names, if it describes this content."""
    try:
        description = json.loads(beside.read_text(encoding="utf-8"))
        digest, built_for = description["sha256"], description["dictionary"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(built_for) if digest == hashlib.sha256(content).hexdigest() else None


def _check_path(path: str) -> None:
    if "," in path or '"' in path:
        raise SettingsError(
            f'the path of a user dictionary is {path!r}; MeCab takes , and " for its end.',
            "Give another name or folder.",
            "名前かフォルダを変えてください。",
        )
