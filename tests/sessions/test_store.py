from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.domain import InterviewConfig, Phase
from simulator.errors import SessionError, StorageError
from simulator.interview.events import Answered, Asked, Finished, Started
from simulator.sessions.store import SessionStore

ASKED = Asked(question_id="q1", phase=Phase.CLOSED, text="¿?")


def started(id: str = "abc123", created: str = "2026-01-01T00:00:00+00:00") -> Started:
    return Started(id=id, created=created, config=InterviewConfig(), plan=("q1",))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'sessions.db'}"


@pytest.fixture
def store(url: str) -> Iterator[SessionStore]:
    store = SessionStore(url)
    yield store
    store.close()


def test_what_is_recorded_is_read_by_another_process(store: SessionStore, url: str) -> None:
    store.create(started())
    store.append("abc123", 1, ASKED)
    other = SessionStore(url)
    assert other.events("abc123") == [started(), ASKED]
    assert other.load("abc123").current is not None
    other.close()


def test_two_writers_of_one_session_never_mix(store: SessionStore) -> None:
    store.create(started())
    store.append("abc123", 1, ASKED)
    with pytest.raises(SessionError, match="another window"):
        store.append("abc123", 1, Answered(text="late"))
    assert store.events("abc123") == [started(), ASKED]


def test_an_id_is_found_by_its_beginning(store: SessionStore) -> None:
    store.create(started("abc123"))
    store.create(started("abd456"))
    assert store.find("abc") == "abc123"
    for prefix, says in (("ab", "several"), ("zz", "no session"), ("%", "no session")):
        with pytest.raises(SessionError, match=says):
            store.find(prefix)


def test_the_list_is_newest_first_and_knows_what_is_finished(store: SessionStore) -> None:
    store.create(started("old", "2026-01-01T00:00:00+00:00"))
    store.create(started("new", "2026-02-01T00:00:00+00:00"))
    store.append("old", 1, Finished())
    assert [(s.id, s.finished, s.events) for s in store.list()] == [
        ("new", False, 1),
        ("old", True, 2),
    ]


def test_a_deleted_session_is_gone(store: SessionStore) -> None:
    store.create(started())
    store.delete("abc123")
    with pytest.raises(SessionError, match="no session"):
        store.load("abc123")


WRITER = """
import sys
from simulator.domain import InterviewConfig, Phase
from simulator.interview.events import Asked, Answered, Started
from simulator.sessions.store import SessionStore
store = SessionStore(sys.argv[1])
store.create(Started(id="killed", created="t", config=InterviewConfig(), plan=("q1",)))
store.append("killed", 1, Asked(question_id="q1", phase=Phase.OPEN, text="?"))
for number in range(2, 100_000):
    store.append("killed", number, Answered(text=f"answer {number}"))
    print(number, flush=True)
"""


def test_nothing_committed_is_lost_by_kill_9(url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(20)]
        os.kill(writer.pid, signal.SIGKILL)
        told += [int(line) for line in writer.stdout if line.endswith("\n")]
    store = SessionStore(url)
    kept = store.events("killed")
    store.close()
    assert len(kept) >= told[-1] + 1
    assert kept[told[-1]] == Answered(text=f"answer {told[-1]}")


@pytest.mark.parametrize("url", ["nonsense", "mysql+nothing://x/y", "sqlite:////proc/none/s.db"])
def test_an_unusable_database_says_what_to_do(url: str) -> None:
    with pytest.raises(StorageError, match="SIMULATOR_"):
        SessionStore(url)


def test_a_damaged_database_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    path.write_bytes(b"this is no database " * 200)
    with pytest.raises(StorageError, match="database failed"):
        SessionStore(f"sqlite:///{path}")
