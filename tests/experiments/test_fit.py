"""One cell: what it measures, and what is recorded of one that fails."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score

from cio_topics.errors import OutputError
from cio_topics.experiments import fit
from cio_topics.experiments.cells import make_cells
from cio_topics.experiments.fit import fit_cell
from cio_topics.experiments.material import read_material
from cio_topics.experiments.measures import METRICS, Metric
from cio_topics.topics import fit_topics, make_topic_model, pool_titles, topic_weights
from tests.experiments.conftest import HEAD


@pytest.fixture
def fit_one(write_design):
    """Fit the only cell of a design."""

    def fitted(text="", head=HEAD):
        design = write_design(head + text)
        material = read_material(design)
        (cell,) = make_cells(design, {})
        return fit_cell(design, material, cell, design.metrics)

    return fitted


EVERY = f'question = "?"\nmetrics = {json.dumps(list(METRICS))}\n'


def test_every_metric_has_a_value_in_its_range(fit_one):
    record = fit_one("[model]\nn_topics = 4\n", EVERY)
    assert record["error"] == ""
    assert list(record["measures"]) == list(METRICS)
    for name, value in record["measures"].items():
        assert value is not None, name
        assert METRICS[name].low <= value <= METRICS[name].high, name
    assert record["undefined"] == {}
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_the_record_is_what_the_rooms_say(fit_one, write_design):
    record = fit_one('[model]\nkind = "nmf"\nn_topics = 6\n[pool]\nby = "item"\n')
    material = read_material(write_design(HEAD))
    titles = material.agenda.set_index("item_id")["title"]
    model = fit_topics(make_topic_model("nmf", n_topics=6), pool_titles(material.agenda, "item"))
    weights = topic_weights(model, titles)
    first = material.labels.drop_duplicates("item_id").set_index("item_id")["theme"]
    known = weights.loc[first.index].sum(axis=1) > 0
    found = weights.loc[first.index][known].idxmax(axis=1)
    expected = normalized_mutual_info_score(first[known], found)
    assert record["measures"]["nmi"] == pytest.approx(expected, abs=1e-12)
    assert record["facts"]["n_texts"] == record["facts"]["n_items"] == len(titles)
    assert record["facts"]["n_coded"] == len(first)
    assert len(record["topics"]) == 6
    assert all(len(terms) <= 10 for terms in record["topics"])
    assert [set(terms) for terms in record["associated"]] != [set(t) for t in record["topics"]]
    assert all(0 < len(terms) <= 10 for terms in record["associated"])


def test_a_draw_is_fitted_and_measured_alone(fit_one):
    record = fit_one("[resample]\ndraws = 1\nshare = 0.5\n[model]\nn_topics = 4\n")
    whole = fit_one("[model]\nn_topics = 4\n")
    assert record["facts"]["n_texts"] == round(0.5 * whole["facts"]["n_texts"])
    assert 0 < record["facts"]["n_coded"] < 0.8 * whole["facts"]["n_coded"]
    assert record["facts"]["n_items"] < 0.8 * whole["facts"]["n_items"]


def test_number_of_terms_is_the_design_s(fit_one):
    record = fit_one("n_terms = 3\n[model]\nn_topics = 4\n")
    assert max(map(len, record["topics"])) == 3


def test_without_codes_agreement_is_undefined_and_says_why(fit_one):
    record = fit_one(
        '[corpus]\nbodies = ["電子政府評価・助言会議", "情報セキュリティ政策会議"]\n'
        '[vectors]\nmin_df = 1\nmax_df = 1.0\n[pool]\nby = "item"\n[model]\nn_topics = 2\n'
    )
    assert record["facts"]["n_coded"] == 0  # nobody has coded an item of these two
    assert record["measures"]["nmi"] is None
    assert record["undefined"] == {"nmi": "no item of the corpus is coded."}
    assert record["measures"]["diversity"] is not None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_undefined_with_its_reason(fit_one, monkeypatch, value):
    monkeypatch.setitem(METRICS, "nmi", Metric(lambda fitted: value, "", ""))
    record = fit_one("[model]\nn_topics = 4\n")
    assert record["status"] == "done"
    assert record["measures"]["nmi"] is None
    assert record["undefined"] == {"nmi": f"the value is {value}."}
    assert record["measures"]["diversity"] is not None
    json.dumps(record, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[model]\nn_topics = 400\n", "TooSmallError: 163 texts with .* too few for 400 topics"),
        ("[vectors]\nmin_df = 300\n", "TooSmallError: no term is left of 163 texts"),
        ('[tokens]\ndictionary = "gone"\n', "(SettingsError|MissingPartError): .*gone"),
    ],
)
def test_a_failure_is_a_record(fit_one, text, error):
    record = fit_one(text)
    assert record["status"] == "failed"
    assert (record["measures"], record["facts"], record["topics"]) == ({}, {}, [])
    assert re.match(error, record["error"])


def test_a_metric_that_breaks_is_undefined_and_the_others_stand(fit_one, monkeypatch):
    def breaks(fitted):
        raise ZeroDivisionError("no topic")

    monkeypatch.setitem(METRICS, "nmi", Metric(breaks, "", ""))
    record = fit_one("[model]\nn_topics = 4\n")
    assert record["status"] == "done"
    assert record["measures"]["nmi"] is None
    assert record["undefined"] == {"nmi": "ZeroDivisionError: no topic"}
    assert record["measures"]["diversity"] is not None


@pytest.mark.parametrize("error", [OSError(28, "No space left"), MemoryError(), OutputError("x")])
def test_what_the_machine_fails_is_to_be_run_again(fit_one, monkeypatch, error):
    def breaks(fitted):
        raise error

    monkeypatch.setitem(METRICS, "nmi", Metric(breaks, "", ""))
    record = fit_one("[model]\nn_topics = 4\n")
    assert (record["status"], record["again"]) == ("failed", True)
    assert fit_one("[model]\nn_topics = 400\n")["again"] is False


def test_weights_that_are_no_numbers_fail_the_cell(fit_one, monkeypatch):
    monkeypatch.setattr(fit, "topic_weights", lambda *args: topic_weights(*args) * np.nan)
    record = fit_one("[model]\nn_topics = 4\n")
    assert record["error"] == "ValueError: the model gives weights of topics that are no numbers."


def test_an_interrupt_is_no_record(fit_one, monkeypatch):
    def interrupt(fitted):
        raise KeyboardInterrupt

    monkeypatch.setitem(METRICS, "nmi", Metric(interrupt, "", ""))
    with pytest.raises(KeyboardInterrupt):
        fit_one("[model]\nn_topics = 4\n")
