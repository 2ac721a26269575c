import math

import pytest

from simulator.errors import EndpointError, ReplyError
from simulator.llm.fakes import FakeChat
from simulator.ports import ChatModel, Message, Reply

ASK = [Message(role="user", content="¿Qué cola usarías?")]


def test_is_a_chat_model():
    model: ChatModel = FakeChat()
    assert model.has_logprobs


def test_gives_replies_in_order_and_records_the_calls():
    model = FakeChat("uno", Reply(text="dos", truncated=True))
    assert model.complete(ASK).text == "uno"
    assert model.complete(ASK, json_schema={"type": "object"}).truncated
    assert model.pending == 0
    assert [call.method for call in model.calls] == ["complete", "complete"]
    assert model.calls[1].json_schema == {"type": "object"}
    assert "cola" in model.calls[0].text


def test_an_enqueued_exception_is_raised_once():
    model = FakeChat(EndpointError("down")).enqueue("up")
    with pytest.raises(EndpointError, match="down"):
        model.complete(ASK)
    assert model.complete(ASK).text == "up"


def test_an_empty_queue_falls_back_on_the_answer_or_fails_loudly():
    assert FakeChat(answer=lambda messages: messages[0].content).complete(ASK).text.startswith("¿")
    with pytest.raises(AssertionError, match="no reply left"):
        FakeChat().complete(ASK)


def test_streams_the_whole_reply_and_counts_cancellations():
    model = FakeChat("una cola  FIFO", "una cola FIFO")
    assert "".join(model.stream(ASK)) == "una cola  FIFO"
    pieces = model.stream(ASK)
    next(pieces)
    pieces.close()
    assert model.cancelled == 1


def test_odds_may_depend_on_the_messages():
    model = FakeChat(odds=lambda m: {"SI": 0.9, "NO": 0.1} if "cola" in m[0].content else {})
    odds = model.first_token(ASK).logprobs
    assert odds["SI"] == pytest.approx(math.log(0.9))
    assert list(odds) == ["SI", "NO"]
    assert list(model.first_token(ASK, top=1).logprobs) == ["SI"]


def test_refuses_odds_when_it_has_none():
    with pytest.raises(ReplyError):
        FakeChat(has_logprobs=False).first_token(ASK)
