from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from simulator.errors import InputError
from simulator.web.server import MAX_BODY_BYTES, MAX_UPLOAD_BYTES, Access, listen
from tests.web.conftest import GRADIO_WARNINGS, Server

pytestmark = GRADIO_WARNINGS


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_nothing(host: str) -> None:
    Access(host).check()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_another_address_needs_a_password_or_a_plain_word(host: str) -> None:
    with pytest.raises(InputError, match="password"):
        Access(host).check()
    Access(host, password="long enough").check()
    Access(host, open_to_network=True).check()


def test_a_short_password_is_refused() -> None:
    with pytest.raises(InputError, match="8 characters"):
        Access(password="1234").check()


def test_a_port_in_use_is_one_line() -> None:
    with listen(Access(port=0)) as taken:
        taken.listen()
        with pytest.raises(InputError, match="choose another"):
            listen(Access(port=taken.getsockname()[1]))


def test_it_says_that_it_is_well(serve: Callable[..., Server]) -> None:
    assert httpx.get(serve().url + "healthz").json() == {"status": "ok"}


def test_a_body_that_is_too_large_is_refused(serve: Callable[..., Server]) -> None:
    url = serve().url + "gradio_api/queue/join"
    assert httpx.post(url, content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413

    def unannounced():
        for _ in range(20):
            yield b"x" * (MAX_BODY_BYTES // 10)

    with suppress(httpx.TransportError):  # the server may hang up, which is as good
        assert httpx.post(url, content=unannounced()).status_code >= 400


def test_a_file_may_be_larger_than_another_request(serve: Callable[..., Server]) -> None:
    url = serve().url + "gradio_api/upload"

    def send(size: int) -> int:
        return httpx.post(url, files={"files": ("a.csv", b"x" * size)}).status_code

    assert send(MAX_BODY_BYTES * 4) == 200
    assert send(MAX_UPLOAD_BYTES) == 413


def test_the_password_is_asked_for(serve: Callable[..., Server]) -> None:
    server = serve(Access(port=0, password="open sesame"))
    with httpx.Client(base_url=server.url) as client:
        assert client.get("config").status_code == 401
        wrong = client.post("login", data={"username": "a", "password": "open sesamo"})
        assert wrong.status_code == 400
        assert client.post("login", data={"username": "a", "password": "open sesame"}).is_success
        assert client.get("config").status_code == 200


def test_the_page_asks_no_other_host_for_anything(serve: Callable[..., Server]) -> None:
    page = httpx.get(serve().url).text
    assert "fonts.googleapis.com" not in page
    assert '"analytics_enabled":false' in page.replace(": ", ":")
