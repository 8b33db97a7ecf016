"""One cell → its record: fit the model, measure it, say what failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from cio_topics.errors import CioTopicsError
from cio_topics.experiments.cells import Cell, is_file
from cio_topics.experiments.design import Design
from cio_topics.experiments.material import Material, draw_material, number_drawn
from cio_topics.experiments.measures import (
    OF_THE_MACHINE,
    Fitted,
    Pool,
    measure,
    topic_terms,
)
from cio_topics.experiments.pipelines import make_pipeline
from cio_topics.topics import fit_topics, pool_titles, topic_weights

__all__ = ["fit_cell"]

Record = dict[str, Any]


def fit_cell(
    design: Design,
    material: Material,
    cell: Cell,
    metrics: Sequence[str],
    cache: str | None = None,
) -> Record:
    """Return what one cell found; an error is a record too.

    Parameters
    ----------
    design : Design
    material : Material
    cell : Cell
    metrics : sequence of str
        Names of :data:`cio_topics.experiments.measures.METRICS`.
    cache : str, optional
        A folder where tokens are kept; changes no result.

    Returns
    -------
    dict
        Ready for JSON and the same in every process: ``cell``, ``settings``, ``seed``, ``draw``,
        ``status`` (``done`` or ``failed``), ``error``, ``again`` (the machine failed, and the cell
        is to be run again), ``facts``, ``measures`` (None: undefined), ``undefined`` (metric to
        reason), ``topics`` and ``associated`` (terms of each topic by
        probability, and by association within titles).
    """
    record: Record = {
        "cell": cell.address,
        "settings": {name: _plain(value) for name, value in cell.settings.items()},
        "seed": cell.seed,
        "draw": cell.draw,
        "status": "done",
        "error": "",
        "again": False,
        "facts": {},
        "measures": {},
        "undefined": {},
        "topics": [],
        "associated": [],
    }
    try:
        # One thread: sums of floats keep their order, however many processes there are.
        with threadpool_limits(limits=1):
            fitted = _fit(design, material, cell, cache)
            values, reasons = measure(fitted, metrics)
    except Exception as error:  # a cell that fails must not stop the others
        said = error.message if isinstance(error, CioTopicsError) else str(error)
        return record | {
            "status": "failed",
            "error": f"{type(error).__name__}: {said}",
            "again": isinstance(error, OF_THE_MACHINE),
        }
    coded = set(fitted.material.labels["item_id"])
    return record | {
        "facts": {
            "n_texts": fitted.by_text.shape[0],
            "n_terms": fitted.by_text.shape[1],
            "n_items": len(fitted.weights),
            "n_coded": sum(item in coded for item in fitted.weights.index),
            **_drawn(design, material, cell),
        },
        "measures": values,
        "undefined": reasons,
        "topics": fitted.topics,
        "associated": fitted.associated,
    }


def _drawn(design: Design, material: Material, cell: Cell) -> dict[str, int]:
    if design.resample is None or cell.draw == 0:
        return {}
    n_groups = material.n_groups
    return {"n_drawn": number_drawn(design.resample, n_groups), "n_groups": n_groups}


def _fit(design: Design, material: Material, cell: Cell, cache: str | None) -> Fitted:
    settings: dict[str, Any] = {
        name: str(design.resolve(value)) if is_file(name) else value
        for name, value in cell.settings.items()
    }
    pool: Pool = settings["pool.by"]
    material = draw_material(material, design.resample, cell.draw)
    agenda = material.agenda
    texts = pool_titles(agenda, pool)
    pipeline = fit_topics(make_pipeline(settings, cell.seed, cache), texts)
    vectorizer = pipeline.named_steps["vectorizer"]
    titles = agenda.set_index("item_id")["title"]
    by_item = vectorizer.transform(list(titles))
    weights = topic_weights(pipeline, titles, by_item)
    if not np.isfinite(weights.to_numpy()).all():
        raise ValueError("the model gives weights of topics that are no numbers.")
    return Fitted(
        pipeline,
        material,
        pool,
        by_item,
        vectorizer.transform(list(texts)),
        weights,
        topic_terms(pipeline, design.n_terms),
        topic_terms(pipeline, design.n_terms, by="association", counts=by_item),
        design.n_terms,
        {},
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
