"""The metrics of an experiment: from a fitted model to one number each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from cio_topics.errors import MissingPartError, OutputError, TooSmallError
from cio_topics.experiments.material import Material
from cio_topics.topics import fit_topics, pool_titles, top_terms, topic_names
from cio_topics.topics.alignment import match_themes
from cio_topics.topics.quality.agreement import label_agreement
from cio_topics.topics.quality.diversity import exclusivity, inverted_rbo, topic_diversity
from cio_topics.topics.quality.held_out import held_out_likelihood
from cio_topics.topics.quality.stability import model_stability, stability_runs
from cio_topics.topics.quality.topic_coherence import coherence, mean_coherence
from cio_topics.topics.tables import dominant_topics

Pool = Literal["item", "meeting", "body_year"]

__all__ = ["METRICS", "OF_THE_MACHINE", "Fitted", "Metric", "measure", "topic_terms"]

#: What says nothing about a cell: a part that is not installed, a full disk, no memory.
OF_THE_MACHINE = (MissingPartError, OutputError, OSError, MemoryError)

_RUNS = 5  # refits for the stability of one cell
_FOLDS = 5


class Fitted(NamedTuple):
    """A fitted model, with what metrics ask of it."""

    pipeline: Pipeline
    material: Material  # what it was fitted on
    pool: Pool
    by_item: csr_matrix  # titles through the vectorizer
    by_text: csr_matrix  # the texts the model was fitted on
    weights: pd.DataFrame
    topics: list[list[str]]  # terms by probability
    associated: list[list[str]]  # terms by association within titles
    n_terms: int
    runs: dict[str, pd.DataFrame]  # refits for stability, kept for the next metric


class Metric(NamedTuple):
    """A metric: what it is, its range, and whether high or low values are better."""

    function: Callable[[Fitted], float]
    ja: str
    en: str
    better: Literal["high", "low", ""] = "high"
    low: float = 0.0
    high: float = 1.0


def measure(fitted: Fitted, names: Sequence[str]) -> tuple[dict[str, float | None], dict[str, str]]:
    """Return the values of metrics, None where one is undefined, and why it is.

    A metric is undefined where it is no finite number, there is too little to count, or it breaks:
    the others stand. A full disk and the like are no matter of the metric, and are raised.
    """
    values: dict[str, float | None] = {}
    reasons: dict[str, str] = {}
    for name in names:
        try:
            value = float(METRICS[name].function(fitted))
        except OF_THE_MACHINE:
            raise
        except TooSmallError as error:
            value, reasons[name] = float("nan"), error.message
        except Exception as error:
            value, reasons[name] = float("nan"), f"{type(error).__name__}: {error}"
        values[name] = value if np.isfinite(value) else None
        if values[name] is None:
            reasons.setdefault(name, f"the value is {value}.")
    return values, reasons


def _coherence(fitted: Fitted, measure: str) -> float:
    return _in_titles(fitted, fitted.topics, fitted.by_item, measure)


def _coherence_associated(fitted: Fitted) -> float:
    return _in_titles(fitted, fitted.associated, fitted.by_item, "c_npmi")


def _coherence_held_out(fitted: Fitted) -> float:
    """Rank terms by the titles of one half of the meetings, and count in those of the other."""
    meetings = fitted.material.agenda["meeting_id"].to_numpy()
    names = np.unique(meetings)
    first = np.random.default_rng(0).permutation(names)[: len(names) // 2]
    half = np.isin(meetings, first)
    if half.all() or not half.any():
        raise TooSmallError("one meeting has no halves.")
    counts = fitted.by_item[half]
    ranked = topic_terms(fitted.pipeline, fitted.n_terms, by="association", counts=counts)
    return _in_titles(fitted, ranked, fitted.by_item[~half], "c_npmi")


def topic_terms(pipeline: Pipeline, n_terms: int, **how: Any) -> list[list[str]]:
    """Return the first terms of each topic, ranked as :func:`cio_topics.topics.top_terms` does."""
    table = top_terms(pipeline, n_terms, **how)
    found = {topic: list(rows["term"]) for topic, rows in table.groupby("topic", sort=False)}
    return [found.get(topic, []) for topic in topic_names(pipeline)]


def _in_titles(fitted: Fitted, topics: list[list[str]], counts: csr_matrix, measure: str) -> float:
    """Whole titles are counted, whatever was pooled: one yardstick for all cells."""
    terms = fitted.pipeline.named_steps["vectorizer"].get_feature_names_out()
    table = coherence(topics, counts=counts, terms=terms, measure=measure, counting="documents")
    found = mean_coherence(table)
    return found["coherence"] if found["n_topics"] else float("nan")


def _diversity(fitted: Fitted) -> float:
    return topic_diversity(fitted.topics, fitted.n_terms)


def _diversity_associated(fitted: Fitted) -> float:
    return topic_diversity(fitted.associated, fitted.n_terms)


def _inverted_rbo(fitted: Fitted) -> float:
    return inverted_rbo(fitted.topics, n_terms=fitted.n_terms)


def _exclusivity(fitted: Fitted) -> float:
    components = fitted.pipeline.named_steps["topics"].components_
    return float(exclusivity(components, fitted.n_terms)["exclusivity"].mean())


def _agreement(fitted: Fitted, measure: str) -> float:
    """Compare the weightiest topic of coded items with the first of their themes."""
    first = fitted.material.labels.drop_duplicates("item_id").set_index("item_id")["theme"]
    if first.empty:
        raise TooSmallError("no item of the corpus is coded.")
    topics = dominant_topics(fitted.weights).reindex(first.index)
    table = label_agreement(topics, first, n_draws=1).set_index("measure")
    return float(table["value"][measure])


def _theme_f1(fitted: Fitted) -> float:
    """Match topics and themes one to one, and take the mean F1 of all themes that occur."""
    labels = fitted.material.labels
    themes = sorted(set(labels["theme"]))
    if not themes:
        raise TooSmallError("no item of the corpus is coded.")
    agenda = fitted.material.agenda[["item_id", "meeting_id"]]
    agenda = agenda[agenda["item_id"].isin(labels["item_id"])]
    topics = agenda.assign(
        topic=dominant_topics(fitted.weights).reindex(agenda["item_id"]).to_numpy()
    )
    names = list(fitted.weights.columns)
    pairs = match_themes(topics, labels, names, themes, n_resamples=1)
    return float(pairs.loc[pairs["is_match"], "f1"].sum() / len(themes))


def _stability(fitted: Fitted, resample: Literal["seeds", "bootstrap"], measure: str) -> float:
    if resample not in fitted.runs:
        alone = fitted.pool == "item"
        fitted.runs[resample] = stability_runs(
            fitted.pipeline,
            fitted.by_text,
            n_runs=_RUNS,
            resample=resample,
            n_terms=fitted.n_terms,
            random_state=_seed(fitted),
            groups=fitted.material.agenda["meeting_id"].to_numpy() if alone else None,
        )
    table = model_stability(fitted.runs[resample])
    return float(table.set_index("measure")["value"][measure])


def _perplexity(fitted: Fitted) -> float:
    """Fit without a fifth of the meetings and score their titles, five times."""
    agenda = fitted.material.agenda.set_index("item_id", drop=False)

    def fit(titles: pd.Series[str]) -> Pipeline:
        texts = pool_titles(agenda.loc[titles.index].reset_index(drop=True), fitted.pool)
        return fit_topics(clone(fitted.pipeline), texts)

    table = held_out_likelihood(
        fit,
        agenda["title"],
        agenda["meeting_id"].to_numpy(),
        n_folds=_FOLDS,
        n_draws=1,
        random_state=_seed(fitted),
    )
    return float(table.set_index("fold")["perplexity"]["all"])


def _covered(fitted: Fitted) -> float:
    return float((fitted.weights.to_numpy() > 0).any(axis=1).mean())


def _seed(fitted: Fitted) -> int:
    return int(getattr(fitted.pipeline.named_steps["topics"], "random_state", 0) or 0)


_INF = float("inf")
#: Metrics by name.
METRICS: dict[str, Metric] = {
    "c_npmi": Metric(
        partial(_coherence, measure="c_npmi"), "一貫性 NPMI", "coherence NPMI", low=-1.0
    ),
    "c_v": Metric(partial(_coherence, measure="c_v"), "一貫性 C_v", "coherence C_v", low=-1.0),
    "c_uci": Metric(
        partial(_coherence, measure="c_uci"), "一貫性 UCI", "coherence UCI", "high", -_INF, _INF
    ),
    "u_mass": Metric(
        partial(_coherence, measure="u_mass"), "一貫性 UMass", "coherence UMass", "high", -_INF, 0.0
    ),
    "c_npmi_associated": Metric(
        _coherence_associated, "一貫性 NPMI(結合語)", "NPMI of associated terms", low=-1.0
    ),
    "c_npmi_held_out": Metric(
        _coherence_held_out,
        "一貫性 NPMI(結合語、別の会議)",
        "NPMI of associated terms, other meetings",
        low=-1.0,
    ),
    "diversity": Metric(_diversity, "多様性", "diversity"),
    "diversity_associated": Metric(
        _diversity_associated, "多様性(結合語)", "diversity of associated terms"
    ),
    "inverted_rbo": Metric(_inverted_rbo, "多様性(順位)", "inverted RBO"),
    "exclusivity": Metric(_exclusivity, "排他性", "exclusivity"),
    "nmi": Metric(partial(_agreement, measure="nmi"), "テーマとの一致 NMI", "NMI with themes"),
    "ari": Metric(
        partial(_agreement, measure="ari"), "テーマとの一致 ARI", "ARI with themes", low=-0.5
    ),
    "purity": Metric(partial(_agreement, measure="purity"), "純度", "purity"),
    "theme_f1": Metric(_theme_f1, "テーマの再現 F1", "F1 of themes found"),
    "stability_seeds": Metric(
        partial(_stability, resample="seeds", measure="stability"),
        "安定性(乱数)",
        "stability, seeds",
    ),
    "stability_bootstrap": Metric(
        partial(_stability, resample="bootstrap", measure="stability"),
        "安定性(再標本)",
        "stability, bootstrap",
    ),
    "rand_seeds": Metric(
        partial(_stability, resample="seeds", measure="adjusted_rand"),
        "分割の安定性(乱数)",
        "adjusted Rand, seeds",
        low=-1.0,
    ),
    "perplexity": Metric(_perplexity, "パープレキシティ", "held-out perplexity", "low", 1.0, _INF),
    "covered": Metric(_covered, "語のある項目", "items with known terms", ""),
}
