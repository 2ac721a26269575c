"""Where the parts are chosen: a store, a guide, a model and a grader out of the settings.

Everything is built when it is first asked for, so that a command pays for what it uses only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

from simulator import resources
from simulator.conversation import Parts
from simulator.domain import InterviewConfig, Lang, Rubric
from simulator.grading.rubric import load_rubric
from simulator.interview.bank import Bank, load_bank
from simulator.interviewer.agent import Interviewer
from simulator.llm.model_choice import ModelChoice, choose_model, open_model
from simulator.ports import ChatModel, Embedder, Grader, Message, Retriever
from simulator.settings import Settings
from simulator.texts import Texts

if TYPE_CHECKING:
    from simulator.guide.store import GuideStore, IndexedGuide
    from simulator.library import Library
    from simulator.llm.weights import ModelFile, Progress, WeightsCache
    from simulator.sessions.store import SessionStore

_MEGABYTE = 1_000_000

# Shows the download of a model while it lasts; what it yields takes the moments of it.
ShowDownload = Callable[["ModelFile"], AbstractContextManager[Callable[["Progress"], None]]]


class Assembly:
    """The parts of one process. Close it, or use it as a context manager."""

    default_guide = "aws_guide.es"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.own_bank = settings.home / "bank"
        self.derived_bank = settings.home / "derived"
        self._open = ExitStack()
        self._lock = threading.RLock()
        self._banks: dict[Lang, Bank] = {}
        self._retrievers: dict[str, Retriever] = {}
        self._graders: dict[str, Grader] = {}

    def __enter__(self) -> Assembly:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release databases, indexes and the model."""
        self._open.close()

    def parts(self) -> Parts:
        """What `Interviews` needs."""
        return Parts(
            store=self.sessions,
            rubric=self.rubric,
            bank=self.bank,
            retriever=self.retriever,
            grader=self.grader,
            interviewer=self.interviewer,
        )

    @cached_property
    def sessions(self) -> SessionStore:
        """The record of interviews."""
        from simulator.sessions.store import SessionStore

        store = SessionStore(self.settings.database_url)
        self._open.callback(store.close)
        return store

    @cached_property
    def rubric(self) -> Rubric:
        """The dimensions of a grade."""
        return load_rubric()

    @cached_property
    def embedder(self) -> Embedder:
        """The sentence embeddings."""
        from simulator.llm.embeddings import E5Embedder

        return E5Embedder()

    @cached_property
    def guides(self) -> GuideStore:
        """Every ingested guide."""
        from simulator.guide.store import GuideStore

        return self._open.enter_context(GuideStore(self.settings.home / "guides", self.embedder))

    @cached_property
    def library(self) -> Library:
        """The guides that people bring."""
        from simulator.grading.similarity import Matcher
        from simulator.guide.shipped import shipped_guides
        from simulator.library import Library

        return Library(
            lambda: self.guides,
            lambda: Matcher(self.embedder),
            self.rubric,
            self.derived_bank,
            frozenset(shipped_guides()),
            self._forget,
        )

    def _forget(self, guide: str) -> None:
        """A guide has changed: what was read of it, and the questions, are read again."""
        with self._lock:
            self._retrievers.pop(guide, None)
            self._banks.clear()

    def bank(self, lang: Lang) -> Bank:
        """The shipped questions, the person's own and those derived from guides, in a language."""
        if lang not in self._banks:
            folders = (resources.folder("knowledge"), self.own_bank, self.derived_bank)
            self._banks[lang] = load_bank(folders, lang)
        return self._banks[lang]

    def retriever(self, guide: str) -> Retriever:
        """Search over a guide and its complements; shipped ones are ingested when they are
        missing or outdated."""
        from simulator.guide.joined import JoinedRetriever
        from simulator.guide.shipped import shipped_guides

        with self._lock:
            if guide not in self._retrievers:
                known = shipped_guides().get(guide)
                complements = known.complements if known else ()
                self._retrievers[guide] = JoinedRetriever(
                    self._index(guide), lambda: [self._index(c) for c in complements], self.embedder
                )
            return self._retrievers[guide]

    def grader(self, config: InterviewConfig) -> Grader:
        """The grader of an interview; it starts the model only when it first grades with it."""
        from simulator.grading.grader import RubricGrader
        from simulator.grading.neighbours import Neighbours
        from simulator.grading.phrasebook import Phrasebook
        from simulator.grading.priors import Priors

        with self._lock:
            if config.judge not in self._graders:
                self._graders[config.judge] = RubricGrader(
                    self.embedder,
                    self.rubric,
                    None if config.judge == "similarity" else self.model,
                    judge=config.judge,
                    priors=Priors(self.settings.home / "priors.json"),
                    phrasebook=Phrasebook((resources.folder("knowledge"), self.own_bank)),
                    neighbours=Neighbours(lambda lang: self.bank(lang).open),
                )
            return self._graders[config.judge]

    def interviewer(self, config: InterviewConfig) -> Interviewer:
        """Who speaks; a model words the follow-ups where answers are judged by one."""
        model = None if config.judge == "similarity" else self.model
        return Interviewer(self.embedder, model)

    @cached_property
    def model(self) -> ChatModel:
        """The chat model; an embedded one starts loading in the background."""
        choice = self.model_choice
        gguf = None
        if choice.weights is not None:
            gguf = self.weights.path_of(choice.weights)
        key = self.settings.api_key
        model = open_model(
            choice,
            api_key=key.get_secret_value() if key else None,
            gguf=gguf,
            log=self.settings.home / "model.log",
        )
        self._open.callback(model.close)
        return model

    @cached_property
    def model_choice(self) -> ModelChoice:
        """Which model the settings ask for. Raises InputError for what cannot work."""
        key = self.settings.api_key
        return choose_model(
            self.settings.model,
            base_url=self.settings.base_url,
            api_key=key.get_secret_value() if key else None,
            names=tuple(sorted(self.weights.catalogue.models, key=self._default_first)),
        )

    @cached_property
    def weights(self) -> WeightsCache:
        """The files of embedded models."""
        from simulator.llm.weights import WeightsCache

        return WeightsCache(self.settings.cache)

    def describe_model(self, texts: Texts, judge: str) -> str:
        """One line for a person: what grades, and whether anything leaves this machine."""
        if judge == "similarity":
            return texts("terminal.model.none")
        choice = self.model_choice
        if choice.weights is not None:
            model = self.weights.model(choice.weights)
            return texts("terminal.model.embedded", name=model.title, licence=model.licence)
        if choice.gguf is not None:
            return texts("terminal.model.own_file", name=choice.gguf.name)
        if self.settings.base_url:
            return texts("terminal.model.endpoint", name=choice.name, address=choice.base_url)
        return texts("terminal.model.openai", name=choice.name)

    def prepare_model(self, judge: str, show_download: ShowDownload) -> None:
        """Fetch the model's file if it is missing, then start loading; returns before it is ready.

        Raises a ModelError or StorageError when it cannot be had.
        """
        if judge == "similarity":
            return
        name = self.model_choice.weights
        if name is not None and self.weights.presence(name) != "present":
            with show_download(self.weights.model(name)) as report:
                self.weights.pull(name, report)
        _ = self.model

    def check_model(self) -> None:
        """Wait until the model answers. Raises a ModelError when it does not."""
        self.model.complete([Message(role="user", content="ok")], max_tokens=1)

    def _index(self, guide: str) -> IndexedGuide:
        from simulator.guide.shipped import shipped_guides, text_of

        with self._lock:
            if guide in shipped_guides():
                self.guides.ingest(guide, text_of(guide))
            return self.guides.open(guide)

    def _default_first(self, name: str) -> bool:
        return name != self.weights.catalogue.default
