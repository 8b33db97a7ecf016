"""A codebook file says what it means or is refused with the place of the mistake."""

import pytest

from cio_topics.codebook import Codebook, Near, read_codebook
from cio_topics.errors import CodebookError

HEAD = 'version = "7"\nrules_version = "3"\nname_ja = "試験"\nname_en = "invented"\nunit = "一件"\n'
WHOLE = (
    HEAD
    + """
fallback = "rest"
[[themes]]
id = "first"
name_ja = "試験一"
name_en = "invented one"
definition_ja = "定義"
definition_en = "definition"
include = "甲"
exclude = "乙"
[[themes.rules]]
any = ["甲"]
all = ["乙"]
not = ["丙"]
near = { terms = ["丁", "戊"], distance = 3, ordered = true }
regex = "^甲"
status = ["決定", "案"]
since = "2009-01-01"
until = "2010-12-31"
body = "試験会議"
unless = ["second"]
note = "試験のため"
[[themes.rules]]
id = "own"
any = ["己"]
[[themes]]
id = "second"
[[themes]]
id = "rest"
"""
)


@pytest.fixture
def read(tmp_path):
    """Read a text (or bytes) as a codebook file."""

    def of(content: str | bytes) -> Codebook:
        file = tmp_path / "試験.toml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_codebook(file)

    return of


def test_every_field_arrives(read):
    book = read(WHOLE)
    head = (book.version, book.rules_version, book.name_ja, book.name_en, book.unit, book.fallback)
    assert head == ("7", "3", "試験", "invented", "一件", "rest")
    assert book.ids == ("first", "second", "rest")
    first = book.theme("first")
    assert (first.name_ja, first.name_en) == ("試験一", "invented one")
    assert (first.definition_ja, first.definition_en) == ("定義", "definition")
    assert (first.include, first.exclude) == ("甲", "乙")
    rule, own = first.rules
    assert (rule.any, rule.all, rule.not_, rule.regex) == (("甲",), ("乙",), ("丙",), "^甲")
    assert rule.near == Near(("丁", "戊"), 3, ordered=True)
    assert (rule.status, rule.since, rule.until) == (("決定", "案"), "2009-01-01", "2010-12-31")
    assert (rule.body, rule.unless, rule.note) == ("試験会議", ("second",), "試験のため")
    assert (rule.id, own.id) == ("first.1", "own")  # ids are made where none is given


def test_near_is_unordered_and_adjacent_by_default(read):
    book = read('[[themes]]\nid = "a"\n[[themes.rules]]\nnear = { terms = ["甲", "乙"] }\n')
    assert book.theme("a").rules[0].near == Near(("甲", "乙"), 0, ordered=False)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),  # as Windows editors save it
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode().rstrip(b"\n"),
    ],
    ids=["BOM", "CRLF", "no last line end"],
)
def test_the_same_codebook_however_it_was_saved(read, encode):
    assert read(encode(WHOLE)) == read(WHOLE)


def rule(line: str) -> str:
    return f'[[themes]]\nid = "a"\n[[themes.rules]]\n{line}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("version = x", r"試験\.toml is no TOML in UTF-8: .*line 1"),
        ('[[themes]]\nid = "a"\nid = "b"', "is no TOML in UTF-8"),
        ('name_ja = "試験"'.encode("cp932"), "is no TOML in UTF-8"),
        (WHOLE.encode("utf-16"), "is no TOML in UTF-8"),
        ("", "without themes"),
        (HEAD, "without themes"),
        # unknown keys, at each level: a misspelt condition must not be ignored
        ('titel = "x"', "the codebook has the unknown key 'titel'; expected some of: version"),
        ('[[themes]]\nid = "a"\nname = "x"', "theme 'a' has the unknown key 'name'; .*name_ja"),
        (rule('anny = ["x"]'), r"rule 'a\.1' has the unknown key 'anny'; expected some of: any"),
        (rule('not_ = ["x"]'), "unknown key 'not_'; .*not"),  # the name in Python, not in the file
        (
            rule('near = { terms = ["x", "y"], within = 3 }'),
            r"rule 'a\.1': near has the unknown key 'within'; .*distance",
        ),
        # wrong kinds of values
        ("version = 1", "the codebook: version is '1'; expected a text"),
        ('themes = "a"', r"themes is no list of tables; expected \[\[themes\]\]"),
        ('[themes]\nid = "a"', "themes is no list of tables"),
        ('themes = ["a"]', "themes is no list of tables"),
        ('[[themes]]\nname_ja = "x"', "a theme has no id"),
        ('[[themes]]\nid = ""', "a theme has no id"),
        ("[[themes]]\nid = 3", "a theme: id is '3'; expected a text"),
        ('[[themes]]\nid = "a"\nname_en = ["x"]', "theme 'a': name_en is .* expected a text"),
        ('[[themes]]\nid = "a"\nrules = "x"', r"themes\.rules is no list of tables"),
        (rule('any = "x"'), r"rule 'a\.1': any is 'x'; expected a list of texts"),
        (rule("any = [1]"), "any is .* expected a list of texts"),
        (rule("any = []"), "finds nothing"),
        (rule('any = ["x", ""]'), "empty term"),
        (rule("regex = 5"), "regex is '5'; expected a text"),
        (rule('any = ["x"]\nid = 5'), "rule 5: id is '5'; expected a text"),
        (rule('any = ["x"]\nsince = 2012-04-01'), "since is '2012-04-01'; expected a text"),
        (rule('near = ["x", "y"]'), "near is .* expected terms and a distance"),
        (rule('near = { terms = ["x", "y"], distance = 1.5 }'), "near expects a whole distance"),
        (rule('near = { terms = ["x", "y"], distance = true }'), "near expects a whole distance"),
        (rule('near = { terms = ["x", "y"], ordered = 1 }'), "near expects a whole distance"),
        (rule('near = { terms = ["x"] }'), "near has 1 terms"),
        (rule("near = { distance = 3 }"), "near has 0 terms"),
        (rule('near = { terms = ["x", "y"], distance = -1 }'), "distance -1"),
        # what the model refuses, it refuses in files too
        (rule('regex = "("'), "is no regular expression"),
        (rule('any = ["x"]\nstatus = ["可決"]'), "unknown status '可決'"),
        (rule('any = ["x"]\nuntil = "2012"'), "until is '2012'; expected a real day"),
        (rule('any = ["x"]\nunless = ["a"]'), "in a cycle: a → a"),
        (rule('any = ["x"]\nunless = ["b"]'), "unless names the unknown theme 'b'"),
        ('fallback = "b"\n[[themes]]\nid = "a"', "fallback names the unknown theme 'b'"),
        ('[[themes]]\nid = "a"\n[[themes]]\nid = "a"', "two themes are called 'a'"),
        # a given id may be the one that is made for another rule
        (
            rule('any = ["x"]') + '[[themes.rules]]\nid = "a.1"\nany = ["y"]',
            r"two rules are called 'a\.1'",
        ),
    ],
)
def test_a_file_is_refused(read, content, message):
    with pytest.raises(CodebookError, match=message):
        read(content)


def test_no_file(tmp_path):
    with pytest.raises(
        CodebookError, match=r"cannot read the codebook .*none\.toml.*: No such file"
    ):
        read_codebook(tmp_path / "none.toml")
    with pytest.raises(CodebookError, match="cannot read the codebook"):
        read_codebook(tmp_path)  # a folder


def test_the_embedded_codebook_is_read_without_a_path_and_is_equal_each_time():
    first, second = read_codebook(), read_codebook()
    assert first == second
    assert first.fallback == first.ids[-1] == "other"
