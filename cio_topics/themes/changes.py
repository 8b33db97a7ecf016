"""What a classifier says otherwise than the one before it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.intervals import cluster_bootstrap
from cio_topics.labels import theme_indicator
from cio_topics.labels.scores import overall_scores, score_counts
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.model import ThemeModel
from cio_topics.themes.splits import fold_splits, item_groups
from cio_topics.themes.stack import StackedThemes

__all__ = ["flipped_items", "moved_metrics", "scores_on_new"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]
_MEASURES = ("micro_f1", "macro_f1", "exact")


def flipped_items(before: ThemeModel, after: ThemeModel, items: pd.DataFrame) -> pd.DataFrame:
    """Return the items to which the two classifiers give different themes.

    Parameters
    ----------
    before, after : ThemeModel
        Of one codebook.
    items : DataFrame, shape (n, k)
        ``item_id, title`` and their context; ``themes`` where labelled.

    Returns
    -------
    DataFrame
        ``item_id, title, body, date, before, after, labelled, change`` (greatest difference of a
        probability), the greatest change first.
    """
    one, other = before.answer(items), after.answer(items)
    flipped = np.flatnonzero((one.chosen != other.chosen).any(axis=1))
    change = np.abs(one.probabilities - other.probabilities).max(axis=1)[flipped]
    table = items.iloc[flipped]
    empty = pd.Series("", index=table.index, dtype="str")
    rows = pd.DataFrame(
        {
            "item_id": table["item_id"],
            "title": table["title"],
            "body": table.get("body", empty),
            "date": table.get("date", empty),
            "before": _names(before, one.chosen[flipped]),
            "after": _names(after, other.chosen[flipped]),
            "labelled": table.get("themes", empty).fillna(""),
            "change": change,
        }
    )
    return rows.sort_values(["change", "item_id"], ascending=[False, True], ignore_index=True)


def moved_metrics(
    before: ThemeModel,
    after: ThemeModel,
    items: pd.DataFrame,
    *,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how scores of held-out items moved because of the labels.

    Both sets of labels are learned from anew with the same folds, so that folds and chance have no
    part in the difference; each classifier's own probabilities and thresholds decide. Scored are
    items that both have labels of, by the labels of today. Intervals are percentiles over draws of
    meetings, the same draws for both.

    Parameters
    ----------
    before, after : ThemeModel
        Of one codebook.
    items : DataFrame, shape (n, k)
        ``item_id, title`` and their context, of all items that were labelled.
    n_draws : int, default 1000
    random_state : int, default 0
        Of folds and draws.

    Returns
    -------
    DataFrame
        ``measure, before, after, difference, low, high, n, n_meetings``; ``low`` and ``high`` bound
        the difference. No row if no item has labels in both.
    """
    known = [_labels(model, items) for model in (before, after)]
    both = (known[0] != "") & (known[1] != "")
    if not both.any():
        names = ["measure", "before", "after", "difference", "low", "high", "n", "n_meetings"]
        return pd.DataFrame(columns=names)
    groups = item_groups(items)
    found = [
        _relearned(model, items, themes, groups, random_state)
        for model, themes in zip((before, after), known, strict=True)
    ]
    truth = theme_indicator(known[1][both], after.codebook.ids)
    counts = np.hstack([score_counts(truth, given[both]) for given in found])
    codes = pd.factorize(groups[both])[0]
    by_group = pd.DataFrame(counts).groupby(codes).sum().to_numpy()
    half, occurs = counts.shape[1] // 2, np.asarray(truth.any(axis=0))

    def differences(sums: FloatArray) -> FloatArray:
        return _scores(sums[:, half:], occurs) - _scores(sums[:, :half], occurs)

    total = by_group.sum(axis=0, keepdims=True)
    low, high = cluster_bootstrap(by_group, differences, n_draws=n_draws, random_state=random_state)
    one, other = _scores(total[:, :half], occurs)[0], _scores(total[:, half:], occurs)[0]
    return pd.DataFrame(
        {
            "measure": _MEASURES,
            "before": one,
            "after": other,
            "difference": other - one,
            "low": low,
            "high": high,
            "n": int(both.sum()),
            "n_meetings": len(by_group),
        }
    )


def _labels(model: ThemeModel, items: pd.DataFrame) -> npt.NDArray[Any]:
    """Return the themes a classifier learned for each item; empty where it learned none."""
    known = dict(zip(model.labelled["item_id"], model.labelled["themes"], strict=True))
    return np.array([known.get(item, "") for item in items["item_id"]], dtype=object)


def _relearned(
    model: ThemeModel,
    items: pd.DataFrame,
    themes: npt.NDArray[Any],
    groups: IntArray,
    random_state: int,
) -> IntArray:
    """Return what a classifier gives when learned again without the fold of each item."""
    kinds = {"LinearThemes": LinearThemes, "StackedThemes": StackedThemes}
    known = theme_indicator(themes, model.codebook.ids)
    chosen = np.zeros_like(known)
    for train, test in fold_splits(groups, 5, random_state):
        learn = train[themes[train] != ""]
        estimator = kinds[model.kind](model.codebook)
        estimator.fit(items.iloc[learn].reset_index(drop=True), known[learn], groups[learn])
        scores = estimator.decision_function(items.iloc[test])
        chosen[test] = model.decision.decide(model.calibration.probabilities(scores))
    return chosen


def scores_on_new(
    before: ThemeModel,
    labelled: pd.DataFrame,
    *,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Score a classifier on items that were labelled after it was trained.

    Items that came before the coder because they were doubtful make a classifier look worse than it
    is; those drawn at random do not, and have rows of their own.

    Parameters
    ----------
    before : ThemeModel
    labelled : DataFrame
        ``item_id, title, themes``; ``chosen_by`` where it is known.

    Returns
    -------
    DataFrame
        ``items`` (``all`` or ``random``), ``measure, value, low, high, n, n_meetings``.
    """
    new = labelled[~labelled["item_id"].isin(before.labelled["item_id"])]
    parts = {"all": new}
    if "chosen_by" in new:
        parts["random"] = new[new["chosen_by"] == "random"]
    rows = []
    for name, items in parts.items():
        if items.empty:
            continue
        truth = theme_indicator(items["themes"], before.codebook.ids)
        counts = score_counts(truth, before.predict(items))
        by_group = pd.DataFrame(counts).groupby(item_groups(items)).sum().to_numpy()
        occurs = np.asarray(truth.any(axis=0))
        value = _scores(by_group.sum(axis=0, keepdims=True), occurs)[0]
        low, high = cluster_bootstrap(
            by_group,
            partial(_scores, occurs=occurs),
            n_draws=n_draws,
            random_state=random_state,
        )
        rows += [
            (name, measure, *of, len(items), len(by_group))
            for measure, *of in zip(_MEASURES, value, low, high, strict=True)
        ]
    names = ["items", "measure", "value", "low", "high", "n", "n_meetings"]
    return pd.DataFrame(rows, columns=names)


def _scores(sums: FloatArray, occurs: npt.NDArray[np.bool_]) -> FloatArray:
    """Return micro and macro F1 and the share of exact items.

    A theme that a draw of meetings does not have takes no part in its macro mean.
    """
    return overall_scores(sums, occurs)[:, -len(_MEASURES) :]


def _names(model: ThemeModel, chosen: IntArray) -> list[str]:
    return [";".join(model.classes_[row == 1]) for row in chosen]
