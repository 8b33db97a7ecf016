"""Rule files: what is read, what is refused and where, and that what is written reads the same."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.coding import (
    CodingText,
    code_units,
    codebook_from_rules,
    format_rules,
    parse_rules,
    read_rules,
)
from cio_topics.coding.rules import CodingRule, CodingRules
from cio_topics.coding.tree import (
    Calculation,
    CodeHolds,
    Comparison,
    Every,
    HeadingIs,
    Length,
    Near,
    Not,
    Number,
    Phrase,
    Serial,
    Some,
    String,
    VariableIs,
    Word,
    condition_text,
    walk,
)
from cio_topics.errors import CioTopicsError, CodebookError

A, B, C, D = (Word(name) for name in "甲乙丙丁")


def condition(text: str):
    return parse_rules(f"＊x\n{text}").rules[0].condition


CONDITIONS = [
    ("甲", A),
    ("甲 and 乙", Every((A, B))),
    ("甲&乙", Every((A, B))),
    ("甲 && 乙", Every((A, B))),
    ("甲 AND 乙", Every((A, B))),
    ("甲|乙", Some((A, B))),
    ("甲||乙 OR 丙", Some((A, B, C))),
    ("!甲", Not(A)),
    ("not 甲", Not(A)),
    ("甲 and not 乙", Every((A, Not(B)))),
    ("甲\nor\n乙", Some((A, B))),  # a line's end is a blank
    ("甲　or　乙", Some((A, B))),  # and so is a full-width blank
    ("甲\tor\t乙", Some((A, B))),
    ("甲 or\n# 乙 and\n丙", Some((A, C))),  # a comment stands between
    ("甲 or 乙 and 丙", Some((A, Every((B, C))))),
    ("(甲 or 乙)and 丙", Every((Some((A, B)), C))),
    ("not 甲 or 乙", Some((Not(A), B))),
    ("not 甲 >= 3", Not(Comparison(">=", A, Number(3)))),
    (
        "甲 + 乙 * 2 > 3",
        Comparison(">", Calculation((A, Calculation((B, Number(2)), ("*",))), ("+",)), Number(3)),
    ),
    ("甲 - 乙 - 1 == 0", Comparison("==", Calculation((A, B, Number(1)), ("-", "-")), Number(0))),
    ("甲 / lw >= 0.5", Comparison(">=", Calculation((A, Length("lw")), ("/",)), Number(0.5))),
    ("甲 / lw >= .5", Comparison(">=", Calculation((A, Length("lw")), ("/",)), Number(0.5))),
    ("甲>=3", Comparison(">=", A, Number(3))),
    ("甲 = 3", Comparison("==", A, Number(3))),
    ("甲 != 3", Comparison("!=", A, Number(3))),
    ("甲 => 3", Comparison(">=", A, Number(3))),  # SQL has no such sign; it is plain what is meant
    ("甲 - 1 > -1", Comparison(">", Calculation((A, Number(1)), ("-",)), Number(-1))),
    ("lc <= 10", Comparison("<=", Length("lc"), Number(10))),
    ("No. == 3", Comparison("==", Serial(), Number(3))),
    ("No.<3", Comparison("<", Serial(), Number(3))),
    ("甲-->名詞", Word("甲", pos="名詞")),
    ("甲->連用形", Word("甲", form="連用形")),
    ("甲-->動詞->連用形", Word("甲", pos="動詞", form="連用形")),
    ("甲->連用形-->動詞", Word("甲", pos="動詞", form="連用形")),
    ("甲=>乙", Word("甲", surface="乙")),
    ("-->形容詞（非自立）", Word(pos="形容詞（非自立）")),
    ("甲+乙+丙", Phrase((A, B, C))),
    ("甲-->名詞+乙", Phrase((Word("甲", pos="名詞"), B))),
    ("'甲 乙'", String("甲 乙")),
    ('"甲\'s"', String("甲's")),
    ("'甲'or'乙'", Some((String("甲"), String("乙")))),
    ("near(甲-乙)", Near((A, B))),
    ("near(甲-乙-丙)[5]", Near((A, B, C), 5)),
    ("NEAR( 甲 - 乙 )[5b]", Near((A, B), 5, "b")),
    ("near(甲-乙)[b5]", Near((A, B), 5, "b")),
    ("near(甲-乙)[d]", Near((A, B), None, "d")),
    ("seq(甲-乙)[3d]", Near((A, B), 3, "d", ordered=True)),
    ("near(甲-乙)[bd7]", Near((A, B), 7, "b")),  # a sentence is in one paragraph
    (
        "near(甲-->動詞-乙->連用形-'丙')",
        Near((Word("甲", pos="動詞"), Word("乙", form="連用形"), String("丙"))),
    ),
    ("(near(甲+乙-丙))", Near((Phrase((A, B)), C))),
    ("<>部-->上", VariableIs("部", "上")),
    ("<>部-->'上 中'", VariableIs("部", "上 中")),
    ("(<>部-->上(1))", VariableIs("部", "上(1)")),
    ("<>部-->上|甲", Some((VariableIs("部", "上"), A))),
    ("<>年>=2000", Comparison(">=", VariableIs("年", None), Number(2000))),
    ("<>見出し1-->上", HeadingIs(1, "上")),
    ("<>見出し２-->上", HeadingIs(2, "上")),
    ("<h1>上", HeadingIs(1, "上")),
    ("<>Heading 1-->上", HeadingIs(1, "上")),
    ("甲 &! 乙", Every((A, Not(B)))),
    ("甲|!(乙)", Some((A, Not(B)))),
    # A full-width blank belongs to a value unless an operator or the end follows.
    ("<>見出し1-->上　先生と私", HeadingIs(1, "上　先生と私")),
    ("( <>部-->上　下 ) and 甲", Every((VariableIs("部", "上　下"), A))),
    ("<>部-->上　and　甲", Every((VariableIs("部", "上"), A))),
    ("<>部-->上　| 甲", Some((VariableIs("部", "上"), A))),
    ("<>部-->上　\n", VariableIs("部", "上")),
    # Quotation marks around the whole.
    ("'<>見出し1-->上 中'", HeadingIs(1, "上 中")),
    ('"<>部 名-->上 中" or 甲', Some((VariableIs("部 名", "上 中"), A))),
    ("'<>'", String("<>")),
    ("TCP/IP", Word("TCP/IP")),  # only signs with a blank before them calculate
    ("don't", Word("don't")),
]


@pytest.mark.parametrize(("text", "tree"), CONDITIONS)
def test_conditions(text, tree):
    assert condition(text) == tree
    assert condition(condition_text(tree)) == tree


def test_codes_refer_to_codes_before_them():
    rules = parse_rules("＊a b\n甲\n*c\n<＊a b> and not <*a b>")
    assert rules.names == ("a b", "c")
    assert rules.rules[1].condition == Every((CodeHolds("a b"), Not(CodeHolds("a b"))))
    assert [rule.line for rule in rules.rules] == [1, 3]
    assert parse_rules("＊a b\n甲\n*c\n'<＊a b>'").rules[1].condition == CodeHolds("a b")


REFUSED = [
    ("＊x\n甲 or ( 乙 and ( 丙 )", "2:6", "never closed"),  # the outer one is open
    ("＊x\n甲 or ( 乙", "2:6", "never closed"),
    ("＊x\n(", "2:1", "never closed"),
    ("＊x\n甲 or 乙 )", "2:8", "closes nothing"),
    ("＊x\n)", "2:1", "closes nothing"),
    ("＊x\n()", "2:2", "a word or a condition is expected"),
    ("＊x\n\n甲 乙", "3:3", "no operator before this"),
    ("＊x\n(甲 乙)", "2:4", "no operator before this"),
    ("＊x\n甲 # 注", "2:3", "no operator before this"),
    ("＊x\n甲 or", "2:3", "nothing follows or"),
    ("＊x\n甲 + not 乙", "2:5", "not stands where a number"),
    ("＊x\n1 < 甲 < 5", "2:7", "a second comparison"),
    ("＊x\n甲 >= ３", "2:3", "half-width digits"),
    ("＊x\n（甲 or 乙）", "2:1", "full-width parenthesis"),
    ("＊x\n'甲", "2:1", "not closed"),
    ("＊x\n''", "2:1", "empty string"),
    ("＊x\n甲=>3", "2:1", "may be a comparison or a surface"),
    ("＊x\n甲++乙", "2:3", "is no word"),
    ("＊x\n甲-->", "2:1", "is no word"),
    ("＊x\nnear(甲-乙", "2:5", "parenthesis of near is never closed"),
    ("＊x\nnear(甲)", "2:1", "near has 1 words"),
    ("＊x\nnear(甲-(乙 or 丙))", "2:8", "inside near"),
    ("＊x\nseq(甲-乙)[x]", "2:9", "the distance"),
    ("＊x\nseq(甲-乙)[b5b]", "2:9", "the distance"),
    ("＊x\n<>-->上", "2:1", "without the name"),
    ("＊x\n<>部-->", "2:1", "without a value"),
    ("＊x\n<＊y", "2:1", "not closed by >"),
    ("＊x\n<＊x>", "2:1", "no code before this one"),  # itself
    ("＊x\n甲 or <＊y>\n＊y\n乙", "2:6", "no code before this one"),  # a later one
    ("＊x\n＊y\n甲", "1:1", "'x' has no condition"),
    ("＊x\n甲\n＊x\n乙", "3:1", "two codes are called 'x'"),
    ("＊\n甲", "1:1", "name is ''"),
    ("甲\n＊x\n甲", "1:1", "before the first code"),
    ("＊x\n" + "(" * 60 + "甲" + ")" * 60, "2:51", "inside each other"),
    ("＊x\n" + "not " * 60 + "甲", "2:201", "inside each other"),
    ("＊x\n甲 > 12345678901234567890", "2:5", "too long"),
]


@pytest.mark.parametrize(("text", "place", "what"), REFUSED)
def test_errors_name_line_and_column(text, place, what):
    with pytest.raises(CodebookError) as caught:
        parse_rules(text, "r.cod")
    assert caught.value.message.startswith(f"r.cod:{place}: ")
    assert what in caught.value.message
    assert caught.value.remedy_ja
    assert caught.value.exit_code == 3


def test_the_mark_stands_under_the_place_also_after_wide_characters():
    with pytest.raises(CodebookError) as caught:
        parse_rules("＊x\n甲 or 乙 )")
    _, line, mark = caught.value.message.splitlines()
    assert (line, mark) == ("  甲 or 乙 )", "  　    　 ^")


def test_a_long_line_is_shown_around_the_place():
    with pytest.raises(CodebookError) as caught:
        parse_rules("＊x\n" + "甲 or " * 200 + ")")
    assert all(len(line) < 80 for line in caught.value.message.splitlines())


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_a_file_without_codes(text):
    with pytest.raises(CodebookError, match="has no code"):
        parse_rules(text)


FILE = "＊信用\r\n信じる or 疑う\r\n# 注\r\n＊二\r\n<＊信用>\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(tmp_path, encoding, end):
    file = tmp_path / "r.cod"
    file.write_bytes(FILE.replace("\r\n", end).encode(encoding))
    assert read_rules(file).rules == parse_rules(FILE).rules
    assert [rule.line for rule in read_rules(file).rules] == [1, 4]


@pytest.mark.parametrize("content", [b"\xff\xfe\x0a\xff", b"\x81"])
def test_another_encoding_is_refused(tmp_path, content):
    (tmp_path / "r.cod").write_bytes(content)
    with pytest.raises(CodebookError, match=r"r\.cod is neither UTF-8 nor Shift_JIS"):
        read_rules(tmp_path / "r.cod")


@pytest.mark.parametrize("word", ["#", "＊甲"])
def test_a_line_that_is_written_is_no_comment_and_no_code(word):
    rules = CodingRules((CodingRule("x", Word(word), 1),))
    assert parse_rules(format_rules(rules)).rules == rules.rules


def test_many_words_need_no_depth():
    words = " or ".join(f"語{number}" for number in range(5000))
    assert len(condition(words).parts) == 5000
    assert sum(1 for _ in walk(condition(words))) == 5001


def test_what_is_read_is_not_too_deep_to_be_used():
    levels = 49
    text = "(甲 or 乙 and 1 < 2 * " * levels + "(丙)" + ")" * levels
    rules = parse_rules(f"＊x\n{text}")
    assert parse_rules(format_rules(rules)).rules == rules.rules
    assert hash(rules.rules[0].condition)
    assert code_units(rules, CodingText(["海"])).codes.shape == (1, 1)
    assert codebook_from_rules(rules)[1]["outcome"].tolist()[-1:]


def test_rules_guard_their_invariants():
    with pytest.raises(CodebookError, match="has no code"):
        CodingRules(())
    with pytest.raises(CodebookError, match="no other code has"):
        CodingRules((CodingRule("a", A), CodingRule("a", B)))
    with pytest.raises(CodebookError, match="does not stand before it"):
        CodingRules((CodingRule("a", CodeHolds("b")), CodingRule("b", A)))


# Invented trees: every node, names that need no and names that need quotation marks.
plain = st.text("甲乙あKx1", min_size=1, max_size=3).filter(lambda t: not t.isdigit())
words = st.builds(
    Word, plain, st.sampled_from(["", "名詞", "動詞B"]), st.sampled_from(["", "連用形"])
)
phrases = st.builds(Phrase, st.lists(words, min_size=2, max_size=3).map(tuple))
strings = st.builds(String, st.text("甲 -)(|'", min_size=1, max_size=4))
nears = st.builds(
    Near,
    st.lists(words | phrases | strings, min_size=2, max_size=3).map(tuple),
    st.integers(0, 99),
    st.sampled_from(["", "b", "d"]),
    st.booleans(),
)
values = st.text("甲b 1(&", min_size=1, max_size=4)
atoms = (
    words
    | phrases
    | strings
    | nears
    | st.builds(VariableIs, values, st.none() | values)
    | st.builds(HeadingIs, st.integers(1, 5), values)
    | st.builds(Number, st.integers(-99, 99).map(float) | st.sampled_from([0.5, 2.25]))
    | st.builds(Serial)
    | st.sampled_from([Length("lw"), Length("lc")])
)


def joined(parts):
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    signs = ("+", "-"), ("*", "/")
    return (
        st.builds(Every, several)
        | st.builds(Some, several)
        | st.builds(Not, parts)
        | st.builds(Comparison, st.sampled_from([">", ">=", "<", "<=", "==", "!="]), parts, parts)
        | st.sampled_from(signs).flatmap(
            lambda own: several.flatmap(
                lambda given: st.builds(
                    Calculation,
                    st.just(given),
                    st.tuples(*[st.sampled_from(own)] * (len(given) - 1)),
                )
            )
        )
    )


@given(st.recursive(atoms, joined, max_leaves=12))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_the_same(tree):
    rules = CodingRules((CodingRule("x", tree, 1),))
    assert parse_rules(format_rules(rules)).rules == rules.rules


@given(st.text("甲K12 \n　+-*/()<>=!&|'\"[]#＊*andorNtew.見出し1lc", max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text):
    try:
        rules = parse_rules("＊x\n" + text)
    except CioTopicsError:
        return
    assert parse_rules(format_rules(rules)).rules == tuple(
        CodingRule(rule.name, rule.condition, line)
        for rule, line in zip(
            rules.rules, [r.line for r in parse_rules(format_rules(rules)).rules], strict=True
        )
    )


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_nothing_but_an_own_error_is_raised(text):
    for beginning in ("", "＊x\n"):
        with contextlib.suppress(CioTopicsError):
            parse_rules(beginning + text)
