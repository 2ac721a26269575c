"""Both judges with the model that ships, on one question of the bank with a few of its criteria."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import resources
from simulator.domain import Grade, Lang, OpenQuestion
from simulator.grading.grader import RubricGrader
from simulator.grading.priors import Priors
from simulator.grading.rubric import load_rubric
from simulator.interview.bank import load_bank
from simulator.llm.embedded import EmbeddedChat, EmbeddedServer
from simulator.llm.embeddings import E5Embedder
from simulator.llm.weights import WeightsCache
from simulator.settings import Settings

CRITERIA = ("queue-decouples", "light-heavy-split", "retries-and-dlq", "cost-lever", "encryption")
GOOD = (
    "API Gateway recibe el pedido, una Lambda lo valida y lo deja en una cola SQS, así la tienda no"
    " espera al fraude. El fraude tarda minutos y corre en ECS Fargate. Si un mensaje falla tres"
    " veces pasa a una DLQ con alarma. Los workers van en Spot para bajar el costo. Todo se cifra"
    " con KMS y en tránsito con TLS."
)
WEAK = "Pondría un servidor grande que haga todo y, si algo falla, el cliente vuelve a intentar."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedChat]:
    cache = WeightsCache(Settings.from_environment().cache)
    name = cache.catalogue.default
    log: Path = tmp_path_factory.mktemp("llama") / "server.log"
    with EmbeddedServer(cache.pull(name), log=log) as server:
        chat = EmbeddedChat(name, server)
        yield chat
        chat.close()


@pytest.fixture(scope="module")
def question() -> OpenQuestion:
    whole = load_bank([resources.folder("knowledge")], Lang.ES).open_question("real-time-orders")
    kept = tuple(c for c in whole.criteria if c.id in CRITERIA)
    assert len(kept) == len(CRITERIA)
    return whole.model_copy(update={"criteria": kept})


@pytest.mark.parametrize("judge", ["logprobs", "structured"])
def test_a_good_answer_beats_a_weak_one(
    judge: str, model: EmbeddedChat, question: OpenQuestion
) -> None:
    grader = RubricGrader(E5Embedder(), load_rubric(None), model, judge=judge, priors=Priors())
    good, weak = (grader.grade(question, [answer], None, Lang.ES) for answer in (GOOD, WEAK))
    for grade in (good, weak):
        assert grade.ungraded is None
        assert grade.provenance["judge"] == judge
        assert [v.criterion_id for v in grade.verdicts] == [c.id for c in question.criteria]
    asked = [v.model is not None for grade in (good, weak) for v in grade.verdicts]
    assert any(asked) if judge == "logprobs" else all(asked)
    for verdict in good.verdicts:
        if verdict.span:
            assert GOOD[verdict.span.start : verdict.span.end] == verdict.span.text
    assert _total(good) >= _total(weak) + 4


def _total(grade: Grade) -> int:
    return sum(score.score or 0 for score in grade.scores)
