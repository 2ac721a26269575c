import json
import os
from pathlib import Path

import pytest
import yaml

from evals.exams import write_exam
from simulator.domain import ClosedKind, ClosedQuestion, Lang, Level, OpenQuestion
from simulator.errors import BankError, StorageError
from simulator.interview.bank import Bank, load_bank
from simulator.interview.importing import import_questions, read_questions
from simulator.texts import Texts

EXAM = """# Examen de prueba

Texto de bienvenida.

---

1. Which store keeps objects?
    - A. A table
    - B. An object store
    - C. A queue

    <details markdown=1><summary markdown="span">Answer</summary>

    Correct answer: B

    Explanation: <https://example.org/objects> keeps them.

    </details>

1. A team wants order <br/>
   and no copies.

   Which two?
    - A. Standard queue
    - B. FIFO queue
      with groups
    - C. Deduplication id
    - D. A topic
    - E. `A bus`

    <details><summary>Answer</summary>

    **Correct Answer:** B, C

    </details>

3. Is it <script>alert(1)</script> safe?
   - A. True
   - B. False
   <details>
   Answer: A
   1. not a question
   </details>
## Otra parte
4) **Sin guion, letras en negrita**
A. Uno
B. Dos
Respuesta correcta: A

5. Pegadas
- [ ] A) x uno
- [x] B) y dos
- [ ] C) z tres
<details>Correct Answer: AC</details>
"""

BROKEN = """1. No options here

2. No answer
- A. a
- B. b

3. Answer names a stranger
- A. a
- B. b
<details>
Correct answer: D
</details>

4. Letters out of order
- A. a
- C. c
<details>
Correct answer: A
</details>

5. Only one option
- A. a
<details>Correct answer: A</details>

6. Open block
- A. a
- B. b
<details>
Correct answer: B

7. Good one
- A. a
- B. b
<details>
Correct answer: A
</details>

# Loose
- A. options without question
- B. b
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def closed_of(path: Path, lang: str = "en") -> list[ClosedQuestion]:
    questions = [question for _, question in read_questions(path, lang)]
    assert all(isinstance(question, ClosedQuestion) for question in questions), questions
    return [question for question in questions if isinstance(question, ClosedQuestion)]


def test_an_exam_is_read_in_the_forms_that_people_write(tmp_path: Path) -> None:
    one, two, three, four, five = closed_of(write(tmp_path / "Mi Examen.md", EXAM))
    assert (one.text, one.key, one.kind) == (
        "Which store keeps objects?",
        ("B",),
        ClosedKind.SINGLE,
    )
    assert [option.text for option in one.options] == ["A table", "An object store", "A queue"]
    assert (one.topic, one.section, one.quote) == ("mi-examen", None, None)
    assert one.options[1].reason == "<https://example.org/objects> keeps them."
    assert one.options[0].reason == Texts(Lang.EN)("import.reason_wrong")
    assert two.text == "A team wants order <br/> and no copies.\n\nWhich two?"
    assert (two.key, two.kind) == (("B", "C"), ClosedKind.MULTIPLE)
    assert two.options[1].text == "FIFO queue with groups"
    assert two.options[1].reason == Texts(Lang.EN)("import.reason_right")
    assert three.text == "Is it <script>alert(1)</script> safe?"
    assert (three.kind, three.key) == (ClosedKind.TRUE_FALSE, ("A",))
    assert (four.key, four.options[1].text) == (("A",), "Dos")
    assert five.key == ("A", "C")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("Correct answer: A", "A"),
        ("Correct Answer: A, C", "AC"),
        ("correct answers: A and C", "AC"),
        ("Correct Answer:AC", "AC"),
        ("**Answer:** B", "B"),
        ("**Correct answer: B**", "B"),
        ("*Answer*: (C)", "C"),
        ("  Answer :  B ", "B"),
        ("- Answer: B. Because it is so.", "B"),
        ("Answer: b", "B"),
        ("Answer: a, c", "AC"),
        ("Respuesta: A y C", "AC"),
        ("Respuestas correctas: A, B y C", "ABC"),
        ("The correct one is unknown", ""),
        ("Answer: because", ""),
        ("Answer: Bad", ""),
        ("Answer:" + " " * 100_000 + "A", ""),
    ],
)
def test_variants_of_the_answer_line(tmp_path: Path, line: str, key: str) -> None:
    exam = f"1. What?\n- A. a\n- B. b\n- C. c\n<details>\n{line}\n</details>\n"
    ((_, question),) = read_questions(write(tmp_path / "x.md", exam), "en")
    assert ("".join(question.key) if isinstance(question, ClosedQuestion) else "") == key


def test_what_cannot_be_read_is_listed_by_line_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = write(tmp_path / "broken.md", BROKEN)
    imported = import_questions(path, tmp_path / "bank", None, "en")
    assert [question.text for question in imported.closed] == ["Open block", "Good one"]
    listed = [str(refused) for refused in imported.refused]
    lines = [BROKEN.split("\n")[refused.line - 1] for refused in imported.refused]
    assert [line[:4] for line in lines] == ["1. N", "2. N", "3. A", "4. L", "5. O", "- A."]
    for line, reason in zip(
        listed,
        ("no options", "no answer", "names D", "option C is out of order", "no options", "without"),
        strict=True,
    ):
        assert reason in line


def test_importing_again_adds_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "exam.md", EXAM), tmp_path / "bank"
    first = import_questions(path, folder, None, "en")
    file = folder / "closed" / "exam.en.yaml"
    before = file.read_bytes()
    second = import_questions(path, folder, None, "en")
    assert len(first.closed) == 5
    assert second.closed == ()
    lines = [EXAM.split("\n")[repeated.line - 1] for repeated in second.repeated]
    assert [line[:2] for line in lines] == ["1.", "1.", "3.", "4)", "5."]
    assert file.read_bytes() == before
    assert load_bank([folder], "en").closed == first.closed
    assert os.listdir(folder / "closed") == ["exam.en.yaml"]


def test_a_known_text_or_id_is_not_imported_twice(tmp_path: Path) -> None:
    first = closed_of(write(tmp_path / "exam.md", EXAM))
    bank = Bank(lang=Lang.EN, closed=tuple(first))
    items = [
        {
            "text": "WHICH store keeps   objects",
            "options": [
                {"id": "A", "text": "An object store"},
                {"id": "B", "text": "A queue"},
                {"id": "C", "text": "A table"},
            ],
            "key": ["A"],
        },
        {
            "id": first[0].id,
            "text": "Another?",
            "options": [{"id": "A", "text": "x"}, {"id": "B", "text": "y"}],
            "key": "A",
        },
    ]
    path = write(tmp_path / "own.json", json.dumps(items, indent=1))
    imported = import_questions(path, tmp_path / "bank", bank, "en")
    assert (imported.closed, imported.open) == ((), ())
    assert [str(repeated) for repeated in imported.repeated] == [
        f"line 2: already in the bank as '{first[0].id}'"
    ]
    assert len(imported.refused) == 1
    assert "is taken by another question" in str(imported.refused[0])
    assert not (tmp_path / "bank").exists()


OWN = """
# preguntas propias
- id: mine-one
  topic: ../../Bases de Datos
  level: senior
  kind: single
  aspect: performance
  text: "¿Qué índice?"
  options:
    - {id: A, text: Uno, reason: Porque sí que lo es.}
    - {id: B, text: Dos, reason: Porque no lo es nunca.}
  key: [A]
  section: dynamodb/performance
  quote: GSI
- id: design-it
  text: Diseña un acortador.
- text: Falta la clave
  options: [{id: A, text: x}, {id: B, text: y}]
- 42
- {id: "Bad Id", text: z, options: [{id: A, text: x}, {id: B, text: y}], key: A}
- {text: "esc \\e[31m", options: [{id: A, text: x}, {id: B, text: y}], key: A}
- {text: otra lengua, lang: en, options: [{id: A, text: x}, {id: B, text: y}], key: A}
"""


def test_the_projects_own_yaml_is_read_with_topics_and_open_questions(tmp_path: Path) -> None:
    imported = import_questions(write(tmp_path / "o.yaml", OWN), tmp_path / "bank", None, "es")
    assert [(q.id, q.topic, q.level) for q in imported.closed] == [
        ("mine-one", "bases-de-datos", Level.SENIOR)
    ]
    assert imported.closed[0].quote == "GSI"
    assert [question.id for question in imported.open] == ["design-it"]
    listed = [str(refused) for refused in imported.refused]
    assert [line.split(":")[0] for line in listed] == [f"line {n}" for n in (17, 19, 20, 21, 22)]
    for line, reason in zip(
        listed,
        ("key: Field required", "no mapping", "lower-case", "control characters", "language"),
        strict=True,
    ):
        assert reason in line
    bank = load_bank([tmp_path / "bank"], "es")
    assert (bank.closed, bank.open) == (imported.closed, imported.open)


def test_json_and_yaml_give_the_same_questions(tmp_path: Path) -> None:
    items = yaml.safe_load(OWN)[:2]
    from_json = read_questions(write(tmp_path / "o.json", json.dumps(items)), "es")
    from_yaml = read_questions(write(tmp_path / "o.yaml", OWN), "es")[:2]
    assert [question for _, question in from_json] == [question for _, question in from_yaml]
    assert isinstance(from_json[1][1], OpenQuestion)


def test_a_file_edited_by_hand_keeps_its_text(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    path = write(tmp_path / "exam.md", EXAM)
    import_questions(path, folder, None, "en", topic="mine")
    file = folder / "closed" / "mine.en.yaml"
    edited = "# my notes\n" + file.read_text(encoding="utf-8")
    file.write_text(edited, encoding="utf-8")
    more = write(tmp_path / "more.md", EXAM.replace("objects?", "files?"))
    imported = import_questions(more, folder, None, "en", topic="mine")
    assert len(imported.closed) == 1
    assert file.read_text(encoding="utf-8").startswith(edited)
    assert len(load_bank([folder], "en").closed) == 6


def test_a_file_in_another_layout_is_rewritten_whole(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    first = import_questions(write(tmp_path / "a.md", EXAM), folder, None, "en", topic="mine")
    file = folder / "closed" / "mine.en.yaml"
    file.write_text(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8"))))
    more = write(tmp_path / "more.md", EXAM.replace("objects?", "files?"))
    second = import_questions(more, folder, None, "en", topic="mine")
    assert load_bank([folder], "en").closed == (*first.closed, *second.closed)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.pdf", "1. a", "give a .md, .yaml or .json file"),
        ("x.md", "", "no questions in it"),
        ("x.md", "# title\n\nsome prose\n", "no questions in it"),
        ("x.yaml", "id: one", "must be a list of questions"),
        ("x.yaml", "", "no questions in it"),
        ("x.json", "{}", "must be a list of questions"),
        ("x.json", "[1,", "not valid JSON, line 1"),
        ("x.json", "[" * 50_000, "nested too deep"),
        ("x.json", "[" + "9" * 5_000 + "]", "not valid JSON"),
        ("x.yaml", "- &a [x]\n- *a\n", "alias"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(BankError, match=message) as caught:
        read_questions(write(tmp_path / name, text), "es")
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_or_binary_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="no such file"):
        read_questions(tmp_path / "none.md", "es")
    (tmp_path / "x.md").write_bytes(b"\x89PNG\xff")
    with pytest.raises(BankError, match="not UTF-8"):
        read_questions(tmp_path / "x.md", "es")


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    blocked = write(tmp_path / "bank", "a file, not a folder")
    with pytest.raises(StorageError, match="cannot be written"):
        import_questions(write(tmp_path / "exam.md", EXAM), blocked, None, "en")


def test_a_thousand_questions_in_every_style_go_in(tmp_path: Path) -> None:
    exam = write_exam(1000)
    imported = import_questions(write(tmp_path / "m.md", exam), tmp_path / "bank", None, "en")
    assert len(imported.closed) >= 990, [str(line) for line in imported.refused[:5]]
    assert load_bank([tmp_path / "bank"], "en").closed == imported.closed
    several = [question for question in imported.closed if len(question.key) > 1]
    assert len(several) > 100
    assert all(question.text.count("Case ") == 1 for question in imported.closed)
