"""What the models of tomotopy share: texts in, drawings in blocks, expected counts out."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Any, Self

import numpy as np

from cio_topics.errors import MissingPartError
from cio_topics.topics.models.bags import rows_with_terms, term_lists
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.settings import check_prior, check_whole, make_seed

__all__ = ["TomotopyModel", "import_tomotopy"]

_LOG = logging.getLogger(__name__)


def import_tomotopy() -> ModuleType:
    """Return the library.

    Raises
    ------
    MissingPartError
        If it is not installed.
    """
    try:
        import tomotopy
    except ImportError as error:
        command = 'python -m pip install "cio-topics[tomotopy]"'
        raise MissingPartError(
            f"tomotopy is not installed: {error}.",
            f"Run: {command}.",
            f"次を実行してください: {command}",
        ) from error
    return tomotopy  # type: ignore[no-any-return]


class TomotopyModel(CountTopicModel):
    """Base of the models that tomotopy draws by Gibbs sampling.

    One worker draws: with several, topics depend on their number, and some of tomotopy's models
    then differ from run to run. The same seed gives the same topics in another process; processors
    with other vector instructions may round differently.

    tomotopy ends the process when a setting is out of its range, so all are checked before.
    """

    topic_word_prior: float
    iterations: int
    # Between blocks Python can be interrupted; blocks do not change what is drawn.
    _block = 10

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics from whole counts, shape (n_texts, n_terms).

        Counts that are not whole are rounded up, with a warning. Texts without terms are left out;
        their rows of weights stay where they are.

        Raises
        ------
        SettingsError, TooSmallError
        MissingPartError
            If tomotopy is not installed.
        """
        self.check_parameters()
        counts = self._check_counts(X, reset=True)
        texts = term_lists(counts[rows_with_terms(counts)])
        model = self._make_model(import_tomotopy(), make_seed(self.random_state))
        for text in texts:
            model.add_doc(text)
        self._train(model)
        self.components_ = self._read_components(model, counts.shape[1])
        self._read_priors(model)
        return self

    def _make_model(self, tomotopy: ModuleType, seed: int) -> Any:
        raise NotImplementedError

    def _read_priors(self, model: Any) -> None:
        self.topic_prior_ = np.asarray(model.alpha, dtype=np.float64)

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        check_whole(1, {"n_components": self.n_components, "iterations": self.iterations})
        check_prior("topic_word_prior", self.topic_word_prior)

    def _train(self, model: Any) -> None:
        for done in range(0, self.iterations, self._block):
            _LOG.info("%s: %s of %s iterations", type(self).__name__, done, self.iterations)
            model.train(min(self._block, self.iterations - done), workers=1)

    def _read_components(self, model: Any, n_terms: int) -> np.ndarray:
        """Return counts and prior; tomotopy orders terms by frequency and has no unsaid ones."""
        components = np.full((self.n_components, n_terms), model.eta, dtype=np.float64)
        columns = np.array(list(model.used_vocabs), dtype=np.int64)
        for topic in range(self.n_components):
            components[topic, columns] = model.get_topic_word_dist(topic, normalize=False)
        return components
