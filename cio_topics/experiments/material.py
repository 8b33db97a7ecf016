"""What every cell of an experiment works on: the agenda, coded themes, and their hashes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.corpus import Corpus, read_corpus, read_example
from cio_topics.errors import TooSmallError
from cio_topics.experiments.design import Design, Resample

__all__ = ["Material", "draw_items", "draw_material", "number_drawn", "read_material"]

_GROUPS = {"meeting": "meeting_id", "item": "item_id", "body": "body"}
_COLUMNS = ["item_id", "meeting_id", "body", "year", "title"]


class Material(NamedTuple):
    """The items of an experiment.

    `agenda` has ``item_id, meeting_id, body, year, title``; `labels` has ``item_id, theme``, one
    row a coded item and theme, in the order of the agenda and of the coding.
    """

    agenda: pd.DataFrame
    labels: pd.DataFrame
    corpus_hash: str
    n_groups: int  # what draws are taken from; 0 without them


def read_material(design: Design) -> Material:
    """Read the corpus of an experiment and keep the items it asks about.

    Raises
    ------
    CorpusError, SettingsError
        As :func:`cio_topics.corpus.read_corpus` and :meth:`cio_topics.corpus.Corpus.filter` do.
    TooSmallError
        No item is left, or one group only to draw from.

    Examples
    --------
    >>> from cio_topics.experiments.design import CorpusChoice
    >>> from pathlib import Path
    >>> choice = CorpusChoice(bodies=("IT戦略本部",), until="2003-12-31")
    >>> design = Design(Path("x.toml"), "", "?", "", choice, (), (0,), (), ())
    >>> material = read_material(design)
    >>> len(material.agenda), material.agenda["meeting_id"].nunique()
    (15, 8)
    """
    choice = design.corpus
    corpus = read_corpus(design.resolve(choice.path)) if choice.path else read_example()
    if choice.bodies or choice.since or choice.until:
        corpus = corpus.filter(
            bodies=choice.bodies or None, since=choice.since or None, until=choice.until or None
        )
    agenda = corpus.agenda()[_COLUMNS]
    if agenda.empty:
        raise TooSmallError(
            f"no item is left of the corpus of {design.path.name}.",
            "Widen bodies, since or until under [corpus].",
            "[corpus] の条件を広げてください。",
        )
    return Material(
        agenda,
        _labels(corpus, agenda),
        corpus.hash,
        _n_groups(design.resample, agenda, design.path),
    )


def _n_groups(resample: Resample | None, agenda: pd.DataFrame, path: Path) -> int:
    if resample is None:
        return 0
    n_groups = int(agenda[_GROUPS[resample.by]].nunique())
    if n_groups < 2:
        raise TooSmallError(
            f"{path.name} draws from each {resample.by}, and there is only one.",
            "Draw by something else under [resample], or take that table away.",
            "[resample] の by を変えるか、[resample] を外してください。",
        )
    return n_groups


def _labels(corpus: Corpus, agenda: pd.DataFrame) -> pd.DataFrame:
    coded = corpus.theme_labels[["item_id", "themes"]]
    long = coded.assign(theme=coded["themes"].str.split(";")).explode("theme")
    long = long[long["theme"].fillna("") != ""][["item_id", "theme"]]
    return agenda[["item_id"]].merge(long, on="item_id", how="inner")


def draw_material(material: Material, resample: Resample | None, draw: int) -> Material:
    """Return what one cell works on: all items, or those that were drawn, with their codes."""
    agenda = draw_items(material.agenda, resample, draw)
    labels = material.labels[material.labels["item_id"].isin(agenda["item_id"])]
    return material._replace(agenda=agenda, labels=labels)


def draw_items(agenda: pd.DataFrame, resample: Resample | None, draw: int) -> pd.DataFrame:
    """Return all items, or those of a share of the groups.

    Parameters
    ----------
    agenda : DataFrame
    resample : Resample, optional
        Groups are drawn without replacement: a title that is there twice would count as evidence.
        At least one is drawn, and at least one left out.
    draw : int
        Which draw; 0 is all items.

    Returns
    -------
    DataFrame
        Rows of `agenda`, in their order.

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a", "b", "c"], "meeting_id": ["m", "n", "n"]})
    >>> [len(draw_items(agenda, Resample("meeting", 3, 0.5), draw)) for draw in (0, 1, 2, 3)]
    [3, 1, 1, 2]
    """
    if resample is None or draw == 0:
        return agenda
    column = _GROUPS[resample.by]
    groups = agenda[column].unique()
    n_drawn = number_drawn(resample, len(groups))
    chosen = np.random.default_rng([draw, 0]).permutation(len(groups))[:n_drawn]
    return agenda[agenda[column].isin(groups[np.sort(chosen)])]


def number_drawn(resample: Resample, n_groups: int) -> int:
    """Return how many groups a draw has."""
    return min(n_groups - 1, max(1, round(resample.share * n_groups)))
