from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.running import ROOT, environment, simulate

SHORT = ("--closed", "1", "--open", "1", "--seed", "5", "--judge", "similarity")


def test_a_piped_interview_goes_from_the_first_question_to_the_report(tmp_path: Path) -> None:
    typed = "la a\nUso una cola SQS.\nY una DLQ.\n\n/saltar\n"
    done = simulate(tmp_path, *SHORT, typed=typed)
    assert done.returncode == 0, done.stderr
    for part in ("Fase 1", "Fase 2", "Informe de la entrevista", "Qué estudiar"):
        assert part in done.stdout


def test_the_end_of_input_pauses_and_the_session_goes_on_where_it_was(tmp_path: Path) -> None:
    done = simulate(tmp_path, *SHORT, typed="la a\n")
    assert done.returncode == 0
    assert "sessions resume" in done.stdout
    resumed = simulate(tmp_path, "sessions", "resume", typed="Uso SQS.\n\n/saltar\n")
    assert "1 de 2 preguntas terminadas" in resumed.stdout
    assert "Pregunta 2" in resumed.stdout
    assert "Informe de la entrevista" in resumed.stdout


def test_commands_hint_help_quit(tmp_path: Path) -> None:
    done = simulate(tmp_path, *SHORT, typed="/pista\n/ayuda\n/pausita\n/salir\n")
    assert "Pista: recuerda la sección" in done.stdout
    assert done.stdout.count("/saltar") >= 3
    assert "La entrevista no está terminada" in done.stdout


def test_english_is_equal_in_function(tmp_path: Path) -> None:
    done = simulate(tmp_path, *SHORT, "--lang", "en", typed="A\nI use SQS.\n\n/skip\n")
    assert done.returncode == 0
    for part in ("Phase 1", "Phase 2", "Interview report", "What to study"):
        assert part in done.stdout


class Terminal:
    """A child on a pseudo-terminal; what it showed is read without escape sequences."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def wait_for(self, text: str, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while text not in self.shown:
            left = end - time.monotonic()
            ready, _, _ = select.select([self._screen], [], [], max(left, 0))
            assert ready, f"'{text}' never came; shown: {self.shown[-2000:]}"
            data = os.read(self._screen, 65536).decode(errors="replace")
            self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()=>][A-Z0-9]?|\r", "", data)
            if "\x1b[6n" in data:
                self.type("\x1b[1;1R")


@contextmanager
def terminal(home: Path, *arguments: str) -> Iterator[Terminal]:
    screen, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments],
        stdin=child, stdout=child, stderr=child, cwd=ROOT, start_new_session=True,
        env=environment(home, TERM="xterm", COLUMNS="100", LINES="40"),
    )  # fmt: skip
    os.close(child)
    try:
        yield Terminal(process, screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def test_ctrl_c_in_a_terminal_keeps_everything(tmp_path: Path) -> None:
    with terminal(tmp_path, *SHORT) as person:
        person.wait_for("Escribe la opción")
        person.type("la a\r")
        person.wait_for("Escribe tu respuesta")
        person.type("Uso SQS.\r")
        person.type("\x03")
        person.wait_for("sessions resume")
        assert person.process.wait(30) == 0
    listed = simulate(tmp_path, "sessions", "list").stdout
    assert listed.count("unfinished") == 1


def test_kill_9_in_mid_interview_loses_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path, *SHORT) as person:
        person.wait_for("Escribe la opción")
        person.type("la a\r")
        person.wait_for("Pregunta 2")
        os.kill(person.process.pid, signal.SIGKILL)
    resumed = simulate(tmp_path, "sessions", "resume", typed="/salir\n")
    assert "1 de 2 preguntas terminadas" in resumed.stdout
