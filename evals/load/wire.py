"""Gradio's own protocol, as the page speaks it: one visitor without a browser."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import httpx

_LIMIT = 60.0  # seconds without a word from the server


class WireError(Exception):
    """The server refused, failed, or fell silent."""


class Visitor:
    """The components' values as a browser holds them, and the events that it sends.

    `reactions` are the seconds from each event to the first answer that changes something.
    """

    def __init__(self, client: httpx.AsyncClient, config: Mapping[str, Any]) -> None:
        self._client = client
        self._session = secrets.token_hex(6)
        self._components = {c["id"]: c for c in config["components"]}
        self._dependencies = config["dependencies"]
        self.values = {id_: c["props"].get("value") for id_, c in self._components.items()}
        self.reactions: list[float] = []

    def component(self, name: str) -> int:
        """The id of the component with this ``elem_id``, or this text on it."""
        for id_, component in self._components.items():
            props = component["props"]
            if name in (props.get("elem_id"), props.get("value"), props.get("label")):
                return int(id_)
        raise WireError(f"the page has no '{name}'")

    async def fire(self, component: int | None, event: str, data: Any = None) -> None:
        """Send an event and take in all that comes of it. Raises WireError.

        No component stands for the page itself.
        """
        dependency = self._dependency(component, event)
        body = {
            "data": [self.values.get(id_) for id_ in dependency["inputs"]],
            "event_data": data,
            "fn_index": dependency["id"],
            "trigger_id": component,
            "session_hash": self._session,
        }
        began = time.perf_counter()
        joined = await self._client.post("gradio_api/queue/join", json=body, timeout=_LIMIT)
        if joined.status_code != 200:
            raise WireError(f"{event}: HTTP {joined.status_code} {joined.text[:200]}")
        reaction = await self._listen(dependency["outputs"], event)
        self.reactions.append(reaction - began)

    def _dependency(self, component: int | None, event: str) -> Mapping[str, Any]:
        for one in self._dependencies:
            for target, name in one["targets"]:
                if name == event and component in (None, target) and one["backend_fn"]:
                    return dict(one)
        raise WireError(f"nothing on the page listens to {event} of {component}")

    async def _listen(self, outputs: list[int], event: str) -> float:
        """Take in the answers to one event; when the first one came."""
        first: float | None = None
        held: list[Any] | None = None
        query = {"session_hash": self._session}
        async with self._client.stream(
            "GET", "gradio_api/queue/data", params=query, timeout=_LIMIT
        ) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line[6:])
                if message["msg"] not in ("process_generating", "process_completed"):
                    if message["msg"] == "close_stream":
                        break
                    continue
                if not message.get("success", True):
                    raise WireError(f"{event}: {json.dumps(message)[:300]}")
                first = first or time.perf_counter()
                held = _merged(held, message)
                self._take(outputs, held)
        if first is None:
            raise WireError(f"{event}: no answer")
        return first

    def _take(self, outputs: list[int], data: list[Any]) -> None:
        for id_, value in zip(outputs, data, strict=False):
            if isinstance(value, dict) and value.get("__type__") == "update":
                if "value" in value:
                    self.values[id_] = value["value"]
            elif value is not None:
                self.values[id_] = value


def _merged(held: list[Any] | None, message: Mapping[str, Any]) -> list[Any]:
    """The outputs after a message: whole at first and last, differences in between."""
    data: list[Any] = message["output"]["data"]
    if held is None or message["msg"] == "process_completed":
        return data or held or []
    return [_patched(old, edits) for old, edits in zip(held, data, strict=True)]


def _patched(old: Any, edits: list[Any]) -> Any:
    holder: list[Any] = [json.loads(json.dumps(old))]
    for action, path, value in edits:
        steps: list[Any] = [0, *path]
        place: Any = holder
        for step in steps[:-1]:
            place = place[step]
        last = steps[-1]
        if action == "append":
            place[last] += value
        elif action == "delete":
            del place[last]
        elif action == "add" and isinstance(place, list):
            place.insert(last, value)
        else:
            place[last] = value
    return holder[0]
