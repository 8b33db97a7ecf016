"""The corpus: meetings, items and documents, checked and never altered."""

from cio_topics.corpus.agenda import split_agenda
from cio_topics.corpus.coverage import coverage
from cio_topics.corpus.model import Corpus
from cio_topics.corpus.read import (
    CASE_STUDY_SOURCE,
    read_case_study,
    read_corpus,
    read_example,
    write_corpus,
    write_tables,
)
from cio_topics.corpus.schema import FORMATS, KINDS, PRECISIONS, SOURCE_KINDS, STATUSES, TABLES

__all__ = [
    "CASE_STUDY_SOURCE",
    "FORMATS",
    "KINDS",
    "PRECISIONS",
    "SOURCE_KINDS",
    "STATUSES",
    "TABLES",
    "Corpus",
    "coverage",
    "read_case_study",
    "read_corpus",
    "read_example",
    "split_agenda",
    "write_corpus",
    "write_tables",
]
