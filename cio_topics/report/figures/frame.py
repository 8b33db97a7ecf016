"""What all figures have in common: fonts, width on paper, a caption, a description in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from cio_topics.errors import SettingsError
from cio_topics.report.charts import Language
from cio_topics.report.figures.palette import INK
from cio_topics.report.fonts import FONT_STACK
from cio_topics.tables.wide import text_width

__all__ = [
    "FONT_SIZE",
    "WIDTHS",
    "Frame",
    "broken",
    "captioned",
    "check_width",
    "frame_of",
    "framed",
    "legend_columns",
    "lines_of",
    "points",
    "spread",
    "text_points",
    "worded",
]

#: Widths of a column and of a page of a journal, in mm.
WIDTHS = (85.0, 170.0)
_NARROWEST, _WIDEST = 60.0, 400.0
_POINTS_OF_MM = 72 / 25.4
#: Of all labels, in points; a title is larger, a caption smaller.
FONT_SIZE = 7.5


class Frame(NamedTuple):
    """What stands around a figure, and how wide it is on paper (mm)."""

    width: float
    lang: Language
    title: str
    notes: tuple[str, ...]
    alt: str


def check_width(width: float) -> float:
    """Return a width in mm, if a figure can have it.

    Raises
    ------
    SettingsError
    """
    if not _NARROWEST <= width <= _WIDEST:
        raise SettingsError(
            f"width is {width:g} mm; expected {_NARROWEST:g} to {_WIDEST:g}.",
            "85 is a column of a journal, 170 its page.",
            "雑誌の1段は 85、全幅は 170 です。",
        )
    return width


def points(width: float) -> float:
    """Return a width in mm as points, the unit that figures are made in."""
    return check_width(width) * _POINTS_OF_MM


def text_points(text: str, size: float = FONT_SIZE) -> float:
    """Return about how wide a text is, in points; rather too wide than too narrow."""
    return text_width(text) * size * 0.53


def worded(lang: Language, ja: str, en: str) -> str:
    """Return the words of the language."""
    return ja if lang == "ja" else en


def broken(text: str, width: float, size: float = FONT_SIZE) -> list[str]:
    """Return a text as lines of at most so many points.

    Lines break at blanks, and between any two Japanese characters, but not before a closing mark.

    Examples
    --------
    >>> broken("オープンデータ、行政情報の提供", 55)
    ['オープンデー', 'タ、行政情報', 'の提供']
    >>> broken("open data and information", 60)
    ['open data and', 'information']
    """
    lines, last = [""], ""
    for piece in _pieces(" ".join(text.split())):
        if text_points((lines[-1] + piece).rstrip(), size) > width and last not in _OPENING:
            if lines[-1] and piece not in _CLOSING:
                lines[-1:] = [lines[-1].rstrip(), ""]
            piece = piece.lstrip()
        lines[-1] += piece
        last = piece[-1:]
    return [line for line in lines if line] or [""]


_CLOSING = frozenset("、。,.」』)]・ー%】〕：；？！々ぁぃぅぇぉっゃゅょァィゥェォッャュョ ")
_OPENING = frozenset("「『([(【〔")


def _pieces(text: str) -> list[str]:
    """Cut between Japanese characters and after blanks; other words stay whole."""
    pieces = [""]
    for character in text:
        wide = text_width(character) == 2
        if pieces[-1] and (wide or pieces[-1][-1] == " " or text_width(pieces[-1][-1]) == 2):
            pieces.append("")
        pieces[-1] += character
    return pieces


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart until no two are nearer than `gap`, as little as that takes.

    Parameters
    ----------
    places : sequence of float
    gap : float
    low, high : float
        Where they must lie, if there is room for all.

    Examples
    --------
    >>> spread([5.0, 5.0, 0.0], 2.0, 0.0, 10.0)
    [4.0, 6.0, 0.0]
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    blocks: list[tuple[float, list[int]]] = []  # a middle, and what stands around it
    for at in order:
        blocks.append((places[at], [at]))
        while len(blocks) > 1 and _touch(blocks[-2], blocks[-1], gap):
            (one, left), (other, right) = blocks[-2:]
            n, m = len(left), len(right)
            blocks[-2:] = [((one * n + other * m) / (n + m), left + right)]
    moved = [0.0] * len(places)
    at_least, at_most = low, high - gap * (len(places) - 1)
    for middle, group in blocks:
        start = min(max(middle - gap * (len(group) - 1) / 2, at_least), max(at_most, low))
        for step, at in enumerate(group):
            moved[at] = start + gap * step
        at_least, at_most = start + gap * len(group), at_most + gap * len(group)
    return moved


def _touch(one: tuple[float, list[int]], other: tuple[float, list[int]], gap: float) -> bool:
    return other[0] - one[0] < gap * (len(one[1]) + len(other[1])) / 2


def framed(
    chart: Any,
    *,
    lang: Language,
    width: float,
    alt: str,
    notes: Sequence[str] = (),
    fit: bool = True,
) -> dict[str, Any]:
    """Return the specification of a chart with its frame in ``usermeta``.

    Parameters
    ----------
    chart : altair.TopLevelMixin
    lang : {"ja", "en"}
    width : float
        In mm.
    alt : str
        What the figure shows, for those who cannot see it.
    notes : sequence of str
        The caption: n, method, interval.
    fit : bool, default True
        Whether the chart, which is one panel, is to fill the width.
    """
    if fit:
        chart = chart.properties(width=points(width))
    small = FONT_SIZE
    chart = chart.configure(font=FONT_STACK, background="white", padding=4)
    chart = chart.configure_axis(
        labelFontSize=small,
        titleFontSize=small,
        titleFontWeight="normal",
        labelColor=INK,
        titleColor=INK,
        gridColor="#e6eaed",
        domainColor="#7d8890",
        tickColor="#7d8890",
        tickSize=3,
    )
    chart = chart.configure_legend(
        labelFontSize=small, titleFontSize=small, titleFontWeight="normal", labelColor=INK
    )
    chart = chart.configure_header(labelFontSize=small, labelFontWeight="bold", title=None)
    chart = chart.configure_view(stroke="#ccd3d8").configure_text(fontSize=small, color=INK)
    spec: dict[str, Any] = chart.to_dict(validate=False)
    if fit:
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["description"] = alt
    frame = Frame(check_width(width), lang, "", tuple(notes), alt)
    spec["usermeta"] = {"cio_topics": frame._asdict()}
    return spec


def legend_columns(labels: Sequence[str], width: float) -> int:
    """Return how many labels of a legend stand beside each other, none of them cut."""
    room = max(map(text_points, labels)) + 24
    return max(1, int((points(width) - 40) // room))


def lines_of(labels: Sequence[str], width: float) -> str:
    """Return an expression that breaks long labels of a legend or an axis in lines.

    Examples
    --------
    >>> lines_of(["open data and information"], 60)
    '({"open data and information": ["open data and", "information"]})[datum.label]'
    """
    lines = {label: broken(label, width) for label in labels}
    return f"({json.dumps(lines, ensure_ascii=False)})[datum.label]"


def captioned(
    spec: dict[str, Any], *, title: str = "", notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a figure with a title above it and more notes, such as sources, below.

    Parameters
    ----------
    spec : dict
        From a function of :mod:`cio_topics.report.figures`; it is not changed.
    title : str, optional
    notes : sequence of str, optional
    """
    frame = frame_of(spec)
    frame = frame._replace(title=title or frame.title, notes=(*frame.notes, *notes))
    return {**spec, "usermeta": {"cio_topics": frame._asdict()}}


def frame_of(spec: dict[str, Any]) -> Frame:
    """Return the frame of a figure.

    Raises
    ------
    SettingsError
        The specification was made elsewhere.
    """
    kept = spec.get("usermeta", {}).get("cio_topics")
    if kept is None:
        raise SettingsError(
            "the specification has no frame; expected one from cio_topics.report.figures."
        )
    return Frame(**{**kept, "notes": tuple(kept["notes"])})
