"""The map of topics, within a report or as a page of its own."""

from __future__ import annotations

from typing import Any

from cio_topics.report.charts import Language, items_link
from cio_topics.report.labels import LABELS
from cio_topics.report.page import (
    bounds,
    page_environment,
    percent,
    script_hash,
    script_json,
    template_text,
)
from cio_topics.report.topic_map import FIRST_WEIGHT, N_STEPS, SIZE, WEIGHTS, topic_map

__all__ = ["map_json", "map_view", "render_topic_map"]


def render_topic_map(found: dict[str, Any], manifest: dict[str, Any], lang: Language = "ja") -> str:
    """Return the map of topics as one HTML document that makes no request.

    Parameters
    ----------
    found : dict
        From :func:`cio_topics.topics.describe_topics`, without ``reason``.
    manifest : dict
        From :func:`cio_topics.manifest.make_manifest`; shown at the end.
    lang : {"ja", "en"}, default "ja"
        Language shown first.
    """
    drawn = topic_map(found)
    script = template_text("topic_map.js")
    return (
        page_environment()
        .get_template("topic_map_page.html.j2")
        .render(
            labels=LABELS,
            lang=lang,
            style=template_text("report.css") + template_text("topic_map.css"),
            script=script,
            script_hash=script_hash(script),
            map=map_view(drawn, is_linked=False),
            data=map_json(drawn),
            manifest=manifest,
        )
    )


def map_view(drawn: dict[str, Any], *, is_linked: bool) -> dict[str, Any]:
    """Return what the template of a map needs.

    Parameters
    ----------
    drawn : dict
        From :func:`cio_topics.report.topic_map.topic_map`.
    is_linked : bool
        Whether items are links into the report.
    """
    topics = [
        {
            **topic,
            "percent": percent(topic["share"]),
            "bounds": bounds(topic["share_low"], topic["share_high"]),
            "items": [
                {**item, "link": items_link(item_id=item["item_id"]) if is_linked else ""}
                for item in topic["items"]
            ],
        }
        for topic in drawn["topics"]
    ]
    return {
        "topics": topics,
        "explained": percent(drawn["explained"]),
        "size": SIZE,
        "n_steps": N_STEPS,
        "first": FIRST_WEIGHT,
        "weights": WEIGHTS,
    }


def map_json(drawn: dict[str, Any]) -> str:
    """Return what the script of a map needs: terms and numbers, safe inside a script element."""
    return script_json(
        {
            "terms": drawn["terms"],
            "n_items": drawn["n_items"],
            "n_shown": drawn["n_shown"],
            "topics": [topic["terms"] for topic in drawn["topics"]],
        }
    )
