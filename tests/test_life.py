import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import Corpus, read_example
from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval
from cio_topics.life import (
    LIFE_COLUMNS,
    RULES,
    SPAN_COLUMNS,
    STATES,
    documents_life,
    life_spans,
    named_documents,
    state_names,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "life.md"
CIO = "各府省情報化統括責任者(CIO)連絡会議"

# Every link of the embedded corpus: name, then (date, state, rule) from the second row on. Each was
# judged by eye; the verdicts stand in docs/life.md.
LINKS = {
    "電子政府構築計画": [
        ("2003-07-17", "decided", "quoted_name"),
        ("2004-06-14", "revised", "same_core"),
    ],
    "人事・給与等業務・システム最適化計画": [("2007-08-24", "revised", "same_core")],
    "電子政府推進計画": [
        ("2007-08-24", "revised", "same_core"),
        ("2008-12-25", "revised", "same_core"),
    ],
    "文書管理業務の業務・システム最適化計画": [
        ("2008-02-13", "revised", "same_core"),
        ("2009-08-28", "revised", "same_core"),
        ("2011-09-14", "revised", "same_core"),
    ],
    "ITによる地域活性化等緊急プログラム": [("2008-02-19", "presented", "bare_mark")],
    "政府情報システム刷新のための共通方針": [("2012-08-09", "proposed", "quoted_name")],
    "二次利用の促進のための府省のデータ公開に関する基本的考え方": [
        ("2013-06-25", "decided", "core_without_kind"),
        ("2014-06-19", "revised", "same_core"),
        ("2015-12-24", "revised", "same_core"),
    ],
    "政府情報システム改革ロードマップ": [
        ("2015-03", "revised", "same_core"),
        ("2016", "revision_draft", "bare_mark"),
    ],
    "政府標準利用規約": [("2015-12-24", "decided", "core_without_edition")],
    "デジタル・ガバメント推進標準ガイドライン": [
        ("2018-03-30", "revised", "same_core"),
        ("2019-02", "revised", "same_core"),
        ("2020-03-31", "revised", "name_before_verb"),
    ],
    "デジタル・ガバメント実行計画": [
        ("2018", "presented", "same_core"),
        ("2018-01-16", "presented", "across_bodies"),
        ("2018-07-20", "revision_presented", "across_bodies"),
        ("2020-12-21", "draft", "same_core"),
    ],
    "各府省におけるデジタル・ガバメントを戦略的に推進するための中長期計画": [
        ("2018-07-20", "presented", "across_bodies")
    ],
    "デジタル社会の実現に向けた重点計画": [
        ("2022-05-17", "revision_draft", "across_bodies"),
        ("2022-06-06", "presented", "same_core"),
        ("2023-06-06", "presented", "same_core"),
        ("2024-06-21", "presented", "same_core"),
        ("2025-04-22", "revision_presented", "same_core"),
    ],
}


# What titles are made of; most draws have marks and quotes in strange places.
PIECES = [
    *("電子政府計画", "「", "」", "(案)", "案", "の改定", "の策定", "及び", "第2版", "(指針)"),
    *("について", "骨子", "(中間整理)", "(平成19年3月改定)", "中間とりまとめ", "資料1:"),
]


@pytest.fixture(scope="module")
def life():
    return documents_life(read_example())


def corpus_of(*rows, decisions=(), formats=None):
    """Invented items: (date, title, status[, body]); one meeting a row unless body and date agree."""
    formats = formats or {}
    meetings, items = {}, []
    for place, (date, title, status, *body) in enumerate(rows):
        where = body[0] if body else "試験会議"
        meeting = f"m-{where}-{date}"
        precision = {10: "day", 7: "month", 4: "year", 0: "unknown"}[len(date)]
        meetings[meeting] = (meeting, where, date, precision, formats.get(date, "unknown"))
        items.append((f"i{place:02}", meeting, title, status, place + 1))
    names = ["meeting_id", "body", "date", "date_precision", "format"]
    tables = {
        "meetings": pd.DataFrame(list(meetings.values()), columns=names),
        "items": pd.DataFrame(
            items, columns=["item_id", "meeting_id", "title", "status", "position"]
        ),
    }
    if decisions:
        names = ["title", "decided_on", "revised_on", "decided_by"]
        tables["decisions"] = pd.DataFrame(decisions, columns=names)
    return Corpus(tables)


def documents(corpus):
    """Item ids of each document, in the order of the table."""
    table = documents_life(corpus)
    return [rows["item_id"].tolist() for _, rows in table.groupby("document", sort=False)]


class TestNamedDocuments:
    @pytest.mark.parametrize(
        ("title", "status", "name", "state", "edition"),
        [
            ("新戦略2015(案)について", "案", "新戦略2015", "draft", ""),
            ("資料1-1:「電子政府計画(素案)」について", "", "電子政府計画", "draft", ""),
            ("電子政府計画", "", "電子政府計画", "presented", ""),
            ("電子政府計画の策定について", "", "電子政府計画", "presented", ""),  # who decided?
            ("電子政府計画の決定について", "", "電子政府計画", "presented", ""),  # not printed
            ("電子政府計画の決定について", "決定", "電子政府計画", "decided", ""),
            ("電子政府計画の策定について(決定)", "", "電子政府計画", "decided", ""),
            ("電子政府計画(案)について(決定)", "決定", "電子政府計画", "decided", ""),
            ("電子政府計画(骨子案)の策定について", "", "電子政府計画", "outline", ""),
            ("電子政府計画骨子(案)について", "案", "電子政府計画", "outline", ""),
            ("電子政府計画(中間整理)について", "", "電子政府計画", "interim", ""),
            ("電子政府研究会中間とりまとめ(案)", "", "電子政府研究会とりまとめ", "interim", ""),
            ("電子政府研究会最終とりまとめ", "", "電子政府研究会とりまとめ", "presented", ""),
            ("電子政府計画(提言)", "", "電子政府計画", "proposed", ""),
            ("電子政府計画", "改定", "電子政府計画", "revised", ""),
            ("電子政府計画(改定)", "改定", "電子政府計画", "revised", ""),
            # the status repeats the wording, which does not say that it was revised there
            ("「電子政府計画」の改定について", "改定", "電子政府計画", "revision_presented", ""),
            ("電子政府計画改訂", "改定", "電子政府計画", "revision_presented", ""),
            ("電子政府計画の一部改正について", "決定", "電子政府計画", "revised", ""),
            ("電子政府計画の改定(案)について", "案", "電子政府計画", "revision_draft", ""),
            ("電子政府計画の改定案", "案", "電子政府計画", "revision_draft", ""),
            ("電子政府計画(案)", "改定", "電子政府計画", "revision_draft", ""),
            ("電子政府計画(改定案)", "案", "電子政府計画", "revision_draft", ""),
            ("電子政府計画(第2.0版)", "決定", "電子政府計画", "decided", "第2.0版"),
            ("電子政府計画 第2版(案)", "案", "電子政府計画", "draft", "第2版"),
            (
                "電子政府計画(改訂第2版)",
                "",
                "電子政府計画",
                "revision_presented",
                "改訂第2版",
            ),
            ("電子政府計画Ver.2.0", "", "電子政府計画", "presented", "Ver.2.0"),
            (
                "電子政府計画(2007年(平成19年)3月改定)",
                "改定",
                "電子政府計画",
                "revised",
                "2007年(平成19年)3月改定",
            ),
            # years, fiscal years and dates of a decision are part of a name
            ("「重点計画-2007」(案)等について", "案", "重点計画-2007", "draft", ""),
            ("電子政府計画(平成19年度)", "", "電子政府計画(平成19年度)", "presented", ""),
            ("電子政府計画(平成19年度版)(案)", "", "電子政府計画(平成19年度版)", "draft", ""),
            (
                "電子政府計画(令和4年6月7日閣議決定)",
                "",
                "電子政府計画(令和4年6月7日閣議決定)",
                "presented",
                "",
            ),
            # about a document, not the document
            ("「電子政府計画」の進捗状況", "", "「電子政府計画」の進捗状況", "presented", ""),
            (
                "「電子政府計画」作成の基本的な考え方について",
                "",
                "「電子政府計画」作成の基本的な考え方",
                "presented",
                "",
            ),
            ("電子政府計画(案)の概要", "", "電子政府計画(案)の概要", "presented", ""),
            ("「デジタルの日」の創設(案)", "案", "「デジタルの日」の創設", "draft", ""),
            # 案 belongs to the word
            ("政府CIO法案", "", "政府CIO法案", "presented", ""),
            ("政府CIO法案の策定について", "", "政府CIO法案の策定", "presented", ""),
            # whose report, and which of many
            ("調査会の中間報告書", "", "調査会の中間報告書", "presented", ""),
            ("調査会第四次中間報告書", "", "調査会第四次中間報告書", "presented", ""),
        ],
    )
    def test_name_and_state(self, title, status, name, state, edition):
        (found,) = named_documents(title, status)
        assert (found.name, found.state, found.edition) == (name, state, edition)

    def test_interim_report_on_a_quoted_document(self):
        title = "「共通方針(案)」に向けた検討状況(中間報告)について"
        assert named_documents(title)[0][:3] == ("共通方針", "共通方針", "interim")
        # without the mark it is a subject
        (found,) = named_documents("「共通方針(案)」に向けた検討状況について")
        assert found.name == "「共通方針(案)」に向けた検討状況"

    def test_two_names(self):
        found = named_documents("「甲計画(案)」及び「乙計画」の改定について")
        assert [(d.name, d.state) for d in found] == [
            ("甲計画", "revision_draft"),
            ("乙計画", "revision_presented"),
        ]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("e−Ｊａｐａｎ 戦略Ⅱ", "「e-Japan戦略II」について"),
            ("第二次情報基本計画", "第2次情報基本計画(案)"),
            ("第十二次情報基本計画", "第12次情報基本計画"),
        ],
    )
    def test_written_differently_is_one_name(self, one, other):
        assert named_documents(one)[0].key == named_documents(other)[0].key

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("重点計画-2006", "重点計画-2007(案)"),
            ("第1次情報基本計画", "第2次情報基本計画"),
            ("平成18年度最適化評価報告書", "平成19年度最適化評価報告書"),
            ("e-Japan戦略", "e-Japan戦略II"),
            ("電子政府構築計画", "「電子政府構築計画(仮称)の策定に向けて」"),
            ("最適化計画策定指針(ガイドライン)", "最適化指針(ガイドライン)"),
        ],
    )
    def test_two_documents_are_two_names(self, one, other):
        assert named_documents(one)[0].key != named_documents(other)[0].key

    @given(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join),
        st.sampled_from(["", "決定", "改定", "案"]),
    )
    def test_any_title_has_a_name_and_a_state(self, title, status):
        found = named_documents(title, status)
        assert found
        for document in found:
            assert document.state in STATES
            assert document.path[-1][0] == document.key
            assert {rule for _, rule in document.path} <= set(RULES) - {"first_seen"}


class TestRealCorpus:
    def test_every_link(self, life):
        linked = life[life["rule"] != "first_seen"]
        found = {
            name: list(zip(rows["date"], rows["state"], rows["rule"], strict=True))
            for name, rows in linked.groupby("name", sort=False)
        }
        assert found == LINKS

    def test_first_rows_are_linked_to_nothing(self, life):
        first = ~life["document"].duplicated()
        assert (first == (life["rule"] == "first_seen")).all()

    def test_documents_are_in_order_of_their_first_date(self, life):
        firsts = life["date"][~life["document"].duplicated()]
        assert firsts.is_monotonic_increasing
        tables = read_example().tables
        tables["items"] = tables["items"].iloc[::-1]
        pd.testing.assert_frame_equal(documents_life(Corpus(tables)), life)

    def test_every_item_exists_and_stands_in_one_document(self, life):
        corpus = read_example()
        items = life["item_id"][life["item_id"] != ""]
        assert items.isin(corpus.items["item_id"]).all()
        assert items.is_unique
        held = life["meeting_id"][life["meeting_id"] != ""]
        assert held.isin(corpus.meetings["meeting_id"]).all()

    def test_spans(self, life):
        spans = life_spans(life)
        assert len(spans) == 22
        (drafted,) = spans[spans["draft_date"] != ""].to_dict("records")
        assert drafted["name"] == "二次利用の促進のための府省のデータ公開に関する基本的考え方"
        assert (drafted["days"], drafted["circulated"]) == (0, False)
        circulated = spans[spans["circulated"].fillna(False)]
        assert circulated["decided_date"].tolist() == ["2011-09-14"]

    def test_page_lists_every_row_and_its_precision(self, life):
        page = PAGE.read_text("utf-8")
        for row in life.to_dict("records"):
            item = f"`{row['item_id']}`" if row["item_id"] else "decisions"
            line = f"| {row['date']} | {row['state']} | {item} | "
            assert line in page, line
        verdicts = re.findall(r"^\| [\d-]+ \| .* \| (right|doubtful|wrong|–) \| ", page, flags=re.M)
        assert len(verdicts) == len(life)
        n = sum(verdict != "–" for verdict in verdicts)
        right = verdicts.count("right")
        low, high = wilson_interval(right, n)
        assert f"{right} of {n} links are right ({right / n:.3f} [{low:.3f}, {high:.3f}])" in page
        assert verdicts.count("wrong") == 0

    def test_page_names_every_rule_and_state(self):
        page = PAGE.read_text("utf-8")
        for name in (*RULES, *STATES):
            assert f"| `{name}` |" in page


class TestDocumentsLife:
    def test_a_life_in_order_of_time(self):
        corpus = corpus_of(
            ("2007-08-24", "電子政府推進計画", "改定"),
            ("2006-08-31", "電子政府推進計画", "決定"),
            ("2006-07-01", "「電子政府推進計画(案)」について", "案"),
            ("2006-05", "電子政府推進計画骨子案", ""),
        )
        table = documents_life(corpus)
        assert list(table.columns) == list(LIFE_COLUMNS)
        assert set(map(str, table.dtypes)) == {"str"}
        assert table["state"].tolist() == ["outline", "draft", "decided", "revised"]
        assert table["rule"].tolist() == ["first_seen", "bare_mark", "same_core", "same_core"]

    @pytest.mark.parametrize(
        "rows",
        [
            [
                ("2006-01-01", "電子政府推進計画について", ""),
                ("2007-01-01", "電子政府推進計画", ""),
            ],
            [("2006-01-01", "電子政府推進計画(案)", "案")],
            # one state at one meeting: the draft and its summary
            [
                ("2006-01-01", "電子政府推進計画(案)", "案"),
                ("2006-01-01", "電子政府推進計画(案)(概要)", "案"),
            ],
            [("2006-01-01", "重点計画(案)", "案"), ("2007-01-01", "重点計画", "決定")],  # too short
            # no document: neither quoted nor named as one nor decided
            [
                ("2006-01-01", "会議体の運営の方法(案)", "案"),
                ("2007-01-01", "会議体の運営の方法", ""),
            ],
            [("2006-01-01", "甲推進計画-2006(案)", ""), ("2007-01-01", "甲推進計画-2007(案)", "")],
        ],
    )
    def test_no_life(self, rows):
        assert documents(corpus_of(*rows)) == []

    def test_another_body_needs_a_long_name_quoted_by_both(self):
        long = "電子政府総合推進行動計画"
        rows = [
            ("2006-01-01", f"「{long}(案)」", "案", "甲会議"),
            ("2006-02-01", f"「{long}」", "", "乙本部"),
        ]
        assert documents(corpus_of(*rows)) == [["i00", "i01"]]
        unquoted = [rows[0], ("2006-02-01", long, "決定", "乙本部")]
        assert documents(corpus_of(*unquoted)) == []
        short = [tuple(c.replace(long, "電子政府計画") for c in row) for row in rows]
        assert documents(corpus_of(*short)) == []

    def test_decided_again_is_a_second_document(self):
        rows = [
            ("2015-05-25", "情報保護総合戦略(案)", "案"),
            ("2015-09-04", "情報保護総合戦略", "決定"),
            ("2018-06-07", "情報保護総合戦略(案)", "案"),
            ("2018-07-25", "情報保護総合戦略", "決定"),
        ]
        table = documents_life(corpus_of(*rows))
        ids = table["document"].unique()
        assert documents(corpus_of(*rows)) == [["i00", "i01"], ["i02", "i03"]]
        assert ids[1] == f"{ids[0]}-2"
        # 改定, an edition, or a second body that decides: one document
        revised = [*rows[:3], ("2018-07-25", "情報保護総合戦略", "改定")]
        assert documents(corpus_of(*revised)) == [["i00", "i01", "i02", "i03"]]
        edition = [*rows[:2], ("2018-07-25", "情報保護総合戦略(第2版)", "決定")]
        assert documents(corpus_of(*edition)) == [["i00", "i01", "i02"]]
        quoted = [
            (*rows[1], "甲幹事会"),
            ("2015-09-30", "「情報保護総合推進戦略」", "決定", "乙本部"),
        ]
        quoted[0] = ("2015-09-04", "「情報保護総合推進戦略」", "決定", "甲幹事会")
        assert documents(corpus_of(*quoted)) == [["i00", "i01"]]

    def test_a_decision_seen_twice_is_one(self):
        rows = [
            ("2006-07-01", "電子政府推進計画(案)", "案"),
            ("2006-08", "電子政府推進計画", "決定"),
            ("2006-08-31", "電子政府推進計画", "決定"),
        ]
        assert documents(corpus_of(*rows)) == [["i00", "i01", "i02"]]

    @pytest.mark.parametrize("name", ["次期情報保護戦略", "新IT重点計画", "甲調査会の報告書"])
    def test_a_relative_name_holds_for_a_year(self, name):
        near = corpus_of(("2018-01-17", f"{name}(案)", "案"), ("2018-06-01", name, ""))
        far = corpus_of(("2018-01-17", f"{name}(案)", "案"), ("2021-02-09", name, ""))
        assert (len(documents(near)), len(documents(far))) == (1, 0)

    def test_an_item_that_names_two_documents_stands_in_both(self):
        rows = [
            ("2006-01-01", "「甲地域情報計画(案)」及び「乙地域情報計画(案)」について", "案"),
            ("2006-02-01", "甲地域情報計画", "決定"),
            ("2006-02-01", "乙地域情報計画", "決定"),
        ]
        assert sorted(documents(corpus_of(*rows))) == [["i00", "i01"], ["i00", "i02"]]

    def test_a_decision_without_an_item(self):
        rows = [("2006-07-01", "電子政府推進計画(案)", "案"), ("2006-08-31", "別の件", "")]
        table = documents_life(
            corpus_of(
                *rows,
                decisions=[("電子政府推進計画", "2006-08-31", "2007-08", "")],
                formats={"2006-08-31": "circulated"},
            )
        )
        assert table["item_id"].tolist() == ["i00", "", ""]
        assert table["rule"].tolist()[1:] == ["decision_title"] * 2
        # the one meeting of the body on that day; no day, no meeting
        assert table["meeting_id"].tolist()[1:] == ["m-試験会議-2006-08-31", ""]
        assert life_spans(table)["circulated"].tolist() == [True, pd.NA]

    def test_a_decision_tells_what_the_item_does_not(self):
        rows = [
            ("2006-07-01", "電子政府推進計画(案)", "案"),
            ("2006-08-31", "電子政府推進計画について", ""),
            ("2007-08-24", "「電子政府推進計画」の改定について", "改定"),
        ]
        told = [("電子政府推進計画", "2006-08-31", "2007-08-24", "")]
        table = documents_life(corpus_of(*rows, decisions=told))
        assert table["state"].tolist() == ["draft", "decided", "revised"]
        assert table["item_id"].tolist() == ["i00", "i01", "i02"]

    def test_a_decision_that_an_item_tells_is_not_told_twice(self):
        rows = [
            ("2006-07-01", "電子政府推進計画(案)", "案"),
            ("2006-08", "電子政府推進計画", "決定"),
        ]
        told = [("電子政府推進計画", "2006-08-31", "", "")]
        assert len(documents_life(corpus_of(*rows, decisions=told))) == 2

    @pytest.mark.parametrize(
        ("decided_by", "n"),
        [("", 0), ("甲会議", 2), ("甲会議決定", 2), ("丙会議", 0)],
    )
    def test_whose_decision(self, decided_by, n):
        rows = [
            ("2006-07-01", "電子政府推進計画(案)", "案", "甲会議"),
            ("2006-07-01", "電子政府推進計画(案)", "案", "乙会議"),
        ]
        told = [("電子政府推進計画", "2006-08-31", "", decided_by)]
        assert len(documents_life(corpus_of(*rows, decisions=told))) == n

    def test_two_meetings_on_the_day_of_a_decision(self):
        name = "電子政府総合推進行動計画"
        rows = [
            ("2006-07-01", f"「{name}(案)」", "案", "甲会議"),
            ("2006-07-02", f"「{name}(案)」", "案", "乙本部"),
            ("2006-08-31", "別の件", "", "甲会議"),
            ("2006-08-31", "別の件", "", "乙本部"),
        ]
        table = documents_life(corpus_of(*rows, decisions=[(name, "2006-08-31", "", "")]))
        decided = table[table["state"] == "decided"].iloc[0]
        assert (decided["meeting_id"], decided["body"], decided["format"]) == ("", "", "unknown")
        told = [(name, "2006-08-31", "", "乙本部")]
        table = documents_life(corpus_of(*rows, decisions=told))
        assert table["meeting_id"].tolist()[-1] == "m-乙本部-2006-08-31"

    def test_an_identifier_stays(self):
        name = "電子政府総合推進行動計画"
        one = [
            ("2006-07-01", f"「{name}(案)」", "案", "甲会議"),
            ("2006-08-01", name, "決定", "甲会議"),
        ]
        more = [
            *one,
            ("2005-01-01", f"「{name}骨子」", "", "乙本部"),
            ("2006-01-01", "別の件", "", "丙"),
        ]
        ids = [documents_life(corpus_of(*rows))["document"].unique() for rows in (one, more)]
        assert ids[0].tolist() == ids[1].tolist()

    def test_days_bound_items_and_decisions(self):
        rows = [
            ("2006-07-01", "電子政府推進計画(案)", "案"),
            ("2007-08-24", "電子政府推進計画", "改定"),
        ]
        corpus = corpus_of(*rows, decisions=[("電子政府推進計画", "2006-08-31", "", "")])
        kept = documents_life(corpus, since="2006-07-01", until="2006-12-31")
        assert kept["date"].tolist() == ["2006-07-01", "2006-08-31"]
        assert documents_life(corpus, since="2007-01-01").empty

    def test_unknown_dates_come_last(self):
        rows = [("", "電子政府推進計画", "決定"), ("2006-07-01", "電子政府推進計画(案)", "案")]
        table = documents_life(corpus_of(*rows))
        assert table["date"].tolist() == ["2006-07-01", ""]
        assert life_spans(table)[["draft_date", "days_low"]].values.tolist() == [["", pd.NA]]

    @pytest.mark.parametrize("name", ["since", "until"])
    def test_no_day(self, name):
        with pytest.raises(SettingsError, match=f"{name} is '2006'; expected a real day"):
            documents_life(read_example(), **{name: "2006"})

    def test_an_empty_corpus(self):
        table = documents_life(corpus_of())
        assert list(table.columns) == list(LIFE_COLUMNS)
        assert list(life_spans(table).columns) == list(SPAN_COLUMNS)


class TestLifeSpans:
    @pytest.mark.parametrize(
        ("draft", "decided", "expected"),
        [
            ("2006-07-01", "2006-08-31", [61, 61, 61]),
            ("2006-07", "2006-08-31", [pd.NA, 31, 61]),
            ("2006-08", "2006-08-31", [pd.NA, 0, 30]),  # never negative
            ("2006-07-01", "2006", [pd.NA, 0, 183]),
            ("2006", "2006", [pd.NA, 0, 364]),
        ],
    )
    def test_days_are_as_exact_as_the_dates(self, draft, decided, expected):
        rows = [(draft, "電子政府推進計画(案)", "案"), (decided, "電子政府推進計画", "決定")]
        (span,) = life_spans(documents_life(corpus_of(*rows)))[
            ["days", "days_low", "days_high"]
        ].values.tolist()
        assert span == expected

    def test_which_draft_belongs_to_which_decision(self):
        rows = [
            ("2006-05-01", "電子政府推進計画骨子案", ""),  # an outline is no draft
            ("2006-07-01", "電子政府推進計画(素案)", "案"),
            ("2006-08-01", "電子政府推進計画(案)", "案"),  # the first draft counts
            ("2006-08-31", "電子政府推進計画", "決定"),
            ("2007-08-01", "電子政府推進計画の改定案", "案"),
            ("2007-08-24", "電子政府推進計画", "改定"),
            ("2008-12-25", "電子政府推進計画", "改定"),
            ("2009-01-01", "電子政府推進計画の改定案", "案"),  # no decision follows
        ]
        spans = life_spans(documents_life(corpus_of(*rows)))
        assert spans["draft_date"].tolist() == ["2006-07-01", "2007-08-01", ""]

    @pytest.mark.parametrize(
        ("title", "status"), [("電子政府推進計画", "改定"), ("電子政府推進計画(第2版)", "決定")]
    )
    def test_the_draft_of_a_decision_that_is_not_known(self, title, status):
        rows = [("2006-07-01", "電子政府推進計画(案)", "案"), ("2012-08-31", title, status)]
        assert life_spans(documents_life(corpus_of(*rows)))["draft_date"].tolist() == [""]

    @pytest.mark.parametrize(
        ("held", "expected"),
        [
            ("circulated", True),
            ("in_person", False),
            ("joint", False),
            ("online", False),
            ("unknown", pd.NA),
        ],
    )
    def test_circulated(self, held, expected):
        rows = [
            ("2006-07-01", "電子政府推進計画(案)", "案"),
            ("2006-08-31", "電子政府推進計画", "決定"),
        ]
        spans = life_spans(documents_life(corpus_of(*rows, formats={"2006-08-31": held})))
        assert spans["circulated"].tolist() == [expected]
        assert str(spans["circulated"].dtype) == "boolean"

    def test_no_table_of_lives(self):
        with pytest.raises(SettingsError, match=r"has no column document, .*documents_life"):
            life_spans(pd.DataFrame({"date": ["2006"]}))


NAMES = ["電子政府推進計画", "情報保護総合推進基本戦略", "次期情報保護戦略", "甲ガイドライン(指針)"]
TITLES = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(
        ["{}", "{}(案)", "「{}」", "「{}(案)」の改定", "{}骨子案", "{}(第2版)", "{}の改定案"]
    ),
).map(lambda pair: pair[1].format(pair[0]))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2006-01-05", "2006-03", "2006", "2007-03-01", "2009-03-01", ""]),
        TITLES,
        st.sampled_from(["", "案", "決定", "改定", "報告"]),
        st.sampled_from(["甲会議", "乙本部"]),
    ),
    max_size=9,
)
DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["", "2006-01-05", "2006-04"]),
        st.sampled_from(["", "2007-03-01;2009-03-01"]),
        st.sampled_from(["", "甲会議"]),
    ),
    max_size=2,
)


class TestLaws:
    @settings(max_examples=15, deadline=None)
    @given(ROWS, DECISIONS, st.randoms(use_true_random=False))
    def test_what_always_holds(self, rows, decisions, random):
        corpus = corpus_of(*rows, decisions=decisions)
        life = documents_life(corpus)
        spans = life_spans(life)
        self.check_life(life, corpus)
        self.check_spans(spans)
        # the order and the labels of rows do not matter
        shuffled = corpus.tables
        for name in ("meetings", "items", "decisions"):
            order = random.sample(range(len(shuffled[name])), len(shuffled[name]))
            shuffled[name] = shuffled[name].iloc[order].set_axis([f"x{n}" for n in order])
        other = documents_life(Corpus._of_checked(shuffled))  # quick: it was checked above
        pd.testing.assert_frame_equal(life, other)
        pd.testing.assert_frame_equal(spans, life_spans(other))

    def check_life(self, life, corpus):
        items = life["item_id"][life["item_id"] != ""]
        assert items.isin(corpus.items["item_id"]).all()
        assert items.is_unique  # none of these titles names two documents
        assert life["state"].isin(STATES).all()
        assert life["rule"].isin(RULES).all()
        for _, rows in life.groupby("document"):
            assert len(rows[["state", "date"]].drop_duplicates()) > 1
            assert (rows["rule"] == "first_seen").tolist() == [True] + [False] * (len(rows) - 1)
            years = rows["date"][rows["date"] != ""].str[:4]
            assert years.is_monotonic_increasing

    def check_spans(self, spans):
        known = spans.dropna(subset=["days_low", "days_high"])
        assert (known["days_low"] >= 0).all()
        assert (known["days_high"] >= known["days_low"]).all()
        assert (known["days"].notna() == (known["days_low"] == known["days_high"])).all()
        drafts = spans["draft_item_id"][spans["draft_item_id"] != ""]
        assert drafts.is_unique  # a draft serves one decision

    def test_time_grows_with_the_number_of_titles_alone(self):
        """2,000 editions of one document, and a title of 40,000 characters, take no time to speak of."""
        import time

        rows = [("2006-01-05", f"電子政府推進計画(第{n}版)", "決定") for n in range(2000)]
        began = time.perf_counter()
        documents_life(corpus_of(*rows, ("2006-01-05", "電子政府計画" + "(指針)" * 10_000, "")))
        assert time.perf_counter() - began < 10


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_state_has_a_name(lang):
    names = state_names(lang)
    assert list(names) == list(STATES)
    assert len(set(names.values())) == len(STATES)


def test_a_decided_paper_about_a_revision_is_a_revision():
    """「X」の改定について in the decisions table says that X was revised, not decided."""
    meetings = pd.DataFrame(
        {
            "meeting_id": ["m1"],
            "body": ["試験会議"],
            "date": ["2006-03-01"],
            "date_precision": "day",
        }
    )
    items = pd.DataFrame(
        {
            "item_id": ["a1"],
            "meeting_id": ["m1"],
            "title": ["「架空の行動計画」の決定"],
            "status": ["決定"],
        }
    )
    decisions = pd.DataFrame(
        {
            "title": ["「架空の行動計画」の改定について"],
            "decided_on": ["2007-03-30"],
            "decided_by": ["試験会議"],
        }
    )
    life = documents_life(Corpus({"meetings": meetings, "items": items, "decisions": decisions}))
    assert life["state"].tolist() == ["decided", "revised"]
