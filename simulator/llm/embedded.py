"""The embedded model: llama.cpp's server in a child process, behind the same `OpenAIChat`.

In a child because `xllamacpp.Server` holds the interpreter's lock while it loads (seconds), and so
that no crash or memory shortage of the model takes an interview with it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from simulator.errors import EndpointError, ModelError, WeightsError
from simulator.llm.chat import Endpoint, OpenAIChat
from simulator.llm.weights import is_gguf
from simulator.ports import Message, TokenOdds

CHILD = Path(__file__).with_name("llama.py")
LOOPBACK = "http://127.0.0.1"
_REMEMBERED = 4096
_LOG_BYTES = 1 << 20


class State(StrEnum):
    """Where a server stands."""

    IDLE = "idle"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    CLOSED = "closed"


class EmbeddedServer:
    """One llama.cpp server on loopback, on a free port, behind a random key.

    `log` is the file that takes what the child says on its standard error. `context` is in tokens.
    `state` and `reason` (of a failure) are for display. It ends with this process, however that
    ends. A server that died is started again at the next use. `odds` remembers what its users were
    told (see `EmbeddedChat`).
    """

    def __init__(
        self,
        gguf: Path,
        *,
        log: Path | None = None,
        context: int = 8192,
        threads: int | None = None,
        timeout: float = 180.0,
    ) -> None:
        self.state = State.IDLE
        self.reason = ""
        self.gguf = gguf
        self.odds: dict[tuple[tuple[Message, ...], int], TokenOdds] = {}
        self.log = log or Path(tempfile.gettempdir()) / f"simulator-llama-{os.getpid()}.log"
        self._context = context
        self._threads = threads or physical_cores()
        self._timeout = timeout
        self._users = 0
        self._process: subprocess.Popen[str] | None = None
        self._endpoint: Endpoint | None = None
        self._settled = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> EmbeddedServer:
        self.hold()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hold(self) -> None:
        """Count one more user."""
        with self._lock:
            self._users += 1

    def release(self) -> None:
        """Count one user less; the last one closes the server."""
        with self._lock:
            self._users -= 1
            last = self._users <= 0
        if last:
            self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the child, or None when there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start loading in the background and return at once; no effect when already under way."""
        with self._lock:
            if self.state in {State.STARTING, State.CLOSED} or self._alive():
                return
            self._reap()
            self.state, self.reason = State.STARTING, ""
            self._settled.clear()
            threading.Thread(target=self._launch, name="llama-start", daemon=True).start()

    def wait(self) -> Endpoint:
        """The address of the running server, started first if need be.

        Raises WeightsError for a file that is no model, ModelError when the server cannot run.
        """
        self.start()
        if not self._settled.wait(self._timeout):
            self._fail(f"it did not load within {self._timeout:g} s")
        if self.state is State.CLOSED:
            raise ModelError("The embedded model was closed; start the command again.")
        if self._endpoint is None:
            kind = ModelError if is_gguf(self.gguf) else WeightsError
            raise kind(f"The embedded model cannot start: {self.reason}")
        return self._endpoint

    def close(self) -> None:
        """Stop the child; calling it twice is harmless."""
        with self._lock:
            self.state = State.CLOSED
            self._endpoint = None
            self._reap()
            self._settled.set()
        atexit.unregister(self.close)

    def _launch(self) -> None:
        if not is_gguf(self.gguf):
            self._fail(f"{self.gguf} is not a GGUF model; choose another file or pull the default")
            return
        key = secrets.token_urlsafe(24)
        options = {
            "model": str(self.gguf.resolve()),
            "key": key,
            "context": self._context,
            "threads": self._threads,
        }
        try:
            process = self._spawn(options)
        except OSError as error:
            self._fail(f"its process could not be started ({error})")
            return
        assert process.stdout is not None
        said = process.stdout.readline()
        answer: dict[str, str] = {}
        with contextlib.suppress(ValueError):
            answer = json.loads(said)
        with self._lock:
            if self.state is not State.STARTING or self._process is not process:
                return
        if "address" not in answer:
            self._fail(
                answer.get("error") or "it stopped while loading (perhaps for lack of memory)"
            )
            return
        self._endpoint = Endpoint(answer["address"] + "/v1", key)
        self.state = State.READY
        self._settled.set()

    def _spawn(self, options: dict[str, Any]) -> subprocess.Popen[str]:
        with self._lock:
            if self.state is not State.STARTING:
                raise OSError("closed meanwhile")
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("ab") as log:
                if log.tell() > _LOG_BYTES:
                    log.truncate(0)
                # A session of its own: Ctrl-C in the terminal is for the interview alone.
                # Threads that sleep at barriers instead of spinning: on 2 cores shared with other
                # programs, prompts were 3-6 times and generation 5-14 times faster.
                environment = {"OMP_WAIT_POLICY": "passive"} | os.environ
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                    [sys.executable, "-P", str(CHILD)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=environment,
                    text=True,
                    encoding="utf-8",
                    start_new_session=True,
                )
            atexit.register(self.close)
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(options) + "\n")
            self._process.stdin.flush()
            return self._process

    def _fail(self, reason: str) -> None:
        with self._lock:
            if self.state is not State.CLOSED:
                self.state = State.FAILED
            self.reason = f"{reason.rstrip('.')} (details in {self.log})."
            self._endpoint = None
            self._reap()
            self._settled.set()

    def _alive(self) -> bool:
        return (
            self.state is State.READY
            and self._process is not None
            and (self._process.poll() is None)
        )

    def _reap(self) -> None:
        """End the child, which has nothing to save."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class EmbeddedChat(OpenAIChat):
    """`OpenAIChat` on an `EmbeddedServer`, which starts at the first request if not before.

    Its log-probabilities are repeatable: llama.cpp computes alike whether a shared prefix was
    cached or not, and an identical request, the one case computed otherwise, is answered from the
    server's memory of odds.
    """

    def __init__(self, name: str, server: EmbeddedServer, *, timeout: float = 600.0) -> None:
        super().__init__(name, base_url=LOOPBACK, timeout=timeout, retries=0, concurrency=1)
        self.server = server
        self._held = True
        server.hold()

    def first_token(self, messages: Sequence[Message], *, top: int = 20) -> TokenOdds:
        """As `OpenAIChat.first_token`; a repeated request costs nothing."""
        key = (tuple(messages), top)
        known = self.server.odds.get(key)
        if known is not None:
            return TokenOdds(logprobs=known.logprobs)
        odds = super().first_token(messages, top=top)
        if len(self.server.odds) >= _REMEMBERED:
            self.server.odds.clear()
        self.server.odds[key] = odds
        return odds

    def close(self) -> None:
        """Close its connections, and the server too when nobody else uses it."""
        super().close()
        if self._held:
            self._held = False
            self.server.release()

    def _endpoint(self) -> Endpoint:
        return self.server.wait()

    def _where(self, endpoint: Endpoint) -> str:
        del endpoint
        return "The embedded model"

    def _unreachable(self, endpoint: Endpoint) -> ModelError:
        del endpoint
        return EndpointError(
            "The embedded model stopped while it was answering (perhaps for lack of memory): try "
            f"again; details in {self.server.log}."
        )


_shared: dict[Path, EmbeddedServer] = {}
_shared_lock = threading.Lock()


def shared_server(gguf: Path, *, log: Path | None = None) -> EmbeddedServer:
    """The one server of this process for that file, started in the background."""
    with _shared_lock:
        server = _shared.get(gguf.resolve())
        if server is None or server.state is State.CLOSED:
            server = _shared[gguf.resolve()] = EmbeddedServer(gguf, log=log)
    server.start()
    return server


def physical_cores() -> int:
    """Physical cores, within this process's share of the machine: more only slows llama.cpp."""
    logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = logical or 1
    topology = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
    with contextlib.suppress(OSError, ValueError):
        cores = min(cores, len({path.read_text() for path in topology}) or cores)
    # A container's quota, e.g. "200000 100000": two cores (cgroup v2, cpu.max).
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, max(1, int(quota) // int(period)))
    return cores
