"""Shares as counted, and as labels would have them: errors of rules or classifiers taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level, choices, shorten
from cio_topics.tracking.corrections import (
    Correction,
    LabelSums,
    best_power,
    correction_rule,
    sensitivity_specificity,
)
from cio_topics.tracking.counts import ThemeCounts, theme_counts
from cio_topics.tracking.likeness import effective_sizes, likeness
from cio_topics.tracking.share_intervals import effective_interval
from cio_topics.tracking.shares import shares_of

__all__ = ["ERRORS_FROM", "STATES", "corrected_shares"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Rule = Callable[[LabelSums, FloatArray], FloatArray]

ErrorsFrom = Literal["auto", "period", "all"]
#: Which labelled items tell the errors of a period: its own; those of all periods; its own if it
#: has enough labelled meetings.
ERRORS_FROM = ("auto", "period", "all")
#: What can be said of a corrected share that is no plain number with an interval.
STATES = ("", "truncated", "one_meeting", "few_labelled", "no_labels", "no_theme", "weak", "empty")


class _Estimate(NamedTuple):
    """Shares of one period, shape (n_themes,) each."""

    share: FloatArray
    variance: FloatArray
    df: FloatArray


def corrected_shares(
    table: pd.DataFrame,
    labels: pd.DataFrame,
    predictions: pd.DataFrame,
    by: str | pd.DataFrame = "year",
    *,
    themes: Sequence[str] | None = None,
    method: Correction = "ppi",
    power: float | None = None,
    errors_from: ErrorsFrom = "auto",
    least_meetings: int = 10,
    administrations: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return shares as counted, and corrected for the errors seen on labelled items.

    Labelled items count as they are labelled. The others count as predicted, less the errors that
    the same predictions make on labelled items which they did not learn from. The corrected share
    of a period with N items, n of them labelled, is
    ``(labelled items with the theme + (N - n) * corrected mean of the others) / N``.

    Intervals take meetings as drawn from all that might have been held. Shares as counted have the
    ``clustered`` ones of :func:`theme_shares`. The variance of a corrected share is that of a
    jackknife over meetings, of the period and of the labelled items elsewhere, and of one more
    wrong item in either direction; its interval is :func:`effective_interval`. It holds if whether
    a meeting was labelled has nothing to do with the errors in it.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`: what is counted, and where the items belong.
    labels : DataFrame of 0 and 1, shape (n_labelled, n_themes)
        Index ``item_id``; items that are not in `table` are left out.
    predictions : DataFrame of float in [0, 1], shape (n_items, n_themes)
        Index ``item_id``, from :func:`cross_predictions`: labelled items must not be predicted by
        what learned from them.
    by, themes, administrations
        As in :func:`theme_counts`.
    method : {"ppi", "rogan_gladen"}, default "ppi"
        See :func:`prediction_powered` and :func:`rogan_gladen`.
    power : float in [0, 1], optional
        Of ``ppi``; the one with the least variance if None.
    errors_from : {"auto", "period", "all"}, default "auto"
        Labelled items of the period, or of all periods, tell the errors; ``auto``: those of the
        period if it has `least_meetings` labelled meetings and they suffice for an interval.
    least_meetings : int, default 10
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        By period in order of time and theme in the given order: ``period, theme, n, n_items,
        n_meetings, n_labelled, n_labelled_meetings``; ``share, share_low, share_high`` as counted;
        ``corrected, corrected_low, corrected_high``; ``errors_from`` (``period`` or ``all``),
        ``n_reference, n_reference_meetings`` (labelled items and meetings that tell the errors),
        ``n_reference_theme`` (those with the theme); ``sensitivity, specificity`` there; ``power``;
        and ``state``, one of :data:`STATES`: ``truncated`` (the estimate was outside [0, 1]),
        ``one_meeting`` (of the period) and ``few_labelled`` (without one of the labelled meetings
        there would be no estimate) have no interval; ``no_labels``, ``no_theme`` (no labelled item
        with, or without, the theme) and ``weak`` (sensitivity + specificity at most 1) have no
        corrected share; ``empty``.

    Raises
    ------
    SettingsError
        An unknown grouping, theme or method; an item without prediction; labels other than 0 and 1;
        predictions outside [0, 1].

    References
    ----------
    Angelopoulos et al. (2023); Rogan and Gladen (1978): see :mod:`cio_topics.tracking.corrections`.
    Zrnic, T. and Candès, E. J. (2024). Cross-prediction-powered inference. PNAS 121, e2322083121.
    doi:10.1073/pnas.2322083121. (Predictions by models that did not learn from the item.)
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. New York:
    Springer. (The same estimator, of a finite population.)
    Lang, Z. and Reiczigel, J. (2014). Confidence limits for prevalence of disease adjusted for
    estimated sensitivity and specificity. Preventive Veterinary Medicine 113, 13-22.
    doi:10.1016/j.prevetmed.2013.09.015. (Added errors where few were seen.)
    Rust, K. F. and Rao, J. N. K. (1996). Variance estimation for complex surveys using replication
    techniques. Statistical Methods in Medical Research 5, 283-310. doi:10.1177/096228029600500305.

    Examples
    --------
    >>> items = [f"i{n}" for n in range(8)]  # invented: "a" is found in every item
    >>> table = pd.DataFrame({"item_id": items, "theme": "a", "year": "2004",
    ...     "meeting_id": ["m0", "m1", "m2", "m3"] * 2})
    >>> labels = pd.DataFrame({"a": [1, 0, 1, 1]}, index=items[:4])
    >>> predictions = pd.DataFrame({"a": 1.0}, index=items)
    >>> found = corrected_shares(table, labels, predictions)
    >>> found[["n_items", "n_labelled", "share", "corrected"]].values.tolist()
    [[8.0, 4.0, 1.0, 0.75]]
    >>> corrected_shares(table, labels, predictions.iloc[:6])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: item 'i6' has no prediction; expected one for every item ...
    """
    check_level(level)
    _check_choice(errors_from, least_meetings)
    rule = correction_rule(method, power)
    counts = theme_counts(table, by, themes=themes, administrations=administrations)
    sums = _sums_by_meeting(table, labels, predictions, counts)
    raw = shares_of(counts, interval="clustered", level=level)
    raw = raw[["period", "theme", "n", "share", "share_low", "share_high"]]
    largest, largest_df = effective_sizes(counts), max(likeness(counts)[1], 1)
    parts = []
    for place, period in enumerate(counts.periods):
        inside = counts.places == place
        interval = partial(
            effective_interval, largest=largest[place], largest_df=largest_df, level=level
        )
        part = raw[raw["period"] == period].reset_index(drop=True)
        rows = partial(_corrected, sums, inside, rule, method, power, interval)
        found = rows("period" if errors_from == "period" else "all")
        if errors_from == "auto" and int((sums[0].any(axis=1) & inside).sum()) >= least_meetings:
            own = rows("period")
            found = own.where(own["corrected_low"].notna(), found)
        parts.append(part.join(found))
    types = {name: int for name in _COLUMNS if name.startswith("n_")}
    return pd.concat(parts, ignore_index=True)[_COLUMNS].astype(
        {"period": "str", "theme": "str", **types}
    )


_COLUMNS = [
    *("period", "theme", "n", "n_items", "n_meetings", "n_labelled", "n_labelled_meetings"),
    *("share", "share_low", "share_high", "corrected", "corrected_low", "corrected_high"),
    *("errors_from", "n_reference", "n_reference_meetings", "n_reference_theme"),
    *("sensitivity", "specificity", "power", "state"),
]


def _check_choice(errors_from: str, least_meetings: int) -> None:
    if errors_from not in ERRORS_FROM:
        raise SettingsError(
            f"unknown errors_from {shorten(errors_from)}; expected one of: {choices(ERRORS_FROM)}."
        )
    if least_meetings < 2:
        raise SettingsError(f"least_meetings is {least_meetings}; expected at least 2.")


def _sums_by_meeting(
    table: pd.DataFrame, labels: pd.DataFrame, predictions: pd.DataFrame, counts: ThemeCounts
) -> FloatArray:
    """Return the seven sums of :class:`LabelSums` by meeting, shape (7, n_meetings, n_themes)."""
    items = table.drop_duplicates("item_id")
    ids, meetings = pd.Index(items["item_id"]), pd.Index(counts.meetings)
    _check_values(labels, predictions, ids, counts.themes)
    y = labels.reindex(index=ids, columns=list(counts.themes)).to_numpy(float)
    f = predictions.reindex(index=ids, columns=list(counts.themes)).to_numpy(float)
    known = ids.isin(labels.index)[:, None]
    y, own = np.where(known, y, 0.0), np.where(known, f, 0.0)
    ones = np.ones_like(f)
    parts = (ones * known, y, own, own**2, own * y, ones * ~known, f - own)
    row = meetings.get_indexer(pd.Index(items["meeting_id"]))
    sums = np.zeros((len(parts), len(meetings), len(counts.themes)))
    for part, values in zip(sums, parts, strict=True):
        np.add.at(part, row, values)
    return sums


def _check_values(
    labels: pd.DataFrame, predictions: pd.DataFrame, ids: pd.Index, themes: Sequence[str]
) -> None:
    for name, given in (("labels", labels), ("predictions", predictions)):
        lost = [theme for theme in themes if theme not in given]
        if lost:
            raise SettingsError(
                f"the {name} have no column {shorten(lost[0])}; expected one a theme."
            )
        if not given.index.is_unique:
            twice = given.index[given.index.duplicated()][0]
            raise SettingsError(f"item {shorten(twice)} is twice in the {name}; expected once.")
    without = ids[~ids.isin(predictions.index)]
    if len(without):
        raise SettingsError(
            f"item {shorten(without[0])} has no prediction; expected one for every item of the "
            "table.",
            "Make them with cross_predictions from the same corpus.",
            "同じコーパスから cross_predictions で作ってください。",
        )
    values = labels[list(themes)].to_numpy(float)
    if not np.isin(values, (0, 1)).all():
        item, value = _first(labels, values, ~np.isin(values, (0, 1)))
        raise SettingsError(f"label of item {shorten(item)} is {value}; expected 0 or 1.")
    values = predictions[list(themes)].to_numpy(float)
    outside = ~((values >= 0) & (values <= 1))
    if outside.any():
        item, value = _first(predictions, values, outside)
        raise SettingsError(
            f"prediction of item {shorten(item)} is {value}; expected a number from 0 to 1."
        )


def _first(given: pd.DataFrame, values: FloatArray, wrong: BoolArray) -> tuple[object, float]:
    row, column = np.argwhere(wrong)[0]
    return given.index[row], float(values[row, column])


def _mixed(own: LabelSums, reference: LabelSums, rule: Rule) -> FloatArray:
    """Return the share of a period: labelled items as they are, the others corrected."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = rule(reference, own.others / own.n_others)
        others = np.where(own.n_others > 0, own.n_others * mean, 0.0)
        found: FloatArray = (own.labels + others) / (own.n + own.n_others)
    return found


def _estimate(sums: FloatArray, inside: BoolArray, reference: BoolArray, rule: Rule) -> _Estimate:
    """Return corrected shares, their variance by leaving out each meeting, and its freedom."""
    own, known = sums[:, inside].sum(axis=1), sums[:, reference].sum(axis=1)
    share = _mixed(LabelSums(*own), LabelSums(*known), rule)
    to_correct = bool(own[5].any())
    n_meetings = int(inside.sum())
    if n_meetings < 2 or (to_correct and int(reference.sum()) < 2):
        return _Estimate(share, np.full_like(share, np.nan), np.full_like(share, np.nan))
    used = inside | reference if to_correct else inside
    left = sums[:, used]
    without = _mixed(
        LabelSums(*(own[:, None] - left * inside[used][:, None])),
        LabelSums(*(known[:, None] - left * reference[used][:, None])),
        rule,
    )
    apart = (int(used.sum()) - 1) / int(used.sum()) * (without - share) ** 2
    labelled = left[0].any(axis=1)
    parts = [
        (apart[group].sum(axis=0), max(int(group.sum()) - 1, 1))
        for group in (inside[used] & labelled, inside[used] & ~labelled, ~inside[used])
    ]
    parts.append((_unseen_errors(own, known, share, rule), max(int(reference.sum()) - 1, 1)))
    variance = np.sum([part for part, _ in parts], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = variance**2 / np.sum([part**2 / n for part, n in parts], axis=0)
    return _Estimate(share, variance, df)


def _unseen_errors(own: FloatArray, known: FloatArray, share: FloatArray, rule: Rule) -> FloatArray:
    """Return the squares of what one more item missed, and one more found in vain, would change."""
    missed, in_vain = np.array([1, 1, 0, 0, 0, 0, 0]), np.array([1, 0, 1, 1, 0, 0, 0])
    found = np.zeros_like(share)
    for error in (missed, in_vain):
        moved = _mixed(LabelSums(*own), LabelSums(*(known + error[:, None])), rule)
        found += (moved - share) ** 2
    return found


def _corrected(
    sums: FloatArray,
    inside: BoolArray,
    rule: Rule,
    method: str,
    power: float | None,
    interval: Callable[..., tuple[FloatArray, FloatArray]],
    errors_from: str,
) -> pd.DataFrame:
    """Return the corrected shares of a period, with the labelled items that tell its errors."""
    labelled = sums[0].any(axis=1)
    reference = labelled & inside if errors_from == "period" else labelled
    found = _estimate(sums, inside, reference, rule)
    low, high = interval(*found)
    own, told = (LabelSums(*sums[:, rows].sum(axis=1)) for rows in (inside, reference))
    sensitivity, specificity = sensitivity_specificity(told)
    believed = np.full(len(found.share), np.nan)
    if method == "ppi" and told.n.any():
        believed = best_power(told) if power is None else np.full(len(believed), power)
    return pd.DataFrame(
        {
            "n_items": own.n + own.n_others,
            "n_meetings": int(inside.sum()),
            "n_labelled": own.n,
            "n_labelled_meetings": int((labelled & inside).sum()),
            "corrected": np.clip(found.share, 0.0, 1.0),
            "corrected_low": low,
            "corrected_high": high,
            "errors_from": errors_from,
            "n_reference": told.n,
            "n_reference_meetings": int(reference.sum()),
            "n_reference_theme": told.labels,
            "sensitivity": sensitivity,
            "specificity": specificity,
            "power": believed,
            "state": _states(own, told, found, method, int(inside.sum())),
        }
    )


def _states(
    own: LabelSums, told: LabelSums, found: _Estimate, method: str, n_meetings: int
) -> list[str]:
    """Return what is to be said of each corrected share; the gravest first."""
    to_correct = own.n_others > 0
    by_confusion = to_correct & (method == "rogan_gladen")
    cases = {
        "empty": own.n + own.n_others == 0,
        "no_labels": to_correct & (told.n == 0),
        "no_theme": by_confusion & ((told.labels == 0) | (told.labels == told.n)),
        "weak": by_confusion & np.isnan(found.share),
        "one_meeting": np.isnan(found.variance) & (n_meetings < 2),
        "few_labelled": np.isnan(found.variance),
        "truncated": (found.share < -1e-12) | (found.share > 1 + 1e-12),
    }
    return [str(name) for name in np.select(list(cases.values()), list(cases), "")]
