"""Why a person should look at an answer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.themes.model import Answers, ThemeModel

__all__ = ["DOUBTS", "doubts_of"]

#: ``novel``: like nothing labelled. ``unlikely``: no theme reaches its threshold. ``set``: the set
#: of possible themes is another than the themes given.
DOUBTS = ("novel", "unlikely", "set")


def doubts_of(model: ThemeModel, answers: Answers, sets: npt.NDArray[np.int_]) -> list[list[str]]:
    """Return what is doubtful of each answer, some of :data:`DOUBTS`."""
    known = answers.probabilities.copy()
    if model.decision.fallback >= 0:
        known[:, model.decision.fallback] = -1.0
    unlikely = ~(known >= model.decision.thresholds).any(axis=1)
    others = (sets != answers.chosen).any(axis=1)
    flags = np.column_stack([answers.novel, unlikely, others])
    return [
        [name for name, flag in zip(DOUBTS, row, strict=True) if flag] for row in flags.tolist()
    ]
