"""What stop words do to the terms of the items that hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from cio_topics.text import split_title
from cio_topics.tokens import Token, Tokenizer

__all__ = ["Effect", "iterate_terms", "stop_words_effect"]


class Effect(NamedTuple):
    """What having words in the list of stop words does.

    `n_terms_lost`: occurrences of terms that go; `n_compounds_changed`: compounds trimmed or
    dissolved; `items_without_terms`: items left with none; `n_terms`: growth of the vocabulary,
    below 0 if it shrinks; `example`: the compound that is changed most often, before → after, or
    the word itself; ``-`` if nothing is left, empty if nothing changes.
    """

    n_terms_lost: int
    n_compounds_changed: int
    items_without_terms: int
    n_terms: int
    example: str


def iterate_terms(titles: Sequence[str], tokenizer: Tokenizer) -> Iterator[list[str]]:
    """Yield the terms of each title."""
    for terms, counts in tokenizer.term_batches(titles):
        source = iter(terms)
        for n in counts.tolist():
            yield list(islice(source, n))


def stop_words_effect(
    words: Sequence[str],
    titles: Sequence[str],
    tokenizer: Tokenizer,
    stop_words: Sequence[str],
    vocabulary: Counter[str],
) -> Effect:
    """Compare the terms of titles without and with some stop words.

    Parameters
    ----------
    words : sequence of str
        All in the list, or none of them; what their being there does is told in both cases.
    titles : sequence of str
        All titles of the corpus that hold any of the words.
    tokenizer : Tokenizer
    stop_words : sequence of str
        The current list.
    vocabulary : Counter of str
        Occurrences of the terms of the whole corpus with the current list.

    Returns
    -------
    Effect

    Examples
    --------
    >>> titles = ["検討状況"]
    >>> vocabulary = Counter(Tokenizer()(titles[0]))
    >>> stop_words_effect(["状況"], titles, Tokenizer(), (), vocabulary)
    Effect(n_terms_lost=2, n_compounds_changed=1, items_without_terms=0, n_terms=-2,
           example='検討状況 → 検討')
    """
    others = tuple(stop for stop in stop_words if stop not in words)
    without, having = (
        Tokenizer(**(tokenizer.get_params() | {"stop_words": stops}))
        for stops in (others, (*others, *words))
    )
    pairs = zip(iterate_terms(titles, without), iterate_terms(titles, having), strict=True)
    items = [(Counter(had), Counter(has)) for had, has in pairs]
    lost = _sum(had - has for had, has in items)
    changed = Counter(_changed_compounds(titles, without, having))
    return Effect(
        n_terms_lost=lost.total(),
        n_compounds_changed=changed.total(),
        items_without_terms=sum(bool(had) and not has for had, has in items),
        n_terms=_growth(items, vocabulary, listed=len(others) < len(stop_words)),
        example=_example(changed or Counter((term, "-") for term in lost.elements())),
    )


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _growth(
    items: Sequence[tuple[Counter[str], Counter[str]]], vocabulary: Counter[str], *, listed: bool
) -> int:
    had, has = (_sum(pair[place] for pair in items) for place in (0, 1))
    here = has if listed else had
    only_here = [term for term in had | has if vocabulary[term] == here[term]]
    return sum((term in has) - (term in had) for term in only_here)


def _changed_compounds(
    titles: Iterable[str], without: Tokenizer, having: Tokenizer
) -> Iterator[tuple[str, str]]:
    """Yield every compound that is whole without the stop words only, and what is left of it."""
    cores = [split_title(title).core if without.core_only else title for title in titles]
    for before, after in zip(without.stream(cores), having.stream(cores), strict=True):
        whole = {(token.start, token.end) for token in after if token.parts}
        for token in before:
            if token.parts and (token.start, token.end) not in whole:
                yield token.surface, _remainder(token, after, having)


def _remainder(compound: Token, after: Iterable[Token], having: Tokenizer) -> str:
    inside = [t for t in after if compound.start <= t.start and t.end <= compound.end]
    left = [t for t in inside if t.parts] or [t for t in inside if having.is_term(t)]
    return " ".join(token.surface for token in left) or "-"


def _example(changes: Counter[tuple[str, str]]) -> str:
    if not changes:
        return ""
    had, has = min(changes, key=lambda pair: (-changes[pair], pair))
    return f"{had} → {has}"
