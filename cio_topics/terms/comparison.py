"""Two groups of items → terms that are more frequent in one of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.terms.occurrences import term_occurrences
from cio_topics.tokens import Tokenizer

__all__ = ["keyness", "log_likelihood", "log_ratio"]

FloatArray = npt.NDArray[np.float64]

_COLUMNS = [
    *("term", "direction", "n_a", "n_b", "n_meetings_a", "n_meetings_b", "rate_a", "rate_b"),
    *("log_ratio", "g2", "p_value", "q_value", "expected_low", "n_terms_a", "n_terms_b"),
]


def keyness(
    items_a: pd.DataFrame,
    items_b: pd.DataFrame,
    *,
    tokenizer: Tokenizer | None = None,
    min_count: int = 5,
) -> pd.DataFrame:
    """Compare how often terms occur in two groups of items (two periods, two bodies).

    G² says how sure a difference is, the log ratio how large it is. G² takes every occurrence as
    independent. Titles of one meeting are not: an agenda is often about one subject, and a title
    may come back word for word. So G² is too large and p too small where a term stands in few
    meetings; ``n_meetings_a`` and ``n_meetings_b`` show them (Lijffijt et al. 2016). With
    ``compounds="both"``, the default of the tokenizer, a compound and its parts are occurrences of
    their own, in the totals too, so the rows are not independent either.

    Parameters
    ----------
    items_a, items_b : DataFrame, shape (n_items, k)
        ``item_id``, ``meeting_id`` and ``title``, as rows of
        :meth:`cio_topics.corpus.Corpus.agenda`. No item may stand in both.
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None.
    min_count : int >= 1, default 5
        Least number of occurrences in both groups together. Rarer terms are counted in the totals
        but have no row.

    Returns
    -------
    DataFrame, shape (n_terms, 15)
        - ``term``; ``direction``: ``a`` or ``b``, the group where it is more frequent, or ``none``.
        - ``n_a, n_b``: occurrences. ``n_meetings_a, n_meetings_b``: meetings with the term.
        - ``rate_a, rate_b``: occurrences per 1,000 terms of the group, of ``n_terms_a`` and
          ``n_terms_b``, the occurrences of all terms.
        - ``log_ratio``: see :func:`log_ratio`; never below 0 in direction ``a``. ``g2``: see
          :func:`log_likelihood`.
        - ``p_value``: of `g2`, chi-squared with one degree of freedom. ``q_value``:
          Benjamini-Hochberg over the rows of the table.
        - ``expected_low``: the smaller of the two expected counts. Where it is small, p is rough;
          Rayson, Berridge and Francis (2004) ask for 13 at the 5 % level, 11 at 1 %, 8 at 0.1 %
          and 1 at 0.01 %.

        By ``g2``, largest first, then by term. Empty if no term occurs `min_count` times.

    Raises
    ------
    SettingsError
        A column is missing, an item stands twice or in both groups, or `min_count` is below 1.
    TooSmallError
        A group has no item, or none of its titles has a term.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics 19(1), 61-74 (likelihood ratio for counts of words).

    Rayson, P. and Garside, R. (2000). Comparing corpora using frequency profiling. Proceedings of
    the Workshop on Comparing Corpora, 1-6. doi:10.3115/1117729.1117730 (the formula).

    Rayson, P., Berridge, D. and Francis, B. (2004). Extending the Cochran rule for the comparison
    of word frequencies between corpora. JADT 2004, 926-936 (least expected counts).

    Rayson, P. (2008). From key words to key semantic domains. International Journal of Corpus
    Linguistics 13(4), 519-549. doi:10.1075/ijcl.13.4.06ray (groups of one corpus compared).

    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x (q-values).

    Lijffijt, J. et al. (2016). Significance testing of word frequencies in corpora. Digital
    Scholarship in the Humanities 31(2), 374-397. doi:10.1093/llc/fqu064 (texts as units).

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a1", "a2", "b1"], "meeting_id": ["m1", "m2", "m3"],
    ...     "title": ["電子政府の構築", "電子政府の評価", "構築の評価"]})
    >>> table = keyness(items[:2], items[2:], min_count=1)
    >>> table[["term", "direction", "n_a", "n_b", "rate_a", "rate_b"]]
       term direction  n_a  n_b  rate_a  rate_b
    0  電子政府         a    2    0   500.0     0.0
    1    構築         b    1    1   250.0   500.0
    2    評価         b    1    1   250.0   500.0
    >>> keyness(items[:2], items[:0])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: group b has no item; expected at least one in each group. ...
    """
    if min_count < 1:
        raise SettingsError(f"min_count is {min_count}; expected at least 1.")
    counts_a, counts_b = _counts(items_a, "a", tokenizer), _counts(items_b, "b", tokenizer)
    _check_apart(items_a, items_b)
    table = counts_a.join(counts_b, how="outer").fillna(0).astype("int64")
    n_terms_a, n_terms_b = int(table["n_a"].sum()), int(table["n_b"].sum())
    table = table[table["n_a"] + table["n_b"] >= min_count].rename_axis("term").reset_index()
    table["term"] = table["term"].astype("str")
    table = table.assign(n_terms_a=n_terms_a, n_terms_b=n_terms_b)
    table = table.assign(**_measures(table))
    table["direction"] = table["direction"].astype("str")
    # Counts that mean the same must not be ordered by the last bit of a logarithm.
    table = table.assign(order=table["g2"].round(9))
    table = table.sort_values(["order", "term"], ascending=[False, True])
    return table[_COLUMNS].reset_index(drop=True)


def log_likelihood(
    n_a: npt.ArrayLike, n_b: npt.ArrayLike, n_terms_a: npt.ArrayLike, n_terms_b: npt.ArrayLike
) -> FloatArray:
    """Return G² of counts in two groups: 2 Σ n ln(n / expected), over the two counts.

    A term is expected in each group by the group's share of all terms.

    Parameters
    ----------
    n_a, n_b : array_like of int, same shape
        Occurrences of the term; at least one of the two above zero. A count of zero adds nothing.
    n_terms_a, n_terms_b : array_like of int
        Occurrences of all terms, above zero.

    Returns
    -------
    ndarray of float, same shape
        0 where the rates are equal; at least 3.84 means p < 0.05, 6.63 p < 0.01, 10.83 p < 0.001,
        15.13 p < 0.0001.

    References
    ----------
    Rayson, P. and Garside, R. (2000). Comparing corpora using frequency profiling. Proceedings of
    the Workshop on Comparing Corpora, 1-6. doi:10.3115/1117729.1117730 (the formula).

    Examples
    --------
    >>> log_likelihood([20, 10, 0], [20, 20, 10], 1000, 1000).round(3).tolist()
    [0.0, 3.398, 13.863]
    """
    from scipy.special import xlogy

    a, b = np.asarray(n_a, dtype=float), np.asarray(n_b, dtype=float)
    expected_a, expected_b = _expected(a, b, n_terms_a, n_terms_b)
    g2 = 2 * (xlogy(a, a / expected_a) + xlogy(b, b / expected_b))
    return np.asarray(np.maximum(g2, 0.0))


def log_ratio(
    n_a: npt.ArrayLike, n_b: npt.ArrayLike, n_terms_a: npt.ArrayLike, n_terms_b: npt.ArrayLike
) -> FloatArray:
    """Return the binary logarithm of the ratio of two rates: 1 is twice, 2 is four times as often.

    A count of zero is taken as 0.5, or as what the other group's rate gives if that is less. So the
    ratio is finite and never points to the group that lacks the term.

    Parameters
    ----------
    n_a, n_b, n_terms_a, n_terms_b
        As in :func:`log_likelihood`.

    Returns
    -------
    ndarray of float, same shape
        Above 0 where the term is more frequent in group a.

    References
    ----------
    Hardie, A. (2014). Log Ratio: an informal introduction. ESRC Centre for Corpus Approaches to
    Social Science, Lancaster. https://cass.lancs.ac.uk/log-ratio-an-informal-introduction/ (the
    measure, and 0.5 for zero).

    Examples
    --------
    >>> log_ratio([20, 10, 0], [20, 40, 4], 1000, 1000).tolist()
    [0.0, -2.0, -3.0]
    """
    a, b = np.asarray(n_a, dtype=float), np.asarray(n_b, dtype=float)
    total_a, total_b = np.asarray(n_terms_a, dtype=float), np.asarray(n_terms_b, dtype=float)
    # Products of counts are exact, so that equal rates give 0 and not the last bit of a quotient.
    ratio = np.log2(np.where(a == 0, 0.5, a) * total_b / (np.where(b == 0, 0.5, b) * total_a))
    ratio = np.where(a == 0, np.minimum(ratio, 0.0), ratio)
    return np.asarray(np.where(b == 0, np.maximum(ratio, 0.0), ratio))


def _expected(
    a: FloatArray, b: FloatArray, n_terms_a: npt.ArrayLike, n_terms_b: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    total_a, total_b = np.asarray(n_terms_a, dtype=float), np.asarray(n_terms_b, dtype=float)
    share = total_a / (total_a + total_b)
    return share * (a + b), (1 - share) * (a + b)


def _counts(items: pd.DataFrame, group: str, tokenizer: Tokenizer | None) -> pd.DataFrame:
    found = term_occurrences(items, tokenizer=tokenizer)
    if found.empty:
        lacks = "term" if len(items) else "item"
        raise TooSmallError(
            f"group {group} has no {lacks}; expected at least one in each group.",
            "Choose a wider group.",
            "もっと広いグループを選んでください。",
        )
    meeting = items["meeting_id"].to_numpy()[found["row"].to_numpy()]
    by_term = found.assign(meeting=meeting).groupby(found["term"].astype("str"))
    return by_term.agg(
        **{f"n_{group}": ("row", "size"), f"n_meetings_{group}": ("meeting", "nunique")}
    )


def _check_apart(items_a: pd.DataFrame, items_b: pd.DataFrame) -> None:
    shared = int(items_a["item_id"].isin(items_b["item_id"]).sum())
    if shared:
        raise SettingsError(
            f"{shared} items stand in both groups; expected two groups without a common item.",
            "Choose groups that do not overlap.",
            "重ならない二つのグループを選んでください。",
        )


def _measures(table: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    from scipy.stats import chi2, false_discovery_control

    columns = ("n_a", "n_b", "n_terms_a", "n_terms_b")
    n_a, n_b, n_terms_a, n_terms_b = (table[name].to_numpy() for name in columns)
    more_in_a = np.sign(n_a * n_terms_b - n_b * n_terms_a)
    g2 = log_likelihood(n_a, n_b, n_terms_a, n_terms_b)
    p = chi2.sf(g2, df=1)
    expected = _expected(n_a, n_b, n_terms_a, n_terms_b)
    return {
        "direction": np.array(["none", "a", "b"])[more_in_a],
        "rate_a": 1000 * n_a / n_terms_a,
        "rate_b": 1000 * n_b / n_terms_b,
        "log_ratio": log_ratio(n_a, n_b, n_terms_a, n_terms_b),
        "g2": g2,
        "p_value": p,
        "q_value": false_discovery_control(p) if len(p) else p,
        "expected_low": np.minimum(*expected),
    }
