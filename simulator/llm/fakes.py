"""A scripted chat model for tests and demonstrations: public, offline, instant."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simulator.domain import Usage
from simulator.errors import ReplyError
from simulator.ports import Message, Reply, TokenOdds

Odds = Mapping[str, float] | Callable[[Sequence[Message]], Mapping[str, float]]
Answer = Callable[[Sequence[Message]], str]


@dataclass(frozen=True)
class Call:
    """One request that a `FakeChat` received."""

    method: Literal["complete", "stream", "first_token"]
    messages: tuple[Message, ...]
    json_schema: Mapping[str, Any] | None = None

    @property
    def text(self) -> str:
        """The contents of its messages, joined."""
        return "\n".join(message.content for message in self.messages)


class FakeChat:
    """A `ChatModel` that says what it was told to say.

    `complete` and `stream` take the next item enqueued — a text, a `Reply`, an exception to raise
    — or, with the queue empty, call `answer`. `first_token` takes `odds`: probabilities (0..1) of
    tokens, or a function from the messages to them; an exception put in `fail_odds` is raised
    instead. Every request is kept in `calls`. Safe to use from several threads.
    """

    def __init__(
        self,
        *replies: str | Reply | Exception,
        odds: Odds | None = None,
        answer: Answer | None = None,
        has_logprobs: bool = True,
        name: str = "fake",
        concurrency: int = 1,
    ) -> None:
        self.name = name
        self.has_logprobs = has_logprobs
        self.concurrency = concurrency
        self.calls: list[Call] = []
        self.odds: Odds = {"SI": 0.5, "NO": 0.5} if odds is None else odds
        self.answer = answer
        self.fail_odds: Exception | None = None
        self.closed = False
        self.cancelled = 0
        self._queue: deque[str | Reply | Exception] = deque(replies)
        self._lock = threading.Lock()

    def enqueue(self, *replies: str | Reply | Exception) -> FakeChat:
        """Add replies, given in this order; returns itself."""
        self._queue.extend(replies)
        return self

    @property
    def pending(self) -> int:
        """Replies that nobody has taken yet."""
        return len(self._queue)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        json_schema: Mapping[str, Any] | None = None,
    ) -> Reply:
        """The next reply of the queue."""
        del max_tokens, temperature
        return self._next(Call("complete", tuple(messages), json_schema))

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int = 512, temperature: float = 0.0
    ) -> Iterator[str]:
        """The next reply word by word; `cancelled` counts the iterators closed half-way."""
        del max_tokens, temperature
        text = self._next(Call("stream", tuple(messages))).text
        return self._pieces(text)

    def first_token(self, messages: Sequence[Message], *, top: int = 20) -> TokenOdds:
        """The scripted odds, as natural-log probabilities, likeliest first."""
        with self._lock:
            self.calls.append(Call("first_token", tuple(messages)))
        if self.fail_odds is not None:
            raise self.fail_odds
        if not self.has_logprobs:
            raise ReplyError(f"The model {self.name} gives no token probabilities.")
        odds = self.odds(messages) if callable(self.odds) else self.odds
        best = sorted(odds.items(), key=lambda item: -item[1])[:top]
        logprobs = {token: math.log(max(p, 1e-12)) for token, p in best}
        return TokenOdds(logprobs=logprobs, usage=Usage(calls=1, completion_tokens=1))

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _next(self, call: Call) -> Reply:
        with self._lock:
            self.calls.append(call)
            item = self._queue.popleft() if self._queue else None
        if item is None:
            if self.answer is None:
                raise AssertionError(f"FakeChat has no reply left for: {call.text[:200]!r}")
            item = self.answer(call.messages)
        if isinstance(item, Exception):
            raise item
        if isinstance(item, Reply):
            return item
        words = len(item.split())
        prompt = len(call.text.split())
        usage = Usage(calls=1, prompt_tokens=prompt, completion_tokens=words)
        return Reply(text=item, usage=usage)

    def _pieces(self, text: str) -> Iterator[str]:
        words = text.split(" ")
        try:
            for index, word in enumerate(words):
                yield word if index == 0 else " " + word
        except GeneratorExit:
            self.cancelled += 1
            raise
