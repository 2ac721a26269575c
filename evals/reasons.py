"""``python -m evals reasons``: learn what false reasons sound like, for knowledge/reasons.json.

What candidates say who give no reason is learned too, as right: the phrasings of the bank. Run it
after a change in ``knowledge/reasons`` or ``knowledge/phrasings``; a test says when the file is out
of date. It prints how well wrong and right are told apart in entries, and in whole files, that were
not learned from.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError
from scipy.sparse import csr_array, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.model_selection import (  # type: ignore[import-untyped]
    GroupKFold,
    cross_val_predict,
)

from evals.results import write_json
from simulator import resources
from simulator.domain import CriterionKind, Frozen, Lang, OpenQuestion
from simulator.errors import BankError
from simulator.grading.phrasebook import Phrasebook, Phrases
from simulator.grading.reasons import FILE, Reasons, as_json
from simulator.grading.recogniser import centred
from simulator.grading.wording import Wording, runs_of
from simulator.interview.bank import load_bank
from simulator.ports import Vectors
from simulator.yaml_files import first_fault, read_yaml

STRENGTH = 3.0
"""Inverse regularisation of the logistic model."""
PLAIN = 0.3
"""Weight of a sentence without a reason, beside one with a reason: there are as many of them."""
_RARE = 3  # sentences that a run of letters needs to be heard
_FOLDS = 8


class Pair(Frozen):
    """Sentences that make one choice, with wrong reasons and with right ones; `text` says what is
    wrong in them, for those who read the file."""

    wrong: tuple[str, ...]
    right: tuple[str, ...]
    text: str = ""


_File = TypeAdapter(dict[str, Pair])


@dataclass(frozen=True)
class Sentences:
    """Sentences in a fixed order, whether each gives a wrong reason, its file and its entry; then
    the plain ones, which give none."""

    texts: tuple[str, ...]
    wrong: tuple[bool, ...]
    files: tuple[str, ...]
    entries: tuple[str, ...]
    plain: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """All of them."""
        return self.texts + self.plain

    def digest(self, embedder: str) -> str:
        """Changes when anything does that learning depends on."""
        told = [f"{embedder}|{STRENGTH}|{_RARE}|{PLAIN}", *self.plain]
        told += [f"{wrong}{text}" for text, wrong in zip(self.texts, self.wrong, strict=True)]
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:16]


def read_pairs(folder: Path, plain: Collection[str] = ()) -> Sentences:
    """Every sentence of a folder of ``NAME.LANG.yaml``, and plain ones.

    Raises BankError naming file and fault.
    """
    rows: dict[str, tuple[bool, str, str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries = _File.validate_python(read_yaml(path))
        except ValidationError as error:
            raise BankError(f"{path.name}: {first_fault(error)}; fix it") from None
        name = path.name.split(".")[0]
        for id_, pair in entries.items():
            for wrong, texts in ((True, pair.wrong), (False, pair.right)):
                for text in texts:
                    if rows.setdefault(text, (wrong, name, f"{name}/{id_}"))[0] is not wrong:
                        raise BankError(f"{path.name}: '{text}' is both wrong and right; choose")
    ordered = sorted(rows)
    return Sentences(
        texts=tuple(ordered),
        wrong=tuple(rows[text][0] for text in ordered),
        files=tuple(rows[text][1] for text in ordered),
        entries=tuple(rows[text][2] for text in ordered),
        plain=tuple(sorted(set(plain) - rows.keys())),
    )


def plain_sentences(questions: Iterable[OpenQuestion]) -> set[str]:
    """What candidates say who make the claims that can be earned, in every language."""
    phrasebook = Phrasebook()
    return {
        text
        for question in questions
        for criterion in question.criteria
        if criterion.kind is not CriterionKind.ERROR
        for text in phrasebook.of(question.id).get(criterion.id, Phrases()).examples
    }


def learn(
    sentences: Sentences, vectors: Vectors, embedder: str, questions: frozenset[str]
) -> Reasons:
    """Fit to sentences whose `every` has vectors of shape (sentences, dimension) by this embedder.

    They speak of those of the questions whose files are among them.
    """
    centre = vectors.mean(axis=0)
    wording = Wording.of([runs_of(text) for text in sentences.every], _RARE)
    table = _features(sentences.every, centred(vectors, centre), wording)
    weights = [1.0] * len(sentences.texts) + [PLAIN] * len(sentences.plain)
    wrong = [*sentences.wrong, *(False for _ in sentences.plain)]
    model = _model().fit(table, wrong, sample_weight=weights)
    split = len(centre)
    return Reasons(
        digest=sentences.digest(embedder),
        embedder=embedder,
        questions=questions & frozenset(sentences.files),
        intercept=float(model.intercept_[0]),
        centre=centre,
        meaning=model.coef_[0][:split],
        wording=wording,
        weights=model.coef_[0][split:],
    )


def separation(sentences: Sentences, vectors: Vectors, groups: Sequence[str]) -> float:
    """AUC of wrong against right for groups that were not learned from; plain sentences are left
    aside."""
    vectors = vectors[: len(sentences.texts)]
    wording = Wording.of([runs_of(text) for text in sentences.texts], _RARE)
    table = _features(sentences.texts, centred(vectors, vectors.mean(axis=0)), wording)
    odds = cross_val_predict(
        _model(),
        table,
        sentences.wrong,
        groups=groups,
        cv=GroupKFold(_FOLDS),
        method="decision_function",
    )
    return float(roc_auc_score(sentences.wrong, odds))


def _model() -> Any:
    return LogisticRegression(C=STRENGTH, max_iter=500)


def _features(texts: Sequence[str], meaning: Any, wording: Wording) -> Any:
    units = [wording.unit(runs_of(text)) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(places) for places, _ in units])
    columns = np.concatenate([places for places, _ in units])
    values = np.concatenate([values for _, values in units])
    shape = (len(texts), len(wording.runs))
    return hstack([csr_array(meaning), csr_array((values, (rows, columns)), shape=shape)]).tocsr()


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file and print how well it tells; 0. Raises BankError."""
    knowledge = resources.folder("knowledge")
    parser = argparse.ArgumentParser(prog="evals reasons", description=__doc__)
    parser.add_argument("--out", type=Path, default=knowledge / FILE)
    options = parser.parse_args(argv)
    from simulator.llm.embeddings import E5Embedder

    embedder = E5Embedder()
    questions = load_bank([knowledge], Lang.ES).open
    sentences = read_pairs(knowledge / "reasons", plain_sentences(questions))
    vectors = embedder.queries(sentences.every)
    known = frozenset(question.id for question in questions)
    write_json(options.out, as_json(learn(sentences, vectors, embedder.identity, known)))
    for name, groups in (("entries", sentences.entries), ("files", sentences.files)):
        auc = separation(sentences, vectors, groups)
        print(f"{len(sentences.texts)} sentences, other {name}: AUC {auc:.3f}")
    return 0
