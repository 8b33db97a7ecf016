"""What labels hold: answers by coder and theme, and how many coders an item has."""

from __future__ import annotations

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.labels.columns import split_themes, theme_indicator

__all__ = ["label_counts"]


def label_counts(labels: pd.DataFrame, codebook: Codebook) -> dict[str, pd.DataFrame]:
    """Count answers by coder and theme.

    Parameters
    ----------
    labels : DataFrame
        As :func:`read_labels` returns it.
    codebook : Codebook

    Returns
    -------
    dict of str to DataFrame
        ``coders``: ``coder, n_items, n_themes`` (themes given, in all), ``n_blind``, ``n_random``
        (answers whose item was drawn at random), ``first`` and ``last`` (the texts of the dates),
        in the order in which coders come.
        ``themes``: ``theme`` and a column ``n_NAME`` by coder, all themes of the codebook.
        ``overlap``: ``n_coders, n_items``, how many items were coded by so many.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.labels.read import corpus_labels
    >>> found = label_counts(corpus_labels(read_example()), read_codebook())
    >>> found["overlap"].values.tolist()
    [[2, 191]]
    """
    groups = labels.groupby("coder", sort=False)
    given = {
        f"n_{coder}": theme_indicator(rows["themes"], codebook.ids).sum(axis=0)
        for coder, rows in groups
    }
    overlap = labels.groupby("item_id")["coder"].nunique().value_counts().sort_index()
    return {
        "coders": pd.DataFrame(
            [_coder_row(str(coder), rows) for coder, rows in groups],
            columns=["coder", "n_items", "n_themes", "n_blind", "n_random", "first", "last"],
        ),
        "themes": pd.DataFrame({"theme": list(codebook.ids), **given}),
        "overlap": pd.DataFrame({"n_coders": overlap.index, "n_items": overlap.to_numpy()}),
    }


def _coder_row(coder: str, rows: pd.DataFrame) -> tuple[str, int, int, int, int, str, str]:
    n_themes = int(rows["themes"].map(split_themes).map(len).sum())
    n_blind, n_random = (rows["mode"] == "blind").sum(), (rows["chosen_by"] == "random").sum()
    dates = rows["date"]
    return coder, len(rows), n_themes, int(n_blind), int(n_random), dates.min(), dates.max()
