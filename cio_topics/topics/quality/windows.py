"""In how many windows of a reference corpus terms stand, alone and two together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, TooSmallError, shorten

__all__ = ["PairCounts", "Reference", "make_reference", "pair_counts"]


@dataclass(frozen=True, eq=False)
class Reference:
    """Texts as numbers, read once and counted in as often as wanted.

    Invariant: every code names a term, and every text is a slice of the codes. Made by
    :func:`make_reference`.

    Attributes
    ----------
    columns : mapping of str to int
        The code of each term.
    codes : ndarray of int, shape (n_tokens,)
        Tokens of all texts.
    starts : ndarray of int, shape (n_texts + 1,)
        Where each text begins, and the end.
    in_order : bool
        Tokens stand as they were written; false if only counts were given.
    """

    columns: Mapping[str, int]
    codes: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    in_order: bool

    @property
    def n_texts(self) -> int:
        """Number of texts, those without tokens included."""
        return len(self.starts) - 1


def make_reference(
    texts: Iterable[Sequence[str]] | None = None,
    *,
    counts: csr_matrix | None = None,
    terms: Sequence[str] | npt.NDArray[Any] | None = None,
) -> Reference:
    """Encode the texts that coherence is counted in.

    Parameters
    ----------
    texts : iterable of sequence of str, optional
        Tokens of each text, in order.
    counts : csr_matrix, shape (n_texts, n_terms), optional
        Instead of `texts`, where whole texts are counted: a text has the terms whose entry is
        positive.
    terms : sequence of str, shape (n_terms,), optional
        Names of the columns of `counts`.

    Returns
    -------
    Reference
        A text without tokens is kept: it is one window without terms.

    Raises
    ------
    SettingsError
        Both or none of `texts` and `counts` are given, a text is one string, or `terms` does not
        fit `counts`.
    TooSmallError
        There is no text.

    Examples
    --------
    >>> make_reference([["電子政府", "申請"], ["電子政府"]]).n_texts
    2
    >>> make_reference(["電子政府の申請"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: text 1 is '電子政府の申請'; expected a list of tokens. ...
    """
    if (texts is None) == (counts is None) or (counts is None) != (terms is None):
        raise SettingsError("expected either texts, or counts and terms.")
    reference = _encode_texts(texts) if texts is not None else _encode_counts(counts, terms)
    if reference.n_texts == 0:
        raise TooSmallError("the reference has no text; expected at least 1.")
    return reference


def _encode_texts(texts: Iterable[Sequence[str]]) -> Reference:
    tokens = list(texts)
    for number, text in enumerate(tokens, start=1):
        if isinstance(text, str):
            raise SettingsError(
                f"text {number} is {shorten(text)}; expected a list of tokens.",
                "Tokenize the texts first.",
                "先に形態素解析をしてください。",
            )
    starts = np.cumsum([0, *map(len, tokens)], dtype=np.int64)
    columns: defaultdict[str, int] = defaultdict()
    columns.default_factory = columns.__len__  # a new term has the next number
    found = map(columns.__getitem__, chain.from_iterable(tokens))
    codes = np.fromiter(found, dtype=np.int32, count=int(starts[-1]))
    return Reference(dict(columns), codes, starts, in_order=True)


def _encode_counts(counts: Any, terms: Any) -> Reference:
    matrix = csr_matrix(counts)
    names = [str(term) for term in terms]
    columns = {name: column for column, name in enumerate(names)}
    if len(names) != matrix.shape[1] or len(columns) < len(names):
        raise SettingsError(
            f"{len(names)} terms ({len(columns)} distinct) name {matrix.shape[1]} columns of "
            "counts; expected one term for each column, and no term twice."
        )
    present = matrix > 0
    return Reference(
        columns,
        present.indices.astype(np.int32),
        present.indptr.astype(np.int64),
        in_order=False,
    )


class PairCounts(NamedTuple):
    """In how many windows terms are: `pairs` of two, its diagonal of one; `n` windows in all."""

    n: int
    pairs: npt.NDArray[np.int64]


def pair_counts(
    reference: Reference,
    terms: Sequence[str],
    *,
    window: int | None = None,
    as_gensim: bool = False,
) -> PairCounts:
    """Count the windows that have two terms, for all pairs of the terms given.

    A window is a run of `window` tokens; it moves by one token. A text no longer than that is one
    window. A window has a term or not; how often does not matter.

    Parameters
    ----------
    reference : Reference
    terms : sequence of str, length n_terms
        Each once; a term the reference does not have is in no window.
    window : int, optional
        Number of tokens; the whole text if not given.
    as_gensim : bool, default False
        Repeat the figures of gensim, which takes a term out of the window as soon as one of its
        tokens leaves, even if another is still inside.

    Returns
    -------
    PairCounts
        ``n``, the number of windows, and ``pairs``, an array of int, shape (n_terms, n_terms);
        symmetric, with the windows of each term on the diagonal.

    Raises
    ------
    SettingsError
        `window` is below 1, or asked for where the reference was made from counts; a term is given
        twice.

    References
    ----------
    Röder, M., Both, A. and Hinneburg, A. (2015). Exploring the space of topic coherence measures.
    WSDM, 399-408. doi:10.1145/2684822.2685324. (Boolean sliding window, boolean document.)

    Examples
    --------
    >>> reference = make_reference([["a", "b", "a", "c"]])  # windows: a b a, b a c
    >>> pair_counts(reference, ["a", "c"], window=3)
    PairCounts(n=2, pairs=array([[2, 1],
           [1, 1]]))
    >>> pair_counts(reference, ["a", "c"], window=3, as_gensim=True)
    PairCounts(n=2, pairs=array([[1, 0],
           [0, 1]]))
    >>> pair_counts(reference, ["a", "c"], window=0)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: window is 0; expected at least 1, or None for whole texts.
    """
    from cio_topics.topics.quality.counting import count_pairs

    _check_window(reference, window)
    columns = _columns(reference, terms)
    whole = max(1, int(np.diff(reference.starts).max()))
    since, place, present, inside = (np.zeros(len(terms), dtype=np.int64) for _ in range(4))
    place -= 1
    pairs = np.zeros((len(terms), len(terms)), dtype=np.int64)
    n = count_pairs(
        reference.codes,
        reference.starts,
        columns,
        whole if window is None else min(int(window), whole),
        as_gensim,
        since,
        place,
        present,
        inside,
        pairs,
    )
    alone = pairs.diagonal().copy()
    pairs += pairs.T.copy()
    np.fill_diagonal(pairs, alone)
    return PairCounts(int(n), pairs)


def _check_window(reference: Reference, window: int | None) -> None:
    if window is None:
        return
    if window < 1:
        raise SettingsError(f"window is {window}; expected at least 1, or None for whole texts.")
    if not reference.in_order:
        raise SettingsError(
            f"window is {window}, but the reference was made from counts, which know no order.",
            "Give the texts as lists of tokens, or count whole texts.",
            "トークン列を渡すか、文書全体で数えてください。",
        )


def _columns(reference: Reference, terms: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the place in `terms` of every term of the reference, -1 for all others."""
    if len(set(terms)) < len(terms):
        raise SettingsError("terms has a term twice; expected each once.")
    columns = np.full(max(1, len(reference.columns)), -1, dtype=np.int64)
    for place, term in enumerate(terms):
        code = reference.columns.get(term)
        if code is not None:
            columns[code] = place
    return columns
