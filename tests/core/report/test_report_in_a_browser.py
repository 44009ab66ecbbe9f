"""A report in a real browser, from a file, without a network."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
IS_NEEDED = bool(os.environ.get("CI"))

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not IS_NEEDED, reason="no chromium is installed: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM is not None, "install chromium: reports are looked at in a browser before a change lands"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def opened(browser, page, tmp_path):
    """Open the report, and remember what the browser complains of and what it asks for."""
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    contexts = []

    def open_with(**wishes):
        context = browser.new_context(offline=True, **wishes)
        contexts.append(context)
        tab = context.new_page()
        told = []
        tab.on("console", lambda message: told.append(message.text))
        tab.on("pageerror", lambda error: told.append(str(error)))
        tab.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: told.append(request.url) if request.url != file.as_uri() else None)
        tab.goto(file.as_uri())
        if wishes.get("java_script_enabled", True):
            tab.wait_for_selector("html[data-drawn]")
        return tab, [each for each in told if not each.startswith("data:")]

    yield open_with
    for context in contexts:
        context.close()


DRAWN = """() => Object.fromEntries([...document.querySelectorAll('.drawing')].map(place => [place.id, {
    marks: place.querySelectorAll('.cartesianlayer .points > *').length,
    width: place.querySelector('.main-svg').clientWidth,
    ink: getComputedStyle(place.querySelector('.xtick text, .ytick text')).fill,
}]))"""


def test_every_figure_is_drawn_and_nothing_is_complained_of(opened):
    tab, told = opened(viewport={"width": 1280, "height": 900}, color_scheme="light")
    drawn = tab.evaluate(DRAWN)
    assert told == []
    assert len(drawn) >= 7
    assert all(figure["marks"] > 0 for figure in drawn.values()), drawn
    tab.locator("#curve-l1 .points > *").first.hover(force=True)
    tab.wait_for_selector("#curve-l1 .hoverlayer .hovertext")
    assert "strength" in (tab.text_content("#curve-l1 .hoverlayer") or "")
    tab.emulate_media(color_scheme="dark")
    # Not wait_for_function: where it has to ask again it evaluates a string, which the report forbids to all
    expect(tab.locator("#forest :is(.xtick, .ytick) text").first).not_to_have_css("fill", drawn["forest"]["ink"])
    assert told == []


def test_a_phone_shows_it_without_scrolling_sideways(opened):
    tab, told = opened(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    assert told == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    assert all(figure["width"] <= 360 for figure in tab.evaluate(DRAWN).values())
    names = tab.locator("#forest .annotation-text").all_text_contents()
    assert "l1 strength 0.01" in names  # above their rows, where they leave the width to the marks


def test_without_scripts_the_tables_tell_all(opened):
    tab, told = opened(java_script_enabled=False)
    assert told == []
    assert tab.locator("#leaderboard table").first.is_visible()
    assert "l1 strength 0.01" in tab.inner_text("#leaderboard table")
    assert tab.locator("text=The figures need scripts").is_visible()
