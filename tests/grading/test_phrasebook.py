import pytest

from simulator import resources
from simulator.domain import Lang
from simulator.errors import BankError
from simulator.grading.phrasebook import Phrasebook, background, read_phrasings
from simulator.interview.bank import load_bank

OWN = """
queue:
  examples: ["Una cola en medio."]
  misses: ["Usaría SQS."]
"""


def test_phrases_come_from_every_language_and_folder(tmp_path) -> None:
    (tmp_path / "phrasings").mkdir()
    (tmp_path / "phrasings" / "own.es.yaml").write_text(OWN)
    (tmp_path / "phrasings" / "own.en.yaml").write_text(OWN.replace("Una cola", "A queue"))
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "own.en.yaml").write_text(
        "id: own\ncriteria:\n  - id: queue\n    text: It queues.\n    examples: [Queue it.]\n"
    )
    phrases = Phrasebook([tmp_path]).of("own")["queue"]
    assert set(phrases.examples) == {
        "Una cola en medio.", "A queue en medio.", "It queues.", "Queue it.",
    }  # fmt: skip
    assert phrases.misses == ("Usaría SQS.",)


@pytest.mark.parametrize("id_", ["nobody-knows", "../../etc/passwd", ""])
def test_an_unknown_question_has_none(id_: str) -> None:
    assert Phrasebook().of(id_) == {}


def test_a_broken_file_says_where(tmp_path) -> None:
    file = tmp_path / "own.es.yaml"
    file.write_text("queue:\n  exemples: [x]\n")
    with pytest.raises(BankError, match=r"own\.es\.yaml: queue"):
        read_phrasings(file)


@pytest.mark.parametrize("lang", list(Lang))
def test_the_shipped_phrasings_name_criteria_of_the_bank_and_do_not_contradict(lang: Lang) -> None:
    folder = resources.folder("knowledge")
    for question in load_bank([folder], lang).open:
        known = read_phrasings(folder / "phrasings" / f"{question.id}.{lang}.yaml")
        assert set(known) == {criterion.id for criterion in question.criteria}, question.id
        for id_, phrases in known.items():
            assert len(phrases.examples) >= 6, (question.id, id_)
            assert len(phrases.misses) >= 4, (question.id, id_)
            assert not set(phrases.examples) & set(phrases.misses), (question.id, id_)


def test_the_background_has_both_languages() -> None:
    assert len(set(background())) == len(background()) >= 40
