"""Theme table and formula → a row an item, columns of numbers, and cells to fit on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import PERIODS, UNKNOWN, period_order, read_administrations
from cio_topics.tracking.regression.formula import Formula, Variable
from cio_topics.tracking.regression.logistic import Cells

__all__ = ["Design", "make_design", "seen_with", "usable_columns"]

FloatArray = npt.NDArray[np.float64]

_NOT_USABLE = ("item_id", "theme", "weight", "theme_source", "meeting_id", "date", "date_precision")
_NUMBERS = ("year", "fiscal_year")
#: What rare levels become if they are pooled.
OTHER = "other"


@dataclass(frozen=True, eq=False)
class Design:
    """The right side of a formula as numbers; guards that its columns are independent.

    Attributes
    ----------
    formula : Formula
    frame : DataFrame, shape (n_items, n_variables)
        ``v0``, ``v1``, …: codes of levels, or numbers.
    levels : dict of str to list of str
        Levels of the variables that have some, the reference first.
    columns : ndarray of float, shape (n_items, n_parameters)
    labels : tuple of str, length n_parameters
    meetings : ndarray of int, shape (n_items,)
    has_theme : DataFrame of bool, shape (n_items, n_themes)
    n_unknown : int
        Items left out because a variable is unknown for them.
    rare : tuple of str
        Levels with fewer than `min_items` items.
    info : patsy.DesignInfo
        How other values become columns.
    """

    formula: Formula
    frame: pd.DataFrame
    levels: dict[str, list[str]]
    columns: FloatArray
    labels: tuple[str, ...]
    meetings: npt.NDArray[np.int64]
    has_theme: pd.DataFrame
    n_unknown: int
    rare: tuple[str, ...]
    info: Any

    def __post_init__(self) -> None:
        """Check that no column says what others say already."""
        said = _dependent(self.columns)
        if said:
            names = [self.labels[place] for place in said]
            raise SettingsError(
                f"{choices(names)} cannot be told from the other terms: no item tells them apart.",
                "Leave a variable or product out; a government is told by its administrations, "
                "and a product needs items in every combination.",
                "ほかの項と区別できない項があります。変数か交互作用を減らしてください。",
            )

    @property
    def factors(self) -> list[tuple[str, Variable]]:
        """The variables with levels: their name in the frame, and what they are."""
        named = [(f"v{place}", each) for place, each in enumerate(self.formula.variables)]
        return [(name, each) for name, each in named if name in self.levels]

    def cells(self, theme: str) -> Cells:
        """Return the items as counts by meeting and values."""
        has = self.has_theme[theme].to_numpy(dtype=float)
        key = np.column_stack([self.meetings.astype(float), self.columns])
        rows, place = np.unique(key, axis=0, return_inverse=True)
        place = place.ravel()
        return Cells(
            rows[:, 1:],
            np.bincount(place, has).astype(float),
            np.bincount(place).astype(float),
            rows[:, 0].astype(np.int64),
        )

    def columns_of(self, frame: pd.DataFrame) -> FloatArray:
        """Return the columns of other values, shape (len(frame), n_parameters)."""
        from patsy import build_design_matrices  # type: ignore[import-untyped]

        return np.asarray(build_design_matrices([self.info], frame)[0], dtype=float)


def usable_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of a theme table that a formula may name."""
    return [str(name) for name in table.columns if name not in _NOT_USABLE]


def make_design(
    table: pd.DataFrame,
    formula: Formula,
    *,
    administrations: pd.DataFrame | None = None,
    min_items: int = 5,
    pool_rare: bool = False,
) -> Design:
    """Turn a theme table into what a formula asks for.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`, with any further columns.
    formula : Formula
    administrations : DataFrame, optional
        For the order of levels; the embedded ones if None.
    min_items : int, default 5
        Levels with fewer items are rare.
    pool_rare : bool, default False
        Join the rare levels of a variable in one, ``other``.

    Raises
    ------
    SettingsError
        A variable with one value only, values that differ within an item, terms that cannot be told
        apart, or a right side that is no formula.
    """
    administrations = read_administrations() if administrations is None else administrations
    items = table.drop_duplicates("item_id").set_index("item_id")
    wanted = list(dict.fromkeys(variable.column for variable in formula.variables))
    differ = table.groupby("item_id")[wanted].nunique().gt(1).any()
    if differ.any():
        raise SettingsError(f"{choices(differ.index[differ])} differs within an item.")
    missing = items[wanted].isna() | (items[wanted].astype("str") == UNKNOWN)
    items = items[~missing.any(axis=1)]
    if not len(items):
        raise SettingsError(
            f"no item has a known {choices(wanted)}; expected some.",
            "Choose other variables.",
            "ほかの変数を選んでください。",
        )
    frame, levels, rare = _frame(items, formula, administrations, min_items, pool_rare)
    columns, info = _matrix(formula, frame)
    return Design(
        formula=formula,
        frame=frame,
        levels=levels,
        columns=columns,
        labels=tuple(_label(name, formula, levels) for name in info.column_names),
        meetings=pd.factorize(items["meeting_id"], sort=True)[0],
        has_theme=_has_theme(table, items.index),
        n_unknown=int(missing.any(axis=1).sum()),
        rare=tuple(rare),
        info=info,
    )


def _frame(
    items: pd.DataFrame,
    formula: Formula,
    administrations: pd.DataFrame,
    min_items: int,
    pool_rare: bool,
) -> tuple[pd.DataFrame, dict[str, list[str]], list[str]]:
    """Return the variables as numbers or codes, the levels behind codes, and the rare levels."""
    frame, levels, rare = {}, {}, []
    for place, variable in enumerate(formula.variables):
        values, named = _values(items[variable.column], variable, administrations)
        if named:
            values, named, seldom = _seldom(values, named, min_items, pool_rare)
            rare += [f"{variable.label}={level}" for level in seldom]
            levels[f"v{place}"] = named
        if values.nunique() < 2:
            raise SettingsError(
                f"{variable.label} has one value only among {len(items)} items of known values; "
                "expected two.",
                "Leave it out, or widen the conditions.",
                "値が一つしかない変数は外すか、条件を広げてください。",
            )
        frame[f"v{place}"] = values
    return pd.DataFrame(frame, index=items.index), levels, rare


def _matrix(formula: Formula, frame: pd.DataFrame) -> tuple[FloatArray, Any]:
    """Return the columns of the right side, and how patsy made them."""
    from patsy import PatsyError, dmatrix

    try:
        matrix = dmatrix(formula.right, frame, NA_action="raise")
    except PatsyError as error:
        raise SettingsError(
            f"{shorten(formula.text)} is no formula: {shorten(str(error).splitlines()[0])}.",
            "Write names and signs in turn, and close every bracket.",
            "名前と記号を交互に書き、括弧を閉じてください。",
        ) from error
    return np.asarray(matrix, dtype=float), matrix.design_info


def _values(
    given: pd.Series[Any], variable: Variable, administrations: pd.DataFrame
) -> tuple[pd.Series[Any], list[str]]:
    """Return numbers, centred, without levels; or texts and their levels in order."""
    number = variable.column in _NUMBERS or pd.api.types.is_numeric_dtype(given)
    if number and variable.function != "C":
        values = given.astype(float)
        deviation = float(values.std()) if variable.function == "scale" else 1.0
        return (values - values.mean()) / (deviation or 1.0), []
    if variable.function in ("scale", "center"):
        raise SettingsError(
            f"{variable.label}: {shorten(variable.column)} holds names; expected numbers.",
            f"Write {variable.column} alone.",
            f"{variable.column} とだけ書いてください。",
        )
    texts = given.astype("str")
    present = list(texts.unique())
    if variable.column in PERIODS:
        order = [p for p in period_order(variable.column, present, administrations) if p in present]
    else:
        counts = texts.value_counts()
        order = sorted(present, key=lambda level: (-int(counts[level]), level))
    return texts, order


def _seldom(
    values: pd.Series[Any], named: list[str], min_items: int, pool: bool
) -> tuple[pd.Series[Any], list[str], list[str]]:
    """Return codes of levels, the levels, and the rare ones, joined if asked for."""
    counts = values.value_counts()
    seldom = [level for level in named if counts[level] < min_items]
    if pool and len(seldom) > 1:
        values = values.where(~values.isin(seldom), OTHER)
        named = [*(level for level in named if level not in seldom and level != OTHER), OTHER]
    codes = pd.Categorical(values, categories=named).codes.astype(str)
    categories = [str(code) for code in range(len(named))]
    coded = pd.Series(pd.Categorical(codes, categories=categories), index=values.index)
    return coded, named, seldom


_PART = re.compile(r"v(\d+)(?:\[(?:T\.)?(\d+)\])?")


def _label(name: str, formula: Formula, levels: dict[str, list[str]]) -> str:
    """Return the name of a column for people: ``government=democratic_led``."""
    if name == "Intercept":
        return name

    def written(part: re.Match[str]) -> str:
        label = formula.variables[int(part[1])].label
        return label if part[2] is None else f"{label}={levels[f'v{part[1]}'][int(part[2])]}"

    return " : ".join(_PART.sub(written, part) for part in name.split(":"))


def _has_theme(table: pd.DataFrame, items: pd.Index) -> pd.DataFrame:
    known = list(table.attrs.get("themes", dict.fromkeys(table["theme"])))
    found = pd.crosstab(table["item_id"], table["theme"]) > 0
    return found.reindex(index=items, columns=known, fill_value=False)


def _dependent(columns: FloatArray) -> list[int]:
    """Return which columns are sums of columns before them."""
    size = np.linalg.norm(columns, axis=0)
    scaled = columns / np.where(size > 0, size, 1.0)
    corner = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    short = [place for place in range(columns.shape[1]) if place >= len(corner)]
    return [*(int(place) for place in np.flatnonzero(corner < 1e-8)), *short]


def seen_with(frame: pd.DataFrame, name: str, level: str) -> float:
    """Return the share of items whose other values were seen with this level of a variable.

    Levels of other variables must occur together with it, numbers lie in the range they have there.
    """
    here = frame[frame[name] == level].drop(columns=name)
    others = frame.drop(columns=name)
    inside = np.ones(len(frame), dtype=bool)
    named = [
        str(column) for column in others if isinstance(others[column].dtype, pd.CategoricalDtype)
    ]
    if named:
        inside &= _joined(others, named).isin(_joined(here, named)).to_numpy()
    for column in others.columns.difference(named):
        inside &= others[column].between(here[column].min(), here[column].max()).to_numpy()
    return float(inside.mean())


def _joined(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series[str]:
    joined: pd.Series[str] = frame[list(columns)].astype("str").agg("|".join, axis=1)
    return joined
