"""Why an item was given a theme: parts whose weights add up to the score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Hit
from cio_topics.text import normalize
from cio_topics.themes.model import Answers, ThemeModel, as_titles

__all__ = [
    "LabelledEvidence",
    "Part",
    "Reason",
    "character_weights",
    "explain_answers",
    "explain_themes",
]

FloatArray = npt.NDArray[np.float64]
Span = tuple[int, int]


class Part(NamedTuple):
    """One column of the classifier and what it adds to the log-odds.

    `kind` is ``term``, ``characters``, ``body`` or ``rule``; `spans` are places in the normalized
    title, none for the body, nor for a term that stands there in another form.
    """

    kind: str
    text: str
    spans: tuple[Span, ...]
    weight: float


class LabelledEvidence(NamedTuple):
    """A labelled item, how similar it is, and what it adds to the log-odds."""

    item_id: str
    title: str
    themes: str
    similarity: float
    weight: float


class Reason(NamedTuple):
    """Why an item was given a theme.

    ``base + sum(part.weight for part in parts)`` is `log_odds`, and so is ``base + rules + texts``
    plus the weights of `items`, which are all labelled items that add something. `texts` is what
    the codebook's own words add; `rules` what rules add that no item taught (with ``stack``). The
    probability is the logistic function of the log-odds (Platt), or rises with them (isotonic).
    """

    theme: str
    probability: float
    log_odds: float
    base: float
    parts: tuple[Part, ...]
    items: tuple[LabelledEvidence, ...]
    texts: float
    rules: float


def explain_themes(model: ThemeModel, X: pd.DataFrame | Iterable[str]) -> list[list[Reason]]:
    """Return the reasons of each theme given to each title, the most probable theme first.

    Parameters
    ----------
    model : ThemeModel
    X : DataFrame or iterable of str, shape (n,)

    Returns
    -------
    list of list of Reason
        Parts and items by falling weight, those against the theme last. The fallback has no
        reasons of its own: it is given where no theme is likely.

    Examples
    --------
    >>> from cio_topics.themes.store import read_classifier
    >>> [[reason]] = explain_themes(read_classifier(), ["サイバーセキュリティ戦略の改定"])
    >>> total = reason.base + sum(part.weight for part in reason.parts)
    >>> reason.theme, bool(abs(total - reason.log_odds) < 1e-9)
    ('security', True)
    """
    table = as_titles(X)
    return explain_answers(model, table, model.answer(table))


def explain_answers(model: ThemeModel, table: pd.DataFrame, answers: Answers) -> list[list[Reason]]:
    """Return the reasons of answers that were given before."""
    titles = [normalize(title) for title in table["title"]]
    hits: list[dict[int, list[Hit]]] = []
    for found in answers.hits:
        by_row: dict[int, list[Hit]] = {}
        for hit in found:
            by_row.setdefault(hit.row, []).append(hit)
        hits.append(by_row)
    reasons = []
    for row, title in enumerate(titles):
        of_row = [by_row.get(row, []) for by_row in hits]
        chosen = np.flatnonzero(answers.chosen[row])
        order = chosen[np.argsort(-answers.probabilities[row, chosen], kind="stable")]
        given = [k for k in order if k != model.decision.fallback]
        reasons.append([_reason(model, answers, row, int(k), title, of_row) for k in given])
    return reasons


def _reason(
    model: ThemeModel, answers: Answers, row: int, theme: int, title: str, hits: list[list[Hit]]
) -> Reason:
    scorer, slope = model.scorer, model.calibration.slope
    columns = answers.matrix[[row]]
    added = slope * columns.data * scorer.weights[columns.indices, theme]
    parts = [
        _part(model, int(column), float(weight), title, hits)
        for column, weight in zip(columns.indices, added, strict=True)
    ]
    base = slope * float(scorer.intercept[theme]) + model.calibration.offset
    log_odds = float(model.calibration.log_odds(answers.scores[row, theme]))
    items, texts = _items(model, answers, row, theme)
    return Reason(
        theme=str(model.classes_[theme]),
        probability=float(answers.probabilities[row, theme]),
        log_odds=log_odds,
        base=base,
        parts=tuple(sorted(parts, key=lambda part: (-part.weight, part.kind, part.text))),
        items=items,
        texts=texts,
        rules=log_odds - base - texts - sum(item.weight for item in items),
    )


def _part(model: ThemeModel, column: int, weight: float, title: str, hits: list[list[Hit]]) -> Part:
    kind, text = model.column_names[column]
    if kind == "rule":
        return _rule_part(model, column, weight, hits)
    if kind == "body":
        return Part(kind, text, (), weight)
    return Part(kind, text, _spans(title if kind == "term" else title.casefold(), text), weight)


def _rule_part(model: ThemeModel, column: int, weight: float, hits: list[list[Hit]]) -> Part:
    n_themes = len(model.classes_)
    book, theme = divmod(column - sum(model.scorer.features.sizes[:3]), n_themes)
    held = [hit for hit in hits[book] if hit.theme == model.classes_[theme]]
    spans = sorted({span for hit in held for span in hit.spans})
    return Part("rule", "、".join(hit.rule for hit in held), tuple(spans), weight)


def _spans(title: str, text: str) -> tuple[Span, ...]:
    spans, start = [], title.find(text)
    while start >= 0:
        spans.append((start, start + len(text)))
        start = title.find(text, start + 1)
    return tuple(spans)


def _items(
    model: ThemeModel, answers: Answers, row: int, theme: int
) -> tuple[tuple[LabelledEvidence, ...], float]:
    """Return what each labelled item adds, and what texts of the codebook add together."""
    labelled = model.scorer.labelled
    alike = (labelled.matrix @ answers.matrix[[row]].T).toarray()[:, 0]
    added = model.calibration.slope * alike * labelled.dual[:, theme]
    is_item = (labelled.table["item_id"] != "").to_numpy()
    similarity = model.scorer.similarity(answers.matrix[[row]]).toarray()[0]
    known = labelled.table[is_item]
    columns = (known["item_id"], known["title"], known["themes"], similarity, added[is_item])
    evidence = [
        LabelledEvidence(item_id, title, themes, float(near), float(weight))
        for item_id, title, themes, near, weight in zip(*columns, strict=True)
        if weight != 0
    ]
    evidence.sort(key=lambda item: (-item.weight, item.item_id))
    return tuple(evidence), float(added[~is_item].sum())


def character_weights(parts: Iterable[Part], length: int) -> FloatArray:
    """Return what each character of a normalized title adds to the log-odds, shape (length,).

    A part's weight is shared evenly by its characters, over all places where it stands. What has no
    place in the title (the base, the body) is left out.
    """
    weights = np.zeros(length)
    for part in parts:
        covered = [place for span in part.spans for place in range(*span) if place < length]
        np.add.at(weights, covered, part.weight / max(len(covered), 1))
    return weights
