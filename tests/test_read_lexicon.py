"""Lexicons in files: what they hold, and what is wrong with them at which line."""

import pytest

from cio_topics.errors import LexiconError
from cio_topics.lexicon import Lexicon, read_lexicon


@pytest.fixture
def read(tmp_path):
    """Read a lexicon from text."""

    def read_text(content):
        path = tmp_path / "lexicon.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_lexicon(path)

    return read_text


def problems_of(read, content):
    with pytest.raises(LexiconError) as caught:
        read(content)
    assert caught.value.exit_code == 3
    assert "lexicon.toml" in str(caught.value)
    return [(problem.line, problem.column) for problem in caught.value.problems]


class TestRead:
    def test_all_it_may_hold(self, read):
        lexicon = read(
            'version = "2"\nnever_split = ["業務・システム"]\nstop_words = ["等"]\n[[term]]\nname = "IT"\n'
            'variants = ["情報通信技術"]\nabbreviations = ["ＩＣＴ"]\nnote = """\na "b" # c\n"""\n'
        )
        assert lexicon == Lexicon(
            ("業務・システム",), {"IT": "IT", "情報通信技術": "IT", "ＩＣＴ": "IT"}, ("等",), "2"
        )
        assert lexicon.names["ICT"] == "IT"

    @pytest.mark.parametrize("content", ["", "# nothing\n", "\ufeff", "never_split = []"])
    def test_nothing(self, read, content):
        assert read(content) == Lexicon()

    @pytest.mark.parametrize(
        ("content", "places"),
        [
            ("never_split = [\n'A',\n'A']", [(3, "never_split")]),
            ("never_split = ['ﾏｲﾅﾝﾊﾞｰ',\n'マイナンバー']", [(2, "never_split")]),  # one normal form
            ("never_split = ['A',\n'Ａ',\n\"\\u0041\"]", [(2, "never_split"), (3, "never_split")]),
            ("[[term]]\nname = 'A'\nvariants = ['B',\n'B']", [(4, "variants")]),
            ("[[term]]\nname = 'A'\nvariants = ['B']\nabbreviations = ['B']", [(4, "abbreviations")]),
            ("[[term]]\nname = 'A'\nvariants = ['A']", [(3, "variants")]),
            ("[[term]]\nname = 'A'\nvariants = ['B']\n[[term]]\nname = 'C'\nvariants = ['Ｂ']", [(6, "variants")]),
            ("[[term]]\nname = 'A'\n[[term]]\nname = 'A'", [(4, "name")]),
            ("never_split = ['A']\n[[term]]\nname = 'A'", [(3, "name")]),
            ("stop_words = ['A',\n'A']", [(2, "stop_words")]),
            ("never_split = ['A',\n'',\n' ']", [(2, "never_split"), (3, "never_split")]),
            ("stop_words = [\n'']", [(2, "stop_words")]),
            ("[[term]]\nname = ''", [(2, "name")]),
            ("\n[[term]]\nvariants = ['A']", [(2, "name")]),  # where its table begins
            ("\nkept_terms = ['A']", [(2, "kept_terms")]),
            ("[[term]]\nname = 'A'\nvariant = ['B']", [(3, "variant")]),
            ("\nnever_split = 'A'", [(2, "never_split")]),
            ("never_split = [1]", [(1, "never_split")]),
            ("[[term]]\nname = 1", [(2, "name")]),
            ("[[term]]\nname = 'A'\nvariants = 'B'", [(3, "variants")]),
            ("\nterm = 1", [(2, "term")]),
            ("term = ['A']", [(1, "term")]),
            ("# 'A' and \"A\"\nnever_split = ['A', # 'A'\n'A']", [(3, "never_split")]),
            ("never_split = ['A',\n'#A', '#',\n'A']", [(3, "never_split")]),
            ("never_split = ['A',\n\"\"\"\nB 'C' \"D\" # 'A\n\"\"\",\n'A']", [(5, "never_split")]),
            # The same text elsewhere, in other keys and other tables.
            ("stop_words = ['A']\nnever_split = ['A',\n'A']", [(3, "never_split")]),
            ("version = 'A'\nnever_split = ['A',\n'A']", [(3, "never_split")]),
            ("[[term]]\nname = 'A'\nvariants = ['B']\n[[term]]\nname = 'C'\nvariants = 'D'", [(6, "variants")]),
            ("[[term]]\nname = 'A'\nnote = '''\n[[term]]\nname = 'A'\n'''\nvariants = ['A']", [(7, "variants")]),
            ("[[ term ]]\r\nname = 'A'\r\n[[term]] # 'A'\r\n'name' = 'A'", [(4, "name")]),
            ("".join(f"{x} = 1\n" for x in "zyxwvuabcde"), [(n, x) for n, x in enumerate("zyxwvuabcde", 1)]),
            ("[term]\nname = 'A'", [(1, "term")]),
            ("stop_words = 'AB'", [(1, "stop_words")]),
            ("stop_words = {a = 1}", [(1, "stop_words")]),
            ("[[term]]\nname = ['A']", [(2, "name")]),
        ],
    )  # fmt: skip
    def test_problems_have_lines(self, read, content, places):
        assert problems_of(read, content) == places

    def test_a_problem_names_the_first_place(self, read):
        with pytest.raises(LexiconError, match=r"(?s)lexicon\.toml:3: .*'A', .*line 2 too.*直して"):
            read("never_split = [\n'A',\n'A']")

    @pytest.mark.parametrize("note", ['"\\d"', 'it\'s "\\q"'])
    def test_a_note_may_hold_anything(self, read, note):
        assert read(f"[[term]]\nname = 'A'\nnote = '''\n{note}\n'''").names == {"A": "A"}

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("never_split = [\n]]", r"is no TOML in UTF-8: .*line 2.*その場所を直して"),
            ("a = 1\na = 2\n", r"is no TOML in UTF-8: .*line 2"),
            ("never_split = ['政府']".encode("euc-jp"), "is no TOML in UTF-8: 'utf-8' codec"),
            ('never_split = ["\\ud800"]', "is no TOML in UTF-8"),
        ],
    )
    def test_no_toml(self, read, content, message):
        with pytest.raises(LexiconError, match=message):
            read(content)

    def test_no_file(self, tmp_path):
        with pytest.raises(
            LexiconError, match=r"cannot read the lexicon .*nothing\.toml.*No such file"
        ):
            read_lexicon(tmp_path / "nothing.toml")
        with pytest.raises(LexiconError, match="cannot read the lexicon"):
            read_lexicon(tmp_path)
