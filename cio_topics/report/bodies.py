"""The bodies around the conference as a folder: page, figures, README."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from cio_topics import __version__
from cio_topics.case_study.bodies import BodiesStudy, called
from cio_topics.report.charts import BLUE, GREY, ORANGE, Language, finish_chart
from cio_topics.report.page import bounds, page_environment, percent, template_text
from cio_topics.tables.kinds.sequence import STATUS_NAMES

__all__ = ["bodies_readme", "first_chart", "render_bodies", "themes_chart"]

_ADDRESS = re.compile(r"https?://[^\s;]+")
_LEVELS = {
    "ja": {"above": "上", "below": "下", "beside": "そのほか", "conference": "中心"},
    "en": {"above": "above", "below": "below", "beside": "beside", "conference": "centre"},
}
_LABELS = {
    "ja": {
        "title": "{centre}のまわりの会議体",
        "lead": "事例研究が今後の課題とした問い: 同じテーマは{n}の会議体のどこにあり、どこが先に"
        "取り上げ、{centre}は何を上に渡し、何を受け取ったか。",
        "limit": "コーパスは完全ではない。ここで言えるのは、コーパスにある会議についてだけである。"
        "「上」「下」は会議体の名前による(本部・閣僚会議は上、幹事会・補佐官等連絡会議は下)。",
        "findings": "分かったこと",
        "unknown": "分からない",
        "where": "会議体ごとのテーマ",
        "where_note": "数はテーマのある項目の数。項目へのリンク。"
        "割合と95%区間(会議をまとまりとする)は"
        " shares.csv にある。色は会議体の項目に占める割合。",
        "first": "テーマの初出",
        "first_note": "線は日付の幅。「最初」は、"
        "その時期にコーパスに会議があるほかの会議体と比べて言う。",
        "passed": "受け渡し",
        "passed_note": "{months}か月以内に相手の会議にも同じテーマがあった会議とテーマの組。[ ] "
        "は95%区間。"
        "テーマごとの数は passed.csv にある。順序は因果ではない。",
        "titles": "同じ題名",
        "bodies": "会議体",
        "evidence": "項目",
        "body": "会議体",
        "level": "位置",
        "meetings": "会議",
        "items": "項目",
        "span": "最初〜最後の会議",
        "common": "同じ時期の会議",
        "theme": "テーマ",
        "status": "判定",
        "date": "日付",
        "item": "項目",
        "others": "比べる会議体",
        "from": "から",
        "to": "へ",
        "taken": "取り上げ",
        "share": "% [区間]",
        "chance": "偶然なら",
        "earlier": "先",
        "later": "後",
        "days": "日数",
        "source": "出典",
        "undated": "日付不明",
        "none": "なし。",
        "made": "来歴",
        "figure_themes": "会議体とテーマの表を図にしたもの",
        "figure_first": "テーマの初出の時期の図",
    },
    "en": {
        "title": "The bodies around {centre}",
        "lead": "What the case study left open: where among {n} bodies the same themes are, which "
        "body takes a theme up first, and what {centre} passed up and down.",
        "limit": "The corpus is not complete: all of this is said of the meetings it has. Above "
        "and "
        "below go by names (本部 and 閣僚会議 above, 幹事会 and 補佐官等連絡会議 below).",
        "findings": "Findings",
        "unknown": "cannot tell",
        "where": "Themes by body",
        "where_note": "Numbers are items with the theme and lead to them. Shares with their 95% "
        "intervals (meetings as clusters) stand in shares.csv. Colour: share of the body's items.",
        "first": "First appearances",
        "first_note": "Lines are the spans of dates. 'First' is said of the bodies that the corpus "
        "has meetings of at that time.",
        "passed": "Passed up and down",
        "passed_note": "Themes of meetings that a meeting of the other body has too within "
        "{months} "
        "months. [ ] 95% interval. Themes one by one stand in passed.csv. Order is no cause.",
        "titles": "Titles in common",
        "bodies": "Bodies",
        "evidence": "Items",
        "body": "Body",
        "level": "Place",
        "meetings": "Meetings",
        "items": "Items",
        "span": "First to last meeting",
        "common": "Within its time",
        "theme": "Theme",
        "status": "Verdict",
        "date": "Date",
        "item": "Item",
        "others": "Others observed",
        "from": "From",
        "to": "To",
        "taken": "Taken up",
        "share": "% [interval]",
        "chance": "By chance",
        "earlier": "Earlier",
        "later": "Later",
        "days": "Days",
        "source": "source",
        "undated": "undated",
        "none": "None.",
        "made": "Made with",
        "figure_themes": "The table of bodies and themes as a figure",
        "figure_first": "When themes appear first, as a figure",
    },
}


def themes_chart(study: BodiesStudy, names: dict[str, str], lang: Language) -> dict[str, Any]:
    """Return a heat map: bodies as rows, themes as columns, counts in the cells."""
    import altair as alt

    size = study.bodies.set_index("body")["n_items"]
    shown = study.shares[study.shares["n"] > 0]
    label = shown["body"] + " (n=" + shown["body"].map(size).astype(str) + ")"
    data = pd.DataFrame(
        {
            "body": label,
            "theme": shown["theme"].map(names),
            "share": shown["share"],
            "n": shown["n"].astype(str),
            "dark": shown["share"] > 0.5,
        }
    )
    order = [f"{body} (n={size[body]})" for body in study.bodies["body"]]
    base = alt.Chart(data).encode(
        x=alt.X(
            "theme:N",
            sort=list(names.values()),
            title=None,
            axis=alt.Axis(labelAngle=-40, labelLimit=230, orient="top"),
        ),
        y=alt.Y("body:N", sort=order, title=None, axis=alt.Axis(labelLimit=420)),
    )
    title = "項目に占める割合" if lang == "ja" else "share of items"
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "share:Q",
            scale=alt.Scale(range=["#eaf2f8", BLUE], domain=[0, 1]),
            legend=alt.Legend(title=title, format="%"),
        )
    )
    counts = base.mark_text(fontSize=11).encode(
        text="n:N", color=alt.condition("datum.dark", alt.value("white"), alt.value("#1c2b36"))
    )
    return finish_chart(
        alt.layer(cells, counts).properties(width=alt.Step(38), height=alt.Step(20))
    )


_FIRST_KINDS = {
    "ja": (
        "{centre}",
        "{centre}(ほかで現れたあとに最初の会議)",
        "ほかの会議体",
        "ほかの会議体(ほかで現れたあとに最初の会議)",
    ),
    "en": (
        "{centre}",
        "{centre} (first meeting after the theme was elsewhere)",
        "another body",
        "another body (first meeting after the theme was elsewhere)",
    ),
}


def first_chart(
    study: BodiesStudy, names: dict[str, str], centre: str, lang: Language
) -> dict[str, Any]:
    """Return when each theme appears in each body: a mark and the span of its date."""
    import altair as alt

    kinds = [kind.format(centre=_called(centre, lang)) for kind in _FIRST_KINDS[lang]]
    first = study.first[study.first["status"] != "undated"]
    own = (first["body"] == centre).to_numpy()
    unsure = (first["status"] == "began_later").to_numpy()
    kind = [
        kinds[2 * (not is_own) + is_unsure] for is_own, is_unsure in zip(own, unsure, strict=True)
    ]
    data = pd.DataFrame(
        {
            "theme": first["theme"].map(names),
            "low": first["first_low"].dt.strftime("%Y-%m-%d"),
            "high": first["first_high"].dt.strftime("%Y-%m-%d"),
            "kind": kind,
            "body": first["body"],
        }
    )
    order = list(dict.fromkeys(data["theme"]))
    y = alt.Y("theme:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, grid=True))
    x = alt.X(
        "low:T",
        title=None,
        axis=alt.Axis(format="%Y", tickCount=12),
        scale=alt.Scale(nice=False, padding=12),
    )
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=[ORANGE, "#edb68c", BLUE, GREY]),
        legend=alt.Legend(title=None, orient="top", labelLimit=400, columns=2),
    )
    shape = alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=["diamond", "diamond", "circle", "triangle-up"]),
    )
    base = alt.Chart(data)
    spans = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:T", y=y, color=colour)
    marks = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=x, y=y, color=colour, shape=shape
    )
    return finish_chart(alt.layer(spans, marks).properties(width=760, height=alt.Step(26)))


def render_bodies(
    study: BodiesStudy,
    figures: dict[str, str],
    manifest: dict[str, Any],
    names: dict[str, str],
    *,
    months: int = 12,
    lang: Language = "ja",
) -> str:
    """Return the study as one HTML document; titles are untrusted and escaped.

    Parameters
    ----------
    study : BodiesStudy
    figures : dict of str to str
        SVG texts: ``themes`` and ``first``.
    manifest : dict
    names : dict of str to str
        Theme ids to what is shown.
    months : int, default 12
    lang : {"ja", "en"}, default "ja"
    """
    place = {body: number for number, body in enumerate(study.bodies["body"])}
    return (
        page_environment()
        .get_template("bodies.html.j2")
        .render(
            labels=_labels(study, months, lang),
            lang=lang,
            style=template_text("report.css"),
            figures=figures,
            findings=[(row[lang], row["tells"]) for row in _records(study.findings)],
            names=names,
            grid=_grid(study, names, place),
            bodies=_body_rows(study, lang, place),
            first=_first_rows(study, lang, place, names),
            passed=_passed_rows(study, place),
            titles=_records(study.titles),
            groups=_groups(study, place, _LABELS[lang]["undated"]),
            manifest=manifest,
            version=__version__,
        )
    )


def _called(centre: str, lang: Language) -> str:
    return called(centre)[0 if lang == "ja" else 1]


def _labels(study: BodiesStudy, months: int, lang: Language) -> dict[str, str]:
    """Return the texts of the page, with what they say of this study."""
    levels = study.bodies.set_index("level")["body"]
    facts = {
        "n": len(study.bodies),
        "months": months,
        "centre": _called(str(levels["conference"]), lang),
    }
    filled = ("title", "lead", "passed_note")
    return {k: v.format(**facts) if k in filled else v for k, v in _LABELS[lang].items()}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _grid(study: BodiesStudy, names: dict[str, str], place: dict[str, int]) -> list[dict[str, Any]]:
    rows = []
    for body, number in place.items():
        own = _records(study.shares[study.shares["body"] == body])
        known = {row["theme"]: row for row in own}
        cells = [
            {
                "n": known[theme]["n"],
                "step": min(6, int(known[theme]["share"] * 7)),
                "link": f"#b{number}-{theme}",
                "told": f"{percent(known[theme]['share'])}% "
                + bounds(known[theme]["share_low"], known[theme]["share_high"]),
            }
            for theme in names
        ]
        rows.append({"body": body, "n_items": own[0]["n_items"], "cells": cells})
    return rows


def _body_rows(study: BodiesStudy, lang: Language, place: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "level": _LEVELS[lang][row["level"]],
            "span": _span(row["observed_from"], row["observed_until"]),
            "link": f"#b{place[row['body']]}",
        }
        for row in _records(study.bodies)
    ]


def _span(start: Any, end: Any) -> str:
    return "" if pd.isna(start) else f"{start:%Y-%m-%d} – {end:%Y-%m-%d}"


def _first_rows(
    study: BodiesStudy, lang: Language, place: dict[str, int], names: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "theme": names.get(row["theme"], row["theme"]),
            "status": STATUS_NAMES[lang][row["status"]],
            "strong": row["status"] == "first",
            "link": f"#b{place[row['body']]}-{row['theme']}",
        }
        for row in _records(study.first)
    ]


def _passed_rows(study: BodiesStudy, place: dict[str, int]) -> list[dict[str, Any]]:
    whole = study.passed[study.passed["theme"] == ""]
    return [
        {
            **row,
            "share": "–"
            if pd.isna(row["share"])
            else f"{percent(row['share'])} {bounds(row['share_low'], row['share_high'])}".strip(),
            "from_link": f"#b{place[row['from_body']]}",
            "to_link": f"#b{place[row['to_body']]}",
            "expected": f"{row['expected']:.1f}",
            "p": "–" if pd.isna(row["p"]) else f"{row['p']:.3f}",
            "p_adjusted": "–" if pd.isna(row["p"]) else f"{row['p_adjusted']:.3f}",
        }
        for row in _records(whole)
    ]


def _groups(study: BodiesStudy, place: dict[str, int], undated: str) -> list[dict[str, Any]]:
    """Return the items of each body, with the anchors that numbers lead to."""
    groups = []
    for body, number in place.items():
        own = study.items[study.items["body"] == body]
        seen: set[str] = set()
        items = []
        for row in _records(own):
            themes = str(row["themes"]).split(";")
            anchors = [f"b{number}-{theme}" for theme in themes if theme not in seen]
            seen |= set(themes)
            addresses = _ADDRESS.findall(str(row["source_url"]))
            items.append(
                {
                    **row,
                    "themes": themes,
                    "anchors": anchors,
                    "date": row["date"] or undated,
                    "addresses": addresses,
                    "source": "" if addresses else row["source_url"],
                }
            )
        groups.append({"body": body, "anchor": f"b{number}", "items": items})
    return groups


def bodies_readme(study: BodiesStudy, command: str, months: int) -> str:
    """Return the page of the folder in Markdown: the lead and the findings in both languages."""
    parts = []
    languages: tuple[Language, ...] = ("ja", "en")
    for lang in languages:
        labels = _labels(study, months, lang)
        lines = [
            f"- {row[lang]}" + ("" if row["tells"] else f" **({labels['unknown']})**")
            for row in _records(study.findings)
        ]
        head = f"# {labels['title']}" if lang == "ja" else f"## {labels['title']}"
        parts.append("\n".join([head, "", labels["lead"], labels["limit"], "", *lines, ""]))
    table = "\n".join(f"| `{file}` | {what} |" for file, what in _FILES)
    return (
        "\n".join(parts)
        + "\n![first appearances](figures/first.en.svg)\n\n![themes](figures/themes.en.svg)\n\n"
        + f"| file | what |\n|---|---|\n{table}\n\n```text\n{command}\n```\n\n"
        + f"Within {months} months; 95 % intervals; how: docs/sequence.md of cio-topics.\n"
    )


_FILES = (
    ("bodies.html", "the page: every number leads to its items, items to their sources"),
    ("findings.csv", "the sentences above; `tells` is false where the data cannot tell"),
    ("bodies.csv", "bodies, their meetings and the time in which they are observed"),
    ("shares.csv", "shares of themes by body"),
    ("first.csv", "first appearance of each theme in each body"),
    ("leads.csv", "the body in the middle and every other: who has a theme first"),
    ("scores.csv", "net lead of every body"),
    ("passed.csv", "what is taken up, by body, direction and theme"),
    ("titles.csv", "titles that it and another body have"),
    ("items.csv", "all items with their themes and sources"),
    ("manifest.json", "what everything was made from"),
)
