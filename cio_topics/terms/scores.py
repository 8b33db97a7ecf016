"""Which multi-word terms a corpus has: three scores of candidates, in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from itertools import combinations, pairwise, repeat, zip_longest
from math import exp, fsum, log, log2
from typing import Literal, NamedTuple

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.text import split_title
from cio_topics.tokens import Token, Tokenizer

__all__ = ["SCORES", "score_terms"]

#: Methods of scoring.
SCORES = ("flr", "c_value", "npmi")

_EXAMPLES = 3
_MOST_UNITS = 12  # of a nested candidate; without a limit one endless run would give millions
_NPMI_THRESHOLD = 0.5
# One for each pass, so that a phrase of this pass is told from those of earlier ones.
_GLUES = (" ", "\t", "\n")
_UNGLUED = str.maketrans(dict.fromkeys(_GLUES, " "))
_WORDS = ("名詞", "接頭辞", "形状詞", "接尾辞")


def score_terms(
    texts: Iterable[str],
    method: Literal["flr", "c_value", "npmi"] = "flr",
    *,
    tokenizer: Tokenizer | None = None,
    ids: Iterable[object] | None = None,
    min_count: int = 2,
    n: int | None = None,
) -> pd.DataFrame:
    """Score the candidates for terms of a corpus.

    The units of a text are the parts of its compounds, and its terms outside of compounds; a name
    written with ・ is one unit. Units are adjacent if they are neighbours in one compound, so every
    candidate stands in some text. The texts are read once and not kept.

    ``flr`` is f(t) LR(t). f counts where t is a whole compound, or a term outside of compounds, so
    single units are candidates as well. LR is the product over the L units u of t of
    (l(u) + 1)(r(u) + 1), its root of order 2L. l(u) and r(u) count the units, as tokens and not as
    types, that stand directly before and after u in all compounds.

    ``c_value`` is log2(L) (f(t) - m(t)). f counts where t is a compound or stands inside of one; m
    is the mean f of the longer candidates that hold t, 0 if there is none. Candidates are all
    sequences of 2 to 12 adjacent units that begin with no suffix, end with a noun or suffix, and
    occur `min_count` times. One that always stands in the same longer one is left out.

    ``npmi`` is ln(p(xy) / (p(x) p(y))) / -ln(p(xy)) of adjacent units x and y; p is the count over
    the number of units. Pairs above 0.5 become one unit, from left to right; such units are scored
    with their neighbours in a second pass, and the outcome in a third, so that phrases have up to
    8 units. A phrase that always stands in the same longer one is left out.

    Parameters
    ----------
    texts : iterable of str
        Titles, of which only the core counts if `tokenizer` has ``core_only``.
    method : {"flr", "c_value", "npmi"}, default "flr"
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None. Compounds are joined, and terms look as printed, whatever its
        `compounds` and `form`.
    ids : iterable, optional
        What the texts are called in ``examples``, one each; positions from 0 if None.
    min_count : int, default 2
        Candidates that occur less often are left out.
    n : int, optional
        Rows to return; all if None.

    Returns
    -------
    DataFrame
        - ``term``: as printed, without white space.
        - ``score``: above 0 (``npmi``: above 0.5, at most 1). Scores of two methods do not compare.
        - ``n``: occurrences; f above, for ``npmi`` as for ``c_value``.
        - ``n_items``: texts with such an occurrence.
        - ``length``: number of units. ``units``: the units, joined by a space.
        - ``examples``: ids of the first three of these texts, joined by ``;``.

        By score and n, largest first, then by term and units. A term that the dictionary splits in
        two ways has a row for each. Empty if there is no candidate.

    Raises
    ------
    SettingsError
        An unknown method, a `min_count` or `n` less than 1, one text instead of several, a text
        that is no string, or more ids than texts or fewer.

    References
    ----------
    Nakagawa, H. and Mori, T. (2003). Automatic term recognition based on statistics of compound
    nouns and their components. Terminology 9(2), 201-219. doi:10.1075/term.9.2.04nak (FLR).
    Frantzi, K., Ananiadou, S. and Mima, H. (2000). Automatic recognition of multi-word terms: the
    C-value/NC-value method. International Journal on Digital Libraries 3, 115-130.
    doi:10.1007/s007999900023 (C-value).
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40 (NPMI of adjacent words).

    Examples
    --------
    >>> titles = ["電子政府構築計画", "電子政府構築計画の改定", "構築計画", "改定"]
    >>> score_terms(titles, "c_value")[["term", "score", "n", "examples"]].round(2).values.tolist()
    [['電子政府構築計画', 3.17, 2, '0;1'], ['構築計画', 1.0, 3, '0;1;2']]
    >>> score_terms(titles, "flr", ids="abcd", n=1)[["term", "units", "examples"]].values.tolist()
    [['電子政府構築計画', '電子政府 構築 計画', 'a;b']]
    >>> score_terms(titles, "tfidf")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown method 'tfidf'; expected one of: flr, c_value, npmi.
    """
    _check(texts, method, min_count, n)
    tokenizer = copy(Tokenizer() if tokenizer is None else tokenizer)
    tokenizer.set_params(compounds="long")
    candidates, score = _METHODS[method]
    found = _find(texts, tokenizer, ids, candidates)
    return _table(found, score(found, min_count), n)


def _check(texts: Iterable[str], method: str, min_count: int, n: int | None) -> None:
    if method not in SCORES:
        raise SettingsError(
            f"unknown method {shorten(method)}; expected one of: {choices(SCORES)}."
        )
    if isinstance(texts, str):
        raise SettingsError(
            f"got one text, {shorten(texts)}; expected a list of texts.",
            "Put it into a list.",
            "リストに入れて渡してください。",
        )
    for name, value in (("min_count", min_count), ("n", n)):
        if value is not None and value < 1:
            raise SettingsError(f"{name} is {value}; expected at least 1.")


class _Found(NamedTuple):
    """Counts by candidate: its units, joined by a space. `runs`: whole compounds and terms."""

    runs: Counter[str]
    n: Counter[str]
    n_items: Counter[str]
    examples: dict[str, str]


def _find(
    texts: Iterable[str],
    tokenizer: Tokenizer,
    ids: Iterable[object] | None,
    candidates: Callable[[list[Token]], Iterable[list[Token]]],
) -> _Found:
    found = _Found(Counter(), Counter(), Counter(), {})
    cores = (split_title(text).core for text in texts) if tokenizer.core_only else texts
    for item, tokens in _labelled(ids, tokenizer.stream(cores)):
        here: Counter[str] = Counter()
        for token in filter(tokenizer.is_term, tokens):
            run = _units(token)
            found.runs[_joined(run)] += 1
            here.update(map(_joined, candidates(run)))
        for candidate, times in here.items():
            found.n[candidate] += times
            found.n_items[candidate] += 1
            if found.n_items[candidate] == 1:
                found.examples[candidate] = item
            elif found.n_items[candidate] <= _EXAMPLES:
                found.examples[candidate] += f";{item}"
    return found


def _labelled(
    ids: Iterable[object] | None, lists: Iterator[list[Token]]
) -> Iterator[tuple[str, list[Token]]]:
    if ids is None:
        yield from ((str(place), tokens) for place, tokens in enumerate(lists))
        return
    for name, tokens in zip_longest(map(str, ids), lists):
        if name is None or tokens is None:
            amount = "fewer" if name is None else "more"
            raise SettingsError(
                f"there are {amount} ids than texts; expected one for each text.",
                "Give the ids in the order of the texts, or none.",
                "文と同じ順に同じ数の ID を渡すか、ID を省いてください。",
            )
        yield name, tokens


def _units(token: Token) -> list[Token]:
    """Return the parts of a compound; a name written with ・ is one unit."""
    units: list[Token] = []
    in_name = False
    for part in token.parts or (token,):
        is_mark = part.pos1 not in _WORDS
        if units and (is_mark or in_name):
            units[-1] = units[-1]._replace(surface=units[-1].surface + part.surface)
        else:
            units.append(part)
        in_name = is_mark
    return units


def _joined(run: list[Token]) -> str:
    return " ".join("".join(unit.surface.split()) for unit in run)


def _nested(run: list[Token]) -> Iterator[list[Token]]:
    """Yield the sequences of two units or more that could be terms."""
    for start, first in enumerate(run[:-1]):
        if first.pos1 != "接尾辞":
            for end in range(start + 2, min(start + _MOST_UNITS, len(run)) + 1):
                if run[end - 1].pos1 in ("名詞", "接尾辞"):
                    yield run[start:end]


def _flr(found: _Found, min_count: int) -> dict[str, float]:
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for run, times in found.runs.items():
        units = run.split(" ")
        for before, after in pairwise(units):
            right[before] += times
            left[after] += times
    scores = {}
    for term, times in found.n.items():
        if times >= min_count:
            units = term.split(" ")
            logs = fsum(log(left[unit] + 1) + log(right[unit] + 1) for unit in units)
            scores[term] = times * exp(logs / (2 * len(units)))
    return scores


def _c_value(found: _Found, min_count: int) -> dict[str, float]:
    frequent = {term: times for term, times in found.n.items() if times >= min_count}
    total: Counter[str] = Counter()
    longer: Counter[str] = Counter()
    for term, times in frequent.items():
        for inner in _inner(term.split(" ")):
            total[inner] += times
            longer[inner] += 1
    scores = {
        term: log2(term.count(" ") + 1) * (times - total[term] / max(1, longer[term]))
        for term, times in frequent.items()
    }
    return _drop_nested(scores, found.n)


def _inner(units: list[str]) -> set[str]:
    """Return the shorter sequences of two units or more."""
    spans = combinations(range(len(units) + 1), 2)
    return {" ".join(units[a:b]) for a, b in spans if 2 <= b - a < len(units)}


def _drop_nested(scores: dict[str, float], n: Counter[str]) -> dict[str, float]:
    """Leave out what always stands in the same longer candidate."""
    nested = {
        inner
        for term in scores
        for inner in _inner(term.split(" ")) & scores.keys()
        if n[inner] == n[term]
    }
    return {term: score for term, score in scores.items() if term not in nested}


def _npmi(found: _Found, min_count: int) -> dict[str, float]:
    from gensim.models.phrases import Phrases

    runs = [(run.split(" "), times) for run, times in found.runs.items()]
    scores: dict[str, float] = {}
    for before, glue in pairwise(("", *_GLUES)):
        sentences = (units for units, times in runs for units in repeat(units, times))
        model = Phrases(sentences, min_count, _NPMI_THRESHOLD, delimiter=glue, scoring="npmi")
        phrases = model.freeze()
        for phrase, score in phrases.phrasegrams.items():
            term = phrase.translate(_UNGLUED)
            if before in phrase and term in found.n:
                scores[term] = score
        runs = [(phrases[units], times) for units, times in runs]
    return _drop_nested(scores, found.n)


_METHODS = {"flr": (lambda r: [r], _flr), "c_value": (_nested, _c_value), "npmi": (_nested, _npmi)}


def _table(found: _Found, scores: dict[str, float], n: int | None) -> pd.DataFrame:
    rows = []
    for units, score in scores.items():
        term, length = units.replace(" ", ""), units.count(" ") + 1
        exact = float(f"{score:.12g}")  # equal scores are equal, whatever was summed first
        counts = (found.n[units], found.n_items[units])
        rows.append((term, exact, *counts, length, units, found.examples[units]))
    rows.sort(key=lambda row: (-row[1], -row[2], row[0], row[5]))
    names = ["term", "score", "n", "n_items", "length", "units", "examples"]
    dtypes = ["str", "float64", *["int64"] * 3, "str", "str"]
    return pd.DataFrame(rows[:n], columns=names).astype(dict(zip(names, dtypes, strict=True)))
