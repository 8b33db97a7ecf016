"""Shares are counted against items, and every item is counted once. Its rows are invented."""

import itertools

import numpy as np
import pandas as pd
import pytest

from cio_topics.codebook import Codebook, Theme, read_codebook
from cio_topics.corpus import Corpus, read_example
from cio_topics.errors import SettingsError
from cio_topics.intervals import cluster_bootstrap_shares, wilson_interval
from cio_topics.themes import theme_table
from cio_topics.tracking import GROUPINGS, INTERVALS, make_periods, theme_shares, wide_shares

BOOK = Codebook(
    "1", "1", "試験", "invented", tuple(Theme(t, t, t) for t in ("a", "b", "rest")), "rest"
)
CORPUS = Corpus(
    {
        "meetings": pd.DataFrame(
            [
                ("m1", "試験会議乙", "2009-07-01", "day", "in_person"),
                ("m2", "試験会議乙", "2009-10-01", "day", "circulated"),
                (
                    "m3",
                    "試験会議甲",
                    "2011",
                    "year",
                    "unknown",
                ),  # 菅内閣 or 野田内閣, FY2010 or 2011
                ("m4", "試験会議甲", "", "unknown", "in_person"),
            ],
            columns=["meeting_id", "body", "date", "date_precision", "format"],
        ),
        "items": pd.DataFrame(
            {
                "item_id": ["i1", "i2", "i3", "i4", "i5"],
                "meeting_id": ["m1", "m1", "m2", "m3", "m4"],
                "title": "試験",
            }
        ),
        "theme_labels": pd.DataFrame(
            {
                "item_id": ["i1", "i2", "i3", "i4", "i5"],
                "themes": ["a;b", "a", "b", "a", "rest"],
            }
        ),
    }
)
TABLE = theme_table(CORPUS, BOOK)
THEMES = ["b", "a"]  # not the codebook's order
EXAMPLE = read_example()
EXAMPLE_TABLE = theme_table(EXAMPLE)
IDS = read_codebook().ids


def shares(by="year", table=TABLE, themes=THEMES, **settings):
    return theme_shares(
        table, by, themes=themes, administrations=CORPUS.administrations, **settings
    )


BY_HAND = {  # period: (items with a, items with b, items, meetings); i1 has both themes
    "year": {
        "2009": (2, 2, 3, 2),
        "2010": (0, 0, 0, 0),  # a gap keeps its row
        "2011": (1, 0, 1, 1),
        "unknown": (0, 0, 1, 1),
    },
    "fiscal_year": {"2009": (2, 2, 3, 2), "unknown": (1, 0, 2, 2)},
    "era_year": {
        "平成21年": (2, 2, 3, 2),
        "平成22年": (0, 0, 0, 0),
        "平成23年": (1, 0, 1, 1),
        "unknown": (0, 0, 1, 1),
    },
    "administration": {
        "麻生内閣": (2, 1, 2, 1),
        "鳩山由紀夫内閣": (0, 1, 1, 1),
        "unknown": (1, 0, 2, 2),
    },
    "prime_minister": {
        "麻生太郎": (2, 1, 2, 1),
        "鳩山由紀夫": (0, 1, 1, 1),
        "unknown": (1, 0, 2, 2),
    },
    "government": {
        "ldp_led": (2, 1, 2, 1),
        "democratic_led": (1, 1, 2, 2),
        "unknown": (0, 0, 1, 1),
    },
    "format": {"circulated": (0, 1, 1, 1), "in_person": (2, 1, 3, 2), "unknown": (1, 0, 1, 1)},
    "body": {"試験会議乙": (2, 2, 3, 2), "試験会議甲": (1, 0, 2, 2)},
}


@pytest.mark.parametrize("by", GROUPINGS)
def test_by_hand(by):
    table = shares(by)
    rows = table[["period", "theme", "n", "n_items", "n_meetings"]].itertuples(index=False)
    expected = []
    for period, (with_a, with_b, n_items, n_meetings) in BY_HAND[by].items():
        expected.append((period, "b", with_b, n_items, n_meetings))
        expected.append((period, "a", with_a, n_items, n_meetings))
    assert [tuple(row) for row in rows] == expected
    filled = table[table["n_items"] > 0]
    assert filled["share"].tolist() == (filled["n"] / filled["n_items"]).tolist()
    assert table.loc[table["n_items"] == 0, "share"].isna().all()


def test_columns():
    types = shares().dtypes.astype(str).to_dict()
    assert types == {
        "period": "str",
        "theme": "str",
        "n": "int64",
        "n_items": "int64",
        "n_meetings": "int64",
        "share": "float64",
        "share_low": "float64",
        "share_high": "float64",
        "unit": "str",
        "n_units": "int64",
        "counting": "str",
        "interval": "str",
        "level": "float64",
        "n_jointly": "int64",
    }
    assert list(types)[:8] == [  # what a report reads, in its order
        *("period", "theme", "n", "n_items", "n_meetings", "share", "share_low", "share_high")
    ]


def test_a_theme_that_never_occurs_keeps_its_rows():
    coded = TABLE.copy()
    coded.attrs["themes"] = ["a", "b", "rest", "none"]  # as of a codebook that has it as well
    table = shares(table=coded, themes=["a", "none"])
    never = table[(table["theme"] == "none") & (table["n_items"] > 0)]
    assert never["n"].tolist() == never["share"].tolist() == [0, 0, 0]
    assert (never["share_high"] > 0).all()  # not seen is not impossible


@pytest.mark.parametrize("by", GROUPINGS)
def test_every_item_stands_in_one_period(by):
    """Law: the items of all periods are the items of the corpus, and each share is a plain count."""
    table = theme_shares(EXAMPLE_TABLE, by, themes=IDS, administrations=EXAMPLE.administrations)
    sizes = table.drop_duplicates("period")
    assert sizes["n_items"].sum() == len(EXAMPLE)
    assert sizes["n_meetings"].sum() == len(EXAMPLE.meetings)
    assert table["n"].sum() == len(EXAMPLE_TABLE)
    assert len(table) == len(sizes) * len(IDS)
    agenda = EXAMPLE.agenda()
    given = EXAMPLE_TABLE.groupby("item_id")["theme"].agg(set)
    for row in table.itertuples():
        items = agenda.loc[agenda[by] == row.period, "item_id"]
        assert row.n_items == len(items)
        assert row.n == sum(row.theme in given[item] for item in items)
        if row.n_items:
            assert row.share_low <= row.share <= row.share_high


@pytest.mark.parametrize("by", GROUPINGS)
def test_unknown_comes_last(by):
    periods = list(
        theme_shares(
            EXAMPLE_TABLE, by, themes=["security"], administrations=EXAMPLE.administrations
        )["period"]
    )
    assert "unknown" not in periods[:-1]
    if by in ("year", "fiscal_year"):
        years = [int(period) for period in periods if period != "unknown"]
        assert years == list(range(years[0], years[-1] + 1))


def test_the_order_of_rows_changes_nothing():
    backwards = TABLE[::-1]
    for by, interval in itertools.product(GROUPINGS, INTERVALS):
        pd.testing.assert_frame_equal(
            shares(by, interval=interval), shares(by, backwards, interval=interval)
        )


def test_wilson_is_the_default():
    low, high = wilson_interval([2, 2], [3, 3])
    first = shares()[:2]
    assert first["share_low"].tolist() == pytest.approx(low)
    assert first["share_high"].tolist() == pytest.approx(high)
    empty = shares()[2:4]
    assert empty[["share_low", "share_high"]].isna().all(axis=None)
    narrow = shares(level=0.5)[:2]
    assert (
        narrow["share_high"] - narrow["share_low"] < first["share_high"] - first["share_low"]
    ).all()


class TestBootstrap:
    def test_it_draws_the_meetings_of_the_period(self):
        table = shares(interval="bootstrap")
        # 2009: m1 has 2 of 2 items with a, m2 0 of 1; b 1 of 2 and 1 of 1
        counts = np.array([[1.0, 2.0], [1.0, 0.0]])
        low, high = cluster_bootstrap_shares(counts, np.array([2.0, 1.0]), random_state=0)
        assert table["share_low"][:2].tolist() == low.tolist()
        assert table["share_high"][:2].tolist() == high.tolist()
        assert (low[1], high[1]) == (0, 1)  # only m2, or only m1

    def test_one_meeting_alone_has_none(self):
        table = shares(interval="bootstrap")
        single = table[table["n_meetings"] < 2]
        assert single[["share_low", "share_high"]].isna().all(axis=None)
        assert single.loc[single["n_items"] > 0, "share"].notna().all()

    def test_it_repeats_with_its_seed(self):
        def drawn(seed):
            return theme_shares(
                EXAMPLE_TABLE,
                "government",
                themes=IDS,
                administrations=EXAMPLE.administrations,
                interval="bootstrap",
                n_draws=200,
                random_state=seed,
            )

        pd.testing.assert_frame_equal(drawn(3), drawn(3))
        assert not drawn(3)["share_high"].equals(drawn(4)["share_high"])
        known = drawn(3).dropna()
        assert known["share"].between(known["share_low"], known["share_high"]).mean() > 0.95

    def test_level_narrows_it(self):
        def width(level):
            table = theme_shares(
                EXAMPLE_TABLE,
                "government",
                themes=["security"],
                administrations=EXAMPLE.administrations,
                interval="bootstrap",
                level=level,
            )
            return (table["share_high"] - table["share_low"])[0]

        assert 0 < width(0.5) < width(0.95)

    def test_a_theme_not_seen_is_not_impossible(self):
        never = shares("body", themes=["rest"], interval="bootstrap")[:1]
        assert never["n_meetings"].tolist() == [2]
        assert never["share_high"].isna().all() or (never["share_high"] > 0).all()

    @pytest.mark.parametrize("level", [0, 1.0, 95])
    def test_a_level_that_is_none_is_refused(self, level):
        with pytest.raises(SettingsError, match="level is"):
            shares("body", interval="bootstrap", level=level)

    def test_no_draws_are_refused(self):
        with pytest.raises(SettingsError):
            shares("body", interval="bootstrap", n_draws=0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"by": "month"}, r"unknown period 'month'; expected one of: year, .*format, body"),
        ({"interval": "normal"}, "unknown interval 'normal'; expected one of: wilson, bootstrap"),
        ({"level": 95}, "level is 95; expected a number between 0 and 1"),
    ],
)
def test_settings_are_refused(settings, message):
    with pytest.raises(SettingsError, match=message):
        shares(**settings)


def test_no_items_no_rows():
    none = shares(table=TABLE[:0])
    assert none.empty
    assert list(none) == list(shares())


def test_wide_shares_keep_the_order_of_periods_and_themes():
    wide = wide_shares(shares())
    assert list(wide.index) == ["b", "a"]
    assert list(wide.columns) == ["2009", "2010", "2011", "unknown"]
    assert wide.loc["a"].tolist() == pytest.approx([2 / 3, np.nan, 1, 0], nan_ok=True)
    assert wide_shares(shares(), "n").loc["b"].tolist() == [2, 0, 0, 0]
    governments = wide_shares(shares("government")).columns
    assert list(governments) == ["ldp_led", "democratic_led", "unknown"]  # time, not alphabet


class TestUnits:
    def test_meetings_with_at_least_one_item(self):
        rows = shares("government", unit="meetings")
        # ldp_led: m1; democratic_led: m2 (b), m3 (a); unknown: m4
        assert rows["n"].tolist() == [1, 1, 1, 1, 0, 0]
        assert rows["n_units"].tolist() == rows["n_meetings"].tolist() == [1, 1, 2, 2, 1, 1]
        assert rows["n_items"].tolist() == [2, 2, 2, 2, 1, 1]
        assert rows["share"].tolist() == [1, 1, 0.5, 0.5, 0, 0]

    def test_handouts(self):
        handouts = pd.Series({"i1": 3, "i2": 0, "i3": 2, "i4": 0, "i5": 1})
        rows = shares("year", unit="handouts", handouts=handouts)
        assert rows["n"].tolist() == [5, 3, 0, 0, 0, 0, 0, 0]
        assert rows["n_units"].tolist() == [5, 5, 0, 0, 0, 0, 1, 1]
        assert rows["share"].isna().tolist() == [False, False, *[True] * 4, False, False]

    def test_handouts_of_a_corpus_without_any(self):
        with pytest.raises(SettingsError, match="no handout is tied to an item"):
            shares(unit="handouts")

    def test_periods_of_ones_own(self):
        own = make_periods(["first=2009-01..2009-08", "then=2009-09..2010"])
        rows = theme_shares(TABLE, own, themes=["a"])
        assert rows["period"].tolist() == ["first", "then", "unknown"]
        assert rows["n_items"].tolist() == [2, 1, 2]  # 2011 lies in neither


class TestFractional:
    def test_items_are_split_evenly(self):
        rows = shares("government", counting="fractional")
        assert rows["n"].tolist() == [0.5, 1.5, 1, 1, 0, 0]  # i1 has both themes
        assert rows["n_items"].tolist() == [2, 2, 2, 2, 1, 1]

    @pytest.mark.parametrize("by", GROUPINGS)
    def test_the_shares_of_a_period_sum_to_one(self, by):
        rows = theme_shares(EXAMPLE_TABLE, by, counting="fractional")
        sums = rows[rows["n_items"] > 0].groupby("period")["share"].sum()
        assert sums.tolist() == pytest.approx([1.0] * len(sums), abs=1e-9)

    def test_some_themes_get_their_parts_of_all(self):
        """A split is among all themes of the item, also those that are not shown."""
        rows = shares("government", themes=["a"], counting="fractional")
        assert rows["n"].tolist() == [1.5, 1, 0]

    @pytest.mark.parametrize("interval", INTERVALS)
    def test_the_order_of_rows_changes_nothing(self, interval):
        mixed = EXAMPLE_TABLE.sample(frac=1, random_state=1)
        settings = {"counting": "fractional", "interval": interval, "themes": IDS}
        pd.testing.assert_frame_equal(
            theme_shares(EXAMPLE_TABLE, "government", **settings),
            theme_shares(mixed, "government", **settings),
        )

    def test_weights_of_ones_own(self):
        weights = pd.Series(1.0, index=TABLE.index)
        both = TABLE["item_id"] == "i1"
        weights[both] = np.where(TABLE["theme"][both] == "a", 0.75, 0.25)
        rows = shares("government", counting="fractional", weights=weights)
        assert rows["n"].tolist() == pytest.approx([0.25, 1.75, 1, 1, 0, 0])

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda w: w, r"weights of item 'i1' sum to 2; .* \(1 of 5 items are off\)"),
            (lambda w: w * -1, "a weight of item 'i1' is outside"),
            (lambda w: w * np.nan, "a weight of item 'i1' is outside"),
            (lambda w: w[:-1], "5 weights for 6 rows"),
        ],
    )
    def test_weights_that_are_none(self, change, message):
        weights = pd.Series(1.0, index=TABLE.index)
        with pytest.raises(SettingsError, match=message):
            shares(counting="fractional", weights=change(weights))

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"counting": "half"}, "unknown counting 'half'; expected one of: whole, fractional"),
            ({"counting": "fractional", "unit": "meetings"}, "meetings cannot be split"),
            ({"weights": pd.Series(1.0, index=TABLE.index)}, "items are counted whole"),
        ],
    )
    def test_settings_are_refused(self, settings, message):
        with pytest.raises(SettingsError, match=message):
            shares(**settings)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("table", [TABLE[:0], TABLE[:1], TABLE[TABLE["year"] == "unknown"]])
def test_thin_tables_have_rows_or_none(interval, table):
    """No item, one item, only unknown dates: never an error, never a number that is none."""
    table = table.copy()
    table.attrs["themes"] = list(BOOK.ids)
    rows = shares(table=table, interval=interval)
    known = rows[rows["share_low"].notna()]
    assert ((known["share_low"] <= known["share"]) & (known["share"] <= known["share_high"])).all()
    assert len(rows) == 2 * table["year"].nunique()
