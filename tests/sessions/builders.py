"""Sessions and sources for the tests of reports."""

from __future__ import annotations

from simulator.domain import (
    Citation,
    ClosedQuestion,
    ClosedResult,
    Criterion,
    Dimension,
    DimensionScore,
    Exchange,
    Grade,
    InterviewConfig,
    OpenQuestion,
    Phase,
    Rubric,
    Section,
    Session,
    SessionStatus,
    Speaker,
    Turn,
    TurnKind,
)
from simulator.guide.citing import excerpt
from simulator.sessions.study import Sources

GUIDE = "Desacopla productores y consumidores\nLong polling reduce costos"

SECTIONS = {
    "sqs/architecture": Section(
        id="s1", guide="g", key="sqs/architecture", service="sqs", aspect="architecture",
        heading_path=("SQS", "Arquitectura"), text=GUIDE[:36], start=0, end=36,
    ),
    "sqs/performance": Section(
        id="s2", guide="g", key="sqs/performance", service="sqs", aspect="performance",
        heading_path=("SQS", "Performance"), text=GUIDE[37:], start=37, end=len(GUIDE),
    ),
}  # fmt: skip

CLOSED = ClosedQuestion.model_validate(
    {
        "id": "sqs-polling", "lang": "es", "topic": "sqs", "aspect": "performance",
        "level": "junior", "kind": "single", "text": "¿Qué reduce *costos*?", "key": ("B",),
        "options": (
            {"id": "A", "text": "Short polling", "reason": "Paga respuestas vacías."},
            {"id": "B", "text": "Long polling", "reason": "Espera mensajes."},
        ),
        "section": "sqs/performance", "quote": "Long polling reduce costos",
    }
)  # fmt: skip

CRITERIA = (
    Criterion(id="queue", text="Pone una cola.", dimension="architecture", weight=3,
              sections=("sqs/architecture",)),
    Criterion(id="polling", text="Usa long polling.", dimension="performance", weight=1,
              sections=("sqs/performance",)),
)  # fmt: skip

OPEN = OpenQuestion(
    id="orders", lang="es", title="Órdenes", text="Diseña…", criteria=CRITERIA, reference="Modelo."
)

CITATION = Citation(
    section_id="s1", guide="g", heading="SQS › Arquitectura", quote=GUIDE[:36], start=0, end=36
)

RUBRIC = Rubric(
    dimensions=(
        Dimension(name="architecture", title={"es": "Arquitectura"}),
        Dimension(name="performance", title={"es": "Performance"}),
    )
)

SOURCES = Sources(
    rubric=RUBRIC,
    guide="g",
    guide_version="v1",
    closed_question={"sqs-polling": CLOSED}.__getitem__,
    open_question={"orders": OPEN, "second": OPEN.model_copy(update={"id": "second"})}.__getitem__,
    section=SECTIONS.get,
    excerpt=excerpt,
)


def said(kind: TurnKind, text: str) -> Turn:
    who = Speaker.CANDIDATE if kind is TurnKind.ANSWER else Speaker.INTERVIEWER
    return Turn(speaker=who, kind=kind, text=text)


def closed_exchange(correct: bool = False, skipped: bool = False) -> Exchange:
    result = ClosedResult(
        question_id="sqs-polling", chosen=("B",) if correct else ("A",), correct=correct
    )
    return Exchange(
        question_id="sqs-polling",
        phase=Phase.CLOSED,
        turns=(said(TurnKind.QUESTION, CLOSED.text), said(TurnKind.ANSWER, "la a")),
        skipped=skipped,
        closed=None if skipped else result,
    )


def open_exchange(grade: Grade, question_id: str = "orders", text: str = "Uso SQS.") -> Exchange:
    return Exchange(
        question_id=question_id,
        phase=Phase.OPEN,
        turns=(said(TurnKind.QUESTION, OPEN.text), said(TurnKind.ANSWER, text)),
        grade=grade,
    )


def graded(architecture: int = 4, performance: int = 2) -> Grade:
    return Grade(
        question_id="orders",
        criteria=CRITERIA,
        scores=(
            DimensionScore(dimension="architecture", score=architecture, raw=0.7,
                           covered=("queue",), citations=(CITATION,), feedback="Bien."),
            DimensionScore(dimension="performance", score=performance, raw=0.2,
                           missing=("polling",)),
        ),
    )  # fmt: skip


def session(*exchanges: Exchange, finished: bool = True) -> Session:
    return Session(
        id="abc",
        created="2026-01-01T00:00:00+00:00",
        config=InterviewConfig(),
        plan=tuple(e.question_id for e in exchanges),
        exchanges=exchanges,
        status=SessionStatus.FINISHED if finished else SessionStatus.RUNNING,
    )
