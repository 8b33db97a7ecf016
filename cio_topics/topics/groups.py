"""Texts and items → the meeting, or any other group, that they belong to; nobody is left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, shorten

__all__ = ["group_codes", "meetings_of"]


def group_codes(
    groups: npt.ArrayLike | pd.Series[str] | None, n_texts: int
) -> npt.NDArray[np.intp]:
    """Return the number of each text's group, in order of first appearance.

    Parameters
    ----------
    groups : array_like or Series, shape (n_texts,), optional
        Each text alone if None.
    n_texts : int

    Raises
    ------
    SettingsError
        Another number of groups, or a text without one: it is no member of another's group.

    Examples
    --------
    >>> group_codes(["m2", "m1", "m2"], 3)
    array([0, 1, 0])
    >>> group_codes(["m2", None], 2)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: 1 texts have no group; expected one each. Give the ...
    """
    if groups is None:
        return np.arange(n_texts)
    codes, _ = pd.factorize(np.asarray(groups, dtype=object))
    if len(codes) != n_texts:
        raise SettingsError(
            f"groups has {len(codes)} values for {n_texts} texts; expected one a text."
        )
    if (codes < 0).any():
        raise SettingsError(
            f"{int((codes < 0).sum())} texts have no group; expected one each.",
            "Give the meeting of every text.",
            "すべての文書の会議を指定してください。",
        )
    return codes


def meetings_of(items: pd.Index, meetings: pd.Series[str]) -> npt.NDArray[np.object_]:
    """Return the meeting of each item.

    Parameters
    ----------
    items : Index of str, shape (n_items,)
    meetings : Series of str
        Indexed by ``item_id``.

    Raises
    ------
    SettingsError
        An item without meeting: leaving it out would change every share.

    Examples
    --------
    >>> meetings_of(pd.Index(["i2"]), pd.Series({"i1": "m1", "i2": "m2"})).tolist()
    ['m2']
    """
    found = meetings.reindex(items)
    if found.isna().any():
        lost = items[found.isna().to_numpy()]
        raise SettingsError(
            f"{len(lost)} items have no meeting, such as {shorten(lost[0])}; expected one each.",
            "Give the meeting of every item.",
            "すべての項目の会議を指定してください。",
        )
    return found.to_numpy(dtype=object)
