"""Themes of a meeting → themes of the next: counts, conditional shares, and what chance gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import TooSmallError
from cio_topics.intervals import wilson_interval
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.sequence.order import (
    Shuffle,
    check_draws,
    dated_meetings,
    next_pairs,
    shuffled,
    theme_matrix,
    windows,
)

__all__ = ["theme_transitions"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def theme_transitions(
    table: pd.DataFrame,
    *,
    themes: Sequence[str] | None = None,
    from_body: str | None = None,
    to_body: str | None = None,
    numbers: pd.Series[int] | None = None,
    window_years: int = 2,
    only_sure: bool = False,
    shuffle: Shuffle = "windows",
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how often a theme of one meeting is followed by a theme of the next.

    Independence is what remains when themes are moved at random between the meetings of a body
    within windows of years: themes come and go over the years, and that alone makes neighbours
    alike.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes : sequence of str, optional
        In the order wanted; all of the codebook if None.
    from_body, to_body : str, optional
        From each meeting of one body to the next of another; within each body if both are None.
    numbers : Series of int, optional
        Numbers of meetings, as in :func:`dated_meetings`.
    window_years : int, default 2
        Years of a window; 0 for the whole span of a body.
    only_sure : bool, default False
        Only pairs between which no other meeting may lie.
    shuffle : {"windows", "shift"}, default "windows"
    level : float in (0, 1), default 0.95
        Of Wilson's interval; the pairs after a theme are taken as independent.
    n_draws : int, default 2000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``theme, next_theme, n`` (pairs with both), ``n_from`` (pairs whose earlier meeting has the
        theme), ``n_pairs, n_sure`` (of all pairs), ``n_items, n_meetings`` (of the meetings in
        pairs), ``n_left_out`` (meetings in no pair), ``share, share_low, share_high``
        (``n / n_from``), ``expected, ratio`` (``n / expected``), ``z, p`` (two-sided),
        ``p_adjusted`` (Benjamini and Hochberg over the cells that chance can change).

    Raises
    ------
    SettingsError
        Unknown themes or bodies; one body alone; settings out of range.
    TooSmallError
        No two meetings are in an order.

    References
    ----------
    Anderson, T. W. and Goodman, L. A. (1957). Statistical inference about Markov chains. Annals of
    Mathematical Statistics 28, 89-110. doi:10.1214/aoms/1177707039 (shares after a theme as
    independent draws).
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9, 39. doi:10.2202/1544-6115.1585 (p).

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> table = theme_table(read_example())
    >>> found = theme_transitions(table, themes=["security", "open_data"], n_draws=100)
    >>> found[["theme", "next_theme", "n", "n_from"]].values.tolist()[0]
    ['security', 'security', 12, 21]
    """
    check_draws(n_draws)
    meetings = dated_meetings(table, numbers)
    names, counts = theme_matrix(table, meetings, themes)
    pairs = next_pairs(meetings, from_body, to_body)
    n_sure = int(pairs["is_sure"].sum())
    if only_sure:
        pairs = pairs[pairs["is_sure"]]
    if pairs.empty:
        raise TooSmallError(
            f"of {len(meetings)} meetings no two are in a known order; expected at least one pair.",
            "Choose a body with more meetings whose day or month is known.",
            "日か月の分かる会議がもっとある会議体を選んでください。",
        )
    has = (counts > 0).astype(float)
    one, other = pairs["meeting"].to_numpy(), pairs["next"].to_numpy()
    observed = has[one].T @ has[other]
    groups = windows(meetings, window_years)
    chance = _chance(has, one, other, groups, shuffle, n_draws, random_state, observed)
    involved = np.unique(np.concatenate([one, other]))
    n_from = np.repeat(has[one].sum(axis=0), len(names))
    return _result(names, observed, n_from, chance, level).assign(
        n_pairs=len(pairs),
        n_sure=n_sure,
        n_items=int(meetings["n_items"].to_numpy()[involved].sum()),
        n_meetings=len(involved),
        n_left_out=_n_asked(meetings, from_body, to_body) - len(involved),
    )[_COLUMNS]


_COLUMNS = [
    *("theme", "next_theme", "n", "n_from", "n_pairs", "n_sure", "n_items", "n_meetings"),
    *("n_left_out", "share", "share_low", "share_high", "expected", "ratio", "z", "p"),
    "p_adjusted",
]


def _n_asked(meetings: pd.DataFrame, from_body: str | None, to_body: str | None) -> int:
    if from_body is None:
        return len(meetings)
    return int(meetings["body"].isin([from_body, to_body]).sum())


def _chance(
    has: FloatArray,
    one: IntArray,
    other: IntArray,
    groups: IntArray,
    shuffle: Shuffle,
    n_draws: int,
    random_state: int,
    observed: FloatArray,
) -> dict[str, FloatArray]:
    """Return mean, spread and two-sided p of every cell over shuffled meetings."""
    step = max(1, int(4e6 // max(has.shape[1] * len(one), 1)))
    cells = np.concatenate(
        [
            np.swapaxes(has[drawn[:, one]], 1, 2) @ has[drawn[:, other]]
            for taken in shuffled(groups, shuffle, n_draws, random_state=random_state)
            for drawn in np.array_split(taken, -(-len(taken) // step))
        ]
    )
    mean, spread = cells.mean(axis=0), cells.std(axis=0)
    far = np.abs(cells - mean) >= np.abs(observed - mean) - 1e-9
    p = (far.sum(axis=0) + 1) / (n_draws + 1)
    return {"mean": mean, "spread": spread, "p": np.where(spread > 1e-9, p, np.nan)}


def _result(
    names: list[str],
    observed: FloatArray,
    n_from: FloatArray,
    chance: dict[str, FloatArray],
    level: float,
) -> pd.DataFrame:
    n, mean, spread = observed.ravel(), chance["mean"].ravel(), chance["spread"].ravel()
    low, high = wilson_interval(n, n_from, level=level)
    tested = spread > 1e-9
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(n_from > 0, n / n_from, np.nan)
        ratio = np.where(mean > 0, n / mean, np.nan)
        z = np.where(tested, (n - mean) / np.where(tested, spread, 1.0), np.nan)
    p = chance["p"].ravel()
    return pd.DataFrame(
        {
            "theme": pd.Series(np.repeat(names, len(names)), dtype="str"),
            "next_theme": pd.Series(names * len(names), dtype="str"),
            "n": n.astype(int),
            "n_from": n_from.astype(int),
            "share": share,
            "share_low": low,
            "share_high": high,
            "expected": mean,
            "ratio": ratio,
            "z": z,
            "p": p,
            "p_adjusted": adjusted(p),
        }
    )
