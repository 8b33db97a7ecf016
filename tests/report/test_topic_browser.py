"""The map of topics in real headless Chromium: circles, list, slider, print, no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.report import ReportSettings, summarize, write_report
from cio_topics.report.topic_labels import TOPIC_LABELS
from cio_topics.report.topic_page import render_topic_map
from tests.report.test_topic_map import found
from tests.report.test_topic_page import HOSTILE, MANIFEST, hostile_found, hostile_topics_corpus
from tests.report.watched import Watched

pytestmark = pytest.mark.browser

SETTINGS = ReportSettings(n_topics=6)
TERMS = "#map-terms .term"


@pytest.fixture(scope="module")
def summary() -> dict:
    return summarize(read_example(), read_codebook(), SETTINGS)


@pytest.fixture(scope="module")
def address(tmp_path_factory, summary) -> str:
    folder = tmp_path_factory.mktemp("map")
    with pytest.MonkeyPatch.context() as patch:  # it is not computed twice
        patch.setattr("cio_topics.report.write.summarize", lambda *_: summary)
        page = write_report(read_example(), read_codebook(), folder / "out", settings=SETTINGS)
    return page.as_uri()


@pytest.fixture(scope="module")
def drawn(summary) -> dict:
    return summary["topic_map"]


@pytest.fixture
def shown(browser, address) -> Iterator[Watched]:
    watched = Watched(browser, address)
    yield watched
    watched.check_silent()
    watched.page.close()


def open_page(browser, page: str, folder: Path) -> Watched:
    (folder / "map.html").write_text(page, "utf-8")
    return Watched(browser, (folder / "map.html").as_uri())


def slide(page, step: int) -> None:
    page.locator("#map-weight").fill(str(step))


def expected_terms(drawn: dict, topic: int, weight: float) -> list[str]:
    rows = np.array(drawn["topics"][topic]["terms"])
    relevance = weight * np.log(rows[:, 1]) + (1 - weight) * np.log(rows[:, 2])
    order = np.argsort(-relevance, kind="stable")[: drawn["n_shown"]]
    return [drawn["terms"][int(rows[place, 0])] for place in order]


def test_the_slider_orders_the_terms(shown, drawn):
    page = shown.page
    seen = set()
    for step in (0, 7, 12, 20):
        slide(page, step)
        terms = page.locator(TERMS).all_inner_texts()
        assert terms == expected_terms(drawn, 0, step / 20)
        assert page.locator("#map-value").inner_text() == f"{step / 20:.2f}"
        assert page.locator("#map-weight").get_attribute("aria-valuetext") == f"{step / 20:.2f}"
        seen.add(tuple(terms))
    assert len(seen) > 1


def test_the_first_step_is_the_one_of_the_table(shown, drawn):
    page = shown.page
    page.locator("#map-table summary").click()
    listed = page.locator("#map-table tbody tr").first.locator("td").nth(1).inner_text()
    assert page.locator(TERMS).all_inner_texts()[:10] == listed.split("、")


def test_a_circle_chooses_its_topic(shown, drawn):
    page = shown.page
    for topic in (3, 1):
        click_centre(page, drawn["topics"][topic])
        assert page.locator(TERMS).all_inner_texts() == expected_terms(drawn, topic, 0.6)
        assert page.locator(".bubble.chosen").count() == 1
        facts = page.locator(".map-facts:visible")
        assert facts.count() == 1
        assert facts.locator("h4").inner_text().startswith(f"{topic + 1} ")
        assert page.locator(f'#map-topics input[value="{topic}"]').is_checked()


def test_a_circle_under_others_is_chosen_at_its_number(shown, drawn):
    """The nearest centre counts, whichever circle was drawn last or chosen before."""
    page = shown.page
    page.locator("#map-circles").scroll_into_view_if_needed()
    for before in (0, len(drawn["topics"]) - 1):
        for topic in drawn["topics"]:
            page.locator(f'#map-topics input[value="{before}"]').check()
            click_centre(page, topic)
            chosen = page.locator(".bubble.chosen").get_attribute("data-topic")
            assert chosen == str(topic["number"] - 1)


def click_centre(page, topic):
    page.locator("#map-circles").scroll_into_view_if_needed()
    box = page.locator("#map-circles").bounding_box()
    scale = box["width"] / 440
    page.mouse.click(box["x"] + topic["x"] * scale, box["y"] + topic["y"] * scale)


def test_the_pointer_reaches_every_circle(shown, drawn):
    page = shown.page
    page.locator("#map-circles").scroll_into_view_if_needed()
    box = page.locator("#map-circles").bounding_box()
    scale = box["width"] / 440
    reached = set()
    for topic in drawn["topics"]:
        for angle in np.linspace(0, 2 * np.pi, 8):
            x = topic["x"] + 0.8 * topic["radius"] * np.cos(angle)
            y = topic["y"] + 0.8 * topic["radius"] * np.sin(angle)
            page.mouse.click(box["x"] + x * scale, box["y"] + y * scale)
            reached.add(page.locator(".bubble.chosen").get_attribute("data-topic"))
    assert reached == {str(topic["number"] - 1) for topic in drawn["topics"]}


def test_keys_choose_topics_and_move_the_slider(shown, drawn):
    page = shown.page
    page.locator('#map-topics input[value="0"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator(TERMS).all_inner_texts() == expected_terms(drawn, 2, 0.6)
    page.locator("#map-weight").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(TERMS).all_inner_texts() == expected_terms(drawn, 2, 0.65)


def test_top_items_open_in_the_report(shown):
    page = shown.page
    link = page.locator(".map-facts:visible .map-items a").first
    title = link.inner_text()
    link.click()
    page.wait_for_selector("dialog[open]")
    assert title in page.locator("#list-items").inner_text()


def test_points_of_the_chart_open_what_they_say(shown):
    page = shown.page
    wrong = page.evaluate(
        """() => {
          const links = document.querySelectorAll("#figure-topics_by_year a");
          const empty = [];
          for (const link of links) {
            location.hash = link.getAttribute("href") || link.getAttribute("xlink:href");
            window.dispatchEvent(new HashChangeEvent("hashchange"));
            if (!document.querySelectorAll("#list-items > li").length) empty.push(location.hash);
          }
          document.querySelector("dialog").close();
          return [links.length, empty];
        }"""
    )
    assert wrong[0] > 20
    assert wrong[1] == []


def test_numbers_of_the_tables_open_as_many_items(shown):
    wrong = shown.page.evaluate(
        """() => {
          const wrong = [];
          const links = "#themes-without td a, #topics-without td a, #topics-table td:nth-child(5) a";
          for (const link of document.querySelectorAll(links)) {
            location.hash = link.getAttribute("href");
            window.dispatchEvent(new HashChangeEvent("hashchange"));
            const n = document.querySelectorAll("#list-items > li").length;
            if (String(n) !== link.textContent) wrong.push([link.getAttribute("href"), n]);
          }
          document.querySelector("dialog").close();
          return wrong;
        }"""
    )
    assert wrong == []


def test_names_of_topics_head_the_list_of_items(shown, drawn):
    page = shown.page
    page.locator("#topics-table td:nth-child(5) a").first.click()
    page.wait_for_selector("dialog[open]")
    assert drawn["topics"][0]["name"] in page.locator("#list-title").inner_text()


def test_both_languages(shown):
    page = shown.page
    assert "関連する語" in page.locator("#topic-map").inner_text()
    page.click("#language")
    text = page.locator("#topic-map").inner_text()
    assert "Relevant terms" in text
    assert "関連する語" not in text


def test_print_has_the_table_and_no_slider(shown):
    page = shown.page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#map-table table").is_visible()
    assert not page.locator("#map-weight").is_visible()
    assert page.locator("#map-circles").is_visible()


def test_without_script_the_map_and_the_table_are_there(browser, tmp_path):
    (tmp_path / "map.html").write_text(
        render_topic_map(found([[5, 1, 0], [0, 1, 5]]), MANIFEST), "utf-8"
    )
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((tmp_path / "map.html").as_uri())
    assert page.locator("#map-circles").is_visible()
    assert not page.locator("#map-weight").is_visible()
    page.locator("#map-table summary").click()
    assert "語000" in page.locator("#map-table").inner_text()
    assert "名前1" in page.locator("#map-topics").inner_text()
    for label in TOPIC_LABELS["map"]:  # both: there is no button to change the language
        assert page.locator("h1").get_by_text(label).is_visible()
    page.context.close()


def test_a_page_of_its_own_works_with_the_network_blocked(browser, tmp_path):
    watched = open_page(browser, render_topic_map(hostile_found(), MANIFEST), tmp_path)
    page = watched.page
    page.context.set_offline(True)
    page.locator('.bubble[data-topic="0"] circle').click()
    assert HOSTILE in page.locator(TERMS).all_inner_texts()  # text, and nothing ran
    assert page.locator(".map-facts:visible h4").inner_text() == f"1 {HOSTILE}"
    assert page.locator("#topic-map img, #topic-map script").count() == 0
    page.click("#map-language")
    assert "Relevant terms" in page.locator("#topic-map").inner_text()
    watched.check_silent()
    page.close()


def test_hostile_titles_in_a_report_run_nothing(browser, tmp_path):
    page = write_report(hostile_topics_corpus(), read_codebook(), tmp_path / "out")
    watched = Watched(browser, page.as_uri())
    watched.page.locator('#map-topics input[value="1"]').check()
    assert "<script>" in watched.page.locator("#topics-table").inner_text()
    watched.check_silent()
    watched.page.close()


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_is_wider_than_the_window(browser, tmp_path, width):
    terms = ["とても長い語" * 8, "語", "項", "x" * 60]
    given = found([[5, 1, 0, 2], [0, 1, 5, 2]], terms=terms)
    watched = open_page(browser, render_topic_map(given, MANIFEST), tmp_path)
    watched.page.set_viewport_size({"width": width, "height": 800})
    over = watched.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0
    watched.page.close()
