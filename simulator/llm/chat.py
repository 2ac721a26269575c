"""A chat model behind any OpenAI-compatible endpoint; the only importer of langchain_openai and
openai, both imported at first use because they take over a second."""

from __future__ import annotations

import contextlib
import json
import math
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from simulator.domain import Usage
from simulator.errors import EndpointError, ModelError, ReplyError
from simulator.llm.refusals import REMEDIES, is_too_long, message_of, refused_parameter
from simulator.ports import Message, Reply, TokenOdds

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class Endpoint:
    """Where to send requests. The key never shows in its repr."""

    base_url: str
    api_key: str = field(repr=False)


class OpenAIChat:
    """A `ChatModel` over `ChatOpenAI`.

    `timeout` is seconds to wait for a reply (or between two pieces of a stream); a request that
    cannot connect, times out, is rate-limited or meets a 5xx is tried again `retries` times.
    Parameters that the endpoint refuses (temperature of reasoning models, log-probabilities…) are
    learned at the first refusal and left out afterwards. `usage` sums every reply so far.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 120.0,
        retries: int = 2,
        has_logprobs: bool = True,
        concurrency: int = 8,
    ) -> None:
        self.concurrency = concurrency
        self.usage = Usage()
        self._name = name
        self._fixed = Endpoint(base_url or OPENAI_URL, api_key or "none")
        self._timeout = timeout
        self._retries = retries
        self._refused: set[str] = set() if has_logprobs else {"logprobs"}
        self._client: tuple[Endpoint, ChatOpenAI] | None = None
        self._http: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model's name at its endpoint."""
        return self._name

    @property
    def has_logprobs(self) -> bool:
        """False once the endpoint has refused log-probabilities, or when told so."""
        return "logprobs" not in self._refused

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        json_schema: Mapping[str, Any] | None = None,
    ) -> Reply:
        """One reply. With `json_schema` (every field required) its text is valid JSON.

        Raises EndpointError, or ReplyError when the text is empty or is not JSON.
        """
        wanted: dict[str, Any] = {"max_tokens": max_tokens, "temperature": temperature}
        if json_schema is not None:
            wanted["response_format"] = _response_format(json_schema)
        message = self._invoke(messages, wanted)
        truncated = message.response_metadata.get("finish_reason") == "length"
        reply = Reply(text=message.text, usage=self._count(message), truncated=truncated)
        if json_schema is not None:
            self._require_json(reply)
        elif not reply.text.strip():
            raise ReplyError(f"The model {self._name} sent an empty reply; try again.")
        return reply

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int = 512, temperature: float = 0.0
    ) -> Iterator[str]:
        """Pieces of one reply; closing the iterator closes the connection, which cancels it."""
        wanted = {"max_tokens": max_tokens, "temperature": temperature, "stream_options": True}
        chat = [message.model_dump() for message in messages]
        while True:
            sent = self._arguments(wanted)
            try:
                with contextlib.closing(self._model().stream(chat, **sent)) as chunks:  # type: ignore[type-var]
                    for chunk in chunks:
                        if chunk.usage_metadata:
                            self._count(chunk)
                        if chunk.text:
                            yield chunk.text
                return
            except Exception as error:
                self._learn(error, sent)

    def first_token(self, messages: Sequence[Message], *, top: int = 20) -> TokenOdds:
        """Natural-log probabilities of the `top` likeliest first tokens, before sampling.

        Raises ReplyError when the endpoint gives none; `has_logprobs` is False from then on.
        """
        wanted = {"max_tokens": 1, "temperature": 0.0, "logprobs": True, "top_logprobs": top}
        if not self.has_logprobs:
            self._no_logprobs()
        message = self._invoke(messages, wanted)
        content = (message.response_metadata.get("logprobs") or {}).get("content")
        if not content or not content[0].get("top_logprobs"):
            self._refused.add("logprobs")
            self._no_logprobs()
        odds: dict[str, float] = {}
        for entry in content[0]["top_logprobs"]:
            # Two ids may print alike (bytes of one character): their probabilities add up.
            logprob = float(entry["logprob"])
            known = odds.get(entry["token"])
            odds[entry["token"]] = logprob if known is None else _log_sum(known, logprob)
        return TokenOdds(logprobs=odds, usage=self._count(message))

    def close(self) -> None:
        """Close its connections; the next request opens new ones."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._http = self._client = None

    def _endpoint(self) -> Endpoint:
        return self._fixed

    def _where(self, endpoint: Endpoint) -> str:
        return f"The model at {endpoint.base_url}"

    def _unreachable(self, endpoint: Endpoint) -> ModelError:
        return EndpointError(
            f"Cannot reach the model at {endpoint.base_url}: check the address, that its server "
            "is running, and the network."
        )

    def _model(self) -> ChatOpenAI:
        endpoint = self._endpoint()
        with self._lock:
            if self._client is not None and self._client[0] == endpoint:
                return self._client[1]
            from langchain_openai import ChatOpenAI
            from openai import DefaultHttpxClient, Timeout
            from pydantic import SecretStr

            if self._http is not None:
                self._http.close()
            local = re.match(r"https?://(127\.|localhost\b|\[::1\])", endpoint.base_url)
            # A proxy of the environment cannot reach a server of this machine.
            self._http = DefaultHttpxClient(trust_env=not local)
            model = ChatOpenAI(
                model=self._name,
                base_url=endpoint.base_url,
                api_key=SecretStr(endpoint.api_key),
                timeout=Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout)),
                max_retries=self._retries,
                http_client=self._http,
                use_responses_api=False,
                output_version="v0",
            )
            self._client = (endpoint, model)
            return model

    def _invoke(self, messages: Sequence[Message], wanted: Mapping[str, Any]) -> Any:
        chat = [message.model_dump() for message in messages]
        while True:
            sent = self._arguments(wanted)
            try:
                return self._model().invoke(chat, **sent)
            except Exception as error:
                self._learn(error, sent)

    def _arguments(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """What to send of what is wanted, under the names that this endpoint takes."""
        sent = {name: value for name, value in wanted.items() if name not in self._refused}
        # In the raw body LangChain does not parse the reply, and so does not raise on it.
        body = {"response_format": sent.pop("response_format", None)}
        if "stream_options" in wanted:
            sent["stream_usage"] = sent.pop("stream_options", False)
        sent.pop("max_tokens", None)
        # OpenAI takes only the new name for newer models, many other servers only the old.
        names = ["max_tokens", "max_completion_tokens"]
        if self._fixed.base_url.startswith(OPENAI_URL):
            names.reverse()
        for name in [name for name in names if name not in self._refused][:1]:
            body[name] = wanted["max_tokens"]
        sent["extra_body"] = {name: value for name, value in body.items() if value is not None}
        return sent

    def _learn(self, error: Exception, sent: Mapping[str, Any]) -> None:
        """Note the parameter that the endpoint refused, or raise what the error means."""
        if isinstance(error, ModelError):
            raise error
        names = {*sent, *sent["extra_body"]} - {"extra_body", "stream_usage"}
        if sent.get("stream_usage"):
            names.add("stream_options")
        name = refused_parameter(error, names)
        if name is None:
            self._raise(error, message_of(error), getattr(error, "status_code", None))
        self._refused.add(name)
        if name == "logprobs":
            self._no_logprobs()

    def _raise(self, error: Exception, text: str, status: int | None) -> NoReturn:
        import openai

        endpoint = self._client[0] if self._client else self._fixed
        where = self._where(endpoint)
        detail = " ".join(text.replace(endpoint.api_key, "***").split())[:200]
        if isinstance(error, openai.APITimeoutError):
            raise EndpointError(
                f"{where} did not answer within {self._timeout:g} s: try again, or use a smaller "
                "or faster model."
            ) from error
        if isinstance(error, openai.APIConnectionError):
            raise self._unreachable(endpoint) from error
        if is_too_long(text):
            raise EndpointError(
                f"{where} cannot take a text this long: shorten the answer or use a model with a "
                f"longer context ({detail})."
            ) from error
        if status in REMEDIES:
            remedy = REMEDIES[status].format(model=repr(self._name))
            raise EndpointError(f"{where} refused the request: {remedy}.") from error
        if status is not None and status >= 500:
            raise EndpointError(
                f"{where} failed (HTTP {status}): try again later ({detail})."
            ) from error
        if status is not None:
            raise EndpointError(f"{where} refused the request: {detail}") from error
        raise ReplyError(
            f"{where} did not reply in the OpenAI format: check that the base URL is that of an "
            f"OpenAI-compatible API, usually ending in /v1 ({detail})."
        ) from error

    def _no_logprobs(self) -> NoReturn:
        raise ReplyError(
            f"The model {self._name} gives no token probabilities: use the structured judge."
        )

    def _require_json(self, reply: Reply) -> None:
        if reply.truncated:
            raise ReplyError(
                f"The reply of {self._name} was cut at its token limit: shorten the text or try "
                "again."
            )
        try:
            json.loads(reply.text)
        except ValueError as error:
            raise ReplyError(
                f"The model {self._name} did not reply in JSON: try again or use another model."
            ) from error

    def _count(self, message: Any) -> Usage:
        told = message.usage_metadata or {}
        usage = Usage(
            calls=1,
            prompt_tokens=told.get("input_tokens", 0),
            completion_tokens=told.get("output_tokens", 0),
        )
        with self._lock:
            self.usage += usage
        return usage


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    wrapped = {"name": "reply", "strict": True, "schema": dict(schema)}
    return {"type": "json_schema", "json_schema": wrapped}


def _log_sum(a: float, b: float) -> float:
    high, low = max(a, b), min(a, b)
    return high + math.log1p(math.exp(low - high))
