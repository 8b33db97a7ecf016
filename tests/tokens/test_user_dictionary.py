"""User dictionaries of MeCab: built, read by other programs, refused where they do not fit."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import fugashi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import LexiconError, OutputError, SettingsError
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.tokens import Tokenizer, compiler
from cio_topics.tokens.dictionaries import find_dictionary
from cio_topics.tokens.user_dictionary import check_user_dictionary, write_user_dictionary

GOLD = Path(__file__).parent / "gold_terms.csv"
UNIDIC = find_dictionary("unidic-lite")


def arguments(user_dictionary=None, dictionary=UNIDIC):
    words = f'-r "{os.devnull}" -d "{dictionary.folder}"'
    return words + (f' -u "{user_dictionary}"' if user_dictionary else "")


def names_in(folder):
    return sorted(file.name for file in folder.iterdir())


def surfaces(tagger, text):
    return [word.surface for word in tagger(text)]


@pytest.fixture(scope="module")
def terms_dic(tmp_path_factory):
    path = tmp_path_factory.mktemp("user dictionary 辞書") / "terms.dic"
    write_user_dictionary(read_lexicon(), path)
    return str(path)


@pytest.fixture(scope="module")
def with_terms(terms_dic):
    return fugashi.Tagger(arguments(terms_dic))


@pytest.fixture(scope="module")
def without_terms():
    return fugashi.Tagger(arguments())


@pytest.fixture(scope="module")
def ipadic_dic(tmp_path_factory):
    pytest.importorskip("ipadic")
    path = tmp_path_factory.mktemp("ipadic") / "terms.dic"
    write_user_dictionary(read_lexicon(), path, dictionary="ipadic")
    return str(path)


FORMS = ("電子申請", "情報銀行", "最適化", "公的個人認証", "ロードマップ", "二次利用", "補佐官")
WORDS = (
    "の",
    "を",
    "、",
    "「",
    "計画",
    "システム",
    "府省",
    "第",
    "2",
    "的",
    "化",
    "各",
    "した",
    "",
)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    path = tmp_path_factory.mktemp("few") / "t.dic"
    write_user_dictionary(Lexicon(never_split=FORMS), path)
    form = r'-O "" -F "%m/%phl/%phr " -U "%m/%phl/%phr " -E ""'
    return [fugashi.GenericTagger(f"{arguments(dic)} {form}").parse for dic in (None, path)]


class TestEntries:
    def test_every_form_is_one_noun_of_unidic(self, with_terms):
        for form, name in read_lexicon().names.items():
            (word,) = with_terms(form)
            assert len(word.feature) == 26
            assert tuple(word.feature[:3]) == ("名詞", "普通名詞", "一般")
            assert (word.feature.lemma, word.feature.orth) == (name, form)
            assert word.feature.orthBase == form
            assert not word.is_unk

    def test_every_form_is_one_noun_of_ipadic(self, ipadic_dic):
        tagger = fugashi.GenericTagger(arguments(ipadic_dic, find_dictionary("ipadic")))
        for form, name in read_lexicon().names.items():
            (word,) = tagger(form)
            assert word.feature == ("名詞", "一般", *"****", name, "*", "*")

    @pytest.mark.parametrize(
        "form", ["甲,乙", '甲"乙', '"甲"', "甲 乙", "C+", "#甲", "%m", "\\n", "😀"]
    )
    def test_marks_of_files_and_formats_mean_themselves(self, tmp_path, form):
        write_user_dictionary(Lexicon(variants={form: "乙,丙"}), tmp_path / "t.dic")
        tagger = fugashi.Tagger(arguments(tmp_path / "t.dic"))
        words = tagger(f"次の{form}と")
        assert [word.surface for word in words] == ["次", "の", form, "と"]
        assert (words[2].feature.lemma, words[2].feature.orthBase) == ("乙,丙", form)

    def test_forms_are_entries_in_normal_form(self, tmp_path):
        write_user_dictionary(Lexicon(never_split=("ﾏｲﾅﾝﾊﾞｰ",)), tmp_path / "t.dic")
        tagger = fugashi.Tagger(arguments(tmp_path / "t.dic"))
        assert surfaces(tagger, "マイナンバーの") == ["マイナンバー", "の"]

    @pytest.mark.parametrize(
        "nested",
        [
            ("個人", "個人情報", "個人情報保護", "個人情報保護委員会"),
            ("ナンバー", "マイナンバー", "ナンバーカード", "マイナンバーカード"),
        ],
    )
    def test_the_longest_of_nested_forms_wins(self, tmp_path, nested):
        write_user_dictionary(Lexicon(never_split=nested), tmp_path / "t.dic")
        tagger = fugashi.Tagger(arguments(tmp_path / "t.dic"))
        for form in nested:
            assert surfaces(tagger, f"次の{form}を") == ["次", "の", form, "を"]


class TestCosts:
    # Invented. The dictionary itself has a word across an end of a term, or a longer one.
    @pytest.mark.parametrize(
        "text",
        [
            *("司法案件", "立法案", "憲法案", "方法案内", "同法案内"),  # 法案
            *("ITU", "ITS", "EAST", "CIOs"),
            *("最適化学", "地方自治体制", "補佐官庁", "プログラマー"),
            *("オープンデータベース", "アクションプランナー", "オンラインナップ"),
            *("重要インフラストラクチャー", "デジタルの日本", "デジタルの日程"),
        ],
    )
    def test_a_term_does_not_win_over_longer_words(self, with_terms, without_terms, text):
        read = surfaces(without_terms, text)
        assert surfaces(with_terms, text) == read
        assert not set(read) & set(read_lexicon().names)

    @pytest.mark.parametrize(
        "text",
        [
            "情報銀行|員",
            "第|二次利用|計画",  # begins with a number, which connects as numbers do
            "電子署名|簿",
            "各|府省|情報化統括責任者|連絡",
            "マイナポータル|API",
            "日本|の|オープンデータ|憲章",
            "オンライン|手続",
        ],
    )
    def test_a_term_wins_over_its_parts(self, with_terms, text):
        assert surfaces(with_terms, text.replace("|", "")) == text.split("|")

    def test_a_long_term_has_the_highest_cost_there_is(self, tmp_path):
        form = "情報化統括責任者情報通信技術住民基本台帳"  # its parts cost more than 16 bits hold
        write_user_dictionary(Lexicon((form,)), tmp_path / "t.dic")
        tagger = fugashi.GenericTagger(arguments(tmp_path / "t.dic") + r' -O "" -F "%m %c" -E ""')
        assert tagger.parse(form) == f"{form} 32767"

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_where_mecab_reads_its_parts_it_reads_the_term(self, few, data):
        form = data.draw(st.sampled_from(FORMS))
        words = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
        before, after = data.draw(words), data.draw(words)
        without, with_it = (parse(before + form + after).split(" ") for parse in few)
        parts = few[0](form).split(" ")
        held = [
            len("".join(word.split("/")[0] for word in without[:place])) == len(before)
            for place in range(len(without))
            if without[place : place + len(parts)] == parts
        ]
        if any(held):
            assert form in [word.split("/")[0] for word in with_it]


class TestOtherPrograms:
    @pytest.mark.skipif(shutil.which("mecab") is None, reason="needs the mecab program")
    @pytest.mark.parametrize("name", ["unidic-lite", "ipadic"])
    def test_mecab_reads_it(self, name, tmp_path):
        if name == "ipadic":
            pytest.importorskip("ipadic")
        write_user_dictionary(read_lexicon(), tmp_path / "t.dic", dictionary=name)
        folder = find_dictionary(name).folder
        command = [
            "mecab",
            "-r",
            os.devnull,
            "-d",
            folder,
            "-u",
            tmp_path / "t.dic",
            "-O",
            "wakati",
        ]
        text = "情報銀行員と情報化統括責任者の個人番号"
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        assert done.stdout.decode().split() == [
            *("情報銀行", "員", "と", "情報化統括責任者", "の", "個人番号")
        ]

    def test_the_tokenizer_finds_the_same_terms_either_way(self, terms_dic):
        lexicon = read_lexicon()
        with GOLD.open(encoding="utf-8", newline="") as file:
            titles = [row["title"] for row in csv.DictReader(file) if row["split"] == "tuned"]
        assert len(titles) == 90
        stop_words = Lexicon(stop_words=lexicon.stop_words)
        by_lexicon, by_mecab, by_nothing = (
            [Tokenizer(compounds="short", form="surface", **chosen)(title) for title in titles]
            for chosen in (
                {"lexicon": lexicon},
                {"lexicon": stop_words, "user_dictionary": terms_dic},
                {"lexicon": stop_words},
            )
        )
        assert by_mecab == by_lexicon != by_nothing


class TestFiles:
    def test_the_same_lexicon_gives_the_same_bytes_in_any_order(self, tmp_path):
        forms = ("電子申請", "情報銀行", "個人情報")
        write_user_dictionary(Lexicon(never_split=forms), tmp_path / "a.dic")
        write_user_dictionary(Lexicon(never_split=forms[::-1]), tmp_path / "b.dic")
        for ending in ("", ".json"):
            first, second = (tmp_path / f"{name}.dic{ending}" for name in "ab")
            assert first.read_bytes() == second.read_bytes()
        assert names_in(tmp_path) == ["a.dic", "a.dic.json", "b.dic", "b.dic.json"]

    def test_it_is_described_beside(self, tmp_path):
        lexicon = Lexicon(
            never_split=("電子申請",), variants={"個人番号": "マイナンバー"}, version="7"
        )
        write_user_dictionary(lexicon, tmp_path / "t.dic")
        said = json.loads((tmp_path / "t.dic.json").read_text("utf-8"))
        content = (tmp_path / "t.dic").read_bytes()
        assert said["dictionary"] == UNIDIC.version
        assert said["entries"] == 3 == struct.unpack_from("=I", content, 12)[0]
        assert said["sha256"] == hashlib.sha256(content).hexdigest()
        assert said["lexicon"]["version"] == "7"

    def test_the_hash_is_that_of_forms_and_names(self, tmp_path):
        hashes = []
        for lexicon in (
            Lexicon(variants={"個人番号": "マイナンバー"}),
            Lexicon(variants={"個人番号": "マイナンバー"}, stop_words=("等",)),
            Lexicon(never_split=("個人番号", "マイナンバー")),
        ):
            write_user_dictionary(lexicon, tmp_path / "t.dic")
            said = json.loads((tmp_path / "t.dic.json").read_text("utf-8"))
            hashes.append(said["lexicon"]["sha256"])
        assert hashes[0] == hashes[1] != hashes[2]

    @pytest.mark.parametrize(
        ("lexicon", "chosen", "error", "said"),
        [
            (Lexicon(), {}, LexiconError, "the lexicon has no term; expected at least one"),
            (Lexicon(("長" * 700,)), {}, LexiconError, "bytes; MeCab reads 8,191"),
            # Every ・ lowers the cost of a path; a cost of MeCab ends at -32,768.
            (Lexicon(("・" * 20,)), {}, LexiconError, "MeCab splits '・+' whatever it costs"),
            (
                Lexicon(("甲",)),
                {"dictionary": "sudachi-c"},
                SettingsError,
                "for sudachi-c; expected",
            ),
            (Lexicon(("甲",)), {"dictionary": "unidick"}, SettingsError, "unknown dictionary"),
            (Lexicon(("甲",)), {"path": "a,b.dic"}, SettingsError, 'MeCab takes , and "'),
            (Lexicon(("甲",)), {"path": 'a"b.dic'}, SettingsError, "別|名前かフォルダ"),
            (Lexicon(("甲",)), {"path": "file/t.dic"}, OutputError, "cannot write"),
        ],
    )
    def test_refusals_write_nothing(self, tmp_path, monkeypatch, lexicon, chosen, error, said):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "file").touch()
        with pytest.raises(error, match=said):
            write_user_dictionary(lexicon, **{"path": "t.dic", **chosen})
        assert names_in(tmp_path) == ["file"]

    def test_a_builder_that_fails_is_heard_and_the_old_file_stays(self, tmp_path, monkeypatch):
        write_user_dictionary(Lexicon(("電子申請",)), tmp_path / "t.dic")
        old = (tmp_path / "t.dic").read_bytes()
        monkeypatch.setattr(compiler, "_BUILD", "import sys; sys.exit('no\\nroom')")
        with pytest.raises(OutputError, match=r"\(exit code 1\): room"):
            write_user_dictionary(Lexicon(("情報銀行",)), tmp_path / "t.dic")
        assert (tmp_path / "t.dic").read_bytes() == old

    @pytest.mark.parametrize(("size", "n_entries"), [(compiler.LINE, 3), (compiler.LINE + 1, 1)])
    def test_mecab_stops_at_a_line_that_is_too_long(self, tmp_path, size, n_entries):
        long = "乙,0,0,0,".ljust(size - len("乙".encode()) + 1, "x")
        compiler._build(f"甲,0,0,0,x\n{long}\n丙,0,0,0,x\n", tmp_path / "t.dic", UNIDIC)
        assert struct.unpack_from("=I", (tmp_path / "t.dic").read_bytes(), 12)[0] == n_entries


def described(path, **changes):
    beside = Path(f"{path}.json")
    beside.write_text(json.dumps(json.loads(beside.read_text("utf-8")) | changes), "utf-8")


class TestCheck:
    @pytest.fixture
    def dic(self, terms_dic, tmp_path):
        for ending in ("", ".json"):
            shutil.copy(f"{terms_dic}{ending}", tmp_path / f"t.dic{ending}")
        return tmp_path / "t.dic"

    def test_what_fits_is_taken_with_and_without_a_description(self, dic):
        check_user_dictionary(str(dic), UNIDIC)
        Path(f"{dic}.json").unlink()
        check_user_dictionary(str(dic), UNIDIC)

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda dic: dic.unlink(), "cannot read the user dictionary '.*': No such file"),
            (lambda dic: (dic.unlink(), dic.mkdir()), "cannot read the user dictionary"),
            (lambda dic: dic.write_text("電子申請,1,1,1,名詞\n", "utf-8"), "no user dictionary of"),
            (lambda dic: dic.write_bytes(b""), "no user dictionary of MeCab"),
            (lambda dic: dic.write_bytes(dic.read_bytes()[:-1]), "no user dictionary of MeCab"),
            (
                lambda dic: shutil.copy(Path(UNIDIC.folder) / "unk.dic", dic),  # another kind
                "no user dictionary of MeCab",
            ),
            (
                lambda dic: described(dic, dictionary="unidic-lite 1.0.7"),
                "was built for unidic-lite 1.0.7; in use is unidic-lite 1.0.8",
            ),
            (  # format 103
                lambda dic: dic.write_bytes(dic.read_bytes().replace(b"f", b"g", 1)),
                "no user dictionary of MeCab",
            ),
            (lambda dic: described(dic, sha256="0"), "t.dic.json' does not describe the user"),
            (lambda dic: Path(f"{dic}.json").write_text("{", "utf-8"), "does not describe"),
            (lambda dic: Path(f"{dic}.json").write_text("[]", "utf-8"), "does not describe"),
            (lambda dic: Path(f"{dic}.json").write_bytes(b"\xff"), "does not describe"),
        ],
    )
    def test_what_does_not_fit_is_refused_with_the_command_that_builds_it(self, dic, spoil, said):
        spoil(dic)
        with pytest.raises(SettingsError, match=said) as refused:
            check_user_dictionary(str(dic), UNIDIC)
        command = f"cio-topics dictionary build lexicon.toml -o {dic}"
        assert refused.value.remedy == f"Build it anew: {command}"
        assert refused.value.remedy_ja.endswith(command)

    @pytest.mark.parametrize(
        ("is_described", "said"),
        [
            (True, "was built for ipadic 1.0.0; in use is unidic-lite 1.0.8"),
            (
                False,  # by anyone
                "a dictionary with 1316 left and 1316 right context identifiers; in use is "
                "unidic-lite 1.0.8 with 5981 and 5981",
            ),
        ],
    )
    def test_one_of_another_dictionary_is_refused(self, ipadic_dic, tmp_path, is_described, said):
        for ending in ("", ".json")[: 1 + is_described]:
            shutil.copy(f"{ipadic_dic}{ending}", tmp_path / f"t.dic{ending}")
        tokenizer = Tokenizer(user_dictionary=str(tmp_path / "t.dic"))
        with pytest.raises(SettingsError, match=said):
            tokenizer("電子申請")
        tokenizer.set_params(dictionary="ipadic")
        assert tokenizer("電子申請") == ["電子申請"]

    def test_the_command_names_the_dictionary_in_use(self, dic):
        ipadic = UNIDIC._replace(name="my dic", version="other 1")
        with pytest.raises(SettingsError, match=r"-o .*t\.dic --dictionary 'my dic'"):
            check_user_dictionary(str(dic), ipadic)

    def test_a_path_that_mecab_takes_for_two_is_refused(self):
        with pytest.raises(SettingsError, match="Give another name or folder"):
            check_user_dictionary("a,b.dic", UNIDIC)
