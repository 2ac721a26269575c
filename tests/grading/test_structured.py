import json

import pytest

from simulator.errors import ReplyError
from simulator.grading.calibration import load_calibrations
from simulator.grading.similarity import Matcher
from simulator.grading.structured import SCHEMA, StructuredJudge, read_verdicts
from simulator.llm.embeddings import HashEmbedder
from simulator.llm.fakes import FakeChat
from tests.grading.builders import GOOD, QUESTION, screened

COUNT = len(QUESTION.criteria)


def _reply(*quotes: str | None) -> str:
    """A reply that meets the criteria with a quote, in their order."""
    padded = [*quotes, *([None] * (COUNT - len(quotes)))]
    return json.dumps(
        {
            "verdicts": [
                {"number": n, "met": quote is not None, "quote": quote or ""}
                for n, quote in enumerate(padded, start=1)
            ]
        }
    )


def _judge(model: FakeChat):
    calibration = load_calibrations().choose("structured", None, "hash/1")
    judge = StructuredJudge(model, Matcher(HashEmbedder()), calibration)
    return judge.judge(QUESTION, screened(GOOD), lambda _done, _total: None)


def test_a_quote_in_the_answer_is_evidence_at_its_offsets() -> None:
    model = FakeChat(_reply("PONDRÍA  una cola"))
    verdict = _judge(model).verdicts[0]
    assert verdict.met
    assert verdict.model == 1
    assert verdict.span is not None
    assert verdict.span.text == "Pondría una cola" == GOOD[verdict.span.start : verdict.span.end]
    assert model.calls[0].json_schema == SCHEMA


def test_an_invented_quote_is_dropped_and_counted() -> None:
    judgement = _judge(
        FakeChat(_reply("Usaría Kafka", "los que fallan", None, "cifrado en reposo"))
    )
    assert judgement.dropped_spans == 2
    assert [verdict.model for verdict in judgement.verdicts] == [0, 0, -1, 1]


def test_one_more_try_with_the_error_then_none() -> None:
    model = FakeChat("not json", _reply("una cola"))
    judgement = _judge(model)
    assert judgement.verdicts[0].model == 1
    assert judgement.usage.calls == 2
    assert "not valid JSON" in model.calls[1].messages[-1].content
    with pytest.raises(ReplyError, match="cannot be read"):
        _judge(FakeChat("not json", '{"verdicts": []}'))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"verdicts": 3}',
        '{"verdicts": [{"number": 1, "met": true, "quote": "x"}]}',
        '{"verdicts": [{"number": 1, "met": true, "quote": "x"}, {"number": 1, "met": true}]}',
        '{"verdicts": [{"number": 1, "met": 1, "quote": ""}, {"number": 2, "met": true}]}',
    ],
)
def test_verdicts_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"it |verdict"):
        read_verdicts(text, 2)


def test_verdicts_are_put_in_the_order_of_their_numbers() -> None:
    items = [{"number": 2, "met": False, "quote": ""}, {"number": 1, "met": True, "quote": "x"}]
    assert [item["number"] for item in read_verdicts(json.dumps({"verdicts": items}), 2)] == [1, 2]
