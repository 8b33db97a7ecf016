"""``cio-topics merge``: what it writes and says, on invented corpora and bad input."""

import pandas as pd
import pytest

from cio_topics.corpus import Corpus, read_corpus, write_corpus
from cio_topics.merge import CONFLICT_COLUMNS, merge


def corpus(kind, titles, place="官邸"):
    """Return one invented meeting as a source of this kind tells it."""
    meeting = {
        "meeting_id": f"{kind}-m",
        "body": "試験会議",
        "number": "1",
        "date": "2009-07-01",
        "date_precision": "day",
        "place": place,
        "source_kind": kind,
    }
    items = [
        {
            "item_id": f"{kind}-{place}",
            "meeting_id": f"{kind}-m",
            "title": title,
            "status": "決定" if kind == "official" else "報告",
            "source_kind": kind,
        }
        for place, title in enumerate(titles)
    ]
    return Corpus({"meetings": pd.DataFrame([meeting]), "items": pd.DataFrame(items)})


@pytest.fixture
def two(tmp_path):
    """Write a blog's corpus and an official one."""
    corpora = {
        "blog": corpus("blog", ["新戦略について", "その他"], "庁舎"),
        "official": corpus("official", ["新戦略", "=1+1"]),
    }
    for name, one in corpora.items():
        write_corpus(one, tmp_path / name)
    return tmp_path, corpora


def conflicts(file, encoding="utf-8"):
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding=encoding)


@pytest.mark.parametrize("output_format", ["csv", "jsonl", "parquet"])
def test_writes_the_corpus_and_the_conflicts_beside_it(run, two, output_format):
    folder, corpora = two
    shown = run(
        "merge",
        folder / "blog",
        folder / "official",
        "-o",
        folder / "all",
        "--format",
        output_format,
    )
    assert (shown.code, shown.err) == (0, "")
    joined, expected = merge(corpora["blog"], corpora["official"])
    assert read_corpus(folder / "all").hash == joined.hash
    listed = conflicts(folder / "all" / "conflicts.csv")
    assert listed.values.tolist() == expected.values.tolist()
    assert listed["field"].tolist() == ["place", "status"]
    assert tuple(listed.columns) == CONFLICT_COLUMNS


def test_a_workbook_has_the_conflicts_beside_it(run, two):
    folder, corpora = two
    target = folder / "all.xlsx"
    assert (
        run("merge", folder / "blog", folder / "official", "-o", target, "--format", "xlsx").code
        == 0
    )
    assert read_corpus(target).hash == merge(corpora["blog"], corpora["official"]).corpus.hash
    assert len(conflicts(folder / "all.conflicts.csv")) == 2


def test_says_what_was_joined_added_and_contradicts(run, two):
    folder, _ = two
    shown = run("merge", folder / "blog", folder / "official", "-o", folder / "all").out
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "meetings / 会議 1 1 1 0 1" in lines
    assert "items / 項目 2 2 1 1 3" in lines
    assert any(line.startswith("2 conflicts / 食い違い 2 件") for line in lines)
    assert "meetings blog-m place 官邸 庁舎 more_reliable" in lines


def test_shows_twenty_conflicts_and_a_count(run, tmp_path):
    titles = [f"議題{place}" for place in range(25)]
    write_corpus(corpus("blog", titles), tmp_path / "a")
    write_corpus(corpus("official", titles), tmp_path / "b")
    shown = run("merge", tmp_path / "a", tmp_path / "b", "-o", tmp_path / "all").out
    assert shown.count("more_reliable") == 20
    assert "… and 5 more / ほか 5 件" in shown
    assert len(conflicts(tmp_path / "all" / "conflicts.csv")) == 25


def test_more_than_two_left_to_right(run, two):
    folder, corpora = two
    write_corpus(corpus("news", ["新戦略", "追加"], "会館"), folder / "news")
    names = ("blog", "official", "news")
    shown = run("merge", *(folder / name for name in names), "-o", folder / "all")
    assert shown.code == 0
    pair = merge(corpora["blog"], corpora["official"]).corpus
    expected = merge(pair, read_corpus(folder / "news")).corpus
    assert read_corpus(folder / "all").hash == expected.hash
    assert "items / 項目 2 4 2 2 4" in " ".join(shown.out.split())


def test_nothing_contradicts(run, two):
    folder, corpora = two
    shown = run("merge", folder / "blog", folder / "blog", "-o", folder / "all")
    assert "No conflicts. / 食い違いはありません。" in shown.out
    assert conflicts(folder / "all" / "conflicts.csv").empty
    assert read_corpus(folder / "all").hash == corpora["blog"].hash


def test_the_same_bytes_twice(run, two):
    folder, _ = two
    written = []
    for name in ("one", "two"):
        run("merge", folder / "blog", folder / "official", "-o", folder / name)
        written.append({f.name: f.read_bytes() for f in sorted((folder / name).iterdir())})
    assert written[0] == written[1]


def test_encoding_holds_for_the_conflicts_too(run, two):
    folder, _ = two
    words = (
        "merge",
        folder / "blog",
        folder / "official",
        "-o",
        folder / "all",
        "--encoding",
        "cp932",
    )
    assert run(*words).code == 0
    assert conflicts(folder / "all" / "conflicts.csv", "cp932")["kept"].tolist() == ["官邸", "決定"]


def test_a_text_the_encoding_cannot_hold_leaves_nothing(run, tmp_path):
    write_corpus(corpus("blog", ["甲"], "𠮷野"), tmp_path / "a")
    write_corpus(corpus("official", ["甲"], "官邸"), tmp_path / "b")
    shown = run(
        "merge", tmp_path / "a", tmp_path / "b", "-o", tmp_path / "all", "--encoding", "cp932"
    )
    assert shown.code == 4
    assert "cp932 cannot hold" in shown.err
    assert "utf-8-sig で保存" in shown.err
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("blog", "nowhere"), 3, "nowhere' does not exist"),
        (("blog", "bad"), 3, "got '2011-02-30'"),
        (("blog",), 2, "Missing argument"),
        (("blog", "official", "--format", "xlsx"), 2, "could not be read again"),
        (("blog", "official", "--format", "pdf"), 2, "is not one of"),
    ],
)
def test_bad_input(run, two, words, code, said):
    folder, _ = two
    (folder / "bad").mkdir()
    for name in ("meetings", "items"):
        text = (folder / "blog" / f"{name}.csv").read_text(encoding="utf-8")
        text = text.replace("2009-07-01", "2011-02-30")
        (folder / "bad" / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = [
        word if word.startswith("--") or word in ("xlsx", "pdf") else folder / word
        for word in words
    ]
    shown = run("merge", *paths, "-o", folder / "all")
    assert shown.code == code
    assert said in shown.err
    assert not (folder / "all").exists()


def test_a_place_to_write_is_needed(run, two):
    folder, _ = two
    shown = run("merge", folder / "blog", folder / "official")
    assert shown.code == 2
    assert "-o" in shown.err
