"""Classified titles as one page: themes, what speaks for them in the title, what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Literal, NamedTuple

from cio_topics import __version__
from cio_topics.themes.explain import Part, character_weights

__all__ = ["render_classified"]

_LABELS = {
    "ja": {
        "title": "題名からテーマへ",
        "lead": "題名ごとに、付けたテーマと確率、その根拠を示します。下線と濃さは、その文字が"
        "テーマの対数オッズをどれだけ押し上げたか(実線)・下げたか(点線)です。表の数値を足すと合計に"
        "なります。",
        "empty": "(文字のない題名)",
        "none": "題名がありません。",
        "cut": "ここまでの題名だけを示しています。すべては --format jsonl --explain で"
        "書き出せます。",
        "fallback": "確率の十分なテーマがないため、コードブックの「該当なし」に当たるテーマです。",
        "doubtful": "人の確認が必要",
        "novel": "ラベル付きのどの項目とも似ていない",
        "unlikely": "しきい値に達したテーマがない",
        "set": "ほかのテーマの組も考えられる",
        "possible": "考えられるテーマ",
        "why": "根拠",
        "nearest": "ラベル付き項目の寄与",
        "sum": "合計(対数オッズ)",
        "base": "題名を見る前",
        "others": "ほか {n} 件",
        "term": "語",
        "characters": "文字列",
        "body": "会議体名",
        "rule": "規則",
        "kind": "種類",
        "text": "内容",
        "weight": "寄与",
        "texts": "コードブックの文",
        "rules": "規則",
        "similarity": "類似度",
        "made": "来歴",
    },
    "en": {
        "title": "From titles to themes",
        "lead": "Each title with the themes it was given, their probability, and why. Underlines "
        "and shades show how far a character raised (solid) or lowered (dotted) the log-odds of "
        "the theme. The numbers of a table add up to its sum.",
        "empty": "(a title without characters)",
        "none": "No titles.",
        "cut": "Only the titles up to here are shown. --format jsonl --explain writes all.",
        "fallback": "No theme is probable enough; this is the codebook's fallback.",
        "doubtful": "A person should look at this",
        "novel": "like nothing that is labelled",
        "unlikely": "no theme reaches its threshold",
        "set": "other sets of themes are possible",
        "possible": "Possible themes",
        "why": "Why",
        "nearest": "What labelled items add",
        "sum": "sum (log-odds)",
        "base": "before anything is known of the title",
        "others": "{n} more",
        "term": "term",
        "characters": "characters",
        "body": "body",
        "rule": "rule",
        "kind": "kind",
        "text": "text",
        "weight": "adds",
        "texts": "texts of the codebook",
        "rules": "rules",
        "similarity": "similarity",
        "made": "Made with",
    },
}
_MOST_PARTS, _MOST_ITEMS = 8, 5


class _Mark(NamedTuple):
    """Characters next to each other that add alike: 0 to 4 for more, -1 to -4 for less."""

    text: str
    level: int


def render_classified(
    rows: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any],
    *,
    lang: Literal["ja", "en"] = "ja",
    is_cut: bool = False,
) -> str:
    """Return classified titles as one HTML document.

    Titles are untrusted and escaped; the page makes no request and runs no script.

    Parameters
    ----------
    rows : sequence of dict
        ``normalized, themes, reasons, doubtful, set`` and perhaps ``date, body, item_id``, as
        ``cio-topics classify --explain --format jsonl`` writes them.
    manifest : dict
    lang : {"ja", "en"}, default "ja"
    is_cut : bool, default False
        Say that there were more titles.

    Examples
    --------
    >>> row = {"normalized": "<b>甲", "themes": [], "reasons": [], "doubtful": [], "set": []}
    >>> page = render_classified([row], {"command": "x"})
    >>> "<b>" in page, "&lt;b&gt;甲" in page
    (False, True)
    """
    import jinja2

    folder = resources.files("cio_topics.report") / "templates"
    template = (folder / "classified.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template).render(
        rows=[_shown(row, _LABELS[lang]) for row in rows],
        manifest=manifest,
        version=__version__,
        lang=lang,
        labels=_LABELS[lang],
        is_cut=is_cut,
        style=(folder / "report.css").read_text(encoding="utf-8"),
    )


def _shown(row: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    reasons = {reason["theme"]: reason for reason in row["reasons"]}
    themes = []
    for theme in row["themes"]:
        reason = reasons.get(theme["theme"])
        told = None if reason is None else _told(reason, row["normalized"], labels)
        themes.append({**theme, "reason": told})
    context = " · ".join(row[key] for key in ("date", "body", "item_id") if row.get(key))
    known = {"title": row["normalized"], "context": context, "themes": themes}
    return known | {"doubtful": row["doubtful"], "set": row["set"]}


def _told(reason: Mapping[str, Any], title: str, labels: Mapping[str, str]) -> dict[str, Any]:
    parts = sorted(reason["parts"], key=lambda part: -abs(part["weight"]))
    shown, others = parts[:_MOST_PARTS], parts[_MOST_PARTS:]
    rows = [(labels[part["kind"]], part["text"], part["weight"]) for part in shown]
    if others:
        rest = sum(part["weight"] for part in others)
        rows.append(("", labels["others"].format(n=len(others)), rest))
    rows.append(("", labels["base"], reason["base"]))
    items = sorted(reason["items"], key=lambda item: -abs(item["weight"]))
    near, far = items[:_MOST_ITEMS], items[_MOST_ITEMS:]
    evidence = [
        (
            f"{item['title']} ({item['themes']}; {item['item_id']})",
            item["similarity"],
            item["weight"],
        )
        for item in near
    ]
    if far:
        rest = sum(item["weight"] for item in far)
        evidence.append((labels["others"].format(n=len(far)), None, rest))
    evidence.append((labels["texts"], None, reason["texts"]))
    if abs(reason["rules"]) > 1e-6:
        evidence.append((labels["rules"], None, reason["rules"]))
    evidence.append((labels["base"], None, reason["base"]))
    return {
        "marks": _marks(title, reason["parts"]),
        "parts": rows,
        "items": evidence,
        "log_odds": reason["log_odds"],
    }


def _marks(title: str, parts: Sequence[Mapping[str, Any]]) -> list[_Mark]:
    """Return the title in runs of characters that add alike."""
    weights = character_weights((Part(**part) for part in parts), len(title)).tolist()
    most = max((abs(weight) for weight in weights), default=0.0)
    marks: list[_Mark] = []
    for character, weight in zip(title, weights, strict=True):
        level = 0 if most == 0 else round(4 * weight / most)
        if marks and marks[-1].level == level:
            marks[-1] = _Mark(marks[-1].text + character, level)
        else:
            marks.append(_Mark(character, level))
    return marks
