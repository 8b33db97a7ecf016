"""The page of the replication: words beside colours, links only to addresses, nothing run."""

from __future__ import annotations

import re

import pytest

from cio_topics.case_study import VERDICTS, replicate
from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.manifest import make_manifest
from cio_topics.report.replicated import render_replication

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def found():
    return replicate(read_example())


@pytest.fixture(scope="module")
def manifest():
    settings = {"seed": 0}
    return make_manifest(read_example(), read_codebook(), command="x", settings=settings)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_claim_has_its_verdict_in_words(found, manifest, lang):
    page = render_replication(found, manifest, lang=lang)
    for claim, verdict in found.verdicts[["claim_id", "verdict"]].itertuples(index=False):
        part = page.split(f'id="{claim}"')[1].split("</details>")[0]
        assert VERDICTS[verdict][lang == "en"] in part
    counts = re.findall(r"<b>(\d+)</b>", page)
    assert list(map(int, counts)) == [
        int((found.verdicts["verdict"] == name).sum()) for name in VERDICTS
    ]


def test_a_page_makes_no_request_and_runs_nothing(found, manifest):
    page = render_replication(found, manifest)
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http-equiv" in page


def test_titles_and_sources_are_escaped_and_only_web_addresses_linked(found, manifest):
    evidence = found.evidence.copy()
    evidence.loc[:, "title"] = EVIL
    evidence.loc[evidence.index[:1], "source_url"] = "javascript:alert(3)"
    evidence.loc[evidence.index[1:2], "source_url"] = f"https://example.org/{EVIL}"
    page = render_replication(found._replace(evidence=evidence), manifest)
    assert "<script" not in page
    assert "<img" not in page
    links = re.findall(r'href="([^"]*)"', page)
    assert {link.partition(":")[0] for link in links} == {"https", "http", "data"}


def test_rows_of_the_case_study_are_marked_in_words(found, manifest):
    page = render_replication(found, manifest, lang="en")
    assert page.count("from the case study") >= (found.evidence["origin"] == "case_study").sum()


def test_the_conflict_is_shown_first_with_its_numbers(found, manifest):
    page = render_replication(found, manifest, lang="en")
    first = page.split("The case study held to itself")[1].split("</tr>")[1]
    assert "81 − 41 = 40" in first
    assert "conflict" in first
