"""Two bodies → themes, and titles, of one that the other has within some months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError
from cio_topics.text import normalize, split_title
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.sequence.clustered import clustered_interval
from cio_topics.tracking.sequence.order import (
    Shuffle,
    check_bodies,
    check_draws,
    dated_meetings,
    shuffled,
    theme_matrix,
    windows,
)

__all__ = ["passed_themes", "shared_titles", "title_table"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def passed_themes(
    table: pd.DataFrame,
    body: str,
    other_body: str,
    *,
    themes: Sequence[str] | None = None,
    together: bool = False,
    months: int = 12,
    shuffle: Shuffle = "windows",
    window_years: int = 2,
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how often a theme of a meeting is taken up by the other body, both ways.

    A meeting counts if it has the theme and a meeting of the other body surely follows within so
    many months, all within the time in which the corpus has meetings of that body; it is taken up
    if one of those has the theme too.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`, or :func:`title_table`.
    body, other_body : str
    themes : sequence of str, optional
    together : bool, default False
        One row for all themes together, ``theme`` empty: `n` and `n_from` count a meeting once for
        each of its themes.
    months : int, default 12
    shuffle : {"windows", "shift"}, default "windows"
        How the other body's themes are moved between its meetings.
    window_years : int, default 2
    level : float in (0, 1), default 0.95
        Meetings that are followed by the same next meeting are one cluster.
    n_draws : int, default 2000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``from_body, to_body, theme, n`` (taken up), ``n_from`` (meetings that count),
        ``n_meetings`` (of the first body that a meeting of the other follows in time, with any
        theme), ``n_items`` (of these), ``share, share_low, share_high, expected, ratio, p``
        (one-sided: at least as many), ``p_adjusted`` (Benjamini and Hochberg over themes, both
        ways); first from `body` to `other_body`. The share has no number where `n_from` is 0.

    Raises
    ------
    SettingsError
        Unknown bodies or themes, or settings out of range.
    """
    check_draws(n_draws)
    if months < 1:
        raise SettingsError(f"months is {months}; expected at least 1.")
    meetings = dated_meetings(table)
    check_bodies(meetings, [body, other_body])
    names, counts = theme_matrix(table, meetings, themes)
    groups = windows(meetings, window_years if shuffle == "windows" else 0)
    parts = []
    for source, target in ((body, other_body), (other_body, body)):
        is_to = (meetings["body"] == target).to_numpy()
        inner = groups[is_to]
        drawn = shuffled(inner, shuffle, n_draws, random_state=random_state)
        chances = (counts[is_to][taken] > 0 for taken in drawn)
        asked = _Way(source, target, months, level, together)
        parts.append(_one_way(meetings, counts > 0, names, asked, chances))
    result = pd.concat(parts, ignore_index=True)
    return result.assign(p_adjusted=adjusted(result["p"].to_numpy()))


class _Way(NamedTuple):
    """From which body to which, and how it is counted."""

    source: str
    target: str
    months: int
    level: float
    together: bool


def _one_way(
    meetings: pd.DataFrame,
    has: BoolArray,
    names: list[str],
    way: _Way,
    chances: Iterable[BoolArray],
) -> pd.DataFrame:
    one = (meetings["body"] == way.source).to_numpy()
    other = (meetings["body"] == way.target).to_numpy()
    follows = _follows(meetings[one], meetings[other], way.months)
    counted = follows.any(axis=1)
    follows, here = follows[counted], has[one][counted]

    def taken_up(there: BoolArray) -> FloatArray:
        """Return, by draw, meeting and theme, what the other body takes up."""
        taken = (here & _any_of(follows, there)).astype(float)
        return taken.sum(axis=2, keepdims=True) if way.together else taken

    seen = taken_up(has[other][None])[0]
    cases = here.astype(float)
    if way.together:
        cases, names = cases.sum(axis=1, keepdims=True), [""]
    chance = _chance([taken_up(drawn).sum(axis=1) for drawn in chances], seen.sum(axis=0))
    cluster = follows.argmax(axis=1) if len(follows) else np.zeros(0, dtype=int)
    return _way_result(way, names, seen, cases, chance, cluster).assign(
        n_meetings=int(counted.sum()),
        n_items=int(meetings["n_items"].to_numpy()[one][counted].sum()),
    )[_COLUMNS]


_COLUMNS = [
    *("from_body", "to_body", "theme", "n", "n_from", "n_meetings", "n_items"),
    *("share", "share_low", "share_high", "expected", "ratio", "p"),
]


def _chance(drawn: list[FloatArray], n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean of drawn counts and the one-sided p of `n`; none where they do not vary."""
    counts = np.concatenate(drawn)
    p = ((counts >= n).sum(axis=0) + 1) / (len(counts) + 1)
    varies = (counts != n).any(axis=0)
    return counts.mean(axis=0), np.where(varies, p, np.nan)


def _way_result(
    way: _Way,
    names: list[str],
    seen: FloatArray,
    cases: FloatArray,
    chance: tuple[FloatArray, FloatArray],
    cluster: npt.NDArray[np.intp],
) -> pd.DataFrame:
    n, n_from = seen.sum(axis=0), cases.sum(axis=0)
    expected, p = chance
    sums = np.zeros((2, int(cluster.max(initial=-1)) + 1, len(names)))
    np.add.at(sums[0], cluster, seen)
    np.add.at(sums[1], cluster, cases)
    low, high = clustered_interval(*sums, level=way.level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(n_from > 0, n / n_from, np.nan)
        ratio = np.where(expected > 0, n / expected, np.nan)
    return pd.DataFrame(
        {
            "from_body": way.source,
            "to_body": way.target,
            "theme": pd.Series(names, dtype="str"),
            "n": n.astype(int),
            "n_from": n_from.astype(int),
            "share": share,
            "share_low": low,
            "share_high": high,
            "expected": expected,
            "ratio": ratio,
            "p": np.where(n_from > 0, p, np.nan),
        }
    )


def _follows(one: pd.DataFrame, other: pd.DataFrame, months: int) -> BoolArray:
    """Return which meetings of the other body surely follow within so many months."""
    latest = one["first"] + pd.DateOffset(months=months)
    # The whole of these months must be observed in the other body.
    observed = (latest <= other["last"].max()) & (one["last"] >= other["first"].min())
    after = one["last"].to_numpy()[:, None] < other["first"].to_numpy()
    soon = other["last"].to_numpy() <= latest.to_numpy()[:, None]
    return np.asarray(after & soon & observed.to_numpy()[:, None], dtype=bool)


def _any_of(follows: BoolArray, has: BoolArray) -> BoolArray:
    """Return whether a following meeting has the theme, shape (n_draws, n_from, n_themes)."""
    return np.asarray(follows.astype(np.float32) @ has.astype(np.float32) > 0, dtype=bool)


def title_table(corpus: Corpus) -> pd.DataFrame:
    """Return the items with the core of their title in the place of a theme.

    The core is the title without its number, status and brackets
    (:func:`cio_topics.text.split_title`), in the normal form of texts. Where the functions of this
    room ask for a theme table, this follows titles of documents instead.

    Returns
    -------
    DataFrame
        ``item_id, theme`` (the core), ``meeting_id, date, date_precision, body, title,
        source_url`` and the periods; items whose title has no core are left out.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> title_table(read_example())["theme"].value_counts().index[0]
    '情報セキュリティ政策'
    """
    agenda = corpus.agenda()
    cores = [normalize(split_title(title).core).strip() for title in agenda["title"]]
    titled = agenda.assign(theme=pd.Series(cores, index=agenda.index, dtype="str"))
    return titled[titled["theme"] != ""].reset_index(drop=True)


def shared_titles(
    table: pd.DataFrame, body: str, other_body: str, *, months: int = 12, min_length: int = 5
) -> pd.DataFrame:
    """Return items of two bodies with the same title, at most so many months apart.

    Parameters
    ----------
    table : DataFrame
        From :func:`title_table`.
    body, other_body : str
    months : int, default 12
    min_length : int, default 5
        Shorter titles are left out: 意見交換 (an exchange of views) names no document.

    Returns
    -------
    DataFrame
        ``title, from_body, to_body, from_item_id, from_date, to_item_id, to_date, days_low,
        days_high`` (from the earlier to the later item), ``n_items, n_other_items`` (with the title
        in the earlier and the later body). The earlier item is the ``from`` one; where dates
        overlap ``from_body`` is `body` and ``days_low`` is not above 0: the order cannot be told.
        Each title once a pair of items, in order of time.

    Raises
    ------
    SettingsError
        Unknown bodies, or settings out of range.
    """
    if months < 1 or min_length < 1:
        raise SettingsError(
            f"months is {months}, min_length {min_length}; expected at least 1 of each."
        )
    meetings = dated_meetings(table)
    check_bodies(meetings, [body, other_body])
    spans = meetings.set_index("meeting_id")[["first", "last"]]
    rows = table[table["theme"].str.len() >= min_length]
    rows = rows[["theme", "item_id", "body", "date", "meeting_id"]].join(spans, on="meeting_id")
    rows = rows[rows["first"].notna()]
    one, other = rows[rows["body"] == body], rows[rows["body"] == other_body]
    both = one.merge(other, on="theme", suffixes=("_1", "_2"))
    swapped = (both["last_2"] < both["first_1"]).to_numpy()
    turned = both[swapped].rename(columns=_turn)
    pairs = pd.concat([both[~swapped], turned], ignore_index=True)[both.columns]
    near = pairs["first_2"] <= pairs["last_1"] + pd.DateOffset(months=months)
    pairs = pairs[near.to_numpy(dtype=bool)]
    counts = table.groupby(["body", "theme"])["item_id"].nunique().to_dict()
    result = pd.DataFrame(
        {
            "title": pairs["theme"],
            "from_body": pairs["body_1"],
            "to_body": pairs["body_2"],
            "from_item_id": pairs["item_id_1"],
            "from_date": pairs["date_1"],
            "to_item_id": pairs["item_id_2"],
            "to_date": pairs["date_2"],
            "days_low": (pairs["first_2"] - pairs["last_1"]).dt.days,
            "days_high": (pairs["last_2"] - pairs["first_1"]).dt.days,
            "n_items": [counts[b, t] for b, t in zip(pairs["body_1"], pairs["theme"], strict=True)],
            "n_other_items": [
                counts[b, t] for b, t in zip(pairs["body_2"], pairs["theme"], strict=True)
            ],
        }
    )
    order = ["from_date", "to_date", "title", "from_item_id", "to_item_id"]
    return result.sort_values(order, kind="stable", ignore_index=True)


def _turn(column: str) -> str:
    ends = {"_1": "_2", "_2": "_1"}
    return column[:-2] + ends[column[-2:]] if column[-2:] in ends else column
