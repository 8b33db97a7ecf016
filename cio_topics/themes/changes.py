"""What a classifier says otherwise than the one before it."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.intervals import cluster_bootstrap
from cio_topics.labels import theme_indicator
from cio_topics.themes.model import ThemeModel
from cio_topics.themes.splits import item_groups

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
    labelled: pd.DataFrame,
    *,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how scores of held-out items moved, on items that both classifiers held out.

    Both are asked what they said of an item when its meeting was held out; the labels are those of
    today. Intervals are percentiles over draws of meetings, the same draws for both.

    Returns
    -------
    DataFrame
        ``measure, before, after, difference, low, high, n, n_meetings``; ``low`` and ``high`` bound
        the difference.
    """
    place = [{name: k for k, name in enumerate(m.held_out.item_ids)} for m in (before, after)]
    both = labelled[labelled["item_id"].isin(set(place[0]) & set(place[1]))]
    if both.empty:
        names = ["measure", "before", "after", "difference", "low", "high", "n", "n_meetings"]
        return pd.DataFrame(columns=names)
    truth = theme_indicator(both["themes"], after.codebook.ids)
    found = [
        model.decision.decide(model.held_out.probabilities[[at[name] for name in both["item_id"]]])
        for model, at in zip((before, after), place, strict=True)
    ]
    counts = np.hstack([_counts(truth, given) for given in found])
    codes = item_groups(both)
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
            "n": len(both),
            "n_meetings": len(by_group),
        }
    )


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
        counts = _counts(truth, before.predict(items))
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


def _counts(truth: IntArray, found: IntArray) -> FloatArray:
    exact = (truth == found).all(axis=1)
    parts = [truth * found, truth + found, exact, np.ones(len(truth))]
    return np.column_stack(parts).astype(float)


def _scores(sums: FloatArray, occurs: npt.NDArray[np.bool_]) -> FloatArray:
    """Return micro and macro F1 and the share of exact items; a theme given by none counts 0."""
    k = len(occurs)
    right, both = sums[:, :k], sums[:, k : 2 * k]
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = np.nan_to_num(2 * right / both)[:, occurs].mean(axis=1)
        micro = 2 * right.sum(axis=1) / both.sum(axis=1)
        return np.column_stack([micro, f1, sums[:, -2] / sums[:, -1]])


def _names(model: ThemeModel, chosen: IntArray) -> list[str]:
    return [";".join(model.classes_[row == 1]) for row in chosen]
