"""Results → figures for print and for the screen: SVG, PNG of 300 dpi, PDF, interactive pages."""

from cio_topics.report.figures.frame import WIDTHS, captioned
from cio_topics.report.figures.heatmap import heatmap_figure
from cio_topics.report.figures.multiples import multiples_figure
from cio_topics.report.figures.shares import shares_figure
from cio_topics.report.figures.stream import stream_figure
from cio_topics.report.figures.write import FIGURE_FORMATS, figure_bytes, write_figure

__all__ = [
    "FIGURE_FORMATS",
    "WIDTHS",
    "captioned",
    "figure_bytes",
    "heatmap_figure",
    "multiples_figure",
    "shares_figure",
    "stream_figure",
    "write_figure",
]
