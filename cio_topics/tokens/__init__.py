"""Japanese text → tokens and compounds. The only room that knows MeCab and Sudachi."""

from cio_topics.tokens.cache import TokenCache
from cio_topics.tokens.columns import TokenColumns
from cio_topics.tokens.dictionaries import DICTIONARIES, dictionary_version
from cio_topics.tokens.explain import Explained, explain
from cio_topics.tokens.token import Token
from cio_topics.tokens.tokenizer import Tokenizer
from cio_topics.tokens.user_dictionary import write_user_dictionary

__all__ = [
    "DICTIONARIES",
    "Explained",
    "Token",
    "TokenCache",
    "TokenColumns",
    "Tokenizer",
    "dictionary_version",
    "explain",
    "write_user_dictionary",
]
