from pathlib import Path

import pytest

from simulator.domain import Lang
from simulator.errors import BankError
from simulator.interview.bank import load_bank, read_folder

CLOSED = """
- id: queues-order
  level: junior
  kind: single
  aspect: architecture
  text: ¿Qué cola conserva el orden?
  options:
    - {id: A, text: Standard, reason: No promete orden.}
    - {id: B, text: FIFO, reason: Conserva el orden por grupo.}
  key: [B]
  section: queues/architecture
  quote: FIFO conserva el orden
"""
OPEN = """
id: orders
level: senior
topics: [queues]
text: Diseña un sistema de pedidos.
criteria:
  - {id: queue, text: Pone una cola., dimension: architecture}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_questions_of_one_language_are_loaded_from_every_folder(tmp_path: Path) -> None:
    shipped = write(tmp_path / "a", "closed/queues.es.yaml", CLOSED)
    write(shipped, "closed/queues.en.yaml", CLOSED.replace("¿Qué cola", "Which queue"))
    own = write(tmp_path / "b", "open/orders.es.yaml", OPEN)
    bank = load_bank([shipped, own, tmp_path / "missing"], "es")
    assert [question.id for question in bank.closed] == ["queues-order"]
    assert bank.closed_question("queues-order").topic == "queues"
    assert bank.open_question("orders").criteria[0].id == "queue"
    assert bank.topics == ("queues",)
    assert {bank.lang, bank.closed[0].lang, bank.open[0].lang} == {Lang.ES}
    assert load_bank([shipped], "en").closed[0].text == "Which queue conserva el orden?"
    assert [question.id for question in read_folder(own, Lang.ES)] == ["orders"]


def test_an_unknown_id_names_close_matches(tmp_path: Path) -> None:
    folder = write(tmp_path, "closed/queues.es.yaml", CLOSED)
    write(folder, "open/orders.es.yaml", OPEN)
    bank = load_bank([folder], "es")
    with pytest.raises(BankError, match="no question 'queue-orders' in es; did you mean queues-"):
        bank.question("queue-orders")
    with pytest.raises(BankError, match="the bank has 2, for example queues-order, orders"):
        bank.question("zzz" * 100_000)
    with pytest.raises(BankError, match="'orders' is an open question"):
        bank.closed_question("orders")
    with pytest.raises(BankError, match="'queues-order' is a closed question"):
        bank.open_question("queues-order")


BOMB = "- a: &a [x, x]\n  b: &b [*a, *a]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CLOSED.replace("level: junior", "level: boss"), r"question 1 \('queues-order'\): level"),
        (CLOSED.replace("text: FIFO", "text: no"), "options.1.text.*quotes"),
        (CLOSED.replace("key: [B]", "key: [C]"), "does not name options"),
        (CLOSED.replace("key: [B]", "keys: [B]"), "key: Field required"),
        (CLOSED + "  surprise: 1\n", "surprise: Extra inputs"),
        (CLOSED + "  topic: queues\n", "topic comes from the file's name"),
        (CLOSED + CLOSED, "id 'queues-order' is already in queues.es.yaml"),
        ("id: x", "must be a list of questions"),
        ("", "must be a list of questions"),
        ("- just words", "question 1: must be a mapping"),
        ("- a: 'x", "not valid YAML, line 1"),
        ("a:\n\t- b", "line 2"),
        ("- !!python/object/apply:os.system [true]", "could not determine a constructor"),
        (BOMB, "line 2 uses an alias"),
        ("[" * 100_000, "nested over 20 deep|maximum nesting depth"),
        ("- a: \x00", "not valid YAML"),
    ],
)
def test_a_broken_file_is_one_line_that_says_where(tmp_path: Path, text: str, message: str) -> None:
    folder = write(tmp_path, "closed/queues.es.yaml", text)
    with pytest.raises(BankError, match=message) as caught:
        load_bank([folder], "es")
    assert "queues.es.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_id_cannot_stand_in_two_folders(tmp_path: Path) -> None:
    one = write(tmp_path / "a", "closed/queues.es.yaml", CLOSED)
    two = write(tmp_path / "b", "closed/mine.es.yaml", CLOSED)
    with pytest.raises(BankError, match=r"mine.es.yaml: id .* already in queues.es.yaml; rename"):
        load_bank([one, two], "es")


def test_an_open_question_is_named_after_its_id(tmp_path: Path) -> None:
    folder = write(tmp_path, "open/other.es.yaml", OPEN)
    with pytest.raises(BankError, match="id is 'orders'; name the file after the id"):
        load_bank([folder], "es")


def test_bytes_that_are_no_text_and_files_too_large_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "closed/queues.es.yaml", "") / "closed" / "queues.es.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BankError, match="not UTF-8 text"):
        load_bank([tmp_path], "es")
    path.write_bytes(b"#" * 8_000_001)
    with pytest.raises(BankError, match="over 8 MB"):
        load_bank([tmp_path], "es")


def test_a_bank_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="there are no questions in 'en'"):
        load_bank([tmp_path], "en")


def test_an_open_question_is_asked_by_id_by_text_or_made_of_ones_own(tmp_path: Path) -> None:
    bank = load_bank([write(tmp_path, "open/orders.es.yaml", OPEN)], "es")
    known = bank.open_question("orders")
    assert bank.asked(" orders ") == bank.asked("Diseña un sistema de pedidos.") == known
    own = bank.asked("¿Cómo desacoplas dos servicios?")
    assert own.criteria == ()
    assert own == bank.asked("¿Cómo desacoplas dos servicios? ")
    for nothing, says in (("", "empty"), ("nope", "no question 'nope'")):
        with pytest.raises(BankError, match=says):
            bank.asked(nothing)
