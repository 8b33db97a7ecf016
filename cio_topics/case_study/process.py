"""The claim of a process: a draft is shown at a meeting, its final text is circulated."""

from __future__ import annotations

from itertools import count

import pandas as pd

from cio_topics.case_study.bases import Known
from cio_topics.case_study.claims import STUDY
from cio_topics.case_study.judgement import Judgement, Verdict
from cio_topics.life import documents_life, life_spans

__all__ = ["exact_interval", "pairs_needed", "process_judgement"]


def process_judgement(known: Known) -> Judgement:
    """Judge whether documents of which both steps are seen mostly follow the process.

    One pair a document: its first decision of which a draft was seen, at a meeting whose format is
    known. It follows if the draft was shown at a meeting that was not circulated and the decision
    was circulated. Confirmed if the exact interval of the share lies above one half, contradicted
    if it lies below.
    """
    spans = life_spans(documents_life(known.corpus, since=STUDY.first, until=STUDY.last))
    drafts = spans[spans["draft_date"] != ""]
    pairs = drafts[drafts["circulated"].notna() & (drafts["draft_format"] != "unknown")]
    pairs = pairs.drop_duplicates("document")
    follows = pairs["circulated"].astype(bool) & (pairs["draft_format"] != "circulated")
    n, n_pairs = int(follows.sum()), len(pairs)
    low, high = exact_interval(n, n_pairs)
    verdict: Verdict = "not_decidable"
    if n_pairs and low > 0.5:
        verdict = "confirmed"
    elif n_pairs and high < 0.5:
        verdict = "contradicted"
    needed = 0 if verdict != "not_decidable" else max(0, pairs_needed(n, n_pairs) - n_pairs)
    ja, en = _reason(n, n_pairs, len(drafts), len(spans), low, high, needed)
    return Judgement(
        verdict,
        ja,
        en,
        "process",
        f"{n_pairs}件中{n}件",
        f"{n} of {n_pairs}",
        n / n_pairs if n_pairs else None,
        low if n_pairs else None,
        high if n_pairs else None,
        "95%" if n_pairs else "",
        n=n,
        n_items=n_pairs,
        n_meetings=_n_meetings(pairs, known.items),
        needed_items=needed,
        item_ids=tuple(item for item in _items(drafts) if item),
    )


def exact_interval(n: int, n_pairs: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper and Pearson); from 0 to 1 if there is nothing.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26, 404-413. doi:10.1093/biomet/26.4.404

    Examples
    --------
    >>> [round(bound, 4) for bound in exact_interval(6, 6)]
    [0.5407, 1.0]
    """
    from scipy.stats import binomtest

    if n_pairs == 0:
        return 0.0, 1.0
    bounds = binomtest(n, n_pairs).proportion_ci(level, method="exact")
    return float(bounds.low), float(bounds.high)


def pairs_needed(n: int, n_pairs: int) -> int:
    """Return how many pairs could decide, if the share stayed as it is.

    If none is seen, all are taken to follow. Where the share is one half no number decides; then
    the share that one pair more would give is taken.

    Examples
    --------
    >>> pairs_needed(0, 0), pairs_needed(3, 4)
    (6, 17)
    """
    share = 1.0 if n_pairs == 0 else n / n_pairs
    if share == 0.5:
        share = (n + 1) / (n_pairs + 1)
    for size in count(max(n_pairs, 1)):  # ends: the interval closes around a share that is not 1/2
        low, high = exact_interval(round(share * size), size)
        if low > 0.5 or high < 0.5:
            return size
    raise AssertionError


def _items(pairs: pd.DataFrame) -> list[str]:
    return [*pairs["draft_item_id"], *pairs["decided_item_id"]]


def _n_meetings(pairs: pd.DataFrame, items: pd.DataFrame) -> int:
    return int(items.loc[items["item_id"].isin(_items(pairs)), "meeting_id"].nunique())


def _reason(
    n: int, n_pairs: int, n_drafts: int, n_decisions: int, low: float, high: float, needed: int
) -> tuple[str, str]:
    ja = (
        f"決定・改定{n_decisions}件のうち、案も見えるもの{n_drafts}件、両方の開催形式がわかる文書"
        f"{n_pairs}件。会議で案、持ち回りで確定はそのうち{n}件"
    )
    en = (
        f"Of {n_decisions} decisions and revisions a draft is seen for {n_drafts}; the format of "
        f"both meetings is known for {n_pairs} documents; {n} of them follow the process"
    )
    if n_pairs:
        ja += f"(95%区間 {100 * low:.0f}〜{100 * high:.0f}%)"
        en += f" (95 % interval {100 * low:.0f} to {100 * high:.0f} %)"
    ja, en = f"{ja}。", f"{en}."
    if needed:
        ja += f"判定にはあと{needed}件の文書が要る(割合が同じなら)。"
        en += f" {needed} more documents are needed, if the share stays."
    return ja, en
