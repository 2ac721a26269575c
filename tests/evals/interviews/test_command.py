import json
from pathlib import Path

import numpy as np
import pytest

from evals.interviews.command import main
from evals.interviews.remembering import RememberingEmbedder
from simulator.llm.embeddings import HashEmbedder
from simulator.ports import Vectors


class Counting(HashEmbedder):
    """A hash embedder that keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def passages(self, texts: list[str]) -> Vectors:
        self.asked += texts
        return super().passages(texts)


def test_a_text_is_embedded_once() -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting)
    first = remembering.passages(["a", "b", "a"])
    again = remembering.passages(["b", "c"])
    assert counting.asked == ["a", "b", "c"]
    assert np.array_equal(first[1], again[0])
    assert np.array_equal(first[0], first[2])
    assert remembering.passages([]).shape == (0, counting.dimension)
    assert remembering.identity == counting.identity


def test_queries_and_passages_are_kept_apart() -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting)
    remembering.queries(["a"])
    remembering.passages(["a"])
    assert counting.asked == ["a", "a"]  # a hash embedder makes both in one way


def test_an_unknown_candidate_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--only", "nobody"], {"SIMULATOR_HOME": str(tmp_path)}) == 2
    assert capsys.readouterr().err.startswith("error: no candidate 'nobody'; choose from")


def test_it_prints_every_check_and_keeps_the_sittings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--only", "silent", "--seeds", "1", "--closed", "2", "--open", "1"]
    out = tmp_path / "out"
    assert main([*options, "--out", str(out)], {"SIMULATOR_HOME": str(tmp_path)}) == 0
    shown = capsys.readouterr().out
    assert "no-question-twice" in shown
    assert "2 interviews" in shown
    assert "applied to nothing" in shown  # this few say nothing on retries
    sittings = [json.loads(line) for line in (out / "sittings.jsonl").read_text().splitlines()]
    assert [one["candidate"] for one in sittings] == ["silent", "silent"]
    assert "checks" in (out / "checks.txt").read_text()
