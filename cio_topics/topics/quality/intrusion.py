"""Word intrusion: a sheet of words on which people look for the one that does not belong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.components import (
    check_components,
    position_names,
    ranked_columns,
    said_terms,
)

__all__ = ["IntrusionSheet", "make_intrusion_sheet"]

#: An intruder is among so many first terms of another topic.
N_HIGH = 10


class IntrusionSheet(NamedTuple):
    """What people get, what they must not see, and the topics for which there is no task.

    ``sheet`` has the columns ``task, word_1, word_2, …, answer, coder``, the last two empty;
    ``key`` has ``task, topic, intruder, position, source`` and the words again, where `position` is
    the number of the intruder among the words and `source` the topic in which it weighs most.
    """

    sheet: pd.DataFrame
    key: pd.DataFrame
    left_out: tuple[str, ...]


def make_intrusion_sheet(
    components: npt.ArrayLike,
    terms: Sequence[str] | npt.NDArray[Any],
    *,
    topics: Sequence[str] | None = None,
    columns: npt.ArrayLike | None = None,
    n_words: int = 5,
    nested: bool = False,
    random_state: int = 0,
) -> IntrusionSheet:
    """Hide among the top terms of each topic one that is typical of another.

    The intruder weighs no more in the topic than the median of the vocabulary, and is among the
    first ten terms of another topic, so that nobody finds it by its rarity. It is drawn at random,
    and so is the order of the words and of the tasks.

    Parameters
    ----------
    components : array_like of float, shape (n_topics, n_terms)
        ``components_`` of a model; not negative.
    terms : sequence of str, shape (n_terms,)
        Names of the columns.
    topics : sequence of str, shape (n_topics,), optional
        Names of the rows; ``topic_01`` … if None.
    columns : array_like of int, shape (n_topics, k), optional
        Columns of the top terms, best first, where they are ranked otherwise than by probability;
        more than `n_words`, for some may be passed over.
    n_words : int, default 5
        Top terms shown of each topic, beside the intruder; at least 2.
    nested : bool, default False
        Whether one of the words may be a part of another (計画, 推進計画). If not, the next term is
        taken: such words would give away that they belong together.
    random_state : int, default 0

    Returns
    -------
    IntrusionSheet
        A topic with too few terms, or without an intruder, is left out and named.

    Raises
    ------
    SettingsError
        Names and matrix do not fit, or a setting is out of range.
    TooSmallError
        There is no task for any topic.

    References
    ----------
    Chang, J., Boyd-Graber, J., Gerrish, S., Wang, C. and Blei, D. M. (2009). Reading tea leaves:
    how humans interpret topic models. NIPS 22, 288-296.
    Lau, J. H., Newman, D. and Baldwin, T. (2014). Machine reading tea leaves: automatically
    evaluating topic coherence and topic model quality. EACL, 530-539. doi:10.3115/v1/E14-1056.

    Examples
    --------
    >>> terms = ["電子政府", "申請", "窓口", "防災", "訓練", "地図"]
    >>> weights = [[9, 8, 7, 0, 0, 0], [0, 0, 0, 9, 8, 7]]
    >>> made = make_intrusion_sheet(weights, terms, n_words=3)
    >>> made.sheet.columns.tolist()
    ['task', 'word_1', 'word_2', 'word_3', 'word_4', 'answer', 'coder']
    >>> made.key[["task", "topic", "intruder", "source"]].values.tolist()
    [[1, 'topic_01', '地図', 'topic_02'], [2, 'topic_02', '電子政府', 'topic_01']]
    >>> make_intrusion_sheet(weights, terms, n_words=1)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: n_words is 1; expected at least 2.
    """
    weights = check_components(components)
    names = position_names(len(weights)) if topics is None else list(topics)
    _check_names(weights, terms, names, n_words)
    ranks = _ranked_terms(weights, columns)
    rng = np.random.default_rng(random_state)
    rows, left_out = [], []
    for place, name in enumerate(names):
        task = _task(place, weights, ranks, [str(term) for term in terms], n_words, nested, rng)
        if task is None:
            left_out.append(name)
            continue
        words, position, source = task
        rows.append([name, words[position], position + 1, names[source], *words])
    if not rows:
        raise TooSmallError(
            f"none of {len(names)} topics has {n_words} terms and an intruder; expected at least "
            "one.",
            "Ask for fewer words, or add items.",
            "語数を減らすか、項目を増やしてください。",
        )
    shown = [f"word_{number}" for number in range(1, n_words + 2)]
    key = pd.DataFrame(rows, columns=["topic", "intruder", "position", "source", *shown])
    key = key.iloc[rng.permutation(len(key))].reset_index(drop=True)
    key.insert(0, "task", np.arange(1, len(key) + 1))
    return IntrusionSheet(key[["task", *shown]].assign(answer="", coder=""), key, tuple(left_out))


def _check_names(
    weights: npt.NDArray[np.float64],
    terms: Sequence[str] | npt.NDArray[Any],
    names: Sequence[str],
    n_words: int,
) -> None:
    for what, given, expected in (
        ("terms", len(terms), weights.shape[1]),
        ("topics", len(names), weights.shape[0]),
    ):
        if given != expected:
            raise SettingsError(f"{given} {what}; expected {expected}, as components have.")
    if n_words < 2:
        raise SettingsError(f"n_words is {n_words}; expected at least 2.")


def _ranked_terms(
    weights: npt.NDArray[np.float64], columns: npt.ArrayLike | None
) -> list[list[int]]:
    """Return the columns of each topic, best first, without those it does not say."""
    order = ranked_columns(weights, columns)
    return [
        [int(column) for column in ranked if row[column]]
        for row, ranked in zip(said_terms(weights), order, strict=True)
    ]


def _task(
    place: int,
    weights: npt.NDArray[np.float64],
    ranks: list[list[int]],
    terms: list[str],
    n_words: int,
    nested: bool,
    rng: np.random.Generator,
) -> tuple[list[str], int, int] | None:
    """Return the words in their order, the place of the intruder, and the topic it is from."""
    words: list[str] = []
    for column in ranks[place]:
        if len(words) < n_words and (nested or not _is_nested(terms[column], words)):
            words.append(terms[column])
    row = weights[place]
    typical = {c for other, ranked in enumerate(ranks) if other != place for c in ranked[:N_HIGH]}
    unlikely = [c for c in sorted(typical) if row[c] <= np.median(row) and terms[c] not in words]
    intruders = [c for c in unlikely if nested or not _is_nested(terms[c], words)]
    if len(words) < n_words or not intruders:
        return None
    intruder = intruders[int(rng.integers(len(intruders)))]
    shuffled = [[*words, terms[intruder]][number] for number in rng.permutation(n_words + 1)]
    total = weights.sum(axis=1)
    shares = weights[:, intruder] / np.where(total > 0, total, 1.0)
    return shuffled, shuffled.index(terms[intruder]), int(shares.argmax())


def _is_nested(term: str, words: Sequence[str]) -> bool:
    return any(term in word or word in term for word in words)
