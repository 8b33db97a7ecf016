"""A score is the sum over columns, and over labelled items; rules that were not seen count for nothing."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.model import as_titles, most_similar

TITLES = [
    *(
        "オープンデータの推進",
        "サイバーセキュリティ戦略",
        "鯨の観察",
        "",
        "Open Government Partnership",
    ),
    *("電子政府構築計画の見直し", "マイナンバー制度とオープンデータ"),
]


@pytest.fixture(scope="module")
def scorer(fitted):
    return fitted.estimator.model_.scorer


def test_a_score_is_the_sum_over_columns(scorer):
    matrix = scorer.matrix(as_titles(TITLES))
    dense = matrix.toarray()
    for row, theme in ((0, 1), (1, 3), (3, 0), (6, 5)):
        total = sum(dense[row, c] * scorer.weights[c, theme] for c in np.flatnonzero(dense[row]))
        assert scorer.scores(matrix)[row, theme] == pytest.approx(
            total + scorer.intercept[theme], abs=1e-9
        )


def test_a_score_is_the_sum_over_labelled_rows(scorer, fitted):
    for table in (as_titles(TITLES), fitted.items.iloc[::9]):
        matrix = scorer.matrix(table)
        alike = matrix @ scorer.labelled.matrix.T
        by_rows = np.asarray(alike @ scorer.labelled.dual) + scorer.intercept
        np.testing.assert_allclose(by_rows, scorer.scores(matrix), atol=1e-9)


def test_a_title_without_anything_known_has_the_intercept(scorer):
    matrix = scorer.matrix(as_titles(["", "\u200b", "ѯѱ"]))
    assert matrix.nnz == 0
    np.testing.assert_array_equal(scorer.scores(matrix), np.tile(scorer.intercept, (3, 1)))


def test_similarity_is_the_mean_of_two_cosines(scorer, fitted):
    items = fitted.items.iloc[:12]
    alike = scorer.similarity(scorer.matrix(items)).toarray()
    assert alike.shape == (12, len(fitted.items))  # texts of the codebook take no part
    assert alike.min() >= 0
    assert alike.max() <= 1 + 1e-12
    np.testing.assert_allclose(np.diag(alike), 1.0, atol=1e-12)
    np.testing.assert_allclose(alike[:, :12], alike[:, :12].T, atol=1e-12)
    n_terms, n_characters = scorer.features.sizes[:2]
    rows = scorer.features.texts(items.iloc[:2])[0].toarray()
    terms = rows[0, :n_terms] @ rows[1, :n_terms]
    characters = rows[0, n_terms:][:n_characters] @ rows[1, n_terms:][:n_characters]
    assert alike[0, 1] == pytest.approx((terms + characters) / 2)


def test_similarity_does_not_depend_on_the_body(scorer):
    titles = ["電子政府の推進"]
    table = pd.DataFrame({"title": titles, "body": ["統計委員会"]})
    one = scorer.similarity(scorer.matrix(table)).toarray()
    np.testing.assert_allclose(one, scorer.similarity(scorer.matrix(as_titles(titles))).toarray())


def test_the_most_similar_item_is_found(scorer, fitted):
    best, place = most_similar(scorer.similarity(scorer.matrix(as_titles(["ѯѱ", "電子政府"]))))
    assert (best[0], place[0]) == (0.0, -1)
    assert 0 < best[1] < 1
    assert "電子政府" in fitted.items["title"].iloc[place[1]]


def test_unseen_matches_count_only_for_rules_that_saw_no_item(book, invented):
    table, labels = invented
    scorer = LinearThemes(book, seen_only=True).fit(table, labels).scorer_
    hits = scorer.hits(as_titles(["木の葉と花", "木の葉"]))
    assert [(hit.row, hit.theme) for hit in hits[0]] == [(0, "plants"), (1, "plants")]
    without = table["title"].str.contains("木の葉").to_numpy()
    scorer = LinearThemes(book, seen_only=True).fit(table[~without], labels[~without]).scorer_
    hits = scorer.hits(as_titles(["木の葉と花", "木の葉"]))
    assert [hit.row for hit in hits[0]] == [0]  # 花 was seen, 木の葉 was not


def test_the_second_set_of_rules_always_counts(fitted):
    model = LinearThemes(seen_only=True).fit(fitted.items.iloc[:20], fitted.labels[:20])
    all_matches = LinearThemes().fit(fitted.items.iloc[:20], fitted.labels[:20]).scorer_
    own, definitions = model.scorer_.hits(fitted.items)
    both = all_matches.hits(fitted.items)
    assert definitions == both[1]
    assert len(own) < len(both[0])
