"""Items → table of terms: how often, in how many items, meetings and bodies, from when to when."""

from __future__ import annotations

import pandas as pd

from cio_topics.intervals import wilson_interval
from cio_topics.terms.occurrences import check_items, term_occurrences
from cio_topics.tokens import Tokenizer

__all__ = ["term_table"]

_NEEDED = ("item_id", "meeting_id", "title", "body", "year")
_EXAMPLES = 3
_COLUMNS = [
    *("term", "variants", "n", "n_items", "n_items_all", "share", "share_low", "share_high"),
    *("n_meetings", "n_bodies", "first_year", "last_year", "examples"),
]


def term_table(items: pd.DataFrame, *, tokenizer: Tokenizer | None = None) -> pd.DataFrame:
    """Count the terms of titles.

    With ``compounds="both"``, the default of the tokenizer, a compound and each of its parts are
    terms: 電子政府構築計画 counts for 電子政府 too.

    Parameters
    ----------
    items : DataFrame, shape (n_items, k)
        ``item_id``, ``meeting_id``, ``title``, ``body`` and ``year``, one row an item, as of
        :meth:`cio_topics.corpus.Corpus.agenda`.
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None.

    Returns
    -------
    DataFrame, shape (n_terms, 13)
        - ``term``: as the tokenizer shows it.
        - ``variants``: the forms that are written, joined by ``;``; if there are several, each with
          its count, most frequent first (ties by form): ``取組 (3);取り組み (1)``.
        - ``n``: occurrences. ``n_items``: items with the term (document frequency), of
          ``n_items_all``. ``share``: of items with the term; ``share_low, share_high``: its
          Wilson interval at 95 %, which takes items as independent.
        - ``n_meetings``, ``n_bodies``: that have such an item.
        - ``first_year``, ``last_year`` (Int64): calendar years of these items. Items whose year is
          ``unknown`` are counted but give no year; missing if none is dated.
        - ``examples``: up to three ``item_id`` joined by ``;``, the first in the order of `items`.

        By ``n_items`` and ``n``, largest first, then by term. Empty if no title has a term.

    Raises
    ------
    SettingsError
        A column is missing, or an ``item_id`` stands twice.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212. doi:10.1080/01621459.1927.10502953
    (the interval).

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a1", "a2"], "meeting_id": ["m1", "m2"],
    ...     "title": ["電子政府の構築", "電子政府の評価"], "body": "試験会議",
    ...     "year": ["2003", "unknown"]})
    >>> table = term_table(items)
    >>> table[["term", "n", "n_items", "n_meetings", "first_year", "last_year"]]
       term  n  n_items  n_meetings  first_year  last_year
    0  電子政府  2        2           2        2003       2003
    1    構築  1        1           1        2003       2003
    2    評価  1        1           1        <NA>       <NA>
    >>> term_table(items.drop(columns="body"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the items lack body; expected the columns: item_id, ...
    """
    check_items(items, _NEEDED)
    found = term_occurrences(items, tokenizer=tokenizer)
    table = found.groupby("term", observed=True).agg(n=("row", "size"))
    table = table.join(_spread(items, found)).join(_variants(found))
    table["n_items_all"] = len(items)
    low, high = wilson_interval(table["n_items"], table["n_items_all"])
    table = table.assign(
        share=table["n_items"] / max(len(items), 1), share_low=low, share_high=high
    ).reset_index()
    table["term"] = table["term"].astype("str")
    table = table.sort_values(["n_items", "n", "term"], ascending=[False, False, True])
    return table[_COLUMNS].reset_index(drop=True)


def _spread(items: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return where and when each term stands, from one row an item and term."""
    pairs = found[["row", "term"]].drop_duplicates()
    columns = items[["item_id", "meeting_id", "body", "year"]].take(pairs["row"].to_numpy())
    pairs = pairs.reset_index(drop=True).join(columns.reset_index(drop=True))
    pairs["year"] = pd.to_numeric(pairs["year"], errors="coerce").astype("Int64")
    by_term = pairs.groupby("term", observed=True)
    spread = by_term.agg(
        n_items=("row", "size"),
        n_meetings=("meeting_id", "nunique"),
        n_bodies=("body", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
    )
    first = by_term.head(_EXAMPLES).groupby("term", observed=True)["item_id"].agg(";".join)
    return spread.assign(examples=first.astype("str"))


def _variants(found: pd.DataFrame) -> pd.Series[str]:
    counts = found.groupby(["term", "surface"], observed=True).size().reset_index(name="n")
    counts = counts.sort_values(["term", "n", "surface"], ascending=[True, False, True])
    several = counts["term"].duplicated(keep=False)
    surface = counts["surface"].astype("str")
    counts["variants"] = (surface + " (" + counts["n"].astype("str") + ")").where(several, surface)
    variants = counts.groupby("term", observed=True)["variants"].agg(";".join)
    return variants.astype("str").rename("variants")
