"""The case study held to a corpus, as one page: verdicts first, each with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import pandas as pd

from cio_topics import __version__
from cio_topics.case_study import BASES, VERDICTS, Replication
from cio_topics.report.page import page_environment, percent, template_text

__all__ = ["render_replication"]

_LABELS = {
    "ja": {
        "title": "事例研究の再現",
        "lead": "本田正美「各府省情報化統括責任者(CIO)連絡会議の事例研究」(2019)の主張を、"
        "コーパスと一つずつ照らし合わせました。",
        "of": "主張 {n} 件の判定",
        "rests": "判定は、事例研究によらず、出典に会議名のある {n_items} 項目だけによります。"
        "事例研究から読み取った行は、それ自身を確かめられません。",
        "thin": "このコーパスは完全ではありません。81回のうち、回次などで確かにわかるのは"
        "{n_sittings}回です。「判定不能」は、主張が誤りだという意味ではありません。",
        "full": "このコーパスには、対象期間のすべての回次があります。",
        "conflicts": "事例研究の内部の照合",
        "conflicts_lead": "主張と表1だけから計算したものです。",
        "table1": "表1とわかる会議",
        "table1_lead": "棒は、事例研究の会議数のうち、事例研究によらずわかる会議(濃)と、"
        "事例研究の行も入れてわかる会議(淡)の割合です。範囲は回次から言える会議の数です。",
        "claims": "主張ごとの根拠",
        "claimed": "主張",
        "found": "このデータ",
        "nothing": "わかるものがない",
        "rule": "判定の規則",
        "reason": "理由",
        "needed": "判定に要るもの",
        "needed_none": "判定ずみ",
        "needed_unknown": "このコーパスの拡充では示せない",
        "more_meetings": "会議があと{n}回",
        "more_items": "項目があと{n}件",
        "bases": "行を広げた場合の判定",
        "evidence": "根拠の項目",
        "no_evidence": "根拠になる項目がない。",
        "inside": "期間内",
        "outside": "比べる期間",
        "apart": "除外",
        "origin": {
            "independent": "事例研究によらない",
            "unnamed": "会議名が出典にない",
            "case_study": "事例研究から",
        },
        "base": "行",
        "difference": "差(ポイント)",
        "section": "第{n}節",
        "undated": "日付不明",
        "year": "年",
        "total": "計",
        "meetings": "会議",
        "circulated": "持ち回り",
        "known": "わかる会議",
        "range": "範囲",
        "numbers": "わかる回次",
        "outside_numbers": "年の範囲の外の回次",
        "verdict": "判定",
        "check": "照合",
        "stated": "述べられた値",
        "computed": "計算した値",
        "agrees": {True: "一致", False: "不一致"},
        "more": "ほか{n}件は evidence.csv にあります。",
        "themes": "テーマの出所(独立の項目)",
        "coders": "コーディングは言語モデル二つと裁定によります。二つの一致: {n}項目で、テーマの"
        "組が同じ割合 {exact}、F1 {f1}。",
        "no_coders": "二人分のコーディングはありません。",
        "made": "来歴",
    },
    "en": {
        "title": "The case study, replicated",
        "lead": "Each claim of 本田正美「各府省情報化統括責任者(CIO)連絡会議の事例研究」 "
        "(Honda 2019) held to a corpus.",
        "of": "Verdicts on {n} claims",
        "rests": "Verdicts rest on {n_items} items that do not come from the case study and whose "
        "source names the body. Rows read from the case study cannot confirm it.",
        "thin": "This corpus is not complete: of 81 meetings, {n_sittings} are surely known. "
        "'Not decidable' does not mean that a claim is wrong.",
        "full": "This corpus has every meeting number of the time.",
        "conflicts": "The case study held to itself",
        "conflicts_lead": "Computed from its claims and its table 1 alone.",
        "table1": "Table 1, and meetings that are known",
        "table1_lead": "Bars: of the meetings the case study counts, the share known without it "
        "(dark) and with its own rows (light). Range: how many meetings the numbers allow.",
        "claims": "What each claim rests on",
        "claimed": "claimed",
        "found": "found",
        "nothing": "nothing is known",
        "rule": "Rule",
        "reason": "Reason",
        "needed": "Needed to decide",
        "needed_none": "it is decided",
        "needed_unknown": "cannot be said from this corpus",
        "more_meetings": "{n} more meetings",
        "more_items": "{n} more items",
        "bases": "Verdict with more rows",
        "evidence": "Items it rests on",
        "no_evidence": "No item speaks for or against it.",
        "inside": "in the time",
        "outside": "compared with",
        "apart": "left out",
        "origin": {
            "independent": "not from the case study",
            "unnamed": "source does not name the body",
            "case_study": "from the case study",
        },
        "base": "Rows",
        "difference": "difference (points)",
        "section": "section {n}",
        "undated": "date unknown",
        "year": "Year",
        "total": "total",
        "meetings": "Meetings",
        "circulated": "Circulated",
        "known": "Known",
        "range": "Range",
        "numbers": "Known numbers",
        "outside_numbers": "Numbers outside their year",
        "verdict": "Verdict",
        "check": "Check",
        "stated": "Stated",
        "computed": "Computed",
        "agrees": {True: "agrees", False: "conflict"},
        "more": "{n} more stand in evidence.csv.",
        "themes": "Where themes come from (independent items)",
        "coders": "Items were coded by two language models, with adjudication. Their agreement on "
        "{n} items: identical sets {exact}, F1 {f1}.",
        "no_coders": "There are no codings by two coders.",
        "made": "Made with",
    },
}
_SIGNS = {"confirmed": "✓", "contradicted": "✕", "not_decidable": "?"}
_SHOWN = 40  # rows of evidence a claim
_ADDRESS = re.compile(r"https?://[^\s;]+")


class _Source(NamedTuple):
    """A part of a source: text, and an address where it is one."""

    text: str
    address: str


def render_replication(
    replication: Replication,
    manifest: Mapping[str, Any],
    *,
    lang: Literal["ja", "en"] = "ja",
) -> str:
    """Return the replication as one HTML document.

    Titles and addresses are untrusted and escaped, and only ``http`` addresses are linked; the page
    makes no request and runs no script.

    Parameters
    ----------
    replication : Replication
        From :func:`cio_topics.case_study.replicate`.
    manifest : dict
    lang : {"ja", "en"}, default "ja"
    """
    labels = _LABELS[lang]
    counts = replication.verdicts["verdict"].value_counts()
    own = replication.facts["bases"]["independent"]
    return (
        page_environment()
        .get_template("replicated.html.j2")
        .render(
            lang=lang,
            labels=labels,
            counts=[(name, _verdict(name, lang), int(counts.get(name, 0))) for name in VERDICTS],
            signs=_SIGNS,
            claims=[_claim(row, replication, lang) for row in _rows(replication.verdicts)],
            table1=[_year(row, lang) for row in _rows(replication.table1)],
            internal=[_check(row, lang) for row in _rows(replication.internal)],
            own=own,
            facts=replication.facts,
            bases={name: texts[lang == "en"] for name, texts in BASES.items()},
            coders=_coders(replication.facts["agreement"], lang),
            manifest=manifest,
            version=__version__,
            style=template_text("report.css"),
        )
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dicts, with None where a value is missing."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _verdict(name: str, lang: str) -> str:
    return VERDICTS[name][lang == "en"]


def _claim(row: dict[str, Any], replication: Replication, lang: str) -> dict[str, Any]:
    labels = _LABELS[lang]
    evidence = replication.evidence
    own = _rows(evidence[evidence["claim_id"] == row["claim_id"]])
    estimates = replication.estimates
    by_base = _rows(estimates[estimates["claim_id"] == row["claim_id"]])
    return {
        "id": row["claim_id"],
        "section": str(labels["section"]).format(n=row["section"]),
        "text": row["claim_ja"] if lang == "ja" else row["claim"],
        "other": row["claim"] if lang == "ja" else row["claim_ja"],
        "claimed": row["claimed"],
        "found": _found(row, lang),
        "verdict": row["verdict"],
        "verdict_text": _verdict(row["verdict"], lang),
        "rule": row[f"rule_{lang}"],
        "reason": row[f"reason_{lang}"],
        "needed": _needed(row, lang),
        "wider": [
            (base, _verdict(row[f"verdict_{base}"], lang)) for base in ("with_unnamed", "all")
        ],
        "evidence": [_item(item, lang) for item in own[:_SHOWN]],
        "more": str(labels["more"]).format(n=len(own) - _SHOWN) if len(own) > _SHOWN else "",
        "estimates": [_estimate(estimate) for estimate in by_base],
    }


def _found(row: dict[str, Any], lang: str) -> str:
    found = str(row[f"found_{lang}"])
    if not found:
        return str(_LABELS[lang]["nothing"])
    of_found = row["kind"] != "theme_period" or row["statement"] in ("is_agenda", "dominates")
    if row["interval"] != "95%" or row["found_low"] is None or not of_found:
        return found
    low, high = row["found_low"], row["found_high"]
    shares = row["kind"] in ("theme_period", "process")
    bounds = f"{percent(low)}–{percent(high)} %" if shares else f"{low:.2f}–{high:.2f}"
    return f"{found} [{bounds}]"


def _needed(row: dict[str, Any], lang: str) -> str:
    labels = _LABELS[lang]
    if row["verdict"] != "not_decidable":
        return str(labels["needed_none"])
    parts = [
        str(labels[f"more_{unit}"]).format(n=f"{row[f'needed_{unit}']:,}")
        for unit in ("meetings", "items")
        if row[f"needed_{unit}"]
    ]
    return ("、" if lang == "ja" else ", ").join(parts) or str(labels["needed_unknown"])


def _item(row: dict[str, Any], lang: str) -> dict[str, Any]:
    labels = _LABELS[lang]
    origins: Mapping[str, str] = labels["origin"]  # type: ignore[assignment]
    number = f" (#{row['number']})" if row["number"] is not None else ""
    return {
        "id": row["item_id"],
        "title": row["title"],
        "date": (row["date"] or str(labels["undated"])) + number,
        "themes": row["themes"],
        "theme_source": row["theme_source"],
        "origin": row["origin"],
        "origin_text": origins.get(row["origin"], ""),
        "place": str(labels.get(row["place"], "")),
        "sources": _sources(row["source_url"]),
    }


def _sources(text: str) -> list[_Source]:
    """Split a source into its addresses; what is no address stays text."""
    parts = [part.strip() for part in re.split(r"\s*;\s*", text) if part.strip()]
    return [
        _Source(part if len(part) <= 60 else f"{part[:59]}…", part if _is_address(part) else "")
        for part in parts
    ]


def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def _estimate(row: dict[str, Any]) -> dict[str, str]:
    shown = {"base": str(row["base"]), "verdict": str(row["verdict"])}
    for side in ("inside", "outside"):
        n, total = row[f"n_{side}"], row[f"n_items_{side}"]
        text = f"{n}/{total}"
        if row[f"share_{side}_low"] is not None:
            low, high = row[f"share_{side}_low"], row[f"share_{side}_high"]
            text += f" [{percent(low)}–{percent(high)} %]"
        shown[side] = text
    shown["difference"] = ""
    if row["difference"] is not None:
        shown["difference"] = f"{100 * row['difference']:+.0f}"
        if row["difference_low"] is not None:
            shown["difference"] += (
                f" [{100 * row['difference_low']:+.0f} … {100 * row['difference_high']:+.0f}]"
            )
    shown["p"] = "" if row["p"] is None else f"{row['p']:.3f}"
    return shown


def _year(row: dict[str, Any], lang: str) -> dict[str, Any]:
    low, high = row["meetings_low"], row["meetings_high"]
    wide = row["n_meetings_all"] / row["meetings"]
    return {
        **row,
        "year": str(_LABELS[lang]["total"]) if row["year"] == "total" else row["year"],
        "is_total": row["year"] == "total",
        "range": f"{low}–{high}" if high is not None else f"{low}–",
        "own_width": round(100 * min(row["coverage"], 1.0), 1),
        "all_width": round(100 * min(wide, 1.0), 1),
        "verdict_text": _verdict(row["verdict"], lang),
    }


def _check(row: dict[str, Any], lang: str) -> dict[str, Any]:
    agrees: Mapping[bool, str] = _LABELS[lang]["agrees"]  # type: ignore[assignment]
    return {**row, "what": row[f"what_{lang}"], "agrees_text": agrees[bool(row["agrees"])]}


def _coders(agreement: dict[str, Any], lang: str) -> str:
    labels = _LABELS[lang]
    if not agreement["n_items"]:
        return str(labels["no_coders"])
    return str(labels["coders"]).format(
        n=agreement["n_items"], exact=f"{agreement['exact']:.2f}", f1=f"{agreement['f1_micro']:.2f}"
    )
