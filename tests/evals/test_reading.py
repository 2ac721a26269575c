from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from evals.reading import columns_of, contents, guess
from simulator.errors import InputError


def rows(path: Path, columns: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [content for _, content in contents(path, hashlib.sha256(), columns)]


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "answers.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_is_read_as_people_save_it(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [["Pregunta", "Respuesta"], ["¿Qué harías?", '"Una cola,\r\ny reintentos; más"']]
    text = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"
    assert rows(table(tmp_path, text, encoding)) == [
        {"id": "1", "question": "¿Qué harías?", "answer": "Una cola,\r\ny reintentos; más"}
    ]


def test_columns_are_named_by_the_person(tmp_path: Path) -> None:
    path = table(tmp_path, 'n,what,said,mark,l\n7,real-time-orders,una cola,"3,5",EN\n,,,,\n')
    columns = {"id": "n", "question_id": "what", "answer": "said", "labels.security": "mark"}
    assert rows(path, columns | {"lang": "l"}) == [
        {
            "id": "7",
            "question_id": "real-time-orders",
            "answer": "una cola",
            "lang": "en",
            "labels": {"security": 3.5},
        }
    ]


def test_columns_are_guessed_by_their_names(tmp_path: Path) -> None:
    path = table(tmp_path, "Fila,PREGUNTA,Respuesta,security,otra\n1,a,b,3,c\n")
    names = columns_of(path)
    assert names == ("Fila", "PREGUNTA", "Respuesta", "security", "otra")
    assert guess(names, ["security"]) == {
        "id": "Fila",
        "question": "PREGUNTA",
        "answer": "Respuesta",
        "labels.security": "security",
    }


@pytest.mark.parametrize(
    ("text", "columns", "says"),
    [
        ("", None, "no header"),
        ("a,a\n1,2\n", {"answer": "a"}, "two columns are named 'a'"),
        ("a,b\n1,2\n", None, "no column is the answer"),
        ("a,b\n1,2\n", {"answer": "c"}, "no column 'c'"),
        ("a,b\n1,2,3\n", {"answer": "a"}, "row 1: has more cells"),
        ("a,b\n1,x\n", {"answer": "a", "labels.security": "b"}, "'x' is not a number"),
        ("a,b\n1,\0\n", {"answer": "a"}, "no text file"),
        ("a\n" + "x" * 140_000 + "\n", {"answer": "a"}, "after row 0"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(
    tmp_path: Path, text: str, columns: dict[str, str] | None, says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        rows(table(tmp_path, text), columns)
    assert "answers.csv" in str(caught.value)
    assert "\n" not in str(caught.value)
