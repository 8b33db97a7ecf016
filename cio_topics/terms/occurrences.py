"""Items → every occurrence of a term, with the form that is written there."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, choices
from cio_topics.text import split_title
from cio_topics.tokens import Token, Tokenizer

__all__ = ["term_occurrences"]

_NEEDED = ("item_id", "meeting_id", "title")


def term_occurrences(items: pd.DataFrame, *, tokenizer: Tokenizer | None = None) -> pd.DataFrame:
    """Return one row an occurrence of a term in the titles.

    The terms of a title are those that the tokenizer gives when it is called with it, in the same
    order. With ``compounds="both"`` a compound and each of its parts are occurrences of their own.

    Parameters
    ----------
    items : DataFrame, shape (n_items, k)
        ``item_id``, ``meeting_id`` and ``title``, as of :meth:`cio_topics.corpus.Corpus.agenda`.
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None.

    Returns
    -------
    DataFrame
        ``row`` (int64, place of the item in `items`, from 0), ``term`` and ``surface`` (both
        categories), in the order of the items and of the text.

    Raises
    ------
    SettingsError
        A column is missing, or an ``item_id`` stands twice.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a1"], "meeting_id": ["m1"], "title": ["電子政府の構築"]})
    >>> term_occurrences(items).values.tolist()
    [[0, '電子政府', '電子政府'], [0, '構築', '構築']]
    >>> term_occurrences(items.drop(columns="meeting_id"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the items lack meeting_id; expected the columns: item_id, ...
    """
    check_items(items, _NEEDED)
    tokenizer = Tokenizer() if tokenizer is None else tokenizer
    rows, codes, forms = _read(items["title"], tokenizer)
    table = pd.DataFrame(forms, columns=["term", "surface"], dtype="str").astype("category")
    found = table.take(np.frombuffer(codes, dtype=np.int64)).reset_index(drop=True)
    found.insert(0, "row", np.frombuffer(rows, dtype=np.int64))
    return found


def _read(
    titles: pd.Series[str], tokenizer: Tokenizer
) -> tuple[array[int], array[int], list[tuple[str, str]]]:
    """Return rows and codes of the occurrences, and (term, surface) of each code."""
    rows, codes = array("q"), array("q")
    forms: list[tuple[str, str]] = []
    known: dict[tuple[str, ...], int] = {}  # strings of a token → its code, -1 if it is no term
    for row, token in _units(titles, tokenizer):
        kind = token[:6]
        if kind not in known:
            known[kind] = len(forms) if tokenizer.is_term(token) else -1
            if known[kind] >= 0:
                forms.append((getattr(token, tokenizer.form), token.surface))
        if known[kind] >= 0:
            rows.append(row)
            codes.append(known[kind])
    return rows, codes, forms


def _units(titles: pd.Series[str], tokenizer: Tokenizer) -> Iterator[tuple[int, Token]]:
    texts = (split_title(t).core for t in titles) if tokenizer.core_only else iter(titles)
    for row, tokens in enumerate(tokenizer.stream(texts)):
        for token in tokens:
            yield row, token
            if tokenizer.compounds == "both":
                yield from ((row, part) for part in token.parts)


def check_items(items: pd.DataFrame, needed: tuple[str, ...]) -> None:
    """Raise if a column is missing or an item stands twice."""
    missing = [name for name in needed if name not in items]
    if missing:
        raise SettingsError(
            f"the items lack {choices(missing)}; expected the columns: {choices(needed)}.",
            "Give the table of corpus.agenda().",
            "corpus.agenda() の表を渡してください。",
        )
    twice = items["item_id"][items["item_id"].duplicated()]
    if len(twice):
        raise SettingsError(
            f"{len(twice)} item_id stand twice, first {twice.iloc[0]!r}; expected each item once.",
            "Drop the repeated rows.",
            "重複した行を除いてください。",
        )
