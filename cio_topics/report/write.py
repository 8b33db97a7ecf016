"""Write a report: one page, tables, figures and the manifest, each file whole or not at all."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.corpus import Corpus
from cio_topics.files import replace_folder, table_csv, table_xlsx
from cio_topics.manifest import make_manifest, manifest_text
from cio_topics.report.charts import (
    Language,
    draw,
    meetings_chart,
    shares_chart,
    shares_heatmap,
)
from cio_topics.report.fonts import FONT_NAME, register_font
from cio_topics.report.render import render
from cio_topics.report.summary import ReportSettings, summarize
from cio_topics.report.topic_charts import topics_chart
from cio_topics.report.topic_rows import topic_numbers

__all__ = ["write_report"]


def write_report(
    corpus: Corpus,
    codebook: Codebook,
    folder: str | os.PathLike[str],
    *,
    settings: ReportSettings | None = None,
    command: str = "",
    lang: Language = "ja",
    progress: Callable[[str], None] = lambda step: None,
) -> Path:
    """Write ``report.html``, ``tables/``, ``figures/`` and ``manifest.json``.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook
    folder : path
        Made if it is missing; files of an earlier report in it are replaced once everything is
        written, and left alone if anything fails.
    settings : ReportSettings, optional
    command : str, optional
        Stands in the manifest.
    lang : {"ja", "en"}, default "ja"
        Language shown first.
    progress : callable, optional
        Called with the name of each step before it begins.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    OutputError
        The folder cannot be written.
    SettingsError
        The corpus has no item.
    """
    settings = settings or ReportSettings()
    font = register_font()
    if not font:
        warnings.warn(
            "no Japanese font: figures have English labels only. "
            "Run: python -m pip install matplotlib-fontja",
            stacklevel=2,
        )
    with replace_folder(folder) as temporary:
        summary = summarize(corpus, codebook, settings, progress)
        progress("figures")
        figures = _write_figures(summary, temporary / "figures", with_japanese=font)
        manifest = make_manifest(
            corpus, codebook, command=command, settings={**summary["settings"], "lang": lang}
        )
        manifest["tokenizer"] = summary["topics"].get("tokenizer", {})
        manifest["font"] = FONT_NAME if font else ""
        progress("tables")
        _write_tables(summary, manifest, temporary / "tables")
        progress("page")
        page = render(summary, figures, manifest, lang)
        (temporary / "report.html").write_bytes(page.encode("utf-8"))
        (temporary / "manifest.json").write_bytes(manifest_text(manifest).encode("utf-8"))
    return Path(folder) / "report.html"


def _specs(summary: dict[str, Any], lang: Language) -> dict[str, dict[str, Any]]:
    column = f"name_{lang}"
    names = dict(zip(summary["themes"]["theme"], summary["themes"][column], strict=True))
    by = "administration"
    labels = summary["periods"][by]
    period_names = dict(zip(labels["period"], labels[lang], strict=True))
    specs = {
        "themes_by_year": shares_chart(summary["shares"]["year"], names, lang),
        "themes_by_administration": shares_heatmap(
            summary["shares"][by], by, names, period_names, lang
        ),
    }
    if len(summary["case_study"]):
        specs["meetings"] = meetings_chart(summary["case_study"], lang)
    return specs


def _write_figures(
    summary: dict[str, Any], folder: Path, *, with_japanese: bool
) -> dict[str, dict[str, str]]:
    """Return the figures by name and language; "" where a figure has no words of its own."""
    folder.mkdir(parents=True)
    drawn: dict[str, dict[str, str]] = {}
    languages: tuple[Language, ...] = ("ja", "en") if with_japanese else ("en",)
    for lang in languages:
        for name, spec in _specs(summary, lang).items():
            drawn.setdefault(name, {})[lang] = _write_figure(spec, folder, name, lang)
    both = {name: {"ja": svgs.get("ja", svgs["en"]), **svgs} for name, svgs in drawn.items()}
    topics = summary["topics"]
    if "reason" in topics:
        return both
    names = topic_numbers(topics["measures"])
    spec = topics_chart(topics["shares"], names, summary["topic_items"])
    return {**both, "topics_by_year": {"": _write_figure(spec, folder, "topics_by_year", "")}}


def _write_figure(spec: dict[str, Any], folder: Path, name: str, lang: str) -> str:
    svg, png = draw(spec, f"{name}-{lang}" if lang else name)
    alone = svg.replace('href="#items?', 'href="../report.html#items?')
    file = f"{name}.{lang}" if lang else name
    (folder / f"{file}.svg").write_bytes(alone.encode("utf-8"))
    (folder / f"{file}.png").write_bytes(png)
    return svg


def _tables(summary: dict[str, Any]) -> dict[str, pd.DataFrame]:
    tables = {f"themes_by_{by}": shares for by, shares in summary["shares"].items()}
    tables["items"] = summary["items"]
    tables["meetings_by_year"] = summary["meetings"]
    if summary["trends"] is not None:
        tables["theme_trends"] = summary["trends"]
    tables["themes"] = summary["themes"]
    if len(summary["case_study"]):
        tables["meetings_case_study"] = summary["case_study"]
    topics = summary["topics"]
    if "measures" in topics:
        tables["topics"] = topics["measures"]
        tables["topic_terms"] = topics["terms"]
        tables["topic_associated_terms"] = topics["associated_terms"]
        tables["topic_items"] = topics["top_items"]
        tables["topics_by_theme"] = topics["alignment"].reset_index()
        tables["topics_by_year"] = topics["shares"]
        tables["topic_theme_pairs"] = topics["matches"]
        tables["themes_without_topic"] = topics["uncovered_themes"]
        tables["topics_without_theme"] = topics["uncovered_topics"]
    for name in ("quality", "quality_seen_only", "agreement"):
        if summary[name] is not None:
            tables[name] = summary[name]
    return tables


def _write_tables(summary: dict[str, Any], manifest: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True)
    tables = _tables(summary)
    for name, table in tables.items():
        (folder / f"{name}.csv").write_bytes(table_csv(table).encode("utf-8-sig"))
    notes = {
        "command": manifest["command"],
        "corpus sha256": manifest["corpus"]["sha256"],
        "codebook": f"{manifest['codebook']['version']} / {manifest['codebook']['rules_version']}",
        "dictionary": manifest["dictionary"],
        "interval": f"95%, {manifest['settings']['interval']}",
        "themes": manifest["settings"]["source"],
        "cio-topics": manifest["cio_topics"],
    }
    (folder / "tables.xlsx").write_bytes(table_xlsx(tables, notes))
