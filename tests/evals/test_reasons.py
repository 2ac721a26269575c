from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.reasons import learn, plain_sentences, read_pairs, separation
from simulator import resources
from simulator.domain import Lang
from simulator.errors import BankError
from simulator.grading.reasons import FILE, shipped
from simulator.interview.bank import load_bank
from simulator.llm.embeddings import E5Embedder, HashEmbedder

PAIRS = """
id-{n}:
  wrong: ["la tabla {n} comprime los datos que recibe", "uso {n} porque comprime todo lo que entra"]
  right: ["la tabla {n} se lee por su clave de siempre", "uso {n} porque se lee por su clave"]
"""


def folder(tmp_path: Path) -> Path:
    for n in range(10):
        (tmp_path / f"file{n}.es.yaml").write_text(PAIRS.format(n=n), encoding="utf-8")
    return tmp_path


def test_what_ships_was_learned_from_the_files_as_they_are() -> None:
    """Fails after a change in ``knowledge/reasons``: run ``python -m evals reasons``."""
    knowledge = resources.folder("knowledge")
    plain = plain_sentences(load_bank([knowledge], Lang.ES).open)
    sentences = read_pairs(knowledge / "reasons", plain)
    written = json.loads((knowledge / FILE).read_text(encoding="utf-8"))
    assert written["digest"] == sentences.digest(E5Embedder().identity)
    reasons = shipped(E5Embedder().identity)
    assert reasons is not None
    assert reasons.questions <= set(sentences.files)


def test_wrong_and_right_are_told_apart_in_files_not_learned_from(tmp_path: Path) -> None:
    embedder = HashEmbedder(dimension=64)
    sentences = read_pairs(folder(tmp_path))
    vectors = embedder.queries(sentences.texts)
    assert separation(sentences, vectors, sentences.files) > 0.95
    made = learn(sentences, vectors, embedder.identity, frozenset({"file3", "not-written-for"}))
    assert made.questions == {"file3"}
    asked = ["la cola comprime los mensajes", "la cola se lee por su clave"]
    wrong, right = made.falsity("file3", asked, embedder.queries(asked))
    assert wrong > right


def test_plain_sentences_are_learned_as_right(tmp_path: Path) -> None:
    embedder = HashEmbedder(dimension=64)
    said = ["esta base guarda los datos que comprime"]
    falsity = {}
    for plain in ((), tuple(f"la base {n} guarda los datos que comprime" for n in range(99))):
        sentences = read_pairs(folder(tmp_path), plain)
        assert sentences.every == sentences.texts + sentences.plain
        vectors = embedder.queries(sentences.every)
        made = learn(sentences, vectors, embedder.identity, frozenset({"file3"}))
        falsity[bool(plain)] = made.falsity("file3", said, embedder.queries(said))[0]
    assert falsity[True] < falsity[False]


def test_what_is_wrong_is_never_plain_too(tmp_path: Path) -> None:
    sentences = read_pairs(folder(tmp_path), ["la tabla 3 comprime los datos que recibe", "otra"])
    assert sentences.plain == ("otra",)


def test_the_digest_follows_every_sentence_and_its_side(tmp_path: Path) -> None:
    before = read_pairs(folder(tmp_path)).digest("e")
    path = tmp_path / "file0.es.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("wrong", "x").replace("right", "wrong").replace("x:", "right:"))
    assert read_pairs(tmp_path).digest("e") != before
    assert read_pairs(tmp_path).digest("e") != read_pairs(tmp_path).digest("f")


def test_a_sentence_on_both_sides_and_a_broken_file_are_said(tmp_path: Path) -> None:
    path = folder(tmp_path) / "other.es.yaml"
    path.write_text('a:\n  wrong: ["la misma"]\n  right: ["la misma"]\n', encoding="utf-8")
    with pytest.raises(BankError, match="'la misma' is both"):
        read_pairs(tmp_path)
    path.write_text('a:\n  wrong: "no"\n', encoding="utf-8")
    with pytest.raises(BankError, match=r"other\.es\.yaml"):
        read_pairs(tmp_path)
