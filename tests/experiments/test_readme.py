"""The page: what it says, and that a file's texts cannot break it."""

from __future__ import annotations

import pandas as pd
import pytest

from cio_topics.experiments.readme import number_text, readme_text, wide_table
from cio_topics.experiments.results import results_table, summarize, topics_table
from tests.experiments.conftest import HEAD
from tests.experiments.test_results import failed, record

ABOUT = {"cio_topics": "0.1.0", "corpus": "abc"}


def page_of(design, records, **options):
    results = results_table(design, records)
    summary = summarize(design, results)
    return readme_text(design, results, summary, topics_table(records), ABOUT, **options)


def records_of(numbers, value=lambda n: n / 1000):
    return [
        record({"pool.by": "meeting", "model.kind": "nmf", "model.n_topics": n}, seed, {"diversity": value(n), "nmi": None})
        for n in numbers
        for seed in (0, 1)
    ]  # fmt: skip


@pytest.fixture
def design(write_design):
    return write_design(HEAD + "seeds = 2\n[model]\nn_topics = [4, 8]\n")


def test_question_table_figure_settings_and_how_to_repeat_it(design):
    page = page_of(design, records_of([4, 8]))
    assert page.startswith(
        "# how_many\n\n## 質問 / Question\n\nいくつのトピックがよいか。\n\n## 表"
    )
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert rows[0] == "| model.n_topics | n | diversity | nmi |"
    assert rows[2] == "| 4 | 2 | 0.004 [0.004, 0.004] | – (2 undefined) |"
    assert rows[3] == "| 8 | 2 | **0.008** [0.008, 0.008] | – (2 undefined) |"
    assert "![how_many](figure.png)" in page
    assert "n_topics = [4, 8]" in page
    assert "corpus: abc" in page
    assert "cio-topics experiment run how_many.toml" in page
    assert "7 items, 6 of them coded" in page
    assert "Student's t over 2 seeds" in page
    assert "model.n_topics=8, seed=0 (0.008)\n\n| トピック / topic |" in page
    assert "\n| 1 | 政策 =1 | 計画 |\n" in page
    assert page_of(design, records_of([4, 8])) == page


def test_one_seed_makes_no_interval(write_design):
    page = page_of(write_design(HEAD + "seeds = 1\n[model]\nn_topics = [4]\n"), records_of([4]))
    assert "There are no intervals: one seed" in page
    assert "Student" not in page


def test_english_beside_it(write_design):
    design = write_design(HEAD + 'question_en = "How many?"\n[model]\nn_topics = [4, 8]\n')
    assert "いくつのトピックがよいか。\n\nHow many?\n" in page_of(design, records_of([4]))


def test_draws_are_said(write_design):
    design = write_design(HEAD + "[resample]\ndraws = 20\n[model]\nn_topics = [4, 8]\n")
    page = page_of(design, drawn(records_of([4]), 130, 163))
    assert "what other meetings of the kind might have told: 20 draws of 130 of 163," in page
    assert "With one seed they are too wide" in page
    assert "別の会議ならどうだったか" in page
    several = write_design(HEAD + "seeds = 3\n[resample]\ndraws = 20\n[model]\nn_topics = [4, 8]\n")
    page = page_of(several, drawn(records_of([4]), 130, 163))
    assert "3 seeds a draw; what chance in fitting adds is taken away." in page


def test_too_few_groups_are_said(write_design):
    design = write_design(HEAD + '[resample]\nby = "body"\n[model]\nn_topics = [4, 8]\n')
    page = page_of(design, drawn(records_of([4]), 5, 6))
    assert "There are 6 bodies only: too few for intervals, which need 10." in page
    assert "会議体が6しかない" in page


def drawn(records, n_drawn, n_groups):
    facts = {"n_drawn": n_drawn, "n_groups": n_groups}
    return [one | {"draw": 1, "facts": one["facts"] | facts} for one in records]


def test_no_figure_no_link(design):
    assert "figure.png" not in page_of(design, [failed({"model.n_topics": 4}, 0)], figure=False)


def test_many_rows_are_the_best_and_it_is_said(write_design):
    numbers = list(range(2, 62))
    design = write_design(HEAD + f"[model]\nn_topics = {numbers}\n")
    page = page_of(design, records_of(numbers))
    rows = [line for line in page.splitlines() if line.startswith("| ") and "undefined" in line]
    assert len(rows) == 40
    assert rows[0].startswith("| 61 |")
    assert "The best 40 of 60 rows by diversity; `summary.csv` has all." in page


def test_errors_are_counted(design):
    page = page_of(design, [*records_of([4]), *(failed({"model.n_topics": 8}, n) for n in (0, 1))])
    assert "## 失敗したセル / Failed cells (2 of 4)\n\n- 2 × ValueError: x\n" in page
    assert "| 8 | 2 | – (2 failed) | – (2 failed) |" in page


def test_texts_of_the_file_cannot_break_the_page(write_design):
    design = write_design(
        HEAD + '# ```\n# | a | <b>\n[tokens]\ndictionary = ["a|b", "<script>"]\n', "a.toml"
    )
    records = [
        record({"tokens.dictionary": name, "model.kind": "nmf"}, 0, {"diversity": 1.0, "nmi": 0.5})
        for name in ("a|b", "<script>")
    ]
    page = page_of(design, records)
    assert "| a\\|b | 1 |" in page
    assert "| &lt;script> | 1 |" in page
    assert "\n````toml\n" in page  # a longer fence than any inside


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (-0.5, "-0.500"), (9.9999, "10.000"), (12.34, "12.3"), (-300.0, "-300.0")],
)
def test_numbers(value, text):
    assert number_text(value) == text


def test_wide_table_for_a_terminal_is_not_marked(design):
    records = records_of([4, 8])
    summary = summarize(design, results_table(design, records))
    assert "*" not in wide_table(design, summary)["diversity"].str.cat()


def test_low_is_best_for_a_perplexity(write_design):
    design = write_design(
        'question = "?"\nmetrics = ["perplexity", "covered"]\n[model]\nn_topics = [4, 8]\n'
    )
    records = [
        record({"model.n_topics": n, "model.kind": "nmf"}, 0, {"perplexity": p, "covered": p / 100})
        for n, p in ((4, 50.0), (8, 40.0))
    ]
    table = wide_table(design, summarize(design, results_table(design, records)), bold=True)
    assert table["perplexity"].tolist() == ["50.0", "**40.0**"]
    assert table["covered"].tolist() == ["0.500", "0.400"]  # neither is better
    assert isinstance(table, pd.DataFrame)
