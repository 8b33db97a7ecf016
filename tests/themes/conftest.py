"""A classifier fitted on the embedded labels, once for all tests; a tiny invented codebook."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from cio_topics.codebook import Codebook, Rule, Theme, read_codebook
from cio_topics.corpus import Corpus, read_example
from cio_topics.labels import theme_indicator
from cio_topics.themes.calibrated import CalibratedThemes
from cio_topics.themes.make import make_theme_classifier
from cio_topics.themes.train import labelled_items


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small sums are slower in several threads, above all where processors are shared."""
    with threadpool_limits(limits=1):
        yield


class Fitted(NamedTuple):
    """A fitted classifier and what it learned from."""

    estimator: CalibratedThemes
    items: pd.DataFrame
    labels: np.ndarray


@pytest.fixture(scope="session")
def example() -> Corpus:
    return read_example()


@pytest.fixture(scope="session")
def fitted(example: Corpus) -> Fitted:
    """The default classifier, learned from the embedded labels; nobody may change it."""
    items = labelled_items(example)
    labels = theme_indicator(items["themes"], read_codebook().ids)
    return Fitted(make_theme_classifier("linear").fit(items, labels), items, labels)


@pytest.fixture(scope="session")
def book() -> Codebook:
    """Three invented themes with rules, and a fallback."""
    themes = (
        Theme("plants", "植物", "plants", "花と木", rules=(Rule("p", any=("花", "木の葉")),)),
        Theme("animals", "動物", "animals", "犬と猫", rules=(Rule("a", any=("犬", "猫")),)),
        Theme("stars", "星", "stars", "月と星", rules=(Rule("s", any=("星座",)),)),
        Theme("other", "その他", "other"),
    )
    return Codebook("1", "1", "試験", "invented", themes, fallback="other")


@pytest.fixture(scope="session")
def invented() -> tuple[pd.DataFrame, np.ndarray]:
    """Twelve invented items of six meetings, in the order of the days, and their themes."""
    titles = [
        *("花の観察", "犬の散歩", "星座の名前", "猫の世話", "木の葉の色", "月と星座"),
        *("花と犬", "猫と花の写真", "星座と花", "犬の世話の計画", "木の葉の観察", "月の観察"),
    ]
    labels = [
        *([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]),
        *([1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]),
    ]
    meetings = [f"m{place // 2}" for place in range(12)]
    table = pd.DataFrame(
        {
            "item_id": [f"i{place:02}" for place in range(12)],
            "meeting_id": meetings,
            "title": titles,
            "body": ["庭の会"] * 6 + ["空の会"] * 6,
            "date": [f"20{10 + place // 2}-04-01" for place in range(12)],
        },
        dtype="str",
    )
    return table, np.array(labels)
