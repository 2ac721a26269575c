"""The scorecard, the guide, the history and the files to keep, as HTML."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import replace

from simulator.domain import Lang, Span
from simulator.guide import citing
from simulator.sessions.report import Report
from simulator.texts import Texts
from simulator.web import charts
from simulator.web.desk import Desk
from simulator.web.downloads import downloads
from simulator.web.guide_page import GuidePage
from simulator.web.history_page import comparison, history, past_interviews
from simulator.web.scorecard import answer_card, scorecard, summary
from simulator.web.screen import Screen
from simulator.web.talk import Talk
from simulator.web.transcript import cite
from tests.web.fakes import GUIDE, WordGrader, config

ES = Texts("es")


def last(shown) -> Screen:
    return [one for one in shown if isinstance(one, Screen)][-1]


def held(it: Desk, answer: str = "Una cola para desacoplar el procesamiento") -> str:
    """The id of an interview with one open answer, held to its end."""
    talk = Talk(it)
    session = it.interviews.start(
        config(), ("real-time-orders", it.parts.bank(Lang.ES).closed[0].id)
    )
    shown = last(talk.enter(session.id, Lang.ES))
    shown = last(talk.skip(shown.place, Lang.ES))
    shown = last(talk.answer(shown.place, answer, Lang.ES))
    last(talk.skip(shown.place, Lang.ES))
    return session.id


def card(it: Desk, id_: str) -> tuple[Report, str]:
    report = it.interviews.report(id_)
    return report, scorecard(report, it.interviews.session(id_), ES)


def test_the_card_marks_the_candidates_own_words(it: Desk) -> None:
    report, shown = card(it, held(it))
    assert any(score.covered for score in report.open[0].scores)
    lit = re.findall(r"<mark>(.*?)</mark>", shown)
    assert lit
    assert all(word in "Una cola para desacoplar el procesamiento" for word in lit)


def test_a_doubtful_reason_is_shown_in_the_candidates_words(it: Desk) -> None:
    id_ = held(it)
    outcome = it.interviews.report(id_).open[0]
    exchange = next(e for e in it.interviews.session(id_).exchanges if e.grade is not None)
    grade = exchange.grade
    assert grade is not None
    score = next(score for score in outcome.scores if score.covered)
    criterion = next(c.id for c in grade.criteria if c.text == score.covered[0])
    said = Span(text="porque <b>comprime</b>", start=0, end=22)
    verdicts = tuple(
        v.model_copy(update={"falsity": 0.9, "reason": said}) if v.criterion_id == criterion else v
        for v in grade.verdicts
    )
    plain = answer_card(outcome, grade, ES)
    scores = tuple(
        s.model_copy(update={"doubtful": s.covered[:1]}) if s is score else s
        for s in outcome.scores
    )
    shown = answer_card(
        outcome.model_copy(update={"scores": scores}),
        grade.model_copy(update={"verdicts": verdicts}),
        ES,
    )
    title = ES("web.card.doubtful")
    assert title in shown
    assert title not in plain
    assert "porque &lt;b&gt;comprime&lt;/b&gt;" in shown


def test_every_citation_of_the_card_opens_the_guide_at_its_words(it: Desk) -> None:
    report, shown = card(it, held(it))
    pages = GuidePage(it)
    cited = [c for answer in report.open for score in answer.scores for c in score.citations]
    assert cited
    for citation in cited:
        assert f'data-start="{citation.start}"' in shown
        passage = pages.passage(citation.guide, citation.start, citation.end, citation.quote, ES)
        lit = "".join(re.findall(r"<mark>(.*?)</mark>", passage))
        words = re.sub(r"<[^>]+>|[*]", "", html.unescape(lit))
        assert words
        assert words in re.sub(r"[*`]+", "", citation.quote)


def test_ungraded_is_shown_apart_and_without_a_number(it: Desk, grader: WordGrader) -> None:
    grader.down = True
    report, shown = card(it, held(it))
    assert "no es un 1" in shown
    assert "<b>1</b>" not in summary(report, ES)
    assert summary(report, ES).count("tile none") == 3


def test_charts_leave_out_what_has_no_score(it: Desk, grader: WordGrader) -> None:
    report = it.interviews.report(held(it))
    radar, bars = charts.radar(report, ES), charts.bars(report, ES)
    assert radar is not None
    assert list(radar.data[0].r[:3]) == [score.mean for score in report.scores]
    assert bars is not None
    assert list(bars.data[0].x) == [score.score for score in report.open[0].scores]
    grader.down = True
    ungraded = it.interviews.report(held(it))
    assert charts.radar(ungraded, ES) is None
    assert charts.bars(ungraded, ES) is None


def test_the_files_to_keep_hold_the_report_and_no_live_markup(it: Desk) -> None:
    report, shown = card(it, held(it, "<img src=x onerror=alert(1)> una cola"))
    links = downloads(report, summary(report, ES) + shown, ES)
    files = {
        ending: base64.b64decode(data).decode()
        for data, ending in re.findall(r'base64,([^"]+)" download="[^".]+\.(\w+)"', links)
    }
    assert files.keys() == {"md", "json", "html"}
    assert Report.model_validate(json.loads(files["json"])) == report
    assert "<img" not in files["html"]
    assert "<img" not in files["md"].replace(r"\<img", "")
    assert not re.search(r"<(?:script|img|link|iframe|a)\b", files["html"])


def test_search_is_the_retrievers(it: Desk) -> None:
    found = GuidePage(it).search(GUIDE, "duplicados en la cola", ES)
    assert "SQS" in found
    assert "<script" not in GuidePage(it).search(GUIDE, "<script>zzzz", ES)


def test_a_citation_of_a_guide_that_changed_says_so(it: Desk) -> None:
    shown = GuidePage(it).passage(GUIDE, 0, 5, "Provisioned Concurrency", ES)
    assert "cambió" in shown
    assert "<mark>Provisioned Concurrency</mark>" in shown


def test_the_guide_shows_every_section_and_marks_the_weak_ones(it: Desk) -> None:
    sections = it.parts.retriever(GUIDE).sections()
    shown = GuidePage(it).contents(GUIDE, ES, weak={sections[0].id})
    assert shown.count("<button") == len(sections)
    assert shown.count("para repasar") == 1


def test_the_history_lists_and_a_shared_page_only_ones_own(it: Desk) -> None:
    ids = [held(it), held(it)]
    assert {one.id for one in past_interviews(it, ())} == set(ids)
    shared = replace(it, shared=True)
    assert [one.id for one in past_interviews(shared, ids[:1])] == ids[:1]
    assert history([], ES).startswith("<p")
    shown = history(past_interviews(it, ()), ES)
    assert shown.count('data-act="open"') == 2


def test_two_interviews_are_compared_question_by_question(it: Desk) -> None:
    first, second = (it.interviews.report(held(it, text)) for text in ("Una cola", "desacoplar"))
    shown = comparison(first, second, ES)
    assert shown.count("<tr>") == 1 + len({q.question_id for r in (first, second)
                                           for q in (*r.closed, *r.open)})  # fmt: skip


def test_a_citation_and_its_section_show_source_and_notes(it: Desk) -> None:
    section = it.parts.retriever(GUIDE).section("sqs/sqs-fifo")
    assert section is not None
    citation = citing.cite(section, "300 msg/s")
    assert citation is not None
    shown = cite(citation, ES)
    assert "Guía de AWS · SQS" in shown
    assert shown.count('class="since"') == 1
    assert "High throughput for FIFO queues" in shown
    assert "high-throughput mode" in cite(citation, Texts("en"))
    passage = GuidePage(it).passage(GUIDE, citation.start, citation.end, citation.quote, ES)
    assert "Guía de AWS" in passage
    assert "Nota sobre «300 msg/s»" in passage
    plain = citing.cite(section, "Más caro")
    assert plain is not None
    assert "since" not in cite(plain, ES)
