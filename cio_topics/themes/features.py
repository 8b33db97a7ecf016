"""Titles → columns that a linear classifier weighs: terms, characters, the body, rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix, diags, hstack

from cio_topics.codebook import Codebook, Hit, match_items
from cio_topics.text import normalize
from cio_topics.themes.characters import CharacterGrams, count_grams, learn_grams
from cio_topics.tokens import Tokenizer

__all__ = ["KINDS", "FeatureSettings", "TitleFeatures", "learn_features", "read_hits"]

FloatArray = npt.NDArray[np.float64]

#: Kinds of columns, in their order.
KINDS = ("term", "characters", "body", "rule")


class FeatureSettings(NamedTuple):
    """How titles become columns.

    `characters` and `body_characters` are the shortest and longest run; the others weigh a kind of
    column against the terms, each of which has rows of length one.
    """

    characters: tuple[int, int] = (1, 3)
    body_characters: tuple[int, int] = (2, 3)
    body_weight: float = 0.5
    rule_weight: float = 1.0


class TitleFeatures(NamedTuple):
    """What was learned from labelled titles; columns are terms, characters, body, rules."""

    settings: FeatureSettings
    tokenizer: Tokenizer
    terms: dict[str, int]
    grams: CharacterGrams
    body_grams: CharacterGrams
    idf: tuple[FloatArray, FloatArray, FloatArray]
    rule_books: tuple[Codebook, ...]

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many columns each kind has."""
        rules = sum(len(book.ids) for book in self.rule_books)
        return len(self.terms), self.grams.n_columns, self.body_grams.n_columns, rules

    def names(self) -> list[tuple[str, str]]:
        """Return kind and text of each column; a rule's text is its theme."""
        texts = [list(self.terms), self.grams.names(), self.body_grams.names()]
        texts.append([theme for book in self.rule_books for theme in book.ids])
        return [(kind, text) for kind, of in zip(KINDS, texts, strict=True) for text in of]

    def texts(self, table: pd.DataFrame) -> tuple[csr_matrix, FloatArray]:
        """Return the columns of titles and bodies, and each title's share of unknown terms.

        Shapes (n, n_text_columns) and (n,). A title without any term is wholly unknown.
        """
        titles = [normalize(title) for title in table["title"]]
        terms, n_terms = count_terms(titles, self.tokenizer, self.terms)
        grams = count_grams([title.casefold() for title in titles], self.grams)
        parts = (terms, grams, count_bodies(table, self.body_grams))
        weights = (1.0, 1.0, self.settings.body_weight)
        known = zip(parts, self.idf, weights, strict=True)
        matrix = hstack([weigh(counts, idf) * weight for counts, idf, weight in known]).tocsr()
        n_known = np.asarray(terms.sum(axis=1)).ravel()
        return matrix, 1.0 - n_known / np.maximum(n_terms, 1)

    def rules(self, n_rows: int, hits: Sequence[list[Hit]]) -> csr_matrix:
        """Return a column a theme and book: whether one of its rules holds."""
        blocks = []
        for book, found in zip(self.rule_books, hits, strict=True):
            column = {theme: place for place, theme in enumerate(book.ids)}
            pairs = {(hit.row, column[hit.theme]) for hit in found}
            rows, columns = zip(*sorted(pairs), strict=True) if pairs else ((), ())
            values = np.full(len(rows), self.settings.rule_weight)
            blocks.append(csr_matrix((values, (rows, columns)), shape=(n_rows, len(book.ids))))
        return hstack(blocks).tocsr() if blocks else csr_matrix((n_rows, 0))

    def matrix(self, table: pd.DataFrame, hits: Sequence[list[Hit]]) -> csr_matrix:
        """Return all columns, shape (n, n_columns)."""
        return hstack([self.texts(table)[0], self.rules(len(table), hits)]).tocsr()


def learn_features(
    table: pd.DataFrame,
    settings: FeatureSettings,
    tokenizer: Tokenizer,
    rule_books: tuple[Codebook, ...],
) -> TitleFeatures:
    """Learn columns from titles, shape (n, k), with ``title`` and perhaps ``body``."""
    titles = [normalize(title) for title in table["title"]]
    terms = {term: place for place, term in enumerate(sorted(_all_terms(titles, tokenizer)))}
    grams = learn_grams([title.casefold() for title in titles], *settings.characters)
    body_grams = learn_grams(_bodies(table), *settings.body_characters)
    counts = (
        count_terms(titles, tokenizer, terms)[0],
        count_grams([title.casefold() for title in titles], grams),
        count_bodies(table, body_grams),
    )
    idf = tuple(inverse_frequencies(part) for part in counts)
    return TitleFeatures(settings, tokenizer, terms, grams, body_grams, idf, rule_books)  # type: ignore[arg-type]


def read_hits(table: pd.DataFrame, rule_books: tuple[Codebook, ...]) -> list[list[Hit]]:
    """Return the rules of each book that hold."""
    return [match_items(table, book) for book in rule_books]


def _all_terms(titles: Sequence[str], tokenizer: Tokenizer) -> set[str]:
    return {term for terms, _ in tokenizer.term_batches(titles) for term in terms}


def _bodies(table: pd.DataFrame) -> list[str]:
    if "body" not in table:
        return [""] * len(table)
    return [normalize(body).casefold() for body in table["body"]]


def count_bodies(table: pd.DataFrame, grams: CharacterGrams) -> csr_matrix:
    """Return the runs of characters in the bodies' names; each name is read once."""
    bodies = _bodies(table)
    names = {name: place for place, name in enumerate(dict.fromkeys(bodies))}
    return count_grams(list(names), grams)[[names[body] for body in bodies]]


def count_terms(
    titles: Sequence[str], tokenizer: Tokenizer, vocabulary: dict[str, int]
) -> tuple[csr_matrix, npt.NDArray[np.int64]]:
    """Return how often each known term stands in each title, and how many terms it has in all."""
    rows, columns, totals, before = [], [], [np.zeros(0, np.int64)], 0
    for terms, counts in tokenizer.term_batches(titles):
        found = np.fromiter((vocabulary.get(term, -1) for term in terms), np.int64, len(terms))
        rows.append(np.repeat(np.arange(len(counts)), counts)[found >= 0] + before)
        columns.append(found[found >= 0])
        totals.append(counts)
        before += len(counts)
    none = np.zeros(0, np.int64)
    place = np.concatenate([none, *rows]), np.concatenate([none, *columns])
    counted = csr_matrix((np.ones(len(place[0])), place), shape=(len(titles), len(vocabulary)))
    counted.sort_indices()
    return counted, np.concatenate(totals)


def inverse_frequencies(counts: csr_matrix) -> FloatArray:
    """Return ``1 + log((1 + n) / (1 + n_texts_with_it))`` of each column."""
    with_it = np.bincount(counts.indices, minlength=counts.shape[1])
    idf: FloatArray = 1.0 + np.log((1.0 + counts.shape[0]) / (1.0 + with_it))
    return idf


def weigh(counts: csr_matrix, idf: FloatArray) -> csr_matrix:
    """Return TF-IDF, ``(1 + log(count)) * idf``, with rows of length one."""
    values = (1.0 + np.log(counts.data)) * idf[counts.indices]
    weights = csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)
    lengths = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    return (diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ weights).tocsr()
