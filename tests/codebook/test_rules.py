"""The embedded rules say what kind of title belongs to a theme; they name no single title."""

import re
from pathlib import Path

import pandas as pd
import pytest

from cio_topics.codebook import match_items, read_codebook
from cio_topics.corpus import read_example
from cio_topics.text import normalize, split_title
from cio_topics.themes import CodebookClassifier

BOOK = read_codebook()
RULES = [rule for theme in BOOK.themes for rule in theme.rules]
TITLES = sorted(set(read_example().items["title"].map(normalize)))
SOURCES = Path(__file__).parents[2] / "corpus" / "sources"


def _literals(rule) -> list[str]:
    """The texts a rule spells out: its terms, and the plain stretches of its expression."""
    near = rule.near.terms if rule.near else ()
    stretches = re.split(r"[\\^$.|?*+()\[\]{}、・]", rule.regex)
    return [normalize(text) for text in (*rule.any, *rule.all, *near, *stretches) if text]


def test_every_theme_but_the_fallback_has_rules():
    assert [theme.id for theme in BOOK.themes if not theme.rules] == [BOOK.fallback]


@pytest.mark.skipif(not SOURCES.exists(), reason="an installed wheel carries no sources")
def test_the_themes_are_those_of_the_codebook_the_coders_used():
    text = (SOURCES / "CODEBOOK.md").read_text(encoding="utf-8")
    ids = re.findall(r"^\| ([a-z_]+) \|", text, flags=re.MULTILINE)
    assert list(BOOK.ids) == [name for name in ids if name != "id"]


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_no_rule_names_a_single_title(rule):
    """A text of more than 8 characters must not be (nearly) the whole of the one title it is in."""
    for literal in _literals(rule):
        inside = [title for title in TITLES if literal in title]
        if len(literal) > 8 and len(inside) == 1:
            assert len(literal) < 0.9 * len(split_title(inside[0]).core), (literal, inside)


@pytest.mark.parametrize("rule", [r for r in RULES if r.regex], ids=lambda rule: rule.id)
def test_no_expression_matches_the_empty_text(rule):
    assert re.search(rule.regex, "") is None


def test_no_context_is_one_single_body():
    """A rule may ask for a kind of body, not for one body by its whole name."""
    names = {normalize(body) for body in read_example().meetings["body"]}
    assert names.isdisjoint(rule.body for rule in RULES)


def test_every_rule_is_of_use():
    """A rule that holds for no item of the corpus is a guess nobody has checked."""
    agenda = read_example().agenda()
    assert {rule.id for rule in RULES} == {hit.rule for hit in match_items(agenda, BOOK)}


def test_rules_without_context_generalise_to_titles_alone():
    """Most rules need nothing but a title: the classifier works on a plain list of strings."""
    alone = [r for r in RULES if not (r.body or r.since or r.until or r.status)]
    assert len(alone) >= 0.75 * len(RULES)


# Every title below is invented: plausible, and not in the corpus. A day and a body where it matters.
INVENTED = [
    # title, theme that must (+) or must not (-) be given, date, body
    ("電子政府の総合窓口の拡充に向けた基本方針(案)", "+egov_plan", "2007-03-01", "試験会議"),
    ("電子自治体の推進状況の評価", "+egov_plan", "2009-02-01", "試験会議"),
    ("電子政府協議会の設置について", "-egov_plan", "2006-02-01", "試験会議"),
    ("国有財産関係業務の業務・システム最適化計画の改定", "+optimization", "2007-08-01", "試験会議"),
    ("BPRの徹底による定員管理業務の効率化", "+optimization", "2016-08-01", "試験会議"),
    ("府省共通の旅費システムの整備方針", "+optimization", "2008-08-01", "試験会議"),
    ("府省共通の旅費システムの整備方針", "-optimization", "2018-08-01", "試験会議"),
    ("IDEAコンテストの結果について", "-optimization", "2010-01-01", "試験会議"),
    ("政府情報システムのクラウド移行計画", "+system_reform", "2021-05-10", "試験会議"),
    ("基幹システムの共同調達の進め方", "+system_reform", "2014-05-10", "試験会議"),
    ("次期政府共通プラットフォームの整備", "+system_reform", "2019-05-10", "試験会議"),
    ("クラウドサービスの安全性評価の在り方", "-system_reform", "2019-05-10", "試験会議"),
    ("クラウドファンディングの活用", "-system_reform", "2016-05-10", "試験会議"),
    ("登記手続の完全オンライン化に向けて", "+online_procedures", "2022-05-10", "試験会議"),
    ("引越しワンストップサービスの実証", "+online_procedures", "2019-05-10", "試験会議"),
    ("対面・押印を求める手続の洗い出し", "+online_procedures", "2020-07-10", "試験会議"),
    ("オンライン会議の試行について", "-online_procedures", "2020-07-10", "試験会議"),
    ("政府職員を対象とした標的型メール訓練", "+security", "2016-07-10", "試験会議"),
    ("ISMAP制度の運用状況", "+security", "2022-07-10", "試験会議"),
    ("食料安全保障の強化", "-security", "2022-07-10", "試験会議"),
    ("個人・企業分野", "-security", "2009-07-10", "試験会議"),
    ("マイナンバーカードの健康保険証利用", "+my_number", "2021-07-10", "試験会議"),
    ("住民基本台帳ネットワークの活用", "+my_number", "2004-07-10", "試験会議"),
    ("電話番号の逼迫への対応", "-my_number", "2022-07-10", "試験会議"),
    ("白書のオープンデータ化", "+open_data", "2014-07-10", "試験会議"),
    ("各府省ホームページの使いやすさの向上", "+open_data", "2008-07-10", "試験会議"),
    ("提供された行政情報", "-open_data", "2005-07-10", "試験会議"),
    ("産業界のデータ連携基盤の構築", "+data_strategy", "2022-07-10", "試験会議"),
    ("DFFTに関する国際枠組み", "+data_strategy", "2023-07-10", "試験会議"),
    ("オープンデータ利活用の推進", "-data_strategy", "2016-07-10", "試験会議"),
    ("データセンターの省エネルギー", "-data_strategy", "2016-07-10", "試験会議"),
    ("画面のコントラスト比の改善", "-data_strategy", "2016-07-10", "試験会議"),
    ("デジタル庁の組織体制", "+digital_gov", "2021-07-10", "試験会議"),
    ("重点計画のフォローアップ", "+digital_gov", "2023-07-10", "試験会議"),
    ("重点計画のフォローアップ", "+it_strategy", "2009-07-10", "試験会議"),
    ("重点計画のフォローアップ", "+other", "2020", "試験会議"),  # the year holds the watershed
    ("デジタルの日本語教材", "-digital_gov", "2022-07-10", "試験会議"),
    ("i-Japan戦略の中間評価", "+it_strategy", "2010-01-10", "試験会議"),
    ("世界最先端IT国家創造宣言の変更(案)", "+it_strategy", "2015-06-10", "試験会議"),
    pytest.param(
        # the declaration was renamed in 2018; the codebook names it
        *("世界最先端デジタル国家創造宣言の変更(案)", "+it_strategy", "2019-06-10", "試験会議"),
    ),
    ("IT戦略本部の設置期限", "-it_strategy", "2005-06-10", "試験会議"),
    ("公文書の電子的な保存", "+e_records", "2019-06-10", "試験会議"),
    ("電子決裁の利用率の推移", "+e_records", "2015-06-10", "試験会議"),
    ("アナログ規制の点検・見直し工程表", "+regulatory_reform", "2022-11-10", "試験会議"),
    ("国会答弁作成業務の効率化", "+regulatory_reform", "2022-11-10", "試験会議"),
    pytest.param(
        *("IT利活用を阻む制度の見直し", "+regulatory_reform", "2011-11-10", "試験会議"),
    ),
    ("主要国会合の結果について", "-regulatory_reform", "2016-11-10", "試験会議"),
    ("遠隔医療の普及に向けた取組", "+sector_it", "2010-11-10", "試験会議"),
    ("農業分野におけるIT利活用", "+sector_it", "2014-11-10", "試験会議"),
    ("防災情報の共有", "+sector_it", "2014-11-10", "試験会議"),
    ("職員へのセキュリティ教育の実施", "-sector_it", "2014-11-10", "試験会議"),
    ("作業部会の設置について(案)", "+governance", "2014-11-10", "試験会議"),
    ("CIO補佐官等の活用について", "+governance", "2006-11-10", "試験会議"),
    ("令和5年度概算要求の状況", "+governance", "2022-09-10", "試験会議"),
    ("システム会議室の設置場所", "-governance", "2022-09-10", "試験会議"),
    pytest.param(
        *("電子政府推進協議会の設置について", "+governance", "2006-09-10", "試験会議"),
    ),
    ("開会挨拶", "+other", "2022-09-10", "試験会議"),
    ("次回の日程", "+other", "2022-09-10", "試験会議"),
]


@pytest.mark.parametrize(("title", "theme", "date", "body"), INVENTED)
def test_invented_titles(title, theme, date, body):
    assert normalize(title) not in TITLES
    table = pd.DataFrame({"title": [title], "date": [date], "body": [body]})
    given = CodebookClassifier().fit(table).themes(table)[0].split(";")
    assert (theme[1:] in given) == (theme[0] == "+"), given


def test_the_invented_titles_try_every_theme():
    rows = [getattr(row, "values", row) for row in INVENTED]
    assert {theme[1:] for _, theme, _, _ in rows if theme[0] == "+"} == set(BOOK.ids)
