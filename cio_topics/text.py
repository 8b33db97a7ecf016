"""Titles as printed → one normal form, and its parts: label, core, marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from cio_topics.errors import SettingsError, shorten

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TitleParts", "normalize", "split_title", "split_titles"]

# Hyphens, dashes and minus signs; not ー (U+30FC), which lengthens a vowel.
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\u2500\u2501"
_WAVES = "~\u223c\u223e\u301c\u3030\uff5e"
_SQUARE = {"〔": "[", "【": "[", "〖": "[", "〚": "[", "〕": "]", "】": "]", "〗": "]", "〛": "]"}
_FOLDED = str.maketrans(
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_WAVES, "〜")
    | _SQUARE
    | {"〈": "<", "〉": ">", "⟨": "<", "⟩": ">"}
)
# Zero-width characters, direction marks, soft hyphen, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SPACE = re.compile(r"\s+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TO_FOLD = re.compile(f"[{re.escape(''.join(map(chr, _FOLDED)))}]")
# What no normal form holds; all white space but the space, too.
_NOT_NORMAL = re.compile(
    "[\\t-\\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    + "".join(p.pattern[1:-1] for p in (_INVISIBLE, _CONTROL, _SURROGATE, _TO_FOLD))
    + "]"
)


def normalize(text: str) -> str:
    """Return the one normal form of a title.

    Unicode NFKC (full-width letters and digits become half-width, half-width kana full-width, Ⅱ
    becomes II, ㋿ becomes 令和); every dash ``-``, every wave ``〜``; 〔〕【】 become ``[]``;
    invisible and control characters go; white space becomes one space. Words, era years
    (平成21年) and letter case stay as printed.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        ``normalize(normalize(text)) == normalize(text)``.

    Raises
    ------
    SettingsError
        `text` holds a lone surrogate, which no file can store.

    Examples
    --------
    >>> normalize("「ｅ−Ｊａｐａｎ戦略Ⅱ」（案）について")
    '「e-Japan戦略II」(案)について'
    >>> normalize("平成２１年　ﾏｲﾅﾝﾊﾞｰ～")
    '平成21年 マイナンバー〜'
    """
    if not isinstance(text, str):
        raise SettingsError(f"got {shorten(text)} ({type(text).__name__}); expected a text.")
    if (
        unicodedata.is_normalized("NFKC", text)
        and not _NOT_NORMAL.search(text)
        and "  " not in text
        and text.strip(" ") == text
    ):
        return text
    lone = _SURROGATE.search(text)
    if lone:
        raise SettingsError(
            f"lone surrogate {lone[0]!a} at {lone.start()} in {shorten(ascii(text))}.",
            "Read the file again with its right encoding.",
            "正しい文字コードで読み直してください。",
        )
    folded = _fold(_CONTROL.sub("", text))
    # NFKC may give an invisible character or a pair that composes once a neighbour is gone.
    while (again := _fold(folded)) != folded:
        folded = again
    return _SPACE.sub(" ", folded).strip()


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return folded.translate(_FOLDED) if _TO_FOLD.search(folded) else folded


class TitleParts(NamedTuple):
    """The parts of a normalized title; ``head + core + tail`` is the title itself.

    `label` (資料1-1) and opening brackets make the head; marks such as 案 or 決定, について and
    closing brackets make the tail. `marks` lists the marks without their brackets.
    """

    head: str
    core: str
    tail: str
    label: str
    marks: tuple[str, ...]


_LABEL = re.compile(
    r"^\s*[(\[<]?\s*(?P<label>(?:(?:別|参考)?(?:資料|添)|参考|別紙)\s*(?:\d+(?:[-の.]\d+)*)?)\s*[)\]>]?"
    r"\s*[::.、 ]\s*"
)
_MARK = (
    r"(?:(?:素|原|骨子|改定|改訂|修正|最終|提言|報告書?|見直し|方針)?案|決定|報告|結果報告|中間報告|"
    r"最終報告|結果|改定|改訂|一部改定|一部改正|仮称|骨子|提言|概要|了承|討議)"
)
_TAIL_MARK = re.compile(rf"\s*[(\[]\s*(?P<mark>{_MARK})\s*[)\]]$")
_ENDING = re.compile(r"\s*(?:(?<=[)\]」』])等)?(?:について|に関して|に関する件)$")
_ENDINGS = ("について", "に関して", "に関する件")
_QUOTES = {"「": "」", "『": "』"}


def split_title(text: str) -> TitleParts:
    """Split off what is not the subject of a title, losing nothing.

    Parameters
    ----------
    text : str
        Normalized here if it is not yet.

    Returns
    -------
    TitleParts
        ``head + core + tail == normalize(text)``. A title made of nothing but marks is its own
        core.

    Examples
    --------
    >>> split_title("資料1-1:「デジタル・ガバメント実行計画(案)」について")
    TitleParts(head='資料1-1:「', core='デジタル・ガバメント実行計画', tail='(案)」について',
               label='資料1-1', marks=('案',))
    >>> split_title("「e-Japan戦略」の決定及び重点計画の作成について").core
    '「e-Japan戦略」の決定及び重点計画の作成'
    """
    title = normalize(text)
    head, core, label = "", title, ""
    found = _LABEL.match(core)
    if found and found.end() < len(core):
        label = _SPACE.sub("", found["label"])
        head, core = core[: found.end()], core[found.end() :]
    cut = len(core)
    marks: list[str] = []
    while cut:
        rest = core[:cut]
        mark = _TAIL_MARK.search(rest) if rest.endswith((")", "]")) else None
        ending = _ENDING.search(rest) if rest.endswith(_ENDINGS) else None
        if mark and mark.start():
            marks.append(mark["mark"])
            step = mark.start()
        elif ending:
            step = ending.start()
        elif _is_quoted(rest):
            head, core, cut = head + rest[0], core[1:], cut - 2
            continue
        else:
            break
        if step == 0:
            break
        cut = step
    kept = core[:cut].rstrip()
    if not kept:
        return TitleParts("", title, "", "", ())
    return TitleParts(head, kept, core[len(kept) :], label, tuple(reversed(marks)))


def _is_quoted(text: str) -> bool:
    """Tell whether one pair of quotation marks encloses the whole text."""
    if len(text) < 3 or _QUOTES.get(text[0]) != text[-1]:
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character == text[0]) - (character == text[-1])
        if depth == 0:
            return place == len(text) - 1
    return False


def split_titles(titles: Iterable[str]) -> pd.DataFrame:
    """Split many titles.

    Returns
    -------
    DataFrame
        Columns ``head, core, tail, label, marks`` (marks joined by ``;``), in the order given;
        the index of `titles` if it is a Series.

    Examples
    --------
    >>> split_titles(["新戦略(案)について"])[["core", "marks"]].values.tolist()
    [['新戦略', '案']]
    """
    import pandas as pd

    rows = [split_title(title) for title in titles]
    table = pd.DataFrame(
        [(r.head, r.core, r.tail, r.label, ";".join(r.marks)) for r in rows],
        columns=list(TitleParts._fields),
        dtype="str",
    )
    return table.set_axis(titles.index) if isinstance(titles, pd.Series) else table
