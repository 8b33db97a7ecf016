"""Terms of a corpus: their table, scores, keyness, contexts and stop words."""

from cio_topics.terms.comparison import keyness, log_likelihood, log_ratio
from cio_topics.terms.kwic import keyword_in_context, near_keywords
from cio_topics.terms.occurrences import term_occurrences
from cio_topics.terms.scores import SCORES, score_terms
from cio_topics.terms.stop_word_files import read_stop_words
from cio_topics.terms.stop_words import joint_effect, stop_word_candidates, stop_word_list
from cio_topics.terms.table import term_table

__all__ = [
    "SCORES",
    "joint_effect",
    "keyness",
    "keyword_in_context",
    "log_likelihood",
    "log_ratio",
    "near_keywords",
    "read_stop_words",
    "score_terms",
    "stop_word_candidates",
    "stop_word_list",
    "term_occurrences",
    "term_table",
]
