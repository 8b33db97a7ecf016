"""A topic model → weights of its items under other seeds, and drawn from their posterior."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_jobs

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.pipeline import Pipeline

__all__ = ["POSTERIORS", "TopicDraws", "draw_weights", "posterior_of", "topic_draws"]

FloatArray = npt.NDArray[np.float64]

#: What a model says of the weights of one text: a Dirichlet distribution; probabilities of its one
#: topic; nothing but the weights.
POSTERIORS = ("dirichlet", "one_topic", "none")


class TopicDraws(NamedTuple):
    """Weights of topics, drawn; the topics of all draws are those of the model, in its order.

    `weights`: of the model itself, shape (n_items, n_topics). `draws`: as many such tables as
    `seeds`, which says with which seed each was fitted; the model's own is the first. `cosines`:
    how like the model's topics those of each other seed are, shape (n_seeds - 1, n_topics).
    `posterior`: one of :data:`POSTERIORS`.
    """

    weights: pd.DataFrame
    draws: list[pd.DataFrame]
    seeds: list[int]
    cosines: pd.DataFrame
    posterior: str


def posterior_of(model: Any) -> str:
    """Return which of :data:`POSTERIORS` a topic model gives for the weights of a text.

    ``one_topic`` for the mixture; ``dirichlet`` for models of counts whose weights are means of a
    Dirichlet distribution (latent Dirichlet allocation and its kin); ``none`` for factorizations.

    Examples
    --------
    >>> from cio_topics.topics import make_topic_model
    >>> [posterior_of(make_topic_model(kind).named_steps["topics"])
    ...     for kind in ("nmf", "mixture", "gibbs")]
    ['none', 'one_topic', 'dirichlet']
    """
    from cio_topics.topics.models.mixture import DirichletMixture
    from cio_topics.topics.models.nmf import TopicNMF

    if isinstance(model, TopicNMF):
        return "none"
    return "one_topic" if isinstance(model, DirichletMixture) else "dirichlet"


def draw_weights(
    weights: pd.DataFrame,
    lengths: npt.ArrayLike,
    posterior: str,
    prior: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return weights drawn from their posterior; rows of zeros stay.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        Posterior means.
    lengths : array_like of float, shape (n_items,)
        Tokens of each item.
    posterior : {"dirichlet", "one_topic"}
        A Dirichlet distribution with these means and the concentration ``prior + length``; or one
        topic with these probabilities.
    prior : float
        Sum of the Dirichlet prior.
    rng : Generator

    Examples
    --------
    >>> means = pd.DataFrame([[0.75, 0.25], [0.0, 0.0]], index=["i1", "i2"])
    >>> drawn = draw_weights(means, [4, 0], "one_topic", 1.0, np.random.default_rng(0))
    >>> drawn.to_numpy().tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    means = weights.to_numpy(float)
    known = means.sum(axis=1) > 0
    drawn = np.zeros_like(means)
    if posterior == "one_topic":
        below = rng.random((int(known.sum()), 1)) < means[known].cumsum(axis=1)
        below[:, -1] = True  # sums of floats may end below one
        drawn[np.flatnonzero(known), below.argmax(axis=1)] = 1.0
    else:
        worth = prior + np.asarray(lengths, dtype=float)[known, None]
        parts = rng.standard_gamma(np.maximum(means[known] * worth, 1e-3))
        drawn[known] = parts / parts.sum(axis=1, keepdims=True)
    return pd.DataFrame(drawn, index=weights.index, columns=weights.columns)


def topic_draws(
    model: Pipeline,
    texts: pd.Series[str],
    titles: pd.Series[str],
    *,
    n_seeds: int = 10,
    n_draws: int = 10,
    random_state: int = 0,
    n_jobs: int = 1,
) -> TopicDraws:
    """Fit a topic model again with other seeds, and draw the weights of its items.

    The topics of each fit are assigned to those of the model one to one, so that the cosine
    similarity of their terms is greatest. Where the model gives a posterior of an item's weights,
    `n_draws` tables are drawn from it for each seed. The terms of the topics are held fixed there:
    what is not known of them shows between seeds only. A factorization (``nmf``) has seeds alone.

    Parameters
    ----------
    model : Pipeline
        Fitted, from :func:`cio_topics.topics.fit_topics`.
    texts : Series of str
        What it was fitted on.
    titles : Series of str
        Of the items, indexed by ``item_id``.
    n_seeds : int, default 10
        Fits in all, the model's own among them.
    n_draws : int, default 10
        Tables drawn for each seed; 0 for the weights as they are.
    random_state : int, default 0
    n_jobs : int, default 1
        Processes; the result is the same for any number.

    Returns
    -------
    TopicDraws

    Raises
    ------
    SettingsError
        Numbers below their least; a model that finds its own number of topics.

    References
    ----------
    Treier, S. and Jackman, S. (2008). Democracy as a latent variable. American Journal of Political
    Science 52, 201-217. doi:10.1111/j.1540-5907.2007.00308.x. (Draws instead of means.)
    Roberts, M. E., Stewart, B. M. and Tingley, D. (2019). stm: an R package for structural topic
    models. Journal of Statistical Software 91(2), 1-40. doi:10.18637/jss.v091.i02.

    Examples
    --------
    >>> from cio_topics.topics import fit_topics, make_topic_model
    >>> from cio_topics.vectors import make_vectorizer
    >>> titles = pd.Series(["電子政府計画", "電子政府評価", "マイナンバー", "マイナンバー制度"],
    ...                    index=["a1", "a2", "a3", "a4"])
    >>> vectorizer = make_vectorizer(min_df=2, max_df=1.0)
    >>> model = fit_topics(make_topic_model(n_topics=2, vectorizer=vectorizer), titles)
    >>> found = topic_draws(model, titles, titles, n_seeds=3)
    >>> found.posterior, len(found.draws), found.draws[0].shape
    ('none', 3, (4, 2))
    """
    from joblib import Parallel, delayed
    from sklearn.base import clone

    from cio_topics.topics import topic_weights

    _check(model, n_seeds, n_draws, n_jobs)
    vectorizer, own = model.named_steps["vectorizer"], model.named_steps["topics"]
    by_text, by_item = (vectorizer.transform(list(given)) for given in (texts, titles))
    seeds = _seeds(own.get_params().get("random_state"), n_seeds, random_state)
    fits = Parallel(n_jobs=n_jobs, max_nbytes=None)(
        delayed(_fit_again)(clone(own), by_text, seed) for seed in seeds[1:]
    )
    weights = topic_weights(model, titles, by_item)
    aligned = [_aligned(model, fit, titles, by_item) for fit in fits]
    tables = [weights, *(table for table, _ in aligned)]
    posterior = posterior_of(own)
    draws, of_draws = tables, seeds
    if posterior != "none" and n_draws:
        lengths = np.asarray(by_item.sum(axis=1)).ravel()
        priors = [float(np.sum(fit.topic_prior_)) for fit in (own, *fits)]
        rng = np.random.default_rng(random_state)
        draws = [
            draw_weights(table, lengths, posterior, prior, rng)
            for table, prior in zip(tables, priors, strict=True)
            for _ in range(n_draws)
        ]
        of_draws = [seed for seed in seeds for _ in range(n_draws)]
    cosines = pd.DataFrame(
        [cosine for _, cosine in aligned],
        index=pd.Index(seeds[1:], name="seed"),
        columns=weights.columns,
    )
    return TopicDraws(weights, draws, of_draws, cosines, posterior)


def _check(model: Pipeline, n_seeds: int, n_draws: int, n_jobs: int) -> None:
    check_jobs(n_jobs)
    for name, value, least in (("n_seeds", n_seeds, 1), ("n_draws", n_draws, 0)):
        if value < least:
            raise SettingsError(f"{name} is {value}; expected at least {least}.")
    estimator = model.named_steps["topics"]
    if type(estimator).__name__ == "GensimHDP":
        raise SettingsError(
            "gensim_hdp finds its own number of topics with every seed; topics of different "
            "numbers cannot be assigned one to one.",
            "Choose another model, such as gibbs.",
            "gibbs など、トピック数を指定するモデルを選んでください。",
        )


def _seeds(own: Any, n_seeds: int, random_state: int) -> list[int]:
    """Return the model's own seed and others, as in the fits of its stability."""
    first = int(own) if isinstance(own, int | np.integer) else -1
    drawn = np.random.SeedSequence(random_state).generate_state(n_seeds) >> 1
    return [first, *(int(seed) for seed in drawn if seed != first)][:n_seeds]


def _fit_again(model: Any, counts: csr_matrix, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    if "random_state" in model.get_params():
        model.set_params(random_state=seed)
    # As in fit_topics: one thread keeps the order of sums; the iteration limit is a setting.
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(counts)


def _aligned(
    model: Pipeline, fit: Any, titles: pd.Series[str], counts: csr_matrix
) -> tuple[pd.DataFrame, FloatArray]:
    """Return the weights of another fit under the model's topics, and how like they are."""
    from sklearn.pipeline import Pipeline

    from cio_topics.topics import topic_weights
    from cio_topics.topics.quality.matching import pair_topics

    own = np.asarray(model.named_steps["topics"].components_, dtype=float)
    partners, cosines = pair_topics(own, np.asarray(fit.components_, dtype=float))
    pipeline = Pipeline([("vectorizer", model.named_steps["vectorizer"]), ("topics", fit)])
    found = topic_weights(pipeline, titles, counts)
    return found.iloc[:, partners].set_axis(found.columns, axis=1), cosines
