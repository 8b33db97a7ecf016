"""Terms of a corpus: their table, scores, keyness, contexts and stop words."""

from cio_topics.terms.keyness import keyness, log_likelihood, log_ratio
from cio_topics.terms.kwic import keyword_in_context
from cio_topics.terms.occurrences import term_occurrences
from cio_topics.terms.scores import SCORES, score_terms
from cio_topics.terms.table import term_table

__all__ = [
    "SCORES",
    "keyness",
    "keyword_in_context",
    "log_likelihood",
    "log_ratio",
    "score_terms",
    "term_occurrences",
    "term_table",
]
