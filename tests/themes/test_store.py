"""Classifiers in files: read as they were written, refused when they are anything else."""

import dataclasses
import io
import json
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cio_topics.codebook import Rule, read_codebook
from cio_topics.errors import ClassifierFileError, OutputError, SettingsError
from cio_topics.lexicon import read_lexicon
from cio_topics.themes.calibrated import CalibratedThemes
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.make import make_theme_classifier
from cio_topics.themes.model import ThemeModel, as_titles
from cio_topics.themes.store import (
    _packed,
    check_codebook,
    classifier_hash,
    read_classifier,
    write_classifier,
)
from cio_topics.tokens import Tokenizer

TOPIC_MODEL = Path(__file__).parents[1] / "topics" / "saved" / "format_1_nmf.ciotopics"
TITLES = [
    "オープンデータの推進",
    "電子政府構築計画の改定",
    "鯨",
    "",
    "花と犬の観察",
    "ＩＴ\u200b戦略",
]


@pytest.fixture(scope="module")
def small(book, invented) -> ThemeModel:
    """A classifier of invented items."""
    return make_theme_classifier("linear", book, n_splits=2).fit(*invented).trained_model()


@pytest.fixture(scope="module")
def file(small, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("store") / "small.npz"
    write_classifier(small, path, {"items": 12})
    return path


def unpacked(file: Path) -> tuple[dict, dict[str, np.ndarray]]:
    with np.load(file) as loaded:
        arrays = dict(loaded)
    return json.loads(arrays.pop("content").tobytes()), arrays


def assert_equal_answers(one: ThemeModel, other: ThemeModel, titles=tuple(TITLES)) -> None:
    table = as_titles(titles).assign(body="ＩＴ本部", date="2010")
    for a, b in zip(one.answer(table), other.answer(table), strict=True):
        if hasattr(a, "toarray"):
            a, b = a.toarray(), b.toarray()
        np.testing.assert_array_equal(a, b) if isinstance(a, np.ndarray) else None
        assert isinstance(a, np.ndarray) or a == b
    for coverage in (0.5, 0.9):
        assert one.least_probability(coverage) == other.least_probability(coverage)


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "linear"},
        {"kind": "linear", "calibration": "isotonic"},
        {"kind": "linear", "seen_only": True},
        {"kind": "stack", "n_splits": 3},
    ],
    ids=str,
)
def test_a_file_gives_the_same_answers_and_the_same_bytes(settings, book, invented, tmp_path):
    settings = {"n_splits": 2} | settings
    model = make_theme_classifier(settings.pop("kind"), book, **settings).fit(*invented).model_
    write_classifier(model, tmp_path / "one.npz")
    again = read_classifier(tmp_path / "one.npz", book)
    assert_equal_answers(model, again)
    assert (again.kind, again.codebook, again.settings) == (model.kind, book, model.settings)
    assert again.labelled.equals(model.labelled)
    assert again.scorer.seen == model.scorer.seen
    write_classifier(again, tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_classifier_of_the_embedded_labels(fitted, tmp_path):
    model = fitted.estimator.model_
    write_classifier(model, tmp_path / "one.npz")
    again = read_classifier(tmp_path / "one.npz", read_codebook())
    assert_equal_answers(model, again, [*TITLES, *fitted.items["title"].iloc[::10]])
    assert again.scorer.features.rule_books[0] is again.codebook
    write_classifier(again, tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.parametrize(
    "settings", [{"rules": False}, {"rules": False, "seen_only": True}], ids=str
)
def test_a_classifier_without_rules(settings, book, invented, tmp_path):
    model = CalibratedThemes(LinearThemes(book, **settings), n_splits=2).fit(*invented).model_
    write_classifier(model, tmp_path / "one.npz")
    assert_equal_answers(model, read_classifier(tmp_path / "one.npz"))


def test_learned_again_it_has_the_same_bytes(small, book, invented, file, tmp_path):
    again = make_theme_classifier("linear", book, n_splits=2).fit(*invented).trained_model()
    write_classifier(again, tmp_path / "again.npz", {"items": 12})
    assert (tmp_path / "again.npz").read_bytes() == file.read_bytes()
    assert classifier_hash(tmp_path / "again.npz") == classifier_hash(file)


def test_a_file_holds_no_program(file):
    """Arrays of numbers alone, uncompressed, without a day."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            assert member.compress_type == zipfile.ZIP_STORED
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.filename.endswith(".npy")
    with np.load(file, allow_pickle=False) as loaded:
        assert all(loaded[name].dtype.kind in "uif" for name in loaded.files)


def test_reading_and_asking_need_no_scikit_learn(file):
    code = (
        "import sys; from cio_topics.themes import read_classifier;"
        f"model = read_classifier({str(file)!r});"
        "print(model.classes_[model.predict(['花の観察'])[0] == 1].tolist());"
        "print(sorted({n.split('.')[0] for n in sys.modules} & {'sklearn', 'gensim', 'numba'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['plants']", "[]"]


def changed(file: Path, change) -> bytes:
    """The bytes of the file after `change(content, arrays)`."""
    content, arrays = unpacked(file)
    change(content, arrays)
    return _packed(content, arrays)


def compressed(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return buffer.getvalue()


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    return buffer.getvalue()


def array_bytes(array: np.ndarray, **settings) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **settings)
    return buffer.getvalue()


def header(shape: str) -> bytes:
    """An array of a few bytes that says it is larger."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + b"\x00" * 8


OTHER, BROKEN = "holds no classifier of themes", "is no whole classifier"
OTHER_FILES = {
    "text": (lambda file: b"title\n", BROKEN),
    "nothing": (lambda file: b"", BROKEN),
    "cut": (lambda file: file.read_bytes()[:-200], BROKEN),
    "cut in half": (lambda file: file.read_bytes()[: file.stat().st_size // 2], BROKEN),
    "compressed": (lambda file: compressed(file.read_bytes()), "it is compressed"),
    "a pickle": (lambda file: pickle.dumps({"a": 1}), BROKEN),
    "a pickle in an array": (
        lambda file: archive(
            **{"content.npy": array_bytes(np.array([{}], dtype=object), allow_pickle=True)}
        ),
        BROKEN,
    ),
    "an archive of something else": (lambda file: archive(**{"a.txt": b"a"}), OTHER),
    "no array": (lambda file: archive(content=b"text"), BROKEN),
    "an array alone": (lambda file: array_bytes(np.zeros(3)), BROKEN),
    "arrays of something else": (
        lambda file: archive(**{"a.npy": array_bytes(np.zeros(3))}),
        OTHER,
    ),
    "no JSON": (lambda file: archive(**{"content.npy": array_bytes(np.zeros(3))}), BROKEN),
    "a list": (
        lambda file: _packed([], {}),  # type: ignore[arg-type]
        OTHER,
    ),
    "an array larger than any memory": (
        lambda file: archive(**{"content.npy": header(f"({10**14},)")}),
        BROKEN,
    ),
    "an array of a size that cannot be": (
        lambda file: archive(**{"content.npy": header("(-1,)")}),
        BROKEN,
    ),
    "other content": (lambda f: changed(f, lambda c, a: c.update(content="topics")), OTHER),
    "a later format": (
        lambda f: changed(f, lambda c, a: c.update(format=99)),
        "has format '99'; this version reads format 1",
    ),
    "no format": (lambda f: changed(f, lambda c, a: c.pop("format")), "has format 'None'"),
    "no codebook": (lambda f: changed(f, lambda c, a: c.pop("codebook")), BROKEN),
    "no decision": (lambda f: changed(f, lambda c, a: c.pop("decision")), BROKEN),
    "a codebook that is none": (
        lambda f: changed(f, lambda c, a: c.update(codebook="version = 1")),
        BROKEN,
    ),
    "a setting that is none": (
        lambda f: changed(f, lambda c, a: c["tokenizer"]["settings"].update(colour=1)),
        BROKEN,
    ),
    "no weights": (lambda f: changed(f, lambda c, a: a.pop("weights")), BROKEN),
    "fewer weights": (
        lambda f: changed(f, lambda c, a: a.update(weights=a["weights"][1:])),
        "weights has shape",
    ),
    "fewer themes": (
        lambda f: changed(f, lambda c, a: a.update(intercept=a["intercept"][1:])),
        "intercept has shape",
    ),
    "fewer terms": (lambda f: changed(f, lambda c, a: c["terms"].pop()), BROKEN),
    "fewer frequencies": (
        lambda f: changed(f, lambda c, a: a.update(idf_terms=a["idf_terms"][1:])),
        BROKEN,
    ),
    "fewer thresholds": (
        lambda f: changed(f, lambda c, a: a.update(thresholds=a["thresholds"][1:])),
        BROKEN,
    ),
    "columns that are none": (
        lambda f: changed(
            f, lambda c, a: a.update({"labelled.indices": a["labelled.indices"] + 10**6})
        ),
        BROKEN,
    ),
    "columns before the first": (
        lambda f: changed(f, lambda c, a: a.update({"labelled.indices": -a["labelled.indices"]})),
        BROKEN,
    ),
    "fewer groups": (
        lambda f: changed(f, lambda c, a: a.update(held_out_groups=a["held_out_groups"][1:])),
        "held_out_groups has shape",
    ),
    "labelled items without titles": (
        lambda f: changed(f, lambda c, a: c["labelled"].pop("title")),
        BROKEN,
    ),
}


@pytest.mark.parametrize(("make", "message"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_a_file_that_is_no_classifier_is_refused(make, message, file, tmp_path):
    other = tmp_path / "other.npz"
    other.write_bytes(make(file))
    with pytest.raises(ClassifierFileError, match=message) as error:
        read_classifier(other)
    assert error.value.exit_code == 3
    assert "other.npz" in error.value.message
    assert re.search("[ぁ-ん]", error.value.remedy_ja)
    assert len(str(error.value)) < 600


def test_a_model_of_topics_is_refused(tmp_path):
    for name in ("topics.ciotopics", "topics.npz"):
        (tmp_path / name).write_bytes(TOPIC_MODEL.read_bytes())
        with pytest.raises(ClassifierFileError, match=name):
            read_classifier(tmp_path / name)


def test_another_dictionary_is_warned_of(file, monkeypatch):
    monkeypatch.setattr("cio_topics.themes.store.dictionary_version", lambda name: "other 9")
    with pytest.warns(UserWarning, match="learned with unidic-lite .*; here is other 9"):
        read_classifier(file)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(ClassifierFileError, match=r"no classifier .*absent") as error:
        read_classifier(tmp_path / "absent.npz")
    assert error.value.exit_code == 3
    with pytest.raises(ClassifierFileError, match=BROKEN):
        read_classifier(tmp_path)


def test_names_of_files_are_untrusted(tmp_path):
    path = tmp_path / ("\x1b[31mred" + "長" * 60 + ".npz")
    path.write_bytes(b"")
    with pytest.raises(ClassifierFileError) as error:
        read_classifier(path)
    assert "\x1b" not in str(error.value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_bytes_are_refused_or_read_as_they_were(file, small, tmp_path, data):
    """Law: whatever a byte becomes, no other error comes, and no other answer."""
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        # Half of them in the directory at the end, where the archive says what it holds.
        last = data.draw(st.sampled_from([len(content), 2500]))
        content[len(content) - data.draw(st.integers(1, last))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(content)
    try:
        again = read_classifier(damaged)
    except ClassifierFileError:
        return
    np.testing.assert_array_equal(again.predict_proba(TITLES), small.predict_proba(TITLES))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda book: dataclasses.replace(book, version="2"), "version is '1' there, and '2' in"),
        (lambda book: dataclasses.replace(book, rules_version="2"), "rules_version is '1' there"),
        (
            lambda book: dataclasses.replace(book, themes=book.themes[1:]),
            "themes or rules is 'as learned' there",
        ),
        (
            lambda book: dataclasses.replace(
                book,
                themes=(
                    dataclasses.replace(book.themes[0], rules=(Rule("p", any=("草",)),)),
                    *book.themes[1:],
                ),
            ),
            "others under the same version",
        ),
        (lambda book: read_codebook(), "another codebook"),
    ],
    ids=["version", "rules_version", "themes", "rules", "embedded"],
)
def test_another_codebook_is_refused(change, message, book, file, small):
    with pytest.raises(SettingsError, match=message) as error:
        read_classifier(file, change(book))
    assert not isinstance(error.value, ClassifierFileError)
    assert error.value.exit_code == 2
    assert "cio-topics train" in error.value.remedy_ja
    with pytest.raises(SettingsError, match=message):
        check_codebook(small, change(book))
    check_codebook(small, dataclasses.replace(book))  # an equal one is the same


@pytest.mark.parametrize(
    "settings",
    [{"lexicon": read_lexicon()}, {"user_dictionary": "own.dic"}],
    ids=["lexicon", "file"],
)
def test_a_tokenizer_with_words_of_its_own_is_not_saved(settings, small, tmp_path):
    features = small.scorer.features._replace(tokenizer=Tokenizer(**settings))
    own = dataclasses.replace(small, scorer=small.scorer._replace(features=features))
    with pytest.raises(SettingsError, match="lexicon or user dictionary of its own cannot be"):
        write_classifier(own, tmp_path / "own.npz")
    assert list(tmp_path.iterdir()) == []


def test_settings_of_the_tokenizer_are_kept(small, tmp_path):
    tokenizer = Tokenizer(compounds=False)
    features = small.scorer.features._replace(tokenizer=tokenizer)
    own = dataclasses.replace(small, scorer=small.scorer._replace(features=features))
    write_classifier(own, tmp_path / "own.npz")
    again = read_classifier(tmp_path / "own.npz").scorer.features.tokenizer
    assert again.get_params() == tokenizer.get_params()


def test_where_nothing_can_be_written(small, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError):
        write_classifier(small, tmp_path / "file" / "model.npz")


def test_the_embedded_classifier_belongs_to_the_embedded_codebook(fitted):
    model = read_classifier(codebook=read_codebook())
    assert model.labelled["item_id"].tolist() == fitted.items["item_id"].tolist()
    found, expected = model.predict(fitted.items), fitted.estimator.predict(fitted.items)
    assert (found == expected).mean() > 0.995  # learned on another computer, perhaps
    assert len(classifier_hash()) == 64
