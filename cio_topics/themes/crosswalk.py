"""A theme table → the theme table of another codebook, by a crosswalk."""

from __future__ import annotations

import pandas as pd

from cio_topics.codebook import Crosswalk
from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["cross_themes"]


def cross_themes(
    table: pd.DataFrame, crosswalk: Crosswalk, *, secondary: bool = False
) -> pd.DataFrame:
    """Return the themes of every item in the other codebook.

    Each theme of an item gives the theme its primary link leads to. An item with two themes that
    lead to one counts there once. The target's fallback stands alone: an item keeps it only if it
    has nothing else.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`, made with the crosswalk's source.
    crosswalk : Crosswalk
    secondary : bool, default False
        Follow all links instead of the primary one. An item then counts under everything it may
        belong to, and shares are rather too high.

    Returns
    -------
    DataFrame
        The same columns, items in the same order, each with at least one row. `weight` is the
        weight of the theme times that of the link, the greatest where several lead to one; rows of
        an item stand by falling weight. ``attrs["themes"]`` are the target's ids. Themes that no
        link reaches never occur: count only those of :meth:`Crosswalk.reached`.

    Raises
    ------
    SettingsError
        A theme the crosswalk's source does not have.

    Examples
    --------
    >>> from cio_topics.codebook import read_crosswalk
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> table = theme_table(read_example())
    >>> crossed = cross_themes(table, read_crosswalk())
    >>> crossed["theme"].value_counts().to_dict()
    {'cap_20': 200, 'cap_17': 118, 'cap_none': 2}
    """
    _check_themes(table, crosswalk)
    links = _links(crosswalk, secondary)
    place = pd.Series(range(table["item_id"].nunique()), index=table["item_id"].unique())
    crossed = table.merge(links, on="theme", how="left")
    crossed = crossed.assign(theme=crossed["to"], weight=crossed["weight"] * crossed["link"])
    crossed = crossed.assign(place=crossed["item_id"].map(place), falling=-crossed["weight"])
    crossed = crossed.sort_values(["place", "falling"], kind="stable")
    crossed = crossed.drop_duplicates(["item_id", "theme"])
    alone = ~crossed["item_id"].duplicated(keep=False)
    crossed = crossed[alone | (crossed["theme"] != crosswalk.target.fallback)]
    result = crossed[list(table.columns)].reset_index(drop=True)
    result.attrs = {**table.attrs, "themes": list(crosswalk.target.ids)}
    return result


def _check_themes(table: pd.DataFrame, crosswalk: Crosswalk) -> None:
    known = set(crosswalk.source.ids)
    unknown = [theme for theme in table["theme"].unique() if theme not in known]
    if unknown:
        raise SettingsError(
            f"the table has the theme {shorten(unknown[0])}, for which the crosswalk has no link; "
            f"expected some of: {choices(crosswalk.source.ids)}.",
            "Make the table with the codebook the crosswalk starts from.",
            "対応表の元になるコードブックで表を作ってください。",
        )


def _links(crosswalk: Crosswalk, secondary: bool) -> pd.DataFrame:
    links = crosswalk.followed(secondary=secondary)
    return pd.DataFrame(
        {
            "theme": pd.Series([link.theme for link in links], dtype="str"),
            "to": pd.Series([link.to for link in links], dtype="str"),
            "link": [link.weight for link in links],
        }
    )
