import json

import numpy as np
import pytest

from simulator import resources
from simulator.domain import Lang
from simulator.errors import BankError
from simulator.grading.reasons import FILE, Reasons, as_json, read_reasons, shipped
from simulator.grading.similarity import Matcher
from simulator.grading.wording import Wording
from simulator.interview.bank import load_bank
from simulator.llm.embeddings import E5Embedder, HashEmbedder
from tests.grading.builders import QUESTION, screened

QUESTIONS = {q.id: q for q in load_bank([resources.folder("knowledge")], Lang.ES).open}
ORDERS = QUESTIONS["real-time-orders"]
# Not in the files that were learned from.
FALSE = (
    "Los pedidos entran a una cola SQS, que además los guarda para siempre y los comprime, por eso"
    " no hace falta una base de datos.",
    "Uso DynamoDB porque permite joins entre clientes y pedidos y es ACID con cualquier SQL.",
    "KMS cifra los datos, y con eso ocupan menos y las consultas salen más rápido.",
)
TRUE = (
    "Los pedidos entran a una cola SQS, que aguanta el pico mientras los workers los procesan a su"
    " ritmo, y el estado queda en una base de datos.",
    "Uso DynamoDB porque leo cada pedido por su clave y la tabla crece sin que yo reparta nada.",
    "KMS cifra los datos, y con eso controlo y audito quién puede leerlos.",
)


def toy(embedder: HashEmbedder, questions: frozenset[str]) -> Reasons:
    """Only what says "compr" is false."""
    size = embedder.dimension
    return Reasons(
        digest="toy",
        embedder=embedder.identity,
        questions=questions,
        intercept=-1.0,
        centre=np.zeros(size, dtype=np.float32),
        meaning=np.zeros(size, dtype=np.float32),
        wording=Wording({"comp": 1.0, "cola": 1.0}),
        weights=np.array([0.0, 9.0], dtype=np.float32),
    )


@pytest.mark.parametrize(("false", "true"), list(zip(FALSE, TRUE, strict=True)))
def test_a_false_reason_sounds_falser_than_a_true_one(false: str, true: str) -> None:
    embedder = E5Embedder()
    reasons = shipped(embedder.identity)
    assert reasons is not None
    falsity = reasons.falsity(ORDERS.id, [false, true], embedder.queries([false, true]))
    assert falsity[0] > falsity[1] + 0.2


def test_it_says_nothing_of_other_questions_and_of_bare_names() -> None:
    embedder = HashEmbedder(dimension=32)
    reasons = toy(embedder, frozenset({"known"}))
    texts = ["la cola comprime los mensajes", "la comprime"]
    vectors = embedder.queries(texts)
    assert not reasons.falsity("other", texts, vectors).any()
    falsity = reasons.falsity("known", texts, vectors)
    assert 0 < falsity[0] <= 1
    assert falsity[1] == 0


def test_every_question_of_the_bank_is_known() -> None:
    reasons = shipped(E5Embedder().identity)
    assert reasons is not None
    assert reasons.questions == QUESTIONS.keys()


def test_another_embedder_has_none() -> None:
    assert shipped("another") is None


def test_a_reason_belongs_to_the_criterion_that_its_words_are_nearest_to() -> None:
    embedder = HashEmbedder(dimension=256)
    reasons = toy(embedder, frozenset({QUESTION.id}))
    queue = QUESTION.criteria[0].examples[0]
    said = f"{queue[:-1]} y comprime todo."
    matches = Matcher(embedder, reasons=reasons).match(QUESTION, screened(said))
    found = [match for match in matches if match.falsity]
    assert [match.criterion_id for match in found] == ["queue"]
    reason = found[0].reason
    assert reason is not None
    assert reason.text == said[reason.start : reason.end]
    assert "comprime" in reason.text


def test_a_grade_says_what_it_knew_of_reasons() -> None:
    embedder = HashEmbedder(dimension=32)
    matcher = Matcher(embedder, reasons=toy(embedder, frozenset({QUESTION.id})))
    assert matcher.provenance(QUESTION) == {"reasons": "toy"}
    assert matcher.provenance(ORDERS) == {}
    assert Matcher(embedder).provenance(QUESTION) == {}


def test_the_file_gives_back_what_was_written(tmp_path) -> None:
    embedder = HashEmbedder(dimension=32)
    made = toy(embedder, frozenset({"known"}))
    path = tmp_path / FILE
    path.write_text(json.dumps(as_json(made)), encoding="utf-8")
    texts = ["la cola comprime los mensajes"]
    assert np.allclose(
        read_reasons(path).falsity("known", texts, embedder.queries(texts)),
        made.falsity("known", texts, embedder.queries(texts)),
        atol=1e-3,
    )


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"runs": 3}', '{"runs": ["a"], "rarity": "AA"}'])
def test_a_broken_file_is_said_in_one_line(tmp_path, text: str) -> None:
    path = tmp_path / FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BankError, match="evals reasons"):
        read_reasons(path)
