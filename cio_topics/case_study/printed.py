"""The replication as tables for people, and as a page of text."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import pandas as pd

from cio_topics.case_study.judgement import VERDICTS
from cio_topics.case_study.verdicts import Replication
from cio_topics.tables import Printed, printed_result, printed_text

__all__ = ["printed_internal", "printed_table1", "printed_verdicts", "replication_readme"]

Language = Literal["ja", "en"]


def _names(lang: Language) -> dict[str, dict[str, str]]:
    agrees = {"True": "○", "False": "×"} if lang == "ja" else {"True": "yes", "False": "NO"}
    return {
        "verdict": {name: texts[lang == "en"] for name, texts in VERDICTS.items()},
        "agrees": agrees,
        "year": {"total": "計" if lang == "ja" else "total"},
    }


def printed_verdicts(replication: Replication, lang: Language = "ja") -> Printed:
    """Return the verdicts as a short table, a row a claim."""
    table = replication.verdicts
    text = table["claim_ja"] if lang == "ja" else table["claim"]
    shown = table.assign(claim_text=text, found=table[f"found_{lang}"].replace("", "–"))
    decided = shown["verdict"] != "not_decidable"
    shown = shown.assign(
        needed_meetings=shown["needed_meetings"].mask(decided | (shown["needed_meetings"] == 0)),
        needed_items=shown["needed_items"].mask(decided | (shown["needed_items"] == 0)),
    )
    counts = table["verdict"].value_counts()
    own = replication.facts["bases"]["independent"]
    facts = {name: int(counts.get(name, 0)) for name in VERDICTS}
    facts |= {"n": len(table), "n_items": own["n_items"], "n_meetings": own["n_meetings"]}
    return printed_result(shown, "replication", lang=lang, names=_names(lang), facts=facts)


def printed_table1(replication: Replication, lang: Language = "ja") -> Printed:
    """Return table 1 of the case study with what is known of each year."""
    return printed_result(replication.table1, "case_study_table1", lang=lang, names=_names(lang))


def printed_internal(replication: Replication, lang: Language = "ja") -> Printed:
    """Return what the case study says of itself."""
    table = replication.internal
    shown = table.assign(what=table[f"what_{lang}"], agrees=table["agrees"].astype("str"))
    return printed_result(shown, "case_study_internal", lang=lang, names=_names(lang))


def replication_readme(
    replication: Replication, manifest: dict[str, Any], lang: Language = "ja"
) -> str:
    """Return the replication as Markdown: verdicts by kind with their reasons, and the tables."""
    ja = lang == "ja"
    lines = ["# 事例研究の再現" if ja else "# The case study, replicated", ""]
    lines += [_lead(replication, ja), ""]
    for name, texts in VERDICTS.items():
        rows = replication.verdicts[replication.verdicts["verdict"] == name]
        lines += [f"## {texts[not ja]} ({len(rows)})", ""]
        lines += [_line(row, lang) for row in rows.to_dict("records")] or ["–"]
        lines.append("")
    for printed in (printed_internal(replication, lang), printed_table1(replication, lang)):
        lines += [printed_text(printed, "markdown"), ""]
    lines.append(_files(ja))
    command, digest = manifest["command"], manifest["corpus"]["sha256"][:12]
    lines += ["", f"`{command}` (cio_topics {manifest['cio_topics']}, corpus {digest})"]
    return "\n".join(lines) + "\n"


def _lead(replication: Replication, ja: bool) -> str:
    own = replication.facts["bases"]["independent"]
    sittings, items = own["n_sittings"], own["n_items"]
    if ja:
        return (
            f"判定は、事例研究によらない{items}項目だけによる。回次などで確かにわかる会議は"
            f"{sittings}回。「判定不能」は、主張が誤りだという意味ではない。"
        )
    return (
        f"Verdicts rest on {items} items that do not come from the case study. {sittings} meetings "
        "are surely known. 'Not decidable' does not mean that a claim is wrong."
    )


def _line(row: dict[Hashable, Any], lang: Language) -> str:
    text = row["claim_ja"] if lang == "ja" else row["claim"]
    claimed = f" ({row['claimed']})" if row["claimed"] else ""
    return f"- **{text}**{claimed}: {_plain(row[f'reason_{lang}'])}{_needed(row, lang)}"


def _needed(row: dict[Hashable, Any], lang: Language) -> str:
    """Say how many more meetings or items would be needed; empty if it is decided or not known."""
    if row["verdict"] != "not_decidable" or row["kind"] == "process":  # its reason counts documents
        return ""
    meetings, items = (
        0 if pd.isna(row[name]) else int(row[name]) for name in ("needed_meetings", "needed_items")
    )
    if lang == "ja":
        parts = [f"会議があと{meetings}回"] * (meetings > 0) + [f"項目があと{items}件"] * (
            items > 0
        )
        return f" 判定には{'、'.join(parts)}必要。" if parts else ""
    parts = [f"{meetings} more meetings"] * (meetings > 0) + [f"{items} more items"] * (items > 0)
    return f" Needed: {', '.join(parts)}." if parts else ""


def _plain(text: str) -> str:
    """Return a text whose characters are no marks of Markdown or HTML."""
    for character in r"\`*_<>[]|":
        text = text.replace(character, f"\\{character}")
    return text


def _files(ja: bool) -> str:
    if ja:
        return (
            "`replication.html` は根拠へのリンクつきのページ、`verdicts.csv` は判定と規則・理由、"
            "`estimates.csv` は期間内外の割合、`evidence.csv` は根拠の項目、`table1.csv` は表1、"
            "`internal.csv` は内部の照合、`manifest.json` は来歴。"
        )
    return (
        "`replication.html` is the page with links to sources; `verdicts.csv` has verdicts, rules "
        "and reasons, `estimates.csv` the shares in and outside the time of a claim, "
        "`evidence.csv` the items, `table1.csv` table 1, `internal.csv` the checks within the case "
        "study, `manifest.json` what all was made from."
    )
