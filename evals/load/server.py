"""``python -m evals.load.server page|bare HOME``: one of the two pages in a process of its own.

Ours is the real one over real files in HOME; only the models are fakes, of words and of sentences.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property

import gradio as gr
import uvicorn
from fastapi import FastAPI

from evals.load.bare import bare_page
from simulator.assembly import Assembly
from simulator.domain import InterviewConfig
from simulator.llm.embeddings import HashEmbedder
from simulator.llm.fakes import FakeChat
from simulator.ports import Message, TokenOdds
from simulator.service import Interviews
from simulator.settings import Settings
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.process import bound_memory
from simulator.web.server import Access, listen, serve
from simulator.web.ui import build_ui


class Rehearsal(Assembly):
    """Everything that is real but the models."""

    @cached_property
    def embedder(self) -> HashEmbedder:
        """Sentences by the words that they share."""
        return HashEmbedder()

    @cached_property
    def model(self) -> FakeChat:
        """Says yes to what it is asked about, and makes the usual move, at once."""
        return _Forgetful(odds={"SI": 0.8, "NO": 0.2}, answer=lambda _: "{}")


class _Forgetful(FakeChat):
    """Keeps no requests, so that memory tells of the page only."""

    def first_token(self, messages: Sequence[Message], *, top: int = 20) -> TokenOdds:
        self.calls.clear()
        return super().first_token(messages, top=top)


class _Ready:
    busy = False

    def line(self, texts: Texts) -> str:
        """That there is no model."""
        return texts("terminal.model.none")


def main(which: str, home: str) -> None:
    """Serve until ended. The address is printed."""
    bound_memory()
    if which == "bare":
        _serve_bare()
        return
    with ExitStack() as stack:
        assembly = stack.enter_context(
            Rehearsal(Settings.from_environment({"SIMULATOR_HOME": home}))
        )
        parts = assembly.parts()
        desk = Desk(
            interviews=Interviews(parts, shared=True),
            parts=parts,
            model=_Ready(),
            judge="logprobs",
            shared=True,
            library=assembly.library,
        )
        parts.retriever(assembly.default_guide)
        _warm(assembly)
        # Everybody comes from one address here: the limits of a visitor would count them as one.
        serve(build_ui(desk), Access(port=0, rules=()))


def _warm(assembly: Assembly) -> None:
    """Read what is read once: a server that has run for an hour has."""
    config = InterviewConfig(judge="logprobs")
    grader = assembly.grader(config)
    for question in assembly.bank(config.lang).open:
        grader.preview(question, ("Una cola.",))


def _serve_bare() -> None:
    listening = listen(Access(port=0))
    app = FastAPI(openapi_url=None)
    gr.mount_gradio_app(app, bare_page(), path="/", ssr_mode=False)
    host, port = listening.getsockname()[:2]
    print(f"http://{host}:{port}/", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
