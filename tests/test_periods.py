import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import CorpusError, SettingsError
from cio_topics.periods import (
    ERAS,
    PERIODS,
    UNKNOWN,
    add_periods,
    check_period,
    date_spans,
    era_year,
    period_labels,
    period_order,
    read_administrations,
    western_year,
)

ADMINISTRATIONS = read_administrations()
CABINETS = [row._asdict() for row in ADMINISTRATIONS.itertuples(index=False)]
MEIJI = dt.date(1868, 1, 25)


def periods_of(date, precision, administrations=ADMINISTRATIONS):
    table = pd.DataFrame({"date": [date], "date_precision": [precision]})
    return add_periods(table, administrations).loc[0, list(PERIODS)].to_dict()


def day_before(iso):
    return str(dt.date.fromisoformat(iso) - dt.timedelta(days=1))


# --- eras -----------------------------------------------------------------------------------

BOUNDARIES = [
    ("1868-01-25", "明治元年"),
    ("1868-12-31", "明治元年"),
    ("1869-01-01", "明治2年"),
    ("1912-07-29", "明治45年"),
    ("1912-07-30", "大正元年"),
    ("1926-12-24", "大正15年"),
    ("1926-12-25", "昭和元年"),
    ("1926-12-31", "昭和元年"),  # its only week
    ("1927-01-01", "昭和2年"),
    ("1989-01-07", "昭和64年"),
    ("1989-01-08", "平成元年"),
    ("2019-04-30", "平成31年"),
    ("2019-05-01", "令和元年"),
    ("2020-01-01", "令和2年"),
]


@pytest.mark.parametrize(("date", "label"), BOUNDARIES)
def test_era_boundaries(date, label):
    assert era_year(dt.date.fromisoformat(date)) == label
    assert periods_of(date, "day")["era_year"] == label  # the vectorised way says the same


@given(st.dates(MEIJI, dt.date(2117, 12, 31)))
def test_western_year_takes_era_year_back(date):
    assert western_year(era_year(date)) == date.year
    assert western_year(era_year(date).removesuffix("年")) == date.year


def test_western_year_takes_era_year_back_after_a_century():
    assert western_year(era_year(dt.date(2118, 1, 1))) == 2118


@settings(deadline=None, max_examples=20)
@given(st.lists(st.dates(MEIJI, dt.date(2117, 12, 31)), min_size=1))
def test_tables_and_single_dates_agree(dates):
    table = pd.DataFrame({"date": [str(date) for date in dates], "date_precision": "day"})
    found = add_periods(table, ADMINISTRATIONS)
    assert found["era_year"].tolist() == [era_year(date) for date in dates]
    assert found["year"].tolist() == [str(date.year) for date in dates]
    fiscal = [str(date.year if date.month >= 4 else date.year - 1) for date in dates]
    assert found["fiscal_year"].tolist() == fiscal


@pytest.mark.parametrize("date", [dt.date(1868, 1, 24), dt.date(1, 1, 1)])
def test_before_meiji(date):
    with pytest.raises(SettingsError, match=f"{date} lies before Meiji: expected 1868-01-25"):
        era_year(date)
    assert periods_of(str(date), "day")["era_year"] == UNKNOWN


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("明治元年", 1868),
        ("明治45年", 1912),
        ("大正元年", 1912),  # one year, two eras
        ("大正15年", 1926),
        ("昭和元年", 1926),
        ("昭和64年", 1989),
        ("平成元", 1989),
        ("平成1年", 1989),
        ("平成31年", 2019),
        ("令和元年", 2019),
        (" 平成 21年 ", 2009),
    ],
)
def test_western_year(text, year):
    assert western_year(text) == year


@pytest.mark.parametrize(
    ("text", "last"),
    [("明治46年", 45), ("大正16年", 15), ("昭和65年", 64), ("平成32年", 31)],
)
def test_years_an_era_did_not_have(text, last):
    with pytest.raises(SettingsError, match=f"'{text}' does not exist: .. ended in year {last}"):
        western_year(text)


def test_an_era_that_goes_on_is_not_said_to_have_ended():
    with pytest.raises(SettingsError) as caught:
        western_year("令和0年")
    assert "ended" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2009",
        "平成",
        "平成年",
        "平成元元年",
        "平成-1年",
        "慶応4年",
        "平成21年度",
        "平成二年",
        "x" * 999,
    ],
)
def test_texts_that_are_no_era_year(text):
    with pytest.raises(SettingsError, match=r"is no era year\. Write it as 平成21年") as caught:
        western_year(text)
    assert len(str(caught.value)) < 200


def test_eras_are_newest_first():
    assert [first for _, first in ERAS] == sorted((first for _, first in ERAS), reverse=True)


# --- spans ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "precision", "first", "last"),
    [
        ("2009-07-01", "day", "2009-07-01", "2009-07-01"),
        ("2004-02-29", "day", "2004-02-29", "2004-02-29"),
        ("2003-02", "month", "2003-02-01", "2003-02-28"),
        ("2004-02", "month", "2004-02-01", "2004-02-29"),
        ("2009-12", "month", "2009-12-01", "2009-12-31"),
        ("2009", "year", "2009-01-01", "2009-12-31"),
    ],
)
def test_date_spans(date, precision, first, last):
    spans = date_spans(pd.Series([date]), pd.Series([precision]))
    assert [str(day.date()) for day in spans.loc[0]] == [first, last]


@pytest.mark.parametrize(
    ("date", "precision"),
    [
        ("2011-02-30", "day"),
        ("2003-02-29", "day"),
        ("2009-13", "month"),
        ("2009-7-1", "day"),
        ("2009/07/01", "day"),
        ("2009-07-01", "month"),  # shape of another precision
        ("2009-07", "day"),
        ("2009", "month"),
        ("2009-07", "year"),
        ("", "day"),
        ("", "unknown"),
        ("2009", "unknown"),
        ("2009-07-01", "week"),
        ("2009-07-01 ", "day"),
    ],
)
def test_no_span(date, precision):
    spans = date_spans(pd.Series([date]), pd.Series([precision]))
    assert spans.isna().all(axis=None)


@pytest.mark.parametrize(("date", "precision"), [("２００９-07-01", "day"), ("２００９", "year")])
def test_full_width_digits_are_no_iso_date(date, precision):
    assert date_spans(pd.Series([date]), pd.Series([precision])).isna().all(axis=None)


def test_date_spans_keep_the_index_and_take_no_rows():
    index = pd.Index(["b", "a"])
    dates = pd.Series(["2009", "2010"], index=index)
    assert date_spans(dates, pd.Series("year", index=index)).index.equals(index)
    none = pd.Series([], dtype="str")
    assert date_spans(none, none).shape == (0, 2)


# --- years and fiscal years -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "precision", "year", "fiscal_year"),
    [
        ("2009-03-31", "day", "2009", "2008"),
        ("2009-04-01", "day", "2009", "2009"),
        ("2009-12-31", "day", "2009", "2009"),
        ("2010-01-01", "day", "2010", "2009"),
        ("2004-02-29", "day", "2004", "2003"),
        ("2009-03", "month", "2009", "2008"),
        ("2009-04", "month", "2009", "2009"),
        ("2009", "year", "2009", UNKNOWN),  # January to March belong to FY2008
        ("", "unknown", UNKNOWN, UNKNOWN),
    ],
)
def test_years_and_fiscal_years(date, precision, year, fiscal_year):
    found = periods_of(date, precision)
    assert (found["year"], found["fiscal_year"]) == (year, fiscal_year)


@pytest.mark.parametrize(
    ("date", "precision", "label"),
    [
        ("1989", "year", UNKNOWN),  # 昭和64年 and 平成元年
        ("1989-01", "month", UNKNOWN),
        ("1989-02", "month", "平成元年"),
        ("2019", "year", UNKNOWN),
        ("2019-04", "month", "平成31年"),
        ("2019-05", "month", "令和元年"),
        ("1990", "year", "平成2年"),
        ("1868", "year", UNKNOWN),  # begins before Meiji
        ("1868-01", "month", UNKNOWN),
    ],
)
def test_era_year_of_months_and_years(date, precision, label):
    assert periods_of(date, precision)["era_year"] == label


def test_a_span_has_a_period_exactly_if_all_its_days_share_it():
    # The law of the room, on every month and year around the embedded administrations.
    days = pd.date_range("2001-01-01", "2026-12-31")
    table = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "date_precision": "day"})
    by_day = add_periods(table, ADMINISTRATIONS)
    for precision, length in (("month", 7), ("year", 4)):
        grouped = by_day.groupby(by_day["date"].str[:length])[list(PERIODS)]
        expected = grouped.first().where(grouped.nunique() == 1, UNKNOWN).reset_index()
        spans = expected[["date"]].assign(date_precision=precision)
        found = add_periods(spans, ADMINISTRATIONS)[list(PERIODS)]
        pd.testing.assert_frame_equal(found, expected[list(PERIODS)], check_dtype=False)


# --- administrations ------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(len(CABINETS)), ids=[c["romanised_name"] for c in CABINETS])
def test_the_new_cabinet_owns_the_handover_day(place):
    cabinet = CABINETS[place]
    of_first_day = periods_of(cabinet["start"], "day")
    last_day = periods_of(day_before(cabinet["end"]), "day")
    for column in ("administration", "prime_minister", "government"):
        assert of_first_day[column] == last_day[column] == cabinet[column]
    before = CABINETS[place - 1]["administration"] if place else UNKNOWN
    after = CABINETS[place + 1]["administration"] if place + 1 < len(CABINETS) else UNKNOWN
    assert periods_of(day_before(cabinet["start"]), "day")["administration"] == before
    assert periods_of(cabinet["end"], "day")["administration"] == after


def test_embedded_administrations_follow_without_a_gap():
    assert ADMINISTRATIONS["start"].tolist()[1:] == ADMINISTRATIONS["end"].tolist()[:-1]
    assert ADMINISTRATIONS["administration"].is_unique


@pytest.mark.parametrize(
    ("date", "precision", "administration", "prime_minister", "government"),
    [
        ("2014", "year", UNKNOWN, "安倍晋三", "ldp_led"),  # 第2次 → 第3次 on 2014-12-24
        ("2014-12", "month", UNKNOWN, "安倍晋三", "ldp_led"),
        ("2014-11", "month", "第2次安倍内閣", "安倍晋三", "ldp_led"),
        ("2005", "year", UNKNOWN, "小泉純一郎", "ldp_led"),
        ("2006", "year", UNKNOWN, UNKNOWN, "ldp_led"),  # 小泉 → 安倍
        ("2009-09", "month", UNKNOWN, UNKNOWN, UNKNOWN),  # 麻生 → 鳩山
        ("2010", "year", UNKNOWN, UNKNOWN, "democratic_led"),
        ("2016", "year", "第3次安倍内閣", "安倍晋三", "ldp_led"),
        ("2000", "year", UNKNOWN, UNKNOWN, UNKNOWN),  # before the table begins
        ("2001", "year", UNKNOWN, UNKNOWN, UNKNOWN),  # begins before it
        ("2026", "year", UNKNOWN, UNKNOWN, UNKNOWN),  # ends after it
        ("2030-01-01", "day", UNKNOWN, UNKNOWN, UNKNOWN),
        ("", "unknown", UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_spans_over_a_handover(date, precision, administration, prime_minister, government):
    found = periods_of(date, precision)
    assert found["administration"] == administration
    assert found["prime_minister"] == prime_minister
    assert found["government"] == government


def invented(*rows):
    # Invented rows.
    columns = ["administration", "prime_minister", "government", "start", "end"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


COMES_BACK = invented(
    ("甲1", "甲", "g", "2009-01-01", "2009-03-01"),
    ("乙1", "乙", "g", "2009-03-01", "2009-06-01"),
    ("甲2", "甲", "g", "2009-06-01", "2010-01-01"),
)
GAP = invented(
    ("甲1", "甲", "g", "2009-01-01", "2009-03-01"), ("甲2", "甲", "g", "2009-04-01", "2010-01-01")
)


def test_a_prime_minister_who_came_back_is_not_bridged():
    assert periods_of("2009", "year", COMES_BACK)["prime_minister"] == UNKNOWN
    assert periods_of("2009", "year", COMES_BACK)["government"] == "g"
    assert periods_of("2009-02", "month", COMES_BACK)["prime_minister"] == "甲"
    assert periods_of("2009-07", "month", COMES_BACK)["prime_minister"] == "甲"


def test_a_gap_between_cabinets_is_not_bridged():
    assert periods_of("2009", "year", GAP)["prime_minister"] == UNKNOWN
    assert periods_of("2009-03", "month", GAP)["prime_minister"] == UNKNOWN
    assert periods_of("2009-03-01", "day", GAP)["prime_minister"] == UNKNOWN
    assert periods_of("2009-04", "month", GAP)["prime_minister"] == "甲"


def test_without_administrations_all_is_unknown():
    found = periods_of("2009-07-01", "day", invented())
    assert found["administration"] == found["government"] == UNKNOWN
    assert found["year"] == "2009"


def test_add_periods_keeps_rows_columns_and_index_and_its_argument():
    index = pd.Index([7, 3])
    table = pd.DataFrame(
        {"date": ["2009", ""], "date_precision": ["year", "unknown"], "x": [1, 2]}, index=index
    )
    before = table.copy()
    found = add_periods(table, ADMINISTRATIONS)
    assert list(found) == ["date", "date_precision", "x", *PERIODS]
    assert found.index.equals(index)
    assert (found.dtypes[list(PERIODS)] == "str").all()
    assert (found.loc[3, list(PERIODS)] == UNKNOWN).all()
    pd.testing.assert_frame_equal(table, before)


def test_add_periods_of_no_rows():
    table = pd.DataFrame({"date": [], "date_precision": []}, dtype="str")
    assert add_periods(table, ADMINISTRATIONS).shape == (0, 8)


def test_administrations_in_another_order_do_not_mislabel():
    # Corpus refuses such a table; read_administrations(path) and add_periods do not.
    newest_first = ADMINISTRATIONS[::-1].reset_index(drop=True)
    assert periods_of("2009-07-01", "day", newest_first)["administration"] == "麻生内閣"


def test_read_administrations_of_ones_own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(COMES_BACK.to_csv(index=False), "utf-8")
    pd.testing.assert_frame_equal(read_administrations(path), COMES_BACK)


@pytest.mark.parametrize("content", [None, "a,b\n1,2\n"], ids=["no file", "other columns"])
def test_read_administrations_refuses_what_is_none(tmp_path, content):
    path = tmp_path / "own.csv"
    if content:
        path.write_text(content)
    with pytest.raises(CorpusError, match=r"cannot read|has no column"):
        read_administrations(path)


# --- order and labels -----------------------------------------------------------------------


@pytest.mark.parametrize("by", PERIODS)
def test_check_period_returns_its_argument(by):
    assert check_period(by) == by


@pytest.mark.parametrize("by", ["Year", "", "month", "y" * 500])
def test_check_period_lists_what_exists(by):
    with pytest.raises(
        SettingsError, match=r"unknown period .* expected one of: year, fiscal_year"
    ):
        check_period(by)


NAMES = ADMINISTRATIONS["administration"].tolist()


@pytest.mark.parametrize(
    ("by", "present", "order"),
    [
        ("year", ["2006", UNKNOWN, "2003"], ["2003", "2004", "2005", "2006", UNKNOWN]),
        ("fiscal_year", ["2009"], ["2009"]),
        ("year", [UNKNOWN], [UNKNOWN]),
        ("year", [], []),
        ("administration", [NAMES[5], NAMES[2]], NAMES[2:6]),
        ("administration", [UNKNOWN, NAMES[0]], [NAMES[0], UNKNOWN]),
        ("administration", [], []),
        ("government", ["democratic_led", "ldp_led"], ["ldp_led", "democratic_led"]),
        # one year, two eras: the older first
        ("era_year", ["平成元年", "昭和64年", "平成2年"], ["昭和64年", "平成元年", "平成2年"]),
        ("era_year", ["令和元年", UNKNOWN, "平成31年"], ["平成31年", "令和元年", UNKNOWN]),
        ("era_year", ["平成10年", "平成9年"], ["平成9年", "平成10年"]),  # by number, not by text
        ("body", ["試験会議乙", "試験会議甲"], ["試験会議乙", "試験会議甲"]),
        ("format", [UNKNOWN, "online", "joint"], ["joint", "online", UNKNOWN]),
    ],
)
def test_period_order(by, present, order):
    assert period_order(by, present, ADMINISTRATIONS) == order


def test_period_order_lists_era_years_that_no_item_falls_into():
    found = period_order("era_year", ["平成30年", "令和2年"], ADMINISTRATIONS)
    assert found == ["平成30年", "平成31年", "令和元年", "令和2年"]


def test_period_order_of_prime_ministers_fills_those_between():
    found = period_order("prime_minister", ["麻生太郎", "小泉純一郎"], ADMINISTRATIONS)
    assert found == ["小泉純一郎", "福田康夫", "麻生太郎"]  # 安倍晋三 stands at his last term


@given(st.lists(st.sampled_from([*map(str, range(1990, 2030)), UNKNOWN]), max_size=8))
def test_period_order_loses_none_and_is_in_order(present):
    order = period_order("year", present, ADMINISTRATIONS)
    assert set(present) <= set(order)
    years = [int(p) for p in order if p != UNKNOWN]
    assert (np.diff(years) == 1).all()
    assert (UNKNOWN in order) == (UNKNOWN in present)
    assert UNKNOWN not in order[:-1]


@pytest.mark.parametrize(
    ("by", "period", "ja", "en"),
    [
        ("year", "2009", "2009", "2009"),
        ("fiscal_year", "2009", "2009年度", "FY2009"),
        ("era_year", "平成21年", "平成21年", "平成21年"),
        ("administration", "麻生内閣", "麻生内閣", "Aso"),
        ("administration", "第2次安倍内閣", "第2次安倍内閣", "Second Abe"),
        ("prime_minister", "菅直人", "菅直人", "Naoto Kan"),
        ("prime_minister", "菅義偉", "菅義偉", "Yoshihide Suga"),
        ("government", "ldp_led", "自民党中心の政権", "LDP-led"),
        ("government", "other_led", "other_led", "other_led"),  # a government of one's own
        ("format", "circulated", "持ち回り", "circulated"),
        ("body", "試験会議", "試験会議", "試験会議"),
    ],
)
def test_period_labels(by, period, ja, en):
    found = period_labels(by, [period, UNKNOWN], ADMINISTRATIONS)
    assert found.values.tolist() == [[period, ja, en], [UNKNOWN, "不明", "unknown"]]


def test_every_embedded_period_has_a_label_in_both_languages():
    for by in ("administration", "prime_minister", "government"):
        labels = period_labels(by, list(dict.fromkeys(ADMINISTRATIONS[by])), ADMINISTRATIONS)
        assert (labels[["ja", "en"]] != "").all(axis=None)
        assert labels["ja"].is_unique
        assert labels["en"].is_unique
        assert labels["en"].str.isascii().all()
