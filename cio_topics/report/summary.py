"""Corpus and codebook → everything a report shows, as tables in one dict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.corpus import Corpus, coverage
from cio_topics.data import embedded_folder
from cio_topics.errors import SettingsError
from cio_topics.periods import period_labels
from cio_topics.report.topic_map import topic_map
from cio_topics.report.trend_rows import report_trends
from cio_topics.themes import coder_agreement, evaluate_codebook, theme_table
from cio_topics.themes.table import ThemeSource
from cio_topics.topics import describe_topics
from cio_topics.tracking import meetings_by_year, meetings_with_case_study, theme_shares

__all__ = ["SHOWN_GROUPINGS", "ReportSettings", "summarize"]

#: Groupings for which a report has tables.
SHOWN_GROUPINGS = (
    "year",
    "fiscal_year",
    "administration",
    "prime_minister",
    "government",
    "format",
    "body",
)

_ITEM_COLUMNS = [
    "item_id",
    "meeting_id",
    "body",
    "number",
    "date",
    "date_precision",
    "format",
    "position",
    "title",
    "status",
    "themes",
    "theme_source",
    "topic",
    "coders",
    "source_url",
    "source_kind",
    "confidence",
    "year",
    "fiscal_year",
    "administration",
    "prime_minister",
    "government",
]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ReportSettings:
    """What can be chosen for a report; all of it stands in the manifest.

    Parameters
    ----------
    source : {"coded+rules", "coded", "rules", "coded+model", "model"}
        Where themes come from, see :func:`cio_topics.themes.theme_table`.
    interval : {"wilson", "clustered", "bootstrap"}
        See :func:`cio_topics.tracking.theme_shares`.
    topic_model : str
        One of :data:`cio_topics.topics.KINDS`, or ``auto``, see
        :func:`cio_topics.topics.choose_kind`.
    n_topics : int
    pool : {"item", "meeting", "body_year"}
        See :func:`cio_topics.topics.describe_topics`.
    random_state : int
    conditions : str
        What the corpus was filtered by, for the reader.
    """

    source: ThemeSource = "coded+rules"
    interval: Literal["wilson", "clustered", "bootstrap"] = "wilson"
    topic_model: str = "auto"
    n_topics: int = 12
    pool: Literal["item", "meeting", "body_year"] = "meeting"
    random_state: int = 0
    conditions: str = ""


def summarize(
    corpus: Corpus,
    codebook: Codebook,
    settings: ReportSettings | None = None,
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """Compute everything a report shows.

    Parameters
    ----------
    corpus : Corpus
        With at least one item.
    codebook : Codebook
    settings : ReportSettings, optional
    progress : callable, optional
        Called with the name of each step before it begins.

    Returns
    -------
    dict
        ``settings``; ``coverage`` (tables); ``shares`` and ``periods`` (shares, and labels of
        periods, by grouping); ``themes`` (names and definitions); ``trends`` (see
        :func:`~cio_topics.report.trend_rows.report_trends`); ``meetings``; ``case_study``;
        ``topics`` (see :func:`cio_topics.topics.describe_topics`); ``topic_map`` (see
        :func:`cio_topics.report.topic_map.topic_map`; None without topics); ``topic_items`` (items
        in which a topic weighs most, by year and topic); ``items`` (one row an item with themes,
        topic and sources); ``quality``, ``quality_seen_only``, ``agreement`` (tables, or
        None without coded items); ``embedded_labels`` (whether all codings are the embedded ones).

    Raises
    ------
    SettingsError
        The corpus has no item.
    """
    settings = settings or ReportSettings()
    if len(corpus) == 0:
        raise SettingsError(
            "the corpus has no item that meets the conditions.",
            "Widen them, or add items.",
            "条件を広げるか、項目を追加してください。",
        )
    progress("themes")
    table = theme_table(corpus, codebook, source=settings.source)
    if settings.source == "coded":
        corpus = corpus.filter(where=lambda a: a["item_id"].isin(table["item_id"]))
    shares = _shares(table, corpus, codebook, settings)
    progress("topics")
    topics = describe_topics(
        corpus.agenda(),
        table,
        codebook.ids,
        kind=settings.topic_model,
        n_topics=settings.n_topics,
        pool=settings.pool,
        random_state=settings.random_state,
        fallback=codebook.fallback,
    )
    items = _items(corpus, table, topics)
    progress("quality")
    return {
        "settings": asdict(settings) | {"topic_model": topics.get("kind", settings.topic_model)},
        "coverage": coverage(corpus),
        "shares": shares,
        "periods": {
            by: period_labels(by, list(s["period"].unique()), corpus.administrations)
            for by, s in shares.items()
        },
        "themes": pd.DataFrame(
            [
                (t.id, t.name_ja, t.name_en, t.definition_ja, t.definition_en)
                for t in codebook.themes
            ],
            columns=["theme", "name_ja", "name_en", "definition_ja", "definition_en"],
            dtype="str",
        ),
        "trends": report_trends(table, codebook.ids, settings.random_state),
        "meetings": meetings_by_year(corpus),
        "case_study": meetings_with_case_study(corpus),
        "topics": topics,
        "topic_map": None if "reason" in topics else topic_map(topics),
        "topic_items": items.groupby(["year", "topic"]).size().to_dict(),
        "items": items,
        **_quality(corpus, codebook, settings),
    }


def _shares(
    table: pd.DataFrame, corpus: Corpus, codebook: Codebook, settings: ReportSettings
) -> dict[str, pd.DataFrame]:
    return {
        by: theme_shares(
            table,
            by,
            themes=codebook.ids,
            administrations=corpus.administrations,
            interval=settings.interval,
            random_state=settings.random_state,
        )
        for by in SHOWN_GROUPINGS
    }


def _items(corpus: Corpus, themes: pd.DataFrame, topics: dict[str, Any]) -> pd.DataFrame:
    """Return one row an item: what it is, its themes and topic, and where it was read."""
    by_item = themes.groupby("item_id", sort=False)
    joined = pd.DataFrame(
        {"themes": by_item["theme"].agg(";".join), "theme_source": by_item["theme_source"].first()}
    )
    items = corpus.agenda().merge(joined, left_on="item_id", right_index=True, how="left")
    labels = corpus.theme_labels
    differ = labels[labels["coder_a"] != labels["coder_b"]].set_index("item_id")
    coders = differ["coder_a"] + " | " + differ["coder_b"]
    topic = topics["items"].set_index("item_id")["topic"] if "items" in topics else coders.iloc[:0]
    return items.assign(
        coders=_looked_up(items["item_id"], coders), topic=_looked_up(items["item_id"], topic)
    )[_ITEM_COLUMNS]


def _looked_up(keys: pd.Series[str], values: pd.Series[str]) -> pd.Series[str]:
    """Return the value of each key, empty where there is none."""
    known = values.to_dict()
    return pd.Series([known.get(key, "") for key in keys], index=keys.index, dtype="str")


def _embedded_coded() -> set[str]:
    """Return the ids of the embedded corpus's coded items, without reading all of it again."""
    table = pd.read_csv(embedded_folder() / "theme_labels.csv", usecols=["item_id"], dtype=str)
    return set(table["item_id"])


def _quality(corpus: Corpus, codebook: Codebook, settings: ReportSettings) -> dict[str, Any]:
    labels = corpus.theme_labels
    coded = corpus.items["meeting_id"][corpus.items["item_id"].isin(labels["item_id"])]
    if coded.nunique() < 2:
        return {"quality": None, "quality_seen_only": None, "agreement": None}
    scores = [
        evaluate_codebook(corpus, codebook, seen_only=seen_only, random_state=settings.random_state)
        for seen_only in (False, True)
    ]
    two_coders = ((labels["coder_a"] != "") & (labels["coder_b"] != "")).any()
    return {
        "quality": scores[0],
        "quality_seen_only": scores[1],
        "agreement": coder_agreement(corpus, codebook) if two_coders else None,
        "embedded_labels": set(labels["item_id"]) <= _embedded_coded(),
    }
