"""Pages, PDFs and tables of councils → Corpus.

Names are imported when first used: the collector needs the links of a page, not pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cio_topics.ingest.page import read_page
    from cio_topics.ingest.pdf import read_pdf_lines
    from cio_topics.ingest.run import Ingested, ingest
    from cio_topics.ingest.tables import TableMapping, guess_mapping, read_mapping, read_table
    from cio_topics.ingest.workers import Limits

_HOMES = {
    "Ingested": "run",
    "Limits": "workers",
    "TableMapping": "tables",
    "guess_mapping": "tables",
    "ingest": "run",
    "read_mapping": "tables",
    "read_page": "page",
    "read_pdf_lines": "pdf",
    "read_table": "tables",
}

__all__ = [
    "Ingested",
    "Limits",
    "TableMapping",
    "guess_mapping",
    "ingest",
    "read_mapping",
    "read_page",
    "read_pdf_lines",
    "read_table",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'cio_topics.ingest' has no attribute {name!r}")
    return getattr(import_module(f"cio_topics.ingest.{_HOMES[name]}"), name)
