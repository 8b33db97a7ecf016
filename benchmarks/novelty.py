"""How well titles of a theme that nobody defined are noticed.

Run ``python benchmarks/novelty.py``. One theme after the other is taken away: from the codebook
with its rules and words, and with all items that have it. The classifier learned from the other
meetings (from the other items, where these are too few) is asked of these items, and, for
comparison, of held-out items of known themes. Counted is how often an answer is flagged: novel
(like nothing labelled), unlikely (no theme reaches its threshold), or doubtful in any way. Where no
flag stands, the item silently got a wrong theme.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.corpus import read_example
from cio_topics.themes import make_theme_classifier, theme_indicator
from cio_topics.themes.doubts import doubts_of
from cio_topics.themes.splits import fold_splits, item_groups
from cio_topics.themes.train import labelled_items


def without(codebook: Codebook, theme: str) -> Codebook:
    """Return the codebook without a theme; rules that referred to it forget it."""
    themes = tuple(
        dataclasses.replace(
            t,
            rules=tuple(
                dataclasses.replace(r, unless=tuple(u for u in r.unless if u != theme))
                for r in t.rules
            ),
        )
        for t in codebook.themes
        if t.id != theme
    )
    return dataclasses.replace(codebook, themes=themes)


def flags(model: object, items: object) -> np.ndarray:
    """Return by item whether it is novel, unlikely, and doubtful in any way."""
    answers = model.answer(items)
    doubts = doubts_of(model, answers, model.sets(answers.probabilities, 0.9))
    return np.array([["novel" in d, "unlikely" in d, bool(d)] for d in doubts])


def main() -> None:
    """Take every theme away in turn and print a table and one JSON object."""
    items, codebook = labelled_items(read_example()), read_codebook()
    labels = theme_indicator(items["themes"], codebook.ids)
    groups = item_groups(items)
    rows, of_all, of_others = {}, [], []
    for column, theme in enumerate(codebook.ids):
        own = labels[:, column] == 1
        if not own.any():
            continue
        book = without(codebook, theme)
        known = labels[:, np.arange(labels.shape[1]) != column]
        train = np.flatnonzero(~own & ~np.isin(groups, groups[own]))
        if len(set(groups[train])) < 10:
            train = np.flatnonzero(~own)
        estimator = make_theme_classifier("linear", book)
        model = estimator.fit(items.iloc[train].reset_index(drop=True), known[train])
        rows[theme] = flags(model.trained_model(), items[own])
        of_all.append(rows[theme])
    for train, test in fold_splits(groups, 5, 0):
        fitted = make_theme_classifier("linear").fit(
            items.iloc[train].reset_index(drop=True), labels[train]
        )
        of_others.append(flags(fitted.trained_model(), items.iloc[test]))
    print(f"{'theme taken away':20} {'n':>4} {'novel':>7} {'unlikely':>9} {'any doubt':>10}")
    for theme, found in rows.items():
        novel, unlikely, doubt = found.mean(axis=0)
        print(f"{theme:20} {len(found):4} {novel:7.2f} {unlikely:9.2f} {doubt:10.2f}")
    shares = {}
    for name, parts in (("unknown themes", of_all), ("known themes, held out", of_others)):
        found = np.vstack(parts)
        shares[name] = dict(zip(("novel", "unlikely", "doubt"), found.mean(axis=0), strict=True))
        novel, unlikely, doubt = found.mean(axis=0)
        print(f"{name:20} {len(found):4} {novel:7.2f} {unlikely:9.2f} {doubt:10.2f}")
    print(json.dumps({k: {n: round(v, 3) for n, v in s.items()} for k, s in shares.items()}))


if __name__ == "__main__":
    main()
