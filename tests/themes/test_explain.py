"""Parts of an answer add up to it, whatever the title. Titles are invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.text import normalize
from cio_topics.themes import explain_themes, read_classifier, train_classifier
from cio_topics.themes.explain import character_weights

TITLES = st.text(
    st.sampled_from("電子政府オープンデータマイナンバーの改定計画について 案ABCab12\n"), max_size=40
)


@pytest.fixture(scope="module")
def model():
    return read_classifier()


@pytest.fixture(scope="module")
def stack():
    return train_classifier(read_example(), kind="stack")


def sums(reason):
    parts = reason.base + sum(part.weight for part in reason.parts)
    items = sum(item.weight for item in reason.items)
    return parts, reason.base + reason.texts + reason.rules + items


@given(title=TITLES, body=st.sampled_from(["", "デジタル庁", "IT戦略本部"]))
@settings(max_examples=40, deadline=None)
def test_both_sums_are_the_log_odds(model, title, body):
    table = pd.DataFrame({"title": [title], "body": [body], "date": ["2010"]})
    [reasons] = explain_themes(model, table)
    for reason in reasons:
        assert sums(reason) == pytest.approx([reason.log_odds] * 2, abs=1e-9)
        assert reason.probability == pytest.approx(1 / (1 + np.exp(-reason.log_odds)))
        for part in reason.parts:
            for start, end in part.spans:
                shown = normalize(title)[start:end]
                assert part.kind == "rule" or shown.casefold() == part.text.casefold()


def test_reasons_follow_the_probabilities(model):
    [reasons] = explain_themes(model, ["サイバーセキュリティとオープンデータとマイナンバー"])
    assert {reason.theme for reason in reasons} == {"security", "open_data", "my_number"}
    given = [reason.probability for reason in reasons]
    assert given == sorted(given, reverse=True)


def test_in_a_stack_rules_add_what_no_item_taught(stack):
    [[reason]] = explain_themes(stack, ["オープンデータの推進"])
    assert sums(reason) == pytest.approx([reason.log_odds] * 2, abs=1e-9)
    held = sum(part.weight for part in reason.parts if part.kind == "rule")
    assert reason.rules == pytest.approx(held, abs=1e-9)
    assert held > 0


@pytest.mark.parametrize("title", ["その他", "", "☆"])
def test_the_fallback_has_no_reasons(model, title):
    assert explain_themes(model, [title]) == [[]]


def test_characters_share_the_weight_of_parts_that_stand_there(model):
    title = "オープンデータの推進"
    [[reason]] = explain_themes(model, [title])
    weights = character_weights(reason.parts, len(title))
    placed = sum(part.weight for part in reason.parts if part.spans)
    assert weights.sum() == pytest.approx(placed)
    assert weights[:7].sum() > weights[7:].sum()  # オープンデータ against の推進


def test_the_table_of_a_model_shows_what_speaks_for_the_theme(model):
    told = model.explain(["オープンデータの推進"])
    assert set(told["theme"]) == {"open_data"}
    assert (told["weight"] > 0).all()
    assert told["text"].tolist()[0] == "オープンデータ"
