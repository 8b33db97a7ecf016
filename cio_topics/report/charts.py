"""Tables → figures. Points and cells link to the items they count."""

from __future__ import annotations

import re
import textwrap
from typing import Any, Literal
from urllib.parse import quote

import pandas as pd

from cio_topics.report.fonts import FONT_STACK

__all__ = [
    "BLUE",
    "GREY",
    "HEADER",
    "ORANGE",
    "Language",
    "draw",
    "finish_chart",
    "items_link",
    "meetings_chart",
    "shares_chart",
    "shares_heatmap",
    "with_own_ids",
]

Language = Literal["ja", "en"]
BLUE, GREY, ORANGE = "#0b5a94", "#9aa5ae", "#c95b0c"

# A bar in a panel's title breaks its line.
HEADER = {"labelExpr": "split(datum.label, '|')", "labelPadding": 4}

_TEXTS = {
    "share": ("項目に占める割合", "share of items"),
    "year": ("年", "year"),
    "meetings": ("会議の数", "meetings"),
    "case_other": ("事例研究 表1:会合など", "case study, table 1: other"),
    "case_circulated": ("事例研究 表1:持ち回り", "case study, table 1: circulated"),
    "corpus": ("このコーパス", "this corpus"),
}


def _text(key: str, lang: Language) -> str:
    return _TEXTS[key][0 if lang == "ja" else 1]


def items_link(**conditions: str) -> str:
    """Return the address, inside the report, of the items that meet all conditions.

    Examples
    --------
    >>> items_link(year="2009", theme="open_data")
    '#items?year=2009&theme=open_data'
    """
    pairs = [f"{key}={quote(value, safe='')}" for key, value in conditions.items()]
    return "#items?" + "&".join(pairs)


def finish_chart(chart: Any) -> dict[str, Any]:
    """Return the specification of a chart, in the fonts and colours of all charts."""
    chart = chart.configure(font=FONT_STACK, background="white").configure_axis(
        labelFontSize=11, titleFontSize=11, gridColor="#e6eaed"
    )
    chart = chart.configure_view(stroke="#ccd3d8").configure_header(
        labelFontSize=12, labelFontWeight="bold", labelLimit=215, title=None
    )
    # Checking the chart against Vega-Lite's schema takes longer than making it; the renderer would
    # refuse a wrong one as well.
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return spec


def _wrapped(name: str) -> str:
    """Break a long name in two lines: after its slash (Japanese), or between words."""
    if len(name) > 16 and "/" in name:
        return name.replace("/", "/|", 1)
    return "|".join(textwrap.wrap(name, 28))


def shares_chart(shares: pd.DataFrame, names: dict[str, str], lang: Language) -> dict[str, Any]:
    """Return small multiples: one panel a theme, share by year with its interval.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares` by year; rows of ``unknown`` are left out.
    names : dict of str to str
        Theme ids to what is shown.
    lang : {"ja", "en"}

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    wrapped = {theme: _wrapped(name) for theme, name in names.items()}
    known = shares[(shares["period"] != "unknown") & (shares["n_items"] > 0)]
    data = known.assign(
        label=known["theme"].map(wrapped),
        year=known["period"].astype(int),
        link=[
            items_link(year=period, theme=theme)
            for period, theme in zip(known["period"], known["theme"], strict=True)
        ],
        n_of=known["n"].astype(str) + "/" + known["n_items"].astype(str),
    )
    alt.data_transformers.disable_max_rows()
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=8),
        axis=alt.Axis(format="d", tickCount=6, tickMinStep=1),
    )
    y = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", values=[0, 0.5, 1]),
    )
    base = alt.Chart(data.drop(columns=["theme", "n_meetings", "period"]))
    interval = base.mark_rule(color=GREY, strokeWidth=2, opacity=0.55).encode(
        x=x, y=alt.Y("share_low:Q", title=None), y2="share_high:Q"
    )
    line = base.mark_line(color=BLUE, strokeWidth=1.2).encode(x=x, y=y)
    point = base.mark_circle(color=BLUE, size=34, opacity=1).encode(
        x=x, y=y, href="link:N", description="n_of:N"
    )
    order = [wrapped[theme] for theme in shares["theme"].unique()]
    panels = alt.layer(interval, line, point).properties(width=196, height=92)
    return finish_chart(
        panels.facet(facet=alt.Facet("label:N", sort=order, header=HEADER), columns=5)
    )


def shares_heatmap(
    shares: pd.DataFrame,
    by: str,
    names: dict[str, str],
    period_names: dict[str, str],
    lang: Language,
) -> dict[str, Any]:
    """Return a heat map of shares: themes as rows, periods as columns, counts in the cells.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares`.
    by : str
        What the periods are, for the links.
    names, period_names : dict of str to str
    lang : {"ja", "en"}

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    filled = shares[shares["n_items"] > 0]
    column = filled["period"].map(period_names) + " (n=" + filled["n_items"].astype(str) + ")"
    data = filled.assign(
        label=filled["theme"].map(names),
        column=column,
        link=[
            items_link(**{by: period, "theme": theme})
            for period, theme in zip(filled["period"], filled["theme"], strict=True)
        ],
        shown=filled["n"].where(filled["n"] > 0, 0).astype(str).where(filled["n"] > 0, ""),
        dark=filled["share"] > 0.5,
    )
    base = alt.Chart(data[["label", "column", "link", "shown", "dark", "share", "n"]]).encode(
        x=alt.X(
            "column:N",
            sort=list(dict.fromkeys(column)),
            title=None,
            axis=alt.Axis(labelAngle=-40, labelLimit=220, orient="top"),
        ),
        y=alt.Y(
            "label:N",
            sort=[names[theme] for theme in shares["theme"].unique()],
            title=None,
            axis=alt.Axis(labelLimit=260),
        ),
        href="link:N",
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "share:Q",
            scale=alt.Scale(range=["white", BLUE], domain=[0, 1]),
            legend=alt.Legend(title=_text("share", lang), format="%", orient="right"),
        )
    )
    counts = base.mark_text(fontSize=11).encode(
        text="shown:N",
        color=alt.condition("datum.dark", alt.value("white"), alt.value("#1c2b36")),
    )
    return finish_chart(
        alt.layer(cells, counts).properties(width=alt.Step(42), height=alt.Step(22))
    )


def meetings_chart(table: pd.DataFrame, lang: Language) -> dict[str, Any]:
    """Return meetings by year: the case study's table 1 as bars, the corpus as points.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.tracking.meetings_with_case_study`.
    lang : {"ja", "en"}

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    dated = table[table["year"] != "unknown"]
    printed, held = dated.fillna(0), dated[dated["n_meetings"].notna()]
    other = printed["case_study_meetings"] - printed["case_study_circulated"]
    kinds = [_text(k, lang) for k in ("case_other", "case_circulated", "corpus")]
    bars = pd.concat(
        [
            pd.DataFrame({"year": printed["year"], "n": values.astype(int), "kind": kind, "at": at})
            for at, (values, kind) in enumerate(
                ((other, kinds[0]), (printed["case_study_circulated"], kinds[1]))
            )
        ]
    )
    points = pd.DataFrame(
        {"year": held["year"], "n": held["n_meetings"].astype(int), "kind": kinds[2]}
    )
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=kinds, range=["#7aa6c9", "#cfdde8", ORANGE]),
        legend=alt.Legend(title=None, orient="top", labelLimit=400, columnPadding=40),
    )
    x = alt.X("year:O", title=_text("year", lang), axis=alt.Axis(labelAngle=0))
    y = alt.Y("n:Q", title=_text("meetings", lang), axis=alt.Axis(tickMinStep=1))
    drawn = alt.Chart(bars).mark_bar().encode(x=x, y=y, color=colour, order="at:Q")
    dots = alt.Chart(points).mark_point(filled=True, size=60, opacity=1).encode(x, y, colour)
    return finish_chart(alt.layer(drawn, dots).properties(width=820, height=220))


_ID = re.compile(r'(\bid="|url\(#|href="#)((?:clip|gradient)[^")]*)')


# The renderer puts an address of its own before a link inside the page.
_LINK = re.compile(r'(href=")[^"#]*#items\?')


def draw(spec: dict[str, Any], name: str) -> tuple[str, bytes]:
    """Return a figure as SVG text and as PNG (192 dpi).

    Parameters
    ----------
    spec : dict
        A Vega-Lite specification.
    name : str
        Prefix of identifiers inside the SVG, so that several can stand in one page.

    Returns
    -------
    svg : str
    png : bytes
    """
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(spec))
    return with_own_ids(svg, name), bytes(vl_convert.svg_to_png(svg, scale=2))


def with_own_ids(svg: str, name: str) -> str:
    """Return the renderer's SVG with identifiers and links that do not depend on what it drew."""
    numbers: dict[str, int] = {}

    def renamed(found: re.Match[str]) -> str:
        # The renderer counts on from figure to figure; the same figure must give the same text.
        return f"{found[1]}{name}-{numbers.setdefault(found[2], len(numbers))}"

    # A key stops at none of the hundreds of points: the tables have the same links.
    linked = _LINK.sub("\\1#items?", svg).replace("<a ", '<a tabindex="-1" ')
    return _ID.sub(renamed, linked)
