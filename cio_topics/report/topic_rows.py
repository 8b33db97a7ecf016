"""Topics → the rows of the report's section on them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from cio_topics.report.charts import items_link
from cio_topics.report.labels import LABELS
from cio_topics.report.page import bounds, percent
from cio_topics.report.topic_page import map_json, map_view
from cio_topics.topics.uncovered import LEAST_F1, LEAST_SHARE

__all__ = ["shade", "topic_numbers", "topic_section"]


def shade(share: float) -> int:
    """Return 0 (none) to 6 (most) for the background of a cell."""
    if pd.isna(share) or share <= 0:
        return 0
    return sum(share > bound for bound in (0.0, 0.1, 0.2, 0.35, 0.5, 0.7))


def topic_numbers(measures: pd.DataFrame) -> dict[str, str]:
    """Return what a topic is called in the report: its number and its name."""
    named = zip(measures["topic"], measures["name"], strict=True)
    return {topic: f"{place} {name}" for place, (topic, name) in enumerate(named, start=1)}


def topic_section(summary: dict[str, Any]) -> dict[str, Any]:
    """Return everything the section on topics shows, or only why there is none.

    Parameters
    ----------
    summary : dict
        From :func:`cio_topics.report.summarize`.

    Returns
    -------
    dict
        ``reason`` (in Japanese and English, or an empty text) and, without one, ``names, note,
        rows, year, alignment, themes, themes_without, themes_absent, topics_without, least_f1,
        least_share, map, map_data``.
    """
    topics = summary["topics"]
    if "reason" in topics:
        return {"reason": topics["reason"]}
    names = topic_numbers(topics["measures"])
    return {
        "reason": "",
        "names": names,
        "note": _note(summary),
        "rows": _rows(topics),
        "year": _by_year(summary, names),
        "alignment": _alignment(topics),
        "themes": list(topics["alignment"].columns),
        "themes_without": [
            _uncovered(row, "theme", "topic")
            for row in topics["uncovered_themes"].itertuples()
            if row.n_items
        ],
        "themes_absent": [
            row.theme for row in topics["uncovered_themes"].itertuples() if not row.n_items
        ],
        "topics_without": [
            _uncovered(row, "topic", "theme") for row in topics["uncovered_topics"].itertuples()
        ],
        "least_f1": LEAST_F1,
        "least_share": percent(LEAST_SHARE),
        "map": map_view(summary["topic_map"], is_linked=True),
        "map_data": map_json(summary["topic_map"]),
    }


def _note(summary: dict[str, Any]) -> Markup:
    topics, settings = summary["topics"], summary["settings"]
    texts = []
    for place, lang in enumerate(("ja", "en")):
        said = LABELS["topics_note"][place].format(
            model=settings["topic_model"],
            n_topics=len(topics["measures"]),
            pool=LABELS[settings["pool"]][place],
            n_texts=topics["n_texts"],
            n_terms=topics["n_terms"],
            diversity=f"{topics['diversity']:.2f}",
            n_runs=int(topics["measures"]["n_runs"].iloc[0]),
        )
        seeds = topics["seed_stability"]
        if seeds:
            said += LABELS["topics_seeds"][place].format(
                stability=f"{_decimal(seeds['value'])} {_decimals(seeds['low'], seeds['high'])}",
                n_same=seeds["n_same"],
                n_runs=seeds["n_runs"],
            )
        texts.append(Markup('<span lang="{}">{}</span>').format(lang, said))
    return Markup("").join(texts)


def _rows(topics: dict[str, Any]) -> list[dict[str, Any]]:
    often, together = (
        topics[name].groupby("topic", sort=False)["term"].agg("、".join)
        for name in ("terms", "associated_terms")
    )
    items = topics["top_items"]
    return [
        {
            "id": row.topic,
            "number": number,
            "name": row.name,
            "terms": often.get(row.topic, ""),
            "associated": together.get(row.topic, ""),
            "titles": [
                {"title": i.title, "link": items_link(item_id=i.item_id)}
                for i in items[items["topic"] == row.topic].itertuples()
            ],
            "share": percent(row.share),
            "share_bounds": bounds(row.share_low, row.share_high),
            "n_items": int(row.n_items),
            "link": items_link(topic=row.topic),
            "stability": _decimal(row.stability),
            "stability_bounds": _decimals(row.stability_low, row.stability_high),
            "coherence": _decimal(row.coherence),
            "theme": row.theme,
            "theme_share": percent(row.theme_share),
            "theme_share_bounds": bounds(row.theme_share_low, row.theme_share_high),
        }
        for number, row in enumerate(topics["measures"].itertuples(), start=1)
    ]


def _decimal(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


def _decimals(low: float, high: float) -> str:
    return "" if pd.isna(low) or pd.isna(high) else f"[{low:.2f}–{high:.2f}]"


def _by_year(summary: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    shares = summary["topics"]["shares"]
    sizes = shares.drop_duplicates("period")
    n_most = summary["topic_items"]
    rows = [
        {
            "name": names[topic],
            "cells": [
                {
                    "percent": percent(cell.share),
                    "bounds": bounds(cell.share_low, cell.share_high),
                    "shade": shade(cell.share),
                    "link": items_link(year=cell.period, topic=topic)
                    if n_most.get((cell.period, topic), 0)
                    else "",
                }
                for cell in group.itertuples()
            ],
        }
        for topic, group in shares.groupby("topic", sort=False)
    ]
    periods = [{"period": row.period, "n_items": int(row.n_items)} for row in sizes.itertuples()]
    return {"periods": periods, "rows": rows}


def _alignment(topics: dict[str, Any]) -> list[dict[str, Any]]:
    pairs = topics["matches"].set_index(["topic", "theme"])
    matched = pairs["is_match"] & (pairs["f1"] >= LEAST_F1)
    return [
        {
            "topic": topic,
            "cells": [
                {
                    "percent": percent(value) if value >= 0.005 else "",
                    "shade": shade(value) if value >= 0.005 else 0,
                    "matched": bool(matched[topic, theme]),
                }
                for theme, value in row.items()
            ],
        }
        for topic, row in topics["alignment"].iterrows()
    ]


def _uncovered(row: Any, one: str, other: str) -> dict[str, Any]:
    """Return a row of the tables of themes or topics that were not matched."""
    theme, topic = row.theme, row.topic
    return {
        "theme": theme,
        "topic": topic,
        "reason": f"reason_{row.reason}",
        "n_items": int(row.n_items),
        "link": items_link(**{one: getattr(row, one)}) if row.n_items else "",
        "n_both": int(row.n_both),
        "link_both": items_link(topic=topic, theme=theme) if row.n_both else "",
        "share_of_topic": percent(row.share_of_topic),
        "share_of_topic_bounds": bounds(row.share_of_topic_low, row.share_of_topic_high),
        "share_of_theme": percent(row.share_of_theme),
        "share_of_theme_bounds": bounds(row.share_of_theme_low, row.share_of_theme_high),
        "f1": _decimal(row.f1),
        "f1_bounds": _decimals(row.f1_low, row.f1_high),
        "sure": "yes" if row.is_sure else "no",
    }
