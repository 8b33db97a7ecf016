"""Where coders differ: themes that are taken for each other, items they do not agree on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.labels.agreement import chosen_coders
from cio_topics.labels.columns import split_themes, theme_indicator
from cio_topics.labels.distance import masi_distance

if TYPE_CHECKING:
    from cio_topics.corpus import Corpus

__all__ = ["label_disagreements", "theme_confusion"]

_CONTEXT = ("title", "body", "date")


def theme_confusion(
    labels: pd.DataFrame, codebook: Codebook, *, coders: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return how often one coder gave a theme where the other gave another.

    Only what two coders do not share is counted: every theme that only the first gave stands
    against every theme that only the second gave, or against nothing. An item counts one in all,
    its pairs of themes the same part of it each.

    Parameters
    ----------
    labels : DataFrame
        ``item_id, coder, themes``, one row a coder and item.
    codebook : Codebook
    coders : sequence of str, optional
        Who is compared; everybody if None.

    Returns
    -------
    DataFrame
        ``coder, other, theme, other_theme, n_items, weight``: the theme of the first coder, that of
        the second (empty for nothing), items with this pair and the parts of items summed. By
        weight, then n_items, then pairs of coders and themes in their order. The weights of two
        coders sum to the items on which their sets differ.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.labels.read import corpus_labels
    >>> found = theme_confusion(corpus_labels(read_example()), read_codebook())
    >>> round(found["weight"].sum())
    19
    """
    theme_indicator(labels["themes"], codebook.ids)  # refuses themes that are unknown
    names = chosen_coders(labels, coders)
    rows = [
        (one, other, theme, other_theme, 1, weight)
        for one, other, first, second in _pairs(_answers(labels), names)
        for theme, other_theme, weight in _confused(set(first), set(second))
    ]
    keys = ["coder", "other", "theme", "other_theme"]
    table = pd.DataFrame(rows, columns=[*keys, "n_items", "weight"])
    summed = table.groupby(keys, sort=False, as_index=False).sum()
    places = {name: place for place, name in enumerate(("", *codebook.ids, *names))}
    return (
        summed.sort_values(keys, key=lambda column: column.map(places))
        .sort_values(["weight", "n_items"], ascending=False, kind="stable")
        .reset_index(drop=True)
        .astype({**dict.fromkeys(keys, "str"), "n_items": "int64", "weight": "float64"})
    )


def label_disagreements(
    labels: pd.DataFrame, corpus: Corpus | None = None, *, coders: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the items on which coders differ, those furthest apart first.

    Parameters
    ----------
    labels : DataFrame
        ``item_id, coder, themes``, one row a coder and item.
    corpus : Corpus, optional
        Where title, body and date of the items stand; they are empty without it.
    coders : sequence of str, optional
        Who is compared; everybody if None.

    Returns
    -------
    DataFrame
        ``item_id, title, body, date, distance, differs`` and, by coder, ``themes_NAME`` (empty
        where the coder has no answer). ``distance`` is the mean MASI distance over pairs of
        answers, ``differs`` names the themes that some gave and others did not. By distance, then
        in the order of the labels.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.labels.read import corpus_labels
    >>> found = label_disagreements(corpus_labels(read_example()))
    >>> len(found), found.columns[-2:].tolist()
    (19, ['themes_coder_a', 'themes_coder_b'])
    """
    names = chosen_coders(labels, coders)
    rows = []
    for item, answers in _answers(labels[labels["coder"].isin(names)]).items():
        sets = [set(themes) for themes in answers.values()]
        differs = {theme for one in sets for theme in one if not all(theme in s for s in sets)}
        if differs:
            given = {f"themes_{name}": ";".join(answers.get(name, ())) for name in names}
            said = ";".join(t for t in _in_order(answers) if t in differs)
            apart = _mean_distance(sets)
            rows.append({"item_id": item, "distance": apart, "differs": said, **given})
    columns = ["item_id", "distance", "differs", *(f"themes_{name}" for name in names)]
    table = pd.DataFrame(rows, columns=columns).astype(
        {name: "float64" if name == "distance" else "str" for name in columns}
    )
    table = table.sort_values("distance", ascending=False, kind="stable", ignore_index=True)
    context = _context(table["item_id"], corpus)
    return pd.concat([table[["item_id"]], context, table.drop(columns="item_id")], axis=1)


def _answers(labels: pd.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return themes by item and coder."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    columns = (labels[name] for name in ("item_id", "coder", "themes"))
    for item, coder, themes in zip(*columns, strict=True):
        found.setdefault(item, {})[coder] = split_themes(themes)
    return found


def _pairs(
    answers: dict[str, dict[str, tuple[str, ...]]], names: Sequence[str]
) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    for one, other in combinations(names, 2):
        for given in answers.values():
            if one in given and other in given:
                yield one, other, given[one], given[other]


def _confused(first: set[str], second: set[str]) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of themes that the sets do not share, each with its part of the item."""
    if first == second:
        return
    alone, other_alone = first - second or {""}, second - first or {""}
    for theme in alone:
        for other in other_alone:
            yield theme, other, 1 / (len(alone) * len(other_alone))


def _in_order(answers: dict[str, tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(theme for themes in answers.values() for theme in themes))


def _mean_distance(sets: Sequence[set[str]]) -> float:
    distances = [masi_distance(one, other) for one, other in combinations(sets, 2)]
    return sum(distances) / len(distances)


def _context(items: pd.Series[str], corpus: Corpus | None) -> pd.DataFrame:
    """Return title, body and date of items, empty where they are unknown."""
    if corpus is None:
        return pd.DataFrame(dict.fromkeys(_CONTEXT, ""), index=items.index).astype("str")
    rows = corpus.items.merge(corpus.meetings, on="meeting_id").set_index("item_id")
    return rows.reindex(items)[list(_CONTEXT)].fillna("").astype("str").set_index(items.index)
