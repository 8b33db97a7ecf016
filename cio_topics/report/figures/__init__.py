"""Results → figures for print and for the screen: SVG, PNG of 300 dpi, PDF, interactive pages."""

from cio_topics.report.figures.activity import activity_figure
from cio_topics.report.figures.biplot import biplot_figure
from cio_topics.report.figures.curves import curves_figure
from cio_topics.report.figures.forest import ESTIMATES, forest_figure
from cio_topics.report.figures.frame import WIDTHS, captioned
from cio_topics.report.figures.heatmap import heatmap_figure
from cio_topics.report.figures.multiples import multiples_figure
from cio_topics.report.figures.network import network_figure
from cio_topics.report.figures.shares import shares_figure
from cio_topics.report.figures.stream import stream_figure
from cio_topics.report.figures.timeline import timeline_figure
from cio_topics.report.figures.write import (
    FIGURE_FORMATS,
    figure_bytes,
    figure_format,
    write_figure,
)

__all__ = [
    "ESTIMATES",
    "FIGURE_FORMATS",
    "WIDTHS",
    "activity_figure",
    "biplot_figure",
    "captioned",
    "curves_figure",
    "figure_bytes",
    "figure_format",
    "forest_figure",
    "heatmap_figure",
    "multiples_figure",
    "network_figure",
    "shares_figure",
    "stream_figure",
    "timeline_figure",
    "write_figure",
]
