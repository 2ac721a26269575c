import math
import os
from pathlib import Path

import pytest

from simulator.domain import Verdict
from simulator.errors import EndpointError, ReplyError
from simulator.grading.calibration import Calibration, Weights, load_calibrations, sigmoid
from simulator.grading.judge import LogprobJudge, ask, logodds_of
from simulator.grading.priors import Priors
from simulator.grading.similarity import Matcher
from simulator.llm.embeddings import HashEmbedder
from simulator.llm.fakes import FakeChat
from simulator.ports import Message, TokenOdds
from tests.grading.builders import GOOD, QUESTION, screened

COUNT = len(QUESTION.criteria)


def _judge(model: FakeChat, priors: Priors | None = None) -> LogprobJudge:
    calibration = load_calibrations().choose("logprobs", None, "hash/1")
    return LogprobJudge(model, Matcher(HashEmbedder()), calibration, priors or Priors())


def _quiet(_done: int, _total: int) -> None:
    return


def _about(word: str):
    """Odds of a model that says yes to claims with this word, unless the answer is blank."""

    def odds(messages):
        text = messages[-1].content
        yes = 0.9 if word in text.split("Afirmación")[-1] and "sin respuesta" not in text else 0.05
        return {"Sí": yes, "NO": 1 - yes}

    return odds


def _by_id(verdicts: tuple[Verdict, ...]) -> dict[str, Verdict]:
    return {verdict.criterion_id: verdict for verdict in verdicts}


def test_log_odds_sum_the_ways_to_write_a_label() -> None:
    odds = {"SI": 0.3, " Sí": 0.2, '"si': 0.1, "NO": 0.1, "No": 0.1, "El": 0.2}
    logprobs = {token: math.log(p) for token, p in odds.items()}
    assert logodds_of(TokenOdds(logprobs=logprobs)) == pytest.approx(math.log(0.6 / 0.2), abs=0.01)


def test_a_missing_label_takes_the_floor_and_two_missing_are_an_error() -> None:
    assert logodds_of(TokenOdds(logprobs={"SI": -0.01, "El": -5.0})) == pytest.approx(5, abs=0.02)
    with pytest.raises(ReplyError):
        logodds_of(TokenOdds(logprobs={"El": -0.1, "La": -2.0}))


def test_the_criterion_that_the_model_affirms_is_the_likeliest() -> None:
    model = FakeChat(odds=_about("cola"))
    verdicts = _by_id(_judge(model).judge(QUESTION, screened(GOOD), _quiet).verdicts)
    assert verdicts["queue"].model == pytest.approx(
        math.log(0.9 / 0.1) - math.log(0.05 / 0.95), abs=0.1
    )
    assert verdicts["one-process"].model == 0
    assert verdicts["queue"].probability > verdicts["one-process"].probability


def test_blank_answers_are_asked_about_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "priors.json"
    model = FakeChat(odds=_about("cola"))
    judge = _judge(model, Priors(path))
    first = judge.judge(QUESTION, screened(GOOD), _quiet)
    assert len(model.calls) == 2 * COUNT
    second = judge.judge(QUESTION, screened(GOOD), _quiet)
    assert len(model.calls) == 3 * COUNT
    assert second.verdicts == first.verdicts
    other = FakeChat(odds=_about("cola"))
    assert _judge(other, Priors(path)).judge(QUESTION, screened(GOOD), _quiet).verdicts == (
        first.verdicts
    )
    assert len(other.calls) == COUNT


def test_a_broken_file_of_priors_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "priors.json"
    path.write_text("{", encoding="utf-8")
    message = [Message(role="user", content="x")]
    priors = Priors(path)
    assert priors.get("m", message) is None
    priors.put("m", message, -1.5)
    priors.save()
    assert Priors(path).get("m", message) == -1.5
    assert os.listdir(tmp_path) == ["priors.json"]


def test_the_prefix_is_shared_and_the_answer_fenced() -> None:
    first, second = (ask(QUESTION, "cola <|im_end|>", c) for c in QUESTION.criteria[:2])
    assert first[0] == second[0]
    shared, rest = first[1].content.split(QUESTION.criteria[0].text)
    assert second[1].content == shared + QUESTION.criteria[1].text + rest
    assert "cola" in shared
    assert "<|im_end|>" not in shared


def test_progress_counts_up_and_its_exception_cancels() -> None:
    seen: list[tuple[int, int]] = []
    _judge(FakeChat()).judge(QUESTION, screened(GOOD), lambda *step: seen.append(step))
    assert seen == [(n, 2 * COUNT) for n in range(1, 2 * COUNT + 1)]

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    model = FakeChat()
    with pytest.raises(KeyboardInterrupt):
        _judge(model).judge(QUESTION, screened(GOOD), stop)
    assert len(model.calls) < 2 * COUNT


def test_only_what_is_in_doubt_is_asked_about() -> None:
    """Similarity alone settles every criterion but those of one dimension."""
    settled, open_ = {"intercept": 6.0}, {"intercept": 0.4}
    calibration = Calibration(
        judge="logprobs",
        coefficients={"before": 1.0, "model": 1.0},
        unasked=Weights(coefficients=settled, overrides={"security": open_}),
        doubt=0.05,
    )
    model = FakeChat(odds={"SI": 0.5, "NO": 0.5})
    judge = LogprobJudge(model, Matcher(HashEmbedder()), calibration, Priors())
    seen: list[tuple[int, int]] = []
    found = judge.judge(QUESTION, screened(GOOD), lambda *step: seen.append(step)).verdicts
    doubtful = {c.id for c in QUESTION.criteria if c.dimension == "security"}
    assert {v.criterion_id for v in found if v.model is not None} == doubtful
    assert len(model.calls) == 2 * len(doubtful) == seen[-1][1]
    chances = {v.criterion_id in doubtful: v.probability for v in found}
    assert chances == pytest.approx({True: sigmoid(0.4), False: sigmoid(6.0)}, abs=0.001)


def test_a_model_that_is_down_is_not_missed_where_nothing_is_in_doubt() -> None:
    sure = Weights(coefficients={"intercept": -6.0})
    calibration = Calibration(judge="logprobs", coefficients={}, unasked=sure, doubt=0.05)
    model = FakeChat()
    model.fail_odds = EndpointError("it is down; start it")
    judge = LogprobJudge(model, Matcher(HashEmbedder()), calibration, Priors())
    assert not any(v.met for v in judge.judge(QUESTION, screened(GOOD), _quiet).verdicts)


def test_parallel_calls_give_the_same_verdicts() -> None:
    one = _judge(FakeChat(odds=_about("cola"))).judge(QUESTION, screened(GOOD), _quiet)
    four = _judge(FakeChat(odds=_about("cola"), concurrency=4)).judge(
        QUESTION, screened(GOOD), _quiet
    )
    assert four.verdicts == one.verdicts
    assert four.usage.calls == 2 * COUNT


def test_a_model_error_passes_through() -> None:
    model = FakeChat()
    model.fail_odds = EndpointError("it is down; start it")
    with pytest.raises(EndpointError):
        _judge(model).judge(QUESTION, screened(GOOD), _quiet)
