"""From the answers of several coders to one set of themes an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.labels.columns import split_themes, theme_indicator

__all__ = ["RULES", "Settled", "settle_labels"]

#: How answers that differ are settled; the name of a coder is a rule too.
RULES = ("agreed", "union", "majority")


class Settled(NamedTuple):
    """Items with one set of themes, and items on which the coders' answers leave it open."""

    labels: pd.DataFrame
    disputed: pd.DataFrame


def settle_labels(labels: pd.DataFrame, codebook: Codebook, *, rule: str = "agreed") -> Settled:
    """Return one set of themes an item, as classifiers learn from; what is open is listed.

    Parameters
    ----------
    labels : DataFrame
        As :func:`read_labels` returns it.
    codebook : Codebook
    rule : {"agreed", "union", "majority"} or str, default "agreed"
        ``agreed``: items all of whose coders gave the same themes. ``union``: every theme that any
        coder gave, the fallback only where nobody gave another. ``majority``: themes that more than
        half of the item's coders gave; an item is open if no theme has that many, or one has
        exactly half. Any other value is the name of a coder, whose answers are taken.

    Returns
    -------
    Settled
        ``labels``: ``item_id, themes``, the theme first that most coders put first. ``disputed``:
        ``item_id, n_coders, answers``. Both in the order in which items first come.

    Raises
    ------
    SettingsError
        No such rule or coder, or a theme that the codebook does not have.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> labels = pd.DataFrame({"item_id": ["a", "a", "b"], "coder": ["青木", "井上", "青木"],
    ...                        "themes": ["security;my_number", "security", "other"]})
    >>> settled = settle_labels(labels, read_codebook())
    >>> settled.labels.values.tolist(), settled.disputed["answers"].tolist()
    ([['b', 'other']], ['青木: security;my_number | 井上: security'])
    >>> settle_labels(labels, read_codebook(), rule="井上").labels.values.tolist()
    [['a', 'security']]
    """
    coders = labels["coder"].unique()
    if rule not in RULES and rule not in coders:
        raise SettingsError(
            f"rule is {shorten(rule)}; expected one of: {choices(RULES)}, or a coder: "
            f"{choices(coders)}.",
            "Choose one of these.",
            "この中から選んでください。",
        )
    theme_indicator(labels["themes"], codebook.ids)  # refuses themes that are unknown
    if rule not in RULES:
        labels = labels[labels["coder"] == rule]
    settled, disputed = [], []
    for item, answers in labels.groupby("item_id", sort=False):
        given = [split_themes(text) for text in answers["themes"]]
        themes = _settled(given, codebook, rule)
        if themes:
            settled.append((item, ";".join(themes)))
        else:
            said = (f"{c}: {t}" for c, t in zip(answers["coder"], answers["themes"], strict=True))
            disputed.append((item, len(given), " | ".join(said)))
    return Settled(
        pd.DataFrame(settled, columns=["item_id", "themes"]).astype("str"),
        pd.DataFrame(disputed, columns=["item_id", "n_coders", "answers"]).astype(
            {"item_id": "str", "n_coders": "int64", "answers": "str"}
        ),
    )


def _settled(given: Sequence[tuple[str, ...]], codebook: Codebook, rule: str) -> list[str]:
    """Return the themes by one rule, or none if it leaves the item open."""
    votes = {theme: sum(theme in one for one in given) for theme in codebook.ids}
    if rule == "union":
        found = [theme for theme in codebook.ids if votes[theme] and theme != codebook.fallback]
        found = found or [theme for theme in codebook.ids if votes[theme]]
    elif rule == "majority":
        tied = any(2 * n == len(given) for n in votes.values())
        found = [] if tied else [theme for theme in codebook.ids if 2 * votes[theme] > len(given)]
    else:
        agreed = len({frozenset(one) for one in given}) == 1
        found = [theme for theme in codebook.ids if votes[theme]] if agreed else []
    return sorted(found, key=lambda theme: _place(theme, given))


def _place(theme: str, given: Sequence[tuple[str, ...]]) -> float:
    """Return the mean place of a theme in the answers that have it; the most fitting first."""
    places = [one.index(theme) for one in given if theme in one]
    return sum(places) / len(places)
