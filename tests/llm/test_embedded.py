import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from simulator.errors import EndpointError, ModelError, WeightsError
from simulator.llm.chat import OpenAIChat
from simulator.llm.embedded import EmbeddedChat, EmbeddedServer, State, physical_cores
from simulator.ports import Message

pytestmark = pytest.mark.llm


def ask(text: str, system: str = "You are a helpful assistant.") -> list[Message]:
    return [Message(role="system", content=system), Message(role="user", content=text)]


def gone(pid: int, within: float = 15.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return True
        if "State:\tZ" in status:
            return True
        time.sleep(0.05)
    return False


def test_completes_and_counts_usage(small):
    reply = small.complete(ask("Say hello."), max_tokens=8)
    assert reply.text.strip()
    assert reply.truncated
    assert reply.usage.calls == 1
    assert reply.usage.completion_tokens == 8
    assert reply.usage.prompt_tokens > 10
    assert small.usage == reply.usage


def test_streams_in_pieces_and_counts_usage(small):
    pieces = list(small.stream(ask("Count from one to ten."), max_tokens=12))
    assert len(pieces) > 3
    assert small.usage.completion_tokens == 12


def test_a_schema_shapes_the_reply(small):
    schema = {
        "type": "object",
        "properties": {"met": {"type": "boolean"}, "level": {"enum": ["low", "high"]}},
        "required": ["met", "level"],
        "additionalProperties": False,
    }
    reply = small.complete(ask("Is a queue useful?"), max_tokens=60, json_schema=schema)
    value = json.loads(reply.text)
    assert set(value) == {"met", "level"}
    assert isinstance(value["met"], bool)
    assert value["level"] in {"low", "high"}


def test_first_token_gives_log_probabilities(small):
    odds = small.first_token(ask("Is water wet? Answer yes or no."), top=10).logprobs
    values = list(odds.values())
    assert 5 <= len(values) <= 10
    assert values == sorted(values, reverse=True)
    assert all(v <= 0 for v in values)


def test_odds_are_the_same_whether_the_prefix_was_cached_or_not(server):
    shared = "A guide says: use a queue between the parts so that no order is lost. " * 5
    target = ask(shared + "Does it name a queue? Answer yes or no, with one word only.")

    def fresh() -> EmbeddedChat:
        return EmbeddedChat("smollm2", server)

    def odds(warm_up: str):
        chat = fresh()
        chat.first_token(ask(warm_up, system="Other."))
        chat.first_token(ask(warm_up))
        result = chat.first_token(target)
        chat.close()
        assert fresh_answer(target) == result.logprobs
        server.odds.clear()
        return result.logprobs

    def fresh_answer(messages):
        chat = fresh()
        again = chat.first_token(messages)
        chat.close()
        assert again.usage.calls == 0
        return again.logprobs

    cold = odds("Unrelated.")
    assert odds(shared + "Something else entirely, which is long enough to differ.") == cold
    assert odds(shared[: len(shared) // 2]) == cold


def test_closing_a_stream_stops_the_generation(small):
    began = time.monotonic()
    pieces = small.stream(ask("Write a very long story."), max_tokens=1500)
    next(pieces)
    pieces.close()
    # One slot: the next request waits for the former one unless that was really cancelled.
    small.complete(ask("Hello."), max_tokens=1)
    short = time.monotonic() - began
    began = time.monotonic()
    whole = "".join(small.stream(ask("Write a very long story."), max_tokens=60))
    per_token = (time.monotonic() - began) / 60
    assert len(whole) > 100
    assert short < 0.5 * per_token * 1500


def test_a_text_longer_than_the_context_is_one_clear_line(small):
    with pytest.raises(EndpointError, match="shorten the answer") as caught:
        small.complete(ask("word " * 3000))
    assert "\n" not in str(caught.value)


def test_the_key_guards_the_server(server):
    endpoint = server.wait()
    stranger = OpenAIChat("smollm2", base_url=endpoint.base_url, api_key="guess", retries=0)
    with pytest.raises(EndpointError, match="OPENAI_API_KEY") as caught:
        stranger.complete(ask("Hello."))
    stranger.close()
    assert "guess" not in str(caught.value)
    assert endpoint.api_key not in repr(endpoint)
    assert endpoint.base_url.startswith("http://127.0.0.1:")
    command = Path(f"/proc/{server.pid}/cmdline").read_bytes()
    assert endpoint.api_key.encode() not in command


def test_starting_returns_at_once_and_the_state_tells(small_gguf, tmp_path):
    server = EmbeddedServer(small_gguf, log=tmp_path / "log", context=512, threads=1)
    assert server.state is State.IDLE
    began = time.monotonic()
    server.start()
    server.start()
    assert time.monotonic() - began < 0.5
    assert server.state is State.STARTING
    server.wait()
    assert server.state is State.READY
    pid = server.pid
    server.close()
    server.close()
    assert gone(pid)
    assert server.state is State.CLOSED
    with pytest.raises(ModelError, match="closed"):
        server.wait()


def test_the_last_user_closes_the_server(small_gguf, tmp_path):
    server = EmbeddedServer(small_gguf, log=tmp_path / "log", context=512, threads=1)
    one, two = EmbeddedChat("a", server), EmbeddedChat("b", server)
    server.start()
    server.wait()
    pid = server.pid
    one.close()
    one.close()
    assert server.state is State.READY
    two.close()
    assert server.state is State.CLOSED
    assert gone(pid)


def test_a_server_that_died_is_started_again(small_gguf, tmp_path):
    with EmbeddedServer(small_gguf, log=tmp_path / "log", context=512, threads=1) as server:
        chat = EmbeddedChat("smollm2", server)
        chat.complete(ask("Hello."), max_tokens=1)
        os.kill(server.pid, signal.SIGKILL)
        server._process.wait()
        assert chat.complete(ask("Hello."), max_tokens=1).usage.calls == 1
        chat.close()


def test_a_server_that_dies_while_it_answers_is_one_line(small_gguf, tmp_path):
    with EmbeddedServer(small_gguf, log=tmp_path / "log", context=2048, threads=1) as server:
        chat = EmbeddedChat("smollm2", server)
        pieces = chat.stream(ask("Write a very long story."), max_tokens=1500)
        next(pieces)
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(EndpointError, match="stopped while it was answering"):
            list(pieces)
        chat.close()


def test_a_file_that_is_no_model_fails_with_a_remedy(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"<html>")
    with (
        EmbeddedServer(path, log=tmp_path / "log") as server,
        pytest.raises(WeightsError, match="not a GGUF model"),
    ):
        server.wait()


def test_a_truncated_model_fails_with_the_log_named(small_gguf, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(small_gguf.read_bytes()[:5_000_000])
    server = EmbeddedServer(path, log=tmp_path / "child.log")
    with pytest.raises(ModelError, match=r"child\.log") as caught:
        server.wait()
    assert server.state is State.FAILED
    assert "\n" not in str(caught.value)
    assert server.pid is None
    server.close()


ORPHAN = """
import sys, time
from pathlib import Path
from simulator.llm.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), log=Path(sys.argv[2]), context=512, threads=1)
server.start()
if sys.argv[3] == "ready":
    server.wait()
while server.pid is None:
    time.sleep(0.01)
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("moment", ["ready", "loading"])
def test_the_child_ends_when_its_parent_is_killed(small_gguf, tmp_path, moment):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", ORPHAN, str(small_gguf), str(tmp_path / "log"), moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    assert gone(child)


def test_two_threads_share_one_server(server):
    chat = EmbeddedChat("smollm2", server)
    replies: list[str] = []

    def work():
        replies.append(chat.complete(ask("Say hello."), max_tokens=4).text)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chat.close()
    assert len(replies) == 3
    assert chat.usage.calls == 3


def test_counts_the_cores():
    assert 1 <= physical_cores() <= (os.cpu_count() or 1)
