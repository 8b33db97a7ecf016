"""Tables of terms → figures: terms by share of items, and terms that set two groups apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.report.charts import BLUE, GREY, ORANGE, Language
from cio_topics.report.fonts import FONT_STACK

__all__ = ["keyness_chart", "scores_chart", "terms_chart"]

_TEXTS = {
    "share": (
        "項目に占める割合(全{n}項目、95%区間。数字は項目数)",
        "share of {n} items, 95 % interval; figures: items",
    ),
    "log_ratio": (
        "対数比(1で2倍、2で4倍。数字は出現数 A:B)",
        "log ratio (1: twice as often, 2: four times); figures: occurrences A:B",
    ),
    "score": ("{method} の値(数字は項目数)", "score by {method}; figures: items"),
    "sure": ("q < 0.05", "q < 0.05"),
    "unsure": ("q 0.05以上", "q 0.05 or more"),
}


def _text(key: str, lang: Language, **values: object) -> str:
    return _TEXTS[key][0 if lang == "ja" else 1].format(**values)


def terms_chart(table: pd.DataFrame, lang: Language) -> dict[str, Any]:
    """Return bars of the share of items with each term, with its interval and the count of items.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.terms.table.term_table`; a bar a row, in its order.
    lang : {"ja", "en"}

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    n = int(table["n_items_all"].max()) if len(table) else 0
    columns = ["term", "n_items", "share", "share_low", "share_high"]
    base = alt.Chart(table[columns]).encode(y=_terms_axis(table["term"]))
    x = alt.X(
        "share:Q", title=_text("share", lang, n=n), axis=alt.Axis(format="%", tickMinStep=0.01)
    )
    bars = base.mark_bar(color=BLUE, opacity=0.75).encode(x=x)
    interval = base.mark_rule(color="#1c2b36", strokeWidth=1.2).encode(
        x=alt.X("share_low:Q"), x2="share_high:Q"
    )
    counts = base.mark_text(align="left", dx=5, fontSize=11).encode(
        x=alt.X("share_high:Q"), text="n_items:Q"
    )
    return _finish(alt.layer(bars, interval, counts))


def scores_chart(table: pd.DataFrame, method: str, lang: Language) -> dict[str, Any]:
    """Return bars of the score of each term, with the count of items.

    Parameters
    ----------
    table : DataFrame
        ``term, score, n_items``; a bar a row, in its order.
    method : str
        What the score is.
    lang : {"ja", "en"}

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    base = alt.Chart(table[["term", "score", "n_items"]]).encode(
        x=alt.X("score:Q", title=_text("score", lang, method=method)), y=_terms_axis(table["term"])
    )
    counts = base.mark_text(align="left", dx=5, fontSize=11).encode(text="n_items:Q")
    return _finish(alt.layer(base.mark_bar(color=BLUE, opacity=0.75), counts))


def keyness_chart(table: pd.DataFrame, names: tuple[str, str], lang: Language) -> dict[str, Any]:
    """Return diverging bars of log ratios: group A to the right, group B to the left.

    Bars of terms with q >= 0.05 are pale.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.terms.keyness`; a bar a row, by log ratio.
    names : (str, str)
        What the groups are called.
    lang : {"ja", "en"}

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    ordered = table.sort_values(["log_ratio", "term"], ascending=[False, True])
    labels = [f"A: {names[0]}", f"B: {names[1]}"]
    sure = [_text("sure", lang), _text("unsure", lang)]
    data = pd.DataFrame(
        {
            "term": ordered["term"],
            "log_ratio": ordered["log_ratio"],
            "group": ordered["direction"].map({"a": labels[0], "none": labels[0], "b": labels[1]}),
            "sure": (ordered["q_value"] < 0.05).map({True: sure[0], False: sure[1]}),
            "counts": ordered["n_a"].astype("str") + ":" + ordered["n_b"].astype("str"),
        }
    )
    # Room for the figures beside the longest bars.
    low, high = min(0.0, data["log_ratio"].min()), max(0.0, data["log_ratio"].max())
    room = 0.15 * (high - low)
    domain = [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]
    scale = alt.Scale(domain=domain, nice=False)
    base = alt.Chart(data).encode(
        x=alt.X("log_ratio:Q", title=_text("log_ratio", lang), scale=scale),
        y=_terms_axis(ordered["term"]),
    )
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=460)
    bars = base.mark_bar().encode(
        color=alt.Color(
            "group:N", scale=alt.Scale(domain=labels, range=[BLUE, ORANGE]), legend=legend
        ),
        opacity=alt.Opacity("sure:N", scale=alt.Scale(domain=sure, range=[1, 0.4]), legend=legend),
    )
    right = base.transform_filter("datum.log_ratio >= 0").mark_text(align="left", dx=5)
    left = base.transform_filter("datum.log_ratio < 0").mark_text(align="right", dx=-5)
    zero = (
        alt.Chart(pd.DataFrame({"x": [0]}))
        .mark_rule(color=GREY)
        .encode(x=alt.X("x:Q", scale=scale))
    )
    texts = [side.encode(text="counts:N") for side in (right, left)]
    return _finish(alt.layer(bars, zero, *texts))


def _terms_axis(terms: pd.Series[str]) -> Any:
    import altair as alt

    axis = alt.Axis(labelLimit=300, labelFontSize=12, ticks=False, domain=False)
    return alt.Y("term:N", sort=list(terms), title=None, axis=axis)


def _finish(chart: Any) -> dict[str, Any]:
    import altair as alt

    chart = chart.properties(width=460, height=alt.Step(21))
    chart = chart.configure(font=FONT_STACK, background="white", padding=12)
    chart = chart.configure_axis(gridColor="#e6eaed", titleFontWeight="normal")
    # The renderer refuses a wrong chart as well; checking it here takes longer than making it.
    spec: dict[str, Any] = chart.configure_view(stroke=None).to_dict(validate=False)
    return spec
