"""The claim of a comparison: meetings were few from 2009 to 2012, and many in 2013 and 2014."""

from __future__ import annotations

import pandas as pd

from cio_topics.case_study.bases import inside
from cio_topics.case_study.claims import Span
from cio_topics.case_study.judgement import Judgement, Verdict
from cio_topics.case_study.sittings import Sittings, coverage_of
from cio_topics.tracking.meeting_rates import case_study_activity, rate_ratio

__all__ = ["HIGH", "LOW", "comparison_judgement", "ratio_verdict", "sitting_ratios"]

#: Years that the claim calls little active, and years that it calls active.
LOW, HIGH = (2009, 2012), (2013, 2014)


def comparison_judgement(sittings: Sittings) -> Judgement:
    """Judge whether meetings were held more often in :data:`HIGH` than in :data:`LOW`.

    The claim does not say what activity is. It is confirmed if the rate of all meetings and the
    rate of those that were not circulated are both higher (the exact 95 % intervals of both ratios
    lie above 1), contradicted if both are lower, and not decidable if they differ or the corpus
    lacks meetings of these years. What table 1 itself says stands beside it.
    """
    spans = [Span(f"{a}-01-01", f"{b}-12-31") for a, b in (LOW, HIGH)]
    held = sittings.table[inside(sittings.table, spans[0]) | inside(sittings.table, spans[1])]
    complete = all(coverage_of(sittings, span).complete for span in spans)
    complete = complete and bool(held["circulated"].notna().all())
    ratios = sitting_ratios(held)
    verdict: Verdict = ratio_verdict(ratios) if complete else "not_decidable"
    own_ja, own_en = _ratios_text(case_study_activity(LOW, HIGH))
    found_ja, found_en = _ratios_text(ratios)
    claimed = _claimed()
    if complete:
        ja, en = f"コーパスでは{found_ja}。", f"In the corpus: {found_en}."
    else:
        ja = f"2009〜2014年の会議{claimed}回のうち{len(held)}回しかわからず、比べられない。"
        en = f"{len(held)} of the {claimed} meetings of 2009 to 2014 are known: too few to compare."
    ja += f"事例研究の表1では{own_ja}。「活動」が全会議か持ち回り以外かで答えが分かれる。"
    en += f" In the case study's own table 1: {own_en}. The answer depends on what activity is."
    row = ratios.iloc[0]
    return Judgement(
        verdict,
        ja,
        en,
        "comparison",
        f"{row['ratio']:.2f}" if complete else "",
        f"{row['ratio']:.2f}" if complete else "",
        float(row["ratio"]) if complete else None,
        float(row["ratio_low"]) if complete else None,
        float(row["ratio_high"]) if complete else None,
        "95%" if complete else "",
        n=len(held),
        n_meetings=len(held),
        p=float(row["p"]) if complete else None,
        needed_meetings=0 if complete else max(0, claimed - len(held)),
        meeting_ids=tuple(held["meeting_id"]),
    )


def sitting_ratios(held: pd.DataFrame) -> pd.DataFrame:
    """Return ratios of rates for all meetings and for those not circulated, years as cells.

    Parameters
    ----------
    held : DataFrame
        Sittings of the years of :data:`LOW` and :data:`HIGH`, with ``first`` and ``circulated``.

    Returns
    -------
    DataFrame
        ``kind`` (``all``, ``not_circulated``) and the columns of
        :func:`~cio_topics.tracking.rate_ratio`.
    """
    years = [*range(LOW[0], LOW[1] + 1), *range(HIGH[0], HIGH[1] + 1)]
    not_circulated = held[~held["circulated"].fillna(True).astype(bool)]
    kinds = {"all": held, "not_circulated": not_circulated}
    later = [year >= HIGH[0] for year in years]
    rows = []
    for kind, part in kinds.items():
        counts = part["first"].dt.year.value_counts().reindex(years, fill_value=0)
        rows.append(rate_ratio(counts, [1.0] * len(years), later).assign(kind=kind))
    return pd.concat(rows, ignore_index=True)


def ratio_verdict(ratios: pd.DataFrame) -> Verdict:
    """Return the verdict of ratios that should all lie above 1."""
    if (ratios["ratio_low"] > 1).all():
        return "confirmed"
    return "contradicted" if (ratios["ratio_high"] < 1).all() else "not_decidable"


def _claimed() -> int:
    from cio_topics.corpus import read_case_study

    table = read_case_study("table1")
    return int(table.loc[table["year"].between(LOW[0], HIGH[1]), "meetings"].sum())


def _ratios_text(ratios: pd.DataFrame) -> tuple[str, str]:
    parts_ja, parts_en = [], []
    rows = {str(row["kind"]): row for row in ratios.to_dict("records")}
    for kind, ja, en in (
        ("all", "全会議", "all meetings"),
        ("not_circulated", "持ち回り以外", "those not circulated"),
    ):
        row = rows[kind]
        bounds = f"{row['ratio_low']:.2f}", f"{row['ratio_high']:.2f}"
        low_n, high_n = int(row["n_reference"]), int(row["n"])
        parts_ja.append(
            f"{ja}の年率の比{row['ratio']:.2f}({bounds[0]}〜{bounds[1]}、{low_n}→{high_n}回)"
        )
        parts_en.append(
            f"rate ratio {row['ratio']:.2f} ({bounds[0]} to {bounds[1]}) for {en} "
            f"({low_n} in 4 years, {high_n} in 2)"
        )
    return "、".join(parts_ja), "; ".join(parts_en)
