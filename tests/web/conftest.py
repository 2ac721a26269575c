"""A real server on a free loopback port and a real Chromium, for the tests of the page."""

from __future__ import annotations

import gc
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from simulator.web.desk import Desk
from simulator.web.server import Access, application, listen
from simulator.web.ui import build_ui
from tests.fakes import HashAssembly
from tests.web.fakes import WordGrader, desk

SCREENSHOTS = Path(__file__).resolve().parents[2] / "out" / "screenshots"
# Gradio 6.31 uses what pandas 3 has deprecated each time that an event ends, and leaves the event
# loops unclosed that it makes while a page is built.
GRADIO_WARNINGS = pytest.mark.filterwarnings(
    "ignore::pandas.errors.Pandas4Warning", "ignore:unclosed:ResourceWarning"
)
_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Server:
    """The page served in a thread; `stop` and `start` again make a restart on the same port."""

    def __init__(self, make: Callable[[], Desk], access: Access | None = None, mcp: bool = False):
        self._make = make
        self._access = access or Access(port=0)
        self._mcp = mcp
        self.port = self._access.port
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self.desk = self._make()
        access = replace(self._access, port=self.port, open_to_network=True)
        listening = listen(access)
        self.port = listening.getsockname()[1]
        app = application(build_ui(self.desk), access, self._mcp)
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + 30
        while not self._server.started:
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        assert not self._thread.is_alive(), "the server does not stop"
        if self.desk.batches is not None:
            self.desk.batches.close()
        self.desk.parts.store.close()
        del self._server, self._thread
        # Here, and not in some later test that would be blamed for it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture
def grader() -> WordGrader:
    return WordGrader()


@pytest.fixture
def it(tmp_path: Path, grader: WordGrader) -> Iterator[Desk]:
    """A desk over the test's own home folder."""
    made = desk(tmp_path, grader)
    yield made
    made.parts.store.close()


@pytest.fixture
def assembly(tmp_path: Path) -> Iterator[HashAssembly]:
    with HashAssembly(tmp_path) as made:
        yield made
        made.gate.set()


@pytest.fixture
def serve(
    tmp_path: Path, grader: WordGrader, assembly: HashAssembly
) -> Iterator[Callable[..., Server]]:
    """Starts servers over the test's own home folder, and stops them."""
    running: list[Server] = []

    def start(access: Access | None = None, shared: bool = False, mcp: bool = False) -> Server:
        server = Server(lambda: desk(tmp_path, grader, shared, assembly), access, mcp)
        running.append(server)
        return server

    yield start
    assembly.gate.set()
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing; install the Debian package 'chromium'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


expect.set_options(timeout=15_000)


class Visitor:
    """Somebody with a browser of their own. What must never happen is collected in `faults`."""

    def __init__(self, browser: Browser, server: Server, **options: object) -> None:
        self.server = server
        self.context = browser.new_context(**options)  # type: ignore[arg-type]
        self.faults: list[str] = []
        self.page = self.tab()

    def tab(self, address: str = "") -> Page:
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(self.server.url + address)
        return page

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.faults.append(f"console: {getattr(message, 'text', '')}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.server.url, "data:", "blob:")):
            self.faults.append(f"request to another host: {url[:200]}")

    def reload(self) -> None:
        """Load the page again; that it cuts what was being sent is no fault."""
        self.page.reload()
        self.forgive("AbortError", "Connection errored out", "ERR_CONNECTION", "ERR_INCOMPLETE")

    def forgive(self, *words: str) -> None:
        """Drop the faults that the browser reports because the test itself cut a connection."""
        self.faults = [f for f in self.faults if not any(word in f for word in words)]

    def picture(self, name: str, page: Page | None = None, whole: bool = True) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (page or self.page).screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens the page as somebody new; at the end nobody may have met a fault."""
    visitors: list[Visitor] = []

    def arrive(server: Server, **options: object) -> Visitor:
        visitor = Visitor(chromium, server, **options)
        visitors.append(visitor)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []
