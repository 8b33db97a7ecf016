"""Items → theme table: one row an item and theme, with everything that dates and places it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import PERIODS
from cio_topics.themes.classifier import CodebookClassifier, theme_indicator
from cio_topics.themes.model import ThemeModel

__all__ = ["SOURCES", "ThemeSource", "theme_table"]

ThemeSource = Literal["coded+rules", "coded", "rules", "coded+model", "model"]
#: Where themes may come from: coded items, the codebook's rules, a classifier; or coded items and
#: one of the others where none is coded.
SOURCES = ("coded+rules", "coded", "rules", "coded+model", "model")

_CONTEXT = ["meeting_id", "date", "date_precision", "body", "format", *PERIODS]


def theme_table(
    corpus: Corpus,
    codebook: Codebook | None = None,
    *,
    source: ThemeSource = "coded+rules",
    model: ThemeModel | None = None,
) -> pd.DataFrame:
    """Return the themes of every item.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook, optional
        The embedded one if None.
    source : {"coded+rules", "coded", "rules", "coded+model", "model"}, default "coded+rules"
        Themes of coded items, and the codebook's rules, or a classifier, for the others; only coded
        items; rules, or a classifier, for all.
    model : ThemeModel, optional
        The classifier; the embedded one if None.

    Returns
    -------
    DataFrame
        ``item_id, theme, weight, theme_source, meeting_id, date, date_precision, body, format`` and
        the periods, in the order of the items, then by falling weight. Each item has at least one
        row, the fallback if nothing fits, so that items with the theme can be counted against all
        items. `weight` is 1 for coded themes, else the rule's reliability or the probability.

    Raises
    ------
    SettingsError
        Labels with themes the codebook does not have; no labels although ``coded`` was asked for.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> table = theme_table(read_example())
    >>> table.loc[0, ["item_id", "theme", "theme_source", "year"]].tolist()
    ['a8d30d3751e', 'egov_plan', 'rules', '2002']
    """
    if source not in SOURCES:
        raise SettingsError(
            f"unknown source {shorten(source)}; expected one of: {choices(SOURCES)}."
        )
    codebook = read_codebook() if codebook is None else codebook
    agenda = corpus.agenda()
    labels = corpus.theme_labels
    with_coded = source.startswith("coded")
    if with_coded:
        _check_labels(labels, codebook)
    coded = agenda["item_id"].isin(labels["item_id"]).to_numpy()
    if source == "coded" and not coded.any():
        raise SettingsError(
            "no item of this corpus is coded; expected theme_labels.",
            "Choose the source 'rules'.",
            "source に rules を選んでください。",
        )
    parts = []
    if with_coded:
        parts.append(_coded(labels, agenda))
    others = agenda[~coded] if with_coded else agenda
    if source.endswith("rules"):
        parts.append(_by_rules(others, codebook))
    elif source.endswith("model"):
        parts.append(_by_model(others, codebook, model))
    themes = pd.concat(parts, ignore_index=True)
    without = len(agenda if source != "coded" else labels) - themes["item_id"].nunique()
    if without:
        raise SettingsError(
            f"{without} items have no theme, and the codebook has no fallback to count them under.",
            "Name one: fallback = 'other'.",
            "コードブックに fallback を書いてください。",
        )
    place = pd.Series(range(len(agenda)), index=agenda["item_id"])
    order = pd.DataFrame({"place": themes["item_id"].map(place), "weight": -themes["weight"]})
    order = order.sort_values(["place", "weight"], kind="stable")
    themes = themes.loc[order.index].reset_index(drop=True)
    table = themes.merge(agenda[["item_id", *_CONTEXT]], on="item_id", how="left", validate="m:1")
    table.attrs["themes"] = list(codebook.ids)
    return table


def _check_labels(labels: pd.DataFrame, codebook: Codebook) -> None:
    given = theme_indicator(labels["themes"], codebook.ids)
    if codebook.fallback and len(given):
        alone = given[:, codebook.ids.index(codebook.fallback)] == 1
        mixed = labels["item_id"][alone & (given.sum(axis=1) > 1)]
        if len(mixed):
            raise SettingsError(
                f"item {shorten(mixed.iloc[0])} is coded {codebook.fallback!r} beside other "
                "themes; the fallback stands alone."
            )


def _coded(labels: pd.DataFrame, agenda: pd.DataFrame) -> pd.DataFrame:
    labels = labels[labels["item_id"].isin(agenda["item_id"])]
    long = labels[["item_id"]].assign(theme=labels["themes"].str.split(";")).explode("theme")
    long = long.assign(theme=long["theme"].astype("str"))
    long = long[long["theme"] != ""].drop_duplicates()
    return long.assign(weight=1.0, theme_source="coded")


def _by_model(agenda: pd.DataFrame, codebook: Codebook, model: ThemeModel | None) -> pd.DataFrame:
    from cio_topics.themes.store import check_codebook, read_classifier

    model = read_classifier() if model is None else model
    check_codebook(model, codebook)
    answers = model.answer(agenda)
    return _rows(agenda, codebook, model.weights(answers), answers.chosen, "model")


def _by_rules(agenda: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    model = CodebookClassifier(codebook).fit(agenda)
    weights = model.predict_proba(agenda)
    return _rows(agenda, codebook, weights, model.decide(weights), "rules")


def _rows(
    agenda: pd.DataFrame,
    codebook: Codebook,
    weights: npt.NDArray[np.float64],
    chosen: npt.NDArray[np.int_],
    source: str,
) -> pd.DataFrame:
    rows, columns = chosen.nonzero()
    return pd.DataFrame(
        {
            "item_id": agenda["item_id"].to_numpy()[rows],
            "theme": pd.Series([codebook.ids[column] for column in columns], dtype="str"),
            "weight": weights[rows, columns],
            "theme_source": pd.Series(source, index=range(len(rows)), dtype="str"),
        }
    )
