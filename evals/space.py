"""``python -m evals space``: the directions in which sentences of one criterion differ.

Reads criteria and examples of the train questions in every language: no answer and no label. The
two languages of a criterion are one class, so that language is one of the directions found.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from evals.dataset import questions_in
from evals.results import write_json
from simulator import resources
from simulator.domain import Lang, OpenQuestion
from simulator.grading.space import FILE, Space, encoded
from simulator.interview.bank import load_bank
from simulator.ports import Embedder, Vectors

DIRECTIONS = 32


def main(options: argparse.Namespace) -> int:
    """Write the space of the embedded embedder; spaces of others in the file stay. 0."""
    from simulator.llm.embeddings import E5Embedder

    path: Path = options.out or resources.folder("knowledge") / FILE
    split = resources.folder("evals") / "answer_sets" / "split.yaml"
    wanted = questions_in(split, "train")
    banks = [load_bank([resources.folder("knowledge")], lang) for lang in Lang]
    made = make(E5Embedder(), [q for bank in banks for q in bank.open if q.id in wanted])
    known = json.loads(path.read_text(encoding="utf-8"))["spaces"] if path.is_file() else []
    kept = [space for space in known if space["embedder"] != made.embedder]
    write_json(path, {"spaces": [*kept, made.model_dump(mode="json")]})
    print(f"{len(made.shrink)} directions of {made.provenance['sentences']} sentences → {path}")
    return 0


def make(embedder: Embedder, questions: Iterable[OpenQuestion]) -> Space:
    """The DIRECTIONS of largest variance within criteria, each shrunk to the mean variance.

    Criteria of one id in one question are one class, whatever their language.
    """
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for question in questions:
        for criterion in question.criteria:
            texts[question.id, criterion.id] += [criterion.text, *criterion.examples]
    classes = {key: embedder.queries(own) for key, own in texts.items() if len(own) > 1}
    scatter = _scatter(classes)
    mean = float(np.trace(scatter)) / len(scatter)
    values, axes = np.linalg.eigh(scatter)
    top = np.argsort(values)[::-1][:DIRECTIONS]
    shrink = 1 - 1 / np.sqrt(1 + np.maximum(values[top], 0) / mean)
    return Space(
        embedder=embedder.identity,
        dimension=embedder.dimension,
        directions=encoded(axes[:, top].T),
        shrink=tuple(round(float(share), 4) for share in shrink),
        provenance={
            "made": "python -m evals space",
            "criteria": len(classes),
            "sentences": sum(len(own) for own in texts.values()),
            "split": "train",
        },
    )


def _scatter(classes: Mapping[tuple[str, str], Vectors]) -> Vectors:
    """Mean covariance of vectors about their class's mean, shape (dimension, dimension)."""
    away = np.concatenate([vectors - vectors.mean(axis=0) for vectors in classes.values()])
    scatter: Vectors = away.T @ away / len(away)
    return scatter
