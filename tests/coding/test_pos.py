"""KH Coder's parts of speech: the table of its manual, word by word, with IPADIC and UniDic."""

import pytest

from cio_topics.coding.pos import FORMS, PARTS_OF_SPEECH, fold_name
from cio_topics.coding.words import read_words

# Each word in a text in which both dictionaries see it; None where UniDic has no such class.
WORDS = [
    ("先生が来た", "先生", "名詞", "名詞"),
    ("コンピュータを使う", "コンピュータ", "名詞", "名詞"),  # neither kanji nor hiragana
    ("りんごを食べる", "りんご", "名詞B", "名詞B"),
    ("海を見る", "海", "名詞C", "名詞C"),
    ("勉強を始める", "勉強", "サ変名詞", "サ変名詞"),
    ("静かな海", "静か", "形容動詞", "形容動詞"),
    ("東京に住む", "東京", "地名", "地名"),
    ("田中さんが来た", "田中", "人名", "人名"),
    ("国連を作る", "国連", "組織名", None),
    ("問題ない", "問題", "ナイ形容", None),
    ("今日は暑い", "今日", "副詞可能", "副詞可能"),
    ("BPRをする", "BPR", "未知語", "未知語"),
    ("Ｋは死んだ", "Ｋ", "未知語", "未知語"),
    ("ああ、暑い", "ああ", "感動詞", None),
    ("本を読む", "読む", "動詞", "動詞"),
    ("ここにある", "ある", "動詞B", "動詞B"),
    ("海は広い", "広い", "形容詞", "形容詞"),
    ("顔がうれしい", "うれしい", "形容詞B", "形容詞B"),
    ("全然来る", "全然", "副詞", None),
    ("とても暑い", "とても", "副詞B", "副詞B"),
    ("本を読まない", "ない", "否定助動詞", "否定助動詞"),
    ("言いにくい話", "にくい", "形容詞(非自立)", "形容詞(非自立)"),
    ("本を読む", "を", "その他", "その他"),
    ("三人が来た", "三", "その他", "その他"),
    ("2009年になる", "2009", "その他", "その他"),  # digits are unknown to IPADIC, and numbers
    ("私は読む", "私", "その他", "その他"),
    ("本を読んでいる", "いる", "その他", None),  # 動詞-非自立; UniDic does not tell it from いる
    ("父、母", "、", "その他", "その他"),
]


@pytest.mark.parametrize(("text", "base", "ipadic", "unidic"), WORDS)
def test_parts_of_speech(text, base, ipadic, unidic):
    for dictionary, expected in (("ipadic", ipadic), ("unidic-lite", unidic)):
        if expected is None:
            continue
        types = read_words([text], [0], dictionary).types
        assert types.loc[types["base"] == base, "pos"].tolist() == [expected], dictionary
        assert expected in PARTS_OF_SPEECH


# The same words by Sudachi, which gives no conjugated forms.
def test_sudachi():
    pytest.importorskip("sudachipy")
    types = read_words(["死んだ先生が言いにくい。"], [0], "sudachi-a").types
    found = dict(zip(types["base"], types["pos"], strict=True))
    assert found["死ぬ"] == "動詞"
    assert found["先生"] == "名詞"
    assert found["にくい"] == "形容詞(非自立)"
    assert set(types["form"]) == {""}


FORMS_SEEN = [
    ("本を読む", "読む", "基本形", "基本形"),
    ("本を読まない", "読む", "未然形", "未然形"),
    ("本を読もう", "読む", "未然ウ接続", "未然ウ接続"),
    ("本を読み、泣く", "読む", "連用形", "連用形"),
    ("本を読んだ", "読む", "連用タ接続", "連用タ接続"),
    ("本を読めば", "読む", "仮定形", "仮定形"),
    ("早く読め。", "読む", "命令e", "命令"),
]


@pytest.mark.parametrize(("text", "base", "ipadic", "unidic"), FORMS_SEEN)
def test_conjugated_forms(text, base, ipadic, unidic):
    for dictionary, expected in (("ipadic", ipadic), ("unidic-lite", unidic)):
        types = read_words([text], [0], dictionary).types
        assert types.loc[types["base"] == base, "form"].tolist() == [expected], dictionary
        assert expected in (*FORMS, "命令")


def test_names_are_in_their_normal_form():
    assert all(fold_name(name) == name for name in (*PARTS_OF_SPEECH, *FORMS))
