"""Pages, PDFs and tables of councils → Corpus."""

from cio_topics.ingest.page import read_page
from cio_topics.ingest.pdf import read_pdf_lines
from cio_topics.ingest.run import Ingested, ingest
from cio_topics.ingest.tables import TableMapping, guess_mapping, read_mapping, read_table
from cio_topics.ingest.workers import Limits

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
