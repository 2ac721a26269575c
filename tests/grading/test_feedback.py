import pytest

from simulator.domain import DimensionScore, Lang
from simulator.errors import EndpointError
from simulator.grading.feedback import checked, explain, narrate, summarise
from simulator.llm.fakes import FakeChat
from simulator.texts import Texts
from tests.grading.builders import QUESTION, RUBRIC

CRITERIA = {criterion.id: criterion for criterion in QUESTION.criteria}
SCORES = (
    DimensionScore(
        dimension="architecture", score=2, raw=0.3, covered=("retries",), missing=("queue",),
        errors=("one-process",),
    ),
    DimensionScore(dimension="security", score=0, raw=0.0, missing=("encryption",)),
)  # fmt: skip


def test_the_plain_list_names_what_was_covered_missing_and_wrong() -> None:
    architecture, security = explain(SCORES, CRITERIA, Texts(Lang.ES))
    for words in (
        "Cubriste: reintenta",
        "Faltó: pone una cola",
        "Restó: propone hacer",
        "«Metería",
    ):
        assert words in architecture.feedback
    assert "No se vio" in security.feedback


def test_the_summary_has_scores_and_what_the_screen_noticed() -> None:
    texts = Texts(Lang.ES)
    noticed = summarise(SCORES, RUBRIC, ["keyword_list", "homoglyphs"], None, texts)
    assert "Arquitectura 2/5" in noticed
    assert "lista de nombres" in noticed
    assert "no sabes" in summarise(SCORES, RUBRIC, ["dont_know"], "dont_know", texts)


def test_a_models_words_pass_only_the_checks() -> None:
    good = "Usaste bien los reintentos. Te falta poner una cola para que las piezas no dependan."
    pieces: list[str] = []
    told, usage = narrate(SCORES, CRITERIA, FakeChat(good), Lang.ES, pieces.append)
    assert told == good == "".join(pieces)
    assert usage.calls == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sin punto final",
        "You did well with the retries and you should add a queue to the design.",
        "Tienes un 5/5 en la arquitectura de la tienda.",
        "Lo hiciste bien con la cola <|im_end|>.",
        "Bien con la cola. " * 60,
    ],
)
def test_a_models_words_that_cannot_be_used_are_left_out(text: str) -> None:
    assert checked(text, Lang.ES) == ""


def test_a_model_that_fails_leaves_the_list() -> None:
    assert narrate(SCORES, CRITERIA, FakeChat(EndpointError("down")), Lang.ES)[0] == ""


def test_a_cut_sentence_is_dropped() -> None:
    assert checked("Bien por los reintentos de la cola. Ahora fal", Lang.ES) == (
        "Bien por los reintentos de la cola."
    )
