"""``cio-topics bodies``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import lang_option, seed_option
from cio_topics.cli.output import check_output, json_text
from cio_topics.cli.theming import Themed, load_themes, theme_options
from cio_topics.cli.transitions import window_option

if TYPE_CHECKING:
    from cio_topics.case_study.bodies import BodiesStudy

__all__ = ["bodies"]

_PAGE = "bodies.html"


@click.command(short_help="Ask which bodies share themes, who is first, what is passed on.")
@theme_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="cio-topics-bodies",
    show_default=True,
    metavar="FOLDER",
    help="Where the page, figures and tables are written.",
)
@click.option(
    "--centre",
    metavar="BODY",
    help="The body the others stand around; the CIO liaison conference if left out.",
)
@click.option(
    "--months",
    type=click.IntRange(1),
    default=12,
    show_default=True,
    help="What is taken up is looked for within so many months.",
)
@window_option
@seed_option
@lang_option("ja")
def bodies(
    output: Path,
    centre: str | None,
    months: int,
    window: int,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Ask of all bodies which themes they share, who has them first, what is passed up and down.

    すべての会議体について、どのテーマがどこにあり、どこが先で、何が受け渡されたかを調べます。

    Writes bodies.html, README.md, tables, figures and manifest.json into a folder.

    Example: cio-topics bodies -o bodies
    """
    check_output(output / _PAGE)
    themed = load_themes(**asked)
    check_output(output / "items.csv")  # its tables would take the place of those of a corpus

    from cio_topics.case_study.bodies import study_bodies
    from cio_topics.tracking import CASE_STUDY_BODY

    named = CASE_STUDY_BODY if centre is None else centre
    study = study_bodies(
        themed.corpus,
        themed.codebook,
        themed.table,
        centre=named,
        months=months,
        window_years=window,
        random_state=seed,
    )
    manifest = themed.manifest(
        centre=named, months=months, window_years=window, seed=seed, lang=lang
    )
    _write(study, themed, manifest, output, named, months, lang)
    click.echo(output / _PAGE)


def _write(
    study: BodiesStudy,
    themed: Themed,
    manifest: dict[str, Any],
    output: Path,
    centre: str,
    months: int,
    lang: Literal["ja", "en"],
) -> None:
    from cio_topics.files import replace_folder, table_csv
    from cio_topics.report.bodies import bodies_readme, render_bodies

    with replace_folder(output) as place:
        (place / "figures").mkdir()
        figures = _figures(study, themed, place / "figures", centre)
        names = themed.names("year", [], lang)["theme"]
        page = render_bodies(study, figures[lang], manifest, names, months=months, lang=lang)
        texts = {
            _PAGE: page,
            "README.md": bodies_readme(study, manifest["command"], months),
            "manifest.json": json_text(manifest),
            **{f"{name}.csv": table_csv(table) for name, table in study._asdict().items()},
        }
        for name, text in texts.items():
            (place / name).write_bytes(text.encode("utf-8"))


def _figures(
    study: BodiesStudy, themed: Themed, folder: Path, centre: str
) -> dict[str, dict[str, str]]:
    """Write the figures in both languages; return their texts by language and name."""
    from cio_topics.errors import MissingPartError
    from cio_topics.report.bodies import first_chart, themes_chart
    from cio_topics.report.charts import draw
    from cio_topics.report.fonts import register_font

    if not register_font():
        raise MissingPartError(
            "no Japanese font to draw bodies with.",
            "Run: python -m pip install matplotlib-fontja",
            "次を実行してください: python -m pip install matplotlib-fontja",
        )
    drawn: dict[str, dict[str, str]] = {}
    languages: tuple[Literal["ja", "en"], ...] = ("ja", "en")
    for lang in languages:
        names = themed.names("year", [], lang)["theme"]
        specs = {
            "themes": themes_chart(study, names, lang),
            "first": first_chart(study, names, centre, lang),
        }
        for name, spec in specs.items():
            svg, png = draw(spec, f"{name}-{lang}")
            (folder / f"{name}.{lang}.svg").write_bytes(svg.encode("utf-8"))
            (folder / f"{name}.{lang}.png").write_bytes(png)
            drawn.setdefault(lang, {})[name] = svg
    return drawn
