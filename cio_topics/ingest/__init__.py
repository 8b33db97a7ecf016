"""Pages, PDFs and tables of councils → Corpus."""

from cio_topics.ingest.page import read_page

__all__ = ["read_page"]
