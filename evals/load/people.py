"""Many people at once: what each does, and what must never happen to any of them."""

from __future__ import annotations

import asyncio
import random
import re
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from evals.load.wire import Visitor, WireError
from simulator.domain import Lang
from simulator.texts import Texts

_TEXTS = Texts(Lang.ES)
_MARK = re.compile(r"candidata-\d+")
_ALERT = re.compile(r'<div role="alert"[^>]*>(.*?)</div>', re.S)
_ANSWER = (
    "Soy {me}. Pondría API Gateway delante de Lambda y una cola SQS para desacoplar el"
    " procesamiento; guardo en DynamoDB con una clave de idempotencia, cifro con KMS y doy a cada"
    " función un rol de IAM con permisos mínimos."
)
_MOST_TURNS = 12
_ENOUGH_FAULTS = 20


@dataclass
class Crowd:
    """What came of it. `reactions` in seconds; `faults` must stay empty."""

    reactions: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    interviews: int = 0


Life = Callable[[Visitor, str, Callable[[], Awaitable[None]], Crowd], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """`count` people who live `live` over and over, about `think` s between two events of one.

    They stop after `seconds`, after `rounds` lives each where that is given, or when it is `over`.
    """

    count: int
    live: Life
    think: float
    seconds: float = 600.0
    rounds: int | None = None
    over: threading.Event = field(default_factory=threading.Event)


async def crowd(url: str, plan: Plan) -> Crowd:
    """What comes of it when they use the page at this address."""
    found = Crowd()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=2 * plan.count)
    async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False) as client:
        config = (await client.get("config", timeout=60)).json()
        end = time.monotonic() + plan.seconds
        people = (_person(client, config, n, end, plan, found) for n in range(plan.count))
        await asyncio.gather(*people)
    return found


async def _person(
    client: httpx.AsyncClient,
    config: Mapping[str, Any],
    number: int,
    end: float,
    plan: Plan,
    found: Crowd,
) -> None:
    chance = random.Random(number)  # noqa: S311 - nothing secret about when somebody clicks
    me = f"candidata-{number}"

    async def pause() -> None:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * plan.think)
        if plan.over.is_set() or time.monotonic() > end:
            raise _Enough

    lives = 0
    while plan.rounds is None or lives < plan.rounds:
        lives += 1
        visitor = Visitor(client, config)
        try:
            await pause()
            await plan.live(visitor, me, pause, found)
        except _Enough:
            return
        except (WireError, httpx.HTTPError, LookupError) as error:
            found.faults.append(f"{me}: {type(error).__name__} {error}")
            if len(found.faults) > _ENOUGH_FAULTS:
                return
        finally:
            found.reactions.extend(visitor.reactions)


class _Enough(Exception):  # noqa: N818 - the time is up
    pass


async def interview(
    visitor: Visitor, me: str, pause: Callable[[], Awaitable[None]], found: Crowd
) -> None:
    """Enter, hold an interview of two closed questions and an open one, look at the guide."""
    place, log = visitor.component("place"), visitor.component("log")
    for name, count in (("web.start.closed", 2), ("web.start.open", 1)):
        visitor.values[visitor.component(_TEXTS(name))] = count
    await visitor.fire(None, "load")
    await pause()
    await visitor.fire(visitor.component(_TEXTS("web.start.begin")), "click")
    mine = str(visitor.values[place]).partition(":")[0]
    for turn in range(_MOST_TURNS):
        await pause()
        if not await _next(visitor, me, turn):
            await visitor.fire(visitor.component("status"), "submit")
            break
        said = str(visitor.values[log])
        found.faults += faults(me, mine, str(visitor.values[place]), said, _notice(visitor))
    else:
        found.faults.append(f"{me}: the interview does not end")
    card = str(visitor.values[visitor.component("card")])
    found.faults += faults(me, mine, str(visitor.values[place]), card, _notice(visitor))
    found.interviews += 1
    await pause()
    search = visitor.component(_TEXTS("web.guide.find"))
    visitor.values[visitor.component(_TEXTS("web.guide.search"))] = "duplicados en la cola"
    await visitor.fire(search, "click")
    await pause()
    await visitor.fire(visitor.component(_TEXTS("web.card.again")), "click")


async def _next(visitor: Visitor, me: str, turn: int) -> bool:
    """Say the next thing; False where the interview is over."""
    options = visitor.component("options")
    shown = str(visitor.values[options] or "")
    letters = re.findall(r'data-option="(\w)"', shown)
    if letters:
        need = int(re.search(r'data-count="(\d+)"', shown)[1])  # type: ignore[index]
        await visitor.fire(options, "submit", {"answer": ", ".join(letters[:need])})
        return True
    status = str(visitor.values[visitor.component("status")])
    if "data-running" not in status:
        return False
    if turn > 4:
        await visitor.fire(visitor.component(_TEXTS("web.answer.skip")), "click")
        return True
    visitor.values[visitor.component("answer")] = _ANSWER.format(me=me)
    await visitor.fire(visitor.component("send-answer"), "click")
    return True


def faults(me: str, mine: str, place: str, shown: str, notice: str) -> list[str]:
    """What is wrong where somebody is shown another's session or words, or an alert."""
    found = []
    if place.partition(":")[0] != mine:
        found.append(f"{me}: session {mine} became {place}")
    if strangers := set(_MARK.findall(shown)) - {me}:
        found.append(f"{me}: reads the words of {strangers}")
    if alert := _ALERT.search(notice):
        found.append(f"{me}: {alert[1][:200]}")
    return found


def _notice(visitor: Visitor) -> str:
    return str(visitor.values[visitor.component("notice")] or "")


async def chatter(
    visitor: Visitor, me: str, pause: Callable[[], Awaitable[None]], found: Crowd
) -> None:
    """The same number of words, said to the bare page."""
    box = visitor.component("box")
    for _ in range(_MOST_TURNS):
        visitor.values[box] = _ANSWER.format(me=me)
        await visitor.fire(box, "submit")
        await pause()
    found.interviews += 1
