"""Every way a codebook can contradict itself is refused when it is made."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Near, Rule, Theme
from cio_topics.errors import CioTopicsError, CodebookError


def theme(name: str, *rules: Rule) -> Theme:
    """An invented theme."""
    return Theme(name, f"試験{name}", f"invented {name}", rules=rules)


def codebook(*themes: Theme, fallback: str = "") -> Codebook:
    return Codebook("1", "1", "試験", "invented", themes, fallback)


def unless(name: str, *others: str) -> Theme:
    """A theme that gives way to others."""
    return theme(name, Rule(f"{name}.1", any=("試験",), unless=others))


@pytest.mark.parametrize(
    ("terms", "distance"),
    [
        ((), 0),
        (("調達",), 5),  # one term is close to nothing
        (("調達", "システム"), -1),
    ],
)
def test_near_needs_two_terms_and_a_distance(terms, distance):
    with pytest.raises(
        CodebookError, match=rf"near has {len(terms)} terms and distance {distance}"
    ):
        Near(terms, distance)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({}, r"rule 'r' finds nothing: expected any, all, near or regex\. Add one"),
        # these only narrow down: alone they would have nothing to show
        ({"not_": ("試験",)}, "finds nothing"),
        ({"body": "会議", "status": ("決定",), "since": "2009-01-01"}, "finds nothing"),
        ({"regex": "(案"}, r"rule 'r': regex '\(案' is no regular expression: missing \)"),
        ({"any": ("試験",), "body": "[あ"}, r"body '\[あ' is no regular expression"),
        (
            {"any": ("試験",), "since": "2012-4-1"},
            "since is '2012-4-1'; expected a real day as 2012-04-01",
        ),
        ({"any": ("試験",), "until": "2012-04"}, "until is '2012-04'; expected a real day"),
        (
            {"any": ("試験",), "until": "平成24年4月1日"},
            "until is '平成24年4月1日'; expected a real day",
        ),
        ({"any": ("試験",), "since": "2012-04-01 "}, "since is '2012-04-01 '; expected a real day"),
        # a day that no calendar has never holds, silently
        pytest.param(
            {"any": ("試験",), "until": "2012-02-30"},
            "until is '2012-02-30'",
        ),
        (
            {"any": ("試験",), "status": ("決定", "可決")},
            "unknown status '可決'; .* 決定, 報告, 案, 改定",
        ),
        ({"any": ("",)}, "rule 'r' has an empty term"),
        ({"any": ("試験", " \u3000")}, "empty term"),
        ({"all": ("試験", "")}, "empty term"),
        ({"any": ("試験",), "not_": ("",)}, "empty term"),  # would forbid every title
        ({"near": Near(("試験", ""), 3)}, "empty term"),
        # empty once normalized: match_items ends in an IndexError
        pytest.param(
            {"any": ("\u200b",)},
            "empty term",
        ),
        # holds for every title and has nothing to show
        pytest.param(
            {"regex": "(案)?"},
            "empty",
        ),
    ],
)
def test_a_rule_is_refused(conditions, message):
    with pytest.raises(CodebookError, match=message):
        Rule("r", **conditions)


@pytest.mark.parametrize(
    "conditions",
    [{"any": ("試験",)}, {"all": ("試験",)}, {"regex": "試"}, {"near": Near(("試", "験"), 0)}],
)
def test_one_condition_that_finds_something_is_enough(conditions):
    assert Rule("r", **conditions, status=("", "案"), since="2012-02-29").status == ("", "案")


@pytest.mark.parametrize(
    ("themes", "fallback", "message"),
    [
        ((), "", r"a codebook without themes; expected at least one \[\[themes\]\]"),
        ((theme("a"), theme("b"), theme("a")), "", "two themes are called 'a'"),
        (
            # the same rule id in two themes: reliability could not be told apart
            (theme("a", Rule("r", any=("x",))), theme("b", Rule("r", any=("y",)))),
            "",
            "two rules are called 'r'",
        ),
        ((theme("a"),), "other", "fallback names the unknown theme 'other'; expected one of: a"),
        (
            (unless("a", "c"), theme("b")),
            "",
            r"rule 'a\.1': unless names the unknown theme 'c'.* a, b",
        ),
        ((unless("a", "a"),), "", "in a cycle: a → a"),
        ((unless("a", "b"), unless("b", "a")), "", "in a cycle: (a → b → a|b → a → b)"),
        # the arrow goes from the theme that gives way to the one it names; d is not in the cycle
        (
            (unless("a", "b"), unless("b", "c"), unless("c", "a"), unless("d", "a")),
            "",
            "in a cycle: (a → b → c → a|b → c → a → b|c → a → b → c)",
        ),
        # ids are joined by ; in labels and results
        pytest.param(
            (theme("a;b"),),
            "",
            "a;b",
        ),
        # they would be matched, explained, and never given
        pytest.param(
            (theme("a"), theme("other", Rule("o", any=("その他",)))),
            "other",
            "fallback",
        ),
    ],
)
def test_a_codebook_is_refused(themes, fallback, message):
    with pytest.raises(CodebookError, match=message):
        codebook(*themes, fallback=fallback)


def test_the_remedy_is_given_in_both_languages():
    with pytest.raises(CodebookError) as caught:
        codebook(unless("a", "a"))
    assert isinstance(caught.value, CioTopicsError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    assert "unless" in caught.value.remedy_ja


def test_an_unknown_theme_lists_those_that_exist():
    book = codebook(theme("a"), theme("b"))
    assert book.theme("b").name_ja == "試験b"
    with pytest.raises(CodebookError, match="unknown theme 'c'; expected one of: a, b"):
        book.theme("c")


def test_a_codebook_is_never_altered():
    book = codebook(theme("a"))
    with pytest.raises(FrozenInstanceError):
        book.version = "2"
    with pytest.raises(FrozenInstanceError):
        book.themes[0].id = "b"


def test_ids_keep_the_order_of_the_file_and_order_puts_the_named_first():
    book = codebook(unless("a", "b"), unless("b", "c"), theme("c"), theme("d"))
    assert book.ids == ("a", "b", "c", "d")
    assert [name for name in book.order if name != "d"] == ["c", "b", "a"]


@given(st.permutations(range(5)), st.data())
def test_any_order_without_cycles_is_accepted(places, data):
    """Law: themes that name only themes of lower rank can be decided, wherever they stand."""
    named = {
        rank: data.draw(st.sets(st.integers(0, rank - 1)) if rank else st.just(set()))
        for rank in range(5)
    }
    themes = [
        unless(f"t{rank}", *sorted(f"t{other}" for other in named[rank])) for rank in range(5)
    ]
    order = codebook(*(themes[place] for place in places)).order
    assert sorted(order) == [f"t{rank}" for rank in range(5)]
    for rank, others in named.items():
        assert all(order.index(f"t{other}") < order.index(f"t{rank}") for other in others)


def test_a_changed_copy_is_checked_as_well():
    with pytest.raises(CodebookError, match="unknown theme"):
        replace(codebook(theme("a")), fallback="z")
