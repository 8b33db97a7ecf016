"""Files that tell of one meeting become one; nothing that they tell is lost without a word."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cio_topics.corpus import TABLES, Corpus
from cio_topics.ingest.assemble import assemble, source_kind_of
from cio_topics.ingest.records import (
    AgendaLine,
    DecisionHead,
    FileRecord,
    Handout,
    MeetingRecord,
)

# Invented.
SITE = "http://council.example.go.jp/dai1/"
ITEMS = (
    AgendaLine("開会", "ceremony", "1."),
    AgendaLine("電子政府構築計画（案）について", "agenda", "2."),
    AgendaLine("業務の最適化について", "agenda", "3."),
    AgendaLine("閉会", "ceremony", "4."),
)


def meeting(number: int | None = 1, date: str = "2009-07-01", **fields) -> MeetingRecord:
    precision = {10: "day", 7: "month", 4: "year", 0: "unknown"}[len(date)]
    known = {
        "body": "試験会議",
        "date_precision": precision,
        "items": (AgendaLine("計画について"),),
    }
    return MeetingRecord(number=number, date=date, **(known | fields))


def page(name: str, *meetings: MeetingRecord, parser: str = "page", **fields) -> FileRecord:
    return FileRecord(name, parser, "html", meetings=meetings, **fields)


def rows(records, table: str = "meetings", **options):
    made = assemble(records, **options)
    Corpus(made.tables)  # whatever is asked of it, it is a corpus
    return made.tables[table]


AGENDA = page(
    SITE + "gijisidai.html",
    meeting(items=ITEMS, start="10:00", end="11:00", handouts=(
        Handout("電子政府構築計画（案）", "資料1", SITE + "siryou1.pdf", 1),
        Handout("出席者からの意見", "資料2", "", None),
    )),
)  # fmt: skip
MINUTES = page(
    SITE + "gijiroku.html",
    meeting(
        items=(*ITEMS, AgendaLine("議長の発言")), place="本館第1会議室", start="10:00", end="11:00"
    ),
)
LISTED = page(
    "http://council.example.go.jp/", meeting(items=(), format="circulated"), parser="list"
)
PAPERS = page(
    SITE + "siryou.html",
    meeting(
        date="",
        items=(AgendaLine("業務の最適化（資料）", "handout", "資料2"),),
        handouts=(
            Handout("出席者からの意見", "資料2", SITE + "siryou2.pdf", None),
            Handout("業務の最適化について（概要）", "参考資料1", SITE + "sankou1.pdf", 0),
        ),
    ),
)


# --- one meeting ----------------------------------------------------------------------------


def test_pages_minutes_lists_and_handouts_of_a_meeting_are_one():
    made = assemble([LISTED, PAPERS, MINUTES, AGENDA])
    Corpus(made.tables)
    (row,) = made.tables["meetings"].to_dict("records")
    assert {k: row[k] for k in ("body", "number", "date", "start", "end", "place", "format")} == {
        "body": "試験会議",
        "number": "1",
        "date": "2009-07-01",
        "start": "10:00",
        "end": "11:00",
        "place": "本館第1会議室",  # only the minutes print it
        "format": "circulated",  # only the list prints it
    }
    assert row["source"].split(" ; ") == [r.source for r in (AGENDA, MINUTES, PAPERS, LISTED)]
    assert (row["parser"], row["source_kind"], row["n_handouts"]) == ("html-page", "official", "3")
    items = made.tables["items"]
    assert items[["kind", "label", "title"]].values.tolist() == [
        [item.kind, item.label, item.title] for item in ITEMS
    ]
    assert set(items["source_url"]) == {AGENDA.source}
    assert made.remarks == (
        f"{MINUTES.source}: not on the agenda of {AGENDA.source}, left out: 議長の発言",
    )


def test_every_order_of_the_files_gives_the_same_corpus():
    orders = list(itertools.permutations([LISTED, PAPERS, MINUTES, AGENDA]))[::5]
    assert len({Corpus(assemble(order).tables).hash for order in orders}) == 1


def test_handouts_of_all_files_are_tied_to_the_agenda():
    made = assemble([PAPERS, AGENDA])
    titles = made.tables["items"].set_index("item_id")["title"].to_dict()
    found = {
        row["label"]: (titles.get(row["item_id"], ""), row["document_url"])
        for row in made.tables["documents"].to_dict("records")
    }
    assert found == {
        "資料1": ("電子政府構築計画（案）について", SITE + "siryou1.pdf"),
        "資料2": ("", SITE + "siryou2.pdf"),  # its link stands on the other page only
        "参考資料1": ("業務の最適化について", SITE + "sankou1.pdf"),
    }


def test_status_is_what_the_title_prints_at_its_end():
    titles = [
        "計画（案）について",
        "計画（決定）",
        "（案）の扱い",
        "計画（改訂）",
        "（案）計画（報告）",
        "計画",
    ]
    items = rows([page("a", meeting(items=tuple(map(AgendaLine, titles))))], "items")
    assert items["status"].tolist() == ["案", "決定", "", "改定", "報告", ""]


@pytest.mark.parametrize(
    ("first", "second", "n"),
    [
        (meeting(1), meeting(1), 1),
        (meeting(1), meeting(2), 2),  # two on one day
        (meeting(1), meeting(1, body="試験部会"), 2),
        (meeting(1), meeting(1, body="試験 会議"), 1),  # spaces of a layout
        (meeting(4, "2005-11-01"), meeting(4, "2013-12-20"), 2),  # numbers restarted
        (meeting(4, "2005"), meeting(4, "2013"), 2),
        (meeting(4, "2005-12-27"), meeting(4, "2006-12-27"), 1),  # a year misprinted in a list
        (meeting(4, ""), meeting(4, "2013-12-20"), 1),
        (meeting(None), meeting(1), 1),  # the list has no numbers
        (meeting(None), meeting(None), 1),
        (meeting(None), meeting(None, "2009-07-02"), 2),
        (meeting(None, "2009-07"), meeting(None, "2009-07"), 2),  # a month is no day
        (meeting(None, ""), meeting(None, ""), 2),
        (meeting(None, format="circulated"), meeting(None, format="in_person"), 2),
        (meeting(None, format="circulated"), meeting(5, format="in_person"), 2),
        (meeting(None, format="circulated"), meeting(None), 1),
        (meeting(None, format="online"), meeting(None, format="in_person"), 1),  # hybrid
        (meeting(5, format="circulated"), meeting(5, format="in_person"), 1),  # one is wrong
    ],
)
def test_which_records_are_one_meeting(first, second, n):
    for pair in ((first, second), (second, first)):
        found = rows([page("a", pair[0]), page("b", pair[1])])
        assert len(found) == n
        assert found["meeting_id"].is_unique


def test_numbers_that_restart_every_year_are_two_meetings():
    """平成25年第4回 and 平成26年第4回: the second agenda would be lost."""
    first = page("h25/dai4.html", meeting(4, "2013-06-14", items=(AgendaLine("世界最先端IT国家"),)))
    second = page("h26/dai4.html", meeting(4, "2014-06-24", items=(AgendaLine("宣言の改定"),)))
    assert len(rows([first, second])) == 2


def test_circulated_and_in_person_on_one_day_with_one_agenda_have_their_own_ids():
    pair = [
        page("a", meeting(None, format="circulated")),
        page("b", meeting(None, format="in_person")),
    ]
    items = rows(pair, "items")
    assert items["item_id"].is_unique
    assert items["meeting_id"].nunique() == 2


def test_ids_of_two_meetings_on_one_day_do_not_depend_on_the_order_of_files():
    pair = [
        page("a", meeting(None, format="circulated")),
        page("b", meeting(None, format="in_person")),
    ]
    ids = [
        sorted(map(tuple, rows(order, "items")[["source_url", "item_id"]].values.tolist()))
        for order in (pair, pair[::-1])
    ]
    assert ids[0] == ids[1]


def test_equal_lines_of_one_agenda_have_their_own_ids():
    items = rows([page("a", meeting(items=(AgendaLine("報告"),) * 3))], "items")
    assert items["item_id"].is_unique
    assert items["position"].tolist() == ["1", "2", "3"]


# --- what files say differently -------------------------------------------------------------


def test_contradictions_in_date_and_time_are_kept_and_said():
    listed = page(
        "http://blog.example.com/",
        meeting(date="2009-07-11", start="13:00", items=()),
        parser="list",
    )
    agenda = page("http://www.example.go.jp/a", meeting(start="10:00", place="本館"))
    made = assemble([listed, agenda])
    Corpus(made.tables)
    assert made.tables["meetings"][["date", "start"]].values.tolist() == [["2009-07-01", "10:00"]]
    assert made.tables["sources"][
        ["field", "value", "source_url", "source_kind"]
    ].values.tolist() == [
        ["date", "2009-07-11", "http://blog.example.com/", ""],
        ["start", "13:00", "http://blog.example.com/", ""],
    ]
    assert made.remarks == (
        "http://blog.example.com/: date 2009-07-11, kept 2009-07-01 of http://www.example.go.jp/a",
        "http://blog.example.com/: start 13:00, kept 10:00 of http://www.example.go.jp/a",
    )


def test_a_date_that_says_less_is_no_contradiction():
    made = assemble(
        [page("a", meeting()), page("b", meeting(date="2009-07", items=()), parser="list")]
    )
    assert made.tables["sources"]["value"].tolist() == ["2009-07"]
    assert made.remarks == ()


def test_places_and_bodies_that_differ_in_spaces_do_not_differ():
    pair = [
        page("a", meeting(place="本館 第1会議室")),
        page("b", meeting(body="試 験会議", place="本館第1会議室")),
    ]
    assert rows(pair, "sources").empty


def test_the_more_exact_of_two_dates_that_agree_is_taken():
    made = assemble(
        [page("a", meeting(date="2009-07")), page("b/gijiroku.html", meeting(date="2009-07-01"))]
    )
    assert made.tables["meetings"]["date"].tolist() == ["2009-07-01"]
    assert made.remarks == ()


def test_an_end_that_only_minutes_print_is_taken():
    pair = [
        page("a", meeting(start="10:00")),
        page("b/gijiroku.html", meeting(start="10:00", end="11:00")),
    ]
    made = assemble(pair)
    assert made.tables["meetings"]["end"].tolist() == ["11:00"]
    assert made.remarks == ()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://www.kantei.go.jp/jp/", "official"),
        ("https://WWW.Pref.Example.LG.JP/", "official"),
        ("https://web.archive.org/web/2009/http://www.kantei.go.jp/", "archive_copy"),
        ("https://warp.da.ndl.go.jp/info", "archive_copy"),  # although it ends in go.jp
        ("https://notgo.jp/", ""),
        ("https://www.go.jp.example.com/", ""),
        ("https://blog.example.com/?u=www.kantei.go.jp", ""),
        ("http://user@www.soumu.go.jp:8080/x", "official"),
        ("saved/www.kantei.go.jp/x.html", ""),
        ("", ""),
    ],
)
def test_kind_of_an_address(address, kind):
    assert source_kind_of(address) == kind


def test_a_host_that_ends_like_an_archive_is_none():
    assert source_kind_of("https://notarchive.org/") == ""


@pytest.mark.parametrize("address", ["http://[::1/x", "//[x]/a.html", "http://exa℀mple/"])
def test_an_address_that_is_none_has_no_kind(address):
    """Pages name themselves with whatever their saver wrote; a file may be named so too."""
    assert source_kind_of(address) == ""


def test_the_kind_given_fills_only_what_addresses_do_not_tell():
    made = [page("saved/a.html", meeting(1)), page("https://www.kantei.go.jp/", meeting(2))]
    assert rows(made, source_kind="news")["source_kind"].tolist() == ["news", "official"]


# --- documents and decisions ----------------------------------------------------------------


def paper(source: str, text: str = "本文", **fields) -> FileRecord:
    return FileRecord(source, medium="pdf", title="計画", text=text, **fields)


@pytest.mark.parametrize("order", [1, -1])
def test_the_text_of_a_handout_stands_where_it_is_linked(order):
    documents = rows([AGENDA, paper(SITE + "siryou1.pdf")][::order], "documents")
    assert documents[["label", "text"]].values.tolist() == [["資料1", "本文"], ["資料2", ""]]


def test_a_paper_that_nothing_links_to_is_a_document_of_its_own():
    documents = rows([AGENDA, paper("far.pdf")], "documents")
    assert documents.iloc[-1][["meeting_id", "item_id", "title", "text"]].tolist() == [
        *("", "", "計画", "本文"),
    ]


def test_a_decision_points_to_its_document():
    head = DecisionHead("電子政府構築計画", "2003-07-17", ("2004-06-14", "2006"), "CIO連絡会議")
    made = assemble(
        [
            AGENDA,
            paper(SITE + "siryou1.pdf", decision=head),
            page("k.html", parser="document", decision=head, text="全文"),
        ]
    )
    corpus = Corpus(made.tables)
    assert corpus.decisions["revised_on"].tolist() == ["2004-06-14;2006"] * 2
    texts = corpus.documents.set_index("document_id")["text"]
    assert [texts[key] for key in corpus.decisions["document_id"]] == ["本文", "全文"]
    alone = corpus.documents.iloc[-1]
    assert (alone["title"], alone["document_url"], alone["meeting_id"]) == (
        head.title,
        "k.html",
        "",
    )


def test_an_agenda_printed_as_pdf_is_no_handout():
    printed = paper("a.pdf", meetings=(meeting(),))
    assert rows([printed], "documents").empty
    assert rows([printed])["parser"].tolist() == ["pdf"]


def test_papers_of_one_name_are_two_documents():
    assert len(rows([AGENDA, paper("a.pdf", "一"), paper("a.pdf", "二")], "documents")) == 4


def test_a_paper_that_two_meetings_hand_out_is_in_both():
    shared = Handout("名簿", "資料1", SITE + "meibo.pdf")
    pages = [page(str(n), meeting(n, f"2009-07-0{n}", handouts=(shared,))) for n in (1, 2)]
    documents = rows([*pages, paper(SITE + "meibo.pdf")], "documents")
    assert documents["text"].tolist() == ["本文", "本文"]


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("dai1/%E8%B3%87%E6%96%99.pdf", "dai1/資料.pdf"),
        ("dai1/カ\u3099イト\u3099.pdf", "dai1/ガイド.pdf"),  # a page written on macOS
        ("http://council.example.jp/a.pdf", "https://council.example.jp/a.pdf"),
    ],
)
def test_links_find_files_that_are_written_otherwise(link, file):
    linking = page("dai1/a.html", meeting(handouts=(Handout("資料", "資料1", link),)))
    assert rows([linking, paper(file)], "documents")["text"].tolist() == ["本文"]


def test_a_meeting_whose_page_a_later_meeting_hands_out_is_kept():
    """資料1 前回議事要旨, with a link to the page of the minutes."""
    earlier = page("dai1.html", meeting(1, "2009-01-01", items=(AgendaLine("計画その1"),)))
    link = Handout("前回議事要旨", "資料1", "dai1.html")
    later = page("dai2.html", meeting(2, "2009-02-01", handouts=(link,)))
    assert sorted(rows([earlier, later])["number"]) == ["1", "2"]


def test_a_page_that_links_to_itself_is_kept():
    link = Handout("計画", "資料1", "dai1.html")
    assert len(rows([page("dai1.html", meeting(handouts=(link,)))])) == 1


# --- nothing breaks the corpus --------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        meeting(items=(AgendaLine("計\x07画"),)),
        meeting(items=(AgendaLine("計\x85画"),)),
        meeting(items=(AgendaLine("計\ud800画"),)),
        meeting(items=(AgendaLine(""), AgendaLine("計画"))),
        meeting(items=(AgendaLine("　"),)),
        meeting(items=(AgendaLine("計" * 100_001),)),
        meeting(body=""),
        meeting(body="試験\x00会議"),
        meeting(number=0),
        meeting(number=10**10),
        meeting(place="本館\n別館"),
        meeting(handouts=(Handout("資\x1b料"),)),
        meeting(handouts=(Handout("資料", url="a\ud800.pdf"),)),
    ],
)
def test_odd_values_do_not_refuse_the_whole_corpus(made):
    assert len(rows([page("a", made), page("b", meeting(7, "2010-01-01"))])) >= 1


@pytest.mark.parametrize("source", ["a\n.html", "議\udc8b.html", "\x7f.html"])
def test_odd_file_names_do_not_refuse_the_whole_corpus(source):
    assert len(rows([page(source, meeting())])) == 1


def test_a_decision_without_a_title_does_not_refuse_the_whole_corpus():
    rows([page("a", meeting()), paper("b", decision=DecisionHead("", "2003-07-17"))], "decisions")


def test_an_end_before_the_start_does_not_refuse_the_whole_corpus():
    rows([page("a", meeting(start="13:30", end="11:00"))])


TITLES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=6) | (
    st.sampled_from(["計画", "計画（案）", "=1+1", "開会", "<script>", "第1回", "画" * 300])
)
DAYS = st.sampled_from(
    ["", "2009", "2009-07", "2009-07-01", "2009-07-02", "2010-07-01", "2013-12-20"]
)
URLS = st.sampled_from(["", "a.pdf", "b.pdf", SITE + "c.pdf"])
AGENDA_LINES = st.builds(
    AgendaLine,
    TITLES,
    st.sampled_from(["agenda", "ceremony", "handout"]),
    st.sampled_from(["", "1.", "(2)"]),
    st.integers(1, 3),
)


@st.composite
def meetings(draw) -> MeetingRecord:
    items = tuple(draw(st.lists(AGENDA_LINES, max_size=4)))
    place = st.none() | (st.integers(0, len(items) - 1) if items else st.none())
    handouts = st.lists(
        st.builds(Handout, TITLES, st.sampled_from(["", "資料1", "参考"]), URLS, place), max_size=3
    )
    return meeting(
        draw(st.none() | st.integers(1, 3)),
        draw(DAYS),
        body=draw(st.sampled_from(["試験会議", "試験 会議", "部会"])),
        format=draw(st.sampled_from(["unknown", "in_person", "circulated", "online", "joint"])),
        start=draw(st.sampled_from(["", "10:00", "13:30"])),
        end=draw(st.sampled_from(["", "15:00"])),
        items=items,
        handouts=tuple(draw(handouts)),
    )


@st.composite
def folders(draw) -> list[FileRecord]:
    """Records of one folder: each file has a name of its own."""
    names = draw(st.lists(st.sampled_from([*"abcdefg", "gijiroku"]), unique=True, max_size=6))
    papers = draw(st.lists(st.sampled_from(["a.pdf", "b.pdf", SITE + "c.pdf"]), unique=True))
    heads = st.none() | st.builds(DecisionHead, TITLES, DAYS, st.just(("2010-01-01",)), TITLES)
    return [
        FileRecord(
            name,
            draw(st.sampled_from(["page", "list", "document", ""])),
            draw(st.sampled_from(["html", "pdf", "text"])),
            meetings=tuple(draw(st.lists(meetings(), max_size=3))),
            decision=draw(heads),
            text=draw(st.sampled_from(["", "本文\n\x0c次頁"])),
        )
        for name in names
    ] + [paper(name, decision=draw(heads)) for name in papers]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(folders())
def test_any_records_become_a_corpus(records):
    made = assemble(records)
    Corpus(made.tables)
    assert assemble(records).tables["items"].equals(made.tables["items"])
    for name, table in made.tables.items():
        assert list(table) == [column.name for column in TABLES[name]]
        assert set(map(str, table.dtypes)) <= {"str"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(folders())
def test_no_meeting_and_no_source_is_lost(records):
    made = assemble(records)
    told = [(record.source, m) for record in records for m in record.meetings]
    kept = made.tables["meetings"]
    named = {source for cell in kept["source"] for source in cell.split(" ; ")}
    assert named == {source for source, _ in told}
    assert set(kept["body"].str.replace(" ", "")) == {m.body.replace(" ", "") for _, m in told}
    # each subject is an item, or it is said why not
    said = "\n".join(made.remarks)
    titles = set(made.tables["items"]["title"])
    for source, m in told:
        for item in m.items:
            if item.kind == "agenda" and item.title not in titles:
                elsewhere = item.title in set(made.tables["sources"]["value"])
                assert elsewhere or f"{source}: not on the agenda of" in said


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(folders(), st.randoms(use_true_random=False))
def test_meetings_of_different_numbers_do_not_depend_on_the_order_of_files(records, chance):
    """Where nothing is ambiguous: each file tells of a meeting of its own."""
    alone = [
        record._replace(
            meetings=tuple(m._replace(number=n + 1, date=f"20{n + 10}-01-01", date_precision="day", handouts=()) for m in record.meetings[:1]),
            decision=None, medium="html",
        )
        for n, record in enumerate(records)
    ]  # fmt: skip
    shuffled = chance.sample(alone, len(alone))
    assert unordered(alone) == unordered(shuffled)


def unordered(records: list[FileRecord]) -> dict[str, list]:
    made = assemble(records).tables
    return {name: sorted(table.values.tolist()) for name, table in made.items()}


def test_nothing_gives_empty_tables():
    made = assemble([])
    assert {name: len(table) for name, table in made.tables.items()} == dict.fromkeys(
        ("meetings", "items", "documents", "sources", "decisions"), 0
    )
    assert len(Corpus(made.tables)) == 0


# --- time -----------------------------------------------------------------------------------


def seconds(records: list[FileRecord]) -> float:
    begin = time.process_time()
    assemble(records)
    return time.process_time() - begin


def different(n: int) -> list[FileRecord]:
    days = [f"{2000 + k // 336 % 25}-{1 + k // 28 % 12:02}-{1 + k % 28:02}" for k in range(n)]
    made = [
        page(
            f"{k}.html",
            meeting(
                k + 1,
                day,
                body=f"会議{k % 50}",
                handouts=(Handout("資料", "資料1", f"{k}.pdf", 0),),
            ),
        )
        for k, day in enumerate(days)
    ]
    return random.Random(0).sample(made, n)


def test_twenty_thousand_meetings_take_seconds():
    assert seconds(different(20_000)) < 30  # 4 s alone on two cores


def test_a_list_on_every_page_does_not_take_quadratic_time():
    """Sites print 開催状況 on each page: one meeting is told of thousands of times."""
    told = [page(f"{k}.html", meeting(items=()), parser="list") for k in range(2_000)]
    all_, some = (min(seconds(part) for _ in range(3)) for part in (told, told[:500]))
    assert all_ < 9 * max(some, 0.02)  # linear: 4; quadratic: 16
