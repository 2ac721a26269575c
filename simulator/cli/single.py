"""``grade``: one answer to one question, without an interview."""

from __future__ import annotations

import hashlib

from rich.console import Console

from simulator.assembly import Assembly
from simulator.cli.headless import read
from simulator.cli.screen import Screen
from simulator.domain import Grade, InterviewConfig, OpenQuestion
from simulator.errors import BankError, InputError
from simulator.texts import Texts


def grade(
    assembly: Assembly, config: InterviewConfig, question: str, answer_file: str, as_json: bool
) -> int:
    """Grade the answer and print the grade; 0, or 3 when the model left it ungraded."""
    answer = read(answer_file)
    asked = _question(assembly, config, question)
    if config.judge != "similarity":
        screen = Screen(Texts(config.lang), Console(stderr=True, highlight=False))
        assembly.prepare_model(config.judge, screen.download)
        assembly.check_model()
    result = assembly.grader(config).grade(
        asked, (answer,), assembly.retriever(config.guide), config.lang
    )
    _show(result, config, as_json)
    return 3 if result.ungraded else 0


def _question(assembly: Assembly, config: InterviewConfig, question: str) -> OpenQuestion:
    """The bank's question with this id or text; else the text itself, without criteria."""
    if not question.strip():
        raise InputError("the question is empty; give its text or an id of the bank")
    bank = assembly.bank(config.lang)
    for known in bank.open:
        if question.strip() in (known.id, known.text.strip()):
            return known
    if " " not in question.strip():
        raise BankError(f"there is no open question '{question}'; give its text or a known id")
    digest = hashlib.sha256(question.encode()).hexdigest()[:12]
    return OpenQuestion(id=f"own-{digest}", lang=config.lang, text=question.strip())


def _show(result: Grade, config: InterviewConfig, as_json: bool) -> None:
    if as_json:
        print(result.model_dump_json(indent=2))
    else:
        Screen(Texts(config.lang)).graded(result)
