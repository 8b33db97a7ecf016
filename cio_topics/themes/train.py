"""Labels → a classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.errors import SettingsError
from cio_topics.labels import theme_indicator
from cio_topics.themes.make import ClassifierKind, make_theme_classifier
from cio_topics.themes.model import ThemeModel

if TYPE_CHECKING:
    from cio_topics.corpus import Corpus

__all__ = ["labelled_items", "train_classifier"]


def labelled_items(corpus: Corpus, labels: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the agenda's rows that are labelled, with their ``themes``.

    Parameters
    ----------
    corpus : Corpus
    labels : DataFrame, optional
        ``item_id, themes``, one row an item; the corpus's ``theme_labels`` if None.
    """
    given = corpus.theme_labels if labels is None else labels
    given = given.loc[given["themes"] != "", ["item_id", "themes"]]
    return corpus.agenda().merge(given, on="item_id")


def train_classifier(
    corpus: Corpus,
    codebook: Codebook | None = None,
    labels: pd.DataFrame | None = None,
    *,
    kind: ClassifierKind = "linear",
    **settings: Any,
) -> ThemeModel:
    """Learn a classifier from all labelled items.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook, optional
        The embedded one if None.
    labels : DataFrame, optional
        ``item_id, themes``, one row an item; the corpus's ``theme_labels`` if None.
    kind : {"linear", "stack"}, default "linear"
    **settings
        See :func:`make_theme_classifier`.

    Returns
    -------
    ThemeModel
        To be written with :func:`write_classifier`.

    Raises
    ------
    SettingsError
        Too few labelled meetings; a kind that cannot be saved.
    """
    codebook = read_codebook() if codebook is None else codebook
    table = labelled_items(corpus, labels)
    if table.empty:
        raise SettingsError(
            "no item of this corpus is labelled.",
            "Label items with cio-topics label, and give them with --labels.",
            "cio-topics label でラベルを付け、--labels で指定してください。",
        )
    model = make_theme_classifier(kind, codebook, **settings)
    if not hasattr(model, "trained_model"):
        raise SettingsError(
            f"a classifier of kind {kind!r} is not saved; it needs no training.",
            "Choose the kind linear or stack.",
            "種類に linear か stack を選んでください。",
        )
    trained: ThemeModel = model.fit(
        table, theme_indicator(table["themes"], codebook.ids)
    ).trained_model()
    return trained
