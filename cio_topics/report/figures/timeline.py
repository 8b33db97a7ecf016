"""The life of documents → a row a document, a mark a state, on an axis of time."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.life import STATES, state_names
from cio_topics.periods import date_spans
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import broken, framed, legend_columns, points, worded
from cio_topics.report.figures.palette import INK
from cio_topics.report.figures.periods import years_of
from cio_topics.report.figures.rows import check_columns

__all__ = ["timeline_figure"]

_NEEDED = ("document", "name", "state", "date", "date_precision")
# Decisions are full, what leads to them is empty; no two have shape and filling in common.
_MARKS = {
    "outline": ("triangle-down", False),
    "interim": ("cross", False),
    "draft": ("circle", False),
    "proposed": ("triangle-up", False),
    "presented": ("stroke", True),
    "decided": ("square", True),
    "revision_draft": ("diamond", False),
    "revision_presented": ("cross", True),
    "revised": ("diamond", True),
}
_BLUE, _ORANGE = "#0072B2", "#D55E00"


def timeline_figure(
    life: pd.DataFrame, *, most: int = 40, lang: Language = "ja", width: float = 170.0
) -> dict[str, Any]:
    """Return the lives of documents: drafts, decisions and revisions on an axis of time.

    A date that is known to the month or year only is drawn as the span that it may mean.

    Parameters
    ----------
    life : DataFrame
        From :func:`cio_topics.life.documents_life`. Rows without a date are left out, and said.
    most : int, default 40
        Documents drawn: those with most dated rows, in order of their first.
    lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        A column is missing, or no document has two dates.
    """
    import altair as alt

    check_columns(life, _NEEDED, "lives of documents (cio-topics life --what states)")
    rows = _dated(life, lang)
    counts = rows.groupby("document")["place"].nunique()
    many = counts[counts > 1].sort_values(ascending=False, kind="stable").index
    drawn = rows[rows["document"].isin(many[:most])]
    if drawn.empty:
        raise SettingsError(
            "no document is seen on two dates; expected at least one.",
            "Choose more items, or see cio-topics life --what states.",
            "対象の項目を広げるか、cio-topics life --what states を見てください。",
        )
    data = _labelled(drawn, 0.36 * points(width))
    n = data["label"].nunique()
    return framed(
        alt.layer(*_layers(data, width, lang)).properties(height=n * _step(data)),
        lang=lang,
        width=width,
        alt=worded(
            lang,
            f"文書の経過: {n}文書の案・決定・改定({_years(data)})。",
            f"Lives of {n} documents: drafts, decisions, revisions ({_years(data)}).",
        ),
        notes=[_note(life, data, n, len(many), lang)],
    )


def _years(data: pd.DataFrame) -> str:
    return f"{int(data['start'].min())}–{int(data['end'].max())}"


def _step(data: pd.DataFrame) -> float:
    return 21.0 if data["label"].str.contains("|", regex=False).any() else 14.0


def _note(life: pd.DataFrame, data: pd.DataFrame, n: int, n_all: int, lang: Language) -> str:
    undated = int((life["date"] == "").sum())
    ja = f"n = {n}文書(日付が二つ以上あるもの{n_all}件中)、{len(data)}状態。太い線は日付の幅。"
    en = (
        f"n = {n} documents (of {n_all} seen on two dates), {len(data)} states. Thick rules: the "
        "span that a date may mean."
    )
    if undated:
        ja, en = f"{ja}日付不明の{undated}状態は図にない。", f"{en} {undated} states have no date."
    return worded(lang, ja, en)


def _dated(life: pd.DataFrame, lang: Language) -> pd.DataFrame:
    spans = date_spans(life["date"].astype("str"), life["date_precision"].astype("str"))
    table = pd.DataFrame(
        {
            "document": life["document"],
            "name": life["name"],
            "state": life["state"].map(state_names(lang)),
            "key": life["state"],
            "date": life["date"],
            "start": years_of(spans["first"].dt.strftime("%Y-%m-%d")),
            "end": years_of(spans["last"].dt.strftime("%Y-%m-%d")),
        }
    )
    table = table[table["start"].notna()]
    return table.assign(place=(table["start"] + table["end"]) / 2)


def _labelled(data: pd.DataFrame, width: float) -> pd.DataFrame:
    """Return rows in order of the first date, names in two lines at most, none twice."""
    first = data.groupby("document")["start"].min().sort_values(kind="stable")
    names = data.drop_duplicates("document", keep="last").set_index("document")["name"]
    shown: dict[str, str] = {}
    for document in first.index:
        lines = broken(names[document].replace("|", "｜"), width)
        text = "|".join(lines if len(lines) < 3 else [lines[0], f"{lines[1][:-1]}…"])
        while text in shown.values():
            text += "\u200b"
        shown[document] = text
    order = {document: place for place, document in enumerate(first.index)}
    data = data.assign(label=data["document"].map(shown), order=data["document"].map(order))
    return data.sort_values(["order", "place"], kind="stable", ignore_index=True)


def _layers(data: pd.DataFrame, width: float, lang: Language) -> list[Any]:
    import altair as alt

    names = alt.Axis(
        labelExpr="split(datum.label, '|')",
        labelLimit=0.4 * points(width),
        ticks=False,
        domain=False,
        labelOverlap=False,
        grid=True,
    )
    y = alt.Y("label:N", sort=list(dict.fromkeys(data["label"])), title=None, axis=names)
    edge = 0.02 * (data["end"].max() - data["start"].min()) + 0.2
    domain = [float(data["start"].min() - edge), float(data["end"].max() + edge)]
    years = alt.Axis(format="d", tickMinStep=1, tickCount=8, grid=False)

    def x(field: str) -> Any:
        scale = alt.Scale(domain=domain, nice=False, zero=False)
        return alt.X(f"{field}:Q", title=None, scale=scale, axis=years)

    ends = data.groupby("label", sort=False)["place"].agg(["min", "max"]).reset_index()
    spans = data.loc[data["end"] - data["start"] > 0.01, ["label", "start", "end"]]
    life = alt.Chart(ends).mark_rule(color="#9aa5ae", strokeWidth=1)
    return [
        life.encode(x=x("min"), x2="max:Q", y=y),
        alt.Chart(spans)
        .mark_rule(color="#9aa5ae", strokeWidth=4, opacity=0.7)
        .encode(x=x("start"), x2="end:Q", y=y),
        _marks(data, x("place"), y, width, lang),
    ]


def _marks(data: pd.DataFrame, x: Any, y: Any, width: float, lang: Language) -> Any:
    import altair as alt

    present = {*data["key"]}
    names = state_names(lang)
    keys = [key for key in STATES if key in present]
    states = [names[key] for key in keys]
    revising = [key.startswith("revis") for key in keys]
    colours = [_ORANGE if late else _BLUE for late in revising]
    fills = [c if _MARKS[k][1] else "#ffffff" for c, k in zip(colours, keys, strict=True)]
    legend = alt.Legend(
        title=None, orient="top", columns=legend_columns(states, width), symbolSize=45
    )
    shown = [
        alt.Tooltip("name:N", title=worded(lang, "文書", "document")),
        alt.Tooltip("state:N", title=worded(lang, "状態", "state")),
        alt.Tooltip("date:N", title=worded(lang, "日付", "date")),
    ]

    def scaled(values: list[str]) -> dict[str, Any]:
        return {"scale": alt.Scale(domain=states, range=values), "legend": legend}

    base = alt.Chart(data[["name", "label", "state", "date", "place"]])
    return base.mark_point(size=38, opacity=1, strokeWidth=1.2, color=INK).encode(
        x=x,
        y=y,
        stroke=alt.Stroke("state:N", **scaled(colours)),
        fill=alt.Fill("state:N", **scaled(fills)),
        shape=alt.Shape("state:N", **scaled([_MARKS[key][0] for key in keys])),
        tooltip=shown,
    )
