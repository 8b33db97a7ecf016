"""Scores agree with scikit-learn and with hand counts; no meeting is on both sides."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from sklearn.model_selection import GroupKFold, cross_val_predict

from cio_topics.codebook import Codebook, Rule, Theme, read_codebook
from cio_topics.corpus import Corpus, read_example
from cio_topics.errors import SettingsError
from cio_topics.themes import (
    CodebookClassifier,
    coder_agreement,
    evaluate_codebook,
    evaluation,
    theme_indicator,
    theme_scores,
)

IDS = ("a", "b", "c")
BOOK = Codebook(
    "1",
    "1",
    "試験",
    "invented",
    tuple(Theme(name, name, name, rules=(Rule(name, any=(name,)),)) for name in IDS),
)
CORPUS = read_example()


def corpus(labels: pd.DataFrame, meetings: list[str] | None = None) -> Corpus:
    """An invented corpus with one item a label; item i belongs to meeting `meetings[i]`."""
    meetings = meetings or [f"m{row}" for row in range(len(labels))]
    unique = list(dict.fromkeys(meetings))
    tables = {
        "meetings": pd.DataFrame(
            {"meeting_id": unique, "body": "試験会議", "date": "2009", "date_precision": "year"}
        ),
        "items": pd.DataFrame(
            {"item_id": labels["item_id"], "meeting_id": meetings, "title": labels["themes"]}
        ),
        "theme_labels": labels,
    }
    return Corpus(tables)


def labels(*pairs: tuple[str, str]) -> pd.DataFrame:
    """Label rows from the two coders' themes; the first coder is right."""
    return pd.DataFrame(
        {
            "item_id": [f"i{row}" for row in range(len(pairs))],
            "themes": [a or b or "a" for a, b in pairs],
            "coder_a": [a for a, _ in pairs],
            "coder_b": [b for _, b in pairs],
        }
    )


matrices = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*(arrays(int, (n, 3), elements=st.integers(0, 1)) for _ in range(2)))
)


@settings(max_examples=60, deadline=None)
@given(matrices)
def test_scores_are_those_of_scikit_learn(pair):
    truth, found = pair
    scores = theme_scores(truth, found, IDS, range(len(truth)), n_draws=5).set_index("theme")
    columns = ["precision", "recall", "f1"]

    def reference(average):
        return precision_recall_fscore_support(truth, found, average=average, zero_division=np.nan)

    occurs = truth.any(axis=0)  # a theme that never occurs has no F1 here
    by_theme = np.array(reference(None)[:3])
    by_theme[2, ~occurs] = np.nan
    np.testing.assert_allclose(scores.loc[list(IDS), columns].T, by_theme)
    assert scores.loc[list(IDS), "n"].tolist() == truth.sum(axis=0).tolist()
    assert scores.loc[list(IDS), "n_found"].tolist() == found.sum(axis=0).tolist()
    np.testing.assert_allclose(scores.loc["micro", columns].astype(float), reference("micro")[:3])
    macro = by_theme[2, occurs].mean() if occurs.any() else np.nan
    np.testing.assert_allclose(scores.loc["macro", "f1"], macro)
    assert scores.loc["exact", "f1"] == pytest.approx(accuracy_score(truth, found))
    assert scores.loc["exact", "n"] == len(truth)
    assert scores.loc["micro", "n"] == truth.sum()


@settings(max_examples=60, deadline=None)
@given(matrices)
def test_wilson_intervals_contain_their_estimates(pair):
    scores = theme_scores(*pair, IDS, range(len(pair[0])), n_draws=5)
    for name in ("precision", "recall"):
        known = scores[scores[name].notna()]
        assert (known[f"{name}_low"] <= known[name]).all()
        assert (known[name] <= known[f"{name}_high"]).all()
        unknown = scores[scores[name].isna()]
        assert unknown[[f"{name}_low", f"{name}_high"]].isna().all(axis=None)


def test_scores_by_hand():
    truth = np.array([[1, 0], [1, 0], [1, 1], [0, 1]])
    found = np.array([[1, 0], [1, 1], [0, 1], [0, 1]])
    scores = theme_scores(truth, found, ("a", "b"), list("wxyz")).set_index("theme")
    assert scores.loc["a", ["precision", "recall", "f1"]].tolist() == [1, 2 / 3, 0.8]
    assert scores.loc["b", ["precision", "recall", "f1"]].tolist() == [2 / 3, 1, 0.8]
    # over all: 5 given, 5 found, 4 of them rightly
    assert scores.loc["micro", ["n", "n_found"]].tolist() == [5, 5]
    assert scores.loc["micro", ["precision", "recall", "f1"]].tolist() == [0.8, 0.8, 0.8]
    assert scores.loc["macro", "f1"] == pytest.approx(0.8)
    assert scores.loc["exact", "f1"] == 0.5


def test_a_theme_that_never_occurs_has_no_scores_and_does_not_lower_the_mean():
    truth = np.array([[1, 0], [1, 0]])
    scores = theme_scores(truth, truth, ("a", "b"), ["x", "y"]).set_index("theme")
    assert scores.loc["b", ["precision", "recall", "f1", "f1_low"]].isna().all()
    assert scores.loc["macro", "f1"] == 1


def test_meetings_are_drawn_whole():
    # ten items: as independent items half of them right is uncertain; as two like meetings it is
    # either sure (both alike) or wide open (one all right, one all wrong)
    truth = np.ones((10, 1), dtype=int)
    mixed = np.array([[1], [0]] * 5)
    apart = np.array([[1]] * 5 + [[0]] * 5)
    halves = ["x"] * 5 + ["y"] * 5
    alike = theme_scores(truth, mixed, ("a",), list("xxyyxxyyxy")).set_index("theme")
    split = theme_scores(truth, apart, ("a",), halves).set_index("theme")
    assert split.loc["exact", ["f1_low", "f1_high"]].tolist() == [0, 1]
    assert alike.loc["exact", "f1_low"] > 0.3
    alone = theme_scores(truth, mixed, ("a",), ["x"] * 10).set_index("theme")
    assert alone[["f1_low", "f1_high"]].isna().all(axis=None)  # one meeting cannot tell


def test_intervals_repeat_with_their_seed():
    rng = np.random.default_rng(0)
    truth, found = rng.integers(0, 2, (2, 40, 3))
    groups = np.repeat(np.arange(10), 4)
    first, again, other = (
        theme_scores(truth, found, IDS, groups, random_state=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["f1_low"].equals(other["f1_low"])
    known = first[first["f1"].notna()]
    assert known["f1"].between(known["f1_low"], known["f1_high"]).all()


class TestEvaluateCodebook:
    def test_no_meeting_is_on_both_sides(self, monkeypatch):
        folds = []

        class Spy(CodebookClassifier):
            def fit_hits(self, hits, y):
                self.training = {hit.row for hit in hits}
                return super().fit_hits(hits, y)

            def predict_hits(self, n_rows, hits):
                folds.append((self.training, {hit.row for hit in hits}))
                return super().predict_hits(n_rows, hits)

        monkeypatch.setattr(evaluation, "CodebookClassifier", Spy)
        evaluate_codebook(CORPUS, n_splits=4)
        meeting = CORPUS.agenda().merge(CORPUS.theme_labels, on="item_id")["meeting_id"]
        assert len(folds) == 4
        for training, held_out in folds:
            assert held_out
            assert set(meeting[list(training)]).isdisjoint(meeting[list(held_out)])
        tested = [row for _, held_out in folds for row in held_out]
        assert len(tested) == len(set(tested))  # each item is held out once

    @pytest.mark.parametrize("seen_only", [False, True])
    def test_it_is_a_grouped_cross_validation(self, seen_only):
        """Matching once must give what scikit-learn gives when it matches in every fold."""
        coded = CORPUS.agenda().merge(CORPUS.theme_labels, on="item_id")
        ids = read_codebook().ids
        truth = theme_indicator(coded["themes"], ids)
        found = cross_val_predict(
            CodebookClassifier(seen_only=seen_only),
            coded,
            truth,
            groups=coded["meeting_id"],
            cv=GroupKFold(5),
        )
        expected = theme_scores(truth, found, ids, coded["meeting_id"])
        pd.testing.assert_frame_equal(evaluate_codebook(CORPUS, seen_only=seen_only), expected)

    def test_on_the_embedded_corpus(self):
        scores = evaluate_codebook(CORPUS).set_index("theme")
        assert list(scores.index) == [*read_codebook().ids, "micro", "macro", "exact"]
        assert scores.loc["exact", "n"] == len(CORPUS.theme_labels)
        known = scores[scores["f1"].notna()]
        assert known["f1"].between(known["f1_low"], known["f1_high"]).all()
        strict = evaluate_codebook(CORPUS, seen_only=True).set_index("theme")
        assert strict.loc["micro", "recall"] < scores.loc["micro", "recall"]

    def test_fewer_splits_where_there_are_fewer_meetings(self):
        rows = labels(("a", "a"), ("b", "b"), ("a", "a"))
        scores = evaluate_codebook(corpus(rows, ["m1", "m1", "m2"]), BOOK).set_index("theme")
        assert scores.loc["exact", "f1"] == 1  # the titles are the themes' own names

    @pytest.mark.parametrize(("rows", "count"), [(0, 0), (2, 1)])
    def test_fewer_than_two_meetings_are_refused(self, rows, count):
        few = labels(*[("a", "a")] * rows)
        small = (
            corpus(few, ["m1"] * rows)
            if rows
            else Corpus(CORPUS.filter().tables | {"theme_labels": CORPUS.theme_labels[:0]})
        )
        with pytest.raises(SettingsError, match=f"{count} meetings have coded items; .* two"):
            evaluate_codebook(small, BOOK if rows else None)

    def test_one_split_is_refused(self):
        with pytest.raises(SettingsError):
            evaluate_codebook(CORPUS, n_splits=1)


class TestCoderAgreement:
    def test_by_hand(self):
        # theme a: both, first only, neither, neither. Of the 8 codings 3 say yes; 2 coincidences
        # of 8 disagree, 30 of 56 would by chance: alpha = 1 - (2/8) / (30/56)
        rows = labels(("a", "a"), ("a;b", "b"), ("b", "b"), ("b", "b"))
        table = coder_agreement(corpus(rows), BOOK).set_index("theme")
        assert table.loc["a", ["n_a", "n_b", "n_both"]].tolist() == [2, 1, 1]
        assert table.loc["a", "alpha"] == pytest.approx(1 - (2 / 8) / (30 / 56))
        assert table.loc["a", "f1"] == pytest.approx(2 / 3)
        assert table.loc["b", ["f1", "alpha"]].tolist() == [1, 1]
        assert table.loc["c", ["f1", "alpha"]].isna().all()  # nobody ever gave it
        assert table.loc["micro", ["n_a", "n_b", "n_both"]].tolist() == [5, 4, 4]
        assert table.loc["micro", "f1"] == pytest.approx(8 / 9)
        assert table.loc["exact", "f1"] == 0.75
        assert table.loc["exact", ["n_a", "n_b", "n_both"]].tolist() == [4, 4, 3]

    def test_order_within_a_coding_means_nothing(self):
        rows = labels(("a;b", "b;a"), ("c", "c"))
        assert coder_agreement(corpus(rows), BOOK).set_index("theme").loc["exact", "f1"] == 1

    def test_items_that_one_coder_left_out_are_not_compared(self):
        rows = labels(("a", "a"), ("b", ""), ("", "b"), ("b", "b"))
        table = coder_agreement(corpus(rows), BOOK).set_index("theme")
        assert table.loc["exact", "n_a"] == 2
        assert table.loc["b", ["n_a", "n_b"]].tolist() == [1, 1]

    def test_without_two_codings_nothing_is_known(self):
        table = coder_agreement(corpus(labels(("a", ""))), BOOK)
        assert table[["f1", "alpha"]].isna().all(axis=None)
        assert (table[["n_a", "n_b", "n_both"]] == 0).all(axis=None)

    def test_the_embedded_labels(self):
        """What the corpus' README says of the first codings, as far as these 191 items tell."""
        table = coder_agreement(CORPUS).set_index("theme")
        assert (table.loc[["e_records", "my_number", "open_data"], "alpha"] == 1).all()
        assert table["alpha"].idxmin() == "system_reform"
        assert table.loc["micro", "f1"] == pytest.approx(0.949, abs=0.005)
        assert table.loc["exact", "f1"] == pytest.approx(0.902, abs=0.005)

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=15))
    def test_alpha_is_the_formula_of_two_coders(self, codings):
        """Law: 1 - (N - 1) * discordant / (n_yes * n_no) with N = 2n codings, counted in pairs."""
        yes = sum(a + b for a, b in codings)
        no = 2 * len(codings) - yes
        assume(yes and no)
        discordant = sum(a != b for a, b in codings)
        rows = labels(*[("a" if a else "b", "a" if b else "b") for a, b in codings])
        alpha = coder_agreement(corpus(rows), BOOK).set_index("theme").loc["a", "alpha"]
        expected = 1 - (2 * len(codings) - 1) * discordant / (yes * no)
        assert alpha == pytest.approx(expected)
