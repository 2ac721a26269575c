import json
import random

import pytest

from simulator import resources
from simulator.domain import Lang, OpenQuestion
from simulator.grading.neighbours import Neighbours
from simulator.grading.screen import screen, without
from simulator.interview.bank import load_bank

BANKS = {lang: load_bank([resources.folder("knowledge")], lang) for lang in Lang}
NEIGHBOURS = Neighbours(lambda lang: BANKS[lang].open)
ANSWERS = resources.folder("evals") / "answer_sets" / "open"
PROSE = {"excellent", "good", "alternatives"}


def _labelled(kinds: set[str]) -> list[tuple[OpenQuestion, list[str]]]:
    """The questions and sentences of labelled answers of these kinds, or of all."""
    found = []
    for path in sorted(ANSWERS.glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            question = BANKS[Lang(row.get("lang", "es"))].open_question(row["question_id"])
            turns = [row["answer"]] if isinstance(row["answer"], str) else row["answer"]
            if not kinds or row["kind"] in kinds:
                sentences = screen(turns, question.text).sentences
                found.append((question, [sentence.text for sentence in sentences]))
    return found


def test_no_honest_answer_loses_a_sentence() -> None:
    for question, sentences in _labelled(set()):
        assert NEIGHBOURS.strays(question, sentences) == frozenset(), (question.id, sentences)


def test_a_right_answer_to_another_question_loses_most_of_its_words() -> None:
    chance = random.Random(7)
    shares = []
    for question, sentences in _labelled(PROSE):
        others = [q for q in BANKS[question.lang].open if q.id != question.id]
        lost = NEIGHBOURS.strays(chance.choice(others), sentences)
        shares.append(len(lost) / len(sentences))
    assert sum(share > 0.5 for share in shares) >= 0.95 * len(shares)


@pytest.mark.parametrize("lang", list(Lang))
def test_only_what_answers_the_other_question_is_set_aside(lang: Lang) -> None:
    asked, other = BANKS[lang].open_question("payments"), BANKS[lang].open_question("realtime-chat")
    own = screen([asked.reference], asked.text)
    both = screen([f"{asked.reference}\n{other.reference}"], asked.text)
    strays = NEIGHBOURS.strays(asked, [sentence.text for sentence in both.sentences])
    left = without(both, strays, "other_question")
    assert left.flags == ("other_question",)
    assert left.decided is None
    kept = {sentence.text for sentence in left.sentences}
    assert {sentence.text for sentence in own.sentences} <= kept
    assert len(kept) <= len(own.sentences) + 2


def test_nothing_but_another_answer_is_decided() -> None:
    asked, other = (
        BANKS[Lang.ES].open_question("payments"),
        BANKS[Lang.ES].open_question("reporting-exports"),
    )
    answer = screen([other.reference], asked.text)
    left = without(answer, range(len(answer.sentences)), "other_question")
    assert (left.decided, left.sentences) == ("other_question", ())


def test_questions_of_little_text_take_no_part() -> None:
    known = BANKS[Lang.ES].open_question("payments")
    bare = known.model_copy(update={"id": "own", "criteria": known.criteria[:3]})
    reference = screen([known.reference], bare.text)
    neighbours = Neighbours(lambda lang: (*BANKS[lang].open, bare))
    assert not neighbours.strays(bare, [sentence.text for sentence in reference.sentences])
    assert not Neighbours(lambda _lang: ()).strays(known, ["Una cola."])
