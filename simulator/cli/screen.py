"""How an interview looks in a terminal. The candidate's and the guide's text is never markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from simulator.domain import Citation, Grade, Mode, Phase, Session, TurnKind
from simulator.interview.conditions import load_conditions
from simulator.interview.pace import Clock, Pace
from simulator.service import Said
from simulator.sessions.markdown import to_markdown
from simulator.sessions.report import Report
from simulator.texts import Texts

if TYPE_CHECKING:
    from simulator.llm.weights import ModelFile
    from simulator.llm.weights import Progress as Moment

_STYLES = {
    TurnKind.QUESTION: "bold",
    TurnKind.FOLLOW_UP: "bold cyan",
    TurnKind.ASK_AGAIN: "yellow",
    TurnKind.CLARIFICATION: "cyan",
    TurnKind.CHANGE: "bold yellow",
    TurnKind.HINT: "magenta",
    TurnKind.FEEDBACK: "",
}


class Grading:
    """A progress line that appears with the first update."""

    def __init__(self, progress: Progress, label: str) -> None:
        self._progress = progress
        self._label = label
        self._task: TaskID | None = None

    def update(self, done: int, total: int) -> None:
        """Show `done` of `total` criteria."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(self._label, total=total)
        self._progress.update(self._task, completed=done, total=total)

    def stop(self) -> None:
        """Take the line away."""
        self._progress.stop()
        self._task = None


class Screen:
    """Writes to a terminal; plain text when the output is none."""

    def __init__(self, texts: Texts, console: Console | None = None) -> None:
        self.texts = texts
        self.console = console or Console(highlight=False)

    def welcome(self, session: Session, model: str) -> None:
        """The first lines: what this is, which model is used, how to leave."""
        self.console.print(Panel(Text(self.texts("terminal.title"), justify="center")))
        self._line(model, "dim")
        self.help()
        for line in self._terms(session):
            self._line(line, "dim")
        self._line(self.texts("terminal.session", id=session.id), "dim")

    def resumed(self, session: Session, model: str) -> None:
        """The first lines of an interview that goes on."""
        done = sum(exchange.finished for exchange in session.exchanges)
        self._line(model, "dim")
        self._line(self.texts("terminal.resumed", done=done, total=len(session.plan)), "dim")

    def paused(self, session_id: str) -> None:
        """How to come back."""
        self._line(self.texts("terminal.paused", id=session_id), "yellow")

    def refused(self, error: Exception) -> None:
        """Why something cannot be done now."""
        self._line(str(error), "yellow")

    def help(self) -> None:
        """The commands, and what a hint costs."""
        costs = load_conditions().hint_cost
        self._line(self.texts("terminal.commands"), "yellow")
        price = self.texts(
            "terminal.hint_price", open=f"{costs[Phase.OPEN]:g}", closed=f"{costs[Phase.CLOSED]:g}"
        )
        self._line(price, "yellow")

    def noted(self) -> None:
        """That an answer of an exam was taken."""
        self._line(self.texts("terminal.noted"), "dim")

    def retry_offered(self) -> None:
        """How to try the last question again before the report."""
        self.console.print()
        self._line(self.texts("terminal.retry_offered"), "yellow")

    def time(self, clock: Clock) -> None:
        """How the time stands, where that is worth a warning."""
        if clock.pace is not Pace.FINE:
            self._line(self.clock(clock), "bold yellow")

    def clock(self, clock: Clock) -> str:
        """The time of question and phase as one line."""
        if clock.question_limit is None or clock.phase_limit is None:
            return self.texts("terminal.clock.open", question=_minutes(clock.question))
        return self.texts(
            f"terminal.clock.{clock.pace}",
            question=_minutes(clock.question),
            question_limit=_minutes(clock.question_limit),
            phase=_minutes(clock.phase),
            phase_limit=_minutes(clock.phase_limit),
        )

    def _terms(self, session: Session) -> Iterator[str]:
        """What was chosen that is not usual."""
        config = session.config
        if config.mode is Mode.EXAM:
            yield self.texts("terminal.exam")
        if config.level is not None:
            yield self.texts("terminal.level", level=self.texts(f"web.level.{config.level}"))
        if config.minutes is not None:
            yield self.texts("terminal.minutes", minutes=config.minutes)

    def phase(self, phase: Phase, questions: int) -> None:
        """A heading between the phases."""
        self.console.print()
        self.console.rule(self.texts(f"terminal.phase.{phase}", count=questions), style="cyan")

    def said(self, step: Said) -> None:
        """Something the interviewer said, with the citation of a graded closed answer."""
        turn = step.turn
        self.console.print()
        if turn.kind is TurnKind.QUESTION:
            self._line(self.texts("terminal.question", number=step.number), "cyan")
        style = _STYLES[turn.kind]
        closed = step.exchange.closed
        if turn.kind is TurnKind.FEEDBACK and closed is not None:
            style = "green" if closed.correct else "red"
        self._line(turn.text, style)
        if turn.cost:
            self._line(self.texts("terminal.hint_cost", cost=f"{turn.cost:g}"), "magenta")
        if turn.kind is TurnKind.FEEDBACK and closed is not None and closed.citation:
            self.cite(closed.citation)

    def cite(self, citation: Citation) -> None:
        """A passage of a guide, where it stands, and what has changed since it was written."""
        quote = " ".join(citation.quote.split())
        line = self.texts(
            "terminal.citation", source=citation.origin, quote=quote, heading=citation.heading
        )
        self.console.print(Padding(Text(line, "italic dim"), (0, 0, 0, 3)))
        for note in citation.notes:
            said = self.texts("terminal.note", note=note.text(self.texts.lang), page=note.page)
            self.console.print(Padding(Text(said, "yellow"), (0, 0, 0, 5)))

    def graded(self, grade: Grade) -> None:
        """The scores of one answer, or why there are none."""
        self.console.print()
        if grade.ungraded:
            self._line(self.texts("terminal.ungraded", reason=grade.ungraded), "bold yellow")
            return
        if grade.summary:
            self._line(grade.summary, "")
        table = Table(show_header=False, box=None, padding=(0, 1))
        for score in grade.scores:
            shown = "—" if score.score is None else str(score.score)
            table.add_row(Text(shown, "bold"), Text(score.feedback))
        self.console.print(table)
        for citation in grade.citations[:3]:
            self.cite(citation)

    def report(self, report: Report) -> None:
        """The final report."""
        self.console.print()
        self.console.print(Markdown(to_markdown(report)))

    @contextmanager
    def grading(self) -> Iterator[Grading]:
        """A progress line for whatever is graded inside."""
        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
        )
        grading = Grading(progress, self.texts("terminal.grading"))
        try:
            yield grading
        finally:
            grading.stop()

    @contextmanager
    def download(self, model: ModelFile) -> Iterator[Callable[[Moment], None]]:
        """A progress bar of bytes and speed; what it yields takes the moments of the download."""
        label = self.texts(
            "terminal.model.download",
            name=model.title,
            licence=model.licence,
            megabytes=model.bytes // 1_000_000,
        )
        self._line(label, "dim")
        with Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self.console,
        ) as progress:
            task = progress.add_task("", total=model.bytes)

            def report(moment: Moment) -> None:
                stage = self.texts(f"terminal.download.{moment.stage}")
                progress.update(task, description=stage, completed=moment.done)

            yield report

    def _line(self, text: str, style: str) -> None:
        self.console.print(Text(text, style))


def _minutes(seconds: float) -> str:
    """Seconds as a clock shows them: 4:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
