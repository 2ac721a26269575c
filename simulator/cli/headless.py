"""An interview without a keyboard: answers from a file, the report on standard output."""

from __future__ import annotations

import json
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import ConfigDict, ValidationError
from rich.console import Console

from simulator.assembly import Assembly
from simulator.cli.screen import Screen
from simulator.domain import Frozen, InterviewConfig, Session
from simulator.errors import InputError, SessionError
from simulator.interview.commands import Command, command
from simulator.service import Interviews, Step
from simulator.sessions.markdown import to_markdown
from simulator.texts import Texts

MAX_FILE_BYTES = 20_000_000
_SEPARATOR = "---"


class Row(Frozen):
    """The candidate's turns for one question; without an id, for the next question in order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question_id: str | None = None
    answer: str | tuple[str, ...]

    @property
    def turns(self) -> tuple[str, ...]:
        """What is said, in order: the answer, then replies to follow-ups."""
        return (self.answer,) if isinstance(self.answer, str) else self.answer


def run(assembly: Assembly, config: InterviewConfig, source: str, as_json: bool) -> int:
    """Hold the interview and print its report; progress and remarks go to standard error.

    Returns 0, or 3 when a model failure left an answer ungraded.
    """
    rows = parse(read(source))
    texts = Texts(config.lang)
    if config.open and config.judge != "similarity":
        _say(assembly.describe_model(texts, config.judge))
        screen = Screen(texts, Console(stderr=True, highlight=False))
        assembly.prepare_model(config.judge, screen.download)
        assembly.check_model()
    interviews = Interviews(assembly.parts())
    named = [row.question_id for row in rows if row.question_id]
    session = interviews.start(config, named if len(named) == len(rows) else ())
    _say(texts("terminal.session", id=session.id))
    for remark in _drive(interviews, session, rows, texts):
        _say(remark)
    report = interviews.report(session.id)
    print(report.model_dump_json(indent=2) if as_json else to_markdown(report))
    return 3 if any(outcome.ungraded for outcome in report.open) else 0


def read(source: str) -> str:
    """Text of a file, or of standard input for ``-``. Raises InputError with what to do."""
    try:
        data = (
            sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if source == "-" else _read_file(Path(source))
        )
    except OSError as error:
        raise InputError(f"cannot read '{source}' ({error.strerror}); check the path") from None
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"'{source}' is over {MAX_FILE_BYTES // 1_000_000} MB; split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"'{source}' is not UTF-8 text; save it as UTF-8") from None


def parse(text: str) -> list[Row]:
    """Rows of JSON Lines or of plain text. Raises InputError naming the broken line.

    Plain text holds one answer a line; where a line is ``---``, answers are what stands between
    such lines. Nothing at all is an error.
    """
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first:
        raise InputError("the answers file is empty; write one answer a line or JSON Lines")
    if first.startswith("{"):
        return [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if any(line.strip() == _SEPARATOR for line in lines):
        return [Row(answer=block) for block in _blocks(lines)]
    return [Row(answer=line.strip()) for line in lines if line.strip()]


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def _row(number: int, line: str) -> Row:
    try:
        row = Row.model_validate(json.loads(line))
    except (json.JSONDecodeError, ValidationError, RecursionError):
        raise InputError(
            f'line {number} of the answers is broken; write {{"question_id": …, "answer": …}}'
        ) from None
    if not row.turns:
        raise InputError(f"line {number} of the answers holds no answer; write at least one turn")
    return row


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    block: list[str] = []
    for line in [*lines, _SEPARATOR]:
        if line.strip() == _SEPARATOR:
            if any(part.strip() for part in block):
                yield "\n".join(block).strip()
            block = []
        else:
            block.append(line)


def _drive(
    interviews: Interviews, session: Session, rows: Sequence[Row], texts: Texts
) -> Iterator[str]:
    """Answer each question with its row until the interview is over; yields remarks.

    A second row of the same question is for its second try, which ``/retry`` asks for.
    """
    by_id: dict[str, deque[Row]] = defaultdict(deque)
    for row in rows:
        if row.question_id:
            by_id[row.question_id].append(row)
    in_order = deque(row for row in rows if not row.question_id)
    left: dict[str, deque[str]] = defaultdict(deque)
    tried: set[tuple[str, int]] = set()
    list(interviews.go_on(session.id))
    while (exchange := interviews.session(session.id).current) is not None:
        asked = exchange.question_id
        if not left[asked] and (asked, len(exchange.earlier)) not in tried:
            queue = by_id[asked] or in_order
            yield texts("terminal.headless.question", id=asked)
            if queue:
                left[asked].extend(queue.popleft().turns)
            else:
                yield texts("terminal.headless.no_answer", id=asked)
        tried.add((asked, len(exchange.earlier)))
        said = left[asked].popleft() if left[asked] else None
        if said is None or command(said) in (Command.SKIP, Command.QUIT, Command.PAUSE):
            list(interviews.skip(session.id))
        elif command(said) is Command.HINT:
            yield from _granted(interviews.hint, session.id)
        elif command(said) is Command.RETRY:
            yield from _granted(interviews.retry, session.id)
        else:
            list(interviews.answer(session.id, said))


def _granted(wish: Callable[[str], Iterator[Step]], session_id: str) -> Iterator[str]:
    """Do what the row wishes; where it cannot be done, a remark that says why."""
    try:
        list(wish(session_id))
    except SessionError as error:
        yield str(error)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
