"""Items → theme table: one row an item and theme, with everything that dates and places it."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import PERIODS
from cio_topics.themes.classifier import CodebookClassifier, theme_indicator

__all__ = ["SOURCES", "ThemeSource", "theme_table"]

ThemeSource = Literal["coded+rules", "coded", "rules"]
#: Where themes may come from: coded items, the codebook's rules, or rules where none is coded.
SOURCES = ("coded+rules", "coded", "rules")

_CONTEXT = ["meeting_id", "date", "date_precision", "body", "format", *PERIODS]


def theme_table(
    corpus: Corpus,
    codebook: Codebook | None = None,
    *,
    source: ThemeSource = "coded+rules",
) -> pd.DataFrame:
    """Return the themes of every item.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook, optional
        The embedded one if None.
    source : {"coded+rules", "coded", "rules"}, default "coded+rules"
        Themes of coded items, and the codebook's rules for the others; only coded items;
        or rules for all.

    Returns
    -------
    DataFrame
        ``item_id, theme, weight, theme_source, meeting_id, date, date_precision, body, format`` and
        the periods, in the order of the items, then by falling weight. Each item has at least one
        row, the fallback if nothing fits, so that items with the theme can be counted against all
        items. `weight` is 1 for coded themes and the rule's reliability else.

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
    if source != "rules":
        _check_labels(labels, codebook)
    coded = agenda["item_id"].isin(labels["item_id"]).to_numpy()
    if source == "coded" and not coded.any():
        raise SettingsError(
            "no item of this corpus is coded; expected theme_labels.",
            "Choose the source 'rules'.",
            "source に rules を選んでください。",
        )
    parts = []
    if source != "rules":
        parts.append(_coded(labels, agenda))
    if source != "coded":
        parts.append(_by_rules(agenda[~coded] if source == "coded+rules" else agenda, codebook))
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


def _by_rules(agenda: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    model = CodebookClassifier(codebook).fit(agenda)
    weights = model.predict_proba(agenda)
    rows, columns = model.decide(weights).nonzero()
    return pd.DataFrame(
        {
            "item_id": agenda["item_id"].to_numpy()[rows],
            "theme": pd.Series(model.classes_[columns], dtype="str"),
            "weight": weights[rows, columns],
            "theme_source": pd.Series("rules", index=range(len(rows)), dtype="str"),
        }
    )
