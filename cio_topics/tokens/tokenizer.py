"""The tokenizer: Japanese titles → terms, one at a time or a million."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.text import normalize, split_title
from cio_topics.tokens.columns import (
    Batch,
    TokenColumns,
    read_batches,
    split_columns,
    to_columns,
)
from cio_topics.tokens.grammar import Phrases, read_phrase
from cio_topics.tokens.schemes import TokenType
from cio_topics.tokens.token import Token

__all__ = ["Tokenizer"]

_FORMS = ("surface", "lemma", "display")
_COMPOUNDS = ("long", "short", "both")
_POS = (
    "名詞",
    "動詞",
    "形容詞",
    "形状詞",
    "副詞",
    "接頭辞",
    "接尾辞",
    "連体詞",
    "感動詞",
    "代名詞",
)
_local = threading.local()


class Rules(NamedTuple):
    """Which words of a phrase are terms, and what they look like."""

    compounds: str
    pos: tuple[str, ...]
    form: str
    stop_words: frozenset[str]
    min_length: int

    def words(self, tokens: Sequence[Token]) -> list[Token]:
        """Return the words of one phrase."""
        return read_phrase(tokens, None if self.compounds == "short" else self.stop_words)

    def terms(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """Return the terms of one phrase."""
        both = self.compounds == "both"
        return tuple(
            getattr(word, self.form)
            for token in self.words(tokens)
            for word in ((token, *token.parts) if both else (token,))
            if self.is_term(word)
        )

    def is_term(self, word: Token) -> bool:
        """Tell whether a word is a term: by part of speech, length and stop words."""
        return (
            word.pos1 in self.pos
            and len(word.surface) >= self.min_length
            and word.surface not in self.stop_words
            and word.display not in self.stop_words
        )


class Tokenizer:
    """Japanese titles → terms, as a callable for scikit-learn's text vectorizers.

    Carries its settings only: it can be cloned, pickled and shared between threads and processes;
    each opens its own analyzer once. It has scikit-learn's ``get_params`` and ``set_params``, but
    does not import scikit-learn, which takes longer than the tokenizer itself.

    Parameters
    ----------
    compounds : {"both", "long", "short"}, default "both"
        Consecutive nouns and affixes as one term (``long``: 電子政府構築計画), in the dictionary's
        units (``short``: 電子政府, 構築, 計画), or both.
    pos : tuple of str, default ("名詞",)
        Parts of speech (UniDic, first level) that are terms.
    form : {"display", "surface", "lemma"}, default "display"
        What a term looks like: dictionary form as written, variants of the lexicon in their
        preferred form; as printed; or the dictionary's lemma.
    stop_words : tuple of str, optional
        Terms left out; the lexicon's list if None.
    lexicon : Lexicon, optional
        Terms that are never split, and their variants; the embedded lexicon if None. ASCII words
        stay whole with any lexicon.
    min_length : int, default 2
        Least number of characters of a term, compounds' parts included.
    core_only : bool, default True
        Tokenize the core of a title only (see :func:`cio_topics.text.split_title`), so that
        資料1-1, (案) and について give no terms.
    dictionary : str, default "unidic-lite"
        ``unidic-lite``, ``unidic``, ``ipadic``, ``sudachi-a``, ``sudachi-b``, ``sudachi-c``, or the
        folder of a compiled MeCab dictionary.
    user_dictionary : str, optional
        A compiled user dictionary of MeCab, see
        :func:`cio_topics.tokens.write_user_dictionary`.
    cache : str, optional
        A folder where tokenized corpora are kept, see :class:`cio_topics.tokens.TokenCache`.
        Changes no result.

    Examples
    --------
    >>> Tokenizer(compounds="long")("「マイナンバー制度及び電子政府構築計画」(案)について")
    ['マイナンバー制度', '電子政府構築計画']
    >>> Tokenizer(compounds="short")("電子政府構築計画")
    ['電子政府', '構築', '計画']
    >>> Tokenizer(compounds="long")("個人番号カードの普及")
    ['マイナンバーカード', '普及']
    >>> Tokenizer(compounds="none")("電子政府")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: compounds is 'none'; expected one of: long, short, both.
    """

    def __init__(
        self,
        *,
        compounds: Literal["both", "long", "short"] = "both",
        pos: tuple[str, ...] = ("名詞",),
        form: Literal["display", "surface", "lemma"] = "display",
        stop_words: tuple[str, ...] | None = None,
        lexicon: Lexicon | None = None,
        min_length: int = 2,
        core_only: bool = True,
        dictionary: str = "unidic-lite",
        user_dictionary: str | None = None,
        cache: str | None = None,
    ) -> None:
        self.compounds = compounds
        self.pos = pos
        self.form = form
        self.stop_words = stop_words
        self.lexicon = lexicon
        self.min_length = min_length
        self.core_only = core_only
        self.dictionary = dictionary
        self.user_dictionary = user_dictionary
        self.cache = cache

    def __call__(self, text: str) -> list[str]:
        """Return the terms of `text` in order, repeated as often as they occur."""
        rules = self.rules()
        batch = self._batch(split_title(text).core if self.core_only else normalize(text))
        return self._phrases(rules, batch.rows).read(batch)[0]

    def tokens(self, text: str) -> list[Token]:
        """Return every token of `text` in order; compounds are joined unless ``short``.

        Offsets count characters of ``normalize(text)``.

        Examples
        --------
        >>> [(t.surface, t.start) for t in Tokenizer().tokens("第1回 電子政府")]
        [('第', 0), ('1', 1), ('回', 2), ('電子政府', 4)]
        """
        rules = self.rules()
        batch = self._batch(normalize(text))
        return next(_tokens(batch, self._phrases(rules, batch.rows), rules))

    def stream(self, texts: Iterable[str]) -> Iterator[list[Token]]:
        """Yield the tokens of each text; see :meth:`tokens`."""
        rules = self.rules()
        _check_texts(texts)
        for batch in self._batches(map(normalize, texts)):
            yield from _tokens(batch, self._phrases(rules, batch.rows), rules)

    def term_batches(self, texts: Iterable[str]) -> Iterator[tuple[list[str], NDArray[np.int64]]]:
        """Yield the terms of some thousand texts at a time.

        Yields
        ------
        terms : list of str
            The terms of all texts of the batch, in order.
        counts : ndarray of int64, shape (n_texts,)
            How many of them each text has.

        Examples
        --------
        >>> (terms, counts), = Tokenizer(compounds="long").term_batches(["電子政府の構築", "評価"])
        >>> terms, counts.tolist()
        (['電子政府', '構築', '評価'], [2, 1])
        """
        rules = self.rules()
        _check_texts(texts)
        cores = (split_title(text).core for text in texts)
        for batch in self._batches(cores if self.core_only else map(normalize, texts)):
            yield self._phrases(rules, batch.rows).read(batch)

    def columns(self, texts: Iterable[str], *, n_jobs: int = 1) -> TokenColumns:
        """Return the tokens of many texts in the dictionary's units, as columns of integers.

        Terms of the lexicon are whole; compounds are not joined.

        Parameters
        ----------
        texts : iterable of str
        n_jobs : int, default 1
            Processes; -1 for as many as there are processors.

        Returns
        -------
        TokenColumns
            The same for any number of processes.

        Examples
        --------
        >>> columns = Tokenizer().columns(["電子政府の構築", "評価"])
        >>> columns.table()[["text", "surface", "start"]].values.tolist()
        [[0, '電子政府', 0], [0, 'の', 4], [0, '構築', 5], [1, '評価', 0]]
        """
        self._check()
        _check_texts(texts)
        return self._columns(map(normalize, texts), n_jobs)

    def _columns(self, normal: Iterable[str], n_jobs: int) -> TokenColumns:
        settings = (self.dictionary, self.user_dictionary, self._lexicon())
        if self.cache is not None:
            from cio_topics.tokens.cache import TokenCache

            return TokenCache(self.cache).columns(list(normal), *settings, n_jobs=n_jobs)
        if n_jobs == 1:
            return to_columns(read_batches(normal, *settings))
        from cio_topics.tokens.processes import read_in_processes

        return read_in_processes(normal, *settings, n_jobs=n_jobs)

    def is_term(self, token: Token) -> bool:
        """Tell whether a token is a term: by part of speech, length and stop words."""
        return self.rules().is_term(token)

    def _batch(self, normal: str) -> Batch:
        """Return the tokens of one text; no cache is asked for so little."""
        lexicon = self._lexicon()
        return next(read_batches([normal], self.dictionary, self.user_dictionary, lexicon))

    def _batches(self, normal: Iterable[str]) -> Iterator[Batch]:
        if self.cache is not None:
            return split_columns(self._columns(normal, n_jobs=1))
        return read_batches(normal, self.dictionary, self.user_dictionary, self._lexicon())

    def _phrases(self, rules: Rules, rows: list[TokenType]) -> Phrases:
        """Return this thread's memory of phrases, kept for the rules and types it used last."""
        known: tuple[Rules, list[TokenType], Phrases] | None = getattr(_local, "phrases", None)
        if known is None or known[0] != rules or known[1] is not rows:
            known = rules, rows, Phrases(rows, rules.pos, rules.terms)
            _local.phrases = known
        return known[2]

    def rules(self) -> Rules:
        """Return the settings that decide over terms, checked."""
        self._check()
        own = self.stop_words
        stops = self._lexicon().stop_words if own is None else map(normalize, own)
        return Rules(self.compounds, tuple(self.pos), self.form, frozenset(stops), self.min_length)

    def _lexicon(self) -> Lexicon:
        return read_lexicon() if self.lexicon is None else self.lexicon

    def _check(self) -> None:
        for name, value, allowed in (
            ("compounds", self.compounds, _COMPOUNDS),
            ("form", self.form, _FORMS),
        ):
            if value not in allowed:
                raise SettingsError(
                    f"{name} is {shorten(value)}; expected one of: {choices(allowed)}."
                )
        for name, texts in (("stop_words", self.stop_words), ("pos", self.pos)):
            if isinstance(texts, str):
                raise SettingsError(
                    f"{name} is the text {shorten(texts)}; expected a tuple of texts."
                )
        if not isinstance(self.min_length, int) or self.min_length < 0:
            raise SettingsError(
                f"min_length is {shorten(self.min_length)}; expected a whole number from 0."
            )
        if not isinstance(self.lexicon, Lexicon | None):
            raise SettingsError(
                f"lexicon is {shorten(self.lexicon)}; expected a Lexicon, as of read_lexicon."
            )
        if not isinstance(self.dictionary, str):
            raise SettingsError(
                f"dictionary is {shorten(self.dictionary)}; expected a name or a folder, as text."
            )
        unknown = [name for name in self.pos if name not in _POS]
        if unknown:
            raise SettingsError(
                f"unknown part of speech {shorten(unknown[0])}; expected some of: {choices(_POS)}."
            )

    def settings(self) -> dict[str, Any]:
        """Return the settings that change results, for a manifest."""
        lexicon = self._lexicon()
        whose = "embedded" if self.lexicon is None else "own"
        settings = self.get_params() | {"lexicon": f"{whose} {lexicon.version}".strip()}
        del settings["cache"]
        if self.stop_words is None:
            settings["stop_words"] = "lexicon"
        return settings

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name, as scikit-learn asks for them."""
        return {name: getattr(self, name) for name in _parameters()}

    def set_params(self, **settings: Any) -> Self:
        """Change settings by name, as scikit-learn does."""
        for name, value in settings.items():
            if name not in _parameters():
                raise SettingsError(
                    f"Invalid parameter {name!r}; expected one of: {choices(_parameters())}."
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        default = Tokenizer().get_params()
        changed = {k: v for k, v in self.get_params().items() if v != default[k]}
        return f"Tokenizer({', '.join(f'{k}={v!r}' for k, v in changed.items())})"


def _check_texts(texts: Iterable[str]) -> None:
    if isinstance(texts, str):
        raise SettingsError(f"got the text {shorten(texts)}; expected an iterable of texts.")


def _parameters() -> list[str]:
    return [name for name in inspect.signature(Tokenizer.__init__).parameters if name != "self"]


def _tokens(batch: Batch, phrases: Phrases, rules: Rules) -> Iterator[list[Token]]:
    """Yield the tokens of each text of a batch, phrases read."""
    places = [*phrases.places(batch), (len(batch.codes), len(batch.codes))]
    turn = 0
    for text in range(len(batch.indptr) - 1):
        origin = int(batch.text_starts[text])
        at, last = int(batch.indptr[text]), int(batch.indptr[text + 1])
        found: list[Token] = []
        while at < last:
            start, end = places[turn]
            stop = min(start, last)
            found += [batch.token(place, origin) for place in range(at, stop)]
            at = stop
            if start < last:
                phrase = [batch.token(place, origin) for place in range(start, end)]
                found += rules.words(phrase)
                at, turn = end, turn + 1
        yield found
