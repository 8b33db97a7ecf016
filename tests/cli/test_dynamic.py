"""The command ``cio-topics dynamic``."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from cio_topics.cli.output import display_width
from cio_topics.corpus import read_example
from cio_topics.topics import fit_topics, make_topic_model, pool_titles, topic_weights
from cio_topics.topics.dynamic import LdaSeq, topic_shares

CORPUS = read_example()
FEW = ("dynamic", "--topics", "4", "--by", "government")


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    agenda = CORPUS.agenda()
    model = fit_topics(make_topic_model("nmf", n_topics=4), pool_titles(agenda, "meeting"))
    weights = topic_weights(model, agenda.set_index("item_id")["title"])
    return topic_shares(weights, agenda, period="government")


def test_one_block_a_topic_one_line_a_period(run, shares):
    shown = run(*FEW)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert max(map(display_width, lines)) <= 100
    assert [line.split()[0] for line in lines if line.startswith("topic_")] == [
        f"topic_0{n}" for n in range(1, 5)
    ]
    for row in shares.itertuples():
        numbers = f"{100 * row.share:.0f}% [{100 * row.share_low:.0f}-{100 * row.share_high:.0f}]"
        assert any(
            line.split()[:2] == [row.period, str(row.n_items)] and numbers in line for line in lines
        )


def test_csv_has_a_row_a_period_and_topic_with_its_words(run, shares):
    shown = run(*FEW, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(shown.out)))
    assert [row["topic"] for row in rows] == shares["topic"].tolist()
    assert [float(row["share"]) for row in rows] == pytest.approx(shares["share"].tolist())
    assert all(row["name"] and row["terms"] for row in rows)


def test_json_has_names_shares_and_words(run, tmp_path):
    target = tmp_path / "topics.json"
    assert run(*FEW, "--format", "json", "-o", target).code == 0
    content = json.loads(target.read_text("utf-8"))
    assert set(content["names"]) == {row["topic"] for row in content["words"]}
    assert content["manifest"]["settings"] == {
        **{"by": "government", "model": "nmf", "n_topics": 4, "pool": "meeting", "seed": 0},
        "conditions": "",
    }
    assert {"period", "topic", "n", "n_items", "share_low"} <= set(content["shares"][0])


def test_topics_that_change(run):
    shown = run(*FEW, "--model", "dtm", "--format", "json", "--since", "2009-01-01")
    content = json.loads(shown.out)
    words = pd.DataFrame(content["words"])
    by_period = words.groupby(["topic", "period"])["term"].agg(tuple).unstack()
    assert (by_period["ldp_led"] != by_period["democratic_led"]).any()
    assert words["probability"].between(0, 1).all()
    assert content["manifest"]["settings"]["model"] == "dtm"


def test_what_would_take_too_long_is_refused_before_it_begins(run, monkeypatch):
    monkeypatch.setattr(LdaSeq, "_estimate", lambda self, slices: 12_345.0)
    refused = run(*FEW, "--model", "ldaseq")
    assert refused.code == 2
    assert "about 3 h 26 min here; expected at most 10 min" in refused.err
    assert "--yes" in refused.err


@pytest.mark.parametrize("yes", [(), ("--yes",)], ids=["short", "yes"])
def test_ldaseq_tells_how_long_it_will_take(run, monkeypatch, yes):
    monkeypatch.setattr(LdaSeq, "_estimate", lambda self, slices: 12_345.0 if yes else 12.0)
    shown = run("dynamic", "--by", "government", "--topics", "2", "--model", "ldaseq", *yes,
                "--since", "2012-01-01", "--until", "2013-12-31")  # fmt: skip
    assert shown.code == 0
    said = "3 h 26 min" if yes else "12 s"
    assert f"ldaseq will take about {said}, give or take" in shown.err  # also without a terminal
    assert shown.out.startswith("period")


def test_pools_of_several_periods_are_refused(run):
    refused = run("dynamic", "--model", "dtm", "--by", "fiscal_year", "--pool", "body_year")
    assert refused.code == 2
    assert "会議ごとにまとめる" in refused.err


def test_too_few_items(run):
    refused = run(*FEW, "--until", "2000-07-31")
    assert refused.code == 2
    assert "no item that meets the conditions. Widen --since" in refused.err
