from simulator.grading.similarity import Matcher, rejects
from simulator.llm.embeddings import E5Embedder
from tests.grading.builders import GOOD, QUESTION, screened

MATCHER = Matcher(E5Embedder())


def _match(answer: str, criterion: str):
    matches = MATCHER.match(QUESTION, screened(answer))
    return next(match for match in matches if match.criterion_id == criterion)


def test_the_evidence_is_the_candidates_own_words() -> None:
    match = _match(GOOD, "encryption")
    assert match.span is not None
    assert match.span.text == GOOD[match.span.start : match.span.end]
    assert "cifrado" in match.span.text


def test_a_covered_criterion_stands_out_from_an_uncovered_one() -> None:
    without = "Pondría una cola entre la tienda y los procesos para desacoplarlos."
    assert _match(GOOD, "encryption").similarity > _match(without, "encryption").similarity + 0.03


def test_a_rejection_is_opposed_and_a_use_is_not() -> None:
    assert _match("No usaría una cola entre la entrada y los procesos.", "queue").opposed
    assert not _match("Usaría una cola para que no dependan uno del otro.", "queue").opposed


def test_what_counts_as_rejecting() -> None:
    for text in (
        "No pondría DLQ.",
        "Evitaría las colas",
        "I would not use a queue",
        "no hace falta",
    ):
        assert rejects(text), text
    for text in ("No expondría el bucket.", "para que no se pierda nada", "a queue, not a table"):
        assert not rejects(text), text


def test_nothing_said_matches_nothing() -> None:
    assert all(m.span is None for m in MATCHER.match(QUESTION, screened("")))
