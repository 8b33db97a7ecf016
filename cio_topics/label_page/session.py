"""One coder at work: which item comes next, what was answered, what may be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.label_page.answers import (
    check_name,
    disputed_items,
    seconds_left,
    standing_answers,
    undo_row,
)
from cio_topics.label_page.queue import narrow_queue
from cio_topics.label_page.suggestions import Suggestions
from cio_topics.labels.columns import last_answers, split_themes
from cio_topics.labels.log import LabelLog
from cio_topics.labels.read import read_labels

__all__ = ["ONLY", "SHOWN", "ConflictError", "Session", "make_session"]

#: When suggestions are shown: after an item was answered, or at once.
SHOWN = ("blind", "assist")
#: Items that come: those the coder has not answered, all, or those on which coders differ.
ONLY = ("unlabelled", "all", "disputed")

NOTE = 2_000  # characters a note may have
BESIDE = 3  # titles shown before and after, at most


class ConflictError(SettingsError):
    """Another tab or program has answered since; `item_id` is what was answered, if one is."""

    def __init__(self, message: str, item_id: str = "") -> None:
        super().__init__(
            message, "Look at what was answered.", "ほかの画面での回答を確かめてください。"
        )
        self.item_id = item_id


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat(timespec="milliseconds")


class Session:
    """The work of one coder on a queue of items.

    Invariant: what it tells of answers is what the log holds on disk; it keeps nothing else, so
    that it can end at any time. Made by :func:`make_session`.

    Parameters
    ----------
    agenda : DataFrame
        As of ``Corpus.agenda()``.
    codebook : Codebook
    log : LabelLog
    coder : str
    suggestions : Suggestions
    queue : DataFrame
        ``item_id`` and ``chosen_by``.
    shown : {"blind", "assist"}
        Whether suggestions are hidden until an answer is on disk.
    only : {"unlabelled", "all", "disputed"}
        Whether answered items are passed over ("unlabelled"); with "disputed" what others
        answered is shown where suggestions are.
    now : callable
        Gives the time of an answer.
    """

    def __init__(
        self,
        agenda: pd.DataFrame,
        codebook: Codebook,
        log: LabelLog,
        coder: str,
        suggestions: Suggestions,
        queue: pd.DataFrame,
        *,
        shown: str = "blind",
        only: str = "unlabelled",
        now: Callable[[], str] = _now,
    ) -> None:
        self.codebook, self.coder, self.shown, self.only = codebook, coder, shown, only
        self._agenda, self._log, self._suggestions, self._now = agenda, log, suggestions, now
        self._suggested = suggestions.sets()
        self._row = {item: row for row, item in enumerate(agenda["item_id"])}
        self._queue = queue["item_id"].tolist()
        self._chosen_by = dict(zip(queue["item_id"], queue["chosen_by"], strict=True))
        self._place = {item: place for place, item in enumerate(self._queue)}
        self._meetings = _meetings(agenda)
        self._state: tuple[int, int] | None = None  # of the file as it was read
        self._refresh()

    def _refresh(self) -> None:
        """Read the log again if it has changed: other programs write to it too."""
        state = _file_state(self._log.path)
        if state is not None and state == self._state:
            return
        rows, self._state = self._log.read(), state
        rows = rows[rows["item_id"].isin(self._row)]
        self._own = _records(rows[rows["coder"] == self.coder])
        self._standing = standing_answers(self._own)
        self._n_rows = rows.loc[rows["coder"] == self.coder, "item_id"].value_counts().to_dict()
        self._answers: dict[str, dict[str, dict[str, str]]] = {}
        for row in _records(last_answers(rows)):
            self._answers.setdefault(row["item_id"], {})[row["coder"]] = row

    def _answer(self, item_id: str) -> dict[str, str] | None:
        return self._answers.get(item_id, {}).get(self.coder)

    def _reveals(self, item_id: str) -> bool:
        """Tell whether suggestions may be shown: once a blind answer is on disk, they were."""
        return self.shown == "assist" or self._n_rows.get(item_id, 0) > 0

    def next_item(self, after: str = "") -> str | None:
        """Return the item that comes after one, or first; None at the end.

        Items that the coder skipped come again once the others are answered. If answered items
        are not passed over, the first is the first unanswered one, and the last is the end.
        """
        self._refresh()
        place = self._place.get(after)
        if self.only != "unlabelled" and place is not None:
            return next(iter(self._queue[place + 1 :]), None)
        start = 0 if place is None else place + 1
        around = (*self._queue[start:], *self._queue[:start])
        first = next((item for item in around if self._answer(item) is None), None)
        return first if self.only == "unlabelled" else first or next(iter(self._queue), None)

    def item(self, item_id: str) -> dict[str, Any]:
        """Return what is shown of an item; suggestions only if they may be seen.

        Returns
        -------
        dict
            ``item_id, title``; ``body, number, date, status, source_url``; ``before, after``
            (titles of the same meeting); ``neighbours`` (ids to go to); ``place`` in the queue;
            ``answer`` (``themes, note``) or None; ``seen``, which an answer must name;
            ``suggestions`` and ``others`` (what other coders answered), None while hidden.

        Raises
        ------
        SettingsError
            No such item.
        """
        row = self._known(item_id)
        cells = self._agenda.iloc[row]
        visible = self._reveals(item_id)
        return {
            **{key: str(cells[key]) for key in ("item_id", "title", "body", "date", "status")},
            "number": "" if pd.isna(cells["number"]) else str(cells["number"]),
            "source_url": _web_address(str(cells["source_url"])),
            **self._surroundings(item_id),
            "answer": _shown_answer(self._answer(item_id)),
            "seen": self._n_rows.get(item_id, 0),
            "suggestions": self._suggestions.explained(row) if visible else None,
            "others": self._others(item_id) if visible else None,
        }

    def _known(self, item_id: str) -> int:
        if item_id not in self._row:
            raise SettingsError(f"no item {shorten(item_id)}; expected one of the corpus.")
        return self._row[item_id]

    def _surroundings(self, item_id: str) -> dict[str, Any]:
        meeting = self._meetings[self._agenda["meeting_id"].iloc[self._row[item_id]]]
        here, place = meeting.index(item_id), self._place.get(item_id)
        titles = [str(self._agenda["title"].iloc[self._row[item]]) for item in meeting]
        around = _beside(self._queue, place) if place is not None else ("", "")
        return {
            "before": titles[max(0, here - BESIDE) : here],
            "after": titles[here + 1 : here + 1 + BESIDE],
            "neighbours": {"meeting": _beside(meeting, here), "queue": around},
            "place": None if place is None else place + 1,
        }

    def _others(self, item_id: str) -> list[dict[str, Any]]:
        """Return what other coders answered, where that is what is to be settled."""
        if self.only != "disputed":
            return []
        given = self._answers.get(item_id, {}).items()
        return [{"coder": name, **_answer(row)} for name, row in given if name != self.coder]

    def answer(
        self, item_id: str, themes: Sequence[str], note: str = "", *, seen: int
    ) -> dict[str, Any]:
        """Write an answer to the log and return the item as it is then.

        What is answered already, in the same words, is not written again.

        Parameters
        ----------
        item_id : str
        themes : sequence of str
            The most fitting first; the fallback stands alone.
        note : str
        seen : int
            The ``seen`` of the item when the coder saw it.

        Raises
        ------
        ConflictError
            The coder has answered this item since, in another tab.
        SettingsError
            An unknown item or theme, no theme, the fallback beside others, too long a note.
        OutputError
            The log cannot be written; nothing has changed.
        """
        self._known(item_id)
        given = {"themes": ";".join(_checked_themes(themes, self.codebook)), "note": _checked(note)}
        self._refresh()
        before = self._answer(item_id)
        if before is None or any(before[key] != value for key, value in given.items()):
            if seen != self._n_rows.get(item_id, 0):
                raise ConflictError(f"item {shorten(item_id)} was answered elsewhere.", item_id)
            self._append({"item_id": item_id, **given, **self._how(item_id)})
        return self.item(item_id)

    def _how(self, item_id: str) -> dict[str, str]:
        """Return how the item came, and whether its suggestions had been seen.

        What was drawn by chance once stays so, also where it is answered again in another order.
        """
        before = self._answer(item_id)
        drawn = before is not None and before["chosen_by"] == "random"
        return {
            "chosen_by": "random" if drawn else self._chosen_by.get(item_id, ""),
            "mode": "assist" if self._reveals(item_id) else "blind",
            "date": self._now(),
        }

    def _append(self, row: dict[str, str]) -> None:
        own = {"coder": self.coder, "codebook_version": self.codebook.version}
        self._log.append({**own, **row})
        self._refresh()

    def undo(self, *, n_rows: int) -> dict[str, Any]:
        """Take back the coder's last answer and return its item, with what was ``undone``.

        Parameters
        ----------
        n_rows : int
            The ``n_rows`` of :meth:`progress` that the coder saw.

        Raises
        ------
        ConflictError
            There are newer answers, of another tab.
        SettingsError
            There is nothing to take back.
        """
        self._refresh()
        if n_rows != len(self._own):
            raise ConflictError("there are newer answers, of another tab.")
        row = undo_row(self._own)
        if row is None:
            raise SettingsError(
                "there is no answer to take back.", "", "取り消す回答がありません。"
            )
        undone = _answer(self._standing[-1])
        self._append(row if row["themes"] else {**row, "date": self._now()})
        return {**self.item(row["item_id"]), "undone": undone}

    def coders(self) -> list[str]:
        """Return everyone of whom the log holds an answer that counts, to whatever item."""
        return sorted(last_answers(self._log.read())["coder"].unique())

    def progress(self) -> dict[str, Any]:
        """Return how far the coder is.

        Returns
        -------
        dict
            ``n_items, n_done`` of the queue; ``n_random, n_random_done`` of those drawn by chance;
            ``n_compared, n_agreed``: answers given with suggestions shown as they are now, and
            those whose set of themes is what was suggested; ``seconds_left`` or None; ``n_rows``,
            which :meth:`undo` must name.
        """
        done = [item for item in self._queue if self._answer(item) is not None]
        random = [item for item in self._queue if self._chosen_by[item] == "random"]
        compared = [agreed for item in done if (agreed := self._agrees(item)) is not None]
        dates = [row["date"] for row in self._standing]
        return {
            "n_items": len(self._queue),
            "n_done": len(done),
            "n_random": len(random),
            "n_random_done": len(set(random) & set(done)),
            "n_compared": len(compared),
            "n_agreed": sum(compared),
            "seconds_left": seconds_left(dates, len(self._queue) - len(done)),
            "n_rows": len(self._own),
        }

    def _agrees(self, item_id: str) -> bool | None:
        """Tell whether an answer has the themes suggested; None if it was given otherwise."""
        answer = self._answers[item_id][self.coder]
        if answer["mode"] != self.shown:
            return None
        return set(split_themes(answer["themes"])) == self._suggested[self._row[item_id]]


def _file_state(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file that only grows; None if there is none yet."""
    if not path.exists():
        return None
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _records(rows: pd.DataFrame) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", rows.to_dict("records"))


def _meetings(agenda: pd.DataFrame) -> dict[str, list[str]]:
    """Return the items of each meeting in the order of its agenda."""
    ordered = agenda.sort_values("position", kind="stable")
    grouped = ordered.groupby("meeting_id", sort=False)["item_id"]
    return {str(meeting): items.tolist() for meeting, items in grouped}


def _beside(items: Sequence[str], place: int) -> tuple[str, str]:
    """Return the items before and after a place, empty where there is none."""
    before = items[place - 1] if place > 0 else ""
    return before, items[place + 1] if place + 1 < len(items) else ""


def _answer(row: Mapping[str, str]) -> dict[str, Any]:
    return {"themes": list(split_themes(row["themes"])), "note": row["note"]}


def _shown_answer(row: dict[str, str] | None) -> dict[str, Any] | None:
    return None if row is None else _answer(row)


def _web_address(url: str) -> str:
    """Return an address that may become a link, else nothing."""
    return url if url.startswith(("http://", "https://")) and url.isprintable() else ""


def _checked_themes(themes: Sequence[str], codebook: Codebook) -> list[str]:
    given = list(themes)
    unknown = [theme for theme in given if theme not in codebook.ids]
    if not given or unknown:
        what = f"unknown theme {shorten(unknown[0])}" if unknown else "no theme"
        raise SettingsError(f"{what}; expected one or more of: {choices(codebook.ids)}.")
    if len(set(given)) < len(given):
        raise SettingsError(f"a theme stands twice in {shorten(';'.join(given))}.")
    if codebook.fallback in given and len(given) > 1:
        raise SettingsError(f"{codebook.fallback!r} stands beside other themes; expected it alone.")
    return given


def _checked(note: str) -> str:
    text = " ".join(note.split())
    if len(text) > NOTE or not text.isprintable():
        raise SettingsError(f"the note is {shorten(text)}; expected at most {NOTE:,} characters.")
    return text


def make_session(
    agenda: pd.DataFrame,
    codebook: Codebook,
    log: LabelLog,
    coder: str,
    suggestions: Suggestions,
    queue: pd.DataFrame,
    *,
    shown: str = "blind",
    only: str = "unlabelled",
    theme: str = "",
    coded: pd.DataFrame | None = None,
) -> Session:
    """Return a session of a coder on the items that were asked for.

    Parameters
    ----------
    agenda : DataFrame
        As of ``Corpus.agenda()``.
    codebook : Codebook
    log : LabelLog
    coder : str
    suggestions : Suggestions
    queue : DataFrame
        Of :func:`~cio_topics.label_page.make_queue`, for all items.
    shown : {"blind", "assist"}, default "blind"
        Suggestions after the answer, or at once.
    only : {"unlabelled", "all", "disputed"}, default "unlabelled"
        Items the coder has not answered; all; those to which coders gave different themes.
    theme : str, optional
        Only items for which this theme is suggested, or that have it in `log` or `coded`.
    coded : DataFrame, optional
        ``item_id`` and ``themes`` of items coded elsewhere, as ``Corpus.theme_labels``.

    Returns
    -------
    Session
        If items were picked by `theme` or as disputed, none of them counts as drawn by chance.

    Raises
    ------
    SettingsError
        A name that is nearly another coder's; no item that meets the conditions.
    CodebookError
        An unknown theme.
    LabelsError
        Bad values in the log, or labels of another version of the codebook.
    """
    rows = log.read()
    if len(rows):
        read_labels(log.path, codebook)
    name = check_name(coder, rows["coder"].unique())
    if theme:
        codebook.theme(theme)
        given = pd.concat([last_answers(rows), *(() if coded is None else (coded,))])
        labelled = given["item_id"][given["themes"].map(lambda text: theme in split_themes(text))]
        suggested = agenda["item_id"][suggestions.row_with(theme)]
        queue = narrow_queue(queue, {*labelled, *suggested})
    if only == "disputed":
        queue = narrow_queue(queue, disputed_items(rows))
    if queue.empty:
        raise _nothing(theme, only)
    return Session(agenda, codebook, log, name, suggestions, queue, shown=shown, only=only)


def _nothing(theme: str, only: str) -> SettingsError:
    asked = [f"theme {shorten(theme)}"] if theme else []
    asked += ["coders who differ"] if only == "disputed" else []
    return SettingsError(
        f"no item to label: none with {' and '.join(asked) or 'a title'}.",
        "Take away a condition.",
        "条件を外してください。",
    )
