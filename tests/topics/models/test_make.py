import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.tokens import Tokenizer
from cio_topics.topics import fit_topics, make_topic_model, pool_titles, topic_weights
from cio_topics.topics.models import KINDS as ALL_KINDS
from cio_topics.topics.models import choose_kind
from cio_topics.vectors import make_vectorizer

# gensim's and tomotopy's have tests of their own.
KINDS = ("nmf", "nmf_kl", "mixture", "gibbs", "lda", "lda_online")
TITLES = read_example().items.set_index("item_id")["title"]


def every_term():
    return make_vectorizer("count", min_df=1, max_df=1.0)


class TestMakeTopicModel:
    @pytest.mark.parametrize("kind", ALL_KINDS)
    def test_an_unfitted_pipeline(self, kind):
        pipeline = make_topic_model(kind, n_topics=3, random_state=7)
        assert list(pipeline.named_steps) == ["vectorizer", "topics"]
        model = pipeline.named_steps["topics"]
        assert (model.n_components, model.random_state) == (3, 7)
        with pytest.raises(NotFittedError):
            check_is_fitted(model)
        assert clone(pipeline).get_params()["topics__n_components"] == 3

    def test_each_kind_has_its_vectorizer_unless_one_is_given(self):
        own = {kind: type(make_topic_model(kind).named_steps["vectorizer"]) for kind in KINDS}
        assert [own[kind].__name__ for kind in ("nmf", "lda")] == [*("TermWeights", "TermCounts")]
        given = every_term()
        assert make_topic_model(vectorizer=given).named_steps["vectorizer"] is given

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"kind": "lsa"}, "unknown topic model 'lsa'; expected one of: nmf, mixture, gibbs"),
            (
                {"n_sweeps": 3},
                "unknown setting 'n_sweeps' of the topic model nmf; .*: loss, max_iter",
            ),
            ({"kind": "gibbs", "n_components": 3}, "unknown setting 'n_components'"),
            ({"kind": "NMF"}, "unknown topic model 'NMF'"),
            ({"n_topics": 1}, "n_topics is 1; expected at least 2"),
            ({"n_topics": -3}, "n_topics is -3"),
        ],
    )
    def test_refusals(self, settings, message):
        with pytest.raises(SettingsError, match=message):
            make_topic_model(**settings)

    def test_settings_reach_the_estimator(self):
        pipeline = make_topic_model("lda_online", learning_offset=20.0)
        model = pipeline.named_steps["topics"]
        assert (model.learning_method, model.learning_offset) == ("online", 20.0)


class TestChooseKind:
    @pytest.mark.parametrize(
        ("texts", "kind"),  # invented titles
        [
            (["電子政府構築計画", "オープンデータの推進"], "mixture"),
            (
                ["。".join(["電子政府構築計画", "地方公共団体", "個人番号制度", "人材育成"] * 2)],
                "nmf",
            ),
            ([], "mixture"),
            (["、"], "mixture"),
        ],
    )
    def test_by_length(self, texts, kind):
        assert choose_kind(texts) == kind

    def test_titles_of_the_corpus_and_of_its_meetings(self):
        agenda = read_example().agenda()
        kinds = [choose_kind(pool_titles(agenda, pool)) for pool in ("item", "meeting")]
        assert kinds == ["mixture", "nmf"]


class TestFitTopics:
    @pytest.mark.parametrize("kind", KINDS)
    def test_leaves_the_given_pipeline_unfitted(self, kind):
        pipeline = make_topic_model(kind, n_topics=4)
        fitted = fit_topics(pipeline, TITLES)
        assert fitted is not pipeline
        for step in pipeline.named_steps:
            with pytest.raises(NotFittedError):
                check_is_fitted(pipeline.named_steps[step])
            check_is_fitted(fitted.named_steps[step])
        assert fitted.transform(["マイナンバー"]).shape == (1, 4)

    @pytest.mark.parametrize("kind", KINDS)
    def test_same_seed_same_topics(self, kind):
        one, other = (fit_topics(make_topic_model(kind), TITLES) for _ in range(2))
        left, right = (m.named_steps["topics"].components_ for m in (one, other))
        assert (left == right).all()
        pd.testing.assert_frame_equal(topic_weights(one, TITLES), topic_weights(other, TITLES))

    def test_another_seed_another_lda(self):
        components = [
            fit_topics(make_topic_model("lda", random_state=seed), TITLES)
            .named_steps["topics"]
            .components_
            for seed in (0, 1)
        ]
        assert not np.allclose(*components)

    @pytest.mark.parametrize(
        ("titles", "n_topics", "message"),  # invented titles
        [
            (
                ["電子政府", "防災"],
                3,
                "2 texts with 2 terms are too few for 3 topics.*Lower the number",
            ),
            (["電子政府"] * 5, 2, "5 texts with 1 terms are too few for 2 topics"),
            ([], 2, r"no term is left of 0 texts; a term must stand in 1 of them or more"),
            (["その他", "、"], 2, r"no term is left of 2 texts.*まとめ方を変えて"),
        ],
    )
    def test_too_little_is_refused(self, titles, n_topics, message):
        pipeline = make_topic_model(n_topics=n_topics, vectorizer=every_term())
        with pytest.raises(SettingsError, match=message):
            fit_topics(pipeline, pd.Series(titles, dtype="str"))

    @pytest.mark.parametrize("n", range(1, 6))
    def test_few_titles_are_refused_by_the_default_vectorizer_too(self, n):
        with pytest.raises(SettingsError, match=f"(?s){n} texts"):
            fit_topics(make_topic_model(n_topics=6), TITLES.head(n))

    def test_as_many_topics_as_terms_are_enough(self):
        titles = pd.Series(["電子政府", "防災", "農業"])
        fitted = fit_topics(make_topic_model(n_topics=3, vectorizer=every_term()), titles)
        assert (fitted.transform(titles).argmax(axis=1).tolist()) in (
            [[a, b, c] for a in range(3) for b in range(3) for c in range(3) if a != b != c != a]
        )

    @pytest.mark.parametrize(
        ("tokenizer", "titles"),
        [
            (Tokenizer(compounds="none"), ["電子政府"] * 4),
            (Tokenizer(), ["電子政府", "\ud800", "防災", "農業"]),
        ],
    )
    def test_other_errors_are_not_taken_for_a_lack_of_terms(self, tokenizer, titles):
        vectorizer = make_vectorizer(tokenizer=tokenizer, min_df=1, max_df=1.0)
        pipeline = make_topic_model(n_topics=2, vectorizer=vectorizer)
        with pytest.raises(SettingsError, match=r"^(compounds is|lone surrogate)"):
            fit_topics(pipeline, pd.Series(titles, dtype=object))
