"""Corpus and codebook → everything a report shows, as tables in one dict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.corpus import Corpus, coverage
from cio_topics.errors import SettingsError
from cio_topics.periods import period_labels
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

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ReportSettings:
    """What can be chosen for a report; all of it stands in the manifest."""

    source: ThemeSource = "coded+rules"
    interval: str = "wilson"
    topic_model: str = "nmf"
    n_topics: int = 12
    pool: str = "meeting"
    random_state: int = 0


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
        ``settings``, ``coverage`` (tables), ``items`` (one row an item with themes, topic and
        sources), ``shares`` (by grouping), ``periods`` (labels by grouping), ``themes`` (table),
        ``meetings``, ``case_study``, ``topics`` (dict of tables, or ``reason``), ``quality`` and
        ``quality_seen_only`` and ``agreement`` (tables, or None without coded items).

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
    themes = theme_table(corpus, codebook, source=settings.source)
    kept = corpus
    if settings.source == "coded":
        kept = corpus.filter(where=lambda a: a["item_id"].isin(themes["item_id"]))
    progress("shares")
    shares = {
        by: theme_shares(
            themes,
            by,
            themes=codebook.ids,
            administrations=corpus.administrations,
            interval=settings.interval,  # type: ignore[arg-type]
            random_state=settings.random_state,
        )
        for by in SHOWN_GROUPINGS
    }
    progress("topics")
    topics = describe_topics(
        kept.agenda(),
        themes,
        codebook.ids,
        kind=settings.topic_model,  # type: ignore[arg-type]
        n_topics=settings.n_topics,
        pool=settings.pool,  # type: ignore[arg-type]
        random_state=settings.random_state,
    )
    progress("quality")
    return {
        "settings": asdict(settings),
        "coverage": coverage(kept),
        "items": _items(kept, themes, topics),
        "shares": shares,
        "periods": {
            by: period_labels(by, list(s["period"].unique()), corpus.administrations)
            for by, s in shares.items()
        },
        "themes": pd.DataFrame(
            [(t.id, t.name_ja, t.name_en, t.definition_ja, t.definition_en) for t in codebook.themes],
            columns=["theme", "name_ja", "name_en", "definition_ja", "definition_en"],
            dtype="str",
        ),
        "meetings": meetings_by_year(kept),
        "case_study": meetings_with_case_study(kept),
        "topics": topics,
        **_quality(corpus, codebook, settings),
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
    topic = topics["items"].set_index("item_id")["topic"] if "items" in topics else {}
    return items.assign(
        coders=items["item_id"].map(coders).fillna("").astype("str"),
        topic=items["item_id"].map(topic).fillna("").astype("str"),
    )


def _quality(corpus: Corpus, codebook: Codebook, settings: ReportSettings) -> dict[str, Any]:
    labels = corpus.theme_labels
    coded = corpus.items["meeting_id"][corpus.items["item_id"].isin(labels["item_id"])]
    if coded.nunique() < 2:
        return {"quality": None, "quality_seen_only": None, "agreement": None}
    scores = [
        evaluate_codebook(
            corpus, codebook, seen_only=seen_only, random_state=settings.random_state
        )
        for seen_only in (False, True)
    ]
    two_coders = ((labels["coder_a"] != "") & (labels["coder_b"] != "")).any()
    return {
        "quality": scores[0],
        "quality_seen_only": scores[1],
        "agreement": coder_agreement(corpus, codebook) if two_coders else None,
    }
