"""Explained titles as one page: units in boxes, compounds underlined, reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any, Literal, NamedTuple

from cio_topics import __version__
from cio_topics.tokens.explain import SOURCES, Explained

__all__ = ["render_explained"]

_LABELS = {
    "ja": {
        "title": "題名から語へ",
        "lead": "題名の単位を並べました。語になった単位には ✓、ならなかった単位には理由を示します。"
        "下線は複合語です。",
        "term": "語",
        "compound": "複合語",
        "table": "表で見る",
        "empty": "(文字のない題名)",
        "none": "題名がありません。",
        "cut": "ここまでの題名だけを示しています。すべては --format csv か jsonl で書き出せます。",
        "made": "来歴",
        "pos": "対象の品詞",
        "dictionary": "辞書",
        "lexicon": "用語集",
        "place": "位置",
        "surface": "表記",
        "display": "表示形",
        "lemma": "語彙素",
        "pos1": "品詞",
        "source": "由来",
        "reason": "語でない理由",
        "of": "属する複合語",
    },
    "en": {
        "title": "From titles to terms",
        "lead": "The units of each title in order. A unit with ✓ is a term; others have the reason "
        "why they are none. A line below joins a compound.",
        "term": "term",
        "compound": "compound",
        "table": "As a table",
        "empty": "(a title without characters)",
        "none": "No titles.",
        "cut": "Only the titles up to here are shown. --format csv or jsonl writes all.",
        "made": "Made with",
        "pos": "wanted parts of speech",
        "dictionary": "dictionary",
        "lexicon": "lexicon",
        "place": "place",
        "surface": "surface",
        "display": "display",
        "lemma": "lemma",
        "pos1": "part of speech",
        "source": "source",
        "reason": "why none",
        "of": "compound",
    },
}
_SHAPES = {"lexicon": "◆", "latin": "▲", "unknown": "?"}


class _Word(NamedTuple):
    """A compound with its units, or one unit alone."""

    compound: Explained | None
    units: list[Explained]


def render_explained(
    titles: Sequence[tuple[str, Sequence[Explained]]],
    manifest: dict[str, Any],
    *,
    lang: Literal["ja", "en"] = "ja",
    is_cut: bool = False,
) -> str:
    """Return explained titles as one HTML document.

    Titles are untrusted and escaped; the page makes no request and runs no script. What colour
    tells is told by a sign and in words as well.

    Parameters
    ----------
    titles : sequence of (str, sequence of Explained)
        Normalized titles with their rows, from :func:`cio_topics.tokens.explain.explain`.
    manifest : dict
        ``command``, ``dictionary`` and ``tokenizer`` (its settings); shown at the end.
    lang : {"ja", "en"}, default "ja"
    is_cut : bool, default False
        Say that there were more titles.

    Examples
    --------
    >>> from cio_topics.tokens import Tokenizer
    >>> from cio_topics.tokens.explain import explain
    >>> rows = explain("<b>電子政府</b>", Tokenizer())
    >>> made = {"command": "", "dictionary": "", "tokenizer": Tokenizer().settings()}
    >>> page = render_explained([("<b>電子政府</b>", rows)], made)
    >>> "<b>" in page, "&lt;b&gt;電子政府" in page
    (False, True)
    """
    import jinja2

    folder = resources.files("cio_topics.report") / "templates"
    template = (folder / "explained.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template).render(
        titles=[(title, _words(rows), rows) for title, rows in titles],
        manifest=manifest,
        version=__version__,
        lang=lang,
        labels=_LABELS[lang],
        sources=SOURCES if lang == "ja" else {name: name for name in SOURCES},
        shapes=_SHAPES,
        is_cut=is_cut,
        style=(folder / "report.css").read_text(encoding="utf-8"),
    )


def _words(rows: Sequence[Explained]) -> list[_Word]:
    words: list[_Word] = []
    for row in rows:
        if row.source == "compound":
            words.append(_Word(row, []))
        elif row.compound:
            words[-1].units.append(row)
        else:
            words.append(_Word(None, [row]))
    return words
