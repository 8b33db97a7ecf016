"""Word intrusion: how often people found the intruders, and how far they agree."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import TooSmallError
from cio_topics.intervals import cluster_bootstrap_shares, wilson_interval

__all__ = ["IntrusionScore", "score_intrusion"]

_COUNTS = ["n_answers", "n_missing", "n_right"]


class IntrusionScore(NamedTuple):
    """Model precision by topic, by coder and over all; see :func:`score_intrusion`."""

    topics: pd.DataFrame
    coders: pd.DataFrame
    overall: dict[str, Any]


def score_intrusion(
    answers: pd.DataFrame,
    key: pd.DataFrame,
    *,
    n_draws: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> IntrusionScore:
    """Return how often people found the intruders, and how far they agree.

    Parameters
    ----------
    answers : DataFrame
        ``task, coder, position``, one row a task and coder, from
        :func:`cio_topics.topics.quality.read_intrusion_answers`; position 0 is no answer.
    key : DataFrame
        From :func:`cio_topics.topics.quality.make_intrusion_sheet`, or
        :func:`cio_topics.topics.quality.read_intrusion_key`.
    n_draws : int, default 1000
        Of the bootstrap over topics.
    level : float in (0, 1), default 0.95
    random_state : int, default 0

    Returns
    -------
    IntrusionScore
        - ``topics``: ``task, topic, intruder, n_answers, n_missing, n_right, precision,
          precision_low, precision_high``, by name of the topic. Model precision is the share
          of answers that name the intruder, with its Wilson interval; ``<NA>`` without answers.
        - ``coders``: ``coder`` and the same columns from `n_answers` on.
        - ``overall``: ``n_topics`` with an answer, ``n_coders``, ``n_answers``, ``n_missing``,
          ``n_right``; ``precision``, the mean over topics, with bounds from drawing topics, and
          ``chance``, that of a blind choice; ``agreement``, the share of ``n_pairs`` pairs of
          answers to one task that are the same; ``alpha``, Krippendorff's, nominal, over the places
          of the chosen words. None where there is no pair, no variation, or one topic only.

    Raises
    ------
    TooSmallError
        There is no answer.

    References
    ----------
    Chang, J., Boyd-Graber, J., Gerrish, S., Wang, C. and Blei, D. M. (2009). Reading tea leaves:
    how humans interpret topic models. NIPS 22, 288-296. (Model precision.)
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    https://repository.upenn.edu/handle/20.500.14332/2089

    Examples
    --------
    >>> key = pd.DataFrame({"task": [1, 2], "topic": ["topic_01", "topic_02"],
    ...                     "intruder": ["窓口", "訓練"], "position": [1, 3],
    ...                     "word_1": ["窓口", "申請"], "word_2": ["地図", "電子政府"],
    ...                     "word_3": ["防災", "訓練"]})
    >>> answers = pd.DataFrame({"task": [1, 1, 2, 2], "coder": ["佐藤", "鈴木"] * 2,
    ...                         "position": [1, 1, 3, 2]})
    >>> found = score_intrusion(answers, key)
    >>> found.topics[["topic", "n_answers", "n_right", "precision"]].values.tolist()
    [['topic_01', 2, 2, 1.0], ['topic_02', 2, 1, 0.5]]
    >>> found.overall["precision"], found.overall["agreement"], round(found.overall["alpha"], 2)
    (0.75, 0.5, 0.4)
    """
    given = _marked(answers, key)
    topics = key[["task", "topic", "intruder"]].merge(_precision(given, "task", level), how="left")
    topics[_COUNTS] = topics[_COUNTS].fillna(0).astype(int)
    topics = topics.sort_values("topic", kind="stable", ignore_index=True)
    coders = _precision(given, "coder", level)
    precision = topics["precision"].dropna().to_numpy(dtype=float)
    low, high = cluster_bootstrap_shares(
        precision[:, None],
        np.ones(len(precision)),
        n_draws=n_draws,
        level=level,
        random_state=random_state,
    )
    n_pairs, agreement, alpha = _agreement(_by_place(given))
    overall = {
        "n_topics": len(precision),
        "n_coders": len(coders),
        **{name: int(given[name].sum()) for name in _COUNTS},
        "precision": float(precision.mean()),
        "precision_low": float(low[0]) if len(precision) > 1 else None,
        "precision_high": float(high[0]) if len(precision) > 1 else None,
        "chance": 1 / sum(str(name).startswith("word_") for name in key.columns),
        "n_pairs": n_pairs,
        "agreement": agreement,
        "alpha": alpha,
    }
    return IntrusionScore(topics, coders, overall)


def _marked(answers: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """Return the answers with ``n_answers, n_missing, n_right``, each 0 or 1."""
    given = answers.merge(key[["task", "position"]], on="task", suffixes=("", "_key"))
    given["n_answers"] = (given["position"] > 0).astype(int)
    given["n_missing"] = 1 - given["n_answers"]
    given["n_right"] = (given["position"] == given["position_key"]).astype(int)
    if not given["n_answers"].any():
        raise TooSmallError(
            f"{len(answers)} rows have no answer; expected at least one.",
            "Write one of the words of each row into the column answer.",
            "各行の語から一つを選び、answer の列に書いてください。",
        )
    return given


def _by_place(given: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return how many chose each place, one row a task."""
    chosen = given[given["n_answers"] > 0]
    return pd.crosstab(chosen["task"], chosen["position"]).to_numpy(dtype=float)


def _precision(given: pd.DataFrame, by: str, level: float) -> pd.DataFrame:
    """Return counts of answers and their precision, by task or by coder."""
    table = given.groupby(by)[_COUNTS].sum().reset_index()
    n_answers = table["n_answers"].to_numpy()
    low, high = wilson_interval(table["n_right"], n_answers, level=level)
    shares = table["n_right"].to_numpy() / np.maximum(n_answers, 1)
    for name, values in (("", shares), ("_low", low), ("_high", high)):
        column = pd.Series(np.where(n_answers > 0, values, 0.0), dtype="Float64")
        table[f"precision{name}"] = column.where(n_answers > 0)
    return table


def _agreement(by_place: npt.NDArray[np.float64]) -> tuple[int, float | None, float | None]:
    """Return pairs of answers, the share that agrees, and nominal alpha; rows are tasks.

    Alpha is over places, not words: places are the same categories in every task, so that what
    chance would agree on is about one in so many words, as it is for people who guess.
    """
    per_task = by_place.sum(axis=1)
    paired = by_place[per_task > 1]
    each = per_task[per_task > 1]
    n_pairs = int((each * (each - 1) / 2).sum())
    if not n_pairs:
        return 0, None, None
    same = (paired * (paired - 1)).sum(axis=1)
    total, by_category = each.sum(), paired.sum(axis=0)
    observed = 1 - float((same / (each - 1)).sum() / total)
    expected = 1 - float((by_category * (by_category - 1)).sum() / (total * (total - 1)))
    alpha = 1 - observed / expected if expected > 0 else None
    return n_pairs, float(same.sum() / 2 / n_pairs), alpha
