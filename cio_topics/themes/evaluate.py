"""Classifiers scored on labelled items that they did not learn from."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.errors import SettingsError, check_jobs, choices, shorten
from cio_topics.intervals import cluster_bootstrap
from cio_topics.labels import corpus_labels, label_agreement, theme_indicator
from cio_topics.themes.calibration import brier_score, reliability_table
from cio_topics.themes.conformal import check_coverage
from cio_topics.themes.held_out import (
    DESIGNS,
    FLOORS,
    PREDICTORS,
    HeldOutAnswers,
    held_out_answers,
)
from cio_topics.themes.splits import item_groups
from cio_topics.themes.train import labelled_items

if TYPE_CHECKING:
    from cio_topics.corpus import Corpus

__all__ = ["DEFAULT_PREDICTORS", "Evaluation", "evaluate_themes"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]

#: What is scored if nothing else is asked for: the default, its lower bound, rules, and floors.
DEFAULT_PREDICTORS = ("linear", "linear-seen", "rules", "rules-seen", *FLOORS)


class Evaluation(NamedTuple):
    """Tables of an evaluation; ``_low`` and ``_high`` bound 95 % intervals over draws of meetings.

    Where every draw of meetings gives the same value there is no interval: it would have no width.

    `overall`: ``design, predictor, n, n_meetings``, then ``micro_f1, macro_f1, exact,
    micro_precision, micro_recall, average_precision`` (mean over themes), each with its interval,
    and ``brier, empty`` (share of items given the fallback). `themes`: ``design, predictor, theme,
    n, n_found, precision, recall, f1, average_precision`` with intervals. `parts`: scores of the
    first predictor by body and administration. `reliability`: see
    :func:`~cio_topics.themes.calibration.reliability_table`. `coverage`: how often sets hold all
    themes of an item. `errors`: items that the first predictor got wrong in most repeats of the
    first design. `ceiling`: agreement of the two codings on the same items.
    """

    overall: pd.DataFrame
    themes: pd.DataFrame
    parts: pd.DataFrame
    reliability: pd.DataFrame
    coverage: pd.DataFrame
    errors: pd.DataFrame
    ceiling: pd.DataFrame


class _Scores(NamedTuple):
    """Values with their bounds, of one predictor in one design."""

    counted: tuple[FloatArray, FloatArray, FloatArray]  # see _statistics
    precisions: tuple[FloatArray, FloatArray, FloatArray]  # average; of themes, then their mean
    n_meetings: int


class _Known(NamedTuple):
    table: pd.DataFrame
    labels: IntArray
    groups: IntArray
    codebook: Codebook
    n_draws: int
    random_state: int


def evaluate_themes(
    corpus: Corpus,
    codebook: Codebook | None = None,
    labels: pd.DataFrame | None = None,
    *,
    predictors: Sequence[str] = ("linear", "linear-seen", "rules", "rules-seen", *FLOORS),
    designs: Sequence[str] = DESIGNS,
    coverage: float = 0.9,
    n_splits: int = 5,
    n_repeats: int = 5,
    n_draws: int = 1000,
    random_state: int = 0,
    n_jobs: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
) -> Evaluation:
    """Score classifiers on labelled items that they did not learn from.

    No meeting and no repeated title stands on both sides. Designs: ``meetings`` (whole meetings
    held out by chance, repeated), ``forward`` (each administration, learned from those before it),
    ``bodies`` (each body, learned from all others).

    Parameters
    ----------
    corpus : Corpus
        With ``theme_labels``.
    codebook : Codebook, optional
        The embedded one if None.
    labels : DataFrame, optional
        ``item_id, themes``, one row an item; the corpus's ``theme_labels`` if None.
    predictors : sequence of str
        Some of :data:`cio_topics.themes.held_out.PREDICTORS`. The first is described in detail.
    designs : sequence of str
    coverage : float in (0, 1), default 0.9
        Asked of the sets of themes.
    n_splits, n_repeats : int, default 5
        Folds of a repeat, and repeats, of the design ``meetings``.
    n_draws : int, default 1000
        Draws of meetings for the intervals.
    random_state : int, default 0
    n_jobs : int, default 1
        Processes; the result is the same for any number.
    progress : callable, optional
        Called with what is done, how many parts are, and of how many.

    Returns
    -------
    Evaluation

    Raises
    ------
    SettingsError
        No labelled item; unknown names; too few meetings.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> found = evaluate_themes(
    ...     read_example(), predictors=["rules"], designs=["bodies"], n_draws=20
    ... )
    >>> found.overall.loc[0, ["design", "predictor"]].tolist()
    ['bodies', 'rules']
    """
    codebook = read_codebook() if codebook is None else codebook
    check_coverage(coverage)
    _check_asked(predictors, designs, n_repeats, n_jobs)
    table = labelled_items(corpus, labels)
    if table.empty:
        raise SettingsError(
            "no item of this corpus is labelled; expected theme_labels.",
            "Label items with cio-topics label, and give them with --labels.",
            "cio-topics label でラベルを付け、--labels で指定してください。",
        )
    truth = theme_indicator(table["themes"], codebook.ids)
    groups = item_groups(table)
    answers: dict[tuple[str, str], HeldOutAnswers] = {}
    for design in designs:
        for name in predictors:
            answers[design, name] = held_out_answers(
                table,
                truth,
                codebook,
                name,
                design,
                coverage=coverage,
                n_splits=n_splits,
                n_repeats=n_repeats,
                random_state=random_state,
                n_jobs=n_jobs,
                progress=progress and partial(progress, f"{name}, {design}"),
            )
    known = _Known(table, truth, groups, codebook, n_draws, random_state)
    scored = [(*key, found, _scores(known, found)) for key, found in answers.items()]
    first = predictors[0]
    detailed = {design: answers[design, first] for design in designs}
    return Evaluation(
        overall=pd.concat([_overall_rows(known, *row) for row in scored], ignore_index=True),
        themes=pd.concat([_theme_rows(known, *row) for row in scored], ignore_index=True),
        parts=_part_rows(known, detailed),
        reliability=pd.concat(
            [
                reliability_table(found.probabilities, truth[found.rows]).assign(design=design)
                for design, found in detailed.items()
            ],
            ignore_index=True,
        ),
        coverage=_coverage_rows(known, detailed, coverage),
        errors=_error_rows(known, detailed[designs[0]]),
        ceiling=_ceiling(corpus, codebook, n_draws, random_state),
    )


def _check_asked(
    predictors: Sequence[str], designs: Sequence[str], n_repeats: int, n_jobs: int
) -> None:
    """Refuse what cannot be done before anything is learned."""
    asked = (("predictor", predictors, PREDICTORS), ("design", designs, DESIGNS))
    for kind, names, known in asked:
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            given = f"unknown {kind} {shorten(unknown[0])}" if unknown else f"no {kind}"
            raise SettingsError(f"{given}; expected some of: {choices(known)}.")
    if n_repeats < 1:
        raise SettingsError(f"n_repeats is {shorten(n_repeats)}; expected 1 or more.")
    check_jobs(n_jobs)


_MEASURES = ("micro_f1", "macro_f1", "exact", "micro_precision", "micro_recall")


def _ratio(one: FloatArray, other: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return one / other


def _counts(truth: IntArray, found: IntArray) -> FloatArray:
    """Return by item: right, given and true themes, then whether it is exact, then one."""
    exact = (truth == found).all(axis=1)
    return np.column_stack([truth * found, found, truth, exact, np.ones(len(truth))]).astype(float)


def _statistics(sums: FloatArray, occurs: npt.NDArray[np.bool_]) -> FloatArray:
    """Return the overall measures, then precision, recall and F1 of each theme."""
    k = len(occurs)
    right, given, true = sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k : 3 * k]
    f1 = _ratio(2 * right, given + true)
    all_right, all_given, all_true = (part.sum(axis=1) for part in (right, given, true))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a draw without any theme has no mean
        macro = np.nanmean(f1[:, occurs], axis=1)
    overall = [
        _ratio(2 * all_right, all_given + all_true),
        macro,
        _ratio(sums[:, -2], sums[:, -1]),
        _ratio(all_right, all_given),
        _ratio(all_right, all_true),
    ]
    return np.column_stack([*overall, _ratio(right, given), _ratio(right, true), f1])


def _scores(known: _Known, found: HeldOutAnswers) -> _Scores:
    value, low, high, n_meetings = _counted(known, found)
    return _Scores((value, low, high), _average_precisions(known, found), n_meetings)


def _counted(
    known: _Known, found: HeldOutAnswers
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Return statistics with their bounds, and how many meetings they rest on."""
    truth = known.labels[found.rows]
    n_repeats = len(set(found.repeats.tolist()))
    counts = _counts(truth, found.chosen) / n_repeats
    codes = pd.factorize(known.groups[found.rows])[0]
    by_group = pd.DataFrame(counts).groupby(codes).sum().to_numpy()
    occurs = np.asarray(truth.any(axis=0))

    def statistic(sums: FloatArray) -> FloatArray:
        return _statistics(sums, occurs)

    value = statistic(by_group.sum(axis=0, keepdims=True))[0]
    bounds = cluster_bootstrap(
        by_group, statistic, n_draws=known.n_draws, random_state=known.random_state
    )
    return value, *_with_width(*bounds), len(by_group)


def _with_width(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return bounds; none where every draw was alike, which would claim to be sure."""
    alike = high - low < 1e-12
    return np.where(alike, np.nan, low), np.where(alike, np.nan, high)


def average_precision(
    given: FloatArray, truth: npt.NDArray[np.bool_], weights: FloatArray
) -> FloatArray:
    """Return the average precision of a ranking for many weightings of its items.

    Parameters
    ----------
    given : ndarray, shape (n,)
        What items are ranked by; equals are taken together.
    truth : ndarray of bool, shape (n,)
    weights : ndarray, shape (n_draws, n)

    Returns
    -------
    ndarray, shape (n_draws,)
        No number where no item that is right has weight.

    Examples
    --------
    >>> given, truth = np.array([0.9, 0.8, 0.1]), np.array([True, False, True])
    >>> average_precision(given, truth, np.ones((1, 3))).round(3).tolist()
    [0.833]
    """
    order = np.argsort(-given, kind="stable")
    last = np.append(np.flatnonzero(np.diff(given[order])), len(order) - 1)
    right = np.cumsum(weights[:, order] * truth[order], axis=1)[:, last]
    ranked = np.cumsum(weights[:, order], axis=1)[:, last]
    gained = np.diff(right, axis=1, prepend=0.0)
    return _ratio((gained * np.nan_to_num(_ratio(right, ranked))).sum(axis=1), right[:, -1])


def _average_precisions(
    known: _Known, found: HeldOutAnswers
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the average precision of each theme and, last, their mean, with bounds.

    The value is the mean over repeats; every draw takes meetings with replacement, as weights of
    their items, and averages over repeats likewise.
    """
    codes = pd.factorize(known.groups[found.rows])[0]
    n_groups = int(codes.max()) + 1
    rng = np.random.default_rng(known.random_state)
    even = np.full(n_groups, 1.0 / n_groups)
    drawn = np.vstack([np.ones(n_groups), rng.multinomial(n_groups, even, known.n_draws)])
    truth = known.labels[found.rows] == 1
    values = []
    for repeat in sorted(set(found.repeats.tolist())):
        of = found.repeats == repeat
        weights = drawn[:, codes[of]]
        values.append(
            np.column_stack(
                [
                    average_precision(found.probabilities[of, k], truth[of, k], weights)
                    for k in range(truth.shape[1])
                ]
            )
        )
    mean = np.mean(values, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a theme that no item has
        table = np.column_stack([mean, np.nanmean(mean, axis=1)])
        low, high = np.nanpercentile(table[1:], [2.5, 97.5], axis=0)
    return table[0], *_with_width(low, high)


def _with_bounds(name: str, value: float, low: float, high: float) -> dict[str, float]:
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _overall_rows(
    known: _Known, design: str, predictor: str, found: HeldOutAnswers, scores: _Scores
) -> pd.DataFrame:
    value, low, high = scores.counted
    row: dict[str, object] = {
        "design": design,
        "predictor": predictor,
        "n": len(set(found.rows.tolist())),
        "n_meetings": scores.n_meetings,
    }
    for k, name in enumerate(_MEASURES):
        row |= _with_bounds(name, value[k], low[k], high[k])
    mean, mean_low, mean_high = (part[-1] for part in scores.precisions)
    row |= _with_bounds("average_precision", mean, mean_low, mean_high)
    row["brier"] = brier_score(found.probabilities, known.labels[found.rows])
    row["empty"] = _share_of_fallback(known, found)
    return pd.DataFrame([row])


def _share_of_fallback(known: _Known, found: HeldOutAnswers) -> float:
    if not known.codebook.fallback:
        return 0.0
    return float(found.chosen[:, known.codebook.ids.index(known.codebook.fallback)].mean())


def _theme_rows(
    known: _Known, design: str, predictor: str, found: HeldOutAnswers, scores: _Scores
) -> pd.DataFrame:
    value, low, high = scores.counted
    k = len(known.codebook.ids)
    precision, precision_low, precision_high = scores.precisions
    n_repeats = len(set(found.repeats.tolist()))
    truth = known.labels[found.rows]
    table = pd.DataFrame({"design": design, "predictor": predictor, "theme": known.codebook.ids})
    table["n"] = (truth.sum(axis=0) / n_repeats).round().astype(int)
    table["n_found"] = found.chosen.sum(axis=0) / n_repeats
    for place, name in enumerate(("precision", "recall", "f1")):
        part = slice(len(_MEASURES) + place * k, len(_MEASURES) + (place + 1) * k)
        table[name], table[f"{name}_low"], table[f"{name}_high"] = (
            value[part],
            low[part],
            high[part],
        )
    table["average_precision"] = precision[:-1]
    table["average_precision_low"] = precision_low[:-1]
    table["average_precision_high"] = precision_high[:-1]
    return table


def _part_rows(known: _Known, detailed: Mapping[str, HeldOutAnswers]) -> pd.DataFrame:
    """Return scores by body where bodies were held out, and by administration going forward."""
    rows = []
    for design, found in detailed.items():
        column = {"forward": "administration", "bodies": "body"}.get(design)
        if column is None:
            continue
        of = known.table[column].to_numpy()[found.rows]
        for part in dict.fromkeys(of[np.argsort(known.table["date"].to_numpy()[found.rows])]):
            inside = of == part
            answers = HeldOutAnswers(
                found.rows[inside],
                found.repeats[inside],
                found.probabilities[inside],
                found.chosen[inside],
                None,
                None,
            )
            value, low, high, n_meetings = _counted(known, answers)
            row: dict[str, object] = {"design": design, "part": part, "n": int(inside.sum())}
            row["n_meetings"] = n_meetings
            for k, name in ((0, "micro_f1"), (2, "exact")):
                row |= _with_bounds(name, value[k], low[k], high[k])
            rows.append(row)
    names = ["design", "part", "n", "n_meetings"]
    return pd.DataFrame(rows, columns=None if rows else names)


def _coverage_rows(
    known: _Known, detailed: Mapping[str, HeldOutAnswers], coverage: float
) -> pd.DataFrame:
    rows = []
    for design, found in detailed.items():
        if found.sets is None:
            continue
        held = (found.sets >= known.labels[found.rows]).all(axis=1).astype(float)
        novel = np.zeros(len(held)) if found.novel is None else found.novel.astype(float)
        columns = np.column_stack([held, found.sets.sum(axis=1), novel, np.ones(len(held))])
        codes = pd.factorize(known.groups[found.rows])[0]
        by_group = pd.DataFrame(columns).groupby(codes).sum().to_numpy()
        low, high = cluster_bootstrap(
            by_group,
            lambda sums: sums[:, :1] / sums[:, -1:],
            n_draws=known.n_draws,
            random_state=known.random_state,
        )
        mean = columns.mean(axis=0)
        rows.append(
            {
                "design": design,
                "asked": coverage,
                **_with_bounds("coverage", mean[0], low[0], high[0]),
                "mean_size": mean[1],
                "single": float((found.sets.sum(axis=1) == 1).mean()),
                "novel": mean[2],
            }
        )
    names = ["design", "asked", "coverage", "coverage_low", "coverage_high", "mean_size"]
    return pd.DataFrame(rows, columns=None if rows else [*names, "single", "novel"])


def _error_rows(known: _Known, found: HeldOutAnswers) -> pd.DataFrame:
    """Return items that were wrong in most repeats, with what was given most often instead."""
    ids = np.array(known.codebook.ids, dtype=object)
    truth = known.labels[found.rows]
    wrong = pd.Series((truth != found.chosen).any(axis=1)).groupby(found.rows).mean()
    rows = []
    for row in wrong[wrong > 0.5].index:
        of = found.rows == row
        given = pd.Series([";".join(ids[c == 1]) for c in found.chosen[of]]).mode().iloc[0]
        mean = found.probabilities[of].mean(axis=0)
        true = known.labels[row] == 1
        item = known.table.iloc[row]
        rows.append(
            {
                "item_id": item["item_id"],
                "title": item["title"],
                "body": item["body"],
                "date": item["date"],
                "themes": ";".join(ids[true]),
                "found": given,
                "wrong": float(wrong[row]),
                "least_true": float(mean[true].min()),
                "most_false": float(mean[~true].max(initial=0.0)),
            }
        )
    columns = ["item_id", "title", "body", "date", "themes", "found", "wrong"]
    return pd.DataFrame(rows, columns=None if rows else [*columns, "least_true", "most_false"])


def _ceiling(corpus: Corpus, codebook: Codebook, n_draws: int, random_state: int) -> pd.DataFrame:
    """Return how far the two codings agree on the labelled items; no row if there is one."""
    labels = corpus_labels(corpus)
    columns = ["measure", "value", "low", "high", "n"]
    if labels["coder"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    found = label_agreement(labels, codebook, corpus, n_draws=n_draws, random_state=random_state)
    names = {("f1", "micro"): "micro_f1", ("f1", "macro"): "macro_f1", ("exact", ""): "exact"}
    keys = list(zip(found["measure"], found["theme"].fillna(""), strict=True))
    rows = found.assign(measure=[names.get(key, "") for key in keys])
    return rows.loc[rows["measure"] != "", columns].reset_index(drop=True)
