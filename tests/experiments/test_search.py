"""A search: the same trials for the same file, however often it is interrupted."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from cio_topics.errors import MissingPartError
from cio_topics.experiments.answer import tables_of, write_answer
from cio_topics.experiments.experiment import open_experiment, run_experiment, state_of
from cio_topics.experiments.run import RunSettings
from cio_topics.experiments.search import iterate_trials, trials_table, value_of
from tests.experiments.conftest import HEAD
from tests.experiments.test_experiment import FILES, contents

SEARCH = '[search]\nmetric = "nmi"\nn_trials = {n}\n'
TEXT = (
    HEAD + "seeds = 2\n[model]\nn_topics = {low = 3, high = 9}\n"
    '[tokens]\ncompounds = ["short", "long"]\n' + SEARCH.format(n=5)
)


def settings_of(state):
    return [dict(cell.settings) for cell in state.cells[::2]]


@pytest.fixture
def opened(write_design):
    return open_experiment(write_design(TEXT))


class TestTrials:
    def test_are_cells_with_every_seed(self, opened):
        state = run_experiment(opened)
        assert state.trials == [n for n in range(5) for _ in range(2)]
        assert [cell.seed for cell in state.cells] == [0, 1] * 5
        for settings in settings_of(state):
            assert 3 <= settings["model.n_topics"] <= 9
            assert settings["tokens.compounds"] in ("short", "long")
        assert state_of(opened) == state

    def test_an_interrupted_search_asks_for_the_same(self, opened, tmp_path):
        def interrupt(progress):
            if progress.n_done == 5:  # in the middle of the third trial
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_experiment(opened, RunSettings(progress=interrupt))
        assert state_of(opened).trials == [0, 0, 1, 1]
        write_answer(opened, run_experiment(opened))
        whole = open_experiment(opened.design, tmp_path / "at_once")
        write_answer(whole, run_experiment(whole, RunSettings(n_jobs=2)))
        assert contents(opened.folder) == contents(whole.folder)
        assert (opened.folder / FILES[1]).exists()

    def test_more_trials_begin_with_those_that_are_done(self, opened, write_design):
        few = run_experiment(opened)
        seen = []
        text = TEXT.replace("n_trials = 5", "n_trials = 7")
        more = open_experiment(write_design(text))
        state = run_experiment(more, RunSettings(progress=seen.append))
        assert state.cells[:10] == few.cells
        assert len(seen) <= 4

    def test_another_seed_asks_for_others(self, opened, write_design):
        other = open_experiment(write_design(TEXT + "seed = 1\n"))
        assert settings_of(run_experiment(opened)) != settings_of(run_experiment(other))

    def test_trials_that_fail_are_recorded(self, write_design):
        text = (
            HEAD
            + "[model]\nn_topics = {low = 150, high = 400}\n"
            + SEARCH.format(n=4)
            + "seed = 3\n"
        )
        opened = open_experiment(write_design(text))
        state = run_experiment(opened)
        assert state.n_failed > 0
        assert state.n_failed + state.n_done == 4
        results, _ = tables_of(opened, state)
        assert results["trial"].tolist() == [0, 1, 2, 3]
        write_answer(opened, state)

    def test_a_model_among_several_is_chosen_with_its_own_settings(self, write_design):
        text = (
            HEAD + '[[model]]\nkind = "nmf"\nn_topics = {low = 3, high = 5}\n'
            '[[model]]\nkind = "lda"\nn_topics = 8\nmax_iter = {low = 2, high = 4}\n'
            "doc_topic_prior = {low = 0.01, high = 1.0, log = true}\n" + SEARCH.format(n=8)
        )
        opened = open_experiment(write_design(text))
        found = []
        answers = iterate_trials(
            opened.design,
            opened.basis,
            lambda cells: found.append(cells[0].settings) or [{"measures": {"nmi": 0.5}}],
        )
        assert len(list(answers)) == 8
        assert {s["model.kind"] for s in found} == {"nmf", "lda"}
        for settings in found:
            if settings["model.kind"] == "lda":
                assert settings["model.n_topics"] == 8
                assert settings["model.max_iter"] in (2, 3, 4)
                assert 0.01 <= settings["model.doc_topic_prior"] <= 1.0
            else:
                assert 3 <= settings["model.n_topics"] <= 5
                assert "model.max_iter" not in settings

    def test_the_page_has_the_best_first_and_no_digits_to_spare(self, write_design):
        text = (
            HEAD + "[vectors]\nmax_df = {low = 0.2, high = 0.9}\n"
            '[[model]]\nkind = "nmf"\nn_topics = {low = 3, high = 9}\n'
            '[[model]]\nkind = "mixture"\nn_topics = {low = 3, high = 9}\n'
            "doc_topic_prior = {low = 0.05, high = 0.5}\n" + SEARCH.format(n=6)
        )
        opened = open_experiment(write_design(text))
        state = run_experiment(opened)
        results, summary = tables_of(opened, state)
        assert results["model.doc_topic_prior"].isna().any()  # nmf has none
        write_answer(opened, state)
        page = (opened.folder / "README.md").read_text("utf-8")
        table = page.partition("## 表")[2].partition("## 図")[0]
        rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
        found = [float(row[-1].strip(" |*")) for row in rows]
        assert found == sorted(found, reverse=True)
        assert max(len(row[0].strip("| ")) for row in rows) <= 6
        assert len(summary) == 6 * 2

    def test_finds_what_is_better(self, write_design):
        """The value is the number of topics: trials come near its end."""
        text = HEAD + "[model]\nn_topics = {low = 2, high = 100}\n" + SEARCH.format(n=40)
        opened = open_experiment(write_design(text))

        def answer(cells):
            return [{"measures": {"nmi": cells[0].settings["model.n_topics"] / 100}}]

        trials = iterate_trials(opened.design, opened.basis, answer)
        tried = [trial.cells[0].settings["model.n_topics"] for trial, _ in trials]
        assert sum(tried[-20:]) / 20 > sum(tried[:10]) / 10 + 10
        assert max(tried) > 90


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.5, 0.7], 0.6), ([0.5, None], 0.5), ([None], None), ([], None)],
)
def test_value_of_a_trial(values, expected):
    records = [{"measures": {"nmi": value}} for value in values]
    assert value_of(records, "nmi") == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("direction", "best"), [("maximize", [0.2, 0.2, 0.5, 0.5]), ("minimize", [0.2, 0.2, 0.2, 0.1])]
)
def test_best_so_far(write_design, direction, best):
    design = write_design(HEAD + SEARCH.format(n=4) + f'direction = "{direction}"\n')
    results = pd.DataFrame({"trial": [0, 1, 2, 2, 3], "nmi": [0.2, None, 0.4, 0.6, 0.1]})
    table = trials_table(design, results)
    assert table["value"].tolist()[2] == pytest.approx(0.5)
    assert table["best"].tolist() == pytest.approx(best)


def test_without_optuna(opened, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingPartError, match=r"cio-topics\[optuna\]"):
        run_experiment(opened)
