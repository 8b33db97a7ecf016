"""An invented corpus that has every meeting the case study counts, as its claims have them.

Nothing here is a record of the conference: titles, days and durations were made up so that they
agree with the claims and with table 1.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cio_topics.corpus import Corpus, read_case_study
from cio_topics.tracking import CASE_STUDY_BODY

MONTHS = {
    2002: (11,),
    2012: (2, 5, 8, 11),
    2015: (1, 2, 3, 6, 9, 10, 11, 12),
    2017: (2, 4, 6, 9, 12),
}
IN_PERSON = (61, 63, 72, 73, 79, 80, 81)  # the others after 2014 are circulated or joint
JOINT = (66, 67, 71, 76, 77, 78)
CIRCULATED = (59, 60, 62, 64, 65, 68, 69, 70, 74, 75)
DRAFTED = 8  # documents whose draft was shown, and whose text was then circulated
SUMMARIES = (1, 2, 5)


class Complete(NamedTuple):
    """Tables to be changed before they become a corpus."""

    meetings: pd.DataFrame
    items: pd.DataFrame
    documents: pd.DataFrame
    decisions: pd.DataFrame

    def corpus(self) -> Corpus:
        labels = self.items[["item_id", "themes"]].assign(adjudicated="0")
        labels = labels.assign(coder_a=labels["themes"], coder_b=labels["themes"])
        return Corpus(
            {
                "meetings": self.meetings,
                "items": self.items.drop(columns="themes"),
                "documents": self.documents,
                "decisions": self.decisions,
                "theme_labels": labels,
            }
        )


def complete_tables() -> Complete:
    meetings = _meetings()
    rows = [
        {"meeting_id": meeting.meeting_id, "title": title, "status": status, "themes": theme}
        for meeting in meetings.itertuples()
        for title, theme, status in _titles(meeting)
    ]
    items = pd.DataFrame(rows)
    items["item_id"] = [f"a{place}" for place in range(len(items))]
    items = items.assign(source_url="https://example.org/minutes", source_kind="official", note="")
    documents = pd.DataFrame(
        {
            "document_id": [f"d{number}" for number in SUMMARIES],
            "meeting_id": [f"m{number}" for number in SUMMARIES],
            "title": "議事要旨",
        }
    )
    years = [*range(2003, 2009), *range(2013, 2019)]
    decisions = pd.DataFrame(
        {
            "title": [f"第{place}号文書" for place in range(36)],
            "decided_on": [f"{years[place % 12]}-06-{10 + place // 12}" for place in range(36)],
            "source_kind": "official",
        }
    )
    return Complete(meetings, items, documents, decisions)


def _meetings() -> pd.DataFrame:
    rows, number = [], 0
    for year, n, circulated in read_case_study("table1").itertuples(index=False):
        months = MONTHS.get(year, tuple(1 + 12 * place // n for place in range(n)))
        for place, month in enumerate(months):
            number += 1
            last = place >= n - circulated
            rows.append((number, f"{year}-{month:02d}-1{place}", _format(number, last)))
    table = pd.DataFrame(rows, columns=["number", "date", "format"])
    held = table["format"] != "circulated"
    minutes = pd.Series(36, index=table.index[held][:-1])  # one of the 40 prints no time
    minutes.iloc[[0, 1]] = 15, 60
    end = minutes.map(lambda n: f"{10 + n // 60}:{n % 60:02d}")
    return table.assign(
        meeting_id=[f"m{number}" for number in table["number"]],
        body=CASE_STUDY_BODY,
        date_precision="day",
        start=pd.Series("10:00", index=minutes.index).reindex(table.index).fillna(""),
        end=end.reindex(table.index).fillna(""),
        n_handouts=[5 if place % 27 < 19 else 6 for place in range(len(table))],
    )


def _format(number: int, last_of_year: bool) -> str:
    for numbers, name in ((IN_PERSON, "in_person"), (JOINT, "joint"), (CIRCULATED, "circulated")):
        if number in numbers:
            return name
    return "circulated" if last_of_year else "in_person"


def _titles(meeting) -> list[tuple[str, str, str]]:
    year, number = int(meeting.date[:4]), meeting.number
    if meeting.format == "joint":
        return [("サイバーセキュリティに関わる事項", "security", "")]
    titles = []
    if year <= 2003:
        titles += [("「電子政府構築計画」の策定", "egov_plan", "")] * 2
    elif year <= 2011:
        titles += [(f"第{number}次最適化の状況", "optimization", "")] * 2
    else:
        titles += [("情報システム改革の状況", "system_reform", "")]
    if 2006 <= year <= 2008:
        titles += [
            ("電子政府推進計画", "egov_plan", ""),
            ("オンライン利用促進", "online_procedures", ""),
        ]
    if year in (2013, 2014):
        titles += [("日本のオープンデータ憲章アクションプラン", "open_data", "")]
    if number in (61, 63):
        titles += [("マイナンバー制度の施行", "my_number", "")]
    if number >= 73:
        titles += [("デジタル・ガバメント実行計画の状況", "digital_gov", "")]
    return titles + _drafts(meeting)


def _drafts(meeting) -> list[tuple[str, str, str]]:
    """Give drafts to the first meeting of 2004 to 2008, and their decisions to the last."""
    year, number = int(meeting.date[:4]), meeting.number
    firsts = {2004: 5, 2005: 13, 2006: 17, 2007: 22, 2008: 28}
    lasts = {2004: 12, 2005: 16, 2006: 21, 2007: 27, 2008: 34}
    names = [f"第{place}業務の業務・システム最適化計画" for place in range(DRAFTED)]
    own = [name for place, name in enumerate(names) if 2004 + place % 5 == year]
    if firsts.get(year) == number:
        return [(f"「{name}」(案)", "optimization", "案") for name in own]
    if lasts.get(year) == number:
        return [(f"「{name}」", "optimization", "決定") for name in own]
    return []
