"""The page in real headless Chromium: drawn, clicked, switched, silent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.report import write_report
from tests.report.test_write import hostile_corpus
from tests.report.watched import Watched

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("browser")
    return write_report(read_example(), read_codebook(), folder / "out").as_uri()


@pytest.fixture
def shown(browser, address) -> Iterator[Watched]:
    watched = Watched(browser, address)
    yield watched
    watched.check_silent()
    watched.page.close()


def test_charts_are_drawn(shown):
    figures = shown.page.locator("figure")
    assert figures.count() == 4
    for place in range(4):
        box = figures.nth(place).locator("svg:visible").bounding_box()
        assert box["width"] > 400
        assert box["height"] > 150
    points = shown.page.locator("#figure-themes_by_year svg:visible a path")
    assert points.count() == 26 * 15  # a point a year and theme


def test_a_cell_opens_its_items_with_their_sources(shown):
    page = shown.page
    cell = page.locator('#shares-year a[href="#items?year=2009&theme=optimization"]')
    n = int(cell.inner_text())
    cell.click()
    page.wait_for_selector("dialog[open]")
    items = page.locator("#list-items > li")
    assert items.count() == n
    assert f"{n} 件" in page.locator("#list-title").inner_text()
    assert "最適化" in items.first.inner_text()
    sources = page.locator('#list-items a[rel~="noopener"]')
    assert sources.count() >= 1
    assert sources.first.get_attribute("href").startswith("http")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
    assert "#items" not in page.url


def test_a_point_of_the_chart_opens_its_items(shown):
    page = shown.page
    link = page.locator(
        '#figure-themes_by_year [lang=ja] a[*|href="#items?year=2014&theme=open_data"]'
    )
    link.first.locator("path").click()
    page.wait_for_selector("dialog[open]")
    assert page.locator("#list-items > li").count() == 3


def test_every_cell_counts_what_it_opens(shown):
    wrong = shown.page.evaluate(
        """async () => {
          const wrong = [];
          for (const id of ["year", "administration", "government", "format", "body"]) {
            for (const link of document.querySelectorAll(`#shares-${id} td a`)) {
              location.hash = link.getAttribute("href");
              window.dispatchEvent(new HashChangeEvent("hashchange"));
              const n = document.querySelectorAll("#list-items > li").length;
              if (String(n) !== link.textContent) wrong.push([link.getAttribute("href"), n]);
            }
          }
          document.querySelector("dialog").close();
          return wrong;
        }"""
    )
    assert wrong == []


def test_topics_and_disagreements_open_items(shown):
    page = shown.page
    for selector in ("#topics-table td:nth-child(5) a", "#quality-table td:last-child a"):
        link = page.locator(selector).first
        n = int(link.inner_text())
        link.click()
        page.wait_for_selector("dialog[open]")
        assert page.locator("#list-items > li").count() == n
        page.click("#list-close")
        page.wait_for_selector("dialog", state="hidden")


def test_language_is_switched_everywhere(shown):
    page = shown.page
    assert page.locator("h1").inner_text() == "議事テーマの推移"
    page.click("#language")
    assert page.locator("h1").inner_text() == "Agenda themes over time"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#figure-themes_by_year svg:visible").count() == 1
    page.locator("#shares-year a").first.click()
    page.wait_for_selector("dialog[open]")
    assert " items" in page.locator("#list-title").inner_text()


def test_an_address_with_items_opens_them(browser, address):
    watched = Watched(browser, f"{address}#items?theme=e_records")
    watched.page.wait_for_selector("dialog[open]")
    assert watched.page.locator("#list-items > li").count() == 8
    assert watched.complaints == []
    watched.page.close()


def test_hostile_titles_run_nothing(browser, tmp_path):
    page = write_report(hostile_corpus(), read_codebook(), tmp_path / "out")
    watched = Watched(browser, page.as_uri())
    watched.page.evaluate("location.hash = '#items?year=2010'")
    watched.page.wait_for_selector("dialog[open]")
    assert "<script>" in watched.page.locator("#list-items").inner_text()
    assert watched.page.locator("#list-items a").count() == 0  # javascript: is no link
    watched.page.evaluate("location.hash = '#items?nonsense=1'")
    watched.page.wait_for_function("!document.querySelector('#list-items li')")
    watched.check_silent()
    watched.page.close()
