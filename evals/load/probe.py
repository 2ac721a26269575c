"""One person with a real Chromium: seconds until the page can be used, and until it reacts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.errors import InputError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_MILLISECOND = 0.001
_LIMIT = 60_000  # ms
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

# Runs before the page's own scripts. Presses when `ready`, again every half second, until `seen`.
_WATCH = """
window.probe = (ready, press, seen) => new Promise((done, fail) => {
  let pressed = -1e9, began = null;
  const look = () => {
    if (began !== null && seen()) {
      requestAnimationFrame(() => done({ began, reacted: performance.now() }));
      return;
    }
    if (ready() && performance.now() - pressed > 500) {
      began = began ?? performance.now();
      pressed = performance.now();
      press();
    }
    if (performance.now() > 60000) fail(new Error("no reaction: " + document.body.innerText));
    else setTimeout(look, 8);
  };
  look();
});
window.shown = (selector) =>
  [...document.querySelectorAll(selector)].find((element) => element.offsetParent);
window.type = (box, text) => {
  const kind = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
};
window.enter = (box) => {
  for (const kind of ["keydown", "keypress"]) {
    box.dispatchEvent(new KeyboardEvent(kind, { key: "Enter", bubbles: true }));
  }
};
window.box = () => shown(":is(#box, #line, #answer) :is(input, textarea)");
"""

# For each page: when its first control is there, how it is used, and what is seen of it.
_BEGIN = """() => probe(
  () => shown('#begin'),
  () => shown('#begin').click(),
  () => shown('.status:not([data-waiting=start])'))"""
_ANSWER = """() => probe(
  () => shown('.status:is([data-waiting=closed], [data-waiting=open])') && box(),
  () => {
    window.said = document.querySelectorAll('.log .candidate').length;
    type(box(), 'A, porque desacopla');
    setTimeout(() => shown('#send-line, #send-answer').click(), 0);
  },
  () => shown('.thinking') || document.querySelectorAll('.log .candidate').length > said)"""
_SAY = """(word) => probe(
  box,
  () => { type(box(), word); setTimeout(() => enter(box()), 0); },
  () => document.querySelector('#chat')?.innerText.includes(word))"""
_FIRST = {"page": _BEGIN, "bare": _SAY}
_NEXT = {"page": _ANSWER, "bare": _SAY}
# An interview has seven questions: after these answers it still goes on.
_ANSWERS_A_VISIT = 6


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Raises InputError where it or Playwright is missing."""
    path = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        raise InputError("Chromium and Playwright are needed: apt-get install chromium, pip install"
                         " '.[test]'")  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def usable(browser: Browser, url: str, which: str) -> float:
    """Seconds from the address to the first reaction of the page's first control."""
    with _page(browser) as page:
        return _enter(page, url, which)


def reactions(browser: Browser, url: str, which: str, times: int) -> list[float]:
    """Seconds from pressing to the first thing seen of it, `times` times."""
    found = []
    with _page(browser) as page:
        for number in range(times):
            if number % _ANSWERS_A_VISIT == 0:
                _enter(page, url, which)
            page.wait_for_timeout(400)
            seen = _found(page, _NEXT[which], f"word {number}.")
            found.append((seen["reacted"] - seen["began"]) * _MILLISECOND)
    return found


def _enter(page: Page, url: str, which: str) -> float:
    page.goto(url, wait_until="domcontentloaded")
    return _found(page, _FIRST[which], "first word")["reacted"] * _MILLISECOND


def _found(page: Page, script: str, word: str) -> dict[str, float]:
    """What a probe resolves to. Awaited by `evaluate` itself, it was sometimes never heard of."""
    keep = "(found) => { window.found = found; }, (error) => { window.found = String(error); }"
    page.evaluate(f"(word) => {{ window.found = null; ({script})(word).then({keep}); }}", word)
    page.wait_for_function("window.found")
    found: dict[str, float] | str = page.evaluate("window.found")
    if isinstance(found, str):
        raise InputError(f"the page does not react: {found[:300]}")
    return found


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    """A new visitor, with nothing in the cache."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.set_default_timeout(_LIMIT)
        page.add_init_script(_WATCH)
        yield page
    finally:
        context.close()
