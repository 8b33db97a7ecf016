import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import (
    CioTopicsError,
    CodebookError,
    CorpusError,
    MissingPartError,
    OutputError,
    Problem,
    SettingsError,
    choices,
    shorten,
)


@pytest.mark.parametrize(
    ("kind", "builtin", "code"),
    [
        (CioTopicsError, Exception, 1),
        (SettingsError, ValueError, 2),
        (CorpusError, ValueError, 3),
        (CodebookError, ValueError, 3),
        (OutputError, OSError, 4),
        (MissingPartError, ImportError, 5),
    ],
)
def test_each_error_is_ours_and_what_python_programmers_catch(kind, builtin, code):
    assert issubclass(kind, CioTopicsError)
    assert issubclass(kind, builtin)
    assert kind.exit_code == code


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("bad value.",), "bad value."),
        (("bad value.", "Do this."), "bad value. Do this."),
        (("bad value.", "Do this.", "こうする。"), "bad value. Do this. / こうする。"),
        (("bad value.", "", "こうする。"), "bad value. こうする。"),
    ],
)
def test_message_then_remedy_in_both_languages(parts, text):
    error = OutputError(*parts)
    assert str(error) == text
    assert error.message == "bad value."


@given(st.text(), st.integers(min_value=4, max_value=80))
def test_shorten_gives_one_printable_line(text, width):
    assert shorten(text, width).isprintable()


@given(st.text(st.characters(categories=["L", "N"]), max_size=200), st.integers(4, 80))
def test_shorten_keeps_short_texts_and_the_beginning_of_long_ones(text, width):
    shown = shorten(text, width)[1:-1]
    if len(text) <= width:
        assert shown == text
    else:
        assert shown == text[: width - 2] + "…"


def test_shorten_takes_any_value():
    assert shorten(None) == "'None'"
    assert shorten(3.5) == "'3.5'"


def test_choices_lists_names_in_their_order():
    assert choices(["b", "a", 3]) == "b, a, 3"
    assert choices([]) == ""


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("f.csv", 3, "date", "x", "a day"), "f.csv:3: date: got 'x', expected a day"),
        # line 0: the file as a whole; no column: the row as a whole
        (Problem("f.csv", 0, "date", "x", "a day"), "f.csv: date: got 'x', expected a day"),
        (Problem("f.csv", 3, "", "x", "3 cells"), "f.csv:3: got 'x', expected 3 cells"),
    ],
)
def test_problem_says_where_what_and_expected(problem, text):
    assert str(problem) == text


def test_problem_never_repeats_a_huge_value():
    assert len(str(Problem("f.csv", 1, "title", "あ" * 10_000_000, "less"))) < 200


@pytest.mark.parametrize(
    ("n", "head", "shown", "rest"),
    [
        (1, "1 bad value in", 1, ""),
        (2, "2 bad values in", 2, ""),
        (20, "20 bad values in", 20, ""),
        (21, "21 bad values in", 20, "… and 1 more"),
        (5000, "5000 bad values in", 20, "… and 4980 more"),
    ],
)
def test_from_problems_shows_twenty_and_the_count(n, head, shown, rest):
    problems = [Problem("f.csv", i + 2, "title", "", "a text") for i in range(n)]
    error = CorpusError.from_problems(problems)
    assert str(error).startswith(head)
    assert str(error).count("f.csv:") == shown
    assert rest in str(error)
    assert ("more" in str(error)) == bool(rest)
    assert error.problems == tuple(problems)
    assert "Correct these values" in error.remedy
    assert "直してから" in error.remedy_ja
