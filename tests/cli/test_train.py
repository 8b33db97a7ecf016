"""``cio-topics train``: what it learns from and what it says. Labels here are invented."""

import json

import pytest

from cio_topics.corpus import read_example
from cio_topics.themes import read_classifier

HEAD = "item_id,themes,coder,date,codebook_version,note,chosen_by,mode\n"


@pytest.fixture(scope="module")
def unlabelled():
    corpus = read_example()
    coded = set(corpus.theme_labels["item_id"])
    return [item for item in corpus.items["item_id"] if item not in coded]


def write_labels(path, rows):
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_what_changed_is_said(run, tmp_path, unlabelled):
    rows = [
        f"{item},security,試験,2026-11-30,1,,{'random' if k % 2 else 'uncertain'},blind"
        for k, item in enumerate(unlabelled[:6])
    ]
    labels = write_labels(tmp_path / "labels.csv", rows)
    place, changes = tmp_path / "model.npz", tmp_path / "flipped.csv"
    shown = run("train", "--labels", labels, "-o", place, "--changes", changes)
    assert shown.code == 0, shown.err
    assert "197 labelled items" in shown.out
    assert "random  micro_f1" in shown.out  # drawn by chance: no bias
    assert "micro_f1" in shown.out.split("Scores of held-out items")[1]
    assert "Items whose themes changed: " in shown.out
    assert changes.read_text("utf-8").startswith("item_id,title,body,date,before,after,labelled")
    model = read_classifier(place)
    assert len(model.labelled) == 197
    manifest = json.loads((tmp_path / "model.npz.manifest.json").read_text("utf-8"))
    assert manifest["settings"]["n_labelled"] == 197
    again = run("train", "--labels", labels, "-o", tmp_path / "again.npz")
    assert again.code == 0
    assert read_classifier(tmp_path / "again.npz").held_out.item_ids == model.held_out.item_ids


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{item},no_such_theme,甲,2026-11-30,1,,,", "no_such_theme"),
        ("nowhere,security,甲,2026-11-30,1,,,", "nowhere"),  # no such item any more
        ("{item},security,甲,2026-11-30,7,,,", "labels migrate"),  # of another codebook version
        ("{item},security;other,甲,2026-11-30,1,,,", "other"),  # the fallback stands alone
    ],
)
def test_bad_labels_are_refused_before_anything_is_written(run, tmp_path, unlabelled, row, message):
    labels = write_labels(tmp_path / "labels.csv", [row.format(item=unlabelled[0])])
    shown = run("train", "--labels", labels, "-o", tmp_path / "model.npz")
    assert shown.code == 3
    assert message in shown.err
    assert not (tmp_path / "model.npz").exists()


def test_no_labels_at_all(run, tmp_path):
    shown = run("train", "--no-own-labels", "-o", tmp_path / "model.npz")
    assert shown.code == 2
    assert "no item of this corpus is labelled" in shown.err


def test_the_labels_are_not_written_over(run, tmp_path, unlabelled):
    row = f"{unlabelled[0]},security,甲,2026-11-30,1,,,"
    labels = write_labels(tmp_path / "labels.csv", [row])
    shown = run("train", "--labels", labels, "-o", labels)
    assert shown.code == 2
    assert "written over" in shown.err


@pytest.mark.road
def test_the_embedded_classifier_is_what_train_makes():
    """Change labels, codebook, rules or code, and this says: train it again."""
    from cio_topics.themes import train_classifier

    corpus = read_example()
    made, embedded = train_classifier(corpus), read_classifier()
    agenda = corpus.agenda()
    one, other = made.answer(agenda), embedded.answer(agenda)
    assert one.scores == pytest.approx(other.scores, abs=1e-4)
    assert (one.chosen == other.chosen).all()
    assert made.held_out.item_ids == embedded.held_out.item_ids
