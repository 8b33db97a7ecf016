"""``cio-topics label``: what it refuses before it serves anything, and what it hands on."""

from __future__ import annotations

import pytest

from cio_topics import label_page
from cio_topics.cli import options
from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example, write_corpus
from cio_topics.label_page import ONLY, ORDERS, SHOWN, listen
from cio_topics.labels import LabelLog, theme_indicator
from cio_topics.themes import make_theme_classifier, write_classifier

ROW = {"item_id": "a051ee2a696", "themes": "egov_plan", "date": "2026-01-05"}


@pytest.fixture
def served(monkeypatch):
    """What is served, without serving it: the session and how, by the last command."""
    held = {}

    def serve(session, listening, **how):
        how["announce"](f"http://127.0.0.1:{listening.getsockname()[1]}/secret/")
        held.update(how, session=session)

    monkeypatch.setattr(label_page, "serve", serve)
    return held


@pytest.mark.parametrize(
    ("listed", "owned"),
    [
        (options.LABEL_ONLY, ONLY),
        (options.LABEL_ORDERS, ORDERS),
        (options.LABEL_SHOWN, SHOWN),
    ],
)
def test_choices_are_those_of_the_room(listed, owned):
    assert tuple(listed) == tuple(owned)


def test_it_serves_the_embedded_corpus(run, served, tmp_path):
    shown = run("label", "--coder", "青木", "--labels", tmp_path / "l.csv", "--no-browser")
    assert shown.code == 0
    assert "0 / 307 件" in shown.out
    assert "http://127.0.0.1:" in shown.out
    assert not served["open_browser"]
    assert list(tmp_path.iterdir()) == []  # nothing is begun before somebody answers


def test_it_goes_on_where_the_file_ends(run, served, tmp_path):
    labels, corpus = tmp_path / "l.csv", tmp_path / "corpus"
    write_corpus(read_example().filter(bodies=["IT戦略本部"]), corpus)
    words = ("label", corpus, "--labels", labels, "--lang", "en", "--order", "diverse")
    run(*words, "--coder", "青木")
    first = served["session"].next_item()
    served["session"].answer(first, ["other"], seen=0)
    shown = run(*words, "--coder", "青木")
    assert "1 of " in shown.out
    assert served["session"].next_item() != first
    train = f"cio-topics train {corpus} --labels {labels} -o themes.npz"
    assert served["next_commands"]() == [train]  # one coder alone agrees with nobody
    run(*words, "--coder", "井上")
    assert served["session"].next_item() == first  # the second coder gets the same items
    assert served["next_commands"]() == [train]
    served["session"].answer(first, ["other"], seen=0)
    agreement = f"cio-topics agreement {labels} --corpus {corpus}"
    assert served["next_commands"]() == [agreement, train]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "Missing option '--coder'"),
        (("--coder", " "), 2, "the coder's name is ' '"),
        (("--coder", "ＡＯＫＩ"), 2, "the labels have a coder 'aoki'"),
        (("--coder", "a", "--order", "doubtful"), 2, "'doubtful' is not one of"),
        (("--coder", "a", "--random-share", "20"), 2, "20.0 is not in the range"),
        (("--coder", "a", "--theme", "opendata"), 3, "unknown theme 'opendata'"),
        (("--coder", "a", "--only", "disputed"), 2, "none with coders who differ"),
        (("--coder", "a", "--port", "70000"), 2, "70000 is not in the range"),
        (("--coder", "a", "--body", "無い会議"), 2, "無い会議"),
        (("--coder", "a", "--model", "nowhere.model"), 3, "nowhere.model"),
    ],
)
def test_what_is_refused(run, served, tmp_path, words, code, message):
    labels = tmp_path / "l.csv"
    LabelLog(labels).append({**ROW, "coder": "aoki", "codebook_version": "1"})
    shown = run("label", "--labels", labels, *words)
    assert (shown.code, served) == (code, {}), shown.err
    assert message in shown.err


def test_a_trained_model_suggests_and_doubts(run, served, tmp_path):
    codebook, corpus = read_codebook(), read_example()
    coded = corpus.agenda().merge(corpus.theme_labels[["item_id", "themes"]], on="item_id").head(40)
    learner = make_theme_classifier("linear", codebook, n_splits=2)
    learner.fit(coded, theme_indicator(coded["themes"], codebook.ids), coded["meeting_id"])
    write_classifier(learner.trained_model(), tmp_path / "themes.npz")
    words = ("label", "--coder", "a", "--labels", tmp_path / "l.csv", "--mode", "assist")
    shown = run(*words, "--random-share", "0", "--model", tmp_path / "themes.npz")
    assert shown.code == 0, shown.err
    session = served["session"]
    learned = learner.trained_model().predict_proba(corpus.agenda())
    item = corpus.agenda()["item_id"][0]
    suggested = session.item(item)["suggestions"][0]
    assert suggested["evidence"]  # places in the title that speak for it
    assert suggested["weight"] == pytest.approx(learned[0].max(), abs=1e-4)
    run(*words, "--random-share", "0")
    by_rules = served["session"]
    assert session._queue != by_rules._queue
    book = tmp_path / "book.toml"
    book.write_text(
        'version = "1"\nname_ja = "題"\nname_en = "t"\n[[themes]]\nid = "a"\n', encoding="utf-8"
    )
    refused = run(*words, "--model", tmp_path / "themes.npz", "--codebook", book)
    assert refused.code == 2
    assert "codebook" in refused.err


def test_a_port_in_use(run, served, tmp_path):
    with listen() as taken:
        port = taken.getsockname()[1]
        shown = run("label", "--coder", "a", "--labels", tmp_path / "l.csv", "--port", port)
    assert shown.code == 2
    assert f"cannot listen on port {port}: Address already in use." in shown.err
    assert "--port を外すと" in shown.err


@pytest.mark.parametrize(
    ("made", "code", "message"),
    [
        ("folder", 4, "it is a folder"),
        ("beneath a file", 4, "cannot append labels"),
        ("no labels", 3, "item_id"),
        ("another codebook", 3, "by version '0' of the codebook"),
    ],
)
def test_files_that_cannot_hold_labels(run, served, tmp_path, made, code, message):
    labels = tmp_path / "l.csv"
    if made == "folder":
        labels.mkdir()
    elif made == "beneath a file":
        labels.write_text("")
        labels = labels / "m.csv"
    elif made == "no labels":
        labels.write_text("a,b\n1,2\n", encoding="utf-8")
    else:
        LabelLog(labels).append({**ROW, "coder": "aoki", "codebook_version": "0"})
    shown = run("label", "--coder", "aoki", "--labels", labels)
    assert (shown.code, served) == (code, {}), shown.err
    assert message in shown.err


def test_the_corpus_is_not_written_over(run, served, tmp_path):
    write_corpus(read_example().filter(bodies=["IT戦略本部"]), tmp_path / "corpus")
    labels = tmp_path / "corpus" / "theme_labels.csv"
    shown = run("label", tmp_path / "corpus", "--coder", "a", "--labels", labels)
    assert (shown.code, served) == (2, {})
    assert "is read by this command" in shown.err
