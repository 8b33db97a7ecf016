"""How well themes are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Codebook, match_items, read_codebook
from cio_topics.errors import SettingsError
from cio_topics.intervals import cluster_bootstrap, wilson_interval
from cio_topics.labels import coder_agreement, theme_indicator
from cio_topics.labels.scores import overall_scores, score_counts
from cio_topics.themes.classifier import CodebookClassifier

if TYPE_CHECKING:
    from cio_topics.corpus import Corpus

__all__ = ["coder_agreement", "evaluate_codebook", "theme_scores"]

IntArray = npt.NDArray[np.int_]

#: Rows of a score table that stand for all themes.
OVERALL = ("micro", "macro", "exact")


def theme_scores(
    truth: IntArray,
    found: IntArray,
    themes: tuple[str, ...],
    groups: npt.ArrayLike,
    *,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return precision, recall and F1 by theme and over all, with intervals.

    Parameters
    ----------
    truth, found : ndarray of int, shape (n, n_themes)
        0/1 matrices of the themes that are right, and those that were found.
    themes : tuple of str
        Names of the columns.
    groups : array_like, shape (n,)
        The meeting of each item; F1 and the overall rows are bootstrapped by it.
    n_draws : int, default 1000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``theme, n, n_found, precision, precision_low, precision_high, recall, recall_low,
        recall_high, f1, f1_low, f1_high``; precision and recall with 95 % Wilson intervals. Rows:
        the themes, then ``micro``, ``macro`` (mean F1 of themes that occur) and ``exact`` (share of
        items whose set of themes is right, in column ``f1``).
    """
    codes, _ = pd.factorize(np.asarray(groups))
    items = score_counts(truth, found)
    by_group = pd.DataFrame(items).groupby(codes).sum().to_numpy()

    def statistic(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return overall_scores(sums, np.asarray(truth.sum(axis=0) > 0))

    value = statistic(items.sum(axis=0, keepdims=True))[0]
    low, high = cluster_bootstrap(by_group, statistic, n_draws=n_draws, random_state=random_state)
    n_true, n_found, n_right = (m.sum(axis=0).astype(float) for m in (truth, found, truth * found))
    n_true, n_found, n_right = (
        np.concatenate([part, [part.sum()], [np.nan, np.nan]])
        for part in (n_true, n_found, n_right)
    )
    table = pd.DataFrame({"theme": [*themes, *OVERALL], "n": n_true, "n_found": n_found})
    for name, total in (("precision", n_found), ("recall", n_true)):
        known = np.nan_to_num(total)
        bounds = wilson_interval(np.nan_to_num(n_right), known)
        with np.errstate(invalid="ignore", divide="ignore"):
            table[name] = np.where(known > 0, n_right / total, np.nan)
        table[f"{name}_low"], table[f"{name}_high"] = bounds
    table["f1"], table["f1_low"], table["f1_high"] = value, low, high
    table.loc[table["theme"] == "exact", "n"] = len(truth)
    return table.astype({"n": "Int64", "n_found": "Int64"})


def evaluate_codebook(
    corpus: Corpus,
    codebook: Codebook | None = None,
    *,
    n_splits: int = 5,
    seen_only: bool = False,
    random_state: int = 0,
) -> pd.DataFrame:
    """Score the codebook's rules on the coded items by cross-validation grouped by meeting.

    Rules may have been written with the coded items in sight; cross-validation cannot undo that,
    and the scores are then a fit, not a forecast. With `seen_only` a rule is credited only with
    matches that coded items of other meetings have as well: a lower bound on the side of recall.
    Precision on titles nobody has seen is measured by neither.

    Parameters
    ----------
    corpus : Corpus
        With ``theme_labels``.
    codebook : Codebook, optional
        The embedded one if None.
    n_splits : int, default 5
        Fewer if there are fewer meetings.
    seen_only : bool, default False
    random_state : int, default 0
        Of the bootstrap; the folds are determined by the meetings' sizes.

    Returns
    -------
    DataFrame
        As :func:`theme_scores`.

    Raises
    ------
    SettingsError
        Fewer than two coded meetings.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> scores = evaluate_codebook(read_example()).set_index("theme")
    >>> bool(scores.loc["micro", "f1_low"] > 0.8)
    True
    """
    from sklearn.model_selection import GroupKFold

    codebook = read_codebook() if codebook is None else codebook
    coded = corpus.agenda().merge(corpus.theme_labels[["item_id", "themes"]], on="item_id")
    n_meetings = coded["meeting_id"].nunique()
    if n_splits < 2:
        raise SettingsError(f"n_splits is {n_splits}; expected at least 2.")
    if n_meetings < 2:
        raise SettingsError(
            f"{n_meetings} meetings have coded items; expected at least two to cross-validate.",
            "Add rows to theme_labels.",
            "theme_labels に行を足してください。",
        )
    truth = theme_indicator(coded["themes"], codebook.ids)
    hits = match_items(coded, codebook)  # matching does not depend on the folds
    found = np.zeros_like(truth)
    folds = GroupKFold(min(n_splits, n_meetings))
    for train, test in folds.split(coded, truth, coded["meeting_id"]):
        training = set(train.tolist())
        model = CodebookClassifier(codebook, seen_only=seen_only)
        model.fit_hits([hit for hit in hits if hit.row in training], truth)
        held_out = [hit for hit in hits if hit.row not in training]
        found[test] = model.predict_hits(len(coded), held_out)[test]
    return theme_scores(truth, found, codebook.ids, coded["meeting_id"], random_state=random_state)
