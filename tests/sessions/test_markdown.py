from __future__ import annotations

import pytest

from simulator.domain import Grade, Note
from simulator.sessions.markdown import escape, to_markdown
from simulator.sessions.report import build_report
from tests.sessions.builders import SOURCES, closed_exchange, graded, open_exchange, session


def test_a_report_says_everything_in_spanish() -> None:
    text = to_markdown(
        build_report(session(closed_exchange(), open_exchange(graded(4, 2))), SOURCES)
    )
    for part in (
        "# Informe de la entrevista",
        "| Arquitectura | 4 / 5 | 1 de 1 |",
        "0 de 1 correctas",
        "Paga respuestas vacías",
        "Te faltó",
        "Usa long polling.",
        "«Desacopla productores y consumidores»",
        "> Modelo.",
        "1. **SQS › Performance**",
    ):
        assert part in text


def test_ungraded_is_a_word_never_a_number() -> None:
    grade = Grade(question_id="orders", ungraded="sin modelo")
    text = to_markdown(build_report(session(open_exchange(grade)), SOURCES))
    assert "| Arquitectura | sin calificar | 0 de 1 |" in text
    assert "Sin calificar: sin modelo" in text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "# 5 / 5", "[x](javascript:1)", "| a | b |", "```"]
)
def test_what_a_candidate_wrote_is_never_markup(hostile: str) -> None:
    text = to_markdown(build_report(session(open_exchange(graded(), text=hostile)), SOURCES))
    assert f"> {escape(hostile)}" in text
    assert f"\n> {hostile}" not in text


def test_a_citation_says_its_source_and_what_has_changed_since() -> None:
    note = Note(section="sqs/x", quote="300", es="Hoy son *más*.", en="More now.", page="Quotas")
    report = build_report(session(closed_exchange()), SOURCES)
    cited = report.study_plan[0].citation.model_copy(
        update={"source": "Guía <b>", "notes": (note,), "quote": "300 msg/s"}
    )
    item = report.study_plan[0].model_copy(update={"citation": cited})
    said = to_markdown(report.model_copy(update={"study_plan": (item,)}))
    assert f"{escape('Guía <b>')}, {cited.heading}: «300 msg/s»" in said
    assert "Nota: Hoy son \\*más\\*. (Fuente: Quotas)" in said
