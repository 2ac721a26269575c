import numpy as np

from simulator.grading.phrasebook import Phrases
from simulator.grading.recogniser import Recogniser, learn, lessons_of
from simulator.llm.embeddings import E5Embedder

EMBEDDER = E5Embedder()
PHRASES = {
    "queue": Phrases(
        examples=("Pone una cola entre la entrada y los procesos.", "Metería SQS para desacoplar."),
        misses=("SQS es un servicio de AWS.",),
    ),
    "backup": Phrases(
        examples=("Hace respaldos diarios.", "Guardo copias de la base cada noche."),
        misses=("La base de datos es importante.",),
    ),
}


def _recogniser(phrases: dict[str, Phrases]) -> Recogniser:
    lessons = lessons_of(phrases, list(phrases))
    return Recogniser(lessons, learn(lessons, EMBEDDER.queries(lessons.texts)))


def _scores(recogniser: Recogniser, *texts: str) -> np.ndarray:
    return recogniser.scores(texts, EMBEDDER.queries(texts))


def test_a_claim_scores_high_in_other_words_and_the_rest_low() -> None:
    scores = _scores(
        _recogniser(PHRASES), "Entre el API y los workers dejo una cola.", "Respaldo todo de noche."
    )
    assert scores[0, 0] > scores[0, 1] + 0.2
    assert scores[1, 1] > scores[1, 0] + 0.2


def test_a_near_miss_and_talk_score_below_the_claim() -> None:
    scores = _scores(
        _recogniser(PHRASES),
        "Metería una cola SQS para desacoplar.",
        "Conozco el servicio SQS de AWS.",
        "Lo haría todo muy robusto y escalable.",
    )
    assert scores[0, 0] > scores[1, 0] + 0.1
    assert scores[1, 0] > scores[2, 0]


def test_one_claim_without_examples_still_tells_it_from_talk() -> None:
    alone = _recogniser({"stack": Phrases(examples=("El proceso tiene su propia pila.",))})
    said, talk = _scores(alone, "Cada proceso usa una pila propia.", "Es un tema interesante.")
    assert said[0] > talk[0] + 0.2


def test_lessons_are_the_same_whatever_the_order_of_the_sentences() -> None:
    turned = {
        id_: Phrases(examples=p.examples[::-1], misses=p.misses[::-1]) for id_, p in PHRASES.items()
    }
    one, two = lessons_of(PHRASES, list(PHRASES)), lessons_of(turned, list(PHRASES))
    assert one.digest("e") == two.digest("e")
    assert one.digest("e") != one.digest("another embedder")


def test_halfway_lies_between_the_claim_and_its_misses_and_near_the_usual_for_few() -> None:
    lessons = lessons_of(PHRASES, list(PHRASES))
    assert lessons.misses.sum(axis=0).tolist() == [1.0, 1.0]
    few = learn(lessons, EMBEDDER.queries(lessons.texts)).halfway
    assert ((few > 0.25) & (few < 0.31)).all()
    many = {
        id_: Phrases(
            examples=tuple(f"{text} ({n})" for text in p.examples for n in range(40)),
            misses=tuple(f"{text} ({n})" for text in p.misses for n in range(20)),
        )
        for id_, p in PHRASES.items()
    }
    lessons = lessons_of(many, list(many))
    halfway = learn(lessons, EMBEDDER.queries(lessons.texts)).halfway
    assert ((halfway > 0.4) & (halfway < 0.6)).all()  # repeated, said is 1 and missed is 0


def test_a_sentence_that_makes_a_claim_is_no_miss_of_it() -> None:
    said = PHRASES["queue"].examples[0]
    lessons = lessons_of({"queue": Phrases(examples=(said,), misses=(said,))}, ["queue"])
    assert lessons.misses.sum() == 0


def test_a_sentence_may_make_two_claims() -> None:
    both = "Una cola desacopla y hago respaldos."
    phrases = {
        id_: Phrases(examples=(*p.examples, both), misses=p.misses) for id_, p in PHRASES.items()
    }
    lessons = lessons_of(phrases, list(phrases))
    assert lessons.targets[lessons.texts.index(both)].tolist() == [1.0, 1.0]
    assert _scores(_recogniser(phrases), both).min() > 0.4
