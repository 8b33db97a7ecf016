"""Agreement is what the formulas say by hand, and what the libraries compute."""

from __future__ import annotations

import warnings
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.labels import (
    REASONS,
    coder_agreement,
    corpus_labels,
    label_agreement,
    masi_distance,
    split_themes,
    theme_indicator,
)
from tests.labels.invented import BOOK, IDS, answers, book, corpus

CORPUS = read_example()
EMBEDDED = corpus_labels(CORPUS)
SETS = st.lists(st.sampled_from(IDS[:3]), min_size=1, unique=True).map(";".join)
PAIRS = st.lists(st.tuples(SETS, SETS), min_size=1, max_size=8)
MAYBE = st.lists(st.tuples(*[SETS | st.just("")] * 3), min_size=2, max_size=8)


def measured(table: pd.DataFrame, codebook=BOOK, **chosen) -> pd.DataFrame:
    return label_agreement(table, codebook, **{"n_draws": 50} | chosen)


def row_of(found: pd.DataFrame, measure: str, theme: str = "") -> pd.Series:
    """The first row of a measure and theme."""
    return found[(found["measure"] == measure) & (found["theme"] == theme)].iloc[0]


def value(found: pd.DataFrame, measure: str, theme: str = "") -> float:
    return float(row_of(found, measure, theme)["value"])


class TestMasi:
    @pytest.mark.parametrize(
        ("first", "second", "distance"),
        [
            ("a", "a", 0),
            ("a", "b", 1),
            ("a", "ab", 1 - 1 / 2 * 2 / 3),
            ("abcd", "ab", 1 - 2 / 4 * 2 / 3),
            ("ab", "bc", 1 - 1 / 3 * 1 / 3),
            ("", "a", 1),
            ("", "", 0),
        ],
    )
    def test_by_hand(self, first, second, distance):
        assert masi_distance(set(first), set(second)) == pytest.approx(distance)

    @pytest.mark.parametrize(
        ("first", "second", "nltk"),
        [("12", "1234", 1 - 0.5 * 0.67), ("12", "23", 1 - 1 / 3 * 0.33), ("1", "2", 1.0)],
    )
    def test_nltk_rounds_the_second_factor(self, first, second, nltk):
        """`nltk.metrics.masi_distance` has 0.67 and 0.33 for 2/3 and 1/3."""
        assert masi_distance(set(first), set(second)) == pytest.approx(nltk, abs=0.002)

    @given(SETS, SETS)
    def test_it_is_symmetric_and_zero_for_equal_sets_only(self, first, second):
        one, other = set(split_themes(first)), set(split_themes(second))
        distance = masi_distance(one, other)
        assert distance == masi_distance(other, one)
        assert (distance == 0) == (one == other)
        assert (distance == 1) == one.isdisjoint(other)


class TestByHand:
    def test_alpha_over_sets_with_masi_distance(self):
        # Answers: a three times, a;b once, b twice. Distances: 2/3 from a;b to each, 1 from a to b.
        # Observed: one item differs by 2/3, counted twice of 6: 2/9. By chance:
        # 2 * (3*1*2/3 + 1*2*2/3 + 3*2*1) / (6*5) = 28/45.
        found = measured(answers(["a", "a"], ["a;b", "a"], ["b", "b"]))
        assert value(found, "alpha_masi") == pytest.approx(1 - (2 / 9) / (28 / 45))
        assert value(found, "alpha_sets") == pytest.approx(1 - (2 / 6) / (22 / 30))
        assert value(found, "exact") == pytest.approx(2 / 3)

    def test_three_coders_and_missing_answers_by_theme(self):
        # Theme a, items with two or more answers: yes yes no | no no | yes yes. The item with one
        # answer counts nowhere. Observed: 2 * 2 * 1 / 2 = 2 of 7; by chance 2 * 4 * 3 / (7 * 6).
        table = answers(["a", "a", "b"], ["b", "", "b"], ["a", "a", ""], ["a", "", ""])
        found = measured(table)
        row = row_of(found, "alpha", "a")
        assert row["value"] == pytest.approx(1 - (2 / 7) / (24 / 42))
        assert (row["n"], row["n_given"]) == (3, 2)
        pairs = found[found["theme"] == "micro"].set_index(["coder", "other"])
        assert pairs.index.tolist() == [("x", "y"), ("x", "z"), ("y", "z")]
        assert pairs["n"].tolist() == [2, 2, 1]
        assert pairs["value"].tolist() == [1, pytest.approx(1 / 2), 0]

    def test_krippendorffs_own_example(self):
        """Nominal data of four observers with missing values (Krippendorff 2011, section C)."""
        data = {
            "A": "1 2 3 3 2 1 4 1 2 . . .",
            "B": "1 2 3 3 2 2 4 1 2 5 . 3",
            "C": ". 3 3 3 2 3 4 2 2 5 1 .",
            "D": "1 2 3 3 2 4 4 1 2 5 1 .",
        }
        rows = zip(*(line.replace(".", "").split(" ") for line in data.values()), strict=True)
        table = answers(*[[f"t{v}" if v else "" for v in row] for row in rows], coders="ABCD")
        found = measured(table, book("t1", "t2", "t3", "t4", "t5"))
        assert value(found, "alpha_sets") == pytest.approx(0.743, abs=0.0005)
        assert value(found, "alpha_masi") == pytest.approx(0.743, abs=0.0005)  # no set has two
        assert row_of(found, "alpha_sets")["n"] == 11

    def test_kappa_of_a_coder_who_never_gave_a_theme_is_zero(self):
        found = measured(answers(["a", "b"], ["b", "b"], ["b", "b"]))
        assert value(found, "kappa", "a") == 0
        assert value(found, "f1", "a") == 0


class TestLibraries:
    @settings(max_examples=40)
    @given(MAYBE)
    def test_alpha_is_the_librarys(self, rows):
        """Law: by theme and over sets, any number of answers an item (krippendorff)."""
        table = answers(*rows)
        assume(table["coder"].nunique() > 1)
        found = measured(table, n_draws=1)
        names = {
            themes: place for place, themes in enumerate(sorted({*map(_key, table["themes"])}))
        }
        of_sets = [
            [names[_key(t)] if t else np.nan for t in coder] for coder in zip(*rows, strict=True)
        ]
        of_a = [
            ["a" in split_themes(t) if t else np.nan for t in coder]
            for coder in zip(*rows, strict=True)
        ]
        for measure, theme, ratings in (("alpha_sets", "", of_sets), ("alpha", "a", of_a)):
            assert value(found, measure, theme) == pytest.approx(_library(ratings), nan_ok=True)

    @settings(max_examples=40)
    @given(PAIRS)
    def test_kappa_and_f1_are_scikit_learns(self, rows):
        found = measured(answers(*rows), n_draws=1)
        first, second = (theme_indicator(column, IDS) for column in zip(*rows, strict=True))
        for place, theme in enumerate(IDS):
            one, other = first[:, place], second[:, place]
            if one.any() or other.any():
                assert value(found, "f1", theme) == pytest.approx(f1_score(one, other))
            if len({*one, *other}) > 1:
                assert value(found, "kappa", theme) == pytest.approx(cohen_kappa_score(one, other))
            else:
                assert np.isnan(value(found, "kappa", theme))
        assert value(found, "f1", "micro") == pytest.approx(
            f1_score(first, second, average="micro")
        )
        occurs = (first | second).any(axis=0)
        macro = f1_score(first[:, occurs], second[:, occurs], average="macro")
        assert value(found, "f1", "macro") == pytest.approx(macro)

    def test_a_theme_in_coder_agreement_is_the_same(self):
        found = measured(EMBEDDED, None, corpus=CORPUS)
        table = coder_agreement(CORPUS).set_index("theme")
        for theme in table.index[:-2]:
            for name in ("alpha", "f1"):
                expected = table.loc[theme, name]
                assert value(found, name, theme) == pytest.approx(expected, nan_ok=True)
        assert value(found, "f1", "micro") == pytest.approx(table.loc["micro", "f1"])
        assert value(found, "exact") == pytest.approx(table.loc["exact", "f1"])


def _key(themes: str) -> str:
    return ";".join(sorted(split_themes(themes)))


def _library(ratings: list[list[float]]) -> float:
    """Alpha of the library; no number where it cannot be had."""
    data = np.array(ratings, dtype=float)
    paired = data[:, (~np.isnan(data)).sum(axis=0) > 1]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        return float("nan")
    return float(krippendorff.alpha(paired, level_of_measurement="nominal"))


class TestLaws:
    @settings(max_examples=40)
    @given(PAIRS)
    def test_alpha_is_one_where_all_agree_and_answers_vary(self, rows):
        found = measured(answers(*rows), n_draws=1)
        sets = [[frozenset(split_themes(t)) for t in row] for row in rows]
        agree = all(one == other for one, other in sets)
        vary = len({one for row in sets for one in row}) > 1
        for measure in ("alpha_masi", "alpha_sets"):
            alpha = value(found, measure)
            assert (alpha == 1) == (agree and vary)
            assert np.isnan(alpha) == (not vary)

    @settings(max_examples=40)
    @given(MAYBE, st.randoms(use_true_random=False))
    def test_coders_have_no_rank_and_items_no_order(self, rows, random):
        """Law: the same values and intervals whoever is asked first, whatever item comes first."""
        table = answers(*rows)
        assume(table["coder"].nunique() == 3)
        places = list(range(len(table)))
        random.shuffle(places)
        one = label_agreement(table, BOOK, n_draws=20, coders=["x", "y", "z"])
        for other in (
            label_agreement(table.iloc[places], BOOK, n_draws=20, coders=["x", "y", "z"]),
            label_agreement(table, BOOK, n_draws=20, coders=["z", "y", "x"]),
        ):
            keys = ["measure", "theme", "pair"]
            sides = [
                t.assign(pair=["".join(sorted(p)) for p in t["coder"] + t["other"]]).sort_values(
                    keys, ignore_index=True
                )[[*keys, "value", "low", "high", "n", "reason"]]
                for t in (one, other)
            ]
            pd.testing.assert_frame_equal(*sides)


class TestIntervals:
    def test_meetings_are_drawn_whole(self):
        """Items of one meeting that are right or wrong together tell less than as many alone."""
        rows = [["a", "a"], ["a", "b"]] * 20
        table = answers(*rows)
        meetings = corpus({f"i{n}": f"m{n % 2}{n // 8}" for n in range(40)})
        alone = measured(table, n_draws=500)
        together = measured(table, corpus=meetings, n_draws=500)
        width = [
            row_of(found, "exact")["high"] - row_of(found, "exact")["low"]
            for found in (alone, together)
        ]
        assert value(alone, "exact") == value(together, "exact") == 0.5
        assert width[1] > 1.5 * width[0]

    def test_values_lie_in_their_intervals_and_seeds_decide(self):
        found = label_agreement(EMBEDDED, corpus=CORPUS, n_draws=200)
        known = found.dropna(subset=["low"])
        assert len(known) > 30
        assert (known["low"] <= known["value"]).all()
        assert (known["value"] <= known["high"]).all()
        again = label_agreement(EMBEDDED, corpus=CORPUS, n_draws=200)
        pd.testing.assert_frame_equal(found, again)
        other = label_agreement(EMBEDDED, corpus=CORPUS, n_draws=200, random_state=1)
        assert not found["low"].equals(other["low"])

    @pytest.mark.parametrize(
        ("rows", "measure", "theme", "reason"),
        [
            ([["a", "a"], ["a", "a"]], "alpha_masi", "", "one_answer"),
            ([["a", "a"], ["a", "a"]], "alpha", "a", "always_given"),
            ([["a", "a"], ["a", "a"]], "kappa", "a", "always_given"),
            ([["a", "a"], ["a", "a"]], "alpha", "b", "never_given"),
            ([["a", "a"], ["a", "a"]], "f1", "b", "never_given"),
            ([["a", ""], ["", "a"]], "alpha_masi", "", "no_shared_items"),
            ([["a", ""], ["", "a"]], "exact", "", "no_shared_items"),
            ([["a", ""], ["", "a"]], "f1", "macro", "no_shared_items"),
        ],
    )
    def test_what_cannot_be_had_is_empty_with_its_reason(self, rows, measure, theme, reason):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = measured(answers(*rows))
        row = row_of(found, measure, theme)
        assert row[["value", "low", "high"]].isna().all()
        assert row["reason"] == reason
        assert reason in REASONS

    @pytest.mark.parametrize(
        ("rows", "meetings", "reason"),
        [
            ([["a", "a"], ["b", "b"], ["a", "a"]], "mno", "draws_alike"),
            ([["a", "a"], ["b", "a"], ["a", "a"]], "mmm", "one_meeting"),
        ],
    )
    def test_no_interval_has_its_reason_too(self, rows, meetings, reason):
        of_items = corpus({f"i{place}": name for place, name in enumerate(meetings)})
        found = measured(answers(*rows), corpus=of_items)
        row = row_of(found, "exact", "")
        assert row["value"] == pytest.approx(1 if reason == "draws_alike" else 2 / 3)
        assert row[["low", "high"]].isna().all()
        assert row["reason"] == reason


class TestCoders:
    def test_who_is_compared(self):
        table = answers(["a", "a", "b"], ["b", "b", "a"])
        found = label_agreement(table, BOOK, coders=["z", "x"], n_draws=5)
        assert found.loc[
            found["coder"] != "", ["coder", "other"]
        ].drop_duplicates().values.tolist() == [["z", "x"]]

    @pytest.mark.parametrize(
        ("coders", "error", "said"),
        [
            (["x", "w"], SettingsError, "no label is by the coder 'w'; there are: x, y"),
            (["x", "x"], SettingsError, "a coder is named twice: x, x"),
            (["x"], TooSmallError, "labels of 1 coder; agreement needs at least two"),
        ],
    )
    def test_refusals(self, coders, error, said):
        with pytest.raises(error, match=said):
            label_agreement(answers(["a", "b"]), BOOK, coders=coders)

    def test_an_unknown_theme(self):
        with pytest.raises(SettingsError, match="unknown theme 'd'"):
            label_agreement(answers(["d", "a"]), BOOK)


def test_the_page_on_labels_states_what_is_found():
    found = measured(EMBEDDED, None, corpus=CORPUS, n_draws=1000)
    page = (Path(__file__).parents[2] / "docs" / "labels.md").read_text("utf-8")
    for key in (("alpha_masi",), ("f1", "micro"), ("alpha", "system_reform")):
        row = row_of(found, *key)
        assert f"{row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]" in page
    low, exact, high = (100 * row_of(found, "exact")[name] for name in ("low", "value", "high"))
    assert f"{exact:.1f} % [{low:.1f}, {high:.1f}]" in page
    alphas = found[found["measure"] == "alpha"].set_index("theme")["value"]
    assert alphas.idxmin() == "system_reform"
    perfect = {"egov_plan", "security", "my_number", "open_data", "e_records"}
    assert set(alphas.index[alphas == 1]) == perfect
