"""Themes over time from Japanese government agendas (議事次第).

Everything a notebook needs is here by name; nothing heavy is imported before it is used.

Examples
--------
>>> import cio_topics
>>> corpus = cio_topics.read_example()
>>> table = cio_topics.theme_table(corpus)
>>> len(table["item_id"].unique()) == len(corpus)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cio_topics.codebook import Codebook, Crosswalk, read_codebook, read_crosswalk
    from cio_topics.corpus import Corpus, coverage, read_corpus, read_example, write_corpus
    from cio_topics.errors import CioTopicsError
    from cio_topics.labels import label_agreement, read_labels, settle_labels
    from cio_topics.lexicon import Lexicon, read_lexicon
    from cio_topics.life import documents_life, life_spans
    from cio_topics.periods import add_periods, read_administrations
    from cio_topics.report import ReportSettings, write_report
    from cio_topics.terms import keyness, keyword_in_context, score_terms, term_table
    from cio_topics.text import normalize, split_title
    from cio_topics.themes import (
        CodebookClassifier,
        coder_agreement,
        cross_themes,
        evaluate_codebook,
        evaluate_themes,
        explain_themes,
        make_theme_classifier,
        read_classifier,
        theme_table,
        train_classifier,
        write_classifier,
    )
    from cio_topics.tokens import Tokenizer
    from cio_topics.topics import fit_topics, make_topic_model, top_items, top_terms, topic_weights
    from cio_topics.tracking import (
        activity,
        meetings_by_year,
        printed_table,
        term_bursts,
        theme_breaks,
        theme_bursts,
        theme_changes,
        theme_curves,
        theme_model,
        theme_shares,
        theme_trends,
    )
    from cio_topics.vectors import make_vectorizer

_ROOMS = {
    "codebook": ("Codebook", "Crosswalk", "read_codebook", "read_crosswalk"),
    "corpus": ("Corpus", "coverage", "read_corpus", "read_example", "write_corpus"),
    "errors": ("CioTopicsError",),
    "labels": ("label_agreement", "read_labels", "settle_labels"),
    "lexicon": ("Lexicon", "read_lexicon"),
    "life": ("documents_life", "life_spans"),
    "periods": ("add_periods", "read_administrations"),
    "report": ("ReportSettings", "write_report"),
    "terms": ("keyness", "keyword_in_context", "score_terms", "term_table"),
    "text": ("normalize", "split_title"),
    "themes": (
        "CodebookClassifier",
        "coder_agreement",
        "cross_themes",
        "evaluate_codebook",
        "evaluate_themes",
        "explain_themes",
        "make_theme_classifier",
        "read_classifier",
        "theme_table",
        "train_classifier",
        "write_classifier",
    ),
    "tokens": ("Tokenizer",),
    "topics": ("fit_topics", "make_topic_model", "top_items", "top_terms", "topic_weights"),
    "tracking": (
        "activity",
        "meetings_by_year",
        "printed_table",
        "term_bursts",
        "theme_breaks",
        "theme_bursts",
        "theme_changes",
        "theme_curves",
        "theme_model",
        "theme_shares",
        "theme_trends",
    ),
    "vectors": ("make_vectorizer",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "CioTopicsError",
    "Codebook",
    "CodebookClassifier",
    "Corpus",
    "Crosswalk",
    "Lexicon",
    "ReportSettings",
    "Tokenizer",
    "__version__",
    "activity",
    "add_periods",
    "coder_agreement",
    "coverage",
    "cross_themes",
    "documents_life",
    "evaluate_codebook",
    "evaluate_themes",
    "explain_themes",
    "fit_topics",
    "keyness",
    "keyword_in_context",
    "label_agreement",
    "life_spans",
    "make_theme_classifier",
    "make_topic_model",
    "make_vectorizer",
    "meetings_by_year",
    "normalize",
    "printed_table",
    "read_administrations",
    "read_classifier",
    "read_codebook",
    "read_corpus",
    "read_crosswalk",
    "read_example",
    "read_labels",
    "read_lexicon",
    "score_terms",
    "settle_labels",
    "split_title",
    "term_bursts",
    "term_table",
    "theme_breaks",
    "theme_bursts",
    "theme_changes",
    "theme_curves",
    "theme_model",
    "theme_shares",
    "theme_table",
    "theme_trends",
    "top_items",
    "top_terms",
    "topic_weights",
    "train_classifier",
    "write_classifier",
    "write_corpus",
    "write_report",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'cio_topics' has no attribute {name!r}")
    return getattr(import_module(f"cio_topics.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF})
