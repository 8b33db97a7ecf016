"""Which number of topics the evidence is for, or why it is for none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.topics.sweep.run import summarize_sweep

__all__ = ["COMBINED", "Recommendation", "recommend_topics"]

#: Metrics that are combined if none are chosen. Diversity is left out: the more topics there are,
#: the more terms they share, whatever the texts are.
COMBINED = ("coherence", "stability", "held_out")

_DRAWS = 9_999
_MOST = 0.75  # a metric that leaves more of the numbers than that has left almost all
_NAMES_JA = {
    "coherence": "一貫性",
    "stability": "安定性",
    "held_out": "未知文書の対数尤度",
    "diversity": "多様性",
}


class Recommendation(NamedTuple):
    """A number of topics, or None, with the reason in English and Japanese.

    `evidence` has a row a metric: ``metric, best, mean, se`` (the best number, its mean and
    standard error), ``within`` (numbers within one standard error of it), ``p_value`` (Friedman's
    statistic), ``separates``, ``is_used`` (whether it was asked for).
    """

    n_topics: int | None
    reason: str
    reason_ja: str
    evidence: pd.DataFrame


def recommend_topics(
    table: pd.DataFrame, *, metrics: Sequence[str] = COMBINED, alpha: float = 0.05
) -> Recommendation:
    """Recommend the smallest number of topics that no metric speaks against, or none.

    1. For each metric, the numbers whose mean is within one standard error of the best mean are as
       good as the best (the one-standard-error rule; of equal means the smallest number is best).
    2. A metric separates the numbers if the p-value of Friedman's statistic, with seeds as blocks,
       is at most `alpha` divided by the number of metrics, and if at most three quarters of the
       numbers are as good as the best. A metric that does not is set aside. The p-value is that of
       a permutation test: values change places within their seed, 9,999 times.
    3. The smallest number that is as good as the best by all metrics that separate is recommended.

    None is recommended if no metric separates the numbers; if no number is left in step 3, for then
    the metrics contradict one another, and what the topics are for must decide; or if only the
    greatest number is left, for then no one knows what more topics would do. If the numbers
    differed by chance only, a number would be recommended in at most a share `alpha` of the cases.

    Parameters
    ----------
    table : DataFrame
        From :func:`sweep_topics`.
    metrics : sequence of str, default ("coherence", "stability", "held_out")
        What is combined; at least one of the metrics of the table. The evidence shows all.
    alpha : float in (0, 1), default 0.05

    Returns
    -------
    Recommendation

    Raises
    ------
    SettingsError
        An unknown metric, or a table that lacks a value.

    References
    ----------
    Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984). Classification and
    regression trees. Wadsworth. (Section 3.4.3: the one-standard-error rule.)
    Hastie, T., Tibshirani, R. and Friedman, J. (2009). The elements of statistical learning, 2nd
    edition. Springer. doi:10.1007/978-0-387-84858-7. (Section 7.10.)
    Friedman, M. (1937). The use of ranks to avoid the assumption of normality implicit in the
    analysis of variance. Journal of the American Statistical Association 32, 675-701.
    doi:10.1080/01621459.1937.10503522.

    Examples
    --------
    >>> values = {4: [0.1, 0.2, 0.1, 0.2], 8: [0.6, 0.5, 0.5, 0.6], 12: [0.6, 0.6, 0.5, 0.6]}
    >>> table = pd.DataFrame(
    ...     [(n, s, "coherence", v) for n, row in values.items() for s, v in enumerate(row)],
    ...     columns=["n_topics", "seed", "metric", "value"],
    ... )
    >>> found = recommend_topics(table, metrics=["coherence"])
    >>> found.n_topics, found.evidence["within"].tolist()
    (8, [(8, 12)])
    >>> found.reason
    '8 topics: the smallest number within one standard error of the best by coherence (best: 12)...'
    >>> recommend_topics(table[table["n_topics"] > 4], metrics=["coherence"]).reason
    'No number is recommended: the evidence does not separate them (coherence).'
    >>> recommend_topics(table, metrics=["perplexity"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown metric 'perplexity'; expected one of: coherence.
    """
    wide = _wide(table)
    _check(metrics, list(wide), alpha)
    found = summarize_sweep(table).groupby("metric", sort=False)
    rows = [_judge(str(name), part, wide[str(name)], alpha / len(metrics)) for name, part in found]
    evidence = pd.DataFrame(rows)
    evidence["is_used"] = evidence["metric"].isin(metrics)
    used = evidence[evidence["is_used"]]
    deciding = used[used["separates"]]
    aside = list(used.loc[~used["separates"], "metric"])
    return Recommendation(*_decide(deciding, aside, int(table["n_topics"].max())), evidence)


def _decide(deciding: pd.DataFrame, aside: list[str], greatest: int) -> tuple[int | None, str, str]:
    """Return the number, if any, and the reason in English and Japanese."""
    if deciding.empty:
        return None, *_undecided(aside)
    best = dict(zip(deciding["metric"], deciding["best"], strict=True))
    within = dict(zip(deciding["metric"], deciding["within"], strict=True))
    left = set.intersection(*map(set, within.values()))
    if not left:
        return None, *_contradiction(within, aside)
    if min(left) == greatest:
        return None, *_too_short(greatest, list(best), aside)
    return min(left), *_reasons(min(left), best, aside, greatest)


def _wide(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return one table a metric: a row a seed, a column a number of topics."""
    found = {}
    for metric, part in table.groupby("metric", sort=False):
        values = part.pivot(index="seed", columns="n_topics", values="value")
        if not np.isfinite(values.to_numpy(dtype=float)).all():
            raise SettingsError(
                f"the table lacks a value of {metric}; expected one a number of topics and seed.",
                "Give the table as sweep_topics returns it.",
            )
        found[str(metric)] = values
    return found


def _check(metrics: Sequence[str], known: list[str], alpha: float) -> None:
    unknown = [metric for metric in metrics if metric not in known]
    if unknown:
        raise SettingsError(
            f"unknown metric {shorten(unknown[0])}; expected one of: {choices(known)}."
        )
    if not metrics or len(set(metrics)) < len(metrics):
        raise SettingsError(f"metrics are {list(metrics)}; expected at least one, each once.")
    if not 0 < alpha < 1:
        raise SettingsError(f"alpha is {alpha}; expected a number between 0 and 1, such as 0.05.")


def _judge(metric: str, part: pd.DataFrame, values: pd.DataFrame, alpha: float) -> dict[str, Any]:
    part = part.sort_values("n_topics")
    mean = part["mean"].to_numpy()
    noise = 1e-9 * max(1.0, float(np.abs(mean).max()))
    top = int(np.argmax(mean >= mean.max() - noise))  # of equal means the smallest number
    best = part.iloc[top]
    is_within = mean >= best["mean"] - best["se"] - noise
    p_value = _friedman(values.to_numpy(dtype=float), noise)
    return {
        "metric": metric,
        "best": int(best["n_topics"]),
        "mean": float(best["mean"]),
        "se": float(best["se"]),
        "within": tuple(int(number) for number in part.loc[is_within, "n_topics"]),
        "p_value": p_value,
        "separates": p_value <= alpha and bool(is_within.mean() <= _MOST),
    }


def _friedman(values: np.ndarray, noise: float) -> float:
    """Return the p-value of Friedman's statistic; values change places within their row."""
    from scipy.stats import rankdata

    ranks = rankdata(np.round(values / noise), axis=1)
    rng = np.random.default_rng(0)
    drawn = rng.permuted(np.broadcast_to(ranks, (_DRAWS, *ranks.shape)), axis=2).sum(axis=1)
    middle = ranks.shape[0] * (ranks.shape[1] + 1) / 2
    found = ((ranks.sum(axis=0) - middle) ** 2).sum()
    as_great = ((drawn - middle) ** 2).sum(axis=1) >= found - 1e-9
    return float((1 + as_great.sum()) / (1 + _DRAWS))


def _undecided(aside: list[str]) -> tuple[str, str]:
    return (
        f"No number is recommended: the evidence does not separate them ({', '.join(aside)}).",
        f"推奨できるトピック数はありません。{_ja(aside)}では、トピック数の間に差があるとは"
        "言えません。",
    )


def _contradiction(within: dict[str, tuple[int, ...]], aside: list[str]) -> tuple[str, str]:
    by_metric = "; ".join(f"{metric} is for {_numbers(best)}" for metric, best in within.items())
    by_metric_ja = "、".join(
        f"{_ja([metric])}は{_numbers(best)}" for metric, best in within.items()
    )
    return (
        f"No number is recommended: the metrics contradict one another ({by_metric})."
        f"{_aside(aside)} Decide which of them matters, and ask for that one.",
        f"推奨できるトピック数はありません。指標が互いに矛盾しています({by_metric_ja})。"
        f"{_aside_ja(aside)}重視する指標を選んでください。",
    )


def _too_short(number: int, metrics: list[str], aside: list[str]) -> tuple[str, str]:
    return (
        f"No number is recommended: {', '.join(metrics)} is best at {number}, the greatest number "
        f"tried.{_aside(aside)} Try more topics.",
        f"推奨できるトピック数はありません。{_ja(metrics)}は試した最大の数{number}で最良です。"
        f"{_aside_ja(aside)}さらに大きな数も試してください。",
    )


def _reasons(number: int, best: dict[str, int], aside: list[str], greatest: int) -> tuple[str, str]:
    by_metric = ", ".join(f"{metric} (best: {number})" for metric, number in best.items())
    by_metric_ja = "・".join(f"{_ja([metric])}(最良: {number})" for metric, number in best.items())
    rising = [metric for metric, number in best.items() if number == greatest]
    more = more_ja = ""
    if rising:
        more = (
            f" The best by {', '.join(rising)} is the greatest number tried; more topics may be "
            "better still."
        )
        more_ja = f"{_ja(rising)}は試した最大の数で最良です。さらに増やすと上がるかもしれません。"
    return (
        f"{number} topics: the smallest number within one standard error of the best by "
        f"{by_metric}.{_aside(aside)}{more}",
        f"{number}トピック。{by_metric_ja}の最良値から1標準誤差以内で最小の数です。"
        f"{_aside_ja(aside)}{more_ja}",
    )


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _aside(metrics: list[str]) -> str:
    return (
        f" Set aside, for they do not separate the numbers: {', '.join(metrics)}."
        if metrics
        else ""
    )


def _aside_ja(metrics: list[str]) -> str:
    return f"差が認められず除いた指標: {_ja(metrics)}。" if metrics else ""


def _ja(metrics: list[str]) -> str:
    return "・".join(_NAMES_JA.get(metric, metric) for metric in metrics)
