"""Terms → a compiled user dictionary of MeCab, in which each of them is one token.

MeCab takes the cheapest path through a text. The entry of a term carries the context identifiers
of the two ends of the dictionary's own path through it, and costs a little less than that path. So
wherever MeCab would read these parts it reads the term; a word that crosses an end of the term
(最適|化学 for 最適化) is given up only where it was better by less than that little.
"""

from __future__ import annotations

import csv
import io
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from cio_topics.errors import LexiconError, OutputError, SettingsError, shorten
from cio_topics.tokens.analyzers import open_analyzer
from cio_topics.tokens.dictionaries import Dictionary

__all__ = ["LINE", "MARGIN", "compile_terms"]

#: How much a term costs less than its parts.
MARGIN = 500
#: Bytes of a line that MeCab's builder reads; at a longer one it stops without a word.
LINE = 8191

_COSTS = range(-(1 << 15), 1 << 15)
_NOUN = "政府"
_BUILD = "import sys, fugashi; fugashi.build_dictionary(sys.argv[1])"


class _Entry(NamedTuple):
    """Context identifiers of a term, and its cost."""

    left: int
    right: int
    cost: int


def compile_terms(names: Mapping[str, str], dictionary: Dictionary) -> bytes:
    """Return a user dictionary with which every form by itself is one token.

    Parameters
    ----------
    names : mapping of str to str
        Form → preferred form, not empty.
    dictionary : Dictionary
        One of MeCab.

    Raises
    ------
    LexiconError
        A form is too long for MeCab, or cannot be made cheap enough.
    OutputError
        MeCab's builder failed.
    """
    from tempfile import TemporaryDirectory

    features = _layout(dictionary)
    parse = _parser(dictionary)
    changed = {form: _cheaper(parse(form)) for form in sorted(names)}
    entries: dict[str, _Entry] = {}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        number = 0
        while changed:
            entries |= changed
            file = Path(folder) / f"{number}.dic"
            lines = (_line([f, *e, *features(f, names[f])]) for f, e in entries.items())
            _build("".join(lines), file, dictionary)
            parse = _parser(dictionary, file)
            paths = {form: parse(form) for form in entries}
            # Forms inside another form are cheaper now, too, and may split it.
            changed = {form: _cheaper(path) for form, path in paths.items() if path.count("\t") > 1}
            _check_progress(entries, changed)
            number += 1
        return file.read_bytes()


def _check_progress(entries: Mapping[str, _Entry], changed: Mapping[str, _Entry]) -> None:
    for form, entry in changed.items():
        if entry == entries[form]:
            raise LexiconError(
                f"MeCab splits {shorten(form)} whatever it costs.",
                "Leave it out of the lexicon.",
                "用語集から除いてください。",
            )


def _layout(dictionary: Dictionary) -> Callable[[str, str], list[str]]:
    """Return what gives the features of a form and its preferred form."""
    if dictionary.is_sudachi:
        raise SettingsError(
            f"a user dictionary of MeCab for {dictionary.name}; expected a dictionary of MeCab.",
            "Give unidic-lite, unidic, ipadic or a folder.",
            "unidic-lite、unidic、ipadic かフォルダを指定してください。",
        )
    analyzer = open_analyzer(dictionary.name, None)
    n_features = len(next(csv.reader(analyzer.features(_NOUN))))
    is_unidic = analyzer.scheme == "unidic"

    def features(form: str, name: str) -> list[str]:
        if is_unidic:
            known = ["名詞", "普通名詞", "一般", *"****", name, form, "*", form]
        else:
            known = ["名詞", "一般", *"****", name]
        return known + ["*"] * (n_features - len(known))

    return features


def _parser(dictionary: Dictionary, user_dictionary: Path | None = None) -> Callable[[str], str]:
    """Return what gives the best path: word TAB … TAB ``connection,cost`` of the end.

    A word is ``connection,left,right``: the cost of the connection before it, its identifiers.
    """
    import fugashi

    word, end = r"%pC,%phl,%phr\\t", "%pC,%pc"
    resource = Path(dictionary.folder) / "mecabrc"
    arguments = (
        f'-r "{resource if resource.is_file() else os.devnull}" -d "{dictionary.folder}" '
        f'-O "" -F "{word}" -U "{word}" -E "{end}"'
    )
    if user_dictionary is not None:
        arguments += f' -u "{user_dictionary}"'
    parse: Callable[[str], str] = fugashi.GenericTagger(arguments).parse
    return parse


def _cheaper(path: str) -> _Entry:
    """Return the entry that costs less than a path, whatever stands around it."""
    *words, end = (part.split(",") for part in path.split("\t"))
    cost = int(end[1]) - int(end[0]) - int(words[0][0]) - MARGIN
    return _Entry(int(words[0][1]), int(words[-1][2]), min(max(cost, _COSTS[0]), _COSTS[-1]))


def _line(row: list[str | int]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(row)
    line = buffer.getvalue()
    size = len(line.encode()) - 1
    if size > LINE:
        raise LexiconError(
            f"the term {shorten(row[0])} makes a line of {size:,} bytes; MeCab reads {LINE:,}.",
            "Leave it out of the lexicon.",
            "用語集から除いてください。",
        )
    return line


def _build(lines: str, file: Path, dictionary: Dictionary) -> None:
    """Run MeCab's builder in a process of its own: it prints, and an error ends its process."""
    import subprocess

    source = file.with_suffix(".csv")
    source.write_text(lines, encoding="utf-8", newline="\n")
    folder = shlex.quote(str(Path(dictionary.folder).absolute()))
    arguments = f"mecab-dict-index -d {folder} -u {file.name} -f utf8 -t utf8 {source.name}"
    command = [sys.executable, "-c", _BUILD, arguments]
    done = subprocess.run(command, cwd=file.parent, capture_output=True, check=False)
    if done.returncode or not file.is_file():
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise OutputError(
            f"MeCab cannot compile the user dictionary (exit code {done.returncode}): {said}.",
            "Check the dictionary and the free space: cio-topics doctor.",
            "辞書と空き容量を確かめてください: cio-topics doctor",
        )
