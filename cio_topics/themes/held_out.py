"""What classifiers say of items that they did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.themes.floors import MajorityThemes, PlainThemes
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.make import ClassifierKind, make_theme_classifier
from cio_topics.themes.splits import body_splits, fold_splits, forward_splits, item_groups

__all__ = [
    "DESIGNS",
    "FLOORS",
    "PREDICTORS",
    "HeldOutAnswers",
    "held_out_answers",
    "make_predictor",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]

#: How items are held out: whole meetings by chance; each administration, from those before it;
#: each body, from all others.
DESIGNS = ("meetings", "forward", "bodies")
#: What any classifier must beat.
FLOORS = ("majority", "plain")
#: What can be evaluated. ``…-seen`` credits a rule's match only if an item learned from has it;
#: ``text`` is linear without rules; ``definitions`` has only the rules that were written without
#: sight of items.
PREDICTORS = (
    *("linear", "linear-seen", "stack", "stack-seen", "text", "definitions", "nearest"),
    *("boosting", "boosting-seen", "rules", "rules-seen", *FLOORS),
)


class HeldOutAnswers(NamedTuple):
    """Answers of one predictor in one design, one row an item and repeat."""

    rows: IntArray  # places of the items
    repeats: IntArray
    probabilities: FloatArray
    chosen: IntArray
    sets: IntArray | None
    novel: npt.NDArray[np.bool_] | None


def make_predictor(name: str, codebook: Codebook, **settings: Any) -> Any:
    """Return an unfitted predictor by its name in :data:`PREDICTORS`.

    Raises
    ------
    SettingsError
    """
    from cio_topics.themes.calibrated import CalibratedThemes

    if name not in PREDICTORS:
        raise SettingsError(
            f"unknown predictor {shorten(name)}; expected some of: {choices(PREDICTORS)}."
        )
    if name == "majority":
        return MajorityThemes(codebook)
    if name == "plain":
        return PlainThemes(codebook)
    if name == "text":
        return CalibratedThemes(LinearThemes(codebook, rules=False), **settings)
    if name == "definitions":
        return CalibratedThemes(LinearThemes(codebook, author_rules=False), **settings)
    kind, _, seen = name.partition("-")
    own = {} if kind == "rules" else settings
    return make_theme_classifier(
        cast(ClassifierKind, kind), codebook, seen_only=seen == "seen", **own
    )


def design_splits(
    table: pd.DataFrame, design: str, n_splits: int, n_repeats: int, random_state: int
) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Yield repeat, items to learn from and items held out.

    Raises
    ------
    SettingsError
        An unknown design, or too few meetings.
    """
    if design == "meetings":
        groups = item_groups(table)
        for repeat in range(n_repeats):
            for train, test in fold_splits(groups, n_splits, random_state + repeat):
                yield repeat, train, test
    elif design == "forward":
        for _, (train, test) in forward_splits(table, "administration"):
            yield 0, train, test
    elif design == "bodies":
        for _, (train, test) in body_splits(table):
            yield 0, train, test
    else:
        raise SettingsError(
            f"unknown design {shorten(design)}; expected some of: {choices(DESIGNS)}."
        )


def held_out_answers(
    table: pd.DataFrame,
    labels: IntArray,
    codebook: Codebook,
    name: str,
    design: str,
    *,
    coverage: float = 0.9,
    n_splits: int = 5,
    n_repeats: int = 5,
    random_state: int = 0,
    n_jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> HeldOutAnswers:
    """Fit a predictor on every part that a design leaves, and ask it of what was held out.

    Parts with too few meetings to learn from are left out. The same for any number of processes.
    """
    from joblib import Parallel, delayed

    settings: Mapping[str, Any] = {"random_state": random_state}
    least = 3 if name.startswith("stack") else 2  # a stack holds out within what is left
    parts = [
        part
        for part in design_splits(table, design, n_splits, n_repeats, random_state)
        if len(set(item_groups(table.iloc[part[1]]))) >= least and _can_learn(labels[part[1]])
    ]
    if not parts:
        raise SettingsError(
            f"the design {design!r} leaves no part to learn from: too few labelled meetings.",
            "Label items of more meetings.",
            "より多くの会議の項目にラベルを付けてください。",
        )
    jobs = (
        delayed(_answers)(make_predictor(name, codebook, **settings), table, labels, part, coverage)
        for part in parts
    )
    found = []
    for answers in Parallel(n_jobs=n_jobs, return_as="generator")(jobs):
        found.append(answers)
        if progress is not None:
            progress(len(found), len(parts))
    sets, novel = [part.sets for part in found], [part.novel for part in found]
    return HeldOutAnswers(
        np.concatenate([part.rows for part in found]),
        np.concatenate([part.repeats for part in found]),
        np.vstack([part.probabilities for part in found]),
        np.vstack([part.chosen for part in found]),
        None if sets[0] is None else np.vstack([s for s in sets if s is not None]),
        None if novel[0] is None else np.concatenate([n for n in novel if n is not None]),
    )


def _can_learn(labels: IntArray) -> bool:
    return int(labels.any(axis=0).sum()) >= 2


def _answers(
    model: Any,
    table: pd.DataFrame,
    labels: IntArray,
    part: tuple[int, IntArray, IntArray],
    coverage: float,
) -> HeldOutAnswers:
    repeat, train, test = part
    items = table.iloc[test]
    model.fit(table.iloc[train].reset_index(drop=True), labels[train])
    learned = getattr(model, "model_", None)
    repeats = np.full(len(test), repeat)
    if learned is None:
        probabilities = model.predict_proba(items)
        chosen = model.decide(probabilities)
        return HeldOutAnswers(test, repeats, probabilities, chosen, None, None)
    answer = learned.answer(items)
    sets = learned.sets(answer.probabilities, coverage)
    return HeldOutAnswers(test, repeats, answer.probabilities, answer.chosen, sets, answer.novel)
