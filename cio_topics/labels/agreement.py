"""How far coders agree: Krippendorff's alpha, Cohen's kappa, F1, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.intervals import cluster_bootstrap
from cio_topics.labels.columns import theme_indicator
from cio_topics.labels.distance import distance_matrix
from cio_topics.labels.scores import f1_score, overall_scores, score_counts

if TYPE_CHECKING:
    from cio_topics.corpus import Corpus

__all__ = ["REASONS", "chosen_coders", "coder_agreement", "label_agreement"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int_]
Statistic = Callable[[FloatArray], FloatArray]

#: Why a value or an interval is missing, in Japanese and English.
REASONS = {
    "no_shared_items": ("二人以上が答えた項目がない", "no item has two answers"),
    "never_given": ("誰も付けていない", "nobody gave it"),
    "always_given": ("全員が全項目に付けた", "everybody gave it to every item"),
    "one_answer": ("すべての答えが同じ", "all answers are the same"),
    "one_meeting": ("会議が一つしかなく区間は出せない", "one meeting only, so no interval"),
    "draws_alike": (
        "会議を引き直してもほぼ同じ値になり区間は出せない",
        "the same in nearly every draw of meetings, so no interval",
    ),
}
_COLUMNS = ("measure", "theme", "coder", "other", "value", "low", "high", "n", "n_given", "reason")


class _Answers(NamedTuple):
    """Answers of coders on items as arrays."""

    given: BoolArray  # (n_coders, n_items, n_themes)
    known: BoolArray  # (n_coders, n_items)
    groups: IntArray  # (n_items,): the meeting of each item


class _Draws(NamedTuple):
    n: int
    random_state: int


def chosen_coders(labels: pd.DataFrame, coders: Sequence[str] | None = None) -> list[str]:
    """Return the coders that are compared, in the order in which they come or were asked for.

    Raises
    ------
    SettingsError
        A coder without labels, or one named twice.
    TooSmallError
        Fewer than two coders.

    Examples
    --------
    >>> labels = pd.DataFrame({"coder": ["青木", "井上", "青木"]})
    >>> chosen_coders(labels)
    ['青木', '井上']
    >>> chosen_coders(labels, ["上田", "青木"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: no label is by the coder '上田'; there are: 青木, 井上. ...
    """
    known = list(dict.fromkeys(labels["coder"]))
    wanted = known if coders is None else list(coders)
    for coder in wanted:
        if coder not in known:
            raise SettingsError(
                f"no label is by the coder {shorten(coder)}; there are: {choices(known)}.",
                "Write the name as it stands in the labels.",
                "ラベルにある名前で指定してください。",
            )
    if len(set(wanted)) < len(wanted):
        raise SettingsError(f"a coder is named twice: {choices(wanted)}; expected each once.")
    if len(wanted) < 2:
        raise TooSmallError(
            f"labels of {len(wanted)} coder{'' if len(wanted) == 1 else 's'}; agreement needs at "
            "least two.",
            "Give the labels of another coder as well.",
            "別の人のラベルも指定してください。",
        )
    return wanted


def label_agreement(
    labels: pd.DataFrame,
    codebook: Codebook | None = None,
    corpus: Corpus | None = None,
    *,
    coders: Sequence[str] | None = None,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how far coders agree, each number with its 95 % interval and what it rests on.

    Any number of coders; answers may be missing. Intervals are percentiles over draws of whole
    meetings, because items of one meeting are alike. Draws in which a measure is not defined are
    left out. Where every draw gives the same value, as it does if the coders never differ, there is
    no interval: it would have no width, and say more than the labels do.

    Parameters
    ----------
    labels : DataFrame
        ``item_id, coder, themes``, one row a coder and item, as :func:`read_labels` or
        :func:`corpus_labels` returns them.
    codebook : Codebook, optional
        The embedded one if None.
    corpus : Corpus, optional
        Which items are of one meeting. Without it, and where an item is unknown, every item is
        drawn by itself.
    coders : sequence of str, optional
        Who is compared; everybody if None.
    n_draws : int, default 1000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``measure, theme, coder, other, value, low, high, n, n_given, reason``. Measures:

        - ``alpha_masi``, over sets of themes of all coders with MASI distance; ``alpha_sets``, with
          0 for equal sets and 1 for others; ``alpha``, by theme, given or not given.
        - by pair of coders: ``exact``, the share of items with identical sets; ``f1`` by theme and
          with ``micro`` and ``macro`` as theme (the mean over themes that occur); ``kappa`` by
          theme.

        ``n`` counts items with two or more answers (of this pair), ``n_given`` those of them to
        which anybody gave the theme. ``reason`` says why a value or an interval is missing, a key
        of :data:`REASONS`.

    Raises
    ------
    SettingsError
        A theme that the codebook does not have, a coder without labels.
    TooSmallError
        Fewer than two coders.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
    Pennsylvania. https://repository.upenn.edu/handle/20.500.14332/2089

    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and
    pragmatic annotation. Proceedings of LREC 2006, 831-836.

    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20, 37-46. doi:10.1177/001316446002000104

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.labels.read import corpus_labels
    >>> corpus = read_example()
    >>> found = label_agreement(corpus_labels(corpus), corpus=corpus, n_draws=200)
    >>> found.loc[found["measure"] == "alpha_masi", ["value", "n"]].round(3).values.tolist()
    [[0.924, 191]]
    """
    codebook = read_codebook() if codebook is None else codebook
    names = chosen_coders(labels, coders)
    answers = _answers(labels, names, codebook, corpus)
    draws = _Draws(n_draws, random_state)
    parts = [_set_rows(answers, draws), _alpha_rows(answers, codebook.ids, draws)]
    for one, other in combinations(range(len(names)), 2):
        pair = _Answers(answers.given[[one, other]], answers.known[[one, other]], answers.groups)
        rows = _pair_rows(_of_items(pair, pair.known[0] & pair.known[1]), codebook.ids, draws)
        parts.append(rows.assign(coder=names[one], other=names[other]))
    table = pd.concat(parts, ignore_index=True)
    return table[list(_COLUMNS)].astype({"n": "Int64", "n_given": "Int64"})


def _answers(
    labels: pd.DataFrame, names: Sequence[str], codebook: Codebook, corpus: Corpus | None
) -> _Answers:
    kept = labels[labels["coder"].isin(names)]
    items, unique = pd.factorize(kept["item_id"])
    who = pd.Index(names).get_indexer(pd.Index(kept["coder"]))
    given = np.zeros((len(names), len(unique), len(codebook.ids)), dtype=bool)
    known = np.zeros(given.shape[:2], dtype=bool)
    given[who, items] = theme_indicator(kept["themes"], codebook.ids)
    known[who, items] = True
    return _Answers(given, known, _groups(pd.Series(unique, dtype="str"), corpus))


def _groups(items: pd.Series[str], corpus: Corpus | None) -> IntArray:
    """Return the number of each item's meeting; an item that is not in the corpus has its own."""
    alone = "item " + items
    if corpus is None:
        return pd.factorize(alone, sort=True)[0]
    meeting = "meeting " + corpus.items.set_index("item_id")["meeting_id"]
    return pd.factorize(items.map(meeting).fillna(alone), sort=True)[0]


def _of_items(answers: _Answers, chosen: BoolArray) -> _Answers:
    return _Answers(answers.given[:, chosen], answers.known[:, chosen], answers.groups[chosen])


def _with_two(answers: _Answers) -> _Answers:
    return _of_items(answers, np.asarray(answers.known.sum(axis=0) > 1))


def _estimated(
    counts: FloatArray, groups: IntArray, statistic: Statistic, draws: _Draws
) -> pd.DataFrame:
    """Return value, interval and, where there is no interval, why."""
    value = statistic(counts.sum(axis=0, keepdims=True))[0]
    by_group = pd.DataFrame(counts).groupby(groups).sum().to_numpy()
    drawn = cluster_bootstrap(by_group, statistic, n_draws=draws.n, random_state=draws.random_state)
    low, high = (np.where(np.isfinite(value), bound, np.nan) for bound in drawn)
    alike = low == high
    reason = np.where(alike, "draws_alike", np.where(np.isfinite(low), "", "one_meeting"))
    low, high = (np.where(alike, np.nan, bound) for bound in (low, high))
    return pd.DataFrame({"value": value, "low": low, "high": high, "reason": reason})


def _row_frame(found: pd.DataFrame, n: int, n_given: npt.NDArray[Any]) -> pd.DataFrame:
    """Add what the numbers rest on, and why values are missing."""
    table = found.assign(n=n, n_given=n_given, coder="", other="")
    missing = table["value"].isna()
    whole = table["n_given"].isna()
    reason = np.where(whole, "one_answer", "always_given")
    reason = np.where(table["n_given"] == 0, "never_given", reason)
    reason = np.where(table["n"] == 0, "no_shared_items", reason)
    return table.assign(reason=table["reason"].where(~missing, pd.Series(reason)))


def _set_rows(answers: _Answers, draws: _Draws) -> pd.DataFrame:
    """Return alpha over sets of themes, with MASI distance and with that of unequal sets."""
    paired = _with_two(answers)
    flat = paired.given[paired.known]
    sets, codes = np.unique(flat, axis=0, return_inverse=True)
    which = np.full(paired.known.shape, -1)
    which[paired.known] = codes.reshape(-1)
    masi = distance_matrix([set(map(str, np.flatnonzero(row))) for row in sets])
    parts = []
    for measure, distance in (("alpha_masi", masi), ("alpha_sets", 1.0 - np.eye(len(sets)))):
        apart = _set_disagreement(which, distance)
        counts = np.column_stack([apart, _set_counts(which, len(sets))])
        found = _estimated(counts, paired.groups, _set_alpha(distance), draws)
        nothing = np.full(len(found), np.nan)
        rows = _row_frame(found, len(paired.groups), nothing)
        parts.append(rows.assign(measure=measure, theme=""))
    return pd.concat(parts)


def _set_disagreement(which: IntArray, distance: FloatArray) -> FloatArray:
    """Return by item the distances of its pairs of answers, each pair twice, over m - 1."""
    n_answers = (which >= 0).sum(axis=0)
    total = np.zeros(which.shape[1])
    for one, other in combinations(which, 2):
        both = (one >= 0) & (other >= 0)
        total[both] += 2 * distance[one[both], other[both]]
    apart: FloatArray = total / (n_answers - 1)
    return apart


def _set_counts(which: IntArray, n_sets: int) -> FloatArray:
    counts = np.zeros((which.shape[1], n_sets))
    _, items = np.nonzero(which >= 0)
    np.add.at(counts, (items, which[which >= 0]), 1.0)
    return counts


def _set_alpha(distance: FloatArray) -> Statistic:
    def statistic(sums: FloatArray) -> FloatArray:
        counts = sums[:, 1:]
        chance = ((counts @ distance) * counts).sum(axis=1)
        return _alpha_of(sums[:, 0], counts.sum(axis=1), chance)[:, None]

    return statistic


def _alpha_of(observed: FloatArray, n: FloatArray, chance: FloatArray) -> FloatArray:
    """Return 1 - D_o / D_e with D_o = observed / n and D_e = chance / (n (n - 1))."""
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha: FloatArray = np.where(chance > 0, 1 - (n - 1) * observed / chance, np.nan)
    return alpha


def _alpha_rows(answers: _Answers, ids: tuple[str, ...], draws: _Draws) -> pd.DataFrame:
    """Return alpha by theme: given or not given, all coders."""
    paired = _with_two(answers)
    n_answers = paired.known.sum(axis=0)[:, None].astype(float)
    yes = paired.given.sum(axis=0).astype(float)
    disagreement = 2 * yes * (n_answers - yes) / (n_answers - 1)

    def statistic(sums: FloatArray) -> FloatArray:
        observed, n_yes, n = np.split(sums, [len(ids), 2 * len(ids)], axis=1)
        return _alpha_of(observed, n, 2 * n_yes * (n - n_yes))

    counts = np.hstack([disagreement, yes, n_answers])
    found = _estimated(counts, paired.groups, statistic, draws)
    table = _row_frame(found, len(paired.groups), (yes > 0).sum(axis=0))
    return table.assign(measure="alpha", theme=list(ids))


def _pair_rows(pair: _Answers, ids: tuple[str, ...], draws: _Draws) -> pd.DataFrame:
    """Return F1, exact share and kappa of two coders on the items that both answered."""
    first, second = pair.given.astype(float)
    either = (first + second > 0).sum(axis=0)
    counts = np.column_stack([score_counts(first, second), first, second])
    n_themes = len(ids)

    def statistic(sums: FloatArray) -> FloatArray:
        scores = overall_scores(sums[:, : 2 * n_themes + 2], either > 0)
        return np.hstack([scores, _kappa(sums, n_themes)])

    found = _estimated(counts, pair.groups, statistic, draws)
    n_given = np.concatenate([either, np.full(3, np.nan), either])
    table = _row_frame(found, len(first), n_given)
    measure = ["f1"] * (n_themes + 2) + ["exact"] + ["kappa"] * n_themes
    return table.assign(measure=measure, theme=[*ids, "micro", "macro", "", *ids])


def _kappa(sums: FloatArray, n_themes: int) -> FloatArray:
    """Return Cohen's kappa by theme; no number where both coders gave it always, or never."""
    differ, n = sums[:, n_themes : 2 * n_themes], sums[:, [2 * n_themes + 1]]
    first, second = np.split(sums[:, 2 * n_themes + 2 :], 2, axis=1)
    # p_o = 1 - differ / n, and 1 - p_e is this over n squared.
    chance = first * (n - second) + (n - first) * second
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance > 0, 1 - n * differ / chance, np.nan)


def _nominal_alpha(first: IntArray, second: IntArray) -> float:
    import krippendorff

    ratings = np.vstack([first, second])
    if ratings.min() == ratings.max():
        return float("nan")
    return float(krippendorff.alpha(reliability_data=ratings, level_of_measurement="nominal"))


def coder_agreement(corpus: Corpus, codebook: Codebook | None = None) -> pd.DataFrame:
    """Return how far the two codings agree before adjudication: the ceiling for any classifier.

    Parameters
    ----------
    corpus : Corpus
        With ``coder_a`` and ``coder_b`` in ``theme_labels``.
    codebook : Codebook, optional
        The embedded one if None.

    Returns
    -------
    DataFrame
        ``theme, n_a, n_b, n_both, f1, alpha`` by theme (Krippendorff's alpha, nominal, given or
        not given), then ``micro`` and ``exact`` (share of items with identical sets, in ``f1``).
        Alpha is no number where neither coder ever gave the theme.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
    Pennsylvania. https://repository.upenn.edu/handle/20.500.14332/2089

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> agreement = coder_agreement(read_example()).set_index("theme")
    >>> float(agreement.loc["e_records", "alpha"])
    1.0
    """
    codebook = read_codebook() if codebook is None else codebook
    labels = corpus.theme_labels
    both = labels[(labels["coder_a"] != "") & (labels["coder_b"] != "")]
    first = theme_indicator(both["coder_a"], codebook.ids)
    second = theme_indicator(both["coder_b"], codebook.ids)
    n_a, n_b, n_both = (m.sum(axis=0) for m in (first, second, first * second))
    columns = zip(first.T, second.T, strict=True)
    alphas = [_nominal_alpha(a, b) if len(both) else np.nan for a, b in columns]
    exact = float((first == second).all(axis=1).mean()) if len(both) else np.nan
    tp = np.concatenate([n_both, [n_both.sum()]]).astype(float)
    errors = np.concatenate([n_a + n_b - 2 * n_both, [(n_a + n_b - 2 * n_both).sum()]])
    return pd.DataFrame(
        {
            "theme": [*codebook.ids, "micro", "exact"],
            "n_a": [*n_a, n_a.sum(), len(both)],
            "n_b": [*n_b, n_b.sum(), len(both)],
            "n_both": [*n_both, n_both.sum(), round(exact * len(both)) if len(both) else 0],
            "f1": [*f1_score(tp, errors.astype(float)), exact],
            "alpha": [*alphas, np.nan, np.nan],
        }
    )
