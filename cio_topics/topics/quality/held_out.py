"""How well a model foretells the other half of texts it has not seen (document completion)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.intervals import cluster_bootstrap
from cio_topics.topics.groups import group_codes
from cio_topics.topics.models import fit_topics
from cio_topics.topics.quality.completion import Scored, complete_texts

__all__ = ["METHOD", "HeldOut", "check_folds", "held_out_likelihood", "held_out_perplexity"]

#: What is measured, as every result says.
METHOD = "document completion"


class HeldOut(NamedTuple):
    """What :func:`held_out_perplexity` found; every number is finite.

    `log_likelihood` is the mean natural logarithm of a scored token's probability, `perplexity` its
    ``exp(-log_likelihood)``: as uncertain as a choice among so many terms. The bounds are None
    where fewer than two groups were scored. `n_texts` are all that were given, `n_scored` those
    that were scored, `n_too_short` those with fewer than two known tokens, which cannot be halved;
    `n_tokens` were scored and `n_observed` were shown. `n_terms` is the size of the vocabulary:
    perplexities over different vocabularies cannot be compared.
    """

    method: str
    perplexity: float
    perplexity_low: float | None
    perplexity_high: float | None
    log_likelihood: float
    log_likelihood_low: float | None
    log_likelihood_high: float | None
    n_texts: int
    n_scored: int
    n_too_short: int
    n_tokens: int
    n_observed: int
    n_terms: int


def held_out_perplexity(
    model: Any,
    texts: Sequence[str] | pd.Series[str] | csr_matrix,
    groups: npt.ArrayLike | pd.Series[str] | None = None,
    *,
    smoothing: float = 0.01,
    n_draws: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> HeldOut:
    """Score texts the model has not seen by document completion.

    The tokens of each text are halved at random; the weights of topics are inferred from one half
    with the model's ``transform``, and the other half is scored. Of an odd number the greater half
    is shown. Terms the model does not know are left out. The probability of a term is
    ``(1 - smoothing) * sum over topics of weight * term share + smoothing / n_terms``.

    scikit-learn's ``NMF`` has no likelihood of counts: its product of weights and components is
    divided by its sum. That is a pseudo-likelihood; on TF-IDF it rates frequent terms too low.

    Parameters
    ----------
    model : Pipeline or estimator
        Fitted. A pipeline with the steps ``vectorizer`` and ``topics``, or a topic model alone.
    texts : sequence of str, or csr_matrix, shape (n_texts, n_terms)
        Texts for a pipeline; counts, whole numbers, for a model alone.
    groups : array_like or Series, shape (n_texts,), optional
        The meeting of each text; the interval draws whole groups. Each text alone if None.
    smoothing : float in (0, 1), default 0.01
        Share of the uniform distribution, so that no token has the probability zero.
    n_draws : int, default 1000
        Of the bootstrap.
    level : float in (0, 1), default 0.95
    random_state : int, default 0
        Of the halves and of the bootstrap. Models with one vocabulary are scored on the same
        halves.

    Returns
    -------
    HeldOut

    Raises
    ------
    SettingsError
        No such steps, texts that do not fit the model, counts that are no whole numbers, a setting
        out of range.
    TooSmallError
        No text has two tokens.

    References
    ----------
    Wallach, H. M., Murray, I., Salakhutdinov, R. and Mimno, D. (2009). Evaluation methods for topic
    models. ICML, 1105-1112. doi:10.1145/1553374.1553515. (Document completion.)
    Asuncion, A., Welling, M., Smyth, P. and Teh, Y. W. (2009). On smoothing and inference for topic
    models. UAI, 27-34. arXiv:1205.2662. (Half of each text's tokens to infer, half to score.)

    Examples
    --------
    >>> from cio_topics.topics import fit_topics, make_topic_model
    >>> from cio_topics.vectors import make_vectorizer
    >>> texts = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 20)  # invented titles
    >>> vectorizer = make_vectorizer("count", min_df=1)
    >>> model = fit_topics(make_topic_model("lda", n_topics=2, vectorizer=vectorizer), texts)
    >>> found = held_out_perplexity(model, ["電子政府 評価", "訓練 地図", "防災"])
    >>> found.n_terms, found.perplexity < 4, found.n_scored, found.n_too_short
    (6, True, 2, 1)
    >>> held_out_perplexity(model, ["防災"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: 0 of 1 texts have two known tokens; expected at least one. ...
    """
    scored = complete_texts(model, texts, smoothing=smoothing, random_state=random_state)
    return _summary(scored, groups, n_draws, level, random_state)


def held_out_likelihood(
    model: Pipeline | Callable[[pd.Series[str]], Pipeline],
    texts: pd.Series[str],
    groups: npt.ArrayLike | pd.Series[str] | None = None,
    *,
    n_folds: int = 5,
    smoothing: float = 0.01,
    n_draws: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Fit on all folds but one and score that one, for each fold; groups are never torn apart.

    Parameters
    ----------
    model : Pipeline or callable
        From :func:`cio_topics.topics.make_topic_model`, or a function from training texts (a part
        of `texts`, with its index) to a fitted pipeline, for example one that pools them first.
    texts : Series of str
    groups : array_like or Series, shape (n_texts,), optional
        The meeting of each text; each text alone if None.
    n_folds : int, default 5
        Not more than there are groups.
    smoothing, n_draws, level
        As in :func:`held_out_perplexity`.
    random_state : int, default 0
        Of the folds, the halves and the bootstrap.

    Returns
    -------
    DataFrame
        A row for each fold, ``1`` to ``n_folds``, then ``all``: ``fold, n_train`` (texts it was
        fitted on) and the columns of :class:`HeldOut`. In ``all`` every token has been scored once
        at most, by a model that has not seen its group; its `n_terms` and `n_train` are means over
        the folds, rounded. Bounds are ``<NA>`` where there is none.

    Raises
    ------
    SettingsError
        As in :func:`held_out_perplexity`; or fewer than two folds.
    TooSmallError
        More folds than groups, a fold without a text of two tokens, or too few texts to fit.

    Examples
    --------
    >>> from cio_topics.topics import make_topic_model
    >>> from cio_topics.vectors import make_vectorizer
    >>> texts = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 20)  # invented titles
    >>> vectorizer = make_vectorizer("count", max_df=1.0)
    >>> pipeline = make_topic_model("lda", n_topics=2, vectorizer=vectorizer)
    >>> table = held_out_likelihood(pipeline, texts, n_folds=2)
    >>> table[["fold", "n_train", "n_scored", "n_tokens"]].values.tolist()
    [['1', 20, 20, 20], ['2', 20, 20, 20], ['all', 20, 40, 40]]
    >>> held_out_likelihood(pipeline, texts, n_folds=41)
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: n_folds is 41; expected 2 to 40, the number of groups. ...
    """
    fit = partial(fit_topics, model) if isinstance(model, Pipeline) else model
    codes = group_codes(groups, len(texts))
    rows, parts, tested = [], [], []
    for fold, (train, test) in enumerate(_folds(codes, n_folds, random_state), start=1):
        fitted = fit(texts.iloc[train])
        scored = complete_texts(
            fitted, texts.iloc[test], smoothing=smoothing, random_state=random_state
        )
        found = _summary(scored, codes[test], n_draws, level, random_state)
        rows.append({"fold": str(fold), "n_train": len(train), **found._asdict()})
        parts.append(scored)
        tested.append(test)
    together = _summary(_join(parts), codes[np.concatenate(tested)], n_draws, level, random_state)
    n_train = round(float(np.mean([row["n_train"] for row in rows])))
    rows.append({"fold": "all", "n_train": n_train, **together._asdict()})
    bounds = [name for name in HeldOut._fields if name.endswith(("_low", "_high"))]
    return pd.DataFrame(rows).astype(dict.fromkeys(bounds, "Float64"))


def check_folds(n_folds: int, n_groups: int) -> None:
    """Refuse fewer than two folds, or more than there are groups of texts to hold out."""
    if not 2 <= n_folds <= n_groups:
        kind = SettingsError if n_folds < 2 else TooSmallError
        raise kind(
            f"n_folds is {n_folds}; expected 2 to {n_groups}, the number of groups.",
            "Give more meetings or texts, or ask for fewer folds.",
            "会議や文書を増やすか、分割数を減らしてください。",
        )


def _folds(
    codes: npt.NDArray[np.intp], n_folds: int, random_state: int
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    from sklearn.model_selection import GroupKFold

    check_folds(n_folds, len(np.unique(codes)))
    folds = GroupKFold(n_folds, shuffle=True, random_state=random_state)
    return list(folds.split(codes, groups=codes))


def _join(parts: list[Scored]) -> Scored:
    return Scored(
        np.concatenate([part.log_likelihood for part in parts]),
        np.concatenate([part.n_tokens for part in parts]),
        np.concatenate([part.n_observed for part in parts]),
        round(float(np.mean([part.n_terms for part in parts]))),
    )


def _summary(
    scored: Scored,
    groups: npt.ArrayLike | pd.Series[str] | None,
    n_draws: int,
    level: float,
    random_state: int,
) -> HeldOut:
    """Return likelihood and perplexity with intervals."""
    n_texts = len(scored.n_tokens)
    codes = group_codes(groups, n_texts)
    has = scored.n_tokens > 0
    if not has.any():
        raise TooSmallError(
            f"0 of {n_texts} texts have two known tokens; expected at least one.",
            "Add texts, or give longer ones.",
            "文書を増やすか、より長い文書を指定してください。",
        )
    both = np.column_stack([scored.log_likelihood, scored.n_tokens]).astype(float)[has]
    _, place = np.unique(codes[has], return_inverse=True)
    by_group = np.zeros((place.max() + 1, 2))
    np.add.at(by_group, place, both)
    low, high = cluster_bootstrap(
        by_group, _per_token, n_draws=n_draws, level=level, random_state=random_state
    )
    mean = float(both[:, 0].sum() / both[:, 1].sum())
    least, most = (float(low[0]), float(high[0])) if len(by_group) > 1 else (None, None)
    return HeldOut(
        method=METHOD,
        perplexity=math.exp(-mean),
        perplexity_low=None if most is None else math.exp(-most),
        perplexity_high=None if least is None else math.exp(-least),
        log_likelihood=mean,
        log_likelihood_low=least,
        log_likelihood_high=most,
        n_texts=n_texts,
        n_scored=int(has.sum()),
        n_too_short=int((~has).sum()),
        n_tokens=int(scored.n_tokens.sum()),
        n_observed=int(scored.n_observed[has].sum()),
        n_terms=scored.n_terms,
    )


def _per_token(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return sums[:, :1] / sums[:, 1:]
