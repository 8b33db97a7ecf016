"""The documentation says what the code says."""

import doctest
import importlib.util
import pkgutil
import re
from pathlib import Path

import pytest

import cio_topics
from cio_topics.codebook import read_codebook
from cio_topics.corpus import TABLES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SKIPPED = {"_build", ".git", "node_modules", "site-packages"}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def text(path):
    return path.read_text(encoding="utf-8")


def markdown_files():
    folders = ("benchmarks", "corpus", "docs", "experiments")
    files = [*ROOT.glob("*.md"), *(f for name in folders for f in (ROOT / name).rglob("*.md"))]
    return sorted(f for f in files if not SKIPPED & set(f.relative_to(ROOT).parts))


def prose(markdown):
    """Return Markdown without its code, in which brackets are no links."""
    return re.sub(r"`[^`\n]+`", "", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S))


def relative_links(markdown):
    inline = re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", prose(markdown))
    named = re.findall(r"^\[[^\]]+\]:\s*(\S+)", prose(markdown), flags=re.M)
    links = (link.split("#")[0] for link in inline + named)
    return [link for link in links if link and not re.match(r"[a-z][a-z0-9+.-]*:", link)]


def python_blocks(markdown):
    blocks = re.findall(r"^```python\n(.*?)^```", markdown, flags=re.M | re.S)
    return [block for block in blocks if block.lstrip().startswith(">>>")]


def with_examples():
    return [f for f in sorted(DOCS.glob("*.md")) if python_blocks(text(f))]


@pytest.fixture(scope="module")
def make_cli():
    spec = importlib.util.spec_from_file_location("make_cli", DOCS / "make_cli.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_command_reference_is_not_stale(make_cli):
    assert text(make_cli.TARGET) == make_cli.cli_reference(), make_cli.STALE


def test_command_reference_does_not_depend_on_the_terminal(make_cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    narrow = make_cli.cli_reference()
    monkeypatch.setenv("COLUMNS", "200")
    assert make_cli.cli_reference() == narrow


def test_check_refuses_a_stale_command_reference(make_cli, monkeypatch, tmp_path, capsys):
    stale = tmp_path / "cli.md"
    stale.write_text("old", encoding="utf-8")
    monkeypatch.setattr(make_cli, "TARGET", stale)
    assert make_cli.main(["--check"]) == 1
    assert "python docs/make_cli.py" in capsys.readouterr().err
    assert stale.read_text(encoding="utf-8") == "old"
    assert make_cli.main([]) == 0
    assert make_cli.main(["--check"]) == 0


def test_links_are_found_and_code_is_left_alone():
    found = relative_links("[a](x.md#b) `[c](d)` [e](https://f.g)\n\n[h]: i.md\n")
    assert found == ["x.md", "i.md"]


@pytest.mark.parametrize("file", markdown_files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_relative_links_resolve(file):
    missing = [link for link in relative_links(text(file)) if not (file.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("file", with_examples(), ids=lambda f: f.name)
def test_examples_run(file):
    source = "\n".join(python_blocks(text(file)))
    examples = doctest.DocTestParser().get_doctest(source, {}, file.name, str(file), 0)
    said = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(examples, out=said.append)
    assert result.failed == 0, "".join(said)
    assert result.attempted > 0


def test_design_names_every_room_and_every_module_of_it():
    design = text(DOCS / "design.md")
    for room in pkgutil.iter_modules(cio_topics.__path__):
        mark = f"`{room.name}/`" if room.ispkg else f"`{room.name}`"
        assert mark in design, f"docs/design.md lacks the room {mark}"
    for module in pkgutil.walk_packages(cio_topics.__path__, "cio_topics."):
        name = module.name.rpartition(".")[2]
        assert f"`{name}`" in design or f"`{name}/`" in design, (
            f"docs/design.md lacks {module.name}"
        )


def test_api_documents_every_room_but_the_command_line():
    rooms = {room.name for room in pkgutil.iter_modules(cio_topics.__path__)}
    listed = set(re.findall(r"automodule:: cio_topics\.(\w+)", text(DOCS / "api.md")))
    assert listed == rooms - {"__main__", "cli"}


def test_data_dictionary_has_every_column_and_its_meaning():
    readme = text(ROOT / "corpus" / "README.md")
    for name, columns in TABLES.items():
        rows = readme.partition(f"### `{name}`")[2].partition("\n### ")[0]
        listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+) \|$", rows, flags=re.M)
        expected = [
            (
                column.name,
                column.kind,
                "required"
                if column.default is None
                else f"`{column.default}`"
                if column.default
                else "empty",
                column.meaning,
            )
            for column in columns
        ]
        assert listed == expected, name


def quoted_tables():
    """Rows that the page on topics quotes from the pages of experiments, and whose they are."""
    page = text(DOCS / "topics.md")
    blocks = re.findall(r"<!-- experiments/(\w+) -->\n(.*?)<!-- / -->", page, flags=re.S)
    return [(name, row) for name, block in blocks for row in block.splitlines()]


def test_the_page_on_topics_quotes_every_experiment():
    shipped = {file.stem for file in (ROOT / "experiments").glob("*.toml")}
    assert {name for name, _ in quoted_tables()} == shipped


@pytest.mark.parametrize(("name", "row"), quoted_tables())
def test_tables_on_topics_are_those_of_the_experiments(name, row):
    answer = text(ROOT / "experiments" / name / "README.md").replace("**", "")
    assert row in answer.splitlines()


def test_codebook_page_lists_every_theme():
    page = text(DOCS / "codebook.md")
    for theme in read_codebook().themes:
        assert f"| {theme.id} | {theme.name_ja} |" in page
