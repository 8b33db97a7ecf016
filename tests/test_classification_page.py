"""The page on classification says what the stored evaluations say."""

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "classification.md"
MEASURES = ("micro_f1", "macro_f1", "exact", "average_precision")


def table(folder: str, name: str) -> list[dict[str, str]]:
    path = ROOT / "experiments" / folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bounded(row: dict[str, str], name: str) -> str:
    value, low, high = (row[key] for key in (name, f"{name}_low", f"{name}_high"))
    return f"{float(value):.3f} [{float(low):.3f}, {float(high):.3f}]" if low else value


def overall_lines(folder: str) -> list[str]:
    return [
        " | ".join(
            [
                f"| {row['design']}",
                row["predictor"],
                *(bounded(row, measure) for measure in MEASURES),
                f"{float(row['brier']):.3f} |",
            ]
        )
        for row in table(folder, "overall")
    ]


def reliability_lines() -> list[str]:
    return [
        f"| {float(row['low']):.1f}–{float(row['high']):.1f} | {row['n']} | "
        f"{float(row['probability']):.3f} | {bounded(row, 'share')} |"
        for row in table("classification", "reliability")
        if row["design"] == "meetings"
    ]


def coverage_lines() -> list[str]:
    return [
        f"| {row['design']} | {bounded(row, 'coverage')} | {float(row['mean_size']):.2f} | "
        f"{float(row['single']):.2f} | {float(row['novel']):.2f} |"
        for row in table("classification", "coverage")
    ]


@pytest.mark.parametrize(
    "line",
    [
        *overall_lines("classification"),
        *overall_lines("classification_kinds"),
        *reliability_lines(),
        *coverage_lines(),
    ],
)
def test_every_row_stands_on_the_page(line):
    assert line in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_errors_that_were_read_are_those_that_were_made():
    page = PAGE.read_text(encoding="utf-8")
    n = len(table("classification", "errors"))
    assert f"wrong in most of the five repeats: {n} of 191" in page
    read = [line for line in page.split("Every error, read")[1].splitlines() if line[:2] == "| "]
    counts = [int(line.split("|")[2]) for line in read if line.split("|")[2].strip().isdigit()]
    assert sum(counts) == n
