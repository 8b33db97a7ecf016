"""Why a person should look at an answer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.themes.model import Answers, ThemeModel

__all__ = ["DOUBTS", "doubts_of"]

#: ``novel``: like nothing labelled. ``unlikely``: a theme given is more probably wrong than right,
#: or none reaches its threshold. ``set``: themes that were not given are possible as well.
DOUBTS = ("novel", "unlikely", "set")


def doubts_of(model: ThemeModel, answers: Answers, sets: npt.NDArray[np.int_]) -> list[list[str]]:
    """Return what is doubtful of each answer, some of :data:`DOUBTS`."""
    known = model.decision.without_fallback(answers.probabilities)
    unlikely = ~(known >= model.decision.thresholds).any(axis=1)
    unlikely |= ((answers.chosen == 1) & (known >= 0) & (known < 0.5)).any(axis=1)
    others = (sets != answers.chosen).any(axis=1)
    flags = np.column_stack([answers.novel, unlikely, others])
    return [
        [name for name, flag in zip(DOUBTS, row, strict=True) if flag] for row in flags.tolist()
    ]
