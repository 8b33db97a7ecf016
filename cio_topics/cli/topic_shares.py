"""``cio-topics topic-shares``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import (
    choice_option,
    conditions_text,
    corpus_options,
    lang_option,
    load_codebook,
    load_items,
    model_options,
    output_option,
    seed_option,
)
from cio_topics.cli.output import command_line, show_line
from cio_topics.cli.result import check_result_format, result_format_option, write_result
from cio_topics.cli.theming import period_options, periods_asked
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.corpus import Corpus
    from cio_topics.tokens import Tokenizer
    from cio_topics.tracking import TopicDraws

__all__ = ["topic_shares"]

_POSTERIOR_NOTES = {
    "dirichlet": (
        "事後分布: 項目ごとの重みのディリクレ分布。トピックの語は固定なので、その不確かさは"
        "シードの間にだけ現れる。",
        "Posterior: a Dirichlet distribution of the weights of each item. The terms of topics are "
        "held fixed there; what is not known of them shows between seeds only.",
    ),
    "one_topic": (
        "事後分布: 項目ごとの一つのトピックの確率。トピックの語は固定なので、その不確かさは"
        "シードの間にだけ現れる。",
        "Posterior: probabilities of the one topic of each item. The terms of topics are held "
        "fixed there; what is not known of them shows between seeds only.",
    ),
    "none": (
        "このモデルは重みの事後分布を与えない。モデルの不確かさはシードの違いだけ。",
        "This model gives no posterior of weights: its uncertainty is that between seeds alone.",
    ),
}
#: Least cosine of all topics and seeds from which on the seed does next to nothing.
_FIXED = 0.999

_INTERVAL_NAMES = {
    "t": ("分散の和、Wilson 法、t 分布", "sum of variances, Wilson, Student's t"),
    "bootstrap": ("ブートストラップ", "bootstrap"),
}


@click.command("topic-shares", short_help="Print shares of topics with their uncertainty.")
@corpus_options
@model_options
@compounds_option
@tokenizer_options
@period_options("government")
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(2),
    default=10,
    show_default=True,
    help="Fits in all, each with another seed.",
)
@click.option(
    "--draws",
    "n_draws",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Draws from the posterior of each fit; 0 for none.",
)
@choice_option(
    "--interval",
    ("t", "bootstrap"),
    "t",
    "t adds up the variances; bootstrap takes percentiles over draws times draws of meetings.",
)
@click.option("-j", "--jobs", type=int, default=1, show_default=True, help="Processes.")
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def topic_shares(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    model: str,
    n_topics: int,
    pool: Any,
    compounds: Any,
    tokenizer: Tokenizer,
    by: str,
    own_periods: tuple[str, ...],
    n_seeds: int,
    n_draws: int,
    interval: Any,
    jobs: int,
    output_format: Any,
    output: Path,
    seed: int,
    lang: Any,
) -> None:
    """Print shares of topics by period, with and without the uncertainty of the model.

    トピックの割合を期間ごとに、モデルの不確かさ(シード・事後分布)を含めた区間とともに表にします。

    The first note answers whether another seed would say the same. csv and json also have the
    variances of meetings, posterior and seeds, and the least and greatest share of a seed.

    Example: cio-topics topic-shares --model gibbs --topics 8 --by government
    """
    check_result_format(output_format, output)
    corpus, periods = load_items(path, bodies, since, until), periods_asked(by, own_periods)

    from cio_topics.manifest import make_manifest
    from cio_topics.tables import printed_result
    from cio_topics.topics import choose_kind, fit_topics, make_topic_model, pool_titles
    from cio_topics.tracking import composed_shares, seed_agreement, topic_draws

    agenda = corpus.agenda()
    texts, titles = pool_titles(agenda, pool), agenda.set_index("item_id")["title"]
    tokenizer.set_params(compounds=compounds)
    kind = choose_kind(texts, tokenizer) if model == "auto" else model
    fitted = fit_topics(
        make_topic_model(kind, n_topics=n_topics, tokenizer=tokenizer, random_state=seed), texts
    )
    show_line(f"Fitting {n_seeds - 1} times with other seeds.")
    sampling = {"n_seeds": n_seeds, "n_draws": n_draws, "random_state": seed}
    drawn = topic_draws(fitted, texts, titles, n_jobs=jobs, **sampling)
    shares = composed_shares(
        drawn.draws,
        agenda,
        periods,
        seeds=drawn.seeds,
        weights=drawn.weights,
        interval=interval,
        administrations=corpus.administrations,
        random_state=seed,
    )
    chosen = {"model": kind, "n_topics": n_topics, "pool": pool, "interval": interval, **sampling}
    chosen |= {"by": list(own_periods) or by, "conditions": conditions_text(bodies, since, until)}
    manifest = make_manifest(
        corpus, load_codebook(None), command=command_line(), settings=chosen, tokenizer=tokenizer
    )
    place = 0 if lang == "ja" else 1
    facts = {
        **_facts(shares, drawn, lang),
        "answer": _answer(seed_agreement(shares, drawn.cosines), lang),
        "interval": _INTERVAL_NAMES[interval][place],
        "posterior": _POSTERIOR_NOTES[drawn.posterior][place],
    }
    source = manifest["corpus"]["sha256"][:12]
    printed = printed_result(
        _with_parts(shares),
        "topic_shares",
        lang=lang,
        names=_names(fitted, corpus, periods, list(shares["period"].unique()), lang),
        facts=facts,
        notes=(
            f"{('出典', 'Source')[place]}: cio-topics, {('コーパス', 'corpus')[place]} {source}, "
            f"{kind}.",
        ),
    )
    write_result(shares, printed, output_format, output, manifest)


def _facts(shares: pd.DataFrame, drawn: TopicDraws, lang: str) -> dict[str, Any]:
    n_seeds = len(drawn.cosines) + 1
    without = shares.drop_duplicates("period")["n_without"].sum()
    return {
        "level": 95,
        "n_seeds": n_seeds,
        "n_others": n_seeds - 1,
        "n_each": 0 if drawn.posterior == "none" else len(drawn.draws) // n_seeds,
        "n_without": int(without),
    }


def _with_parts(shares: pd.DataFrame) -> pd.DataFrame:
    """Return shares with the parts of their variance, as fractions."""
    names = ["meetings", "posterior", "seeds"]
    variances = shares[[f"variance_{name}" for name in names]]
    total = variances.sum(axis=1)
    parts = variances.div(total.where(total > 0), axis=0)
    return shares.join(parts.set_axis([f"part_{name}" for name in names], axis=1))


def _answer(agreement: pd.DataFrame, lang: str) -> str:
    """Say whether another seed would say the same."""
    n, n_topics = int(agreement["n_seeds"].iloc[0]), len(agreement)
    n_all = int((agreement["n_found"] == n).sum())
    n_agree, n_shares = int(agreement["n_agree"].sum()), int(agreement["n_shares"].sum())
    least, same = agreement.iloc[-1], agreement["cosine_low"].min() > _FIXED
    if lang == "ja":
        fixed = "このモデルはシードにほとんど左右されない(別の文書でも同じとは限らない)。"
        return (
            f"別のシードでも同じ結果か: ほかの{n}個のシードの割合{n_shares}個のうち{n_agree}個が"
            f"「このモデル」の区間に入る。{n}個すべてで再び見つかったトピック(語のコサイン0.8以上)"
            f"は{n_topics}のうち{n_all}。最も不安定なのは {least['topic']}({n}個中"
            f"{least['n_found']}個、コサインの中央値{least['cosine']:.2f})。"
            f"{fixed if same else ''}"
        )
    fixed = " This model hardly depends on its seed; that says nothing about other texts."
    return (
        f"Would another seed say the same? Of {n_shares} shares of {n} other seeds {n_agree} lie "
        f"in the interval of this model; {n_all} of {n_topics} topics were found again (cosine of "
        f"terms 0.8 or more) with all {n} seeds. Least stable: {least['topic']} (found by "
        f"{least['n_found']} of {n}, median cosine {least['cosine']:.2f}).{fixed if same else ''}"
    )


def _names(
    fitted: Any, corpus: Corpus, by: Any, periods: Sequence[str], lang: str
) -> dict[str, dict[str, str]]:
    from cio_topics.periods import period_labels
    from cio_topics.topics import name_topics, topic_names

    terms = [str(term) for term in fitted.named_steps["vectorizer"].get_feature_names_out()]
    names = name_topics(fitted.named_steps["topics"].components_, terms)
    labels = period_labels(
        by if isinstance(by, str) else "custom", list(periods), corpus.administrations
    )
    return {
        "topic": {
            id_: f"{id_} {name}" for id_, name in zip(topic_names(fitted), names, strict=True)
        },
        "period": dict(zip(labels["period"], labels[lang], strict=True)),
    }
