"""Summary → one HTML page that needs no network."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.corpus import CASE_STUDY_SOURCE, SOURCE_KINDS
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
from cio_topics.report.topic_rows import shade, topic_numbers, topic_section
from cio_topics.report.trend_rows import trend_rows

__all__ = ["render"]

_SECTIONS = (
    "themes_year",
    "themes_administration",
    "themes_government",
    "trends",
    "meetings",
    "topics",
    "quality",
    "coverage",
    "method",
)
_OVERALL = ("micro", "macro", "exact")


def render(
    summary: dict[str, Any],
    figures: dict[str, dict[str, str]],
    manifest: dict[str, Any],
    lang: Language = "ja",
) -> str:
    """Return the report as one HTML document.

    Titles are untrusted: the template escapes every text, and the list of items is written by
    script as text, never as markup. A content security policy forbids every request and every
    script but the page's own.

    Parameters
    ----------
    summary : dict
        From :func:`cio_topics.report.summarize`.
    figures : dict
        SVG texts by figure and language.
    manifest : dict
        From :func:`cio_topics.manifest.make_manifest`, with ``font``.
    lang : {"ja", "en"}, default "ja"
        Language shown first.
    """
    topics = topic_section(summary)
    scripts = ["report.js"] if topics["reason"] else ["report.js", "topic_map.js"]
    texts = [template_text(name) for name in scripts]
    names = {row.theme: (row.name_ja, row.name_en) for row in summary["themes"].itertuples()}
    return (
        page_environment()
        .get_template("report.html.j2")
        .render(
            labels=LABELS,
            lang=lang,
            style=template_text("report.css") + template_text("topic_map.css"),
            scripts=[{"text": text, "hash": script_hash(text)} for text in texts],
            sections=_SECTIONS,
            names=names,
            shares_note=f"shares_note_{summary['settings']['interval']}",
            lead=_lead(summary),
            figures=figures,
            tables={by: _shares_rows(summary, by) for by in summary["shares"]},
            trends=trend_rows(summary["trends"]),
            meetings=_meetings(summary),
            topics=topics,
            quality=_quality(summary, manifest),
            coverage=_coverage(summary),
            manifest=manifest,
            data=_data(summary, names),
        )
    )


def _lead(summary: dict[str, Any]) -> dict[str, Any]:
    items = summary["items"]
    dates = items["date"][items["date"] != ""]
    sources = items["theme_source"].value_counts()
    return {
        "n_items": len(items),
        "n_meetings": items["meeting_id"].nunique(),
        "n_bodies": items["body"].nunique(),
        "first": dates.min() if len(dates) else "–",
        "last": dates.max() if len(dates) else "–",
        "n_coded": int(sources.get("coded", 0)),
        "n_rules": int(sources.get("rules", 0)),
        "n_model": int(sources.get("model", 0)),
    }


def _shares_rows(summary: dict[str, Any], by: str) -> dict[str, Any]:
    shares = summary["shares"][by]
    sizes = shares.drop_duplicates("period").set_index("period")["n_items"]
    labels = summary["periods"][by].set_index("period")
    periods = [
        {"ja": labels.at[p, "ja"], "en": labels.at[p, "en"], "n_items": int(n)}
        for p, n in sizes.items()
    ]
    rows = [
        {
            "theme": theme,
            "cells": [
                {
                    "n": int(cell.n),
                    "n_items": int(cell.n_items),
                    "percent": percent(cell.share),
                    "interval": bounds(cell.share_low, cell.share_high),
                    "shade": shade(cell.share),
                    "link": items_link(**{by: cell.period, "theme": theme}),
                }
                for cell in group.itertuples()
            ],
        }
        for theme, group in shares.groupby("theme", sort=False)
    ]
    return {"periods": periods, "rows": rows}


def _some(n: Any) -> bool:
    return not pd.isna(n) and n > 0


def _meetings(summary: dict[str, Any]) -> dict[str, Any]:
    from cio_topics.tracking import CASE_STUDY_BODY

    columns = {
        "case_study_meetings": "case_meetings",
        "case_study_circulated": "case_circulated",
        "n_meetings": "corpus_meetings",
        "n_circulated": "corpus_circulated",
        "n_joint": "corpus_joint",
        "n_numbered": "corpus_numbered",
        "n_format_unknown": "corpus_unknown",
        "n_items": "items_n",
    }
    with_study = len(summary["case_study"]) > 0
    table = summary["case_study"] if with_study else summary["meetings"]
    shown = [column for column in columns if column in table]
    body = {"body": CASE_STUDY_BODY} if with_study else {}
    rows = [
        {
            "year": row["year"],
            "link": items_link(**body, year=row["year"]) if _some(row["n_items"]) else "",
            "cells": ["–" if pd.isna(row[column]) else int(row[column]) for column in shown],
        }
        for row in table.to_dict("records")
    ]
    return {"header": ["year", *(columns[column] for column in shown)], "rows": rows}


def _score(row: pd.Series, name: str) -> dict[str, str]:
    if pd.isna(row[name]):
        return {"text": "–", "interval": "", "link": ""}
    bounds = row[f"{name}_low"], row[f"{name}_high"]
    # A bootstrap of items without an error has none to draw: [1, 1] would be no evidence.
    empty = pd.isna(bounds[0]) or bounds[0] == bounds[1]
    interval = "" if empty else f"[{bounds[0]:.2f}–{bounds[1]:.2f}]"
    return {"text": f"{row[name]:.2f}", "interval": interval, "link": ""}


def _plain(value: float, digits: int = 2) -> dict[str, str]:
    text = "–" if pd.isna(value) else f"{value:.{digits}f}"
    return {"text": text, "interval": "", "link": ""}


def _quality(summary: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any] | None:
    if summary["quality"] is None:
        return None
    optimistic = summary["quality"].set_index("theme")
    lower = summary["quality_seen_only"].set_index("theme")
    agreement = summary["agreement"]
    coders = None if agreement is None else agreement.set_index("theme")
    header = ["theme", "n", "precision", "recall", "f1", "recall_lower"]
    rows = []
    for theme, row in optimistic.iterrows():
        cells = [
            _plain(row["n"], 0),
            *(_score(row, name) for name in ("precision", "recall", "f1")),
        ]
        cells.append(_score(lower.loc[theme], "recall"))
        if coders is not None:
            cells += _coder_cells(coders, str(theme))
        rows.append({"theme": theme, "overall": theme in _OVERALL, "cells": cells})
    if coders is not None:
        header += ["coder_f1", "alpha", "differ"]
    n_coded = int(optimistic.at["exact", "n"])
    return {
        "n": n_coded,
        "version": manifest["codebook"]["version"],
        "embedded": summary["embedded_labels"],
        "header": header,
        "rows": rows,
    }


def _coder_cells(coders: pd.DataFrame, theme: str) -> list[dict[str, str]]:
    if theme not in coders.index:
        return [_plain(float("nan"))] * 3
    row = coders.loc[[theme]].astype(float).iloc[0].to_dict()
    if theme in _OVERALL:
        return [_plain(row["f1"]), _plain(row["alpha"]), _plain(float("nan"))]
    differ = int(row["n_a"] + row["n_b"] - 2 * row["n_both"])
    link = items_link(coders_differ=theme) if differ else ""
    return [
        _plain(row["f1"]),
        _plain(row["alpha"]),
        {"text": str(differ), "interval": "", "link": link},
    ]


def _coverage(summary: dict[str, Any]) -> dict[str, Any]:
    tables = {name: table.to_dict("records") for name, table in summary["coverage"].items()}
    for row in tables["years"]:
        row["link"] = items_link(year=row["year"])
    for row in tables["bodies"]:
        row["link"] = items_link(body=row["body"])
    return tables


def _column(values: pd.Series) -> dict[str, Any]:
    codes, uniques = pd.factorize(values)
    return {"values": [str(value) for value in uniques], "codes": codes.tolist()}


def _list_column(lists: list[list[str]]) -> dict[str, Any]:
    values = list(dict.fromkeys(value for entry in lists for value in entry))
    code = {value: place for place, value in enumerate(values)}
    return {"values": values, "codes": [[code[value] for value in entry] for entry in lists]}


def _differing(coders: str) -> list[str]:
    if not coders:
        return []
    first, _, second = coders.partition(" | ")
    return sorted(set(first.split(";")) ^ set(second.split(";")))


def _topic_names(summary: dict[str, Any]) -> dict[str, str]:
    topics = summary["topics"]
    return {} if "reason" in topics else topic_numbers(topics["measures"])


def _data(summary: dict[str, Any], names: dict[str, tuple[str, str]]) -> str:
    """Return the items as JSON that is safe inside a script element."""
    items = summary["items"]
    columns = {by: _column(items[by]) for by in summary["shares"]}
    columns |= {
        "source": _column(items["theme_source"]),
        "topic": _column(items["topic"]),
        "url": _column(items["source_url"]),
        "kind": _column(items["source_kind"]),
        "coders": _column(items["coders"]),
        "item_id": _column(items["item_id"]),
        "theme": _list_column([text.split(";") for text in items["themes"]]),
        "coders_differ": _list_column([_differing(text) for text in items["coders"]]),
    }
    words = ("source", "no_link", "shown_items", "corpus_unknown")
    periods = {
        by: {row.period: [row.ja, row.en] for row in table.itertuples()}
        for by, table in summary["periods"].items()
    }
    data = {
        "ids": items["item_id"].tolist(),
        "titles": items["title"].tolist(),
        "dates": items["date"].tolist(),
        "numbers": ["" if pd.isna(n) else str(n) for n in items["number"]],
        "columns": columns,
        "names": {
            **periods,
            "theme": names,
            "coders_differ": names,
            "topic": {topic: [name, name] for topic, name in _topic_names(summary).items()},
            "source": {key: LABELS[key] for key in ("coded", "rules", "model")},
            "kind": {key: LABELS[key] for key in SOURCE_KINDS if key},
            "url": {CASE_STUDY_SOURCE: LABELS["case_study"]},
            "word": {key: LABELS[key] for key in words},
        },
    }
    return script_json(data)
