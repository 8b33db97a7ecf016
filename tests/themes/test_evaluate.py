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
from cio_topics.themes.held_out import FLOORS, HeldOutAnswers, held_out_answers
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
        example, predictors=["rules", "majority"], n_repeats=2, n_draws=50, random_state=1
    )


@pytest.fixture(scope="module")
def plain(example) -> Evaluation:
    """The other floor, which takes longer, in one design."""
    return evaluate_themes(
        example,
        predictors=["plain"],
        designs=["meetings"],
        n_repeats=2,
        n_draws=5,
        random_state=1,
    )


@pytest.fixture(scope="module")
def plain_answers(example, fitted) -> HeldOutAnswers:
    return held_out_answers(
        labelled_items(example),
        fitted.labels,
        read_codebook(),
        "plain",
        "meetings",
        n_repeats=2,
        random_state=1,
    )


def test_every_design_and_predictor_has_its_rows(found):
    keys = found.overall[["design", "predictor"]].values.tolist()
    names = ["rules", "majority"]
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


def test_rules_beat_both_floors(found, plain):
    scores = found.overall.set_index(["design", "predictor"])["micro_f1"]
    assert scores["meetings", "rules"] > plain.overall.loc[0, "micro_f1"]
    assert plain.overall.loc[0, "micro_f1"] > scores["meetings", "majority"]
    assert (scores.unstack()["rules"] > scores.unstack()["majority"]).all()


def test_scores_are_those_of_scikit_learn(plain, plain_answers, fitted):
    truth, row = fitted.labels[plain_answers.rows], plain.overall.iloc[0]
    chosen, given = plain_answers.chosen, plain_answers.probabilities
    assert row["micro_f1"] == pytest.approx(f1_score(truth, chosen, average="micro"))
    occurs = truth.any(axis=0)
    by_theme = f1_score(truth, chosen, average=None, zero_division=0)
    assert row["macro_f1"] == pytest.approx(by_theme[occurs].mean())
    np.testing.assert_allclose(plain.themes["f1"].fillna(0), by_theme)
    assert row["exact"] == pytest.approx((truth == chosen).all(axis=1).mean())
    assert row["brier"] == pytest.approx(((given - truth) ** 2).mean())
    precisions = [
        average_precision_score(truth[of][:, k], given[of][:, k])
        for of in (plain_answers.repeats == 0, plain_answers.repeats == 1)
        for k in np.flatnonzero(occurs)
    ]
    assert row["average_precision"] == pytest.approx(np.mean(precisions))
    assert row["n"] == len(fitted.items)
    assert row["n_meetings"] == len(set(item_groups(fitted.items)))


def test_themes_without_any_item_have_no_scores(found):
    fallback = found.themes[found.themes["theme"] == "other"]
    assert (fallback["n"] == 0).all()
    assert fallback[["recall", "average_precision"]].isna().all(axis=None)
    assert found.overall["macro_f1"].notna().all()


def test_errors_are_items_that_were_wrong_in_most_repeats(plain, plain_answers, fitted):
    errors, table = plain.errors, fitted.items
    wrong = (fitted.labels[plain_answers.rows] != plain_answers.chosen).any(axis=1)
    share = pd.Series(wrong).groupby(plain_answers.rows).mean()
    assert set(share) == {0, 0.5, 1}
    rows = share[share > 0.5].index
    assert errors["item_id"].tolist() == table["item_id"].iloc[rows].tolist()
    assert errors["title"].tolist() == table["title"].iloc[rows].tolist()
    assert (errors["wrong"] == 1).all()
    assert (errors["themes"] != errors["found"]).all()


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
