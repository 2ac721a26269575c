from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from evals.report import page
from evals.results import CheckedCitation, GradedAnswer, JudgedCriterion
from evals.summary import summarise
from simulator.domain import Span
from tests.evals.builders import exam_rubric, record, result

ATTACK = (
    "<script>alert(1)</script><img src=http://x.example/a onerror=alert(1)>\" ' & </blockquote>"
)


class Tags(HTMLParser):
    """Collects the tags of a page, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br", "rect", "circle", "line", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag


def hostile_page(folder: Path) -> str:
    verdict = JudgedCriterion(
        criterion_id=ATTACK,
        text=ATTACK,
        dimension="points",
        probability=0.9,
        met=True,
        label=False,
        span=Span(text=ATTACK, start=0, end=9),
    )
    citation = CheckedCitation(
        section_id="s", heading=ATTACK, quote=ATTACK, start=0, end=5, support=0.4
    )
    results = [
        result(
            ATTACK, 1, 9, kind=ATTACK, flags=(ATTACK,), question_id=ATTACK,
            verdicts=(verdict,), citations=(citation,),
        ),
        result("b", 5, None, ungraded=ATTACK),
    ]  # fmt: skip
    made_with = record(exam_rubric(folder), model=ATTACK)
    answers = {ATTACK: GradedAnswer(id=ATTACK, question=ATTACK, answer=(ATTACK, ATTACK))}
    return page(summarise(results, made_with), results, answers)


def test_text_of_others_is_escaped_wherever_it_shows(tmp_path: Path) -> None:
    shown = hostile_page(tmp_path)
    tags = Tags()
    tags.feed(shown)
    assert tags.open == []
    assert not {"script", "img", "link", "iframe"} & set(tags.tags)
    assert not any(name.startswith("on") for name, _ in tags.attributes)
    assert shown.count("&lt;script&gt;") >= 8


def test_the_page_asks_nothing_of_the_network(tmp_path: Path) -> None:
    tags = Tags()
    tags.feed(hostile_page(tmp_path))
    names = {name for name, _ in tags.attributes}
    assert not names & {"src", "href", "srcset", "action"}
    style = re.findall(r"<style>(.*?)</style>", hostile_page(tmp_path), re.DOTALL)
    assert style
    assert "url(" not in style[0]
    assert "@import" not in style[0]


def test_disagreements_stand_worst_first_with_their_evidence(tmp_path: Path) -> None:
    results = [result("near", 5, 6), result("far", 1, 9), result("right", 4, 4)]
    answers = {
        r.id: GradedAnswer(id=r.id, question="q", answer=(f"text of {r.id}",)) for r in results
    }
    shown = page(summarise(results, record(exam_rubric(tmp_path))), results, answers)
    assert 0 < shown.index("text of far") < shown.index("text of near")
    assert "text of right" not in shown


def test_a_run_of_the_similarity_judge_says_so(tmp_path: Path) -> None:
    made_with = record(exam_rubric(tmp_path), judge="similarity")
    assert "no language model" in page(summarise([result("a", 1, 1)], made_with), [], {})
