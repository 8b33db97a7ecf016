"""The replication: every claim of the case study with what a corpus says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cio_topics.case_study.bases import BASES, Known, inside, known_of
from cio_topics.case_study.claims import STUDY, Claim, Span, read_claims
from cio_topics.case_study.comparison import comparison_judgement
from cio_topics.case_study.counts import (
    count_judgement,
    decided_within,
    mean_judgement,
    numbers_judgement,
)
from cio_topics.case_study.internal import internal_checks
from cio_topics.case_study.judgement import RULES, Judgement
from cio_topics.case_study.process import process_judgement
from cio_topics.case_study.sittings import Sittings, coverage_of, sittings_of
from cio_topics.case_study.table1 import reproduced_table1
from cio_topics.case_study.theme_claims import Estimate, placed_items, theme_judgement
from cio_topics.codebook import Codebook, read_codebook
from cio_topics.corpus import Corpus, read_case_study
from cio_topics.labels import coder_agreement
from cio_topics.themes.table import ThemeSource
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.meetings import CASE_STUDY_BODY

__all__ = ["EVIDENCE_COLUMNS", "Replication", "replicate"]

EVIDENCE_COLUMNS = (
    "claim_id",
    "item_id",
    "meeting_id",
    "number",
    "date",
    "date_precision",
    "format",
    "title",
    "themes",
    "theme_source",
    "origin",
    "place",
    "source_url",
)


class Replication(NamedTuple):
    """What :func:`replicate` gives: plain tables.

    Attributes
    ----------
    verdicts : DataFrame
        A row a claim.
    estimates : DataFrame
        A row a claim about a theme and a base: shares in and outside its time.
    table1 : DataFrame
        Table 1 of the case study with what is known of each year.
    internal : DataFrame
        The claims held to each other and to table 1.
    evidence : DataFrame
        A row a claim and item, meeting or decision that it rests on, from all bases.
    facts : dict
        What the corpus knows, by base; where themes come from, and how far their coders agree.
    """

    verdicts: pd.DataFrame
    estimates: pd.DataFrame
    table1: pd.DataFrame
    internal: pd.DataFrame
    evidence: pd.DataFrame
    facts: dict[str, Any]


class _Base(NamedTuple):
    known: Known
    sittings: Sittings


def replicate(
    corpus: Corpus,
    codebook: Codebook | None = None,
    *,
    source: ThemeSource = "coded+rules",
    body: str = CASE_STUDY_BODY,
    random_state: int = 0,
) -> Replication:
    """Hold every claim of the case study to a corpus.

    A verdict rests on rows that do not come from the case study itself and whose source names the
    body (:data:`BASES`). What the other rows would make of it stands beside it. Each verdict stands
    alone, at 95 %.

    Parameters
    ----------
    corpus : Corpus
        Any corpus with the body of the case study; others of its bodies are left out.
    codebook : Codebook, optional
        The embedded one if None. A claim about a theme looks for the embedded theme's id.
    source : {"coded+rules", "coded", "rules", "coded+model", "model"}, default "coded+rules"
        Where themes come from.
    body : str
        The body's name in this corpus.
    random_state : int, default 0
        Of permutations, where there are too many to try all.

    Returns
    -------
    Replication
        ``verdicts`` has ``claim_id, section, kind, statement, claim_ja, claim, claimed``; what is
        found, in words (``found_ja, found_en``) and numbers (``found_value, found_low,
        found_high``), and of what kind the ``interval`` is (``bounds``: what unknown meetings could
        make of it; ``95%``); ``p`` and ``p_adjusted`` (Benjamini and Hochberg, over the claims that
        have one; verdicts rest on ``p``); ``n, n_items, n_meetings``; ``verdict``;
        ``verdict_with_unnamed, verdict_all`` and what all rows show (``found_all_ja,
        found_all_en``); the rule and the reason in both languages; ``needed_meetings,
        needed_items`` (more of them, on the side of the claim, until it could be decided; 0 where
        it is); ``item_ids``.

    Raises
    ------
    SettingsError
        The corpus does not have the body.

    References
    ----------
    本田正美 (2019). 各府省情報化統括責任者(CIO)連絡会議の事例研究: the claims.

    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> replication = replicate(read_example())
    >>> verdicts = replication.verdicts.set_index("claim_id")
    >>> verdicts.loc["meetings_total", ["claimed", "found_en", "verdict"]].tolist()
    ['81', 'at least 77', 'not_decidable']
    """
    codebook = read_codebook() if codebook is None else codebook
    claims = read_claims()
    bases = [_base(known, claims) for known in known_of(corpus, codebook, source, body)]
    judged = [[_judged(claim, base, random_state) for claim in claims] for base in bases]
    verdicts = _verdicts(claims, [[judgement for judgement, _ in base] for base in judged])
    return Replication(
        verdicts,
        _estimates(claims, judged),
        reproduced_table1(bases[0].sittings, bases[-1].sittings),
        internal_checks(claims, bases[-1].known.items),
        _evidence(claims, [judgement for judgement, _ in judged[-1]], bases[-1].known),
        _facts(bases, corpus, codebook),
    )


def _base(known: Known, claims: list[Claim]) -> _Base:
    (claimed,) = (claim.value for claim in claims if claim.reading.counted == "sittings")
    handouts = known.corpus.documents["meeting_id"].value_counts()
    return _Base(known, sittings_of(known.meetings, handouts, int(claimed)))


def _judged(claim: Claim, base: _Base, seed: int) -> tuple[Judgement, Estimate | None]:
    known, sittings = base
    if claim.kind == "theme_period":
        return theme_judgement(claim, known, _complete(base), random_state=seed)
    if claim.kind == "process":
        return process_judgement(known), None
    if claim.kind == "comparison":
        return comparison_judgement(sittings), None
    rules: dict[str, Callable[[Claim, Known, Sittings, int], Judgement]] = {
        "count": count_judgement,
        "minutes": mean_judgement,
        "mean": mean_judgement,
        "meeting_numbers": numbers_judgement,
    }
    return rules[claim.kind](claim, known, sittings, _total(claim)), None


def _complete(base: _Base) -> Callable[[Span], bool]:
    """Return what tells whether the items of every meeting of a span are known."""
    known, (held, _, _) = base.known, base.sittings

    def complete(span: Span) -> bool:
        within = held.loc[inside(held, span), "meeting_id"]
        coverage = coverage_of(base.sittings, span)
        return coverage.complete and bool(within.isin(known.items["meeting_id"]).all())

    return complete


def _total(claim: Claim) -> int:
    """Return how many meetings the claim is about, by the case study."""
    if claim.reading.counted in ("longest", "shortest", "minutes"):
        (timed,) = (other for other in read_claims() if other.reading.counted == "timed")
        return int(timed.value)
    table1 = read_case_study("table1")
    first, last = (int(day[:4]) for day in claim.reading.span)
    return int(table1.loc[table1["year"].between(first, last), "meetings"].sum())


def _verdicts(claims: list[Claim], judged: list[list[Judgement]]) -> pd.DataFrame:
    rows = [
        _row(claim, *judgements)
        for claim, *judgements in zip(claims, *judged, strict=True)  # one a base
    ]
    table = pd.DataFrame(rows)
    with_p = adjusted(table["p"].astype(float))
    table.insert(list(table.columns).index("p") + 1, "p_adjusted", with_p)
    counts = ["n", "n_items", "n_meetings", "n_evidence", "needed_meetings", "needed_items"]
    numbers = ["found_value", "found_low", "found_high", "p", "p_adjusted"]
    finite = table[numbers].astype(float)
    table[numbers] = finite.where(np.isfinite(finite))
    return table.astype(dict.fromkeys(counts, "Int64"))


def _row(claim: Claim, own: Judgement, unnamed: Judgement, everything: Judgement) -> dict[str, Any]:
    reading, rule = claim.reading, RULES[own.rule]
    return {
        "claim_id": claim.claim_id,
        "section": claim.section,
        "kind": claim.kind,
        "statement": reading.statement or reading.counted,
        "claim_ja": reading.claim_ja,
        "claim": claim.claim,
        "claimed": claim.value,
        "found_ja": own.found_ja,
        "found_en": own.found_en,
        "found_value": own.found,
        "found_low": own.found_low,
        "found_high": own.found_high,
        "interval": own.interval,
        "p": own.p,
        "n": own.n,
        "n_items": own.n_items,
        "n_meetings": own.n_meetings,
        "verdict": own.verdict,
        "verdict_with_unnamed": unnamed.verdict,
        "verdict_all": everything.verdict,
        "found_all_ja": everything.found_ja,
        "found_all_en": everything.found_en,
        "rule_ja": rule[0],
        "rule_en": rule[1],
        "reason_ja": own.reason_ja,
        "reason_en": own.reason_en,
        "needed_meetings": own.needed_meetings,
        "needed_items": own.needed_items,
        "n_evidence": len(own.item_ids) + len(own.meeting_ids),
        "item_ids": ";".join(own.item_ids),
    }


def _estimates(
    claims: list[Claim], judged: list[list[tuple[Judgement, Estimate | None]]]
) -> pd.DataFrame:
    rows = [
        {
            "claim_id": claim.claim_id,
            "base": base,
            **estimate._asdict(),
            "verdict": judgement.verdict,
        }
        for base, answers in zip(BASES, judged, strict=True)
        for claim, (judgement, estimate) in zip(claims, answers, strict=True)
        if estimate is not None
    ]
    table = pd.DataFrame(rows)
    return table.astype({"needed_meetings": "Int64", "needed_items": "Int64"})


def _evidence(claims: list[Claim], judged: list[Judgement], known: Known) -> pd.DataFrame:
    parts = [
        _rows_of(claim, judgement, known) for claim, judgement in zip(claims, judged, strict=True)
    ]
    table = pd.concat(parts, ignore_index=True)[list(EVIDENCE_COLUMNS)]
    return table.assign(number=table["number"].astype("Int64")).fillna(
        {name: "" for name in EVIDENCE_COLUMNS if name != "number"}
    )


def _rows_of(claim: Claim, judgement: Judgement, known: Known) -> pd.DataFrame:
    items = known.items.assign(place="")
    if claim.kind == "theme_period":
        placed = placed_items(claim, known).set_index("item_id")["place"]
        items["place"] = items["item_id"].map(placed).fillna("").astype("str")
    wanted = items["item_id"].isin(judgement.item_ids)
    wanted |= items["meeting_id"].isin(judgement.meeting_ids)
    rows = items[wanted]
    if claim.reading.counted == "decisions":
        decided = decided_within(known, claim).rename(columns={"decided_on": "date"})
        origin = "independent"
        extra = decided[~decided["title"].isin(rows["title"])].assign(origin=origin)
        rows = pd.concat([rows, extra])
    return rows.reindex(columns=list(EVIDENCE_COLUMNS)).assign(claim_id=claim.claim_id)


def _facts(bases: list[_Base], corpus: Corpus, codebook: Codebook) -> dict[str, Any]:
    own = bases[0]
    sources = own.known.items["theme_source"].value_counts().to_dict()
    agreement = coder_agreement(corpus, codebook).set_index("theme")
    return {
        "bases": {
            base: {
                "n_items": len(known.items),
                "n_meetings": len(known.meetings),
                "n_sittings": len(sittings.table),
                "n_unsure": sittings.n_unsure,
                "complete": bool(sittings.closed),
            }
            for base, (known, sittings) in zip(BASES, bases, strict=True)
        },
        "themes": {str(name): int(n) for name, n in sorted(sources.items())},
        "agreement": {
            "n_items": int(agreement["n_a"]["exact"]),
            "exact": _rounded(agreement["f1"]["exact"]),
            "f1_micro": _rounded(agreement["f1"]["micro"]) if agreement["n_a"]["exact"] else None,
        },
        "study": list(STUDY),
    }


def _rounded(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)
