"""Stop words of a corpus: words that name no subject, chosen by a rule and edited by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.intervals import wilson_interval
from cio_topics.lexicon import read_lexicon
from cio_topics.terms.dispersion import body_entropy
from cio_topics.terms.occurrences import check_items, term_occurrences
from cio_topics.terms.stop_word_effects import Effect, iterate_terms, stop_words_effect
from cio_topics.terms.stop_word_files import read_stop_words
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer

__all__ = [
    "MIN_BODIES",
    "MIN_ITEMS",
    "joint_effect",
    "read_stop_words",
    "stop_word_candidates",
    "stop_word_list",
]

#: A word of fewer items is no candidate: too few to tell how it is spread.
MIN_ITEMS = 10
#: With fewer bodies nearly every word is spread evenly.
MIN_BODIES = 5

_NEEDED = ("item_id", "meeting_id", "title", "body")


def stop_word_candidates(
    items: pd.DataFrame,
    *,
    tokenizer: Tokenizer | None = None,
    min_share: float = 0.04,
    min_entropy: float = 0.9,
) -> pd.DataFrame:
    """Find words that name no subject, and what would happen without them.

    A word that many items have and that is spread over the bodies as evenly as chance would do it
    tells neither items nor bodies apart. Candidates are all terms of :data:`MIN_ITEMS` items or
    more and of `min_share`, compounds and their parts alike; the rule chooses those of
    `min_entropy` (see :func:`cio_topics.terms.dispersion.body_entropy`). It knows no meaning: what
    the whole corpus is about is chosen as well.

    Parameters
    ----------
    items : DataFrame
        With ``item_id, meeting_id, title, body``, as
        :meth:`cio_topics.corpus.Corpus.agenda` gives it.
    tokenizer : Tokenizer, optional
        Its stop words are the current list. The default one if None.
    min_share : float in [0, 1], default 0.04
        Least share of items.
    min_entropy : float in [0, 1], default 0.9
        Least evenness over bodies.

    Returns
    -------
    DataFrame
        The candidates and the whole current list:

        - ``word``; ``n_items`` that have it; ``share`` of items, ``share_low, share_high`` its
          Wilson interval (95 %); ``n_bodies``; ``entropy`` in [0, 1], missing where chance gives
          none; ``chosen`` by the rule; ``in_list``, of the tokenizer.
        - What having the word in the list does, to the items that hold it: ``n_terms_lost``,
          occurrences of terms that go; ``n_compounds_changed``, compounds trimmed or dissolved;
          ``items_without_terms``, left with none; ``n_terms``, by how much the vocabulary grows
          (below 0: shrinks); ``example``, see :class:`cio_topics.terms.stop_word_effects.Effect`.

        Chosen words first, then by number of items, most first, then by word.

    Raises
    ------
    SettingsError
        A missing column, an ``item_id`` that stands twice, a threshold outside [0, 1].
    TooSmallError
        The items are of fewer than :data:`MIN_BODIES` bodies.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> items = read_example().agenda()
    >>> table = stop_word_candidates(items).set_index("word")
    >>> columns = ["n_items", "n_bodies", "entropy", "chosen", "n_compounds_changed"]
    >>> table.loc[["取組", "最適化"], columns].values.tolist()
    [[21, 12, 1.0, True, 5], [23, 1, 0.0, False, 6]]
    >>> stop_word_candidates(items[:80])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: the items are of 1 body; expected 5 or more. ...
    """
    _check(items, min_share, min_entropy)
    tokenizer = Tokenizer() if tokenizer is None else tokenizer
    listed = _listed(tokenizer)
    holds = _holders(items, tokenizer, listed)
    n_items = holds["term"].value_counts()
    frequent = n_items[(n_items >= MIN_ITEMS) & (n_items / len(items) >= min_share)].index
    table = _spread(items, holds, list(dict.fromkeys([*frequent, *listed])))
    table["chosen"] = table["word"].isin(frequent) & (table["entropy"] >= min_entropy)
    table["in_list"] = table["word"].isin(listed)
    table = table.sort_values(
        ["chosen", "n_items", "word"], ascending=[False, False, True], ignore_index=True
    )
    return table.join(_effects(table["word"], items, holds, tokenizer, listed))


def _check(items: pd.DataFrame, min_share: float, min_entropy: float) -> None:
    check_items(items, _NEEDED)
    for name, value in (("min_share", min_share), ("min_entropy", min_entropy)):
        if not 0 <= value <= 1:
            raise SettingsError(f"{name} is {value}; expected a number from 0 to 1.")
    n_bodies = items["body"].nunique()
    if n_bodies < MIN_BODIES:
        raise TooSmallError(
            f"the items are of {n_bodies} {'body' if n_bodies == 1 else 'bodies'}; expected "
            f"{MIN_BODIES} or more.",
            "Take items of more bodies: the rule asks how a word is spread over them.",
            "会議体を増やしてください(会議体への広がりで選ぶため)。",
        )


def _listed(tokenizer: Tokenizer) -> tuple[str, ...]:
    if tokenizer.stop_words is not None:
        return tuple(tokenizer.stop_words)
    lexicon = read_lexicon() if tokenizer.lexicon is None else tokenizer.lexicon
    return lexicon.stop_words


def _holders(items: pd.DataFrame, tokenizer: Tokenizer, listed: tuple[str, ...]) -> pd.DataFrame:
    """Return one row an item and word that it has, words of the list included."""
    plain = Tokenizer(**(tokenizer.get_params() | {"compounds": "both", "form": "display"}))
    found = term_occurrences(items, tokenizer=plain)
    bare = plain.set_params(stop_words=(), min_length=1)
    stops = term_occurrences(items, tokenizer=bare)
    parts = [found, stops[stops["term"].isin(listed)]]
    holds = pd.concat([part[["row", "term"]].astype({"term": "str"}) for part in parts])
    return holds.drop_duplicates(ignore_index=True)


def _spread(items: pd.DataFrame, holds: pd.DataFrame, words: list[str]) -> pd.DataFrame:
    """Return how many items and bodies have each word, and how evenly."""
    bodies, names = pd.factorize(items["body"])
    places = pd.Index(words).get_indexer(pd.Index(holds["term"]))
    counts = np.zeros((len(words), len(names)), dtype=np.int64)
    rows = holds["row"].to_numpy()[places >= 0]
    np.add.at(counts, (places[places >= 0], bodies[rows]), 1)
    n_items = counts.sum(axis=1)
    low, high = wilson_interval(n_items, np.full(len(words), len(items)))
    return pd.DataFrame(
        {
            "word": pd.Series(words, dtype="str"),
            "n_items": n_items,
            "share": n_items / len(items),
            "share_low": low,
            "share_high": high,
            "n_bodies": (counts > 0).sum(axis=1),
            "entropy": body_entropy(counts, np.bincount(bodies)),
        }
    )


def _effects(
    words: Iterable[str],
    items: pd.DataFrame,
    holds: pd.DataFrame,
    tokenizer: Tokenizer,
    listed: tuple[str, ...],
) -> pd.DataFrame:
    titles = items["title"].tolist()
    normal = [normalize(title) for title in titles]
    vocabulary = _vocabulary(titles, tokenizer)
    rows_of = holds.groupby("term")["row"].agg(set)
    effects = []
    for word in words:
        # A stop word may trim compounds where it is no term by itself.
        held = {row for row, title in enumerate(normal) if word in title}
        held |= rows_of.get(word, set())
        texts = [titles[row] for row in sorted(held)]
        effects.append(stop_words_effect([word], texts, tokenizer, listed, vocabulary))
    return pd.DataFrame(effects, columns=list(Effect._fields))


def _vocabulary(titles: Sequence[str], tokenizer: Tokenizer) -> Counter[str]:
    return Counter(term for terms in iterate_terms(titles, tokenizer) for term in terms)


def joint_effect(
    items: pd.DataFrame, words: Iterable[str], *, tokenizer: Tokenizer | None = None
) -> Effect:
    """Return what happens if words are added to the stop words together.

    It is not the sum of what each does: 検討状況 loses all its terms only if both parts go.

    Parameters
    ----------
    items : DataFrame
        With ``title``.
    words : iterable of str
        Those that the tokenizer has as stop words already change nothing.
    tokenizer : Tokenizer, optional
        The default one if None.

    Returns
    -------
    Effect

    Examples
    --------
    >>> items = pd.DataFrame({"title": ["検討状況"]})
    >>> [joint_effect(items, w).items_without_terms for w in (["状況"], ["検討"], ["検討", "状況"])]
    [0, 0, 1]
    """
    tokenizer = Tokenizer() if tokenizer is None else tokenizer
    listed = _listed(tokenizer)
    new = [word for word in dict.fromkeys(words) if word not in listed]
    titles = items["title"].tolist()
    return stop_words_effect(new, titles, tokenizer, listed, _vocabulary(titles, tokenizer))


def stop_word_list(candidates: pd.DataFrame) -> pd.DataFrame:
    """Return candidates as a list that can be edited and read again.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`stop_word_candidates`.

    Returns
    -------
    DataFrame
        The same rows with ``keep`` and ``reason`` after ``word``. Words of the current list are
        kept by ``hand``, whatever the rule says of them; of all others the ``rule`` keeps (``yes``)
        those it chose.

    Examples
    --------
    >>> table = pd.DataFrame({"word": ["状況", "計画", "今後"], "chosen": [True, False, False],
    ...                       "in_list": [False, False, True]})
    >>> stop_word_list(table)[["word", "keep", "reason"]].values.tolist()
    [['状況', 'yes', 'rule'], ['計画', 'no', 'rule'], ['今後', 'yes', 'hand']]
    """
    kept, listed = candidates["chosen"] | candidates["in_list"], candidates["in_list"]
    table = candidates.copy()
    table.insert(1, "keep", np.where(kept, "yes", "no"))
    table.insert(2, "reason", np.where(listed, "hand", "rule"))
    return table
