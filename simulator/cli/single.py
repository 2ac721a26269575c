"""``grade``: one answer to one question, without an interview."""

from __future__ import annotations

from rich.console import Console

from simulator.assembly import Assembly
from simulator.cli.headless import read
from simulator.cli.screen import Screen
from simulator.domain import Grade, InterviewConfig
from simulator.texts import Texts


def grade(
    assembly: Assembly, config: InterviewConfig, question: str, answer_file: str, as_json: bool
) -> int:
    """Grade the answer and print the grade; 0, or 3 when the model left it ungraded."""
    answer = read(answer_file)
    asked = assembly.bank(config.lang).asked(question)
    if config.judge != "similarity":
        screen = Screen(Texts(config.lang), Console(stderr=True, highlight=False))
        assembly.prepare_model(config.judge, screen.download)
        assembly.check_model()
    result = assembly.grader(config).grade(
        asked, (answer,), assembly.retriever(config.guide), config.lang
    )
    _show(result, config, as_json)
    return 3 if result.ungraded else 0


def _show(result: Grade, config: InterviewConfig, as_json: bool) -> None:
    if as_json:
        print(result.model_dump_json(indent=2))
    else:
        Screen(Texts(config.lang)).graded(result)
