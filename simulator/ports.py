"""What the simulator needs from the outside world, as Protocols.

Entries choose the parts that satisfy them (an embedded model, an endpoint, a fake) and pass them
in; nothing below an entry knows which one it got.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.domain import Frozen, Grade, Lang, OpenQuestion, Section, Usage, Verdict

Vectors = NDArray[np.float32]


class Message(Frozen):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class Reply(Frozen):
    """A whole reply. `truncated` is True when the token limit cut it."""

    text: str
    usage: Usage = Usage()
    truncated: bool = False


class TokenOdds(Frozen):
    """Natural-log probabilities of the likeliest first tokens of a reply, before sampling."""

    logprobs: Mapping[str, float]
    usage: Usage = Usage()


class ChatModel(Protocol):
    """A chat model. Every method raises a `ModelError` of errors.py when it cannot answer.

    `name` identifies the model in provenance; `has_logprobs` says whether `first_token` works;
    `concurrency` is how many calls it can usefully serve at once.
    """

    @property
    def name(self) -> str: ...

    @property
    def has_logprobs(self) -> bool: ...

    @property
    def concurrency(self) -> int: ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        json_schema: Mapping[str, Any] | None = None,
    ) -> Reply:
        """One reply; with `json_schema`, text that is JSON of that schema's shape."""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int = 512, temperature: float = 0.0
    ) -> Iterator[str]:
        """Pieces of one reply as they are written; closing the iterator cancels the request."""

    def first_token(self, messages: Sequence[Message], *, top: int = 20) -> TokenOdds:
        """Distribution of the reply's first token."""

    def close(self) -> None:
        """Release what the model holds; calling it twice is harmless."""


class Embedder(Protocol):
    """Sentence embeddings, L2-normalised, shape (n, dimension), float32.

    `identity` names model and version: vectors of two identities must never be mixed.
    """

    @property
    def identity(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of search queries."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of documents, comparable with those of `queries`."""


class Hit(Frozen):
    """A retrieved section. `score` is a fused rank score: higher is better, no unit."""

    section: Section
    score: float


class Retriever(Protocol):
    """Search over a guide, and over the complements that it may have."""

    @property
    def guide(self) -> str:
        """Name of the guide searched."""

    @property
    def version(self) -> str:
        """Hash of the guide's text: offsets are valid for this version only."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Such a hash for each guide that a section may come from, by the guide's name."""

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        service: str | None = None,
        aspect: str | None = None,
        dimension: str | None = None,
    ) -> list[Hit]:
        """The k best sections, best first; filters are exact matches on metadata. Complements may
        add to them, never take a place away."""

    def section(self, key: str) -> Section | None:
        """The section with this key (``service/aspect``), the guide's own first, or None."""

    def sections(self) -> list[Section]:
        """Every section, in the guide's order, and then those of its complements."""


class Grader(Protocol):
    """Grades an exchange; see grading.grader."""

    def grade(
        self,
        question: OpenQuestion,
        answers: Sequence[str],
        retriever: Retriever | None,
        lang: Lang,
        on_progress: Callable[[int, int], None] = ...,
        deduction: float = ...,
    ) -> Grade:
        """The grade of the whole exchange; what cannot be graded is `ungraded`, never an error.

        `deduction` is raw score (0..1) that hints have taken from every dimension.
        """

    def preview(self, question: OpenQuestion, answers: Sequence[str]) -> Sequence[Verdict]:
        """Quick verdicts without a language model, good enough to aim a follow-up."""
