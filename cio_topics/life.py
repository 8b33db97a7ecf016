"""The life of a document: titles that are one document in several states, linked by named rules.

A title is read as a name and a state (「X(案)」について is X as a draft). Sightings of one name are
one document. What is doubtful is not linked: see :data:`RULES`, and ``docs/life.md`` for every link
that the embedded corpus gives.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import date_spans
from cio_topics.text import normalize, split_title

__all__ = [
    "LIFE_COLUMNS",
    "LONG_NAME",
    "RULES",
    "SHORT_NAME",
    "SPAN_COLUMNS",
    "STATES",
    "NamedDocument",
    "documents_life",
    "life_spans",
    "named_documents",
    "state_names",
]

#: States in the order in which a document goes through them, in Japanese and in English.
STATES: dict[str, tuple[str, str]] = {
    "outline": ("骨子", "outline"),
    "interim": ("中間報告", "interim report"),
    "draft": ("案", "draft"),
    "proposed": ("提言", "proposal"),
    "presented": ("付議", "presented"),
    "decided": ("決定", "decided"),
    "revision_draft": ("改定案", "draft revision"),
    "revision_presented": ("改定の付議", "revision presented"),
    "revised": ("改定", "revised"),
}

_STAGES = {state: stage for stage, state in enumerate(STATES)}

#: What linked a row to an earlier row of its document, the safest rule first. Where a title needs
#: several, the least safe is named.
RULES: dict[str, str] = {
    "first_seen": "the first row of a document; it is linked to nothing",
    "same_core": "the same title without label, marks in brackets, について and outer quotes",
    "quoted_name": "「X」の改定, 「X(案)」の策定: the name is quoted and a verb follows",
    "name_before_verb": "Xの改定, X策定: X ends in a noun for documents (計画, 方針)",
    "decision_title": "a title of the decisions table has this name",
    "bare_mark": "X案, X骨子, Xの改定案: a mark without brackets after such a noun",
    "core_without_date": "X(平成19年3月改定) is X",
    "core_without_kind": "X(ガイドライン), X(指針) are X",
    "core_without_edition": "X(第2版) is X",
    "interim_report": "X中間とりまとめ, X最終とりまとめ are Xとりまとめ",
    "across_bodies": "another body has the same long name, and both quote it",
}
_LEVELS = {rule: level for level, rule in enumerate(RULES)}

#: Shorter names (重点計画, 基本方針) are never linked.
SHORT_NAME = 6
#: Names that are shorter are never linked across bodies.
LONG_NAME = 10
_A_YEAR = 366
_MOST_LAYERS = 8  # that a title is peeled of; none of the embedded corpus has more than 3

LIFE_COLUMNS = (
    "document",
    "name",
    "state",
    "edition",
    "item_id",
    "meeting_id",
    "body",
    "format",
    "date",
    "date_precision",
    "title",
    "rule",
    "source_url",
)
SPAN_COLUMNS = (
    "document",
    "name",
    "state",
    "edition",
    "draft_date",
    "draft_item_id",
    "draft_format",
    "decided_date",
    "decided_item_id",
    "decided_format",
    "days",
    "days_low",
    "days_high",
    "circulated",
    "draft_source_url",
    "decided_source_url",
)

# Nouns that a document's name ends in; a year or a numeral may follow (重点計画-2006, 戦略II).
_NOUN = (
    r"(?:計画|戦略|方針|指針|ガイドライン|ロードマップ|工程表|プラン|プログラム|報告書?|とりまとめ|"
    r"取りまとめ|大綱|要綱|要領|規約|規程|規則|基準|宣言|憲章|パッケージ|提言|考え方|マニュアル|"
    r"手引き?|ルール|構想|ビジョン|方策|申し?合わ?せ|アジェンダ|原則|見直し方針)"
)
_TAIL_OF_NAME = r"(?: ?-?(?:\d{4}|[IVX]+|[\d.]+))?(?: ?\([^()]*\)| ?第[\d.]+版)*"
_NAME = re.compile(
    rf"(?:^[「『].*[」』](?: ?\([^()]*\))*|{_NOUN}{_TAIL_OF_NAME}|[^\d年]\d{{4}}(?: ?\([^()]*\))*)$"
)
_QUOTED = re.compile(r"^[「『].*[」』](?: ?\([^()]*\))*$")
_VERB = re.compile(
    r"(?:の(?:制定|公表|とりまとめ|取りまとめ)"
    r"|の?(?:一部)?(?P<verb>改定|改訂|改正|見直し|変更|策定|作成|決定))(?P<mark>素案|原案|案)?$"
)
_REVISING = {"改定", "改訂", "改正", "見直し", "変更"}
_BARE_MARK = re.compile(r"(?P<mark>骨子案|骨子|素案|原案|案)$")
_PROGRESS = re.compile(r"(?:に向けた|の)検討状況$")
_INTERIM_MARK = re.compile(
    r" ?\((?P<mark>中間(?:とりまとめ|取りまとめ|まとめ|整理|報告書?))(?P<draft>案)?\)$"
)
# A year, a month or the date of a decision is part of a name: it may tell two documents apart.
_REVISED_ON = re.compile(
    r" ?\((?P<edition>(?:令和|平成|昭和)?(?:元|\d+)年(?:\([^()]*\))?(?:\d+月(?:\d+日)?)?"
    r"(?:一部)?(?:改定|改訂|改正)版?(?P<draft>案)?)\)$"
)
_VERSION = (
    r"(?:改[定訂])?第[\d一二三四五六七八九十]+(?:\.\d+)*版"
    r"|[Vv]er(?:sion)?\.? ?\d+(?:\.\d+)*|初版"
)
_EDITION = re.compile(rf" ?(?:\((?P<a>{_VERSION})\)|(?P<b>{_VERSION}))$")
_KIND = re.compile(r" ?\((?:ガイドライン|指針)\)$")
# Xの中間報告書 says whose report it is, and 第四次中間報告書 that there are more: those are many.
_REPORT = re.compile(
    r"(?<![の次])(?P<stage>中間|最終)(?P<noun>報告書?|とりまとめ|取りまとめ|まとめ|整理|答申)$"
)
_SEVERAL = re.compile(
    r"(?:「[^「」]+」(?:\([^()]*\))?(?:及び|並びに|と|、|,|・)?){2,}(?<![及び並びに、,と・])"
)
_ONE = re.compile(r"「[^「」]+」(?:\([^()]*\))?")

# Names that mean another document in another year.
_RELATIVE = re.compile(
    r"^(?:次期|次の|今後の|当面の|新たな|本年度|今年度|来年度|"
    r"新(?=[A-Za-z]*(?:重点|基本)?(?:戦略|計画|方針|プラン|大綱)))"
    r"|の(?:中間|最終)?(?:報告書?|提言|とりまとめ|取りまとめ)$"
)
_FOLDED_AWAY = re.compile(r"[\s「」『』]")
_ORDINAL = re.compile(
    r"第([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[次期版回])"
)
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", start=1)}


class NamedDocument(NamedTuple):
    """A document that a title names, and its state there.

    `key` is the name in the form in which names are compared; `path` holds each form on the way
    from the title to it, with the rule that led there. `is_document` tells whether the wording says
    that it is one: quoted, or ending in a noun such as 計画.
    """

    name: str
    key: str
    state: str
    edition: str
    quoted: bool
    is_document: bool
    path: tuple[tuple[str, str], ...]


def named_documents(title: str, status: str = "") -> tuple[NamedDocument, ...]:
    """Return the documents that a title names, with their states.

    Most titles name one; 「甲(案)」及び「乙(案)」について names two.

    Parameters
    ----------
    title : str
        Normalized here if it is not yet.
    status : str, default ""
        Status of the item as printed. 決定 makes a document decided; 改定 makes it revised unless
        the title itself only says 「…の改定」, which does not say that it was revised there.

    Returns
    -------
    tuple of NamedDocument
        In the order of the title.

    Examples
    --------
    >>> (found,) = named_documents("資料1:「デジタル・ガバメント実行計画(案)」の改定について")
    >>> found.name, found.state
    ('デジタル・ガバメント実行計画', 'revision_draft')
    >>> [(d.name, d.edition) for d in named_documents("政府標準利用規約(第2.0版)", "決定")]
    [('政府標準利用規約', '第2.0版')]
    >>> [d.name for d in named_documents("「甲計画」及び「乙計画(案)」について")]
    ['甲計画', '乙計画']
    """
    parts = split_title(title)
    text, marks = _without_verb(parts.core)
    marks = {*parts.marks, *marks}
    if _SEVERAL.fullmatch(text):
        return tuple(_one_document(name, status, marks) for name in _ONE.findall(text))
    return (_one_document(title, status, set()),)


def _without_verb(text: str) -> tuple[str, set[str]]:
    """Take away の改定 and the like; return what it was as marks."""
    found = _VERB.search(text)
    if not found:
        return text, set()
    marks = {found["mark"]} if found["mark"] else set()
    if found["verb"] in _REVISING:
        marks.add("revising")
    return text[: found.start()], marks


def _one_document(title: str, status: str, marks: set[str]) -> NamedDocument:
    """Peel a title down to a name, keeping each form on the way."""
    marks, text, edition, rule = set(marks), normalize(title), "", "same_core"
    quoted = False
    path: list[tuple[str, str]] = []
    for _ in range(_MOST_LAYERS):
        parts = split_title(text)
        marks.update(parts.marks)
        quoted = quoted or "「" in parts.head or "『" in parts.head
        name = text = parts.core
        path.append((_fold(text), rule))
        peeled = _peel(text, marks)
        if peeled is None:
            break
        text, step, new_marks, new_edition = peeled
        marks |= new_marks
        edition = edition or new_edition
        rule = max(rule, step, key=_LEVELS.__getitem__)
    said = status == "決定" or (status == "改定" and "revising" not in marks)
    return NamedDocument(
        name,
        path[-1][0],
        _state(marks, status),
        edition,
        quoted,
        quoted or said or _NAME.search(name) is not None,
        tuple(path),
    )


def _peel(text: str, marks: set[str]) -> tuple[str, str, set[str], str] | None:
    """Take one layer off a name: what is left, the rule, its marks and its edition."""
    found = _INTERIM_MARK.search(text)
    if found and found.start():
        more = {"案"} if found["draft"] else set()
        return text[: found.start()], "same_core", {"中間報告", *more}, ""
    before, said = _without_verb(text)
    if before != text and _NAME.search(before):
        bare = said - {"revising"}
        safe = "quoted_name" if _QUOTED.match(before) else "name_before_verb"
        return before, "bare_mark" if bare else safe, said, ""
    found = _PROGRESS.search(text)
    if found and "中間報告" in marks and _QUOTED.match(text[: found.start()]):
        return text[: found.start()], "quoted_name", set(), ""
    found = _BARE_MARK.search(text)
    if found and _NAME.search(text[: found.start()]):
        return text[: found.start()], "bare_mark", {found["mark"]}, ""
    return _peel_edition(text)


def _peel_edition(text: str) -> tuple[str, str, set[str], str] | None:
    """Take away what tells one edition of a document from another."""
    found = _REVISED_ON.search(text)
    if found and found.start():
        said = {"改定案" if found["draft"] else "改定"}
        return text[: found.start()], "core_without_date", said, found["edition"]
    found = _KIND.search(text)
    if found and found.start():
        return text[: found.start()], "core_without_kind", set(), ""
    found = _EDITION.search(text)
    if found and found.start():
        edition = found["a"] or found["b"]
        said = {"revising"} if edition.startswith("改") else set()
        return text[: found.start()], "core_without_edition", said, edition
    found = _REPORT.search(text)
    if found and found.start():
        said = {"中間報告"} if found["stage"] == "中間" else set()
        return text[: found.start()] + found["noun"], "interim_report", said, ""
    return None


def _fold(name: str) -> str:
    """Return the form in which names are compared."""
    return _ORDINAL.sub(_arabic, _FOLDED_AWAY.sub("", name)).casefold()


def _arabic(found: re.Match[str]) -> str:
    tens, ten, ones = found[1].rpartition("十")
    number = (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
    return f"第{number}"


def _state(marks: set[str], status: str) -> str:
    revising = bool(marks & {"revising", "改定", "改訂", "一部改定", "一部改正"})
    if status == "決定" or "決定" in marks:
        return "revised" if revising else "decided"
    revising = revising or any(m in marks for m in ("改定案", "改訂案", "見直し案"))
    forming = _forming(marks, status)
    if revising:
        whole = "revising" not in marks  # X(改定) is the revised text, Xの改定 a subject
        told = status == "改定" and whole
        return "revision_draft" if forming else "revised" if told else "revision_presented"
    if forming == "draft" and status == "改定":
        return "revision_draft"
    return forming or ("revised" if status == "改定" else "presented")


def _forming(marks: set[str], status: str) -> str:
    """Return the state of a document that is still being made, or nothing."""
    if marks & {"骨子", "骨子案"}:
        return "outline"
    if "中間報告" in marks:
        return "interim"
    if status == "案" or any(mark.endswith("案") for mark in marks):
        return "draft"
    return "proposed" if "提言" in marks else ""


class _Sighting(NamedTuple):
    """A document at one place: an item, or a date of the decisions table (`item_id` is empty)."""

    document: NamedDocument
    state: str
    item_id: str
    meeting_id: str
    body: str
    format: str
    date: str
    date_precision: str
    title: str
    source_url: str
    first: int | None  # days since 1970-01-01
    last: int | None

    @property
    def order(self) -> tuple[object, ...]:
        """Sort by date, state and place."""
        known = (self.first is None, self.first or 0, self.date)
        return (*known, _STAGES[self.state], self.body, self.meeting_id, self.item_id, self.title)


class _Group(NamedTuple):
    """Sightings of one name in one body, or in the bodies that quote it (`scope` is empty)."""

    key: str
    scope: str
    sightings: list[_Sighting]


def documents_life(
    corpus: Corpus, *, since: str | None = None, until: str | None = None
) -> pd.DataFrame:
    """Link titles that are one document in several states.

    A document stands here if it is seen in two states or on two dates, and at least once as more
    than ``presented``. Two different documents are never joined knowingly: years (重点計画-2006),
    ordinals (第2次) and fiscal years (平成18年度) are part of a name; a name that is decided a
    second time, without 改定 or an edition, is a second document; a name that means another
    document each year (次期戦略, 新重点計画) is one for a year only.

    Parameters
    ----------
    corpus : Corpus
    since, until : str, optional
        ISO days. Only dates that lie wholly from `since` to `until` are used, those of the
        decisions table included.

    Returns
    -------
    DataFrame
        Columns :data:`LIFE_COLUMNS`, all text; one row a state of a document. `state` is one of
        :data:`STATES`; `edition` is as printed (第2.0版); `item_id` is empty for a state that only
        the decisions table knows, and then `meeting_id` and `format` are those of the one meeting
        of the document's body on that day, if there is one; `rule` is one of :data:`RULES`.
        Documents in order of their first date, their rows in order of date and state.

    Raises
    ------
    SettingsError
        `since` or `until` is no day.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> life = documents_life(read_example())
    >>> chosen = life["name"] == "二次利用の促進のための府省のデータ公開に関する基本的考え方"
    >>> life.loc[chosen, ["state", "date", "rule"]].values.tolist()
    [['draft', '2013-06-25', 'first_seen'], ['decided', '2013-06-25', 'core_without_kind'],
     ['revised', '2014-06-19', 'same_core'], ['revised', '2015-12-24', 'same_core']]
    >>> documents_life(read_example(), since="2013")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: since is '2013'; expected a real day as 2009-09-16. ...
    """
    bounds = _bound("since", since), _bound("until", until)
    seen = [s for s in _item_sightings(corpus) if _within(s, *bounds)]
    groups = _groups(seen)
    decided = [s for s in _decision_sightings(corpus.decisions) if _within(s, *bounds)]
    _add_decisions(groups, decided, _meetings_by_day(corpus.meetings))
    lives = [
        (_identifier(group, place), rows)
        for group in groups
        for place, rows in enumerate(_documents(group))
        if _is_life(rows)
    ]
    lives.sort(key=lambda life: (life[1][0].order[:3], life[0]))
    cells = [row for document, rows in lives for row in _rows(document, rows)]
    return pd.DataFrame(cells, columns=list(LIFE_COLUMNS), dtype="str")


def _bound(name: str, day: str | None) -> int | None:
    if day is None:
        return None
    try:
        return _ordinal(pd.to_datetime(day, format="%Y-%m-%d"))
    except ValueError:
        raise SettingsError(
            f"{name} is {shorten(day)}; expected a real day as 2009-09-16.",
            remedy_ja="2009-09-16 の形の実在する日付を指定してください。",
        ) from None


def _ordinal(day: pd.Timestamp) -> int:
    return int(day.toordinal()) - 719_163


def _within(sighting: _Sighting, since: int | None, until: int | None) -> bool:
    if sighting.first is None or sighting.last is None:
        return since is None and until is None
    return (since is None or since <= sighting.first) and (until is None or sighting.last <= until)


def _days(dates: pd.Series, precisions: pd.Series) -> Iterator[tuple[int | None, int | None]]:
    """Give the first and last day that each date may mean, in days since 1970-01-01."""
    spans = date_spans(dates, precisions)
    days = spans.to_numpy().astype("datetime64[D]").astype("int64").tolist()
    known = spans["first"].notna().tolist()
    return ((a, b) if k else (None, None) for (a, b), k in zip(days, known, strict=True))


_PLACE = _Sighting._fields[2:10]


def _item_sightings(corpus: Corpus) -> Iterator[_Sighting]:
    agenda = corpus.agenda()
    days = _days(agenda["date"], agenda["date_precision"])
    places = zip(*(agenda[name].tolist() for name in _PLACE), strict=True)
    titles = zip(agenda["title"].tolist(), agenda["status"].tolist(), strict=True)
    for (title, status), place, span in zip(titles, places, days, strict=True):
        for document in {d.key: d for d in named_documents(title, status)}.values():
            if len(document.key) >= SHORT_NAME:
                yield _Sighting._make((document, document.state, *place, *span))


def _decision_sightings(decisions: pd.DataFrame) -> Iterator[_Sighting]:
    """Give one sighting a date of the decisions table; the body is empty where not printed."""
    dates = pd.concat(
        [
            decisions.assign(state=state, date=decisions[column].str.split(";")).explode("date")
            for state, column in (("decided", "decided_on"), ("revised", "revised_on"))
        ]
    )
    dates["date"] = dates["date"].str.strip().astype("str")
    dates = dates[dates["date"] != ""].reset_index(drop=True)
    exact = dates["date"].str.len().map({10: "day", 7: "month", 4: "year"}).astype("str")
    columns = ("title", "state", "decided_by", "date", "source_url")
    cells = zip(*(dates[name].tolist() for name in columns), exact.tolist(), strict=True)
    for row, span in zip(cells, _days(dates["date"], exact), strict=True):
        title, state, by, date, url, precision = row
        (document, *_) = named_documents(title, "決定")
        if document.state == "revised":  # 「X」の改定について is no decision of X
            state = "revised"
        place = ("", "", _body_name(by), "unknown", date, precision, title, url)
        yield _Sighting._make((document, state, *place, *span))


def _body_name(text: str) -> str:
    return normalize(text).removesuffix("決定")


def _groups(sightings: Iterable[_Sighting]) -> list[_Group]:
    """Gather sightings by name and body; bodies that quote one long name are joined."""
    by_key: dict[str, dict[str, list[_Sighting]]] = defaultdict(lambda: defaultdict(list))
    for sighting in sightings:
        by_key[sighting.document.key][sighting.body].append(sighting)
    groups = []
    for key, bodies in by_key.items():
        quoting = [b for b in bodies if any(s.document.quoted for s in bodies[b])]
        if len(key) < LONG_NAME or _RELATIVE.search(key):
            quoting = []
        if quoting:
            groups.append(_Group(key, "", [s for body in quoting for s in bodies[body]]))
        groups += [_Group(key, b, rows) for b, rows in bodies.items() if b not in quoting]
    return groups


def _meetings_by_day(meetings: pd.DataFrame) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Map body and exact day to the meetings held then and their formats."""
    exact = meetings[meetings["date_precision"] == "day"]
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    columns = ("body", "date", "meeting_id", "format")
    for body, date, meeting, held in zip(*(exact[c].tolist() for c in columns), strict=True):
        found[body, date].append((meeting, held))
    return found


def _add_decisions(
    groups: list[_Group],
    decided: Sequence[_Sighting],
    meetings: dict[tuple[str, str], list[tuple[str, str]]],
) -> None:
    """Put each decision into the one group of its name; leave it out where that is not clear."""
    by_key: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        by_key[group.key].append(group)
    for decision in decided:
        fitting = _fitting(decision, by_key.get(decision.document.key, []))
        if len(fitting) == 1:
            rows = fitting[0].sightings
            rows[:] = _with_decision(rows, decision, meetings)


def _fitting(decision: _Sighting, groups: list[_Group]) -> list[_Group]:
    """Return the groups that a decision may belong to."""
    if decision.body:
        same = [g for g in groups if any(_of_body(s, decision.body) for s in g.sightings)]
        long = len(decision.document.key) >= LONG_NAME
        groups = same or [g for g in groups if long and any(s.document.quoted for s in g.sightings)]
    if len(groups) > 1:
        groups = [g for g in groups if any(_overlap(s, decision) for s in g.sightings)]
    return groups


def _of_body(sighting: _Sighting, body: str) -> bool:
    return _body_name(sighting.body) == body


def _overlap(one: _Sighting, other: _Sighting) -> bool:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return one.first <= other.last and other.first <= one.last


def _with_decision(
    rows: list[_Sighting],
    decision: _Sighting,
    meetings: dict[tuple[str, str], list[tuple[str, str]]],
) -> list[_Sighting]:
    """Add a decision, unless an item of that date tells the same."""
    if any(s.state == decision.state and _overlap(s, decision) for s in rows):
        return rows
    subject = "presented" if decision.state == "decided" else "revision_presented"
    told = [s.state == subject and _same_day(s, decision) for s in rows]
    if any(told):
        return [
            s._replace(state=decision.state) if hit else s
            for s, hit in zip(rows, told, strict=True)
        ]
    bodies = {s.body for s in rows if not decision.body or _of_body(s, decision.body)}
    held = [(b, *m) for b in sorted(bodies) for m in meetings.get((b, decision.date), [])]
    if len(held) == 1:
        body, meeting, format_ = held[0]
        decision = decision._replace(body=body, meeting_id=meeting, format=format_)
    elif len(bodies) == 1:
        decision = decision._replace(body=min(bodies))
    return [*rows, decision]


def _same_day(one: _Sighting, other: _Sighting) -> bool:
    return one.date == other.date and one.date_precision == other.date_precision == "day"


def _documents(group: _Group) -> list[list[_Sighting]]:
    """Split sightings of one name, in order of time, into documents."""
    rows = sorted(group.sightings, key=lambda s: s.order)
    spans = _by_year(rows) if _RELATIVE.search(group.key) else [rows]
    return [document for span in spans for document in _by_decision(span)]


def _by_year(rows: list[_Sighting]) -> list[list[_Sighting]]:
    """Split where more than a year may lie between two sightings."""
    parts = [rows[:1]]
    for before, row in pairwise(rows):
        if before.first is None or row.last is None or row.last - before.first > _A_YEAR:
            parts.append([])
        parts[-1].append(row)
    return parts


_UNFINISHED = ("outline", "interim", "draft", "proposed")


def _by_decision(rows: list[_Sighting]) -> list[list[_Sighting]]:
    """Begin a document where a name that was decided is made and decided again."""
    documents: list[list[_Sighting]] = [[]]
    waiting: list[_Sighting] = []  # of the next document, if a decision follows
    settled: dict[str, _Sighting] = {}
    for row in rows:
        if _is_decided_anew(row, settled.get(row.body)):
            documents.append([*waiting, row])
            waiting, settled = [], {row.body: row}
        elif (settled and row.state in _UNFINISHED) or (waiting and row.state == "presented"):
            waiting.append(row)
        else:
            documents[-1] += [*waiting, row]
            waiting = []
            if row.state in ("decided", "revised"):
                settled[row.body] = row
    documents[-1] += waiting
    return documents


def _is_decided_anew(row: _Sighting, before: _Sighting | None) -> bool:
    """Tell whether a name is decided once more in its body, not as an edition."""
    if row.state != "decided" or before is None or _overlap(row, before):
        return False
    return _EDITION.fullmatch(row.document.edition) is None


def _is_life(rows: list[_Sighting]) -> bool:
    return (
        len({(s.state, s.date) for s in rows}) > 1
        and any(s.state != "presented" for s in rows)
        and any(s.document.is_document for s in rows)
    )


def _identifier(group: _Group, place: int) -> str:
    """Return a hash of name and body; a second document of that name has a number."""
    digest = hashlib.sha256(f"{group.key}\n{group.scope}".encode()).hexdigest()[:10]
    return f"d{digest}" if place == 0 else f"d{digest}-{place + 1}"


def _rows(document: str, rows: list[_Sighting]) -> Iterator[tuple[str, ...]]:
    name = next(s.document.name for s in reversed(rows) if s.document.is_document)
    for s, rule in zip(rows, _rules(rows), strict=True):
        place = (s.item_id, s.meeting_id, s.body, s.format, s.date, s.date_precision)
        yield (document, name, s.state, s.document.edition, *place, s.title, rule, s.source_url)


def _rules(rows: list[_Sighting]) -> list[str]:
    """Name for each row the rule that links it to a row before it."""
    reached: dict[str, int] = {}
    bodies: set[str] = set()
    rules = []
    for s in rows:
        path = {key: _LEVELS[rule] for key, rule in reversed(s.document.path)}
        common = [max(level, reached[key]) for key, level in path.items() if key in reached]
        level = min(common, default=_LEVELS["first_seen"])
        if common and not s.item_id:
            level = max(level, _LEVELS["decision_title"])
        if common and s.body not in bodies and s.body:
            level = _LEVELS["across_bodies"]
        rules.append(list(RULES)[level])
        bodies.add(s.body)
        reached.update({k: min(v, reached.get(k, v)) for k, v in path.items()})
    return rules


def life_spans(life: pd.DataFrame) -> pd.DataFrame:
    """Return how long each decision or revision took from its first draft.

    A draft belongs to the first decision that may follow it; of several, the first counts. A draft
    without 改定 belongs to a revision or a second edition only if the document had been decided
    before; otherwise its own decision is not in the corpus. Outlines and interim reports are no
    drafts.

    Parameters
    ----------
    life : DataFrame
        As :func:`documents_life` gives it.

    Returns
    -------
    DataFrame
        Columns :data:`SPAN_COLUMNS`; one row a decision or revision, also where no draft was seen.
        `days_low` and `days_high` (Int64) bound the days from draft to decision, as exactly as the
        dates are known; `days` is given where they agree. `circulated` (boolean) is missing where
        the format of the meeting is unknown. In the order of `life`.

    Raises
    ------
    SettingsError
        A column is missing.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> spans = life_spans(documents_life(read_example()))
    >>> columns = ["draft_date", "decided_date", "days", "circulated"]
    >>> spans.loc[spans["draft_date"] != "", columns].values.tolist()
    [['2013-06-25', '2013-06-25', 0, False]]
    >>> life_spans(spans)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the table has no column item_id, ...; expected the table ...
    """
    missing = [name for name in LIFE_COLUMNS if name not in life]
    if missing:
        raise SettingsError(
            f"the table has no column {choices(missing)}; expected the table of documents_life."
        )
    days = list(_days(life["date"], life["date_precision"]))
    documents: dict[str, list[_State]] = defaultdict(list)
    for row, (first, last) in zip(life.to_dict("records"), days, strict=True):
        documents[row["document"]].append(
            _State({str(k): str(v) for k, v in row.items()}, first, last)
        )
    rows = [span for states in documents.values() for span in _spans(states)]
    table = pd.DataFrame(rows, columns=list(SPAN_COLUMNS))
    kinds = dict.fromkeys(SPAN_COLUMNS, "str")
    kinds |= dict.fromkeys(("days", "days_low", "days_high"), "Int64") | {"circulated": "boolean"}
    return table.astype(kinds)


class _State(NamedTuple):
    """A row of the life table and the days that its date may mean."""

    row: dict[str, str]
    first: int | None
    last: int | None


def _spans(states: list[_State]) -> Iterator[tuple[object, ...]]:
    """Give one span a decision of a document; each draft serves one decision only."""
    states = sorted(states, key=lambda s: (s.first is None, s.first or 0, _STAGES[s.row["state"]]))
    drafts = deque(s for s in states if s.row["state"] in ("draft", "revision_draft"))
    began: int | None = None
    for decision in _events(states):
        shown = []
        while drafts and _may_precede(drafts[0], decision):
            shown.append(drafts.popleft())
        fitting = (draft for draft in shown if _leads_to(draft, decision, began))
        yield _span(next(fitting, None), decision)
        began = decision.first if began is None else began


def _events(states: list[_State]) -> list[_State]:
    """Return decisions and revisions, one a date; one with an item before one without."""
    found: dict[tuple[str, str], _State] = {}
    for state in states:
        key = state.row["state"], state.row["date"]
        if key[0] in ("decided", "revised"):
            found.setdefault(key, state)
    return list(found.values())


def _may_precede(draft: _State, decision: _State) -> bool:
    if draft.first is None or decision.last is None:
        return False
    return draft.first <= decision.last


def _leads_to(draft: _State, decision: _State, began: int | None) -> bool:
    """Tell whether a draft is that of this decision; `began` is the day of the first one."""
    if draft.row["state"] == "revision_draft":
        return True
    if decision.row["state"] == "decided" and decision.row["edition"] in ("", draft.row["edition"]):
        return True
    return began is not None and draft.first is not None and began <= draft.first


def _span(draft: _State | None, decision: _State) -> tuple[object, ...]:
    low, high = _bounds(draft, decision)
    shown = draft.row if draft else dict.fromkeys(LIFE_COLUMNS, "")
    row = decision.row
    held = row["format"] if row["format"] != "unknown" else ""
    return (
        *(row[c] for c in ("document", "name", "state", "edition")),
        *(shown[c] for c in ("date", "item_id", "format")),
        *(row[c] for c in ("date", "item_id", "format")),
        low if low == high else None,
        low,
        high,
        held == "circulated" if held else None,
        shown["source_url"],
        row["source_url"],
    )


def _bounds(draft: _State | None, decision: _State) -> tuple[int | None, int | None]:
    """Return the fewest and the most days that may lie between; none is negative."""
    if draft is None or draft.first is None or draft.last is None:
        return None, None
    if decision.first is None or decision.last is None:
        return None, None
    return max(0, decision.first - draft.last), decision.last - draft.first


def state_names(lang: str) -> dict[str, str]:
    """Return the name of every state in Japanese (``ja``) or English (``en``).

    Raises
    ------
    SettingsError
        Another language.

    Examples
    --------
    >>> state_names("ja")["revision_draft"], state_names("en")["decided"]
    ('改定案', 'decided')
    >>> state_names("fr")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: lang is 'fr'; expected ja or en. ...
    """
    if lang not in ("ja", "en"):
        raise SettingsError(
            f"lang is {shorten(lang)}; expected ja or en.",
            "Choose one of them.",
            "ja か en を指定してください。",
        )
    return {state: names[lang == "en"] for state, names in STATES.items()}
