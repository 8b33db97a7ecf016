"""MeCab and Sudachi: text → one line a token. Opened once per process, thread and dictionary.

Features of a word are long, and printing them takes MeCab longer than finding the word. So a line
names a word by its surface and its numbers in the dictionary (context identifiers and cost), and
features are asked for only where a line is new. Words that share all of these tie wherever they
stand, and MeCab takes the same one of them everywhere.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cio_topics.errors import MissingPartError, SettingsError
from cio_topics.tokens.dictionaries import Dictionary, find_dictionary
from cio_topics.tokens.user_dictionary import check_user_dictionary

if TYPE_CHECKING:
    from cio_topics.tokens.columns import Types

__all__ = ["Analyzer", "open_analyzer"]

_WORDS = r"%m\\t%pS\\t%phl,%phr,%c\\n"
_FEATURES = r"%H\\n"
_local = threading.local()


class Analyzer:
    """An open dictionary.

    Parameters
    ----------
    analyze : callable
        Text → ``surface TAB white space before it TAB key``, a line a token, joined by newlines.
        Equal lines have equal features.
    features : callable
        Text → the features of each token.
    scheme : str
        How features are read.
    """

    def __init__(
        self, analyze: Callable[[str], str], features: Callable[[str], list[str]], scheme: str
    ) -> None:
        self.analyze = analyze
        self.features = features
        self.scheme = scheme
        self.types: Types | None = None  # that this thread has seen


def open_analyzer(dictionary: str, user_dictionary: str | None) -> Analyzer:
    """Return the analyzer of this process and thread, opened once.

    Raises
    ------
    MissingPartError
        The dictionary is missing or broken.
    SettingsError
        The dictionary is unknown, in another encoding, or not of a known kind; or the user
        dictionary was built for another one.
    """
    if getattr(_local, "owner", None) != os.getpid():  # a forked process opens its own
        _local.owner, _local.analyzers = os.getpid(), {}
    key = (dictionary, user_dictionary)
    if key not in _local.analyzers:
        found = find_dictionary(dictionary)
        _local.analyzers[key] = (
            _open_sudachi(found, user_dictionary)
            if found.is_sudachi
            else _open_mecab(found, user_dictionary)
        )
    opened: Analyzer = _local.analyzers[key]
    return opened


def _open_mecab(dictionary: Dictionary, user_dictionary: str | None) -> Analyzer:
    try:
        import fugashi
    except ImportError as error:
        command = 'python -m pip install --force-reinstall "fugashi" "unidic-lite"'
        raise MissingPartError(
            f"MeCab is not installed: {error}.",
            f"Run: {command}.",
            f"次を実行してください: {command}",
        ) from error
    if user_dictionary is not None:
        check_user_dictionary(user_dictionary, dictionary)
    taggers = []
    for form in (_WORDS, _FEATURES):
        try:
            taggers.append(fugashi.GenericTagger(_arguments(dictionary, user_dictionary, form)))
        except RuntimeError as error:
            raise MissingPartError(
                f"MeCab cannot open the dictionary {dictionary.name!r}"
                + (f" with {user_dictionary!r}." if user_dictionary is not None else "."),
                "Install the dictionary again; build the user dictionary again.",
                "辞書を入れ直し、ユーザー辞書を作り直してください。",
            ) from error
    words, details = taggers
    _check_charset(dictionary, words)

    def features(text: str) -> list[str]:
        output: str = details.parse(text)
        return output.split("\n") if output else []

    scheme = _scheme(dictionary, features("の"))
    return _in_pieces(Analyzer(words.parse, features, scheme), _MECAB_PIECE)


def _arguments(dictionary: Dictionary, user_dictionary: str | None, form: str) -> str:
    resource = Path(dictionary.folder) / "mecabrc"
    words = [
        f'-r "{resource if resource.is_file() else os.devnull}" -d "{dictionary.folder}"',
        f'-O "" -F "{form}" -U "{form}" -E ""',
    ]
    if user_dictionary is not None:
        words.append(f'-u "{user_dictionary}"')
    return " ".join(words)


def _check_charset(dictionary: Dictionary, tagger: Any) -> None:
    for part in tagger.dictionary_info:
        if part["charset"].lower().replace("-", "") != "utf8":
            raise SettingsError(
                f"the dictionary {part['filename']!r} is in {part['charset']}; expected UTF-8.",
                "Compile it with: mecab-dict-index -t utf-8.",
                "mecab-dict-index -t utf-8 で作り直してください。",
            )


def _scheme(dictionary: Dictionary, example: list[str]) -> str:
    """Tell UniDic's features from IPADIC's by their number."""
    count = example[0].count(",") + 1 if example else 0
    if count >= 17:
        return "unidic"
    if count == 9:
        return "ipadic"
    raise SettingsError(
        f"the dictionary {dictionary.name!r} has {count} features a word; expected UniDic's (17 or "
        "more) or IPADIC's (9).",
        "Give a UniDic or an IPADIC.",
        "UniDic か IPADIC を指定してください。",
    )


def _open_sudachi(dictionary: Dictionary, user_dictionary: str | None) -> Analyzer:
    if user_dictionary is not None:
        raise SettingsError(
            f"a user dictionary of MeCab together with {dictionary.name}; expected one of them.",
            "Use the lexicon, or a dictionary of MeCab.",
            "辞書を MeCab のものにするか、用語集を使ってください。",
        )
    from sudachipy import Dictionary as SudachiDictionary
    from sudachipy import SplitMode

    mode = {"a": SplitMode.A, "b": SplitMode.B, "c": SplitMode.C}[dictionary.name[-1]]
    tokenizer = SudachiDictionary(dict="core").tokenizer(mode)

    def analyze(text: str) -> str:
        lines = []
        space = ""
        for word in tokenizer.tokenize(text):
            surface = word.surface()
            if surface.isspace():
                space += surface
                continue
            pos = ",".join([*word.part_of_speech()[:3], str(word.is_oov())])
            forms = f"{word.normalized_form()}\t{word.dictionary_form()}"
            lines.append(f"{surface}\t{space}\t{pos}\t{forms}")
            space = ""
        return "\n".join(lines)

    def features(text: str) -> list[str]:
        output = analyze(text)
        return [line.split("\t", 2)[2] for line in output.split("\n")] if output else []

    return _in_pieces(Analyzer(analyze, features, "sudachi"), _SUDACHI_PIECE)


# MeCab ends the process where a path costs 2**31. Characters cost 15,100 at most, of all that were
# tried alone, with three dictionaries: 142,000 of them would do it.
_MECAB_PIECE = 100_000
# Sudachi takes 49,149 bytes at a time.
_SUDACHI_PIECE = 12_000
_OVERLAP = 1000


def _in_pieces(whole: Analyzer, size: int) -> Analyzer:
    """Let an analyzer read texts of any length, in pieces of at most `size` characters.

    Pieces overlap, and are put together at a word that both see, away from their ends, where what
    stands beyond would have had a say.
    """

    def pieces(text: str) -> Iterator[tuple[str, int, int]]:
        """Yield pieces, and which of their tokens count."""
        begin = done = 0  # where the piece begins; how far tokens are known
        while done < len(text):
            piece = text[begin : begin + size]
            is_last = begin + size >= len(text)
            output = whole.analyze(piece)
            ends = _ends(output, begin)
            starts = [begin, *ends[:-1]]
            if done > begin and done not in starts:
                begin = done  # the pieces share no word: begin anew where the last one ended
                continue
            first = starts.index(done) if done in starts else 0
            limit = len(text) if is_last else begin + size - _OVERLAP
            last = max(bisect_right(ends, limit), first + 1)
            yield piece, first, min(last, len(ends))
            if is_last or not ends:
                return
            done = ends[min(last, len(ends)) - 1]
            begin = max(done - _OVERLAP, begin + 1)
            begin = next((end for end in ends if end >= begin), done)

    def analyze(text: str) -> str:
        if len(text) <= size:
            return whole.analyze(text)
        lines: list[str] = []
        for piece, first, last in pieces(text):
            lines += whole.analyze(piece).split("\n")[first:last]
        return "\n".join(lines)

    def features(text: str) -> list[str]:
        if len(text) <= size:
            return whole.features(text)
        return [
            values
            for piece, first, last in pieces(text)
            for values in whole.features(piece)[first:last]
        ]

    return Analyzer(analyze, features, whole.scheme)


def _ends(output: str, begin: int) -> list[int]:
    """Return where the tokens of an output end."""
    ends = []
    place = begin
    for line in output.split("\n") if output else ():
        surface, space, _ = line.split("\t", 2)
        place += len(space) + len(surface)
        ends.append(place)
    return ends
