"""Build the files of this folder from ``sources/`` and ``rules.toml``.

Run it as ``python corpus/build.py``; it writes the same bytes every time.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"

sys.path.insert(0, str(HERE.parent))  # so that it runs in a checkout without installation

from cio_topics.corpus.agenda import split_agenda  # noqa: E402
from cio_topics.corpus.schema import TABLES, complete_columns  # noqa: E402

GOVERNMENTS = {"自由民主党": "ldp_led", "民主党": "democratic_led"}


def read(name: str) -> pd.DataFrame:
    """Read one source table as text."""
    return pd.read_csv(SOURCES / name, dtype=str, keep_default_na=False)


def csv_text(name: str, table: pd.DataFrame) -> str:
    """Return a table with its columns in the order of the data dictionary."""
    return complete_columns(name, table).to_csv(index=False, lineterminator="\n")


def administrations() -> pd.DataFrame:
    """Name the cabinets' columns as the package does; the first party listed leads."""
    table = read("cabinets.csv").rename(columns={"cabinet": "administration"})
    leading = table["parties"].str.extract(r"^([^;(]+)")[0]
    given = table["romanised_name"].str.extract(
        r"^(?:First |Second |Third |Fourth )?(.+) Cabinet$"
    )[0]
    return table.assign(government=leading.map(GOVERNMENTS), prime_minister_en=given)


def codebook_rows() -> tuple[str, list[dict[str, str]]]:
    """Read the version and the table of themes out of CODEBOOK.md."""
    text = (SOURCES / "CODEBOOK.md").read_text(encoding="utf-8")
    version = re.search(r"^# Codebook v(\S+):", text, flags=re.MULTILINE)
    rows = re.findall(r"^\| ([a-z_]+) \|(.*)\|$", text, flags=re.MULTILINE)
    if version is None or not rows:
        raise SystemExit("sources/CODEBOOK.md: no version or no table of themes found")
    themes = []
    for theme, rest in rows:
        if theme == "id":
            continue
        name_ja, name_en, include, exclude = (cell.strip() for cell in rest.split("|"))
        themes.append(
            {
                "id": theme,
                "name_ja": name_ja,
                "name_en": name_en,
                "include": include,
                "exclude": exclude,
            }
        )
    return version[1], themes


def toml_value(value: object) -> str:
    """Return a TOML value; JSON strings, numbers, lists and booleans are TOML as well."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def codebook_toml() -> str:
    """Join the themes of CODEBOOK.md with the definitions and rules of rules.toml."""
    version, themes = codebook_rows()
    rules = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))
    unknown = set(rules["themes"]) - {theme["id"] for theme in themes}
    if unknown:
        raise SystemExit(f"rules.toml: unknown themes {sorted(unknown)}")
    head = {
        "version": version,
        "rules_version": rules["rules_version"],
        "name_ja": rules["name_ja"],
        "name_en": rules["name_en"],
        "unit": rules["unit"],
        "fallback": rules["fallback"],
    }
    lines = ["# Made by build.py from sources/CODEBOOK.md and rules.toml. Change those, not this."]
    lines += [f"{key} = {toml_value(value)}" for key, value in head.items()]
    for theme in themes:
        own = rules["themes"].get(theme["id"], {})
        fields = {**theme, **{k: v for k, v in own.items() if k != "rules"}}
        order = ["id", "name_ja", "name_en", "definition_ja", "definition_en", "include", "exclude"]
        lines += ["", "[[themes]]"]
        lines += [f"{key} = {toml_value(fields.get(key, ''))}" for key in order]
        for number, rule in enumerate(own.get("rules", []), start=1):
            lines += ["", "[[themes.rules]]", f'id = "{theme["id"]}.{number}"']
            lines += [f"{key} = {toml_value(value)}" for key, value in rule.items()]
    return "\n".join(lines) + "\n"


def build() -> dict[str, str]:
    """Return the content of every file that is built."""
    agenda = pd.concat([read("cio_agenda.csv"), read("other_bodies_agenda.csv")], ignore_index=True)
    meetings, items = split_agenda(agenda)
    table1 = read("honda_2019_table1.csv")
    claims = read("honda_2019_claims.csv")
    tables = {
        "meetings": meetings,
        "items": items,
        "decisions": read("cio_decisions.csv"),
        "administrations": administrations(),
        "theme_labels": read("theme_labels.csv"),
    }
    assert set(tables) <= set(TABLES)
    files = {f"{name}.csv": csv_text(name, table) for name, table in tables.items()}
    files["case_study_table1.csv"] = table1.to_csv(index=False, lineterminator="\n")
    files["case_study_claims.csv"] = claims.to_csv(index=False, lineterminator="\n")
    files["codebook.toml"] = codebook_toml()
    return files


def main() -> None:
    """Write the files and say what was written."""
    for name, content in build().items():
        (HERE / name).write_bytes(content.encode("utf-8"))
        print(f"{name}: {content.count(chr(10))} lines")


if __name__ == "__main__":
    main()
