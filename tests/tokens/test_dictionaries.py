"""Dictionaries that are missing, broken, or of another kind, and what breaks MeCab itself."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import ipadic
import pytest
import unidic_lite

from cio_topics.errors import MissingPartError, SettingsError
from cio_topics.lexicon import Lexicon
from cio_topics.tokens import DICTIONARIES, Tokenizer, dictionary_version
from cio_topics.tokens.dictionaries import find_dictionary

FILES = ("sys.dic", "matrix.bin", "char.bin", "unk.dic", "dicrc")


@pytest.fixture(autouse=True)
def nothing_remembered():
    find_dictionary.cache_clear()
    yield
    find_dictionary.cache_clear()


def in_thread(task, *given):
    """Return what a task returns in a new thread, which has no dictionary open."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(task, *given).result()


def python(code, *args):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def link(file, place):
    try:
        place.symlink_to(file)
    except OSError:  # Windows, as an ordinary user
        shutil.copyfile(file, place)


def copy_of(source, target, without=()):
    """Lay out the files of a dictionary anew, as links where that goes."""
    target.mkdir(parents=True)
    for file in Path(source).iterdir():
        if file.name in (*FILES, "mecabrc") and file.name not in without:
            link(file, target / file.name)
    return target


def build(folder, charset, words, n_features):
    """Compile a dictionary of a few words; returns its folder."""
    features = "," + ",".join(["名詞"] * n_features) + "\n"
    folder.mkdir()
    for name, content in {
        "dicrc": "cost-factor = 700\nbos-feature = BOS\nconfig-charset = UTF-8\n",
        "matrix.def": "1 1\n0 0 0\n",
        "char.def": "DEFAULT 0 0 1\nSPACE 0 1 0\n0x0020 SPACE\n0x00D0 SPACE\n",
        "unk.def": f"DEFAULT,0,0,9{features}SPACE,0,0,9{features}",
        "lex.csv": "".join(f"{word},0,0,1{features}" for word in words),
        "left-id.def": "0 BOS\n",
        "right-id.def": "0 BOS\n",
        "pos-id.def": "",
        "rewrite.def": "".join(f"[{x} rewrite]\n* *\n" for x in ("unigram", "left", "right")),
        "feature.def": "UNIGRAM W:%F[0]\nBIGRAM B:%L[0]/%R[0]\n",
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    done = python(
        "import sys, fugashi; fugashi.build_dictionary(sys.argv[1])",
        f'build -d "{folder}" -o "{folder}" -f utf-8 -t {charset}',
    )
    assert done.returncode == 0, done.stderr
    return str(folder)


class TestUnknown:
    @pytest.mark.parametrize("name", ["unidick", "", "UniDic", "/no/such/folder", __file__])
    def test_names(self, name):
        tokenizer = Tokenizer(dictionary=name)  # the constructor only stores
        every = ", ".join(DICTIONARIES)
        for use in (tokenizer, tokenizer.tokens, lambda text: tokenizer.columns([text])):
            with pytest.raises(
                SettingsError, match=f"unknown dictionary .*a folder or one of: {every}"
            ):
                use("電子政府")

    def test_a_folder_without_files(self, tmp_path):
        with pytest.raises(
            MissingPartError, match=r"lacks sys\.dic, matrix.bin, .*mecab-dict-index"
        ):
            Tokenizer(dictionary=str(tmp_path))("電子政府")

    @pytest.mark.parametrize("missing", FILES)
    def test_each_file_is_needed(self, tmp_path, missing):
        folder = copy_of(ipadic.DICDIR, tmp_path / "copy", without=[missing])
        with pytest.raises(MissingPartError, match=f"lacks {missing}\\."):
            find_dictionary(str(folder))


class TestNotInstalled:
    @pytest.mark.parametrize(
        ("name", "module", "remedy"),
        [
            ("unidic-lite", "unidic_lite", 'pip install --force-reinstall "fugashi" "unidic-lite"'),
            ("ipadic", "ipadic", 'pip install --force-reinstall "fugashi" "ipadic"'),
            ("unidic", "unidic", '"unidic" && python -m unidic download'),
            ("sudachi-a", "sudachipy", 'pip install "cio-topics[sudachi]"'),
            ("sudachi-c", "sudachidict_core", 'pip install "cio-topics[sudachi]"'),
            ("unidic-lite", "fugashi", 'pip install --force-reinstall "fugashi" "unidic-lite"'),
        ],
    )
    def test_packages(self, name, module, remedy, monkeypatch):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(MissingPartError, match=re.escape(remedy)) as caught:
            in_thread(Tokenizer(dictionary=name), "電子政府")
        assert "次を実行してください" in str(caught.value)
        assert caught.value.exit_code == 5

    @pytest.mark.parametrize("there", [True, False])
    def test_unidic_before_its_download(self, there, tmp_path, monkeypatch):
        package = ModuleType("unidic")
        package.DICDIR = str(tmp_path / "dicdir")
        if there:
            (tmp_path / "dicdir").mkdir()
        monkeypatch.setitem(sys.modules, "unidic", package)
        with pytest.raises(
            MissingPartError, match=r"lacks sys\.dic.* Run: python -m unidic download"
        ):
            in_thread(Tokenizer(dictionary="unidic"), "電子政府")

    @pytest.fixture
    def unidic(self, tmp_path, monkeypatch):
        """A package with a dictionary, as its download leaves it."""
        package = ModuleType("unidic")
        package.DICDIR = str(copy_of(unidic_lite.DICDIR, tmp_path / "dicdir"))
        (tmp_path / "dicdir" / "version").write_text("unidic-3.1.0+2021-08-31")
        monkeypatch.setitem(sys.modules, "unidic", package)

    @pytest.mark.usefixtures("unidic")
    def test_unidic_after_its_download(self):
        text = "電子政府構築計画"
        assert in_thread(Tokenizer(dictionary="unidic"), text) == Tokenizer()(text)

    @pytest.mark.usefixtures("unidic")
    def test_unidic_has_its_own_version(self):
        assert dictionary_version("unidic") == "unidic 3.1.0+2021-08-31"


class TestFolders:
    @pytest.mark.parametrize(
        "name", ["a b", "辞書", "it's", "$HOME", "-r x", "😀", "a\\b", "#", "%H"]
    )
    def test_any_name(self, name, tmp_path):
        if os.name == "nt" and "\\" in name:
            pytest.skip("no file name on Windows")
        folder = copy_of(ipadic.DICDIR, tmp_path / name)
        text = "電子政府構築計画(案)について"
        tokens = Tokenizer(dictionary=str(folder)).tokens(text)
        assert tokens == Tokenizer(dictionary="ipadic").tokens(text)

    @pytest.mark.skipif(os.name == "nt", reason="no file name on Windows")
    def test_a_quotation_mark_is_refused(self, tmp_path):
        folder = copy_of(ipadic.DICDIR, tmp_path / 'a"b')
        with pytest.raises(SettingsError, match=r"quotation mark in its name.*引用符"):
            Tokenizer(dictionary=str(folder))("電子政府")

    def test_a_version_tells_contents(self, tmp_path):
        folder = copy_of(ipadic.DICDIR, tmp_path / "copy")
        assert re.fullmatch(r"copy sha256:[0-9a-f]{16}", dictionary_version(str(folder)))


class TestOtherKinds:
    @pytest.mark.parametrize(
        ("charset", "n_features", "message"),
        [
            ("euc-jp", 9, "is in euc-jp; expected UTF-8.*mecab-dict-index -t utf-8"),
            ("shift_jis", 9, "is in shift_jis; expected UTF-8"),
            ("utf-8", 7, r"has 7 features a word; expected UniDic's \(17 or more\) or IPADIC's"),
            ("utf-8", 10, "has 10 features"),
            ("utf-8", 1, "has 1 features"),
        ],
    )
    def test_refused(self, charset, n_features, message, tmp_path):
        folder = build(tmp_path / "built", charset, ["の"], n_features)
        with pytest.raises(SettingsError, match=message):
            Tokenizer(dictionary=folder)("電子政府")

    @pytest.mark.parametrize("name", ["ipadic", "juman", "juman-utf8"])
    def test_debians(self, name):
        folder = Path("/var/lib/mecab/dic") / name
        if not (folder / "sys.dic").is_file():
            pytest.skip(f"{folder} is not installed")
        with pytest.raises(SettingsError, match=r"expected UTF-8|has 7 features"):
            Tokenizer(dictionary=str(folder))("電子政府")

    def test_white_space_is_the_dictionarys(self, tmp_path):
        folder = build(tmp_path / "built", "utf-8", ["の", "電子"], 9)  # Ð is white space
        lexicon = Lexicon(never_split=("Ðの", "政 Ð府"))
        tokenizer = Tokenizer(compounds="short", dictionary=folder, lexicon=lexicon)
        for text, tokens in {
            "ÐÐ電子Ðの Ð府Ð": "電子:2 Ðの:4 府:8",
            "政 Ð府Ð電子": "政 Ð府:0 電子:5",
            "Ð": "",
        }.items():
            assert [f"{t.surface}:{t.start}" for t in tokenizer.tokens(text)] == [
                word.replace("~", " ") for word in re.findall(r"政 Ð府:0|\S+", tokens)
            ]


BROKEN = [(file, cut) for file in FILES[:4] for cut in ("empty", "half", "byte", "zeros")]
READ = """
import sys
from cio_topics.errors import MissingPartError
from cio_topics.tokens import Tokenizer
for folder in sys.argv[1:]:
    try:
        Tokenizer(dictionary=folder).tokens("第2回 電子政府の構築を進める😀")
        print("read", flush=True)
    except MissingPartError as error:
        print(error, flush=True)
"""


class TestBroken:
    def test_cut_files(self, tmp_path):
        folders = []
        for file, how in [*BROKEN, ("dicrc", "empty"), ("dicrc", "zeros"), ("dicrc", "half")]:
            folder = copy_of(ipadic.DICDIR, tmp_path / f"{file}-{how}", without=[file])
            whole = Path(ipadic.DICDIR, file)
            size = whole.stat().st_size
            kept = {"empty": 0, "half": size // 2, "byte": size - 1, "zeros": 0}[how]
            with whole.open("rb") as source, (folder / file).open("wb") as target:
                target.write(source.read(kept))
                target.truncate(size if how == "zeros" else kept)
            folders.append(folder)
        done = python(READ, *folders)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert len(lines) == len(folders)
        for folder, line in zip(folders, lines, strict=True):
            assert f"MeCab cannot open the dictionary '{folder}'" in line
            assert "辞書を入れ直し" in line

    def test_parts_of_different_dictionaries(self, tmp_path):
        folder = copy_of(ipadic.DICDIR, tmp_path / "mixed", without=["matrix.bin"])
        link(Path(unidic_lite.DICDIR, "matrix.bin"), folder / "matrix.bin")
        with pytest.raises(MissingPartError, match="MeCab cannot open"):
            Tokenizer(dictionary=str(folder))("電子政府")


class TestLongTexts:
    @pytest.mark.parametrize("name", ["unidic-lite", "ipadic"])
    def test_a_long_text_ends_no_process(self, name):
        code = (
            "import sys; from cio_topics.tokens import Tokenizer; "
            "print(len(Tokenizer(dictionary=sys.argv[1]).columns(['㉿ ' * 140_000]).codes))"
        )
        done = python(code, name)
        assert (done.returncode, done.stdout.strip()) == (0, "140000")

    @pytest.mark.parametrize(("name", "times"), [("unidic-lite", 8000), ("sudachi-a", 3200)])
    def test_a_word_is_whole_where_pieces_end(self, name, times):
        tokenizer = Tokenizer(dictionary=name, compounds="short", lexicon=Lexicon())
        for shift in range(4):
            text = "は" * shift + "計画の、" * times
            surfaces = [token.surface for token in tokenizer.tokens(text)]
            assert surfaces.count("計画") == text.count("計画")
