"""Labels → what classifiers say of every item that they did not learn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_jobs

if TYPE_CHECKING:
    from cio_topics.codebook import Codebook
    from cio_topics.corpus import Corpus

__all__ = ["CrossPredictions", "cross_predictions", "predictor_of"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


class CrossPredictions(NamedTuple):
    """What coders say of labelled items, and what classifiers say of all.

    `labels`: 0 or 1, shape (n_labelled, n_themes); `predictions`: in [0, 1], shape (n_items,
    n_themes). Both have the index ``item_id`` and the codebook's themes as columns.
    """

    labels: pd.DataFrame
    predictions: pd.DataFrame


def predictor_of(source: str) -> str:
    """Return the predictor whose errors are those of themes from this source.

    Rules written with labelled items in sight make fewer errors on these than on others; the
    predictors that are named here credit a rule only with matches in items that were learned from.

    Examples
    --------
    >>> predictor_of("coded+rules"), predictor_of("model")
    ('rules-seen', 'linear-seen')
    """
    return "linear-seen" if source.endswith("model") else "rules-seen"


def cross_predictions(
    corpus: Corpus,
    codebook: Codebook | None = None,
    labels: pd.DataFrame | None = None,
    *,
    predictor: str = "linear-seen",
    n_splits: int = 5,
    random_state: int = 0,
    n_jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> CrossPredictions:
    """Return labels, and predictions of all items by what did not learn from them.

    Labelled meetings are held out in turn. A labelled item is predicted by what learned from the
    meetings of the other folds; an item without label by all of these, its predictions averaged.
    So both are predicted alike, and errors seen on the labelled items are those to be expected on
    the others. A title that comes back in another meeting may be learned from, for labelled items
    as for others.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook, optional
        The embedded one if None.
    labels : DataFrame, optional
        ``item_id, themes``, one row an item; the corpus's ``theme_labels`` if None.
    predictor : str, default "linear-seen"
        One of :data:`cio_topics.themes.held_out.PREDICTORS`; see :func:`predictor_of`.
    n_splits : int, default 5
        Folds; at most as many as there are labelled meetings.
    random_state : int, default 0
    n_jobs : int, default 1
        Processes; the result is the same for any number.
    progress : callable, optional
        Called with how many folds are done, and of how many.

    Returns
    -------
    CrossPredictions

    Raises
    ------
    SettingsError
        An unknown predictor; no label; too few labelled meetings to hold some out.

    References
    ----------
    Zrnic, T. and Candès, E. J. (2024). Cross-prediction-powered inference. PNAS 121, e2322083121.
    doi:10.1073/pnas.2322083121. (Folds; the mean over folds for items without label.)

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> found = cross_predictions(read_example(), predictor="rules-seen", n_splits=3)
    >>> len(found.labels), len(found.predictions)
    (191, 307)
    """
    from joblib import Parallel, delayed

    from cio_topics.codebook import read_codebook
    from cio_topics.labels import theme_indicator
    from cio_topics.themes.held_out import make_predictor
    from cio_topics.themes.splits import fold_splits
    from cio_topics.themes.train import labelled_items

    check_jobs(n_jobs)
    codebook = read_codebook() if codebook is None else codebook
    agenda, given = corpus.agenda(), labelled_items(corpus, labels)
    known = agenda["item_id"].isin(given["item_id"]).to_numpy()
    if not known.any():
        raise SettingsError(
            "no item of this corpus is labelled; expected theme_labels.",
            "Label items of drawn meetings with cio-topics label, and put them into the corpus.",
            "会議を無作為に選び、cio-topics label でラベルを付けてコーパスに入れてください。",
        )
    y = theme_indicator(given["themes"], codebook.ids)
    items, others = agenda[known].reset_index(drop=True), agenda[~known]
    if items["meeting_id"].nunique() < 3:
        raise SettingsError(
            f"items of {items['meeting_id'].nunique()} meetings are labelled; expected items of at "
            "least 3, to hold some out and learn from others.",
            "Label items of more meetings.",
            "より多くの会議の項目にラベルを付けてください。",
        )
    folds = list(fold_splits(np.asarray(items["meeting_id"]), n_splits, random_state))
    jobs = (
        delayed(_fold)(
            make_predictor(predictor, codebook, **_settings(predictor, random_state)),
            (items.iloc[train].reset_index(drop=True), y[train]),
            (items.iloc[test], others),
        )
        for train, test in folds
    )
    found = []
    for answers in Parallel(n_jobs=n_jobs, return_as="generator")(jobs):
        found.append(answers)
        if progress is not None:
            progress(len(found), len(folds))
    held_out = np.zeros(y.shape)
    for (_, test), (answered, _) in zip(folds, found, strict=True):
        held_out[test] = answered
    averaged = np.mean([answered for _, answered in found], axis=0)
    themes = list(codebook.ids)
    return CrossPredictions(
        _table(y, items["item_id"], themes),
        pd.concat(
            [
                _table(held_out, items["item_id"], themes),
                _table(averaged, others["item_id"], themes),
            ]
        ).reindex(pd.Index(agenda["item_id"], name="item_id")),
    )


def _settings(predictor: str, random_state: int) -> dict[str, Any]:
    return (
        {}
        if predictor.startswith(("rules", "majority", "plain"))
        else {"random_state": random_state}
    )


def _fold(
    model: Any, learned: tuple[pd.DataFrame, IntArray], asked: tuple[pd.DataFrame, pd.DataFrame]
) -> tuple[FloatArray, FloatArray]:
    model.fit(*learned)
    held_out, others = (_answer(model, items, learned[1].shape[1]) for items in asked)
    return held_out, others


def _answer(model: Any, items: pd.DataFrame, n_themes: int) -> FloatArray:
    """Return the themes that a predictor gives, as :func:`theme_table` would have them."""
    if items.empty:
        return np.zeros((0, n_themes))
    learned = getattr(model, "model_", None)
    if learned is not None:
        return np.asarray(learned.answer(items).chosen, dtype=float)
    return np.asarray(model.decide(model.predict_proba(items)), dtype=float)


def _table(values: npt.NDArray[Any], items: pd.Series[str], themes: list[str]) -> pd.DataFrame:
    return pd.DataFrame(values, index=pd.Index(items, name="item_id"), columns=themes)
