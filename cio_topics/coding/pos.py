"""Features of a dictionary → base form, part of speech and conjugated form as KH Coder names them.

KH Coder's names rest on IPADIC. UniDic and Sudachi cut and name words otherwise; their parts of
speech are given the nearest of KH Coder's names.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from typing import NamedTuple

__all__ = ["FORMS", "PARTS_OF_SPEECH", "KhWord", "fold_name", "read_word"]


#: KH Coder's parts of speech.
PARTS_OF_SPEECH = (
    *("名詞", "名詞B", "名詞C", "サ変名詞", "形容動詞", "固有名詞", "組織名", "人名", "地名"),
    *("ナイ形容", "副詞可能", "未知語", "感動詞", "タグ", "動詞", "動詞B", "形容詞", "形容詞B"),
    *("副詞", "副詞B", "否定助動詞", "形容詞(非自立)", "その他"),
)
#: Conjugated forms as IPADIC names them, in normal form.
FORMS = (
    *("基本形", "基本形-促音便", "未然形", "未然ウ接続", "未然ヌ接続", "未然レル接続", "未然特殊"),
    *("連用形", "連用タ接続", "連用テ接続", "連用ゴザイ接続", "連用デ接続", "連用ニ接続"),
    *("体言接続", "体言接続特殊", "体言接続特殊2", "仮定形", "仮定縮約1", "仮定縮約2"),
    *("命令e", "命令i", "命令ro", "命令yo", "ガル接続", "文語基本形", "現代基本形", "音便基本形"),
)


class KhWord(NamedTuple):
    """A word as KH Coder sees it."""

    base: str
    pos: str
    form: str


_HIRAGANA = re.compile("[ぁ-ゖー]+")
_ONE_KANJI = re.compile("[\u3400-\u9fff\uf900-\ufaff々]")

# IPADIC's (pos1, pos2) → KH Coder's.
_IPADIC_NOUNS = {
    "サ変接続": "サ変名詞",
    "形容動詞語幹": "形容動詞",
    "ナイ形容詞語幹": "ナイ形容",
    "副詞可能": "副詞可能",
}
_NAMES = {"一般": "固有名詞", "組織": "組織名", "組織名": "組織名", "人名": "人名"}
_NAMES |= {"地域": "地名", "地名": "地名"}
_NEGATIONS = ("ない", "まい", "ぬ", "ん")


def fold_name(name: str) -> str:
    """Return a name of a part of speech or a form so that widths of letters do not count.

    Examples
    --------
    >>> fold_name("形容詞（非自立）"), fold_name("命令ｅ")
    ('形容詞(非自立)', '命令e')
    """
    return unicodedata.normalize("NFKC", name)


def read_word(surface: str, features: str, scheme: str) -> KhWord:
    """Return what KH Coder calls a word.

    Parameters
    ----------
    surface : str
    features : str
        As the analyzer gives them.
    scheme : {"ipadic", "unidic", "sudachi"}
        How they are read.

    Examples
    --------
    >>> read_word("死ん", "動詞,自立,*,*,五段・ナ行,連用タ接続,死ぬ,シン,シン", "ipadic")
    KhWord(base='死ぬ', pos='動詞', form='連用タ接続')
    >>> read_word("心", "名詞,一般,*,*,*,*,心,ココロ,ココロ", "ipadic").pos
    '名詞C'
    """
    if scheme == "sudachi":
        names, _, display = features.split("\t")
        pos1, pos2, pos3, unknown = names.split(",")
        return KhWord(display, _unidic_pos(display, pos1, pos2, pos3, unknown == "True"), "")
    values = next(csv.reader([features])) if '"' in features else features.split(",")
    if scheme == "unidic":
        return _unidic(surface, values)
    is_known = len(values) > 7
    base = values[6] if values[6] not in ("", "*") else surface
    form = fold_name(values[5]) if values[5] != "*" else ""
    return KhWord(base, _ipadic_pos(base, values[0], values[1], values[2], is_known), form)


def _ipadic_pos(base: str, pos1: str, pos2: str, pos3: str, is_known: bool) -> str:
    if pos1 == "名詞":
        if pos2 == "数":
            return "その他"
        if not is_known:
            return "未知語"
        if pos2 == "固有名詞":
            return _NAMES.get(pos3, "固有名詞")
        return _noun(base) if pos2 == "一般" else _IPADIC_NOUNS.get(pos2, "その他")
    if not is_known or (pos1, pos2) == ("記号", "アルファベット"):
        return "未知語"
    if pos1 == "動詞":
        return _by_script("動詞", base) if pos2 == "自立" else "その他"
    if pos1 == "形容詞":
        return "形容詞(非自立)" if pos2 == "非自立" else _by_script("形容詞", base)
    if pos1 == "副詞":
        return _by_script("副詞", base)
    if pos1 in ("感動詞", "フィラー"):
        return "感動詞"
    return "否定助動詞" if pos1 == "助動詞" and base in _NEGATIONS else "その他"


def _noun(base: str) -> str:
    if _HIRAGANA.fullmatch(base):
        return "名詞B"
    return "名詞C" if _ONE_KANJI.fullmatch(base) else "名詞"


def _by_script(name: str, base: str) -> str:
    """Return the name with B for a word of hiragana alone."""
    return f"{name}B" if _HIRAGANA.fullmatch(base) else name


# UniDic's places: pos1, pos2, pos3, pos4, type, form, reading, lemma, orth, pron, base of orth.
_FORM, _BASE = 5, 10
_UNIDIC_NOUNS = {
    "サ変可能": "サ変名詞",
    "サ変形状詞可能": "サ変名詞",
    "形状詞可能": "形容動詞",
    "副詞可能": "副詞可能",
    "助数詞可能": "その他",
}
# UniDic's conjugated form → IPADIC's; the first entry that begins it counts.
_UNIDIC_FORMS = (
    ("未然形", "未然形"),
    ("意志推量形", "未然ウ接続"),
    ("連用形-促音便", "連用タ接続"),
    ("連用形-撥音便", "連用タ接続"),
    ("連用形-イ音便", "連用タ接続"),
    ("連用形-ウ音便", "連用タ接続"),
    ("連用形", "連用形"),
    ("終止形", "基本形"),
    ("連体形", "基本形"),
    ("仮定形", "仮定形"),
    ("命令形", "命令"),
    ("語幹", "ガル接続"),
)


def _unidic(surface: str, values: list[str]) -> KhWord:
    is_known = len(values) > _BASE
    base = values[_BASE] if is_known and values[_BASE] not in ("", "*") else surface
    pos = _unidic_pos(base, values[0], values[1], values[2], not is_known)
    form = next((ours for theirs, ours in _UNIDIC_FORMS if values[_FORM].startswith(theirs)), "")
    return KhWord(base, pos, form)


def _unidic_pos(base: str, pos1: str, pos2: str, pos3: str, is_unknown: bool) -> str:
    if pos1 in ("名詞", "形状詞"):
        if pos2 in ("数詞", "助動詞語幹"):
            return "その他"
        if is_unknown:
            return "未知語"
        if pos2 == "固有名詞":
            return _NAMES.get(pos3, "固有名詞")
        if pos1 == "形状詞":
            return "形容動詞"
        return _UNIDIC_NOUNS.get(pos3, _noun(base)) if pos2 == "普通名詞" else "その他"
    if is_unknown or (pos1, pos2) == ("記号", "文字"):
        return "未知語"
    if pos1 in ("動詞", "形容詞", "副詞"):
        return _by_script(pos1, base)
    if (pos1, pos2) == ("接尾辞", "形容詞的"):
        return "形容詞(非自立)"
    if pos1 == "感動詞":
        return "感動詞"
    negations = (*_NEGATIONS, "ず")
    return "否定助動詞" if pos1 == "助動詞" and base in negations else "その他"
