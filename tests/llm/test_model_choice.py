from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.llm.chat import OPENAI_URL, OpenAIChat
from simulator.llm.model_choice import choose_model, open_model

NAMES = ("qwen", "small")
LOCAL = "http://localhost:11434/v1"


def test_nothing_set_means_the_embedded_default():
    choice = choose_model(names=NAMES)
    assert choice.embedded
    assert choice.weights == "qwen"
    assert "no key needed" in choice.line


def test_a_key_alone_means_openai_and_the_line_says_so_without_it():
    choice = choose_model(api_key="sk-secret", names=NAMES)
    assert (choice.embedded, choice.base_url) == (False, OPENAI_URL)
    assert "OpenAI" in choice.line
    assert "sk-secret" not in choice.line


@pytest.mark.parametrize(("model", "weights"), [("embedded", "qwen"), ("small", "small")])
def test_the_model_decides_explicitly_even_with_a_key(model, weights):
    choice = choose_model(model, api_key="sk-x", base_url=LOCAL, names=NAMES)
    assert choice.weights == weights


def test_a_name_at_a_base_url_needs_no_key():
    choice = choose_model("llama3", base_url=LOCAL, names=NAMES)
    assert (choice.name, choice.base_url) == ("llama3", LOCAL)
    model = open_model(choice)
    assert isinstance(model, OpenAIChat)
    assert model.name == "llama3"
    model.close()


def test_the_openai_prefix_goes_to_openai_whatever_the_base_url():
    choice = choose_model("openai:gpt-x", base_url=LOCAL, api_key="sk-x", names=NAMES)
    assert (choice.name, choice.base_url) == ("gpt-x", OPENAI_URL)


def test_a_file_of_ones_own():
    assert choose_model("/models/my.gguf", names=NAMES).gguf == Path("/models/my.gguf")
    assert choose_model(gguf=Path("/models/my.gguf"), names=NAMES).name == "my"
    assert choose_model("small", gguf=Path("/models/my.gguf"), names=NAMES).gguf is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"model": "gpt-x"}, "OPENAI_API_KEY"),
        ({"model": "openai:gpt-x"}, "OPENAI_API_KEY"),
        ({"model": "m", "base_url": "localhost:11434"}, "http://"),
        ({"base_url": LOCAL}, "SIMULATOR_MODEL"),
    ],
)
def test_what_cannot_work_says_what_to_do(options, says):
    with pytest.raises(InputError, match=says):
        choose_model(names=NAMES, **options)
