"""A figure → SVG, PNG, PDF or a page that needs no network."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Literal, cast

from cio_topics.errors import MissingPartError, SettingsError, choices, shorten
from cio_topics.files import write_bytes
from cio_topics.report.charts import with_own_ids
from cio_topics.report.figures.frame import Frame, broken, frame_of, points
from cio_topics.report.figures.palette import INK
from cio_topics.report.fonts import FONT_STACK, register_font

__all__ = [
    "FIGURE_FORMATS",
    "figure_bytes",
    "figure_format",
    "figure_html",
    "figure_pdf",
    "figure_png",
    "figure_svg",
    "write_figure",
]

FigureFormat = Literal["svg", "png", "pdf", "html"]
FIGURE_FORMATS = ("svg", "png", "pdf", "html")
_TITLE, _CAPTION = 9.5, 7.0  # sizes in points
_DPI = 300

_OPEN = re.compile(
    r'<svg[^>]* width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"[^>]*>(?P<inner>.*)</svg>\s*',
    re.DOTALL,
)


def figure_format(path: Path) -> FigureFormat:
    """Return the format that the ending of a file's name says.

    Raises
    ------
    SettingsError
        Another ending.

    Examples
    --------
    >>> figure_format(Path("shares.svg"))
    'svg'
    >>> figure_format(Path("shares.jpg"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: 'shares.jpg' has no ending of a figure; expected one of: ...
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FIGURE_FORMATS:
        raise SettingsError(
            f"{shorten(path.name)} has no ending of a figure; expected one of: "
            f"{choices(f'.{name}' for name in FIGURE_FORMATS)}.",
            "Give the file such a name.",
            "拡張子を .svg・.png・.pdf・.html のいずれかにしてください。",
        )
    return cast(FigureFormat, ending)


def write_figure(spec: dict[str, Any], path: str | Path, *, caption: bool = True) -> None:
    """Write a figure in the format that the name's ending says, whole or not at all.

    Parameters
    ----------
    spec : dict
        From a function of :mod:`cio_topics.report.figures`.
    path : path
        ``.svg``, ``.png`` (300 dpi), ``.pdf`` or ``.html`` (interactive; it needs no network).
    caption : bool, default True
        Whether the notes stand below the figure; a page always has them.

    Raises
    ------
    SettingsError
        Another ending.
    MissingPartError
        There is no Japanese font to draw with.
    OutputError
        It cannot be written there.
    """
    write_bytes(path, figure_bytes(spec, figure_format(Path(path)), caption=caption))


def figure_bytes(spec: dict[str, Any], file_format: FigureFormat, *, caption: bool = True) -> bytes:
    """Return a figure as the bytes of a file: the same for the same figure, but for PDF."""
    if file_format == "png":
        return figure_png(spec, caption=caption)
    if file_format == "pdf":
        return figure_pdf(spec, caption=caption)
    text = figure_html(spec) if file_format == "html" else figure_svg(spec, caption=caption)
    return text.encode("utf-8")


def figure_svg(spec: dict[str, Any], *, caption: bool = True) -> str:
    """Return a figure as SVG, as wide in print as it was asked for, with a title and a description.

    Its texts stay texts, with several Japanese fonts to choose from where IPAex is missing.
    """
    return _svg(spec, caption, "mm")


def figure_png(spec: dict[str, Any], *, caption: bool = True) -> bytes:
    """Return a figure as PNG of 300 dpi; the file says so, and is as wide as was asked for."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(_svg(spec, caption, ""), scale=1, ppi=_DPI))


def figure_pdf(spec: dict[str, Any], *, caption: bool = True) -> bytes:
    """Return a figure as PDF with its fonts inside.

    It looks the same each time; the renderer does not keep the order of its parts, so that the
    bytes may differ.
    """
    import vl_convert

    return bytes(vl_convert.svg_to_pdf(_svg(spec, caption, "")))


def _svg(spec: dict[str, Any], caption: bool, unit: str) -> str:
    frame = frame_of(spec)
    name = "f" + hashlib.sha256(_json(spec).encode()).hexdigest()[:8]
    inner, width, height = _drawn(spec, name)
    scale = points(frame.width) / width
    head = broken(frame.title, width * scale - 8, _TITLE) if frame.title else []
    notes = frame.notes if caption else ()
    foot = [line for note in notes for line in broken(note, width * scale - 8, _CAPTION)]
    top, below = len(head) * _TITLE * 1.35 / scale, len(foot) * _CAPTION * 1.4 / scale
    whole = top + height + below + (4 / scale if foot else 0)
    lines = _lines(head, _TITLE / scale, 1.35, _TITLE / scale, "bold")
    lines += _lines(foot, _CAPTION / scale, 1.4, top + height + _CAPTION / scale, "normal")
    size = (frame.width, frame.width * whole / width) if unit else (scale * width, scale * whole)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" width="{size[0]:.3f}{unit}" height="{size[1]:.3f}{unit}" '
        f'viewBox="0 0 {width:g} {whole:.3f}" role="img" lang="{frame.lang}" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(frame.title or frame.alt)}</title>'
        f'<desc id="{name}-desc">{escape(" ".join([frame.alt, *frame.notes]))}</desc>'
        f'<rect width="{width:g}" height="{whole:.3f}" fill="white"/>'
        f'<g transform="translate(0,{top:.3f})">{inner}</g>{lines}</svg>\n'
    )


def _lines(lines: list[str], size: float, step: float, first: float, weight: str) -> str:
    return "".join(
        f'<text x="{4:g}" y="{first + place * step * size:.3f}" font-size="{size:.3f}" '
        f'font-weight="{weight}" font-family="{escape(FONT_STACK)}" fill="{INK}">{escape(line)}'
        "</text>"
        for place, line in enumerate(lines)
    )


def _drawn(spec: dict[str, Any], name: str) -> tuple[str, float, float]:
    """Return what is inside the renderer's SVG, its width and height."""
    import vl_convert

    if not register_font():
        raise MissingPartError(
            "no Japanese font to draw with.",
            "Run: python -m pip install matplotlib-fontja",
            "次を実行してください: python -m pip install matplotlib-fontja",
        )
    svg = with_own_ids(str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])), name)
    found = _OPEN.fullmatch(svg)
    if found is None:  # pragma: no cover - the renderer's form is fixed by its version
        raise SettingsError("the renderer gave no SVG.")
    return found["inner"], float(found["width"]), float(found["height"])


def _json(spec: dict[str, Any]) -> str:
    return json.dumps(spec, ensure_ascii=False, sort_keys=True, allow_nan=False)


_PAGE = """\
<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{name}</title>
<style>
body {{ margin: 0 auto; padding: 16px; max-width: 1100px; color: {ink}; font-family: {fonts}; }}
h1 {{ font-size: 1.25rem; margin: 0 0 .5rem; }}
figure {{ margin: 0; }}
#chart {{ display: block; width: 100%; box-sizing: border-box; }}
#chart svg.marks, noscript > svg {{ width: 100%; height: auto; }}
figcaption p {{ margin: .35rem 0; font-size: .85rem; line-height: 1.5; }}
.vega-embed details {{ opacity: 1; }}
</style>
<script>{bundle}</script>
</head>
<body>
<figure>
{head}<div id="chart" role="img" aria-label="{alt}"></div>
<noscript>{svg}</noscript>
<figcaption>{notes}</figcaption>
</figure>
<script type="application/json" id="figure">{spec}</script>
<script>
const spec = JSON.parse(document.getElementById("figure").textContent);
vegaEmbed("#chart", spec, {{renderer: "svg", ast: true, scaleFactor: 4,
  actions: {{export: true, source: false, compiled: false, editor: false}}}});
</script>
</body>
</html>
"""


def figure_html(spec: dict[str, Any]) -> str:
    """Return a figure as an interactive page: what a mark stands for is shown beside the pointer.

    The page loads nothing, and its policy forbids that. Without scripts it shows the drawn figure.
    """
    frame = frame_of(spec)
    title = f"<h1>{escape(frame.title)}</h1>\n" if frame.title else ""
    return _PAGE.format(
        lang=frame.lang,
        name=escape(frame.title or frame.alt),
        ink=INK,
        fonts=FONT_STACK,
        bundle=_bundle(),
        head=title,
        alt=escape(frame.alt),
        svg=_svg(spec, False, "mm"),
        notes=_paragraphs(frame),
        # Nothing inside a script may end it, or open a comment.
        spec=_json(spec).replace("<", "\\u003c"),
    )


def _paragraphs(frame: Frame) -> str:
    return "".join(f"<p>{escape(note)}</p>" for note in frame.notes)


@cache
def _bundle() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle())  # type: ignore[call-arg]
