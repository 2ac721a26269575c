import json
import socket
import time

import pytest

from simulator.errors import EndpointError, ReplyError
from simulator.llm.chat import OpenAIChat
from simulator.ports import ChatModel, Message

ASK = [Message(role="user", content="¿Qué cola usarías?")]
KEY = "sk-very-secret-0123456789"


def ok(text: str, finish: str = "stop", logprobs=None):
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": text},
        "logprobs": logprobs,
    }
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    return 200, body | {"choices": [choice], "usage": usage}


def refusal(status: int, message: str, param=None, code=None):
    return status, {"error": {"message": message, "param": param, "code": code, "type": "x"}}


@pytest.fixture
def chat_at():
    chats: list[OpenAIChat] = []

    def make(url: str, **options) -> OpenAIChat:
        options = {"retries": 0, "timeout": 5.0} | options
        chats.append(OpenAIChat("some-model", base_url=url, api_key=KEY, **options))
        return chats[-1]

    yield make
    for chat in chats:
        chat.close()
        chat.close()


def test_sends_what_servers_other_than_openai_understand(rude, chat_at):
    server = rude(ok("una cola"))
    chat: ChatModel = chat_at(server.url)
    reply = chat.complete(ASK, max_tokens=9, temperature=0.5)
    assert (reply.text, reply.truncated) == ("una cola", False)
    assert reply.usage.prompt_tokens == 7
    sent = server.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "¿Qué cola usarías?"}]
    assert (sent["model"], sent["max_tokens"], sent["temperature"]) == ("some-model", 9, 0.5)
    assert "max_completion_tokens" not in sent
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_says_when_the_limit_cut_the_reply(rude, chat_at):
    assert chat_at(rude(ok("una", finish="length")).url).complete(ASK).truncated


def test_a_schema_is_sent_strict_and_the_reply_must_be_json(rude, chat_at):
    schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    server = rude(ok("{}"), ok("Claro, aquí está"), ok('{"a', finish="length"))
    chat = chat_at(server.url)
    assert chat.complete(ASK, json_schema=schema).text == "{}"
    form = server.requests[0]["response_format"]
    assert form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"] == schema
    with pytest.raises(ReplyError, match="JSON"):
        chat.complete(ASK, json_schema=schema)
    with pytest.raises(ReplyError, match="cut"):
        chat.complete(ASK, json_schema=schema)


def test_an_empty_reply_is_an_error(rude, chat_at):
    with pytest.raises(ReplyError, match="empty"):
        chat_at(rude(ok("  ")).url).complete(ASK)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (refusal(401, f"Incorrect API key provided: {KEY}"), "OPENAI_API_KEY"),
        (refusal(403, "No access"), "permissions"),
        (refusal(404, "The model does not exist", code="model_not_found"), "'some-model'"),
        (refusal(429, "You exceeded your quota"), "too many requests"),
        (refusal(500, "Boom"), "try again later"),
        (refusal(400, "maximum context length is 8192", code="context_length_exceeded"), "shorten"),
        (refusal(400, f"strange {KEY}\nindeed"), "strange"),
        ((200, "<html>hello</html>"), "/v1"),
        ((200, {"hello": "world"}), "/v1"),
    ],
)
def test_each_failure_is_one_line_with_a_remedy_and_no_key(rude, chat_at, answer, says):
    server = rude(answer)
    with pytest.raises((EndpointError, ReplyError)) as caught:
        chat_at(server.url).complete(ASK)
    line = str(caught.value)
    assert says in line
    assert server.url in line
    assert "\n" not in line
    assert KEY not in line
    with pytest.raises((EndpointError, ReplyError)):
        list(chat_at(server.url).stream(ASK))


def test_an_unreachable_server_is_named(chat_at):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(EndpointError, match=url):
        chat_at(url).complete(ASK)
    with pytest.raises(EndpointError, match=url):
        list(chat_at(url).stream(ASK))


def test_a_silent_server_is_a_time_out(rude, chat_at):
    server = rude(lambda handler: time.sleep(1.0))
    began = time.monotonic()
    with pytest.raises(EndpointError, match=r"within 0\.3 s"):
        chat_at(server.url, timeout=0.3).complete(ASK)
    assert time.monotonic() - began < 5


def test_a_passing_failure_is_tried_again_a_bounded_number_of_times(rude, chat_at):
    server = rude(refusal(503, "loading"), ok("ya"))
    assert chat_at(server.url, retries=1).complete(ASK).text == "ya"
    down = rude(refusal(503, "loading"))
    with pytest.raises(EndpointError):
        chat_at(down.url, retries=1).complete(ASK)
    assert len(down.requests) == 2


def test_parameters_that_the_endpoint_refuses_are_left_out_afterwards(rude, chat_at):
    server = rude(
        refusal(400, "Unsupported value: 'temperature' does not support 0.", param="temperature"),
        refusal(
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            param="max_tokens",
        ),
        ok("bien"),
    )
    chat = chat_at(server.url)
    assert chat.complete(ASK, max_tokens=9).text == "bien"
    assert chat.complete(ASK, max_tokens=8).text == "bien"
    last = server.requests[-1]
    assert len(server.requests) == 4
    assert last["max_completion_tokens"] == 8
    assert "temperature" not in last
    assert "max_tokens" not in last


def test_log_probabilities_arrive_and_equal_looking_tokens_add_up(rude, chat_at):
    top = [
        {"token": "SI", "logprob": -0.5, "bytes": None},
        {"token": "\ufffd", "logprob": -2.0, "bytes": [1]},
        {"token": "\ufffd", "logprob": -2.0, "bytes": [2]},
    ]
    content = [{"token": "SI", "logprob": -0.5, "bytes": None, "top_logprobs": top}]
    server = rude(ok("SI", logprobs={"content": content}))
    chat = chat_at(server.url)
    odds = chat.first_token(ASK, top=3).logprobs
    assert odds["SI"] == -0.5
    assert odds["\ufffd"] == pytest.approx(-2.0 + 0.6931, abs=1e-3)
    assert server.requests[0]["top_logprobs"] == 3
    assert server.requests[0]["max_tokens"] == 1


@pytest.mark.parametrize(
    "answer",
    [
        refusal(403, "You are not allowed to request logprobs from this model"),
        refusal(400, "Invalid value", param="top_logprobs"),
        ok("SI"),
    ],
)
def test_the_first_refusal_of_log_probabilities_is_remembered(rude, chat_at, answer):
    server = rude(answer, ok("bien"))
    chat = chat_at(server.url)
    assert chat.has_logprobs
    for _ in range(2):
        with pytest.raises(ReplyError, match="structured judge"):
            chat.first_token(ASK)
    assert not chat.has_logprobs
    assert len(server.requests) == 1
    assert chat.complete(ASK).text == "bien"


def stream_of(*pieces: str, cut: bool = False):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        if cut:
            handler.send_header("Content-Length", "100000")
        handler.end_headers()
        base = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        for piece in pieces:
            delta = {"index": 0, "delta": {"role": "assistant", "content": piece}}
            event = base | {"choices": [delta]}
            handler.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        if not cut:
            usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
            event = base | {"choices": [], "usage": usage}
            handler.wfile.write(f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())
        handler.close_connection = True

    return answer


def test_a_stream_counts_usage_when_told_and_does_without_when_refused(rude, chat_at):
    server = rude(refusal(400, "unknown field stream_options"), stream_of("una", " cola"))
    chat = chat_at(server.url)
    assert list(chat.stream(ASK)) == ["una", " cola"]
    assert "stream_options" not in server.requests[1]
    assert chat.usage.prompt_tokens == 5


def test_a_stream_cut_by_the_server_is_an_error_after_its_pieces(rude, chat_at):
    pieces = chat_at(rude(stream_of("una", cut=True)).url).stream(ASK)
    assert next(pieces) == "una"
    with pytest.raises(EndpointError):
        next(pieces)


def test_the_key_is_in_no_repr():
    chat = OpenAIChat("m", api_key=KEY)
    assert KEY not in repr(chat)
    assert KEY not in repr(vars(chat))
