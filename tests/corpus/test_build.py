import importlib.util
import tomllib
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).resolve().parents[2] / "corpus"
SOURCES = HERE / "sources"
NOT_BUILT = {
    *("README.md", "build.py", "rules.toml", "lexicon.toml", "definition_rules.toml"),
    *("cap_codebook.toml", "crosswalk_cap.toml", "theme_model.npz"),
}


def load_build():
    spec = importlib.util.spec_from_file_location("corpus_build", HERE / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built():
    return load_build().build()


def source(name):
    return pd.read_csv(SOURCES / name, dtype=str, keep_default_na=False)


def result(name):
    return pd.read_csv(HERE / name, dtype=str, keep_default_na=False)


AGENDAS = pd.concat(
    [source("cio_agenda.csv"), source("other_bodies_agenda.csv")], ignore_index=True
)


def test_every_file_is_what_build_returns(built):
    present = {p.name for p in HERE.iterdir() if p.is_file()} - NOT_BUILT
    assert present == set(built)
    for name, content in built.items():
        assert (HERE / name).read_bytes() == content.encode("utf-8"), name


def test_main_writes_these_files(built, tmp_path, monkeypatch, capsys):
    module = load_build()
    monkeypatch.setattr(module, "build", lambda: built)
    monkeypatch.setattr(module, "HERE", tmp_path)
    module.main()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        name: content.encode() for name, content in built.items()
    }
    assert "items.csv: 308 lines" in capsys.readouterr().out


def test_every_item_of_the_sources_survives_in_order():
    assert result("items.csv")["item_id"].tolist() == AGENDAS["item_id"].tolist()
    assert AGENDAS["item_id"].is_unique


@pytest.mark.parametrize(
    ("column", "of_source"),
    [
        ("title", "title"),
        ("status", "status"),
        ("position", "item_no"),
        ("source_url", "source_url"),
        ("source_kind", "source_kind"),
        ("confidence", "confidence"),
        ("note", "note"),
    ],
)
def test_columns_of_items_are_those_of_the_sources(column, of_source):
    assert result("items.csv")[column].tolist() == AGENDAS[of_source].tolist()


@pytest.mark.parametrize(
    ("column", "of_source"),
    [
        ("body", "body"),
        ("number", "meeting_no"),
        ("date", "date"),
        ("date_precision", "date_precision"),
        ("format", "format"),
    ],
)
def test_each_item_keeps_its_meeting(column, of_source):
    joined = result("items.csv")[["item_id", "meeting_id"]].merge(
        result("meetings.csv"), on="meeting_id", how="left", validate="m:1"
    )
    assert joined[column].tolist() == AGENDAS[of_source].tolist()


@pytest.mark.parametrize(
    ("column", "of_source"),
    [("start", "start_time"), ("end", "end_time"), ("n_handouts", "handouts")],
)
def test_no_time_or_number_of_handouts_is_lost_or_contradicted(column, of_source):
    joined = result("items.csv")[["item_id", "meeting_id"]].merge(
        result("meetings.csv"), on="meeting_id"
    )
    filled = (AGENDAS[of_source] != "").to_numpy()
    assert joined[column][filled].tolist() == AGENDAS[of_source][filled].tolist()


def test_sources_of_a_meeting_are_those_of_its_items():
    items = result("items.csv")
    expected = items.groupby("meeting_id")["source_url"].agg(set)
    found = result("meetings.csv").set_index("meeting_id")["source"]
    for meeting, urls in expected.items():
        assert all(url in found[meeting] for url in urls)
        assert found[meeting] == " ; ".join(
            dict.fromkeys(items.loc[items["meeting_id"] == meeting, "source_url"])
        )


def test_every_item_says_where_it_was_read():
    assert (result("items.csv")[["source_url", "source_kind", "confidence"]] != "").all(axis=None)


def test_every_cabinet_is_in_administrations():
    cabinets = source("cabinets.csv").rename(columns={"cabinet": "administration"})
    administrations = result("administrations.csv")
    pd.testing.assert_frame_equal(administrations[list(cabinets)], cabinets)
    assert (administrations[["government", "prime_minister_en"]] != "").all(axis=None)


@pytest.mark.parametrize(
    ("name", "of_source"),
    [
        ("decisions.csv", "cio_decisions.csv"),
        ("theme_labels.csv", "theme_labels.csv"),
        ("case_study_table1.csv", "honda_2019_table1.csv"),
        ("case_study_claims.csv", "honda_2019_claims.csv"),
    ],
)
def test_tables_that_are_taken_over_whole(name, of_source):
    expected = source(of_source)
    pd.testing.assert_frame_equal(result(name)[list(expected)], expected)


def test_each_label_is_of_an_item_and_a_theme_of_the_codebook():
    labels = result("theme_labels.csv")
    assert set(labels["item_id"]) <= set(result("items.csv")["item_id"])
    codebook = tomllib.loads((HERE / "codebook.toml").read_text("utf-8"))
    known = {theme["id"] for theme in codebook["themes"]}
    for column in ("themes", "coder_a", "coder_b"):
        assert set(labels[column].str.split(";").explode()) <= known, column


def test_the_codebook_joins_definitions_and_rules():
    codebook = tomllib.loads((HERE / "codebook.toml").read_text("utf-8"))
    rules = tomllib.loads((HERE / "rules.toml").read_text("utf-8"))
    text = (SOURCES / "CODEBOOK.md").read_text("utf-8")
    assert f"# Codebook v{codebook['version']}:" in text
    for theme in codebook["themes"]:
        assert f"| {theme['id']} | {theme['name_ja']} | {theme['name_en']} |" in text
        own = rules["themes"].get(theme["id"], {}).get("rules", [])
        found = [{k: v for k, v in rule.items() if k != "id"} for rule in theme.get("rules", [])]
        assert found == own
        ids = [rule["id"] for rule in theme.get("rules", [])]
        assert ids == [f"{theme['id']}.{n}" for n in range(1, len(own) + 1)]
    assert set(rules["themes"]) <= {theme["id"] for theme in codebook["themes"]}


@pytest.mark.parametrize(
    "value", ['甲"乙\\丙\n', ["a", "b"], 3, 0.5, True, {"a": "x", "b": [1, 2]}, []]
)
def test_toml_values_come_back(value):
    assert tomllib.loads(f"x = {load_build().toml_value(value)}") == {"x": value}


def test_rules_for_an_unknown_theme_stop_the_build(tmp_path, monkeypatch):
    module = load_build()
    rules = (HERE / "rules.toml").read_text("utf-8")
    (tmp_path / "rules.toml").write_text(
        rules + "\n[themes.no_such_theme]\ndefinition_ja = 'x'\n", "utf-8"
    )
    monkeypatch.setattr(module, "HERE", tmp_path)
    with pytest.raises(SystemExit, match=r"rules.toml: unknown themes \['no_such_theme'\]"):
        module.codebook_toml()


@pytest.mark.parametrize("text", ["", "# Codebook v1: x\n", "| egov_plan | a | b | c | d |\n"])
def test_a_codebook_that_cannot_be_read_stops_the_build(tmp_path, monkeypatch, text):
    module = load_build()
    (tmp_path / "CODEBOOK.md").write_text(text, "utf-8")
    monkeypatch.setattr(module, "SOURCES", tmp_path)
    with pytest.raises(SystemExit, match="no version or no table of themes found"):
        module.codebook_rows()
