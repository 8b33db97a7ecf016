"""The interactive page in real headless Chromium: drawn without a network, silent, answering."""

import re

import pytest

from cio_topics.report import figures
from cio_topics.report.figures.write import figure_html
from tests.report.figures import tables
from tests.report.figures.test_figures import MAKE

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>window.hurt=1</script><!-- 計画"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    specs = {kind: MAKE[kind](lang="ja") for kind in ("multiples", "network")}
    specs["hostile"] = figures.shares_figure(tables.shares(), theme_names={"a": HOSTILE})
    for name, spec in specs.items():
        spec = figures.captioned(spec, title=HOSTILE, notes=[HOSTILE])
        figures.write_figure(spec, folder / f"{name}.html")
    return folder


@pytest.mark.parametrize("name", ["multiples", "network", "hostile"])
def test_a_page_draws_without_network_and_answers(browser, pages, name):
    page = browser.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto((pages / f"{name}.html").as_uri())
    page.wait_for_selector("#chart svg.marks")
    assert page.locator("#chart svg.marks").bounding_box()["width"] > 600
    page.locator("#chart svg .mark-symbol path[aria-label]").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert page.locator("#vg-tooltip-element script").count() == 0
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.evaluate("window.hurt") is None
    assert len(asked) == 1  # the page itself
    assert said == []
    page.close()


def test_without_scripts_the_drawn_figure_is_shown(browser, pages):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "multiples.html").as_uri())
    assert page.locator("noscript svg").bounding_box()["width"] > 600
    context.close()


def test_a_page_forbids_what_it_does_not_need():
    text = figure_html(MAKE["activity"]())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
