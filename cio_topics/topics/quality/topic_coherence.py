"""How often the terms of a topic stand together in a reference corpus: u_mass to c_v."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, TooSmallError, check_level, choices, shorten
from cio_topics.topics.components import position_names
from cio_topics.topics.quality.confirmation import topic_scores
from cio_topics.topics.quality.windows import Reference, make_reference

__all__ = ["coherence", "mean_coherence"]

WINDOWS = {"u_mass": None, "c_uci": 10, "c_npmi": 10, "c_v": 110}
COUNTINGS = ("windows", "documents", "gensim")
TERMS_AT_ONCE = 2048  # bounds the matrix of pair counts to 32 MiB


def coherence(
    topics: Sequence[Sequence[str]],
    texts: Reference | Iterable[Sequence[str]] | None = None,
    *,
    counts: csr_matrix | None = None,
    terms: Sequence[str] | npt.NDArray[np.object_] | None = None,
    measure: str = "c_npmi",
    window: int | None = None,
    counting: str | None = None,
) -> pd.DataFrame:
    """Return how coherent the terms of each topic are, by a reference corpus.

    Parameters
    ----------
    topics : sequence of sequence of str
        Terms of each topic, best first (u_mass depends on the order); no term twice.
    texts : Reference or iterable of sequence of str, optional
        The reference corpus: tokens of each text, or what :func:`make_reference` made of them. To
        score many models on one corpus, make the reference once.
    counts, terms : csr_matrix, shape (n_texts, n_terms), and sequence of str, optional
        Instead of `texts`, where whole texts are counted.
    measure : {"c_npmi", "c_v", "c_uci", "u_mass"}, default "c_npmi"
        See Röder et al. and the page on coherence.
    window : int, optional
        Tokens in a window. Default 10 for c_npmi and c_uci, 110 for c_v. A text no longer than that
        is one window.
    counting : {"windows", "documents", "gensim"}, optional
        ``windows``: a window has a term if it is there. ``documents``: every text is one window.
        ``gensim``: repeats the figures of ``gensim.models.CoherenceModel``, which miscounts terms
        that are repeated inside a window. Default: documents for u_mass and where `counts` are
        given, windows otherwise.

    Returns
    -------
    DataFrame
        ``topic, coherence, n_pairs, n_undefined``, one row a topic, in order. `coherence` is always
        a number: the mean over the defined pairs of terms (in c_v over the terms that the reference
        has). A pair is undefined if the reference lacks a term of it; in c_npmi and c_v also if
        both are in every window (0/0). A topic without a defined pair has 0, in u_mass, where 0 is
        the best, the logarithm of 1e-12.

    Raises
    ------
    SettingsError
        `measure` or `counting` is unknown; `window` does not fit them; a topic is one string, or
        has a term twice (``gensim`` takes it); both or none of `texts` and `counts` are given.
    TooSmallError
        The reference has no text.

    References
    ----------
    Röder, M., Both, A. and Hinneburg, A. (2015). Exploring the space of topic coherence measures.
    WSDM, 399-408. doi:10.1145/2684822.2685324.

    Examples
    --------
    >>> texts = [["申請", "電子"], ["申請", "電子", "受付"], ["防災", "訓練"], ["防災", "申請"]]
    >>> topics = [["申請", "電子"], ["防災", "電子"], ["防災", "地図"]]
    >>> coherence(topics, texts).round(3)
          topic  coherence  n_pairs  n_undefined
    0  topic_01      0.415        1            0
    1  topic_02     -1.000        1            0
    2  topic_03      0.000        1            1
    >>> coherence(topics, texts, measure="npmi")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: measure is 'npmi'; expected one of: u_mass, c_uci, c_npmi, c_v.
    """
    if measure not in WINDOWS:
        raise SettingsError(f"measure is {shorten(measure)}; expected one of: {choices(WINDOWS)}.")
    if isinstance(texts, Reference) and counts is None and terms is None:
        reference = texts
    else:
        reference = make_reference(texts, counts=counts, terms=terms)  # type: ignore[arg-type]
    counting = _check_counting(counting, measure, window, reference)
    size = _window(counting, measure, window)
    lists = _check_topics(topics, repeated=counting == "gensim")
    step = max(1, TERMS_AT_ONCE // max([1, *map(len, lists)]))
    parts = [
        topic_scores(lists[start : start + step], reference, measure, size, counting == "gensim")
        for start in range(0, len(lists), step)
    ]
    empty = np.zeros((3, 0))
    values, n_pairs, n_undefined = np.concatenate([empty, *parts], axis=1)
    return pd.DataFrame(
        {
            "topic": position_names(len(lists)),
            "coherence": values,
            "n_pairs": n_pairs.astype(int),
            "n_undefined": n_undefined.astype(int),
        }
    )


def mean_coherence(table: pd.DataFrame, *, level: float = 0.95) -> dict[str, float]:
    """Return the mean coherence of topics with Student's interval, as a row of a table.

    The interval takes the topics as a sample of those the model could have found.

    Parameters
    ----------
    table : DataFrame
        From :func:`coherence`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    dict
        ``coherence, coherence_low, coherence_high, n_topics, n_left_out, n_pairs, n_undefined``.
        The mean is over the `n_topics` topics that have a defined pair, `n_left_out` have none; if
        none has one, the mean is over all and `n_topics` is 0. The bounds are not a number where
        `n_topics` is below 2: one topic cannot tell.

    Raises
    ------
    SettingsError
        `level` is out of range.
    TooSmallError
        The table has no topic.

    Examples
    --------
    >>> texts = [["申請", "電子"], ["申請", "電子", "受付"], ["防災", "訓練"], ["防災", "申請"]]
    >>> topics = [["申請", "電子"], ["防災", "訓練"], ["防災", "地図"]]
    >>> found = mean_coherence(coherence(topics, texts))
    >>> round(found["coherence"], 3), found["n_topics"], found["n_left_out"]
    (0.458, 2, 1)
    >>> mean_coherence(coherence([], texts))
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: the table has no topic; expected at least 1.
    """
    from scipy.special import stdtrit

    check_level(level)
    if table.empty:
        raise TooSmallError("the table has no topic; expected at least 1.")
    defined = (table["n_undefined"] < table["n_pairs"]).to_numpy()
    n = int(defined.sum())
    values = table["coherence"].to_numpy(dtype=float)[defined if n else slice(None)]
    mean = float(values.mean())
    half = float("nan")
    if n > 1:
        half = float(stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(n))
    return {
        "coherence": mean,
        "coherence_low": mean - half,
        "coherence_high": mean + half,
        "n_topics": n,
        "n_left_out": len(table) - n,
        "n_pairs": int(table["n_pairs"].sum()),
        "n_undefined": int(table["n_undefined"].sum()),
    }


def _check_counting(
    counting: str | None, measure: str, window: int | None, reference: Reference
) -> str:
    """Return the way to count, or raise if it does not fit the measure or the reference."""
    if counting is None:
        documents = measure == "u_mass" or not reference.in_order
        counting = "documents" if documents else "windows"
    if counting not in COUNTINGS:
        raise SettingsError(
            f"counting is {shorten(counting)}; expected one of: {choices(COUNTINGS)}."
        )
    if measure == "u_mass" and counting == "windows":
        raise SettingsError("u_mass counts whole texts; expected counting documents or gensim.")
    whole = counting == "documents" or measure == "u_mass"
    if whole and window is not None:
        raise SettingsError(f"window is {window}, but whole texts are counted; expected None.")
    return counting


def _window(counting: str, measure: str, window: int | None) -> int | None:
    if counting == "documents":
        return None
    return WINDOWS[measure] if window is None else window


def _check_topics(topics: Sequence[Sequence[str]], *, repeated: bool) -> list[list[str]]:
    for number, topic in enumerate(topics, start=1):
        if isinstance(topic, str):
            raise SettingsError(f"topic {number} is {shorten(topic)}; expected a list of terms.")
        if not repeated and len(set(topic)) < len(topic):
            twice = next(term for term in topic if list(topic).count(term) > 1)
            raise SettingsError(f"topic {number} has {shorten(twice)} twice; expected terms once.")
    return [list(topic) for topic in topics]
