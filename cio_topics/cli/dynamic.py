"""``cio-topics dynamic``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import (
    GROUPINGS,
    MODELS,
    choice_option,
    conditions_text,
    corpus_options,
    format_option,
    load_codebook,
    load_items,
    output_option,
    pool_option,
    seed_option,
    topics_option,
)
from cio_topics.cli.output import (
    command_line,
    display_width,
    duration,
    fitting,
    json_text,
    records,
    show_count,
    show_line,
    timed_progress,
    write_output,
    write_table,
)
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.corpus import Corpus
    from cio_topics.tokens import Tokenizer
    from cio_topics.topics.dynamic import DynamicTopics, LdaSeq
    from cio_topics.topics.dynamic.base import Progress

__all__ = ["dynamic"]

#: Models whose topics change from period to period.
CHANGING = ("dtm", "ldaseq")

_WIDTH = 100
_SECONDS = 600


@click.command(short_help="Topics by period: shares and words.")
@corpus_options
@choice_option("--by", GROUPINGS, "year", "What the topics are broken down by.")
@choice_option(
    "--model",
    (*MODELS, *CHANGING),
    "auto",
    "dtm and ldaseq learn topics that change; with all others topics stay the same, and their "
    "words are counted by period. dtm needs cio-topics[tomotopy]; ldaseq is very slow.",
)
@topics_option
@pool_option
@compounds_option
@tokenizer_options
@click.option(
    "--yes", is_flag=True, help=f"Run ldaseq also if more than {_SECONDS} s are estimated."
)
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@seed_option
def dynamic(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: str,
    model: str,
    n_topics: int,
    pool: Literal["item", "meeting", "body_year"],
    compounds: Literal["both", "long", "short"],
    tokenizer: Tokenizer,
    yes: bool,
    output_format: str,
    output: Path,
    seed: int,
) -> None:
    """Show how much each topic weighs in each period, and by which words.

    期間ごとに、各トピックの割合と、そのトピックがどの語で語られたかを示します。

    A share is the mean weight of the period's items, with its 95 % interval. csv and jsonl have one
    row a period and topic with its words; json has shares and words as tables of their own.

    Example: cio-topics dynamic --by government --topics 8
    """
    from cio_topics.manifest import make_manifest

    corpus = load_items(path, bodies, since, until)
    tokenizer.set_params(compounds=compounds)
    settings = {"n_topics": n_topics, "pool": pool, "seed": seed}
    try:
        if model in CHANGING:
            found = _changing(corpus, tokenizer, model, by, settings, yes=yes)
        else:
            found = _static(corpus, tokenizer, model, by, settings)
    finally:
        show_count(0, "")
    chosen = {
        **{"by": by, "model": found["model"], **settings},
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(
        corpus, load_codebook(None), command=command_line(), settings=chosen, tokenizer=tokenizer
    )
    if output_format == "json":
        tables = {name: records(found[name]) for name in ("shares", "words")}
        content = {"manifest": manifest, "names": found["names"], **tables}
        write_output(json_text(content), output, manifest)
    elif output_format == "table":
        write_output(_text(found), output, manifest)
    else:
        write_table(_flat(found), output_format, output, manifest)


def _static(
    corpus: Corpus, tokenizer: Tokenizer, model: str, by: str, settings: dict[str, Any]
) -> dict[str, Any]:
    """Return one model of all items, its topics weighed and worded by period."""
    from cio_topics.topics import (
        choose_kind,
        fit_topics,
        make_topic_model,
        name_topics,
        pool_titles,
        topic_weights,
    )
    from cio_topics.topics.dynamic import describe_periods
    from cio_topics.vectors import make_vectorizer

    agenda, seed = corpus.agenda(), settings["seed"]
    texts = pool_titles(agenda, settings["pool"])
    kind = choose_kind(texts, tokenizer) if model == "auto" else model
    made = make_topic_model(
        kind, n_topics=settings["n_topics"], tokenizer=tokenizer, random_state=seed
    )
    fitted = fit_topics(made, texts)
    terms = fitted.named_steps["vectorizer"].get_feature_names_out().tolist()
    counter = make_vectorizer("count", tokenizer=tokenizer).set_params(vocabulary=terms)
    titles = agenda.set_index("item_id")["title"]
    weights = topic_weights(fitted, titles)
    tables = describe_periods(
        weights,
        counter.transform(list(titles)),
        terms,
        agenda,
        period=by,
        administrations=corpus.administrations,
        random_state=seed,
    )
    names = name_topics(fitted.named_steps["topics"].components_, terms)
    return {"model": kind, "names": dict(zip(weights.columns, names, strict=True)), **tables}


def _changing(
    corpus: Corpus,
    tokenizer: Tokenizer,
    model: str,
    by: str,
    settings: dict[str, Any],
    *,
    yes: bool,
) -> dict[str, Any]:
    """Return a model whose topics change from period to period."""
    import pandas as pd

    from cio_topics.topics import name_topics
    from cio_topics.topics.dynamic import describe_changing
    from cio_topics.topics.pooling import TitlePooler
    from cio_topics.vectors import make_vectorizer

    agenda, seed = corpus.agenda(), settings["seed"]
    counter = make_vectorizer("count", tokenizer=tokenizer)
    counts = counter.fit_transform(list(agenda["title"]))
    terms = counter.get_feature_names_out().tolist()
    tables = describe_changing(
        _estimator(model, settings["n_topics"], seed, yes=yes),
        counts,
        terms,
        pd.Index(agenda["item_id"]),
        agenda,
        pools=TitlePooler(settings["pool"]).fit(agenda).items_,
        period=by,
        administrations=corpus.administrations,
        random_state=seed,
        progress=timed_progress("steps"),
    )
    names = name_topics(tables["mean_topics"].to_numpy(), terms)
    return {
        "model": model,
        "names": dict(zip(tables["weights"].columns, names, strict=True)),
        **tables,
    }


def _estimator(model: str, n_topics: int, seed: int, *, yes: bool) -> DynamicTopics | LdaSeq:
    from cio_topics.topics.dynamic import DynamicTopics, LdaSeq, TooSlowError

    if model == "dtm":
        return DynamicTopics(n_topics, random_state=seed)

    class ToldLdaSeq(LdaSeq):
        """Tells how long it will take before it begins."""

        def fit(self, X: Any, periods: Any, *, progress: Progress | None = None) -> ToldLdaSeq:
            show_line("ldaseq is very slow: a small part is timed first …")
            seconds = self.estimate_seconds(X, periods)
            if seconds > _SECONDS and not yes:
                raise TooSlowError(
                    f"ldaseq would take about {duration(seconds)} here; expected at most"
                    f" {duration(_SECONDS)}.",
                    "Take --model dtm, fewer topics or longer periods; or give --yes.",
                    "--model dtm を使うか、トピックを減らすか、期間を長くするか、"
                    "--yes を付けてください。",
                )
            click.echo(
                f"cio-topics: ldaseq will take about {duration(seconds)}, give or take a factor of"
                " two.",
                err=True,
            )
            return super().fit(X, periods, progress=progress)

    return ToldLdaSeq(n_topics, max_seconds=None, random_state=seed)


def _flat(found: dict[str, Any]) -> pd.DataFrame:
    """Return one row a period and topic: name, share and words."""
    shares: pd.DataFrame = found["shares"]
    words = _words(found)
    keys = list(zip(shares["period"], shares["topic"], strict=True))
    return shares.assign(
        name=shares["topic"].map(found["names"]),
        terms=["、".join(words.get(key, [])) for key in keys],
    )


def _words(found: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    ranked = found["words"][found["words"]["rank"] > 0]
    grouped = ranked.groupby(["period", "topic"], sort=False)["term"].agg(list)
    return dict(grouped.items())


def _text(found: dict[str, Any]) -> str:
    """Return a block a topic, a line a period, for a terminal of 100 columns."""
    shares, words = found["shares"], _words(found)
    width = max(6, *(display_width(period) for period in shares["period"]))
    lines = [f"{_padded('period', width)}{'items':>7}  {'share':<13}words"]
    for topic, rows in shares.groupby("topic", sort=False):
        lines += ["", fitting(f"{topic}  {found['names'][topic]}", "", _WIDTH)]
        for row in rows.itertuples():
            start = f"{_padded(row.period, width)}{row.n_items:>7}  {_share(row):<13}"
            lines.append(
                start + fitting(words.get((row.period, topic), []), "、", _WIDTH - width - 22)
            )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _share(row: Any) -> str:
    if not row.n_items:
        return "-"
    return f"{100 * row.share:.0f}% [{100 * row.share_low:.0f}-{100 * row.share_high:.0f}]"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
