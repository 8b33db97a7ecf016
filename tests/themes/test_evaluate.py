"""Scores of items that nobody learned from: by hand, by scikit-learn, and the same every time."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score

from cio_topics.codebook import Codebook, Rule, Theme, read_codebook
from cio_topics.corpus import Corpus
from cio_topics.errors import CioTopicsError, SettingsError
from cio_topics.labels import theme_indicator
from cio_topics.themes.evaluate import DEFAULT_PREDICTORS, Evaluation, evaluate_themes
from cio_topics.themes.held_out import FLOORS, held_out_answers
from cio_topics.themes.splits import item_groups
from cio_topics.themes.train import labelled_items

MEASURES = ["micro_f1", "macro_f1", "exact", "micro_precision", "micro_recall", "average_precision"]
CHEAP = {"predictors": ["rules", "majority"], "n_draws": 20}


def corpus(titles: list[str], themes: list[str], per_meeting: int = 2) -> Corpus:
    """Items of meetings from 2003 on, three years apart, of two bodies in turn."""
    n = len(titles)
    meetings = [f"m{place // per_meeting}" for place in range(n)]
    unique = list(dict.fromkeys(meetings))
    days = [f"{2003 + 3 * place}-06-01" for place in range(len(unique))]
    bodies = [("庭の会", "空の会")[place % 2] for place in range(len(unique))]
    ids = [f"i{place}" for place in range(n)]
    return Corpus(
        {
            "meetings": pd.DataFrame(
                {"meeting_id": unique, "body": bodies, "date": days, "date_precision": "day"}
            ),
            "items": pd.DataFrame({"item_id": ids, "meeting_id": meetings, "title": titles}),
            "theme_labels": pd.DataFrame({"item_id": ids, "themes": themes}),
        }
    )


@pytest.fixture(scope="module")
def small(invented, book) -> Corpus:
    table, labels = invented
    ids = np.array(book.ids)
    return corpus(table["title"].tolist(), [";".join(ids[row == 1]) for row in labels])


@pytest.fixture(scope="module")
def found(example) -> Evaluation:
    return evaluate_themes(
        example, predictors=["rules", *FLOORS], n_repeats=2, n_draws=50, random_state=1
    )


def test_every_design_and_predictor_has_its_rows(found):
    keys = found.overall[["design", "predictor"]].values.tolist()
    names = ["rules", *FLOORS]
    assert keys == [[d, p] for d in ("meetings", "forward", "bodies") for p in names]
    themes = found.themes.groupby(["design", "predictor"], sort=False)["theme"].apply(list)
    assert themes.index.tolist() == [tuple(key) for key in keys]
    assert all(of == list(read_codebook().ids) for of in themes)
    assert set(found.parts["design"]) == {"forward", "bodies"}
    assert found.coverage.empty  # rules have no sets
    assert found.coverage.columns.tolist()[:3] == ["design", "asked", "coverage"]
    assert set(found.reliability["design"]) == {"meetings", "forward", "bodies"}


def test_scores_lie_in_their_intervals(found):
    for name in MEASURES:
        low, value, high = (found.overall[c] for c in (f"{name}_low", name, f"{name}_high"))
        assert (low <= value + 1e-9).all()
        assert (value <= high + 1e-9).all()
        assert low.min() >= 0
        assert high.max() <= 1
    shown = found.themes.dropna(subset=["f1_low"])
    assert (shown["f1_low"] <= shown["f1"] + 1e-9).all()


def test_rules_beat_both_floors(found):
    scores = found.overall.set_index(["design", "predictor"])["micro_f1"].unstack()
    assert (scores["rules"] > scores["plain"]).all()
    assert (scores["plain"] > scores["majority"]).all()


def test_scores_are_those_of_scikit_learn(found, fitted, example):
    codebook = read_codebook()
    table = labelled_items(example)
    for name in ("rules", "plain"):
        answers = held_out_answers(
            table, fitted.labels, codebook, name, "meetings", n_repeats=2, random_state=1
        )
        truth = fitted.labels[answers.rows]
        key = (found.overall["design"] == "meetings") & (found.overall["predictor"] == name)
        row = found.overall[key].iloc[0]
        assert row["micro_f1"] == pytest.approx(f1_score(truth, answers.chosen, average="micro"))
        occurs = truth.any(axis=0)
        by_theme = f1_score(truth, answers.chosen, average=None, zero_division=0)
        assert row["macro_f1"] == pytest.approx(by_theme[occurs].mean())
        assert row["exact"] == pytest.approx((truth == answers.chosen).all(axis=1).mean())
        assert row["brier"] == pytest.approx(((answers.probabilities - truth) ** 2).mean())
        precisions = [
            average_precision_score(truth[of][:, k], answers.probabilities[of][:, k])
            for of in (answers.repeats == 0, answers.repeats == 1)
            for k in np.flatnonzero(occurs)
        ]
        assert row["average_precision"] == pytest.approx(np.mean(precisions))
        assert row["n"] == len(table)
        assert row["n_meetings"] == len(set(item_groups(table)))


def test_themes_without_any_item_have_no_scores(found):
    fallback = found.themes[found.themes["theme"] == "other"]
    assert (fallback["n"] == 0).all()
    assert fallback[["recall", "average_precision"]].isna().all(axis=None)
    assert found.overall["macro_f1"].notna().all()


def test_errors_are_items_that_were_wrong_in_most_repeats(example, fitted):
    settings = {"n_repeats": 2, "random_state": 1}
    found = evaluate_themes(
        example, predictors=["plain"], designs=["meetings"], n_draws=5, **settings
    ).errors
    codebook, table = read_codebook(), labelled_items(example)
    answers = held_out_answers(
        table, fitted.labels, codebook, "plain", "meetings", n_repeats=2, random_state=1
    )
    wrong = (fitted.labels[answers.rows] != answers.chosen).any(axis=1)
    share = pd.Series(wrong).groupby(answers.rows).mean()
    assert set(share) == {0, 0.5, 1}
    assert found["item_id"].tolist() == table["item_id"][share[share > 0.5].index].tolist()
    assert (found["wrong"] == 1).all()
    assert (found["themes"] != found["found"]).all()
    titles = table.set_index("item_id").loc[found["item_id"], "title"]
    assert found["title"].tolist() == titles.tolist()


def test_the_ceiling_is_the_agreement_of_the_codings(found):
    assert sorted(found.ceiling["measure"]) == ["exact", "macro_f1", "micro_f1"]
    assert found.ceiling["value"].between(0.5, 1).all()


def test_a_seed_gives_the_same_and_so_does_any_number_of_processes(small, book):
    one, two = (
        evaluate_themes(small, book, n_splits=2, n_repeats=1, n_jobs=jobs, **CHEAP)
        for jobs in (1, 2)
    )
    for a, b in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(a, b)
    other = evaluate_themes(
        small, book, n_splits=2, n_repeats=1, random_state=1, designs=["meetings"], **CHEAP
    )
    assert not other.overall.equals(one.overall[:2])


def test_a_tiny_corpus_by_hand(book):
    """Four meetings; the rules err on one item of eight."""
    titles = ["花", "犬", "花の絵", "猫", "星座", "犬の絵", "木の葉", "桜"]
    themes = ["plants", "animals", "plants", "animals", "stars", "animals", "plants", "plants"]
    found = evaluate_themes(
        corpus(titles, themes), book, designs=["bodies"], predictors=["rules"], n_draws=20
    )
    row = found.overall.iloc[0]
    assert (row["n"], row["n_meetings"]) == (8, 4)
    assert row["exact"] == 7 / 8
    assert row["empty"] == 1 / 8
    assert row["micro_f1"] == pytest.approx(2 * 7 / (8 + 8))
    assert found.errors[["title", "themes", "found"]].values.tolist() == [["桜", "plants", "other"]]
    assert found.parts["part"].tolist() == ["庭の会", "空の会"]
    assert found.parts["n"].tolist() == [4, 4]
    assert found.parts["exact"].tolist() == [1, 3 / 4]
    assert found.ceiling.empty  # coded once


def test_how_often_sets_hold_all_themes(small, book):
    found = evaluate_themes(
        small, book, predictors=["linear"], designs=["bodies"], coverage=0.3, n_draws=20
    )
    table = labelled_items(small)
    truth = theme_indicator(table["themes"], book.ids)
    answers = held_out_answers(table, truth, book, "linear", "bodies", coverage=0.3)
    held = [
        all(given for given, true in zip(answers.sets[k], truth[row], strict=True) if true)
        for k, row in enumerate(answers.rows)
    ]
    assert 0 < np.mean(held) < 1
    row = found.coverage.iloc[0]
    assert (row["design"], row["asked"]) == ("bodies", 0.3)
    assert row["coverage"] == pytest.approx(np.mean(held))
    assert row["mean_size"] == pytest.approx(answers.sets.sum(axis=1).mean())
    assert row["single"] == pytest.approx((answers.sets.sum(axis=1) == 1).mean())
    assert row["novel"] == pytest.approx(answers.novel.mean())


def test_two_themes_without_a_fallback():
    """An item of all themes: none is falsely most probable."""
    rules = [(Rule("a", any=("花",)),), (Rule("b", any=("犬",)),)]
    book = Codebook(
        *("1", "1", "試験", "invented"),
        tuple(Theme(name, name, name, rules=of) for name, of in zip("ab", rules, strict=True)),
    )
    titles = ["花", "犬", "花の絵", "犬の絵", "空", "花壇", "犬小屋", "土"]
    themes = ["a", "b", "a", "b", "a;b", "a", "b", "a;b"]
    found = evaluate_themes(
        corpus(titles, themes), book, designs=["bodies"], predictors=["rules"], n_draws=20
    )
    assert found.errors["title"].tolist() == ["空", "土"]
    assert (found.overall["empty"] == 0).all()


def test_labels_of_somebody_else(small, book):
    table = labelled_items(small)
    labels = pd.DataFrame({"item_id": table["item_id"], "themes": "plants"})
    labels.loc[::2, "themes"] = "stars"
    labels.loc[1, "themes"] = ""  # not labelled
    found = evaluate_themes(small, book, labels, designs=["bodies"], **CHEAP)
    assert found.overall["n"].tolist() == [11, 11]
    assert found.themes.loc[found.themes["predictor"] == "rules", "n"].tolist() == [5, 0, 6, 0]


def test_progress_names_what_is_done(small, book):
    seen = []
    evaluate_themes(
        small, book, designs=["bodies"], progress=lambda *what: seen.append(what), **CHEAP
    )
    assert seen == [
        *[("rules, bodies", 1, 2), ("rules, bodies", 2, 2)],
        *[("majority, bodies", 1, 2), ("majority, bodies", 2, 2)],
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"predictors": []}, "no predictor"),
        ({"designs": []}, "no design"),
        ({"predictors": ["rules", "forest"]}, "unknown predictor 'forest'"),
        ({"designs": ["bodies", "chance"]}, "unknown design 'chance'"),
        ({"coverage": 1.0}, "coverage is '1.0'"),
        ({"n_splits": 1}, "expected at least two of both"),
        ({"n_jobs": 0}, "n_jobs is 0"),
        ({"n_repeats": 0}, "n_repeats is '0'; expected 1 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_learned(settings, message, small, book):
    seen = []
    with pytest.raises(SettingsError, match=message):
        evaluate_themes(small, book, **CHEAP | settings, progress=lambda *what: seen.append(what))
    assert seen == []


def test_items_that_nobody_labelled(small, book):
    nobody = pd.DataFrame({"item_id": ["i0", "i1"], "themes": ""})
    with pytest.raises(SettingsError, match="no item of this corpus is labelled"):
        evaluate_themes(small, book, nobody, **CHEAP)
    with pytest.raises(SettingsError, match="no item of this corpus is labelled"):
        evaluate_themes(Corpus({k: small.tables[k] for k in ("meetings", "items")}), book, **CHEAP)


def test_labels_of_another_codebook(book):
    with pytest.raises(CioTopicsError, match="whales"):
        evaluate_themes(corpus(["花", "犬"] * 2, ["plants", "whales"] * 2), book, **CHEAP)


def test_the_default_predictors():
    assert DEFAULT_PREDICTORS[0] == "linear"
    assert set(FLOORS) < set(DEFAULT_PREDICTORS)
