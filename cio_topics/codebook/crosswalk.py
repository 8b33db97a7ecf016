"""From the themes of one codebook to those of another, and how well they fit."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cio_topics.codebook.model import Codebook
from cio_topics.codebook.read import (
    check_keys,
    read_codebook,
    table_list,
    text_list,
    text_value,
)
from cio_topics.data import embedded_folder
from cio_topics.errors import CodebookError, choices, shorten
from cio_topics.files import read_toml

__all__ = ["FITS", "Crosswalk", "Link", "read_crosswalk"]

#: How well a theme fits another. `exact`: they mean the same; `coarse`: the whole theme lies
#: within the other, which takes in much more; `partial`: only a part of the theme lies there.
FITS = ("exact", "coarse", "partial")

#: Embedded codebooks that a crosswalk may name by a word, and their files.
CROSSWALKS = {"cap": "cap_codebook.toml"}

_HEAD = ("version", "source_version", "target", "target_version")
_NAMES = ("name_ja", "name_en", "note_ja", "note_en")
_LINK_TEXTS = ("theme", "to", "fit", "note_ja", "note_en")


@dataclass(frozen=True)
class Link:
    """A theme, one of another codebook, and how well they fit.

    Invariant: `fit` is one of :data:`FITS`; `weight` lies in (0, 1].

    Parameters
    ----------
    theme, to : str
        Ids in the source and in the target.
    fit : {"exact", "coarse", "partial"}
    weight : float
        How much of the theme belongs under the other.
    subtopics : tuple of str
        Finer codes of the target, as a hint for coders.
    note_ja, note_en : str
        What is lost.
    """

    theme: str
    to: str
    fit: str
    weight: float = 1.0
    subtopics: tuple[str, ...] = ()
    note_ja: str = ""
    note_en: str = ""

    def __post_init__(self) -> None:
        where = f"the link from {shorten(self.theme)} to {shorten(self.to)}"
        if self.fit not in FITS:
            raise CodebookError(
                f"{where}: fit is {shorten(self.fit)}; expected one of: {choices(FITS)}."
            )
        if not 0 < self.weight <= 1:
            raise CodebookError(
                f"{where}: weight is {self.weight}; expected a number above 0, at most 1."
            )


@dataclass(frozen=True)
class Crosswalk:
    """Links from every theme of one codebook to themes of another.

    Invariants: every theme of the source has a link, and none has two to the same theme; both ends
    of a link exist; the weights of a theme add up to 1; the versions are those of the codebooks.

    Parameters
    ----------
    version : str
    source, target : Codebook
    source_version, target_version : str
        The versions the links were made for.
    links : tuple of Link
    name_ja, name_en : str
    note_ja, note_en : str
        What must be said beside every result.

    Raises
    ------
    CodebookError
    """

    version: str
    source: Codebook
    target: Codebook
    source_version: str
    target_version: str
    links: tuple[Link, ...]
    name_ja: str = ""
    name_en: str = ""
    note_ja: str = ""
    note_en: str = ""

    def __post_init__(self) -> None:
        _check_version("source", self.source_version, self.source)
        _check_version("target", self.target_version, self.target)
        for link in self.links:
            _check_end(link.theme, self.source, "the codebook it starts from")
            _check_end(link.to, self.target, "the codebook it leads to")
        for theme in self.source.ids:
            self._check_links(theme)

    def _check_links(self, theme: str) -> None:
        ends = [link.to for link in self.links_of(theme)]
        if not ends:
            raise CodebookError(
                f"the crosswalk has no link for theme {theme!r}; expected one for every theme.",
                "Add a [[links]] table for it.",
                "このテーマの [[links]] を追加してください。",
            )
        twice = next((end for end in ends if ends.count(end) > 1), None)
        if twice is not None:
            raise CodebookError(
                f"the crosswalk links {theme!r} to {twice!r} twice; expected one link."
            )
        total = sum(link.weight for link in self.links_of(theme))
        if not math.isclose(total, 1, abs_tol=1e-6):
            raise CodebookError(
                f"the weights of theme {theme!r} add up to {total:g}; expected 1.",
                "Change them so that they add up to 1.",
                "重みの合計が1になるように直してください。",
            )

    def links_of(self, theme: str) -> tuple[Link, ...]:
        """Return the links of a theme, in their order."""
        return tuple(link for link in self.links if link.theme == theme)

    def primary(self, theme: str) -> Link:
        """Return the link of a theme with the greatest weight, the first of equals."""
        return max(self.links_of(theme), key=lambda link: link.weight)

    def followed(self, *, secondary: bool = False) -> tuple[Link, ...]:
        """Return the primary link of every theme, or with `secondary` all links."""
        return self.links if secondary else tuple(map(self.primary, self.source.ids))

    def reached(self, *, secondary: bool = False) -> tuple[str, ...]:
        """Return the target's themes that a link leads to, in the target's order.

        Nothing can be said about the others: that no item has them is no finding.
        """
        ends = {link.to for link in self.followed(secondary=secondary)}
        return tuple(theme for theme in self.target.ids if theme in ends)


def _check_version(which: str, version: str, codebook: Codebook) -> None:
    if version != codebook.version:
        raise CodebookError(
            f"the crosswalk's {which}_version is {shorten(version)}, and the codebook "
            f"{shorten(codebook.name_en or codebook.name_ja)} has version "
            f"{shorten(codebook.version)}; expected the same.",
            f"Look through the links again, then change {which}_version.",
            f"対応を見直してから、{which}_version を直してください。",
        )


def _check_end(theme: str, codebook: Codebook, which: str) -> None:
    if theme not in codebook.ids:
        raise CodebookError(
            f"the crosswalk names the theme {shorten(theme)}, which {which} does not have; "
            f"expected one of: {choices(codebook.ids)}.",
            "Correct the name, or name the right codebook.",
            "テーマ名を直すか、正しいコードブックを指定してください。",
        )


def read_crosswalk(
    path: str | os.PathLike[str] | None = None,
    codebook: Codebook | None = None,
    target: Codebook | None = None,
) -> Crosswalk:
    """Read a crosswalk.

    Parameters
    ----------
    path : path, optional
        A TOML file as described in ``docs/cap.md``; the embedded crosswalk to the major topics of
        the Comparative Agendas Project if left out.
    codebook : Codebook, optional
        Where it starts from; the embedded one if None.
    target : Codebook, optional
        Where it leads to; what the file names as ``target`` if None: ``cap``, or a codebook in a
        file beside it.

    Returns
    -------
    Crosswalk

    Raises
    ------
    CodebookError
        No TOML, unknown keys, themes without a link, weights that do not add up to 1, another
        version of a codebook.

    References
    ----------
    Comparative Agendas Project: Master Codebook.
    https://www.comparativeagendas.net/pages/master-codebook

    Bevan, S. (2019). Gone Fishing: The Creation of the Comparative Agendas Project Master
    Codebook. In: Baumgartner, F. R., Breunig, C., Grossman, E. (eds.), Comparative Policy Agendas:
    Theory, Tools, Data. Oxford University Press.

    Examples
    --------
    >>> crosswalk = read_crosswalk()
    >>> link = crosswalk.primary("it_strategy")
    >>> link.to, crosswalk.target.theme(link.to).name_en, link.weight, link.fit
    ('cap_17', 'Technology', 0.8, 'partial')
    """
    file = embedded_folder() / "crosswalk_cap.toml" if path is None else Path(path)
    content, _ = read_toml(file, "crosswalk", CodebookError)
    check_keys(content, (*_HEAD, *_NAMES, "links"), "the crosswalk")
    texts = {key: text_value(content, key, "the crosswalk") for key in (*_HEAD, *_NAMES)}
    named = texts.pop("target")
    return Crosswalk(
        source=read_codebook() if codebook is None else codebook,
        target=_target(named, file) if target is None else target,
        links=tuple(
            _link(entry, f"link {place}")
            for place, entry in enumerate(table_list(content.get("links", []), "links"), start=1)
        ),
        **texts,
    )


def _target(name: str, file: Path) -> Codebook:
    if not name:
        raise CodebookError(
            "the crosswalk does not say where it leads to; expected target = 'cap' or the name of "
            "a codebook beside it.",
            "Add target = 'cap'.",
            "target = 'cap' を書いてください。",
        )
    if name in CROSSWALKS:
        return read_codebook(embedded_folder() / CROSSWALKS[name])
    return read_codebook(file.parent / name)


def _link(entry: Mapping[str, Any], where: str) -> Link:
    check_keys(entry, (*_LINK_TEXTS, "weight", "subtopics"), where)
    weight = entry.get("weight", 1.0)
    if type(weight) not in (int, float):
        raise CodebookError(f"{where}: weight is {shorten(weight)}; expected a number.")
    texts = {key: text_value(entry, key, where) for key in _LINK_TEXTS}
    return Link(weight=float(weight), subtopics=text_list(entry, "subtopics", where), **texts)
