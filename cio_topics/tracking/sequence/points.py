"""Cells by meeting → a map of rows and columns with an interval for every point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level
from cio_topics.tracking.sequence.correspondence import correspondence, singular_parts

__all__ = ["correspondence_points"]

FloatArray = npt.NDArray[np.float64]

_AXES = ("x", "y")


def correspondence_points(
    cells: pd.DataFrame,
    kinds: tuple[str, str] = ("theme", "period"),
    *,
    level: float = 0.95,
    n_draws: int = 1000,
    random_state: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place names and periods, or terms and themes, on two axes, and say how surely they lie there.

    Whole meetings are drawn with replacement, one fewer than there are (within each period where
    the columns are periods), and each drawn table is analysed and turned onto the first map
    (Procrustes). The interval is the point ± t times the root mean square distance of the drawn
    points; t has as many degrees of freedom as meetings have the point, less one. A point of fewer
    than two meetings has no interval: one meeting cannot tell.

    Parameters
    ----------
    cells : DataFrame
        ``meeting_id, row, column, n``, from :func:`period_cells` or :func:`term_theme_cells`.
    kinds : tuple of str, default ("theme", "period")
        What rows and columns are: ``theme``, ``period`` or ``term``.
    level : float in (0, 1), default 0.95
    n_draws : int, default 1000
    random_state : int, default 0

    Returns
    -------
    points : DataFrame
        ``kind, name, x, y, x_low, x_high, y_low, y_high, n, n_meetings, contribution_x,
        contribution_y, cos2_x, cos2_y``: rows, then columns (periods in order of time). Principal
        coordinates of both; ``n`` are items with the name, over all cells. ``y`` is 0, without
        an interval, where the table has one axis.
    inertia : DataFrame
        ``axis, inertia, share, share_cumulative, n, n_rows, n_columns, n_meetings``.

    Raises
    ------
    TooSmallError
        Fewer than two rows or columns with counts, or rows that are all alike.
    SettingsError
        A level outside (0, 1) or no draw.

    References
    ----------
    Greenacre, M. J. (1984). Theory and Applications of Correspondence Analysis. Academic Press
    (the analysis).
    Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data. Journal
    of the American Statistical Association 83, 231-241. doi:10.1080/01621459.1988.10478591
    (drawing one meeting fewer).
    Milan, L. and Whittaker, J. (1995). Application of the parametric bootstrap to models that
    incorporate a singular value decomposition. Applied Statistics 44, 31-49. doi:10.2307/2986193
    (turning drawn maps onto the first by Procrustes).

    Examples
    --------
    >>> cells = pd.DataFrame({"meeting_id": ["m1", "m2", "m3", "m4"], "row": ["a", "b", "a", "b"],
    ...     "column": ["2004", "2004", "2005", "2005"], "n": [3, 1, 1, 2]})
    >>> points, inertia = correspondence_points(cells, n_draws=50)
    >>> points[["kind", "name", "n", "n_meetings"]].values.tolist()[:2]
    [['theme', 'a', 4, 2], ['theme', 'b', 3, 2]]
    >>> inertia["share"].tolist()
    [1.0]
    """
    check_level(level)
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    rows = _order(cells, "row")
    columns = _order(cells, "column")
    meetings, meeting_names = pd.factorize(cells["meeting_id"], sort=True)
    row, column = _at(rows, cells["row"]), _at(columns, cells["column"])
    counts = np.zeros((len(meeting_names), len(rows) * len(columns)))
    np.add.at(counts, (meetings, row * len(columns) + column), cells["n"].to_numpy(float))
    whole = counts.sum(axis=0).reshape(len(rows), len(columns))
    found = correspondence(pd.DataFrame(whole, index=rows, columns=columns))
    points = pd.concat(
        [
            _shown(found.rows, kinds[0], cells.groupby("row")["meeting_id"].nunique()),
            _shown(found.columns, kinds[1], cells.groupby("column")["meeting_id"].nunique()),
        ],
        ignore_index=True,
    )
    strata = _strata(meetings, column, len(meeting_names), kinds[1] == "period")
    spread = _spread(counts, strata, whole, points[["x", "y"]].to_numpy(), n_draws, random_state)
    spread[:, len(found.inertia) :] = np.nan  # an axis that the table does not have
    bounds = _bounds(points, spread, level)
    inertia = found.inertia.assign(
        n=int(whole.sum()),
        n_rows=len(found.rows),
        n_columns=len(found.columns),
        n_meetings=len(meeting_names),
    )
    return points.assign(**bounds)[_COLUMNS], inertia


_COLUMNS = [
    *("kind", "name", "x", "y", "x_low", "x_high", "y_low", "y_high", "n", "n_meetings"),
    *("contribution_x", "contribution_y", "cos2_x", "cos2_y"),
]


def _order(cells: pd.DataFrame, column: str) -> pd.Index:
    """Return names in the order that is known, else in order of their letters; none without n."""
    present = set(cells[column])
    known = cells.attrs.get("columns", []) if column == "column" else []
    names = [*(name for name in known if name in present), *sorted(present - {*known})]
    order: pd.Index = pd.Index(names, dtype=object)
    return order


def _at(names: pd.Index, values: pd.Series) -> npt.NDArray[np.int64]:
    return np.asarray(names.get_indexer(pd.Index(values)), dtype=np.int64)


def _shown(found: pd.DataFrame, kind: str, n_meetings: pd.Series) -> pd.DataFrame:
    axes = {}
    for place, axis in enumerate(_AXES, start=1):
        for name, part in ((axis, "principal"), (f"contribution_{axis}", "contribution")):
            column = f"{part}_{place}"
            axes[name] = found.get(column, 0.0)
        axes[f"cos2_{axis}"] = found.get(f"cos2_{place}", 0.0)
    return pd.DataFrame(
        {
            "kind": kind,
            "name": found["name"].astype("str"),
            "n": found["n"].astype(int),
            "n_meetings": found["name"].map(n_meetings).astype(int),
            **axes,
        }
    )


def _strata(
    meetings: npt.NDArray[np.int64], column: npt.NDArray[np.int64], n: int, by_column: bool
) -> npt.NDArray[np.int64]:
    strata = np.zeros(n, dtype=np.int64)
    if by_column:
        strata[meetings] = column
    return strata


def _spread(
    counts: FloatArray,
    strata: npt.NDArray[np.int64],
    whole: FloatArray,
    points: FloatArray,
    n_draws: int,
    random_state: int,
) -> FloatArray:
    """Return the root mean square distance of drawn points from theirs, shape (n_points, 2)."""
    rng = np.random.default_rng(random_state)
    filled = np.concatenate([whole.sum(axis=1) > 0, whole.sum(axis=0) > 0])
    target = np.zeros((len(filled), 2))
    target[filled] = points
    mass = np.concatenate([whole.sum(axis=1), whole.sum(axis=0)]) / whole.sum()
    total, known = np.zeros(target.shape), np.zeros((len(filled), 1))
    chunk = max(1, int(4e6 // max(whole.size, len(counts))))
    for start in range(0, n_draws, chunk):
        weights = _weights(strata, min(chunk, n_draws - start), rng)
        drawn = (weights @ counts).reshape(-1, *whole.shape)
        placed, present = _placed(drawn, target, mass)
        total += np.where(present, (placed - target) ** 2, 0.0).sum(axis=0)
        known += present.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(total / known)[filled])


def _weights(strata: npt.NDArray[np.int64], n_draws: int, rng: np.random.Generator) -> FloatArray:
    """Return how often each meeting counts in each draw (Rao and Wu), shape (n_draws, n)."""
    weights = np.ones((n_draws, len(strata)))
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        n = len(rows)
        if n > 1:
            drawn = rng.multinomial(n - 1, np.full(n, 1.0 / n), size=n_draws)
            weights[:, rows] = drawn * (n / (n - 1))
    return weights


def _placed(
    drawn: FloatArray, target: FloatArray, mass: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return points of drawn tables turned onto the target, and which of them have counts."""
    shares = drawn / np.maximum(drawn.sum(axis=(1, 2), keepdims=True), 1e-300)
    left, singular, right = singular_parts(shares)
    sizes = np.concatenate([shares.sum(axis=2), shares.sum(axis=1)], axis=1)
    both = np.concatenate([left[..., :2], right[..., :2]], axis=1) * singular[:, None, :2]
    present = (sizes > 0)[..., None]
    points = np.where(present, both / np.sqrt(np.where(sizes > 0, sizes, 1.0))[..., None], 0.0)
    if points.shape[2] < 2:
        points = np.concatenate([points, np.zeros_like(points)], axis=2)
    crossed = np.swapaxes(points * mass[:, None], 1, 2) @ target
    one, _, other = np.linalg.svd(crossed)
    return points @ (one @ other), present


def _bounds(points: pd.DataFrame, spread: FloatArray, level: float) -> dict[str, FloatArray]:
    from scipy.stats import t

    free = points["n_meetings"].to_numpy() - 1
    times = np.where(free > 0, t.ppf((1 + level) / 2, np.maximum(free, 1)), np.nan)
    bounds = {}
    for place, axis in enumerate(_AXES):
        half = times * spread[:, place]
        bounds[f"{axis}_low"] = points[axis].to_numpy() - half
        bounds[f"{axis}_high"] = points[axis].to_numpy() + half
    return bounds
