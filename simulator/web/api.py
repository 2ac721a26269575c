"""The same interviews for programs: typed endpoints, which are MCP tools as well."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from simulator.domain import Exchange, InterviewConfig, Lang, Phase, Session
from simulator.errors import InputError, SimulatorError
from simulator.service import MAX_ANSWER_CHARACTERS, Step
from simulator.web.desk import Desk
from simulator.web.screen import Waiting, waiting_for

MAX_QUESTION_CHARACTERS = 4_000


class Endpoints:
    """The public endpoints of the page. What goes wrong is a `gr.Error` of one line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def publish(self) -> None:
        """Add the endpoints to the Blocks being built."""
        for endpoint in (self.start, self.answer, self.grade, self.report):
            api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)

    def start(
        self,
        closed: int = 5,
        open: int = 2,
        lang: Literal["es", "en"] = "es",
        topics: list[str] = [],  # noqa: B006 - never changed; the docs show the default
        level: Literal["any", "junior", "mid", "senior"] = "any",
        seed: int = -1,
    ) -> dict[str, Any]:
        """Start an interview and return its session id and its first question.

        Args:
            closed: closed questions to ask, 0 to 50.
            open: open design questions to ask, 0 to 10.
            lang: language of the interview.
            topics: only these topics; empty means all of them.
            level: preferred level of the questions.
            seed: repeat the interview of this number; -1 draws one.
        """
        with _one_line():
            config = InterviewConfig.model_validate(
                {
                    "closed": closed,
                    "open": open,
                    "lang": lang,
                    "topics": tuple(topics),
                    "level": None if level == "any" else level,
                    "seed": secrets.randbelow(1_000_000) if seed < 0 else seed,
                    "judge": self._desk.judge,
                }
            )
            session = self._desk.interviews.start(config)
            return self._drive(session.id, lambda: self._desk.interviews.go_on(session.id))

    def answer(self, session_id: str, text: str) -> dict[str, Any]:
        """Answer the question under way; returns what the interviewer says next.

        The text /skip skips the question and /hint asks for a hint. Grading an open answer takes
        as long as the model needs.

        Args:
            session_id: the id that `start` returned.
            text: the answer, at most 20,000 characters.
        """
        with _one_line():
            _bounded(text, MAX_ANSWER_CHARACTERS)
            interviews = self._desk.interviews
            act = {"/skip": interviews.skip, "/hint": interviews.hint}.get(text.strip())
            if act is not None:
                return self._drive(session_id, lambda: act(session_id))
            return self._drive(session_id, lambda: interviews.answer(session_id, text))

    def grade(self, question: str, answer: str, lang: Literal["es", "en"] = "es") -> dict[str, Any]:
        """Grade one answer to an open question, without an interview.

        Args:
            question: the id of a question of the bank, or the text of any question.
            answer: the answer, at most 20,000 characters.
            lang: language of question and answer.
        """
        with _one_line():
            _bounded(question, MAX_QUESTION_CHARACTERS)
            _bounded(answer, MAX_ANSWER_CHARACTERS)
            parts = self._desk.parts
            config = InterviewConfig(lang=Lang(lang), judge=self._desk.judge)
            asked = parts.bank(config.lang).asked(question)
            grader, retriever = parts.grader(config), parts.retriever(config.guide)
            grade = grader.grade(asked, (answer,), retriever, config.lang)
            return grade.model_dump(mode="json")

    def report(self, session_id: str) -> dict[str, Any]:
        """The report of an interview as it stands: scores, what was missing, citations, study plan.

        Args:
            session_id: the id that `start` returned.
        """
        with _one_line():
            return self._desk.interviews.report(session_id).model_dump(mode="json")

    def _drive(self, session_id: str, steps: Callable[[], Iterator[Step]]) -> dict[str, Any]:
        before = sum(len(e.turns) for e in self._desk.interviews.session(session_id).exchanges)
        with self._desk.turns.of(session_id):
            for _ in steps():
                pass
        session = self._desk.interviews.session(session_id)
        turns = [turn for exchange in session.exchanges for turn in exchange.turns]
        return {
            "session_id": session_id,
            "finished": waiting_for(session) is Waiting.OVER,
            "said": [turn.model_dump(mode="json") for turn in turns[before:]],
            "question": self._question(session),
        }

    def _question(self, session: Session) -> dict[str, Any] | None:
        """The question that waits for an answer; its key is not told."""
        exchange: Exchange | None = session.current
        if exchange is None:
            return None
        told: dict[str, Any] = {
            "id": exchange.question_id,
            "phase": exchange.phase,
            "text": exchange.turns[-1].text,
        }
        if exchange.phase is Phase.CLOSED:
            closed = self._desk.closed_question(session, exchange.question_id)
            if closed is not None:
                told["options"] = {option.id: option.text for option in closed.options}
                told["choose"] = len(closed.key)
        return told


def _bounded(text: str, limit: int) -> None:
    if not text.strip():
        raise InputError("the text is empty; send some")
    if len(text) > limit:
        raise InputError(f"the text has {len(text)} characters; send at most {limit}")


@contextmanager
def _one_line() -> Iterator[None]:
    """What a person did wrong, as a `gr.Error` of one line."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise gr.Error(f"{place}: {first['msg']}", print_exception=False) from None
    except SimulatorError as error:
        raise gr.Error(" ".join(str(error).split()), print_exception=False) from None
