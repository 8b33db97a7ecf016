"""The command: options, summary, exit."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cio_topics.cli.collect import collect, size, summary_text
from cio_topics.collect import Collected, Failure
from cio_topics.errors import CioTopicsError, SettingsError

CONTACT = ("--contact", "test@council.example.jp")
QUICK = ("--allow-private", "--delay", "0", "--timeout", "5")


def run(*words: object):
    return CliRunner().invoke(collect, [str(word) for word in words])


def test_a_site_is_collected_and_summed_up(site, tmp_path):
    site.link("missing.html", "a.html", "/other/page.html")
    site.pages["/council/a.html"] = site.pages["/council/"]
    ran = run(site.url, "-o", tmp_path / "raw", *CONTACT, *QUICK)
    assert ran.exit_code == 0
    assert "Fetched / 取得: 2   unchanged / 変更なし: 0   failed / 失敗: 1" in ran.stdout
    assert "Outside the prefix, not asked for / 範囲外: 1" in ran.stdout
    assert f"  not_found: {site.url}missing.html (status 404)" in ran.stdout
    assert (tmp_path / "raw" / "ledger.jsonl").exists()


def test_every_option_reaches_the_collector(site, tmp_path):
    options = ("--depth", "1", "--max-pages", "3", "--max-bytes", "1M", "--max-file", "100KiB")
    more = ("--also", f"{site.root}/other/", "--warc")
    site.link("huge.pdf", "/other/page.html", "a.html", "b.html")
    ran = run(site.url, "-o", tmp_path, *CONTACT, *QUICK, *options, *more)
    assert "too_large" in ran.stdout
    assert "Left out / 取得せず: 2 (after --max-pages / --max-pages を超えた分)" in ran.stdout
    assert list(tmp_path.rglob("page-*.html.warc.gz"))


def test_a_missing_contact_is_said(site, tmp_path):
    ran = run(site.url, "-o", tmp_path)
    assert (ran.exit_code, "--contact" in ran.stderr) == (2, True)
    assert isinstance(run(site.url, "-o", tmp_path, "--contact", "me").exception, SettingsError)


def test_nothing_collected_is_an_error(site, tmp_path):
    ran = run(f"{site.root}/nowhere/", "-o", tmp_path, *CONTACT, *QUICK)
    assert isinstance(ran.exception, CioTopicsError)
    assert "nothing was collected" in str(ran.exception)
    assert "not_found" in ran.stdout


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [("500", 500), ("1k", 1024), ("1.5 MiB", 1_572_864), ("2GB", 2**31), ("1TiB", 2**40)],
)
def test_sizes(text, n_bytes):
    assert size(text) == n_bytes


@pytest.mark.parametrize("text", ["", "-1", "1 PiB", "MiB", "1e3"])
def test_what_is_no_size(text):
    with pytest.raises(click.BadParameter, match="expected a size"):
        size(text)


def test_at_most_twenty_failures_are_listed():
    failures = tuple(Failure(f"https://a.jp/{n}", "not_found", "status 404") for n in range(25))
    text = summary_text(Collected(Path("ledger.jsonl"), 1, 0, 25, 0, 0, {}, failures))
    assert text.count("not_found") == 20
    assert "… and 5 more" in text
