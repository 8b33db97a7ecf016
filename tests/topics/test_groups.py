import numpy as np
import pandas as pd
import pytest

from cio_topics.errors import SettingsError
from cio_topics.topics import fit_topics, make_topic_model, pool_titles
from cio_topics.topics.groups import group_codes, meetings_of
from cio_topics.topics.quality import held_out_perplexity, topic_stability
from cio_topics.topics.sweep import sweep_topics
from cio_topics.vectors import make_vectorizer

TEXTS = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 10)  # invented
LOST = [None, *["m1", "m2"] * 9, "m3"]


def test_numbers_in_order_of_first_appearance():
    assert group_codes(["b", "a", "b"], 3).tolist() == [0, 1, 0]
    assert group_codes(None, 3).tolist() == [0, 1, 2]
    assert group_codes(np.array([7, 7]), 2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (["a"], "groups has 1 values for 2 texts"),
        (["a", None], "1 texts have no group.*会議"),
        ([float("nan"), pd.NA], "2 texts have no group"),
    ],
)
def test_refusals(groups, said):
    with pytest.raises(SettingsError, match=said):
        group_codes(groups, 2)


def test_meetings_of_items():
    meetings = pd.Series({"i1": "m1", "i2": "m2"})
    assert meetings_of(pd.Index(["i2", "i1"]), meetings).tolist() == ["m2", "m1"]
    with pytest.raises(SettingsError, match="1 items have no meeting, such as 'i3'"):
        meetings_of(pd.Index(["i1", "i3"]), meetings)


def test_nobody_is_left_out_in_silence():
    """A text without meeting would never be drawn, or be held out with strangers."""
    vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
    model = fit_topics(make_topic_model("lda", n_topics=2, vectorizer=vectorizer), TEXTS)
    counts = model.named_steps["vectorizer"].transform(list(TEXTS))
    for call in (
        lambda: topic_stability(model, counts, resample="bootstrap", groups=LOST),
        lambda: held_out_perplexity(model, TEXTS, LOST),
        lambda: sweep_topics("nmf", TEXTS, numbers=[2, 3], groups=LOST),
    ):
        with pytest.raises(SettingsError, match="1 texts have no group"):
            call()


def test_an_item_without_year_is_no_pool():
    agenda = pd.DataFrame(
        {"item_id": ["i1", "i2"], "body": "会議", "year": ["2004", None], "title": "計画"}
    )
    with pytest.raises(SettingsError, match="1 items have no body and year, such as 'i2'"):
        pool_titles(agenda, "body_year")
