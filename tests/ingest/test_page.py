"""Bytes → a record: never an error, the right parser, every line read or left with a reason."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cio_topics.ingest.page import plain_lines, read_lines, read_page
from cio_topics.ingest.records import Line, from_json
from cio_topics.text import normalize

LINES = st.sampled_from(
    [
        *(
            "第7回試験会議",
            "試験会議（第7回）議事次第",
            "第2回 平成20年12月19日",
            "日時：令和3年9月6日（月）10:00〜11:00",
            "日時",
            "場所：官邸",
        ),
        *(
            "議事次第",
            "議題",
            "1.開会",
            "(1)体制について",
            "・運営について",
            "2.",
            "配布資料",
            "資料1 体制図（案）（PDF/25KB）",
            "出席者",
            "議長 甲野太郎",
        ),
        *(
            "○甲野議長 始めます。",
            "平成18年8月31日",
            "試験会議決定",
            "平成19年8月24日改定",
            "第39回試験会議資料として公開されています。",
        ),
        *(
            "平成25年12月20日、第63回試験本部を開催しました。",
            "本日は、「計画A」について議論されました。",
            "（以上）",
            "問い合わせ先：事務局",
            "",
            "　",
        ),
    ]
)
FORMS = st.sampled_from(
    [
        "<p>{}",
        "<li>{}",
        "<h2>{}</h2>",
        "<tr><td>{}",
        "<td>{}",
        "{}<br>",
        "<a href=x.pdf>{}</a>",
        "<ol><li>{}</ol>",
        "<table>{}",
        "</table>{}",
        "<div>{}</div>",
    ]
)
# Words that occur nowhere else, to be found again.
WORDS = ["甲乙丙", "丁戊己", "庚辛壬", "子丑寅", "卯辰巳", "午未申", "酉戌亥", "鼎爨鬯"]
FREE = [
    "{}",
    "・{}",
    "1.{}",
    "2.{}",
    "(1){}",
    "①{}",
    "場所：{}",
    "{}の説明です。",
    "資料1 {}",
    "参考資料1：{}",
    "出席者：{}",
    "備考：{}",
    "定員：{}",
    "議題：{}",
    "議題2 {}",
    "配布資料 {}",
    "開催形式：{}",
    "問い合わせ先 {}",
    "以上 {}",
    "議事録 {}",
    "○{}委員 これについて",
    "{}（PDF）",
]
LABELS = ["議事次第", "場所", "議題", "資料", "出席者", "議事要旨", "（以上）", "別紙"]


def squeezed(text: str) -> str:
    return normalize(text).replace(" ", "")


def told(record) -> str:
    """Join everything that a record says."""
    texts = [
        record.title,
        record.text,
        *record.remarks,
        *(u.text for u in record.unread),
        *(x.text for x in record.links),
    ]
    for m in record.meetings:
        texts += [
            m.body,
            m.place,
            m.note,
            *(i.title for i in m.items),
            *(h.label + h.title for h in m.handouts),
        ]
    return "\n".join(map(squeezed, texts))


class TestReadPage:
    @given(st.binary(max_size=300), st.sampled_from(["", "Shift_JIS", "x"]), st.text(max_size=20))
    @example("第1回試験会議\n日時：令和3年9月6日".encode("utf-16"), "", "http://[")
    @example(b"<base href='http://['><p>x", "", "")
    def test_never_raises_on_any_bytes(self, content, charset, source):
        record = read_page(content, source=source, charset=charset)
        assert record.parser in ("", "page", "list", "document")

    @given(
        st.lists(st.tuples(LINES, FORMS), max_size=14),
        st.booleans(),
        st.sampled_from(["utf-8", "cp932", "euc_jp", "iso2022_jp"]),
    )
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    def test_never_raises_on_pages(self, rows, as_html, charset):
        text = "".join(f.format(x) for x, f in rows) if as_html else "\n".join(x for x, _ in rows)
        record = read_page(text.encode(charset), source="https://council.example.jp/dai7/")
        for meeting in record.meetings:
            assert meeting.body or meeting.date
            assert all(item.title and item.level >= 1 for item in meeting.items)
            assert all(h.item is None or h.item < len(meeting.items) for h in meeting.handouts)
        assert all(left.text and left.reason for left in record.unread)
        assert from_json([*record]) == record

    @given(
        st.lists(st.sampled_from([*FREE, *LABELS]), max_size=len(WORDS)),
        st.sampled_from(["", "第7回試験会議", "試験会議"]),
        st.sampled_from(["", "平成20年12月19日（金）16:45〜17:28", "日時：平成20年12月19日"]),
    )
    @settings(max_examples=400)
    def test_nothing_vanishes(self, forms, head, date):
        lines = [form.format(word) for form, word in zip(forms, WORDS, strict=False)]
        record = read_page("\n".join([head, date, *lines]).encode())
        for form, word in zip(forms, WORDS, strict=False):
            assert "{" not in form or word in told(record), (form, word)

    @given(st.lists(LINES, max_size=10))
    def test_same_bytes_same_record(self, lines):
        content = "\n".join(lines).encode()
        assert read_page(content) == read_page(content)

    @pytest.mark.parametrize(
        ("lines", "parser"),
        [
            (["第7回試験会議", "日時：令和3年9月6日", "議題", "1.体制について"], "page"),
            (["試験会議", "第2回 平成20年12月19日", "第1回 平成20年5月30日"], "list"),
            (["試験計画", "平成18年8月31日", "試験会議決定", "1 目的"], "document"),
            (["平成25年12月20日、第63回試験本部を開催しました。"], "page"),
            (["第39回試験会議資料として、公開されています。", "1 計画"], "page"),
            (["本日は晴れ", "明日は雨"], ""),
            ([], ""),
        ],
    )
    def test_what_fits_first(self, lines, parser):
        record = read_page("\n".join(lines).encode(), source="x.txt")
        assert (record.parser, record.medium, record.source) == (parser, "text", "x.txt")
        if not parser:
            assert [u.text for u in record.unread] == lines

    def test_a_saved_page_knows_its_address(self):
        page = "<!-- saved from url=(0040)https://council.example.jp/dai7/x.html --><html><h1>試験会議</h1><p>日時：令和3年9月6日<p>議題<ol><li>体制について</ol><p>資料1 <a href=a.pdf>図</a></html>"
        record = read_page(page.encode(), source="saved.html")
        assert record.source == "https://council.example.jp/dai7/x.html"
        assert record.meetings[0].number == 7
        assert record.meetings[0].handouts[0].url == "https://council.example.jp/dai7/a.pdf"

    def test_a_cut_page_is_told(self):
        record = read_page(
            "<html><h1>第7回試験会議</h1><p>日時：令和3年9月6日<p>議題<ol><li>体制".encode()
        )
        assert any("cut" in remark for remark in record.remarks)

    def test_no_script_and_no_address_of_a_script(self):
        page = "<h1>第7回試験会議</h1><p>日時：令和3年9月6日<script>1.攻撃</script><p>議題<ol><li>体制について</ol>資料1 <a href='javascript:x()'>図</a>"
        meeting = read_page(page.encode(), source="https://council.example.jp/").meetings[0]
        assert [h.url for h in meeting.handouts] == [""]
        assert [i.title for i in meeting.items] == ["体制について"]


class TestReadLines:
    @given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
    def test_never_raises(self, texts, title):
        read_lines(title, [Line(" ".join(t.split())) for t in texts if t.strip()], "x")

    @given(st.text())
    def test_plain_lines_lose_only_space(self, text):
        lines = plain_lines(text)
        assert "".join("".join(line.text for line in lines).split()) == "".join(text.split())
        assert all(line.text.strip() for line in lines)


HOSTILE = [
    "第",
    "(",
    "1.",
    "資料\n",
    "資料1 計画\n",
    " ",
    "\n",
    "0\n",
    "「「」",
    "第1回\n",
    "第1回 平成20年1月1日\n",
    "平成20年1月1日\n",
    "<p>",
    "<tr><td>第1回",
    "<li>1.",
    "会議決定\n",
    "第1回会議を",
    "議題\n",
    "・\n",
    "\x1b$B",
    "○甲委員 \n",
    "1.開会 2.閉会 ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_pages_take_no_time(piece):
    content = (piece * 100_000)[:100_000].encode()
    began = time.process_time()
    read_page(content)
    read_page("第7回試験会議\n日時：令和3年9月6日\n議題\n".encode() + content[:50_000])
    assert time.process_time() - began < 10  # about 1 s
