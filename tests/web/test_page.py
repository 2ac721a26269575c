"""The page in a real browser, as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.conftest import GRADIO_WARNINGS, Server, Visitor
from tests.web.fakes import WordGrader, config

pytestmark = [pytest.mark.browser, GRADIO_WARNINGS]

HOSTILE = '<img src=x onerror="document.title=1"> **x** ${1+1} {{x}} </textarea><script>1</script>'
# Words of some criterion of every open question, for `WordGrader`.
ANSWER = (
    "Una cola para desacoplar el procesamiento, con permisos mínimos, cifrado en reposo y"
    f" reintentos. {HOSTILE}"
)


def begin(page: Page, closed: int = 2, open_: int = 1) -> None:
    for name, count in (("Preguntas cerradas", closed), ("Preguntas abiertas", open_)):
        box = page.get_by_label(f"number input for {name}")
        box.fill(str(count))
        box.press("Tab")
    page.get_by_role("button", name="Empezar").click()
    page.locator(".log .question").first.wait_for()


def choose(page: Page) -> None:
    """Answer the closed question on the page with the mouse, and wait for what follows."""
    fed_back = page.locator(".log .feedback").count()
    pick(page)
    expect(page.locator(".log .feedback")).to_have_count(fed_back + 1)


def pick(page: Page) -> None:
    """Answer the closed question on the page with the mouse."""
    options = page.locator(".options")
    options.wait_for()
    send = options.locator(".send")
    if not send.count():
        options.locator(".option").first.click()
        return
    # The page may be drawn anew between two clicks, as in a tab that comes to the front.
    while not send.is_enabled():
        for index in range(int(options.get_attribute("data-count") or 1)):
            option = options.locator(".option").nth(index)
            if option.get_attribute("aria-pressed") != "true":
                option.click()
    send.click()


def editor(page: Page):
    return page.locator("#answer textarea")


def say(page: Page, text: str = ANSWER) -> None:
    editor(page).fill(text)
    page.get_by_role("button", name="Enviar respuesta").click()


def let_pass(page: Page) -> None:
    """Skip the follow-up."""
    page.locator(".log .follow_up").wait_for()
    page.get_by_role("button", name="Saltar").click()


def to_the_open_question(page: Page) -> None:
    begin(page, closed=0)
    expect(editor(page)).to_have_attribute("rows", "10")


def test_a_whole_interview_by_mouse(
    serve: Callable[..., Server], visit: Callable[..., Visitor], grader: WordGrader
) -> None:
    grader.pause = 0.03
    visitor = visit(serve())
    page = visitor.page
    begin(page)
    visitor.picture("closed")
    page.get_by_role("button", name="Pista").click()
    page.locator(".log .hint").wait_for()
    choose(page)
    choose(page)
    expect(editor(page)).to_have_attribute("rows", "10")
    page.get_by_role("button", name="Poner una plantilla").click()
    expect(editor(page)).to_have_value(re.compile("Arquitectura:"))
    say(page)
    page.locator(".log .follow_up").wait_for()
    visitor.picture("follow-up")
    let_pass(page)
    page.locator("#busy progress").wait_for()
    page.locator("#card .answer-card").wait_for()
    expect(page.locator("#result .js-plotly-plot")).to_have_count(2)
    visitor.picture("scorecard")
    page.mouse.wheel(0, 900)
    expect(page.locator(".status .clock")).to_be_in_viewport()
    expect(page.locator("#card mark").first).to_be_visible()
    expect(page.locator("#card .words.candidate").first).to_contain_text(HOSTILE)
    assert page.locator("#card img, #card script").count() == 0
    assert page.title() == "Simulador de entrevistas"
    page.locator("#card button.cite").first.click()
    quoted = page.locator("#passage mark")
    expect(quoted).to_be_in_viewport()
    visitor.picture("citation")
    page.get_by_role("button", name="Volver al resultado").click()
    expect(page.locator("#card button.cite").first).to_be_focused()


def test_a_whole_interview_by_keyboard(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    page = visit(serve()).page
    page.get_by_role("button", name="Empezar").wait_for()
    page.get_by_label("number input for Preguntas cerradas").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.get_by_label("number input for Preguntas abiertas").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    press_until(page, "Empezar")
    options = page.locator(".options")
    options.wait_for()
    page.evaluate("document.activeElement.blur()")
    for letter in "ABCDEFGH"[: int(options.get_attribute("data-count") or 1)]:
        page.keyboard.press(letter.lower())
    if options.locator(".send").count():
        press_until(page, "Enviar opciones")
    page.locator(".log .feedback").wait_for()
    editor(page).wait_for()
    tab_to(page, "document.activeElement.closest('#answer') !== null")
    page.keyboard.type("Una cola para desacoplar el procesamiento.")
    page.keyboard.press("Shift+Enter")
    page.locator(".log .follow_up").wait_for()
    tab_to(page, "document.activeElement.closest('#answer') !== null")
    page.keyboard.type("/saltar")
    page.keyboard.press("Shift+Enter")
    page.locator("#card .answer-card").wait_for()


_WATCH_TELLING = """() => {
  window.lengths = [];
  new MutationObserver(() => {
    const words = document.querySelector(".log .follow_up .words");
    if (words) window.lengths.push(words.textContent.length);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_a_follow_up_is_told_word_by_word_once(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    server = serve()
    page = visit(server).page
    to_the_open_question(page)
    page.evaluate(_WATCH_TELLING)
    say(page)
    page.locator(".log .follow_up").wait_for()
    [line] = server.desk.interviews.list()
    asked = server.desk.interviews.session(line.id).exchanges[-1].turns[-1].text
    words = page.locator(".log .follow_up .words")
    expect(words).to_have_text(asked, use_inner_text=True)
    expect(page.locator(".log")).not_to_have_attribute("aria-busy", "true")
    lengths = page.evaluate("window.lengths")
    assert len(set(lengths)) > 5
    assert lengths == sorted(lengths)
    page.reload()
    page.evaluate(_WATCH_TELLING)
    expect(words).to_have_text(asked, use_inner_text=True)
    assert len(set(page.evaluate("window.lengths"))) <= 1


def tab_to(page: Page, there: str) -> None:
    for _ in range(60):
        if page.evaluate(there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never gets to {there}")


def press_until(page: Page, name: str) -> None:
    tab_to(page, f"document.activeElement.innerText === {name!r}")
    page.keyboard.press("Enter")


def test_a_reload_keeps_the_half_written_answer(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    visitor = visit(serve())
    page = visitor.page
    to_the_open_question(page)
    editor(page).fill("A medio escribir, con una cola")
    expect(page.locator("#words .count")).to_have_text("6")
    visitor.reload()
    expect(editor(page)).to_have_value("A medio escribir, con una cola")
    expect(page.locator(".log .question")).to_have_count(1)
    expect(page.locator("#words .count")).to_have_text("6")


def test_a_closed_tab_is_offered_again(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    visitor = visit(serve(shared=True))
    begin(visitor.page)
    expect(visitor.page).to_have_url(re.compile(r"session=[0-9a-f]{12}"))
    asked = visitor.page.locator(".log .question .words").inner_text()
    visitor.page.close()
    again = visitor.tab()
    again.get_by_role("button", name="Seguir con la última").click()
    expect(again.locator(".log .question .words")).to_have_text(asked)


def test_a_reload_in_mid_grading_goes_on_grading(
    serve: Callable[..., Server], visit: Callable[..., Visitor], grader: WordGrader
) -> None:
    grader.gate.clear()
    visitor = visit(serve())
    page = visitor.page
    to_the_open_question(page)
    say(page)
    let_pass(page)
    page.locator("#busy progress").wait_for()
    visitor.reload()
    page.locator("#busy progress").wait_for()
    grader.gate.set()
    page.locator("#card .answer-card").wait_for()


def test_grading_can_be_cancelled_and_taken_up(
    serve: Callable[..., Server], visit: Callable[..., Visitor], grader: WordGrader
) -> None:
    grader.gate.clear()
    page = visit(serve()).page
    to_the_open_question(page)
    say(page)
    let_pass(page)
    page.get_by_role("button", name="Cancelar la evaluación").click()
    expect(page.get_by_role("alert")).to_contain_text("cancelada")
    expect(page.get_by_role("button", name="Seguir", exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    assert grader.stopped == 1
    grader.gate.set()
    page.get_by_role("button", name="Seguir", exact=True).click()
    page.locator("#card .answer-card").wait_for()


def test_ungraded_is_not_a_one_and_can_be_graded_again(
    serve: Callable[..., Server], visit: Callable[..., Visitor], grader: WordGrader
) -> None:
    grader.down = True
    visitor = visit(serve())
    page = visitor.page
    to_the_open_question(page)
    say(page)
    let_pass(page)
    expect(page.locator("#card .ungraded")).to_contain_text("no es un 1")
    expect(page.locator("#summary .tile.none")).to_have_count(3)
    visitor.picture("ungraded")
    grader.down = False
    page.get_by_role("button", name="Volver a evaluar").click()
    expect(page.locator("#card .dimension")).to_have_count(3)
    expect(page.locator("#card .ungraded")).to_have_count(0)


def test_an_open_page_goes_on_after_the_server_restarts(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    server = serve()
    visitor = visit(server)
    page = visitor.page
    begin(page)
    choose(page)
    server.stop()
    server.start()
    visitor.reload()
    expect(page.locator(".log .feedback")).to_have_count(1)
    choose(page)


def test_two_people_side_by_side_never_mix(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    server = serve(shared=True)
    ana, beto = visit(server).page, visit(server).page
    for page in (ana, beto):
        to_the_open_question(page)
    say(ana, "Ana usa una cola")
    say(beto, "Beto usa otra cosa")
    for page, name in ((ana, "Ana"), (beto, "Beto")):
        expect(page.locator(".log .candidate.answer").last).to_contain_text(name)
        page.get_by_role("tab", name="Historial").click()
        expect(page.locator(".history tbody tr")).to_have_count(1)
    assert ana.url != beto.url


def test_a_second_tab_says_so_and_cannot_answer_for_the_first(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    visitor = visit(serve())
    first = visitor.page
    begin(first)
    expect(first).to_have_url(re.compile("session="))
    second = visitor.tab("?" + first.url.partition("?")[2])
    second.locator(".options").wait_for()
    for page in (first, second):
        expect(page.locator(".other-tab")).to_be_visible()
    choose(second)
    first.bring_to_front()
    pick(first)
    expect(first.get_by_role("alert")).to_contain_text("otra pestaña")
    expect(first.locator(".log .feedback")).to_have_count(1)
    expect(first.locator(".log .candidate")).to_have_count(1)


def test_a_phone_in_the_dark(serve: Callable[..., Server], visit: Callable[..., Visitor]) -> None:
    visitor = visit(serve(), viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = visitor.page
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    page.get_by_role("button", name="Empezar").wait_for()
    visitor.picture("phone-start")
    to_the_open_question(page)
    visitor.picture("phone-open")
    say(page)
    let_pass(page)
    expect(page.locator("#result .js-plotly-plot")).to_have_count(2)
    visitor.picture("phone-scorecard")
    assert_fits(page)
    for tab in ("Guía", "Historial"):
        open_tab(page, tab)
        page.wait_for_timeout(400)
        visitor.picture(f"phone-{tab.casefold()}")
        assert_fits(page)


def open_tab(page: Page, name: str) -> None:
    tab = page.get_by_role("tab", name=name)
    tab.click()


def assert_fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360, f"the page is {width} px wide on a phone of 360"


def test_the_language_is_switched_live_and_remembered(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    visitor = visit(serve())
    page = visitor.page
    to_the_open_question(page)
    editor(page).fill("Mi texto sigue aquí")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("button", name="Send answer")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Phase 2")
    expect(editor(page)).to_have_value("Mi texto sigue aquí")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visitor.reload()
    expect(page.get_by_role("button", name="Send answer")).to_be_visible()
    page.get_by_text("Español", exact=True).click()
    expect(page.get_by_role("button", name="Enviar respuesta")).to_be_visible()


def test_the_theme_is_switched_and_remembered(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    visitor = visit(serve())
    page = visitor.page
    page.get_by_role("button", name="◐").click()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    visitor.reload()
    expect(page.locator("body")).to_have_class(re.compile("dark"))


def test_the_guide_is_browsed_and_searched(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    page = visit(serve()).page
    page.get_by_role("button", name="Empezar").wait_for()
    page.get_by_role("tab", name="Guía").click()
    page.locator("#contents summary").first.click()
    page.locator("#contents button").first.click()
    expect(page.locator("#passage .section")).to_be_visible()
    expect(page.get_by_role("button", name="Volver al resultado")).to_be_hidden()
    page.get_by_label("Buscar en la guía").fill("duplicados")
    page.get_by_label("Buscar en la guía").press("Enter")
    page.locator("#results .cite").first.click()
    expect(page.locator("#passage .section")).to_contain_text("uplicados")


def test_past_interviews_are_opened_compared_and_deleted(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    visitor = visit(serve())
    page = visitor.page
    for _ in range(2):
        begin(page, closed=1, open_=0)
        pick(page)
        page.locator("#card .closed-list").wait_for(state="attached")
        page.get_by_role("button", name="Nueva entrevista").click()
    page.get_by_role("tab", name="Historial").click()
    expect(page.locator(".history tbody tr")).to_have_count(2)
    for box in page.locator(".history input").all():
        box.check()
    page.get_by_role("button", name="Comparar").click()
    page.locator(".compared").wait_for()
    visitor.picture("history")
    page.get_by_role("button", name="Borrar").first.click()
    expect(page.locator(".history:not(.compared) tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Abrir la entrevista").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="HTML").click()
    kept = download.value.path().read_text(encoding="utf-8")
    assert kept.startswith("<!doctype html>")
    assert "http" not in re.sub(r"<style>.*?</style>", "", kept, flags=re.S)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(
    serve: Callable[..., Server], visit: Callable[..., Visitor], scheme: str
) -> None:
    """axe finds no breach of WCAG 2 A or AA in any state of the page."""
    page = visit(serve(), color_scheme=scheme).page
    page.get_by_role("button", name="Empezar").wait_for()
    page.get_by_role("button", name="Elegir nivel").click()
    breaches = axe(page, "start")
    begin(page, closed=1)
    page.locator(".options").wait_for()
    breaches += axe(page, "closed")
    choose(page)
    expect(editor(page)).to_have_attribute("rows", "10")
    breaches += axe(page, "open")
    say(page)
    let_pass(page)
    page.locator("#card .answer-card").wait_for()
    expect(page.locator("#result .js-plotly-plot")).to_have_count(2)
    breaches += axe(page, "scorecard")
    page.locator("#card button.cite").first.click()
    page.locator("#passage mark").wait_for()
    breaches += axe(page, "guide")
    page.get_by_role("tab", name="Historial").click()
    page.locator(".history").wait_for()
    breaches += axe(page, "history")
    assert breaches == []


def axe(page: Page, state: str) -> list[str]:
    """The breaches in this state, a line each."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    return [
        f"{state}: {breach['id']}: {node['html'][:160]} ({node['any'][:1]})"
        for breach in found
        for node in breach["nodes"]
    ]


def test_the_time_planned_counts_on_and_a_second_try_starts_anew(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    server = serve()
    id_ = server.desk.interviews.start(config(closed=2, open=0, minutes=10)).id
    page = visit(server).tab(f"?session={id_}")
    time = page.locator(".pace")
    expect(time).to_contain_text(re.compile(r"Pregunta 0:0[1-9] de 5:00"))
    expect(page.get_by_role("button", name="Pista (cuesta 0.5")).to_be_visible()
    choose(page)
    page.get_by_role("button", name="Reintentar la anterior").click()
    expect(page.locator(".log .question")).to_have_count(2)
    expect(page.locator(".log h3")).to_have_count(1)
    expect(page.get_by_role("button", name="Reintentar la anterior")).to_be_hidden()


def test_an_exam_is_chosen_at_the_start_and_tells_at_the_end(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    page = visit(serve()).page
    page.get_by_label("Examen").check()
    begin(page, closed=2, open_=0)
    pick(page)
    expect(page.locator(".log h3")).to_have_count(2)
    expect(page.locator(".log .feedback")).to_have_count(0)
    pick(page)
    expect(page.locator("#card .closed-list > li")).to_have_count(2)
