"""Headings → body and number: realistic headings in every order, and what is no heading."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.ingest.heads import best_head, number_in_address, read_head
from cio_topics.text import normalize


def squeezed(text: str) -> str:
    """Return the form in which names of bodies are compared."""
    return normalize(text).replace(" ", "")


CIO = "各府省情報化統括責任者(CIO)連絡会議"
ALL = "マイナンバー制度及び国と地方のデジタル基盤抜本改善ワーキンググループ"
HEADINGS = [
    # number before the body
    ("第30回IT戦略本部　議事録", "IT戦略本部", 30),
    ("第1回デジタル社会推進会議", "デジタル社会推進会議", 1),
    ("第77回各府省情報化統括責任者（ＣＩＯ）連絡会議 議事次第", CIO, 77),
    ("第７７回　各府省情報化統括責任者（CIO）連絡会議議事次第", CIO, 77),
    ("第三十回IT戦略本部", "IT戦略本部", 30),
    ("第 ３ 回 デジタル庁情報システム調達改革検討会", "デジタル庁情報システム調達改革検討会", 3),
    ("【第30回 IT戦略本部】", "IT戦略本部", 30),
    ("第30回「IT戦略本部」議事録", "IT戦略本部", 30),
    ("「第30回IT戦略本部」の開催について", "IT戦略本部", 30),
    ("第30回 IT戦略本部の開催結果", "IT戦略本部", 30),
    ("第30回ＩＴ戦略本部配布資料", "IT戦略本部", 30),
    ("第30回IT戦略本部 配付資料一覧", "IT戦略本部", 30),
    ("第5回デジタル・ガバメント閣僚会議", "デジタル・ガバメント閣僚会議", 5),
    ("第5回デジタル・ガバメント閣僚会議幹事会", "デジタル・ガバメント閣僚会議幹事会", 5),
    ("第1回AI時代の知的財産権検討会", "AI時代の知的財産権検討会", 1),
    ("第3回 Data Strategy WG", "Data Strategy WG", 3),
    ("第2回Web3.0研究会", "Web3.0研究会", 2),
    ("第16回 CIO補佐官等連絡会議", "CIO補佐官等連絡会議", 16),
    (f"第4回{ALL}", ALL, 4),  # 及び within a name
    ("第９回新戦略推進専門調査会電子行政分科会", "新戦略推進専門調査会電子行政分科会", 9),
    # number after the body
    ("IT戦略本部（第49回）", "IT戦略本部", 49),
    ("IT戦略本部(第49回)議事録", "IT戦略本部", 49),
    ("各府省情報化統括責任者（CIO）連絡会議（第77回）", CIO, 77),
    ("各府省情報化統括責任者(CIO)連絡会議 第77回 議事次第", CIO, 77),
    ("ＩＴ戦略本部　第三十回会合", "IT戦略本部", 30),
    ("情報セキュリティ政策会議 第10回会合", "情報セキュリティ政策会議", 10),
    ("サイバーセキュリティ戦略本部 第16回会合 議事概要", "サイバーセキュリティ戦略本部", 16),
    ("IT戦略本部(第30回)の概要", "IT戦略本部", 30),
    ("IT戦略本部第30回会合の概要", "IT戦略本部", 30),
    ("デジタル・ガバメント閣僚会議（第5回）議事次第", "デジタル・ガバメント閣僚会議", 5),
    ("デジタル庁情報システム調達改革検討会（第 3 回）", "デジタル庁情報システム調達改革検討会", 3),
    ("デジタル田園都市国家構想実現会議（第十二回）", "デジタル田園都市国家構想実現会議", 12),
    ("ITS・自動運転タスクフォース（第2回）", "ITS・自動運転タスクフォース", 2),
    ("Web3.0研究会（第2回）", "Web3.0研究会", 2),
    (
        "トラストを確保したDX推進サブワーキンググループ（第3回）",
        "トラストを確保したDX推進サブワーキンググループ",
        3,
    ),
    (f"{ALL}（第4回）", ALL, 4),
    ("新戦略推進専門調査会（第9回）議事要旨", "新戦略推進専門調査会", 9),
    ("デジタル臨時行政調査会作業部会（第20回）", "デジタル臨時行政調査会作業部会", 20),
    (
        "国・地方ネットワークの将来像に関する検討会（第1回）",
        "国・地方ネットワークの将来像に関する検討会",
        1,
    ),
    # a body within a body: the one beside the number met
    ("IT戦略本部 第12回 電子政府評価委員会", "電子政府評価委員会", 12),
    (
        "CIO補佐官等連絡会議 第16回 情報セキュリティワーキンググループ",
        "情報セキュリティワーキンググループ",
        16,
    ),
    ("IT戦略本部企画委員会（第8回）", "IT戦略本部企画委員会", 8),
    ("IT戦略本部　電子政府評価委員会　第12回会合", "IT戦略本部電子政府評価委員会", 12),
    # counted by year and through
    ("平成20年度第2回電子政府評価委員会", "電子政府評価委員会", 2),
    ("平成20年度 第2回 電子政府評価委員会 議事要旨", "電子政府評価委員会", 2),
    ("2021年度第3回デジタル臨時行政調査会", "デジタル臨時行政調査会", 3),
    ("平成25年第4回（通算第63回）試験戦略本部", "試験戦略本部", 63),
    ("平成25年第4回IT戦略本部（通算第63回）議事次第", "IT戦略本部", 63),
    ("電子政府評価委員会（2008年度第2回）", "電子政府評価委員会", 2),
    # The year in the brackets is no part of the name.
    ("電子政府評価委員会（平成20年度第2回）", "電子政府評価委員会", 2),
    ("試験戦略本部（平成25年第4回（通算第63回））", "試験戦略本部", 63),
    # Nor is a fiscal year before it.
    ("令和5年度 本人確認に関する有識者会議（第2回）", "本人確認に関する有識者会議", 2),
    # two bodies
    ("第75回試験戦略本部・第6回官民データ活用推進戦略会議 合同会議", "試験戦略本部", 75),
    ("第75回試験戦略本部及び第6回官民データ活用推進戦略会議", "試験戦略本部", 75),
    ("第75回試験戦略本部、第6回官民データ活用推進戦略会議　合同会議議事次第", "試験戦略本部", 75),
    ("試験戦略本部（第75回）・官民データ活用推進戦略会議（第6回）合同会議", "試験戦略本部", 75),
    # how it was held
    (
        "データ戦略推進ワーキンググループ（第７回）・持ち回り開催",
        "データ戦略推進ワーキンググループ",
        7,
    ),
    ("情報セキュリティ政策会議第10回会合（持ち回り開催）", "情報セキュリティ政策会議", 10),
    ("第10回 情報セキュリティ政策会議（持ち回り）議事要旨", "情報セキュリティ政策会議", 10),
    ("第30回IT戦略本部（オンライン開催）", "IT戦略本部", 30),
    ("第30回IT戦略本部（Web会議）", "IT戦略本部", 30),
    ("第30回IT戦略本部（書面審議）", "IT戦略本部", 30),
    ("第30回IT戦略本部 書面開催", "IT戦略本部", 30),
    ("試験会議（第2回・持ち回り開催）", "試験会議", 2),
    ("試験会議（第2回：オンライン）", "試験会議", 2),
    # dates beside the name
    ("IT戦略本部（第30回）　平成17年5月30日", "IT戦略本部", 30),
    ("平成17年5月30日（月）IT戦略本部（第30回）議事次第", "IT戦略本部", 30),
    ("第2回（平成20年12月19日） 試験会議", "試験会議", 2),
    ("試験会議 第2回（平成20年12月19日開催）", "試験会議", 2),
    ("第7回 試験会議 平成26年3月", "試験会議", 7),  # nor is a month beside the name
    # titles with the name of the site
    ("第1回デジタル社会推進会議 | デジタル庁", "デジタル社会推進会議", 1),
    ("デジタル庁 | 第1回デジタル社会推進会議", "デジタル社会推進会議", 1),
    ("第1回デジタル社会推進会議｜デジタル庁", "デジタル社会推進会議", 1),
    ("首相官邸 - 政策会議 - IT戦略本部（第30回）", "IT戦略本部", 30),
    ("政府CIOポータル｜各府省情報化統括責任者（CIO）連絡会議", CIO, None),
    ("首相官邸 > 政策会議 > IT戦略本部 > 第30回", "IT戦略本部", 30),  # the last crumbs tell most
    # A number may stand apart from its body.
    ("電子行政に関する連絡会議 / 第2回", "電子行政に関する連絡会議", 2),
    # words of the page
    (CIO, CIO, None),
    (f"{CIO}　開催状況", CIO, None),
    ("第30回IT戦略本部 議事次第（案）", "IT戦略本部", 30),  # the draft of an agenda
    ("第12回 電子政府推進会議（議事録）", "電子政府推進会議", 12),
    # an alias in brackets is not part of the name
    (
        "高度情報通信ネットワーク社会推進戦略本部（IT総合戦略本部）（第61回）",
        "高度情報通信ネットワーク社会推進戦略本部",
        61,
    ),
    (
        "第61回高度情報通信ネットワーク社会推進戦略本部（IT総合戦略本部）",
        "高度情報通信ネットワーク社会推進戦略本部",
        61,
    ),
    # no body
    ("第2回", "", 2),
    ("（第2回）", "", 2),
    ("議事次第", "", None),
    ("開催状況", "", None),
    ("本日は晴れ", "", None),
    ("", "", None),
    ("第30回IT戦略本部を開催しました。", "", None),  # a sentence is no heading
    ("第2回会議の結果について御報告申し上げます", "", 2),
    ("あ" * 200 + "会議", "", None),  # too long for a name
]


class TestReadHead:
    @pytest.mark.parametrize(("text", "body", "number"), HEADINGS)
    def test_table(self, text, body, number):
        head = read_head(text)
        assert (squeezed(head.body), head.number) == (squeezed(body), number)

    @pytest.mark.parametrize(
        ("text", "beside"),
        [
            ("第75回試験戦略本部・第6回推進戦略会議 合同会議", "第6回推進戦略会議"),
            ("第75回試験戦略本部及び第6回推進戦略会議 議事次第", "第6回推進戦略会議"),
            ("第75回試験戦略本部", ""),
            (f"第4回{ALL}", ""),
        ],
    )
    def test_the_other_body_is_named(self, text, beside):
        assert read_head(text).beside == beside

    @given(
        st.sampled_from(
            ["試験本部", "試験（ＡＢ）連絡会議", "ＩＴ・試験委員会", "試験WG", "Ｘ社会研究会"]
        ),
        st.integers(1, 9999),
        st.sampled_from(
            [
                "第{n}回{b}",
                "{b}（第{n}回）",
                "第{n}回 {b} {w}",
                "{b}　第{n}回　{w}",
                "{b}(第{n}回){w}",
            ]
        ),
        st.sampled_from(["議事次第", "議事録", "議事要旨", "議事概要", "配付資料", "開催状況"]),
    )
    def test_either_order_gives_body_and_number(self, body, number, form, word):
        head = read_head(form.format(n=number, b=body, w=word))
        assert (head.body, head.number) == (normalize(body), number)

    @given(
        st.text(
            st.sampled_from(
                "第1二回会議本部委員（）()・、及び |>/-平成年度通算持回り議事次第 A「」"
            )
        )
    )
    def test_never_raises(self, text):
        head = read_head(text)
        assert head.number is None or head.number > 0


class TestBestHead:
    @pytest.mark.parametrize(
        ("texts", "body", "number"),
        [
            (["試験情報化会議", "（第7回）", "議事次第"], "試験情報化会議", 7),
            (["第7回", "試験情報化会議 議事次第"], "試験情報化会議", 7),
            (["政策会議", "第7回試験情報化会議"], "試験情報化会議", 7),  # whole heads go first
            (["（第7回）"], "", 7),
            ([], "", None),
            (["本日は晴れ"], "", None),
            (
                ["政策会議", "試験本部 議事次第"],
                "試験本部",
                None,
            ),  # 議事次第 stands beside the body
            # A handout's number is not the meeting's.
            (["試験会議 議事次第", "資料1 第3回会議の結果"], "試験会議", None),
        ],
    )
    def test_table(self, texts, body, number):
        head = best_head(texts)
        assert (head.body, head.number) == (body, number)


class TestNumberInAddress:
    @pytest.mark.parametrize(
        ("address", "number"),
        [
            ("https://council.example.jp/singi/dai52/52gijisidai.html", 52),
            ("http://council.example.jp/it2/cio/dai66/h271224_btn01.pdf", 66),
            ("https://council.example.jp/it2/cio/hosakan/densi/dai5/5gijisidai.html", 5),
            ("https://council.example.jp/dai3/sub/dai7/x.html", 7),  # the innermost
            ("https://council.example.jp/DAI8/", 8),
            ("saved/dai12.html", 12),
            ("C:\\saved\\dai9\\gijisidai.html", 9),
            ("dai4", 4),
            ("cio_dai5-gijisidai.html", 5),
            ("https://council.example.jp/daigaku/x.html", None),
            ("https://council.example.jp/ndai3/x.html", None),
            ("https://council.example.jp/x.html?dai3", None),  # not the path
            ("https://council.example.jp/dai0/", None),
            ("https://council.example.jp/dai12345/", None),
            ("http://[::1", None),  # no address at all
            ("", None),
        ],
    )
    def test_table(self, address, number):
        assert number_in_address(address) == number

    @given(st.text())
    def test_never_raises(self, text):
        number_in_address(text)


HOSTILE = [
    "第",
    "第1回",
    "(",
    "(第1回",
    "会議",
    "会議(",
    "本部",
    "・",
    "、",
    "及び第1回",
    "と",
    "一",
    "1",
    " ",
    "|",
    " - ",
    "年度",
    "平成1年1月1日",
    "議事",
    "資料",
    "持ち回り",
    "合同",
    "通算第1回",
    "/dai",
    "dai1/",
    "dai",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_no_time(piece):
    long, heading = (piece * 100_000)[:100_000], (piece * 160)[:160]
    began = time.process_time()
    read_head(long)
    read_head("試験会議" + heading[4:])
    best_head([long, heading, heading + "会議"])
    number_in_address("http://council.example.jp/" + long)
    assert time.process_time() - began < 3  # about 0.05 s
