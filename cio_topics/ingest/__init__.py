"""Pages, PDFs and tables of councils → Corpus."""
