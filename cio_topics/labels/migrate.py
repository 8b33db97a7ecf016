"""Carry labels over to another version of a codebook, by a mapping that is written down."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.codebook.read import check_keys, table_list, text_list, text_value
from cio_topics.errors import CodebookError, LabelsError, choices, shorten
from cio_topics.files import read_toml
from cio_topics.labels.columns import COLUMNS, split_themes

__all__ = ["CHANGES", "Change", "Migrated", "ThemeMapping", "migrate_labels", "read_mapping"]

#: What can become of themes, and how many themes it takes from the old and the new codebook.
CHANGES = {
    "keep": "the same themes in both",
    "rename": "one theme in `from` and one in `to`",
    "merge": "two or more themes in `from` and one in `to`",
    "split": "one theme in `from` and two or more in `to`",
    "drop": "themes in `from`; in `to` none, or those that may take their place",
}
_CERTAIN = ("keep", "rename", "merge")
_TO_READ = ("item_id", "coder", "was", "kept", "open", "candidates", "reason", "note", "date")


@dataclass(frozen=True)
class Change:
    """What becomes of themes in the new codebook.

    Invariant: there are as many themes on both sides as the kind asks for (:data:`CHANGES`).

    Parameters
    ----------
    kind : {"keep", "rename", "merge", "split", "drop"}
    before, after : tuple of str
        Themes of the old and of the new codebook: ``from`` and ``to`` in the file.
    note : str
        Why, and for a split how to tell the parts apart.

    Raises
    ------
    CodebookError
    """

    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in CHANGES:
            raise CodebookError(
                f"a change of kind {shorten(self.kind)}; expected one of: {choices(CHANGES)}."
            )
        n, m = len(self.before), len(self.after)
        fits = {
            "keep": self.before == self.after and n > 0,
            "rename": n == m == 1 and self.before != self.after,
            "merge": n > 1 and m == 1,
            "split": n == 1 and m > 1,
            "drop": n > 0,
        }
        twice = len(set(self.before)) < n or len(set(self.after)) < m
        if twice or not fits[self.kind]:
            raise CodebookError(
                f"{self.kind} from {list(self.before)} to {list(self.after)}; expected "
                f"{CHANGES[self.kind]}, each once.",
                "Correct the change.",
                "その変更を直してください。",
            )


@dataclass(frozen=True)
class ThemeMapping:
    """What becomes of every theme of a codebook in another version of it.

    Invariants: the versions differ; no old theme is in two changes; every theme in ``after`` is one
    of the new codebook.

    Parameters
    ----------
    from_version, to_version : str
    changes : tuple of Change
    codebook : Codebook
        The new one.
    added : tuple of str
        Themes of the new codebook to which no old theme leads: nobody could give them before. Known
        only where the old codebook was given.

    Raises
    ------
    CodebookError
        One error lists all faults.
    """

    from_version: str
    to_version: str
    changes: tuple[Change, ...]
    codebook: Codebook
    added: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse(list(self._faults()))

    def _faults(self) -> Iterator[str]:
        if not self.from_version or self.from_version == self.to_version:
            yield (
                f"from_version is {shorten(self.from_version)} and to_version "
                f"{shorten(self.to_version)}; expected two versions"
            )
        if self.to_version != self.codebook.version:
            yield (
                f"to_version is {shorten(self.to_version)}; the new codebook is version "
                f"{self.codebook.version!r}"
            )
        before = [theme for change in self.changes for theme in change.before]
        for theme in dict.fromkeys(t for t in before if before.count(t) > 1):
            yield f"the old theme {shorten(theme)} is in two changes; expected one"
        for theme in dict.fromkeys(t for change in self.changes for t in change.after):
            if theme not in self.codebook.ids:
                known = choices(self.codebook.ids)
                yield f"the new codebook has no theme {shorten(theme)}; it has: {known}"

    @property
    def by_theme(self) -> dict[str, Change]:
        """The change of every old theme that is in one."""
        return {theme: change for change in self.changes for theme in change.before}

    def faults_of(self, old_themes: Iterable[str]) -> Iterator[str]:
        """Yield what is not stated about themes of the old codebook."""
        joining = [change for change in self.changes if change.kind in ("rename", "merge")]
        reached = {change.after[0]: change for change in joining}
        for theme in old_themes:
            if theme in self.by_theme:
                continue
            if theme not in self.codebook.ids:
                yield f"what becomes of the old theme {shorten(theme)} is not stated"
            elif theme in reached:
                yield (
                    f"{shorten(theme)} is an old theme too, and {reached[theme].kind} from "
                    f"{choices(reached[theme].before)} leads to it; expected it in `from` of a "
                    "change"
                )


class Migrated(NamedTuple):
    """Labels by the new codebook, and answers that must be read again."""

    labels: pd.DataFrame
    to_read: pd.DataFrame


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        listed = "".join(f"\n  {fault}" for fault in faults)
        raise CodebookError(
            f"{len(faults)} fault{'' if len(faults) == 1 else 's'} in the mapping:{listed}\n",
            "Correct the mapping: a theme that is in no change must stand in both codebooks.",
            "対応表を直してください。変更に書かれていないテーマは、両方のコードブックに必要です。",
        )


def read_mapping(
    path: str | os.PathLike[str], new_codebook: Codebook, old_codebook: Codebook | None = None
) -> ThemeMapping:
    r"""Read what becomes of the themes of a codebook in its new version.

    Parameters
    ----------
    path : path
        A TOML file as described in ``docs/labels.md``.
    new_codebook : Codebook
    old_codebook : Codebook, optional
        With it every old theme is accounted for here; without it only those that labels have, when
        they are carried over.

    Returns
    -------
    ThemeMapping

    Raises
    ------
    CodebookError
        No TOML, unknown keys or kinds, versions that are not those of the codebooks, themes that do
        not exist or of which nothing is said.

    Examples
    --------
    >>> import tempfile
    >>> from cio_topics.codebook import Theme
    >>> old = Codebook("1", "1", "試験", "invented", (Theme("a", "甲", "a"), Theme("b", "乙", "b")))
    >>> new = Codebook("2", "1", "試験", "invented", (Theme("c", "丙", "c"),))
    >>> text = 'from_version = "1"\nto_version = "2"\n[[changes]]\nkind = "merge"\n'
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name) / "mapping.toml"
    >>> _ = file.write_text(f'{text}from = ["a", "b"]\nto = ["c"]\n', encoding="utf-8")
    >>> read_mapping(file, new, old).changes
    (Change(kind='merge', before=('a', 'b'), after=('c',), note=''),)
    >>> folder.cleanup()
    """
    file = Path(path)
    content, _ = read_toml(file, "mapping", CodebookError)
    where = f"the mapping {file.name}"
    check_keys(content, ("from_version", "to_version", "changes"), where)
    changes = tuple(_change(entry) for entry in table_list(content.get("changes", []), "changes"))
    before, after = (text_value(content, key, where) for key in ("from_version", "to_version"))
    mapping = ThemeMapping(before, after, changes, new_codebook)
    return mapping if old_codebook is None else _held_to(mapping, old_codebook)


def _change(entry: Mapping[str, Any]) -> Change:
    check_keys(entry, ("kind", "from", "to", "note"), "a change")
    kind, note = (text_value(entry, key, "a change") for key in ("kind", "note"))
    before, after = (text_list(entry, key, "a change") for key in ("from", "to"))
    return Change(kind, before, before if kind == "keep" and not after else after, note)


def _held_to(mapping: ThemeMapping, old: Codebook) -> ThemeMapping:
    """Account for every theme of the old codebook."""
    faults = [
        f"the old codebook has no theme {shorten(theme)}; it has: {choices(old.ids)}"
        for theme in mapping.by_theme
        if theme not in old.ids
    ]
    if mapping.from_version != old.version:
        faults.append(
            f"from_version is {shorten(mapping.from_version)}; the old codebook is version "
            f"{old.version!r}"
        )
    _refuse([*faults, *mapping.faults_of(old.ids)])
    reached = {theme for change in mapping.changes for theme in change.after} | set(old.ids)
    added = tuple(theme for theme in mapping.codebook.ids if theme not in reached)
    return ThemeMapping(
        mapping.from_version, mapping.to_version, mapping.changes, mapping.codebook, added
    )


def migrate_labels(labels: pd.DataFrame, mapping: ThemeMapping) -> Migrated:
    """Carry labels over to the new codebook.

    What is kept, renamed or merged is certain. An answer with a theme that was split or dropped
    must be read again: in the new labels it has no themes, so that nothing learns from it, and its
    old themes stand in its note.

    Parameters
    ----------
    labels : DataFrame
        As :func:`read_labels` returns it, by the old codebook.
    mapping : ThemeMapping

    Returns
    -------
    Migrated
        ``labels``: as given, with themes and version of the new codebook; where a theme became the
        fallback, it stands alone or is left out. ``to_read``: ``item_id, coder, was, kept, open,
        candidates, reason, note, date``: the old themes, what of them is certain in the new
        codebook, what is open, which new themes it may be (any, if empty), and why.

    Raises
    ------
    LabelsError
        Answers by another version than the mapping begins with.
    CodebookError
        A theme of which the mapping says nothing.

    Examples
    --------
    >>> from cio_topics.codebook import Theme
    >>> themes = tuple(Theme(name, name, name) for name in ("b", "c", "d"))
    >>> changes = (Change("split", ("a",), ("c", "d"), "by purpose"),)
    >>> mapping = ThemeMapping("1", "2", changes, Codebook("2", "1", "試験", "invented", themes))
    >>> labels = pd.DataFrame({"item_id": ["i1", "i2"], "themes": ["a;b", "b"], "coder": "青木",
    ...                        "date": "2024-06-21", "codebook_version": "1", "note": "",
    ...                        "chosen_by": "", "mode": ""})
    >>> found = migrate_labels(labels, mapping)
    >>> found.labels[["item_id", "themes", "note"]].values.tolist()
    [['i1', '', '[a;b by codebook 1]'], ['i2', 'b', '']]
    >>> found.to_read[["item_id", "kept", "open", "candidates"]].values.tolist()
    [['i1', 'b', 'a', 'c;d']]
    """
    _check_version(labels, mapping)
    given = [split_themes(text) for text in labels["themes"]]
    _refuse(list(mapping.faults_of(dict.fromkeys(theme for one in given for theme in one))))
    carried = [_carried(themes, mapping) for themes in given]
    is_open = pd.Series([bool(one.open) for one in carried], index=labels.index, dtype=bool)
    was = pd.Series([";".join(themes) for themes in given], index=labels.index, dtype="str")
    kept = pd.Series([";".join(one.kept) for one in carried], index=labels.index, dtype="str")
    said = labels["note"] + (" [" + was + f" by codebook {mapping.from_version}]")
    new = labels.assign(
        themes=kept.where(~is_open, ""),
        codebook_version=mapping.to_version,
        note=labels["note"].where(~is_open, said.str.strip()),
    )
    again = labels.assign(
        was=was,
        kept=kept,
        open=[";".join(one.open) for one in carried],
        candidates=[";".join(one.candidates) for one in carried],
        reason=[one.reason for one in carried],
    )
    to_read = again.loc[is_open, list(_TO_READ)].astype("str").reset_index(drop=True)
    return Migrated(new[list(COLUMNS)].astype("str"), to_read)


class _Carried(NamedTuple):
    kept: list[str]
    open: list[str]
    candidates: list[str]
    reason: str


def _carried(themes: Sequence[str], mapping: ThemeMapping) -> _Carried:
    """Return what is certain of an answer in the new codebook, and what is not."""
    changes = {theme: mapping.by_theme.get(theme) for theme in themes}
    certain = [
        theme if change is None or change.kind == "keep" else change.after[0]
        for theme, change in changes.items()
        if change is None or change.kind in _CERTAIN
    ]
    kept = list(dict.fromkeys(certain))
    if len(kept) > 1:
        kept = [theme for theme in kept if theme != mapping.codebook.fallback]
    unsure = {t: c for t, c in changes.items() if c is not None and c.kind not in _CERTAIN}
    candidates = dict.fromkeys(theme for change in unsure.values() for theme in change.after)
    reasons = (f"{t}: {c.kind}{f' ({c.note})' if c.note else ''}" for t, c in unsure.items())
    return _Carried(kept, list(unsure), list(candidates), "; ".join(reasons))


def _check_version(labels: pd.DataFrame, mapping: ThemeMapping) -> None:
    other = labels.loc[labels["codebook_version"] != mapping.from_version, "codebook_version"]
    if len(other):
        raise LabelsError(
            f"{len(other)} of {len(labels)} answers are by version {choices(other.unique())} of "
            f"the codebook; the mapping begins with version {mapping.from_version!r}.",
            "Give the mapping from that version.",
            "その版からの対応表を指定してください。",
        )
