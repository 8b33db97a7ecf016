"""Japanese text → tokens and compounds. The only room that knows MeCab and Sudachi."""

from cio_topics.tokens.cache import TokenCache
from cio_topics.tokens.columns import TokenColumns
from cio_topics.tokens.dictionaries import DICTIONARIES, dictionary_version
from cio_topics.tokens.token import Token
from cio_topics.tokens.tokenizer import Tokenizer

__all__ = ["DICTIONARIES", "Token", "TokenCache", "TokenColumns", "Tokenizer", "dictionary_version"]
