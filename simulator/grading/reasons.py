"""How much the reason that goes with a choice sounds like the false ones that candidates give.

"I encrypt it, so that it takes less space": the choice is right and the reason is not. Whether a
sentence is true a small language model cannot tell; but false reasons are much alike. So a linear
model was fitted to sentences that make a choice with a wrong reason or a right one, by meaning
(centred sentence vectors) and wording (runs of letters). They are in ``knowledge/reasons``, and
what was learned in ``knowledge/reasons.json``, made by ``python -m evals reasons``; what it gave is
in ``evals/README.md``. It speaks only of the questions that such sentences were written for: of
another subject it knows nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simulator import resources
from simulator.errors import BankError
from simulator.grading.recogniser import centred
from simulator.grading.recognisers import packed, unpacked
from simulator.grading.wording import Wording
from simulator.ports import Vectors

FILE = "reasons.json"
DOUBTFUL = 0.85
"""Falsity from which a reason is pointed out."""
_CERTAIN = 2.0  # log-odds from which a reason is as false as can be
_FEWEST = 4  # words; fewer give no reason


@dataclass(frozen=True)
class Reasons:
    """A linear model of sentences for the `questions` whose ids these are.

    ``intercept + meaning · centred vector + weights · wording`` is the log-odds of a wrong reason;
    `centre` and `meaning` have shape (dimension,), `weights` (runs,). `digest` is that of what it
    was learned from.
    """

    digest: str
    embedder: str
    questions: frozenset[str]
    intercept: float
    centre: Vectors
    meaning: Vectors
    wording: Wording
    weights: Vectors

    def falsity(self, question_id: str, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """For each piece of an answer, 0 (as likely right) to 1 (as wrong as can be).

        `vectors` are those of the texts, shape (texts, dimension).
        """
        if question_id not in self.questions:
            return np.zeros(len(texts), dtype=np.float32)
        by_wording = np.array([self.wording.read(text, self.weights) for text in texts])
        odds = self.intercept + centred(vectors, self.centre) @ self.meaning + by_wording
        enough = np.array([len(text.split()) >= _FEWEST for text in texts])
        falsity: Vectors = np.clip(odds / _CERTAIN, 0, 1) * enough
        return falsity


@cache
def shipped(embedder: str) -> Reasons | None:
    """What was learned ahead of time with this embedder, if anything. Raises BankError."""
    path = resources.folder("knowledge") / FILE
    found = read_reasons(path) if path.is_file() else None
    return found if found and found.embedder == embedder else None


def read_reasons(path: Path) -> Reasons:
    """What a file holds. Raises BankError."""
    try:
        item = json.loads(path.read_text(encoding="utf-8"))
        rarity = dict(zip(item["runs"], unpacked(item["rarity"]).tolist(), strict=True))
        return Reasons(
            digest=str(item["digest"]),
            embedder=item["embedder"],
            questions=frozenset(item["questions"]),
            intercept=float(item["intercept"]),
            centre=unpacked(item["centre"]),
            meaning=unpacked(item["meaning"]),
            wording=Wording(rarity),
            weights=unpacked(item["weights"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise BankError(
            f"{path}: not a readable file of reasons; run 'python -m evals reasons'"
        ) from (None)


def as_json(reasons: Reasons) -> dict[str, Any]:
    """What `read_reasons` reads."""
    return {
        "digest": reasons.digest,
        "embedder": reasons.embedder,
        "questions": sorted(reasons.questions),
        "intercept": round(reasons.intercept, 4),
        "runs": list(reasons.wording.runs),
        "centre": packed(reasons.centre),
        "meaning": packed(reasons.meaning),
        "rarity": packed(reasons.wording.rarity),
        "weights": packed(reasons.weights),
    }
