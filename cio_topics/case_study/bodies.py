"""The bodies around the conference: who has which theme, who first, what was passed up and down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.tracking import CASE_STUDY_BODY, theme_counts
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.sequence import (
    dated_meetings,
    first_appearances,
    lead_scores,
    observed_spans,
    passed_themes,
    shared_titles,
    theme_leads,
    title_table,
)
from cio_topics.tracking.sequence.clustered import clustered_interval
from cio_topics.tracking.sequence.order import check_bodies

__all__ = ["LEVELS", "BodiesStudy", "body_level", "called", "study_bodies"]

#: Where a body stands to the conference, by its name: headquarters and conferences of ministers
#: above; committees and conferences of assistants below; others beside.
LEVELS = ("above", "below", "beside", "conference")
_ABOVE = re.compile("(本部|閣僚会議)$")
_BELOW = re.compile("(幹事会|補佐官等連絡会議)$")

# Fewer meetings with a theme than this, and nothing is said of what was taken up.
_ENOUGH = 10
_MIN_LENGTH = 5


class BodiesStudy(NamedTuple):
    """All tables of the study; every one stands on its own.

    Attributes
    ----------
    bodies : DataFrame
        ``body, level, n_meetings, n_undated, n_items, observed_from, observed_until,
        n_in_common`` (dated meetings within the time in which the conference is observed).
    shares : DataFrame
        ``body, theme, n, n_items, n_meetings, share, share_low, share_high``.
    first, leads, scores, passed, titles : DataFrame
        From :func:`~cio_topics.tracking.sequence.first_appearances`, ``theme_leads`` (pairs of the
        conference and another body), ``lead_scores``, ``passed_themes`` (all themes together and
        each, with ``level`` and ``direction`` beside them; p adjusted over all bodies) and
        ``shared_titles``.
    items : DataFrame
        ``item_id, body, date, title, themes, source_url``: what every number rests on.
    findings : DataFrame
        ``finding, tells`` (whether the data could tell), ``ja, en``.
    """

    bodies: pd.DataFrame
    shares: pd.DataFrame
    first: pd.DataFrame
    leads: pd.DataFrame
    scores: pd.DataFrame
    passed: pd.DataFrame
    titles: pd.DataFrame
    items: pd.DataFrame
    findings: pd.DataFrame


def body_level(
    body: str, centre: str = CASE_STUDY_BODY
) -> Literal["above", "below", "beside", "conference"]:
    """Return where a body stands to the conference, as its name says.

    Examples
    --------
    >>> [body_level(name) for name in ("IT戦略本部", "電子政府評価・助言会議", CASE_STUDY_BODY)]
    ['above', 'beside', 'conference']
    """
    if body == centre:
        return "conference"
    if _ABOVE.search(body):
        return "above"
    return "below" if _BELOW.search(body) else "beside"


def called(centre: str) -> tuple[str, str]:
    """Return how texts call the body in the middle, in Japanese and English."""
    if centre == CASE_STUDY_BODY:
        return "連絡会議", "the conference"
    return "中心の会議体", "the central body"


def study_bodies(
    corpus: Corpus,
    codebook: Codebook,
    table: pd.DataFrame,
    *,
    centre: str = CASE_STUDY_BODY,
    months: int = 12,
    window_years: int = 2,
    n_draws: int = 2000,
    random_state: int = 0,
) -> BodiesStudy:
    """Ask of every body which themes it has, whether it had them first, and what was passed on.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook
        Its themes are asked about, without the fallback.
    table : DataFrame
        The theme table of both (:func:`cio_topics.themes.theme_table`).
    centre : str
        The body that the others stand around.
    months : int, default 12
        Within which what is taken up is looked for.
    window_years, n_draws, random_state
        As in :func:`~cio_topics.tracking.sequence.passed_themes`.

    Returns
    -------
    BodiesStudy

    Raises
    ------
    SettingsError
        The centre has no meeting.
    TooSmallError
        There is no other body.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> corpus = read_example()
    >>> found = study_bodies(corpus, read_codebook(), theme_table(corpus), n_draws=20)
    >>> len(found.bodies), int(found.bodies["n_items"].sum())
    (28, 307)
    """
    meetings = dated_meetings(table)
    check_bodies(meetings, [centre])
    if meetings["body"].nunique() < 2:
        raise TooSmallError(
            "the corpus has one body; expected others beside it.",
            "Leave --body out, or give a corpus of several bodies.",
            "--body を外すか、複数の会議体のコーパスを指定してください。",
        )
    if months < 1:
        raise SettingsError(f"months is {months}; expected at least 1.")
    themes = [theme for theme in codebook.ids if theme != codebook.fallback]
    bodies = _bodies(meetings, centre)
    leads = theme_leads(table, themes=themes)
    with_centre = (leads["body"] == centre) | (leads["other_body"] == centre)
    found = BodiesStudy(
        bodies=bodies,
        shares=_shares(table, list(bodies["body"])),
        first=first_appearances(table, themes=themes),
        leads=leads[with_centre].reset_index(drop=True),
        scores=lead_scores(
            table,
            themes=themes,
            window_years=window_years,
            n_draws=min(n_draws, 1000),
            random_state=random_state,
        ),
        passed=_passed(table, themes, bodies, centre, months, window_years, n_draws, random_state),
        titles=_titles(corpus, bodies, centre, months),
        items=_items(corpus, table),
        findings=pd.DataFrame(),
    )
    names = {
        "ja": {theme.id: theme.name_ja for theme in codebook.themes},
        "en": {theme.id: theme.name_en for theme in codebook.themes},
    }
    return found._replace(findings=_findings(found, centre, months, names))


def _bodies(meetings: pd.DataFrame, centre: str) -> pd.DataFrame:
    spans = observed_spans(meetings)
    start, end = spans.loc[centre, "observed_from"], spans.loc[centre, "observed_until"]
    inside = (meetings["first"] >= start) & (meetings["last"] <= end)
    by_body = meetings.groupby("body", sort=False)
    table = spans.assign(
        n_items=by_body["n_items"].sum(),
        n_in_common=inside.groupby(meetings["body"], sort=False).sum(),
    ).reset_index()
    table["level"] = [body_level(body, centre) for body in table["body"]]
    order = ["n_items", "n_meetings", "body"]
    table = table.sort_values(order, ascending=[False, False, True], ignore_index=True)
    columns = ["body", "level", "n_meetings", "n_undated", "n_items"]
    return table[[*columns, "observed_from", "observed_until", "n_in_common"]]


def _shares(table: pd.DataFrame, bodies: Sequence[str]) -> pd.DataFrame:
    counted = theme_counts(table, "body")
    parts = []
    for body in bodies:
        rows = counted.rows_of(body)
        counts, totals = counted.counts[rows], counted.totals[rows]
        low, high = clustered_interval(counts, np.repeat(totals[:, None], counts.shape[1], axis=1))
        n, n_items = counts.sum(axis=0), totals.sum()
        parts.append(
            pd.DataFrame(
                {
                    "body": body,
                    "theme": pd.Series(counted.themes, dtype="str"),
                    "n": n.astype(int),
                    "n_items": int(n_items),
                    "n_meetings": len(totals),
                    "share": n / n_items,
                    "share_low": low,
                    "share_high": high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _passed(
    table: pd.DataFrame,
    themes: Sequence[str],
    bodies: pd.DataFrame,
    centre: str,
    months: int,
    window_years: int,
    n_draws: int,
    random_state: int,
) -> pd.DataFrame:
    """Return what the centre and each body observed with it take up from each other."""
    parts = []
    beside = bodies[(bodies["n_in_common"] > 0) & (bodies["body"] != centre)]
    for body in beside["body"].tolist():
        for together in (True, False):
            found = passed_themes(
                table,
                body,
                centre,
                themes=themes,
                months=months,
                together=together,
                window_years=window_years,
                n_draws=n_draws,
                random_state=random_state,
            )
            toward = np.where(found["to_body"] == centre, "to_conference", "from_conference")
            parts.append(found.assign(level=str(body_level(body, centre)), direction=toward))
    if not parts:
        return pd.DataFrame(columns=["level", "direction", "from_body", "to_body", "theme", "n"])
    result = pd.concat(parts, ignore_index=True)
    whole = (result["theme"] == "").to_numpy()
    for rows in (whole, ~whole):  # over all bodies, both ways
        result.loc[rows, "p_adjusted"] = adjusted(result["p"].to_numpy(float)[rows])
    first = ["level", "direction"]
    kept = whole | (result["n_from"] > 0)
    columns = [*first, *(column for column in result if column not in first)]
    shown: pd.DataFrame = result.loc[kept, columns].reset_index(drop=True)
    return shown


def _titles(corpus: Corpus, bodies: pd.DataFrame, centre: str, months: int) -> pd.DataFrame:
    titles = title_table(corpus)
    known = set(titles["body"])
    found = [
        shared_titles(titles, body, centre, months=months, min_length=_MIN_LENGTH)
        for body in bodies["body"]
        if body != centre and {body, centre} <= known
    ]
    if not found:
        return pd.DataFrame(columns=["title", "from_body", "to_body", "days_low"])
    table = pd.concat(found, ignore_index=True)
    return table.sort_values(["from_date", "to_date", "title"], kind="stable", ignore_index=True)


def _items(corpus: Corpus, table: pd.DataFrame) -> pd.DataFrame:
    themes = table.groupby("item_id", sort=False)["theme"].agg(";".join)
    agenda = corpus.agenda()[["item_id", "body", "date", "title", "source_url"]]
    items = agenda.assign(themes=agenda["item_id"].map(themes).fillna("").astype("str"))
    return items[["item_id", "body", "date", "title", "themes", "source_url"]]


def _findings(
    found: BodiesStudy, centre: str, months: int, names: dict[str, dict[str, str]]
) -> pd.DataFrame:
    """Return the answers in words; every number is counted from the tables."""
    rows = [
        _what_there_is(found, centre),
        _where_themes_are(found, centre, names),
        *_who_was_first(found, centre, names),
        _who_leads(found, centre),
        *_what_was_passed(found, centre, months),
        _which_titles(found, centre, months),
    ]
    return pd.DataFrame(rows, columns=["finding", "tells", "ja", "en"])


Finding = tuple[str, bool, str, str]


def _what_there_is(found: BodiesStudy, centre: str) -> Finding:
    ja, en = called(centre)
    bodies = found.bodies
    others = bodies[bodies["body"] != centre]
    own = bodies[bodies["body"] == centre].iloc[0]
    beside = int((others["n_in_common"] > 0).sum())
    several = int((others["n_meetings"] >= 5).sum())
    single = int((others["n_meetings"] == 1).sum())
    return (
        "corpus",
        True,
        f"会議体は{len(bodies)}、会議は{bodies['n_meetings'].sum()}回、項目は"
        f"{bodies['n_items'].sum()}件。{ja}は{own['n_meetings']}回・{own['n_items']}件。ほかの"
        f"{len(others)}のうち、{ja}と同じ時期に会議があるのは{beside}、会議が5回以上あるのは"
        f"{several}、1回だけなのは{single}。",
        f"{len(bodies)} bodies, {bodies['n_meetings'].sum()} meetings, {bodies['n_items'].sum()} "
        f"items; {en} has {own['n_meetings']} meetings and {own['n_items']} items. Of "
        f"the "
        f"other {len(others)}, {beside} have a meeting within its time, {several} have at least 5 "
        f"meetings and {single} have one.",
    )


def _where_themes_are(found: BodiesStudy, centre: str, names: dict[str, dict[str, str]]) -> Finding:
    ja, en = called(centre)
    asked = found.shares["theme"].isin(set(found.first["theme"]))
    present = found.shares[(found.shares["n"] > 0) & asked]
    n_bodies = present.groupby("theme")["body"].nunique()
    own = set(present.loc[present["body"] == centre, "theme"])
    shared = sum(1 for theme in own if n_bodies[theme] > 1)
    alone = sorted(theme for theme in own if n_bodies[theme] == 1)
    elsewhere = sorted(set(n_bodies.index) - own)
    return (
        "themes",
        True,
        f"どこかにある{len(n_bodies)}テーマのうち、{ja}とほかの会議体の両方にあるのは{shared}、"
        f"{ja}だけにあるのは{len(alone)}{_listed(alone, names, 'ja')}、ほかだけにあるのは"
        f"{len(elsewhere)}{_listed(elsewhere, names, 'ja')}。",
        f"Of {len(n_bodies)} themes that occur, {shared} are in {en} and in another "
        f"body, "
        f"{len(alone)} in {en} alone{_listed(alone, names, 'en')}, {len(elsewhere)} in "
        f"others alone{_listed(elsewhere, names, 'en')}.",
    )


def _listed(themes: Sequence[str], names: dict[str, dict[str, str]], lang: str) -> str:
    if not themes:
        return ""
    named = [names[lang].get(theme, theme) for theme in themes]
    return f"({'、'.join(named)})" if lang == "ja" else f" ({', '.join(named)})"


def _who_was_first(
    found: BodiesStudy, centre: str, names: dict[str, dict[str, str]]
) -> list[Finding]:
    first = found.first
    n_themes = first["theme"].nunique()
    led = first[first["status"] == "first"]
    alone = first[first["status"] == "alone"]
    tied = first.loc[first["status"] == "tied", "theme"].nunique()
    began = first[first["status"] == "began_later"]
    compared = _range(led["n_observed"])
    by_body = led.groupby("body", sort=False)["theme"].agg(list)
    ja = "、".join(f"{b} {len(t)}{_listed(t, names, 'ja')}" for b, t in by_body.items())
    en = "; ".join(f"{b} with {len(t)}{_listed(t, names, 'en')}" for b, t in by_body.items())
    where = ", ".join(alone["body"].unique())
    return [
        (
            "first",
            len(led) > 0,
            f"{n_themes}テーマのうち、"
            f"同じ時期にコーパスに会議のあるほかの会議体({compared}体)より先だと"
            f"言えるのは{len(led)}: {ja or 'なし'}。{len(alone)}テーマの初出は、"
            f"比べられる会議体がその"
            f"時期にない({where or 'なし'})。前後が分からないのは{tied}。",
            f"Of {n_themes} themes, {len(led)} can be said to appear first in one body, ahead of "
            f"the "
            f"others observed at that time ({compared} of them): {en or 'none'}. When {len(alone)} "
            f"themes appear, no other body is observed ({where or 'none'}); {tied} are tied.",
        ),
        (
            "cannot_be_first",
            False,
            f"会議体とテーマの組{len(first)}のうち{len(began)}は、"
            f"テーマがほかで現れたあとにその会議体の"
            "最初の会議がある。先に取り上げえたかどうかは、分からない。",
            f"Of {len(first)} pairs of body and theme, in {len(began)} the body's first meeting "
            f"comes "
            "after the theme appeared elsewhere: whether it could have been first, nobody can "
            "tell.",
        ),
    ]


def _range(values: pd.Series[int]) -> str:
    if values.empty:
        return "0"
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else f"{low}–{high}"


def _who_leads(found: BodiesStudy, centre: str) -> Finding:
    ja, en = called(centre)
    own = found.scores[found.scores["body"] == centre].to_dict("records")
    row = own[0] if own else {"n_led": 0, "n_followed": 0}
    n = int(row["n_led"] + row["n_followed"])
    already = int((found.leads["verdict"] == "before").sum())
    if n < _ENOUGH:
        return (
            "leads",
            False,
            f"{ja}が先か後かを比べられる組(会議体とテーマ)は{n}だけで(先{row['n_led']:.0f}、"
            f"後{row['n_followed']:.0f})、先行の度合いは分からない。{already}組は、"
            f"共通の期間の前から"
            "どちらかにあった。",
            f"Only {n} pairs of body and theme can be compared with {en} (led "
            f"{row['n_led']:.0f}, followed {row['n_followed']:.0f}): the data cannot tell whether "
            f"it "
            f"leads. In {already} pairs one of the two had the theme before the common time.",
        )
    bounds = f"[{row['score_low']:.2f}, {row['score_high']:.2f}]"
    return (
        "leads",
        True,
        f"{ja}の先行の度合いは{row['score']:.2f} {bounds}({n}組。"
        f"偶然なら{row['expected']:.2f}、"
        f"p = {row['p']:.3f})。",
        f"{en.capitalize()}'s net lead is {row['score']:.2f} {bounds} of {n} pairs (by chance "
        f"{row['expected']:.2f}, p = {row['p']:.3f}).",
    )


def _what_was_passed(found: BodiesStudy, centre: str, months: int) -> list[Finding]:
    """Return what was passed down to, and up from, the conference, one finding a body."""
    ja, en = called(centre)
    passed = found.passed
    whole = passed[passed["theme"] == ""] if len(passed) else passed
    told = whole[whole["n_from"] >= _ENOUGH] if len(whole) else whole
    findings = [_one_way(dict(row), months) for row in told.to_dict("records")]
    n_rest = len(whole) - len(told)
    findings.append(
        (
            "passed_rest",
            False,
            f"ほかの{n_rest}の向き(会議体から{ja}へ、またはその逆)は、"
            f"テーマのある会議が{_ENOUGH}に"
            "満たず、受け継がれたかどうか分からない。",
            f"In the other {n_rest} directions (from a body to {en}, or back) fewer than "
            f"{_ENOUGH} themes of meetings could be taken up: the data cannot tell.",
        )
    )
    return findings


def _one_way(values: dict[Any, Any], months: int) -> Finding:
    bounds = f"[{100 * values['share_low']:.0f}–{100 * values['share_high']:.0f}]"
    tested = values["p"] == values["p"]
    more = tested and values["p_adjusted"] <= 0.05
    p, adjusted_p = (f"{values[k]:.3f}" if tested else "–" for k in ("p", "p_adjusted"))
    counts = f"{values['n']}/{values['n_from']}"
    share = f"{100 * values['share']:.0f}% {bounds}"
    ja = "偶然より多い" if more else "偶然より多いとは言えない"
    en = "more often than by chance" if more else "not shown to be more often than by chance"
    return (
        f"passed_{values['direction']}",
        bool(more),
        f"{values['from_body']}の会議のテーマのうち、"
        f"{months}か月以内に{values['to_body']}の会議にも"
        f"あるのは{counts} = {share}。偶然なら{values['expected']:.1f}(p = {p}、"
        f"補正後 {adjusted_p}): {ja}。",
        f"Of themes of meetings of {values['from_body']}, {counts} = {share} are in a meeting of "
        f"{values['to_body']} within {months} months; {values['expected']:.1f} by chance (p = {p}, "
        f"adjusted {adjusted_p}): {en}.",
    )


def _which_titles(found: BodiesStudy, centre: str, months: int) -> Finding:
    ja, en = called(centre)
    titles = found.titles
    n_titles = titles["title"].nunique()
    sure = titles[titles["days_low"] > 0]
    named = "、".join(sorted(set(sure["title"])))
    named = f"({named})" if named else ""
    return (
        "titles",
        len(sure) > 0,
        f"{ja}とほかの会議体に{months}か月以内に同じ題名があるのは{n_titles}題名・{len(titles)}組。"
        f"どちらが先か分かるのは{len(sure)}組{named}。",
        f"{en.capitalize()} and another body have {n_titles} titles in common within {months} "
        f"months "
        f"({len(titles)} pairs of items); the order is known for {len(sure)} "
        f"{named}".rstrip()
        + ".",
    )
