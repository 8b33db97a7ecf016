"""``cio-topics classify``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cio_topics.cli.options import (
    classifier_option,
    codebook_option,
    format_option,
    lang_option,
    load_classifier,
    output_option,
)
from cio_topics.cli.output import command_line, note_inputs, show_line
from cio_topics.cli.parallel import in_order
from cio_topics.cli.rows import aligned, row_texts, write_texts
from cio_topics.cli.titles import read_titles, titles_arguments

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook
    from cio_topics.themes import ThemeModel

#: Titles that look like nothing labelled, kept to be grouped; more would take too long.
_MOST_CANDIDATES = 3000
#: Titles that one page shows.
_MOST_ON_A_PAGE = 200
_COLUMNS = (
    "item_id",
    "date",
    "body",
    "title",
    "themes",
    "names",
    "weights",
    "doubtful",
    "set",
    "evidence",
)


@click.command(short_help="Give themes to titles, with the evidence.")
@titles_arguments
@click.option(
    "--date",
    "day",
    default="",
    metavar="DATE",
    help="Date of titles that come without one: 2024-06-21, 2024-06 or 2024.",
)
@click.option("--body", default="", help="Body of titles that come without one.")
@codebook_option
@classifier_option
@click.option(
    "--rules", "rules_only", is_flag=True, help="Ask the codebook's rules alone, no classifier."
)
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
    help="How often the set of possible themes shall hold all that are right.",
)
@click.option(
    "--explain", "explained", is_flag=True, help="Say what the weight of each theme is the sum of."
)
@click.option(
    "--candidates",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write novel and unlikely titles, grouped as candidates for new themes, as CSV.",
)
@click.option(
    "-j",
    "--jobs",
    "n_jobs",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Processes, if there are more than 20,000 titles.",
)
@format_option(("table", "csv", "json", "jsonl", "html"))
@output_option
@lang_option("ja")
def classify(
    titles: tuple[str, ...],
    source: Path | None,
    from_format: str | None,
    day: str,
    body: str,
    codebook_path: Path | None,
    model_path: Path | None,
    rules_only: bool,
    coverage: float,
    explained: bool,
    candidates: Path | None,
    n_jobs: int,
    output_format: str,
    output: Path,
    lang: str,
) -> None:
    """Give themes to titles, with weights and what speaks for them.

    新しい議事項目にテーマを付け、根拠・確信度・迷うべき点を示します。

    Columns item_id, date, body and status of a CSV or JSONL file are used. A weight is the
    probability that the theme is right. "doubtful" says what a person should look at: novel (the
    title is like nothing labelled), unlikely (a theme is more probably wrong than right), set
    (other themes are possible; the set holds all right themes in --coverage of the cases, for
    titles like those that were labelled). Offsets count characters of the normalized title. With
    --rules, and with a codebook of your own without --model, the codebook's rules answer, and a
    weight is the reliability of a rule.

    Example: cio-topics classify --date 2024-06-21 --explain オープンデータの推進について
    """
    if source is not None and str(source) != "-":
        note_inputs(source)
    model, codebook = load_classifier(model_path, codebook_path, rules_only)
    _check_rules(model, codebook)
    _check_options(model, explained, candidates, output_format)

    names = {t.id: t.name_ja if lang == "ja" else t.name_en for t in codebook.themes}
    context = {"date": _check_day(day), "body": body}
    tables = _tables(titles, source, from_format, context)
    manifest = _manifest(model, codebook, model_path, coverage)
    if model is None:
        rows = _by_rules(tables, codebook, names)
    else:
        keep: list[dict[str, str]] | None = None if candidates is None else []
        wanted = explained or output_format == "html"
        _models[model_path] = model
        rows = _by_model(tables, _Asked(model_path, names, coverage, wanted), n_jobs, keep)
    write_texts(_texts(rows, output_format, manifest, lang), output, manifest)
    if model is not None and candidates is not None and keep is not None:
        _write_candidates(keep, model, candidates, manifest)


def _manifest(
    model: ThemeModel | None, codebook: Codebook, model_path: Path | None, coverage: float
) -> dict[str, Any]:
    from cio_topics import __version__
    from cio_topics.manifest import codebook_hash
    from cio_topics.tokens import dictionary_version

    manifest: dict[str, Any] = {
        "cio_topics": __version__,
        "command": command_line(),
        "codebook": {"version": codebook.version, "sha256": codebook_hash(codebook)},
    }
    if model is not None:
        from cio_topics.themes.store import classifier_hash

        classifier = {"kind": model.kind, "sha256": classifier_hash(model_path)}
        manifest |= {"classifier": classifier, "coverage": coverage}
        manifest["dictionary"] = dictionary_version()
    return manifest


def _check_options(
    model: ThemeModel | None, explained: bool, candidates: Path | None, output_format: str
) -> None:
    from cio_topics.errors import SettingsError

    if model is None and (explained or candidates is not None or output_format == "html"):
        raise SettingsError(
            "--explain, --candidates and --format html need a classifier; rules answer here.",
            "Leave --rules out, or give --model FILE that was trained with this codebook.",
            "--rules を外すか、このコードブックで学習した --model を指定してください。",
        )


def _check_rules(model: ThemeModel | None, codebook: Codebook) -> None:
    from cio_topics.errors import SettingsError

    if model is None and not any(theme.rules for theme in codebook.themes):
        raise SettingsError(
            "the codebook has no rules, and there is no classifier that was learned with it.",
            "Write rules, or train a classifier: cio-topics train --codebook FILE --labels FILE.",
            "規則を書くか、cio-topics train で分類器を学習してください。",
        )


def _first_bad(dates: pd.Series[str]) -> int | None:
    """Return the place of the first date that no rule could read; an empty one is none."""
    from cio_topics.codebook.match import date_precisions
    from cio_topics.periods import date_spans

    kinds = dates.reset_index(drop=True).drop_duplicates()
    known = date_spans(kinds, date_precisions(kinds))["first"].notna()
    bad = kinds.index[(kinds != "") & ~known]
    return int(bad[0]) if len(bad) else None


def _check_dates(table: pd.DataFrame, before: int) -> None:
    from cio_topics.errors import CorpusError, shorten

    place = _first_bad(table["date"]) if "date" in table else None
    if place is not None:
        raise CorpusError(
            f"title {before + place + 1} has the date {shorten(table['date'].iloc[place])}; "
            "expected a real date as 2024-06-21, 2024-06 or 2024.",
            "Correct the column date; cio-topics ingest reads 令和4年6月1日 and 2022/6/1.",
            "日付の列を 2024-06-21・2024-06・2024 の形に直してください。",
        )


def _check_day(day: str) -> str:
    import pandas as pd

    from cio_topics.errors import SettingsError

    if _first_bad(pd.Series([day], dtype="str")) is not None:
        raise SettingsError(
            f"--date is {day[:40]!r}; expected a real date as 2024-06-21, 2024-06 or 2024.",
            remedy_ja="2024-06-21・2024-06・2024 の形で指定してください。",
        )
    return day


def _tables(
    titles: tuple[str, ...],
    source: Path | None,
    from_format: str | None,
    context: dict[str, str],
) -> Iterator[pd.DataFrame]:
    done = 0
    for table in read_titles(titles, source, from_format):
        _check_dates(table, done)
        done += len(table)
        yield _with_context(table, context)


def _with_context(table: pd.DataFrame, context: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    for key, value in context.items():
        if value:
            given = table.get(key, pd.Series("", index=table.index, dtype="str"))
            table = table.assign(**{key: given.where(given != "", value)})
    return table


def _given(table: pd.DataFrame) -> list[dict[str, str]]:
    columns = [table[name].tolist() for name in table.columns]
    names = [str(name) for name in table.columns]
    return [
        {key: value for key, value in zip(names, row, strict=True) if value != ""}
        for row in zip(*columns, strict=True)
    ]


def _by_rules(
    tables: Iterator[pd.DataFrame], codebook: Codebook, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    from cio_topics.text import normalize
    from cio_topics.themes import CodebookClassifier

    model = CodebookClassifier(codebook).fit([])
    for table in tables:
        hits = model.find_hits(table)
        weights = model.weigh_hits(len(table), hits)
        chosen = model.decide(weights)
        found = {hit.rule: round(model.reliability_[hit.rule], 4) for hit in hits}
        evidence = _rule_evidence([hits], found)
        for row, given in enumerate(_given(table)):
            themes = _themes(chosen[row], weights[row], model.classes_, names)
            ids = {theme["theme"] for theme in themes}
            yield {
                **given,
                "title": given.get("title", ""),
                "normalized": normalize(given.get("title", "")),
                "themes": themes,
                "evidence": [hit for hit in evidence.get(row, []) if hit["theme"] in ids],
            }


class _Asked(NamedTuple):
    """What is asked of a classifier; small, for it goes to other processes."""

    model_path: Path | None
    names: dict[str, str]
    coverage: float
    explained: bool


_models: dict[Path | None, ThemeModel] = {}


def _model(path: Path | None) -> ThemeModel:
    """Return a classifier, read once in every process."""
    from cio_topics.themes.store import read_classifier

    if path not in _models:
        _models[path] = read_classifier(path)
    return _models[path]


def _by_model(
    tables: Iterator[pd.DataFrame],
    asked: _Asked,
    n_jobs: int,
    candidates: list[dict[str, str]] | None,
) -> Iterator[dict[str, Any]]:
    chunks = in_order(partial(_answered, asked), tables, n_jobs)
    for number, row in enumerate(chain.from_iterable(chunks), start=1):
        if candidates is not None and not {"novel", "unlikely"}.isdisjoint(row["doubtful"]):
            known = row.get("item_id") or f"row {number}"
            candidates.append({"item_id": known, "title": row["title"]})
        yield row


def _answered(asked: _Asked, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of one chunk of titles."""
    from cio_topics.text import normalize
    from cio_topics.themes.doubts import doubts_of
    from cio_topics.themes.explain import explain_answers

    model = _model(asked.model_path)
    classes = [str(theme) for theme in model.classes_]
    labelled = model.labelled[["item_id", "title", "themes"]].to_dict("records")
    answers = model.answer(table)
    sets, weights = model.sets(answers.probabilities, asked.coverage), model.weights(answers)
    doubts = doubts_of(model, answers, sets)
    evidence = _rule_evidence(answers.hits, None)
    reasons = explain_answers(model, table, answers) if asked.explained else None
    alike = answers.nearest_similarity.round(4).tolist()
    nearest = answers.nearest.tolist()
    rows = []
    for row, given in enumerate(_given(table)):
        title = given.get("title", "")
        themes = _themes(answers.chosen[row], weights[row], classes, asked.names)
        ids = {theme["theme"] for theme in themes}
        found: dict[str, Any] = {
            **given,
            "title": title,
            "normalized": normalize(title),
            "themes": themes,
            "doubtful": doubts[row],
            "set": [classes[place] for place in sets[row].nonzero()[0]],
            "evidence": [hit for hit in evidence.get(row, []) if hit["theme"] in ids],
            "nearest": [
                {**labelled[place], "similarity": near}
                for place, near in zip(nearest[row], alike[row], strict=True)
                if place >= 0
            ],
        }
        if reasons is not None:
            found["reasons"] = [_plain_reason(reason) for reason in reasons[row]]
        rows.append(found)
    return rows


def _themes(chosen: Any, weights: Any, classes: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    order = sorted(chosen.nonzero()[0].tolist(), key=lambda c: (-weights[c], c))
    return [
        {
            "theme": str(classes[column]),
            "name": names[str(classes[column])],
            "weight": round(float(weights[column]), 4),
        }
        for column in order
    ]


def _rule_evidence(
    hits: list[Any], reliability: dict[str, float] | None
) -> dict[int, list[dict[str, Any]]]:
    """Return by row what rules matched; with their reliability where rules alone answer."""
    evidence: dict[int, list[dict[str, Any]]] = {}
    for of_book in hits:
        for hit in of_book:
            known: dict[str, Any] = {"theme": hit.theme, "rule": hit.rule}
            more = {} if reliability is None else {"weight": reliability[hit.rule]}
            evidence.setdefault(hit.row, []).extend(
                {**known, "text": text, "start": start, "end": end, **more}
                for (start, end), text in zip(hit.spans, hit.texts, strict=True)
            )
    return evidence


def _plain_reason(reason: Any) -> dict[str, Any]:
    """Return a reason for JSON; numbers are not rounded, so that they add up."""
    return {
        "theme": reason.theme,
        "probability": reason.probability,
        "log_odds": reason.log_odds,
        "base": reason.base,
        "parts": [part._asdict() for part in reason.parts],
        "items": [item._asdict() for item in reason.items],
        "texts": reason.texts,
        "rules": reason.rules,
    }


def _texts(
    rows: Iterator[dict[str, Any]], output_format: str, manifest: dict[str, Any], lang: str
) -> Iterator[str]:
    if output_format in ("json", "jsonl"):
        return row_texts(rows, (), output_format, manifest)
    if output_format == "html":
        return _page(rows, manifest, lang)
    if output_format == "csv":
        return row_texts(map(_flat, rows), _COLUMNS, "csv", manifest)
    return _printed(rows)


def _flat(row: dict[str, Any]) -> dict[str, str]:
    matched = (f"{e['rule']}: {e['text']} [{e['start']}:{e['end']}]" for e in row["evidence"])
    near = (f"{n['item_id']}: {n['title']}" for n in row.get("nearest", [])[:1])
    return {
        **{key: row.get(key, "") for key in ("item_id", "date", "body")},
        "title": row["title"],
        "themes": ";".join(theme["theme"] for theme in row["themes"]),
        "names": "、".join(theme["name"] for theme in row["themes"]),
        "weights": ";".join(f"{theme['weight']:.2f}" for theme in row["themes"]),
        "doubtful": ";".join(row.get("doubtful", [])),
        "set": ";".join(row.get("set", [])),
        "evidence": "; ".join([*matched, *near]),
    }


def _printed(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Yield an aligned table, or where reasons are asked for, a paragraph a title."""
    first = next(rows, None)
    if first is None:
        return row_texts(iter(()), ("title",), "table", {})
    rows = chain([first], rows)
    if "reasons" in first:
        return (_paragraph(row) for row in rows)
    columns = [name for name in _COLUMNS if name not in ("date", "body", "themes", "set")]
    if "item_id" not in first:
        columns.remove("item_id")
    if "doubtful" not in first:
        columns.remove("doubtful")
    shown = ({**_flat(row), "title": row["normalized"]} for row in rows)
    return row_texts(shown, columns, "table", {})


def _paragraph(row: dict[str, Any]) -> str:
    from cio_topics.cli.output import printable

    lines = [printable(row["normalized"]) or "(empty title)"]
    for theme, reason in zip(row["themes"], row["reasons"] or [None], strict=False):
        lines.append(f"  {theme['name']} ({theme['theme']})  {theme['weight']:.2f}")
        if reason is not None:
            lines += [f"    {line}" for line in _reason_lines(reason)]
    if not row["reasons"]:
        lines.append("    no theme is probable enough; this is the codebook's fallback")
    if row["doubtful"]:
        lines.append(f"  doubtful: {', '.join(row['doubtful'])}; possible: {', '.join(row['set'])}")
    return "\n".join(lines) + "\n\n"


def _reason_lines(reason: dict[str, Any], most: int = 6) -> list[str]:
    """Return a table of the parts that weigh most; the others are summed."""
    from cio_topics.cli.output import printable

    parts = sorted(reason["parts"], key=lambda part: -abs(part["weight"]))
    rows: list[tuple[str, str, str]] = [
        (f"{part['weight']:+.2f}", part["kind"], printable(part["text"])) for part in parts[:most]
    ]
    others = parts[most:]
    if others:
        total = sum(part["weight"] for part in others)
        rows.append((f"{total:+.2f}", "others", f"{len(others)} more"))
    rows.append((f"{reason['base']:+.2f}", "base", "before anything is known of the title"))
    rows.append((f"{reason['log_odds']:+.2f}", "sum", f"log-odds of {reason['probability']:.3f}"))
    lines = aligned(rows).splitlines()
    for item in reason["items"][:3]:
        themes = item["themes"]
        lines.append(
            f"{item['weight']:+.2f}  labelled {item['item_id']} ({themes}): "
            f"{printable(item['title'])}"
        )
    return lines


def _page(rows: Iterator[dict[str, Any]], manifest: dict[str, Any], lang: str) -> Iterator[str]:
    from itertools import islice

    from cio_topics.report.classified import render_classified

    shown = list(islice(rows, _MOST_ON_A_PAGE))
    is_cut = next(rows, None) is not None
    yield render_classified(shown, manifest, lang="ja" if lang == "ja" else "en", is_cut=is_cut)


def _write_candidates(
    candidates: list[dict[str, str]], model: ThemeModel, path: Path, manifest: dict[str, Any]
) -> None:
    import pandas as pd

    from cio_topics.cli.output import write_table
    from cio_topics.themes import candidate_themes

    if len(candidates) > _MOST_CANDIDATES:
        click.echo(
            f"cio-topics: {len(candidates):,} titles are novel or unlikely; the first "
            f"{_MOST_CANDIDATES:,} are grouped.",
            err=True,
        )
    table = pd.DataFrame(candidates[:_MOST_CANDIDATES], columns=["item_id", "title"], dtype="str")
    groups = candidate_themes(table, model.scorer.features.terms)
    write_table(groups, "csv", path, manifest)
    show_line(f"{len(table)} titles in {len(groups)} groups: {path}")
