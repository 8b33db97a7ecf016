"""A crosswalk is whole or refused; the embedded one says where it is coarse. Others are invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.codebook import (
    FITS,
    Codebook,
    Crosswalk,
    Link,
    Theme,
    read_codebook,
    read_crosswalk,
)
from cio_topics.codebook.crosswalk import CROSSWALKS
from cio_topics.data import embedded_folder
from cio_topics.errors import CodebookError


def book(version: str, *ids: str, fallback: str = "") -> Codebook:
    return Codebook(version, "1", "試験", "invented", tuple(Theme(i, i, i) for i in ids), fallback)


SOURCE, TARGET = book("1", "a", "b"), book("2", "x", "y")
LINKS = (Link("a", "x", "coarse"), Link("b", "x", "partial", 0.4), Link("b", "y", "partial", 0.6))


def crosswalk(links=LINKS, source_version="1", target_version="2") -> Crosswalk:
    return Crosswalk("1", SOURCE, TARGET, source_version, target_version, tuple(links))


def test_the_codes_are_those_of_the_master_codebook():
    cap = read_crosswalk().target
    codes = [int(theme.removeprefix("cap_")) for theme in cap.ids if theme != "cap_none"]
    assert codes == [*range(1, 11), *range(12, 22), 23]  # 11 and 22 are no codes
    assert len(codes) == 21
    assert cap.fallback == "cap_none"
    assert not any(theme.rules for theme in cap.themes)
    assert all(theme.name_ja and theme.name_en and theme.definition_ja for theme in cap.themes)


def test_the_embedded_crosswalk_covers_the_embedded_codebook_and_says_what_is_lost():
    embedded = read_crosswalk()
    assert {link.theme for link in embedded.links} == set(read_codebook().ids)
    assert all(link.note_ja and link.note_en for link in embedded.links)
    assert embedded.note_ja
    assert embedded.note_en
    for theme in embedded.source.ids:
        links = embedded.links_of(theme)
        # `coarse` is said of the whole theme, so it stands alone; parts are several
        assert (len(links) == 1) == (links[0].fit != "partial")
    assert embedded.primary("other").to == embedded.target.fallback


def test_the_page_on_cap_shows_every_link():
    page = (Path(__file__).parents[2] / "docs" / "cap.md").read_text("utf-8").splitlines()
    embedded = read_crosswalk()
    for link in embedded.links:
        code = f"{link.to.removeprefix('cap_')} {embedded.target.theme(link.to).name_en}"
        mark = "**" if embedded.primary(link.theme) is link else ""
        cells = (link.theme, f"{mark}{code}{mark}", link.fit, f"{link.weight:g}")
        assert f"| {' | '.join(cells)} | {' '.join(link.subtopics)} | {link.note_en} |" in page
    assert sum(
        line.startswith(tuple(f"| {t} |" for t in embedded.source.ids)) for line in page
    ) == len(embedded.links)


def test_embedded_crosswalks_name_files_that_are_there():
    assert all((embedded_folder() / file).is_file() for file in CROSSWALKS.values())


def test_the_primary_link_is_the_heaviest_and_the_first_of_equals():
    assert crosswalk().primary("b").to == "y"
    equal = (LINKS[0], Link("b", "y", "partial", 0.5), Link("b", "x", "partial", 0.5))
    assert crosswalk(equal).primary("b").to == "y"
    assert crosswalk().reached() == ("x", "y")
    assert crosswalk((LINKS[0], Link("b", "x", "coarse"))).reached() == ("x",)
    assert crosswalk(
        (*LINKS[:1], Link("b", "x", "partial", 0.9), Link("b", "y", "partial", 0.1))
    ).reached(secondary=True) == ("x", "y")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"links": LINKS[:1]}, "no link for theme 'b'"),
        ({"links": LINKS[:2]}, r"weights of theme 'b' add up to 0\.4; expected 1"),
        ({"links": (*LINKS, Link("c", "x", "exact"))}, "theme 'c', which the codebook it starts"),
        ({"links": (*LINKS, Link("a", "z", "exact"))}, "theme 'z', which the codebook it leads"),
        ({"links": (LINKS[0], LINKS[1], Link("b", "x", "partial", 0.6))}, "'b' to 'x' twice"),
        ({"source_version": "2"}, "source_version is '2', and the codebook 'invented' has version"),
        ({"target_version": ""}, "target_version is '', "),
    ],
)
def test_a_crosswalk_is_refused(change, message):
    with pytest.raises(CodebookError, match=message):
        crosswalk(**change)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "x", "good"), "fit is 'good'; expected one of: exact, coarse, partial"),
        (("a", "x", "exact", 0.0), r"weight is 0\.0; expected a number above 0, at most 1"),
        (("a", "x", "exact", 1.5), r"weight is 1\.5"),
        (("a", "x", "exact", float("nan")), "weight is nan"),
    ],
)
def test_a_link_is_refused(arguments, message):
    with pytest.raises(CodebookError, match=message):
        Link(*arguments)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=9))
def test_parts_of_a_whole_add_up_whatever_their_number(parts):
    target = book("2", *(f"t{n}" for n in range(len(parts))))
    links = [Link("a", f"t{n}", FITS[2], part / sum(parts)) for n, part in enumerate(parts)]
    made = Crosswalk("1", book("1", "a"), target, "1", "2", tuple(links))
    assert made.primary("a").weight == max(link.weight for link in links)


HEAD = 'version = "1"\nsource_version = "1"\ntarget_version = "2"\ntarget = "other.toml"\n'
LINK = '[[links]]\ntheme = "a"\nto = "x"\nfit = "exact"\n'


@pytest.fixture
def read(tmp_path):
    other = 'version = "2"\n[[themes]]\nid = "x"\n[[themes]]\nid = "y"\n'
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")

    def of(content: str) -> Crosswalk:
        file = tmp_path / "対応.toml"
        file.write_text(content, encoding="utf-8")
        return read_crosswalk(file, book("1", "a"))

    return of


def test_a_file_is_read_with_the_codebook_beside_it(read):
    link = 'note_en = "n"\nnote_ja = "注"\nweight = 1\nsubtopics = ["1709"]\n'
    made = read(HEAD + 'name_en = "t"\n' + LINK + link)
    assert made.links == (Link("a", "x", "exact", 1.0, ("1709",), "注", "n"),)
    assert made.target.ids == ("x", "y")
    assert made.name_en == "t"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x", "is no TOML"),
        (HEAD + LINK + "wieght = 1\n", "link 1 has the unknown key 'wieght'; .*weight"),
        ("sauce = 1\n" + HEAD + LINK, "the crosswalk has the unknown key 'sauce'"),
        (HEAD + LINK + 'weight = "1"\n', "link 1: weight is '1'; expected a number"),
        (HEAD + LINK + "weight = true\n", "weight is 'True'; expected a number"),
        (HEAD + LINK + "subtopics = [1709]\n", "subtopics is .* expected a list of texts"),
        (HEAD + "links = 3\n", "links is no list of tables"),
        (HEAD.replace("other.toml", "") + LINK, "does not say where it leads to"),
        (HEAD.replace("other.toml", "none.toml") + LINK, r"cannot read the codebook .*none\.toml"),
        (HEAD.replace("other.toml", "cap") + LINK, "target_version is '2'"),
        (HEAD, "no link for theme 'a'"),
    ],
)
def test_a_file_is_refused(read, content, message):
    with pytest.raises(CodebookError, match=message):
        read(content)


def test_a_crosswalk_for_another_codebook_is_refused(tmp_path):
    with pytest.raises(CodebookError, match="theme 'egov_plan', which the codebook it starts from"):
        read_crosswalk(codebook=book("1", "a"))
    with pytest.raises(CodebookError, match="cannot read the crosswalk"):
        read_crosswalk(tmp_path / "none.toml")
