"""Topics that change from period to period, learned by tomotopy's ``DTModel``."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from cio_topics.errors import SettingsError
from cio_topics.topics.dynamic.base import FloatArray, PeriodTopicModel, Progress, Slices
from cio_topics.topics.models.bags import term_lists
from cio_topics.topics.models.settings import check_whole
from cio_topics.topics.models.tomotopy_models import import_tomotopy

__all__ = ["DynamicTopics"]

_LARGEST = 10.0
_STEPS_AT_ONCE = 10  # between two looks at the progress, and at an interrupt


class DynamicTopics(PeriodTopicModel):
    """Dynamic topic model, learned by stochastic gradient Langevin dynamics (tomotopy).

    Needs the extra ``tomotopy``. Topics of neighbouring periods are alike: their parameters go in a
    random walk. The result depends on the seed and on tomotopy's version, not on threads.

    Parameters
    ----------
    n_topics : int, default 10
        At least 2.
    n_steps : int, default 1000
        Steps of learning.
    step_size : float, default 0.2
        Size of the first step (tomotopy's ``lr_a``). tomotopy's own 0.01 learns next to nothing in
        a thousand steps; see "Topics over time" in the documentation.
    topic_variance : float, default 0.03
        Variance of a term's log weight from one period to the next (``phi_var``).
    random_state : int, default 0

    Attributes
    ----------
    periods_, topics_, priors_, n_texts_
        As in :class:`~cio_topics.topics.dynamic.base.PeriodTopicModel`. The prior of a period is
        the model's mean of topics there, with the strength of 0.1 texts a topic.

    References
    ----------
    Blei, D. M. and Lafferty, J. D. (2006). Dynamic topic models. ICML, 113-120.
    doi:10.1145/1143844.1143859.
    Bhadury, A., Chen, J., Zhu, J. and Liu, S. (2016). Scaling up dynamic topic models. WWW,
    381-390. doi:10.1145/2872427.2883046. (The learning.)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = csr_matrix([[3, 2, 0, 0], [0, 0, 3, 2]] * 10)
    >>> periods = ["2004"] * 10 + ["2005"] * 10
    >>> model = DynamicTopics(n_topics=2).fit(counts, periods)
    >>> model.topics_.shape, model.transform(counts, periods).shape
    ((2, 2, 4), (20, 2))
    >>> model.transform(counts[:1], ["2006"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the model has no period '2006'; it has: 2004, 2005, and ...
    """

    def __init__(
        self,
        n_topics: int = 10,
        *,
        n_steps: int = 1000,
        step_size: float = 0.2,
        topic_variance: float = 0.03,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.n_steps = n_steps
        self.step_size = step_size
        self.topic_variance = topic_variance
        self.random_state = random_state

    def _learn(self, slices: Slices, progress: Progress | None) -> tuple[FloatArray, FloatArray]:
        check_whole(1, {"n_steps": self.n_steps})
        for name in ("step_size", "topic_variance"):  # tomotopy ends the process with larger ones
            value = getattr(self, name)
            if not isinstance(value, Real) or not 0 < float(value) <= _LARGEST:
                raise SettingsError(
                    f"{name} is {value!r}; expected a number above 0, at most {_LARGEST:g}."
                )
        model = import_tomotopy().DTModel(
            k=self.n_topics,
            t=len(slices.sizes),
            phi_var=self.topic_variance,
            lr_a=self.step_size,
            seed=self.random_state,
        )
        _add_texts(model, slices)
        for done in range(0, self.n_steps, _STEPS_AT_ONCE):
            steps = min(_STEPS_AT_ONCE, self.n_steps - done)
            model.train(steps, workers=1)
            if progress is not None:
                progress(done + steps, self.n_steps)
        return _topics(model, slices), _priors(model)


def _add_texts(model: Any, slices: Slices) -> None:
    timepoints = np.repeat(np.arange(len(slices.sizes)), slices.sizes)
    for text, timepoint in zip(term_lists(slices.counts), timepoints.tolist(), strict=True):
        model.add_doc(text, timepoint=timepoint)


def _topics(model: Any, slices: Slices) -> FloatArray:
    columns = np.array([int(term) for term in model.used_vocabs])
    topics = np.zeros((len(slices.sizes), model.k, slices.counts.shape[1]))
    for place in range(len(topics)):
        for topic in range(model.k):
            topics[place, topic, columns] = model.get_topic_word_dist(topic, timepoint=place)
    return topics


def _priors(model: Any) -> FloatArray:
    logs = np.asarray(model.alpha, dtype=float)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    priors: FloatArray = 0.1 * model.k * shares / shares.sum(axis=1, keepdims=True)
    return priors
