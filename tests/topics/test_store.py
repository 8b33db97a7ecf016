"""Models in files: read as they were written, refused when they are anything else."""

import hashlib
import io
import json
import pickle
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.pipeline import Pipeline

from cio_topics import __version__
from cio_topics.corpus import read_example
from cio_topics.errors import CioTopicsError, MissingPartError, OutputError, SettingsError
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.tokens import Tokenizer, write_user_dictionary
from cio_topics.topics import KINDS, fit_topics, make_topic_model, topic_weights
from cio_topics.topics.models.gensim_hdp import GensimHDP
from cio_topics.topics.models.mixture import DirichletMixture
from cio_topics.topics.models.variational import VariationalLDA
from cio_topics.topics.store import (
    FORMAT,
    ModelFileError,
    read_model,
    read_model_info,
    steps,
    tokenizing,
    write_model,
)
from cio_topics.topics.store.known import ESTIMATORS, VECTORIZERS, import_known
from cio_topics.topics.store.values import from_json, to_json
from cio_topics.vectors import make_vectorizer

SAVED = Path(__file__).parent / "saved"
TITLES = read_example().agenda().set_index("item_id")["title"]
# Invented titles: known terms, no known term, nothing at all.
NEW = pd.Series(["電子政府の評価", "宇宙人の襲来", "", "資料1 マイナンバー制度(案)について"])
FEW = TITLES[:80]


def small(kind="nmf", **settings):
    """Return a fitted model of few titles."""
    own = {"n_topics": 3, "vectorizer": make_vectorizer("count" if kind == "lda" else "tfidf")}
    return fit_topics(make_topic_model(kind, **{**own, **settings}), FEW)


def weights_of(model, texts=NEW):
    """Return the weights as bytes."""
    return model.transform(list(texts)).tobytes()


def members(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put(file, parts, compression=zipfile.ZIP_STORED):
    """Write a zip of these members."""
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def changed(file, change, into=None):
    """Write a copy of a model file after `change` was done to what its JSON says."""
    parts = members(file)
    content = json.loads(parts["model.json"])
    change(content)
    parts["model.json"] = json.dumps(content, ensure_ascii=False)
    return put(into or file.with_name("changed.ciotopics"), parts)


def at(content, path):
    """Return the dict that holds the last key of a dotted path, and that key."""
    *parents, last = path.split(".")
    for key in parents:
        content = content[key]
    return content, last


def setting(path, value):
    """Return a change that sets a value of the JSON; a dict of pairs is looked into."""

    def change(content):
        place, key = at(content, path)
        place[key] = value

    return change


def without(path):
    def change(content):
        place, key = at(content, path)
        del place[key]

    return change


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def model():
    return small()


@pytest.fixture(scope="module")
def written(model, tmp_path_factory):
    """Return a file that is not to be changed."""
    file = tmp_path_factory.mktemp("written") / "model.ciotopics"
    write_model(model, file)
    return file


@pytest.fixture
def file(written, tmp_path):
    """Return a copy of a model file."""
    copy = tmp_path / "model.ciotopics"
    copy.write_bytes(written.read_bytes())
    return copy


class TestWhatIsReadIsWhatWasWritten:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_gives_the_same_weights_bit_for_bit(self, kind, tmp_path):
        try:
            model = fit_topics(make_topic_model(kind, n_topics=6), FEW)
        except MissingPartError as error:
            pytest.skip(str(error))
        write_model(model, tmp_path / "m")
        again = read_model(tmp_path / "m")
        assert weights_of(again) == weights_of(model)
        assert weights_of(again, TITLES) == weights_of(model, TITLES)
        assert topic_weights(again, TITLES).equals(topic_weights(model, TITLES))
        names = [m.named_steps["vectorizer"].get_feature_names_out() for m in (model, again)]
        assert names[0].tolist() == names[1].tolist()

    @pytest.mark.parametrize(
        "tokenizer",
        [
            Tokenizer(compounds="long"),
            Tokenizer(compounds="short", pos=("名詞", "動詞"), min_length=1),
            Tokenizer(stop_words=("評価", "計画"), core_only=False),
            Tokenizer(stop_words=()),  # none is not the lexicon's
            Tokenizer(form="lemma", lexicon=Lexicon(never_split=("電子政府",), version="7")),
            Tokenizer(lexicon=Lexicon(variants={"個人番号": "マイナンバー"}, stop_words=("等",))),
            Tokenizer(dictionary="ipadic"),
            Tokenizer(dictionary="sudachi-c"),
        ],
        ids=repr,
    )
    def test_tokenizers(self, tokenizer, tmp_path):
        try:
            model = fit_topics(make_topic_model(n_topics=2, tokenizer=tokenizer), FEW)
        except MissingPartError as error:
            pytest.skip(str(error))
        write_model(model, tmp_path / "m")
        again = read_model(tmp_path / "m").named_steps["vectorizer"]
        assert again.tokenizer.settings() == tokenizer.settings()
        assert weights_of(read_model(tmp_path / "m"), TITLES) == weights_of(model, TITLES)

    @pytest.mark.parametrize(
        "vectorizer",
        [
            CountVectorizer(analyzer="char", ngram_range=(1, 2), max_features=50),
            CountVectorizer(
                vocabulary=["電子", "政府", "計画"], analyzer="char", ngram_range=(2, 2)
            ),
            CountVectorizer(vocabulary={"電子": 1, "政府": 0}, analyzer="char", ngram_range=(2, 2)),
            TfidfVectorizer(analyzer="char", use_idf=False, norm="l1", dtype=np.float32),
            TfidfVectorizer(analyzer="char_wb", stop_words=None, smooth_idf=False, min_df=0.05),
            make_vectorizer("tfidf").set_params(ngram_range=(1, 2), binary=True),
            make_vectorizer("count", tokenizer=Tokenizer(compounds="long"), max_df=0.3),
        ],
        ids=lambda v: type(v).__name__,
    )
    def test_vectorizers(self, vectorizer, tmp_path):
        model = small(vectorizer=vectorizer, n_topics=2)
        write_model(model, tmp_path / "m")
        again = read_model(tmp_path / "m").named_steps["vectorizer"]
        before = model.named_steps["vectorizer"]
        one, other = (v.transform(list(TITLES)) for v in (before, again))
        assert one.dtype == other.dtype
        assert one.data.tobytes() == other.data.tobytes()
        assert one.indices.tobytes() == other.indices.tobytes()
        assert again.vocabulary_ == before.vocabulary_
        assert again.fixed_vocabulary_ == before.fixed_vocabulary_
        assert type(again) is type(before)

    def test_topics_that_hold_another_model(self, tmp_path):
        kind = VariationalLDA(3, max_iter=5)
        model = Pipeline([("vectorizer", make_vectorizer("count")), ("topics", kind)]).fit(FEW)
        write_model(model, tmp_path / "m")
        again = read_model(tmp_path / "m")
        assert weights_of(again, TITLES) == weights_of(model, TITLES)
        names = [n for n in members(tmp_path / "m") if n.endswith("components_.npy")]
        assert len(names) == 1  # the inner topics are the outer ones

    def test_fewer_topics_than_were_allowed(self, tmp_path):
        kind = GensimHDP(20, passes=2, min_share=0.1)
        model = Pipeline([("vectorizer", make_vectorizer("count")), ("topics", kind)]).fit(FEW)
        assert len(kind.components_) < 20
        write_model(model, tmp_path / "m")
        assert weights_of(read_model(tmp_path / "m")) == weights_of(model)
        assert read_model_info(tmp_path / "m")["n_topics"] == len(kind.components_)

    @pytest.mark.parametrize("cls", [NMF, LatentDirichletAllocation])
    def test_models_of_scikit_learn(self, cls, tmp_path):
        model = Pipeline(
            [("vectorizer", make_vectorizer("count")), ("topics", cls(3, random_state=0))]
        )
        model.fit(FEW)
        write_model(model, tmp_path / "m")
        assert weights_of(read_model(tmp_path / "m")) == weights_of(model)

    def test_settings_come_back(self, model, file):
        again = read_model(file)
        before, after = model.get_params(), again.get_params()
        plain = {k for k, v in before.items() if isinstance(v, int | float | str | tuple | None)}
        assert {k: before[k] for k in plain} == {k: after[k] for k in plain}
        assert weights_of(fit_topics(clone(again), FEW)) == weights_of(model)

    def test_the_embedded_lexicon_is_the_tokenizers_own_again(self, file):
        assert read_model(file).named_steps["vectorizer"].tokenizer.lexicon is None

    def test_another_embedded_lexicon_does_not_change_a_model(self, model, file, monkeypatch):
        monkeypatch.setattr(tokenizing, "read_lexicon", lambda: Lexicon(version="9"))
        tokenizer = read_model(file).named_steps["vectorizer"].tokenizer
        assert tokenizer.lexicon == read_lexicon()
        assert weights_of(read_model(file)) == weights_of(model)

    @pytest.mark.parametrize(
        "kind",
        [
            LatentDirichletAllocation(3, learning_method="online", random_state=0),
            VariationalLDA(3, learning_method="online", max_iter=5),
            DirichletMixture(3),
        ],
        ids=lambda kind: type(kind).__name__,
    )
    def test_learning_goes_on_as_if_the_model_had_never_been_written(self, kind, tmp_path):
        model = Pipeline([("vectorizer", make_vectorizer("count")), ("topics", clone(kind))])
        model.fit(FEW)
        write_model(model, tmp_path / "m")
        again = read_model(tmp_path / "m")
        counts = model.named_steps["vectorizer"].transform(list(TITLES[80:160]))
        before = weights_of(model, TITLES)
        for each in (model, again):
            each.named_steps["topics"].partial_fit(counts)
        assert weights_of(again, TITLES) == weights_of(model, TITLES) != before

    def test_gensim_says_that_it_cannot_go_on(self, tmp_path):
        model = fit_topics(make_topic_model("gensim_lda", n_topics=3), FEW)
        write_model(model, tmp_path / "m")
        topics = read_model(tmp_path / "m").named_steps["topics"]
        counts = model.named_steps["vectorizer"].transform(list(TITLES[80:160]))
        with pytest.raises(SettingsError, match=r"read from a file.*Fit it anew.*lda_online"):
            topics.partial_fit(counts)

    def test_manifest_versions_and_sizes_are_told(self, model, tmp_path):
        manifest = {"corpus": {"sha256": "ab" * 32, "n_items": 80}, "codebook": {"version": "1"}}
        write_model(model, tmp_path / "m", manifest)
        info = read_model_info(tmp_path / "m")
        assert info["manifest"] == manifest
        assert info["format"] == FORMAT
        assert info["cio_topics"] == __version__
        assert info["versions"]["numpy"] == np.__version__
        assert info["dictionary"] == "unidic-lite 1.0.8"
        assert (info["vectorizer"], info["topics"]) == ("TermWeights", "TopicNMF")
        assert (info["n_topics"], info["n_terms"]) == (3, len(model[0].vocabulary_))


class TestFile:
    def test_same_model_same_bytes(self, model, file, tmp_path):
        write_model(small(), tmp_path / "fitted_again")
        write_model(read_model(file), tmp_path / "read")
        write_model(pickle.loads(pickle.dumps(model)), tmp_path / "pickled")
        for name in ("fitted_again", "read", "pickled"):
            assert (tmp_path / name).read_bytes() == file.read_bytes(), name

    def test_same_bytes_in_another_process(self, file, tmp_path):
        script = (
            "import sys; from cio_topics.topics.store import read_model, write_model\n"
            "write_model(read_model(sys.argv[1]), sys.argv[2])"
        )
        subprocess.run(
            [sys.executable, "-c", script, file, tmp_path / "other"],
            check=True,
            env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        )
        assert (tmp_path / "other").read_bytes() == file.read_bytes()

    def test_it_is_json_and_arrays_and_numpy_reads_them(self, model, file):
        parts = members(file)
        assert sorted(parts) == [
            "arrays/topics.components_.npy",
            "arrays/vectorizer.idf_.npy",
            "model.json",
        ]
        components = np.load(io.BytesIO(parts["arrays/topics.components_.npy"]), allow_pickle=False)
        assert np.array_equal(components, model.named_steps["topics"].components_)
        assert json.loads(parts["model.json"])["vectorizer"]["terms"] == list(
            model.named_steps["vectorizer"].get_feature_names_out()
        )

    def test_nothing_of_this_machine_is_in_it(self, tmp_path):
        tokenizer = Tokenizer(cache=str(tmp_path / "cache"))
        write_model(small(vectorizer=make_vectorizer(tokenizer=tokenizer)), tmp_path / "m")
        assert str(tmp_path).encode() not in (tmp_path / "m").read_bytes()
        assert read_model(tmp_path / "m").named_steps["vectorizer"].tokenizer.cache is None

    def test_written_whole_or_not_at_all(self, model, file):
        before = file.read_bytes()
        with pytest.raises(SettingsError, match="JSON cannot hold"):
            write_model(model, file, {"path": Path("x")})
        assert file.read_bytes() == before
        assert [f.name for f in file.parent.iterdir()] == [file.name]

    def test_a_place_that_cannot_be_written_to(self, model, file):
        with pytest.raises(OutputError, match="cannot write"):
            write_model(model, file / "below.ciotopics")

    @pytest.mark.parametrize(
        "order",
        ["C", "F"],  # sums of floats may differ in the last bit with another order
    )
    def test_the_order_of_numbers_in_memory_is_kept(self, order, model, tmp_path):
        ordered = pickle.loads(pickle.dumps(model))
        topics = ordered.named_steps["topics"]
        topics.components_ = np.array(topics.components_, order=order)
        write_model(ordered, tmp_path / "m")
        again = read_model(tmp_path / "m").named_steps["topics"].components_
        assert again.flags[f"{order}_CONTIGUOUS"]
        assert np.array_equal(again, topics.components_)


class TestNotWritten:
    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: None, "got a NoneType with the steps none; expected a fitted pipeline"),
            (lambda: Pipeline([("topics", NMF())]), "with the steps topics; expected"),
            (make_topic_model, "not fitted. Fit it before"),
            (
                lambda: Pipeline([("vectorizer", make_vectorizer().fit(FEW)), ("topics", NMF(2))]),
                "not fitted. Fit it before",
            ),
            (
                lambda: Pipeline(
                    [("vectorizer", make_vectorizer()), ("topics", TruncatedSVD(2))]
                ).fit(FEW),
                r"a sklearn\..*TruncatedSVD cannot be written; expected one of: .*NMF",
            ),
            (
                lambda: Pipeline([("vectorizer", HashingVectorizer()), ("topics", NMF(2))]),
                r"HashingVectorizer cannot be written; expected one of: CountVectorizer",
            ),
            (
                lambda: small(vectorizer=CountVectorizer(tokenizer=str.split, token_pattern=None)),
                "tokenizer is .*; expected a Tokenizer or None",
            ),
            (
                lambda: small(vectorizer=CountVectorizer(token_pattern="(?u).+")),
                r"token_pattern is '\(\?u\)\.\+'; a model file holds None,",
            ),
            (
                lambda: small(vectorizer=CountVectorizer(preprocessor=str.lower)),
                "preprocessor is .* a model file holds None only",
            ),
        ],
    )
    def test_refused(self, make, message, tmp_path):
        with pytest.raises(SettingsError, match=message):
            write_model(make(), tmp_path / "m")
        assert not any(tmp_path.iterdir())

    def test_a_class_that_only_has_a_known_name(self, model, tmp_path):
        fake = type("NMF", (NMF,), {"__module__": "elsewhere"})
        other = Pipeline([model.steps[0], ("topics", fake(2).fit(np.eye(3)))])
        with pytest.raises(SettingsError, match=r"a elsewhere\.NMF cannot be written"):
            write_model(other, tmp_path / "m")

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("components_", np.full((3, 2), 1.0), "components_ is 3 x 2 of float64, expected 3 x"),
            ("components_", np.nan, "components_ is one number"),
            ("extra_", object(), "extra_ is a object; a model file holds texts, numbers"),
            ("extra_", np.array(["a", 1], dtype=object), "extra_ is a ndarray"),
        ],
    )
    def test_learned_parts_that_do_not_fit(self, name, value, message, model, tmp_path):
        broken = pickle.loads(pickle.dumps(model))
        setattr(broken.named_steps["topics"], name, value)
        with pytest.raises(SettingsError, match=message):
            write_model(broken, tmp_path / "m")


class TestOtherVersions:
    def test_a_newer_format_is_refused_with_both_versions(self, file):
        newer = changed(file, lambda c: c.update(format=FORMAT + 1, cio_topics="9.1"))
        message = rf"written by cio_topics 9\.1, format {FORMAT + 1}; this version reads formats up to {FORMAT}\. Update: python -m pip"
        with pytest.raises(ModelFileError, match=message):
            read_model(newer)
        with pytest.raises(ModelFileError, match=message):
            read_model_info(newer)

    def test_another_version_of_the_package_reads_it(self, model, file):
        older = changed(file, setting("cio_topics", "0.0.1"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert weights_of(read_model(older)) == weights_of(model)
        with pytest.raises(
            SettingsError, match=rf"cio_topics 0\.0\.1, and in use is {re.escape(__version__)}"
        ):
            read_model(older, strict=True)

    def test_strict_names_every_package_that_differs(self, file):
        other = changed(file, lambda c: c["versions"].update(numpy="1.0", python="3.0", tomo="2"))
        with pytest.raises(
            SettingsError, match=r"numpy 1\.0, and in use is .*tomo 2, and in use is none"
        ) as raised:
            read_model(other, strict=True)
        assert "python 3.0" not in str(raised.value)

    def test_strict_reads_what_was_written_here(self, model, file):
        assert weights_of(read_model(file, strict=True)) == weights_of(model)

    def test_another_dictionary_is_a_warning_that_names_both(self, model, file):
        other = changed(file, setting("vectorizer.tokenizer.dictionary.version", "unidic-lite 0.1"))
        message = r"made with the dictionary 'unidic-lite 0\.1', and in use is 'unidic-lite 1"
        with pytest.warns(UserWarning, match=message) as caught:
            again = read_model(other)
        assert caught[0].filename == __file__
        assert weights_of(again) == weights_of(model)
        with pytest.raises(SettingsError, match=message):
            read_model(other, strict=True)

    def test_a_dictionary_that_is_not_installed(self, file, monkeypatch):
        def missing(name):
            raise MissingPartError(f"the dictionary {name} is not installed.", "Run: pip")

        monkeypatch.setattr(tokenizing, "dictionary_version", missing)
        with pytest.raises(MissingPartError, match="unidic-lite is not installed"):
            read_model(file)
        assert read_model_info(file)["dictionary"] == "unidic-lite 1.0.8"

    def test_a_folder_is_named_by_the_caller_and_never_by_the_file(self, tmp_path):
        unidic = pytest.importorskip("unidic_lite")
        tokenizer = Tokenizer(dictionary=unidic.DICDIR)
        model = small(vectorizer=make_vectorizer(tokenizer=tokenizer))
        file = tmp_path / "m"
        write_model(model, file)
        assert unidic.DICDIR.encode() not in file.read_bytes()
        with pytest.raises(
            SettingsError, match=r"sha256:[0-9a-f]{16}', which lay in a folder. Give"
        ):
            read_model(file)
        again = read_model(file, dictionary=unidic.DICDIR, strict=True)
        assert weights_of(again) == weights_of(model)
        named = changed(file, setting("vectorizer.tokenizer.dictionary.name", unidic.DICDIR))
        with pytest.raises(SettingsError, match="which lay in a folder"):
            read_model(named)
        (tmp_path / "elsewhere").symlink_to(unidic.DICDIR)
        with warnings.catch_warnings():  # another name of the folder is no other dictionary
            warnings.simplefilter("error")
            read_model(file, dictionary=str(tmp_path / "elsewhere"))

    def test_a_user_dictionary_is_given_and_compared(self, tmp_path):
        one, other = str(tmp_path / "one.dic"), str(tmp_path / "other.dic")
        write_user_dictionary(Lexicon(never_split=("実行計画",)), one)
        write_user_dictionary(Lexicon(never_split=("実行計画", "電子申請")), other)
        tokenizer = Tokenizer(lexicon=Lexicon(), user_dictionary=one)
        model = small(vectorizer=make_vectorizer(tokenizer=tokenizer))
        write_model(model, tmp_path / "m")
        digest = hashlib.sha256(Path(one).read_bytes()).hexdigest()
        with pytest.raises(
            SettingsError, match=rf"user dictionary sha256:{digest[:14]}….* user_dictionary"
        ):
            read_model(tmp_path / "m")
        again = read_model(tmp_path / "m", user_dictionary=one, strict=True)
        assert weights_of(again, TITLES) == weights_of(model, TITLES)
        with pytest.warns(UserWarning, match=rf"with the user dictionary '{digest[:14]}…', and"):
            read_model(tmp_path / "m", user_dictionary=other)
        with pytest.raises(SettingsError, match=r"cannot read the user dictionary .*nothing\.dic"):
            read_model(tmp_path / "m", user_dictionary=str(tmp_path / "nothing.dic"))

    def test_a_setting_this_version_does_not_have(self, file):
        for path, message in (
            ("topics.settings.warmth", "TopicNMF has no setting warmth in the version"),
            ("vectorizer.settings.warmth", "TermWeights has no setting warmth"),
            ("vectorizer.tokenizer.settings.warmth", "this version has no setting 'warmth'"),
        ):
            with pytest.raises(ModelFileError, match=f"written by cio_topics .*{message}"):
                read_model(changed(file, setting(path, 1)))

    def test_a_setting_the_file_does_not_have_is_the_default(self, model, file):
        older = changed(file, without("topics.settings.max_iter"))
        assert read_model(older).named_steps["topics"].max_iter == 400

    @pytest.mark.parametrize("name", ["nmf", "lda"])
    def test_files_of_format_1_stay_readable(self, name):
        """The files were written by cio_topics 0.1.0; they are never to be written anew."""
        expected = json.loads((SAVED / "format_1.json").read_text("utf-8"))[name]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of another dictionary
            model = read_model(SAVED / f"format_1_{name}.ciotopics")
        assert model.transform(expected["texts"]) == pytest.approx(
            np.array(expected["weights"]), abs=1e-6
        )
        info = read_model_info(SAVED / f"format_1_{name}.ciotopics")
        assert info["format"] == 1
        assert info["manifest"]["corpus"]["sha256"] == expected["sha256"]


class Loud:
    """Writes a file when it is unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return (Path(self.place).write_text, ("run",))


class TestNothingIsRun:
    def test_object_arrays_are_refused_and_not_unpickled(self, file, tmp_path):
        place = tmp_path / "run"
        parts = members(file)
        parts["arrays/topics.components_.npy"] = npy(np.array([Loud(place)], dtype=object))
        with pytest.raises(ModelFileError, match=r"components_\.npy is no plain array"):
            read_model(put(file, parts))
        assert not place.exists()

    @pytest.mark.parametrize(
        "name", ["model.pkl", "arrays/x.pkl", "../model.json", "arrays/../../x.npy", "/x.npy"]
    )
    def test_other_members_are_refused_and_not_opened(self, name, file, tmp_path):
        place = tmp_path / "run"
        parts = members(file) | {name: pickle.dumps(Loud(place))}
        with pytest.raises(ModelFileError, match=r"a model file holds model\.json and arrays"):
            read_model(put(file, parts))
        assert not place.exists()

    def test_a_pickle_is_no_model(self, file, tmp_path):
        place = tmp_path / "run"
        file.write_bytes(pickle.dumps(Loud(place)))
        with pytest.raises(ModelFileError, match="is no whole model file: File is not a zip file"):
            read_model(file)
        assert not place.exists()

    @pytest.mark.parametrize("part", ["vectorizer", "topics"])
    @pytest.mark.parametrize(
        "name", ["os.system", "Popen", "subprocess.Popen", "Tokenizer", "", None, ["NMF"], 1]
    )
    def test_classes_are_those_of_a_list(self, part, name, file):
        with pytest.raises(ModelFileError, match=r"unknown class|unhashable"):
            read_model(changed(file, setting(f"{part}.class", name)))

    @pytest.mark.parametrize(
        "name", ["transform", "__class__", "_tfidf", "components", "fit_", "not a name_", "n_jobs"]
    )
    def test_only_learned_names_are_set(self, name, file):
        wrong = changed(file, setting(f"topics.learned.{name}", 1))
        if name == "fit_":  # looks learned, and is data: does no harm
            assert read_model(wrong).named_steps["topics"].fit_ == 1
            return
        with pytest.raises(ModelFileError, match="is nothing a TopicNMF learns"):
            read_model(wrong)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("input", "filename"),  # titles would be opened as files
            ("token_pattern", "(a+)+$"),  # may take for ever
            ("analyzer", "word2"),
            ("preprocessor", "x"),
            ("min_df", "x"),
            ("ngram_range", {"tuple": ["a", 1]}),
            ("ngram_range", 1),
            ("dtype", "float64"),
            ("dtype", {"dtype": "bool"}),
            ("dtype", {"dtype": "object"}),
            ("dtype", {"module": "os"}),
            ("vocabulary", {"array": "nothing"}),
            ("tokenizer", "x"),
        ],
    )
    def test_settings_are_checked(self, name, value, file):
        wrong = changed(file, setting(f"vectorizer.settings.{name}", value))
        if name == "tokenizer":  # stands elsewhere
            assert weights_of(read_model(wrong)) == weights_of(read_model(file))
            return
        with pytest.raises(ModelFileError, match="cannot be read by"):
            read_model(wrong)


class TestBroken:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "File is not a zip file"),
            (b"PK", "File is not a zip file"),
            (b"topics" * 100, "File is not a zip file"),
        ],
    )
    def test_no_zip(self, content, message, file):
        file.write_bytes(content)
        with pytest.raises(ModelFileError, match=message):
            read_model(file)

    def test_exit_code_is_that_of_bad_files(self, file):
        file.write_bytes(b"")
        with pytest.raises(SettingsError) as raised:
            read_model(file)
        assert raised.value.exit_code == 3

    @pytest.mark.parametrize("path", ["nothing.ciotopics", "."])
    def test_no_file(self, path, tmp_path):
        with pytest.raises(ModelFileError, match=r"cannot read the model .*: (No such|Is a dir)"):
            read_model(tmp_path / path)

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
    def test_truncated(self, share, file):
        content = file.read_bytes()
        file.write_bytes(content[: int(share * len(content))])
        with pytest.raises(ModelFileError, match="is no whole model file"):
            read_model(file)

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("model.json", None, r"model\.json is missing"),
            ("model.json", b"{", "Expecting property name"),
            ("model.json", b"[" * 100_000, "is no whole model file"),  # too deep
            ("model.json", b"\xff", "is no whole model file"),
            ("model.json", b"1" * 10_000, "is no whole model file"),
            ("model.json", b"[]", "names no format"),
            ("model.json", b'{"format": true}', "names no format"),
            ("model.json", b'{"format": 0}', "names no format"),
            ("model.json", b'{"format": 1}', "'vectorizer' is missing"),
            ("arrays/topics.components_.npy", None, r"array 'topics\.components_' is missing"),
            ("arrays/topics.components_.npy", b"", "is no plain array"),
            ("arrays/topics.components_.npy", npy(np.eye(3))[:-1], "declares 72 bytes"),
            ("arrays/topics.components_.npy", npy(np.eye(3)) + b"0", "declares 72 bytes"),
            ("arrays/topics.components_.npy", npy(np.eye(3)), r"is 3 x 3 of float64, expected 3 x"),
            ("arrays/topics.components_.npy", npy(np.array(["a"])), "is no plain array"),
            ("arrays/topics.components_.npy", npy(np.array([1j])), "is no plain array"),
            ("arrays/topics.components_.npy", npy(np.float64(1)), "is one number of float64"),
            ("arrays/vectorizer.idf_.npy", npy(np.ones(3)), r"idf_ is 3 of float64, expected"),
        ],
    )
    def test_members(self, name, content, message, file):
        parts = members(file)
        parts.pop(name)
        if content is not None:
            parts[name] = content
        with pytest.raises(ModelFileError, match=message):
            read_model(put(file, parts))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda a: a * np.nan, "negative or no numbers"),
            (lambda a: a - 1e9, "negative or no numbers"),
            (lambda a: a > 0, "of bool, expected"),
            (lambda a: np.ceil(a).astype(int), "of int64, expected .* as floats"),
            (lambda a: a * 0 + 1e308, "too large to be summed"),
            (lambda a: a[:2], "do not fit 3 topics"),
            (lambda a: a.T.copy(), r"expected \d+ x"),
        ],
    )
    def test_numbers(self, change, message, model, file):
        parts = members(file)
        components = model.named_steps["topics"].components_
        parts["arrays/topics.components_.npy"] = npy(change(components))
        with pytest.raises(ModelFileError, match=message):
            read_model(put(file, parts))

    @pytest.mark.parametrize("kind", ["gibbs", "mixture", "lda"])
    @pytest.mark.parametrize("name", ["components_", "topic_prior_"])
    def test_zeros_that_a_model_would_divide_by(self, kind, name, tmp_path):
        write_model(small(kind), tmp_path / "m")
        parts = members(tmp_path / "m")
        key = f"arrays/topics.{name}.npy"
        shape = np.load(io.BytesIO(parts[key])).shape
        parts[key] = npy(np.zeros(shape))
        with pytest.raises(ModelFileError, match=f"{name} has zeros"):
            read_model(put(tmp_path / "m", parts))

    def test_settings_that_are_not_allowed(self, file):
        parts = members(file)
        text = parts["model.json"].decode()
        parts["model.json"] = text.replace('"max_iter": 400', '"max_iter": -1').encode()
        with pytest.raises(ModelFileError, match="max_iter is -1; expected a whole number"):
            read_model(put(file, parts))

    @pytest.mark.parametrize(
        "header",
        [
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 1000000), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 180 + ",), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1 1), }",
            "{'descr': '<f1', 'fortran_order': False, 'shape': (1,), }",
            "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1), }",
            "__import__('os').system('false')",
            "(" * 10_000,
        ],
    )
    def test_headers_are_read_by_a_pattern_and_before_the_numbers(self, header, file):
        parts = members(file)
        text = header.encode() + b"\n"
        head = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
        parts["arrays/topics.components_.npy"] = head + b"\0" * 8
        with pytest.raises(ModelFileError, match=r"components_\.npy|whole model file"):
            read_model(put(file, parts))

    def test_a_bomb_is_found_before_it_is_opened(self, file):
        bomb = put(file, members(file) | {"arrays/x.npy": b"0" * 10**7}, zipfile.ZIP_DEFLATED)
        assert bomb.stat().st_size < 100_000
        with pytest.raises(ModelFileError, match="is compressed or encrypted"):
            read_model(bomb)

    def test_sizes_that_are_not_there(self, file):
        content = bytearray(file.read_bytes())
        place = content.rindex(b"PK\x01\x02") + 20  # sizes in the directory of the last member
        content[place : place + 8] = (2**31).to_bytes(4, "little") * 2
        file.write_bytes(content)
        with pytest.raises(ModelFileError, match=r"it declares \d{10} bytes and has"):
            read_model(file)

    def test_a_member_twice(self, file):
        with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("model.json", "{}")
        with pytest.raises(ModelFileError, match=r"model\.json is there twice"):
            read_model(file)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (setting("vectorizer.terms", []), "terms are no list of different texts"),
            (setting("vectorizer.terms", "電子政府"), "terms are no list"),
            (lambda c: c["vectorizer"]["terms"].append(c["vectorizer"]["terms"][0]), "no list"),
            (lambda c: c["vectorizer"]["terms"].append("新語"), "idf_ is"),
            (without("vectorizer.terms"), "'terms' is missing"),
            (without("vectorizer.learned.idf_"), "idf_ is missing"),
            (without("topics.learned.components_"), "components_ is missing"),
            (without("topics.learned.n_features_in_"), "'n_features_in_' is missing"),
            (setting("topics.n_topics", 2), "do not fit 3 topics"),
            (setting("topics.learned.n_features_in_", 1), "do not fit"),
            (setting("topics.settings.n_components", 99), "do not fit '?99'? topics"),
            (setting("vectorizer.tokenizer.settings.compounds", "none"), "compounds is 'none'"),
            (setting("vectorizer.tokenizer.settings.pos", "名詞"), "expected a tuple"),
            (setting("vectorizer.tokenizer.settings.pos", ["夢詞"]), "unknown part of speech"),
            (setting("vectorizer.tokenizer.settings.min_length", -1), "min_length is"),
            (setting("vectorizer.tokenizer.lexicon.never_split", [""]), "has an empty term"),
            (setting("vectorizer.tokenizer.lexicon.never_split", [1]), "no text"),
            (setting("vectorizer.tokenizer.lexicon.variants", [["a", "b", "c"]]), "unpack"),
            (setting("vectorizer.tokenizer.dictionary.name", 1), "dictionary is no text"),
            (setting("vectorizer.tokenizer.user_dictionary", None), "dictionary is no text"),
            (setting("vectorizer.tokenizer", 1), "cannot be read"),
            (setting("vectorizer.tokenizer", None), "cannot be read"),  # and no pattern
            (setting("vectorizer", None), "cannot be read"),
            (setting("topics.settings", []), "cannot be read"),
        ],
    )
    def test_parts_that_do_not_fit(self, change, message, file):
        with pytest.raises(ModelFileError, match=message):
            read_model(changed(file, change))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch") / "fuzzed.ciotopics"


FUZZ = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["array", "dict", "dtype", "float", "number", "random_state", "tuple"])
            | st.text(max_size=5),
            part,
            max_size=2,
        )
    ),
    max_leaves=6,
)


def read_or_refuse(file):
    """Return what was read; None if it was refused as it should be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read_model_info(file)
            return read_model(file)
        except CioTopicsError:
            return None


def places(content, path=()):
    """Yield the path of every value of a JSON."""
    children = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in children:
        yield (*path, key)
        if isinstance(value, dict | list) and len(value) < 40:
            yield from places(value, (*path, key))


class TestFuzzed:
    @FUZZ
    @given(st.binary(max_size=300))
    def test_any_bytes(self, scratch, content):
        scratch.write_bytes(content)
        assert read_or_refuse(scratch) is None

    @FUZZ
    @given(st.data())
    def test_changed_bytes(self, written, scratch, data):
        content = bytearray(written.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            # The directory at the end says how everything else is read: draw it more often.
            at = data.draw(
                st.integers(0, len(content)) | st.integers(len(content) - 400, len(content))
            )
            n_cut = data.draw(st.integers(0, 8))
            content[at : at + n_cut] = data.draw(st.binary(max_size=8))
        scratch.write_bytes(content)
        model = read_or_refuse(scratch)
        if model is not None:  # nothing of what is read was changed
            assert weights_of(model) == weights_of(read_model(written))

    @FUZZ
    @given(st.data())
    def test_changed_values(self, written, scratch, data):
        def change(content):
            *parents, last = data.draw(st.sampled_from(list(places(content))))
            place = content
            for key in parents:
                place = place[key]
            if isinstance(place, dict) and data.draw(st.booleans()):
                del place[last]
            else:
                place[last] = data.draw(JSON)

        read_or_refuse(changed(written, change, into=scratch))

    @FUZZ
    @given(st.binary(min_size=1, max_size=40), st.integers(0, 140))
    def test_changed_arrays(self, written, scratch, given_bytes, start):
        parts = members(written)
        array = bytearray(parts["arrays/topics.components_.npy"])
        array[start : start + len(given_bytes)] = given_bytes
        read_or_refuse(put(scratch, parts | {"arrays/topics.components_.npy": bytes(array)}))


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([np.float32(1.5), np.int64(-3), np.bool_(True), np.float64("nan")])
    | st.sampled_from([np.float64, np.int32, np.bool_]),
    lambda part: (
        st.lists(part) | st.tuples(part, part) | st.dictionaries(st.text(), part, max_size=3)
    ),
)


class TestValues:
    @given(PLAIN)
    def test_come_back_as_they_were(self, value):
        arrays = {}
        text = json.dumps(to_json(value, "x", arrays), allow_nan=False)
        again = from_json(json.loads(text), arrays)
        assert repr(again) == repr(value)  # nan is nan, 1 is not 1.0, a tuple no list

    @pytest.mark.parametrize("kind", ["?", "i1", "u2", "i4", "i8", "f2", "f4", "f8", ">f8"])
    @pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (0, 4), (2, 1, 2)])
    def test_arrays(self, kind, shape, model, tmp_path):
        array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(kind)
        holder = pickle.loads(pickle.dumps(model))
        holder.named_steps["topics"].extra_ = array
        write_model(holder, tmp_path / "m")
        again = read_model(tmp_path / "m").named_steps["topics"].extra_
        assert again.dtype == array.dtype.newbyteorder("=")
        assert again.shape == shape
        assert np.array_equal(again, array)
        assert again.flags.writeable

    @pytest.mark.parametrize("n_drawn", [0, 1, 623, 624, 700])
    def test_random_states_go_on_where_they_were(self, n_drawn):
        state = np.random.RandomState(3)
        state.randint(0, 2**32, n_drawn, dtype=np.uint32)
        state.standard_normal()  # draws two and keeps one
        arrays = {}
        again = from_json(json.loads(json.dumps(to_json(state, "x", arrays))), arrays)
        assert again.standard_normal(5).tolist() == state.standard_normal(5).tolist()

    @pytest.mark.parametrize("place", [-1, 625, 10**9, 1.0, None, True])
    def test_a_random_state_beyond_its_words_is_refused(self, place):
        arrays = {}
        described = to_json(np.random.RandomState(0), "x", arrays)
        described["random_state"][1] = place
        with pytest.raises(ValueError, match="unknown value"):
            from_json(described, arrays)


class TestKnown:
    @pytest.mark.parametrize("name", [*ESTIMATORS, *VECTORIZERS])
    def test_classes_are_where_the_list_says(self, name):
        known = {**ESTIMATORS, **VECTORIZERS}
        assert import_known(name, known).__name__ == name

    def test_every_kind_is_listed(self):
        for kind in KINDS:
            name = type(make_topic_model(kind).named_steps["topics"]).__name__
            assert name in ESTIMATORS, kind

    def test_patterns_and_inputs_are_those_of_scikit_learn(self):
        vectorizer = CountVectorizer()
        for name, allowed in steps._ALLOWED.items():
            assert getattr(vectorizer, name) in allowed
