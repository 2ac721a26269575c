"""Brings a person's own questions into the bank: Markdown exams, and this project's YAML or JSON.

What can be read goes in; what cannot is listed by line with a reason. Importing the same file
again adds nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from simulator.domain import ClosedKind, ClosedQuestion, Frozen, Lang, Level, OpenQuestion
from simulator.errors import BankError
from simulator.interview.bank import (
    Bank,
    closed_question,
    open_question,
    read_folder,
)
from simulator.interview.exam_markdown import LETTERS, joined, read_exam
from simulator.interview.words import vocabulary, words_of
from simulator.interview.writing import write_questions
from simulator.texts import Texts
from simulator.yaml_files import parse_items, read_text

MAX_QUESTIONS = 5_000
MAX_TEXT = 8_000
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BETWEEN = re.compile(r"[^\s,]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # they could drive a terminal

Question = ClosedQuestion | OpenQuestion


class Refused(Frozen):
    """Something in the file that did not go in. `line` counts from 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Imported(Frozen):
    """The outcome of an import: new questions, and lines that were refused or already known."""

    closed: tuple[ClosedQuestion, ...] = ()
    open: tuple[OpenQuestion, ...] = ()
    refused: tuple[Refused, ...] = ()
    repeated: tuple[Refused, ...] = ()


def import_questions(
    path: Path, folder: Path, bank: Bank | None, lang: Lang | str, *, topic: str | None = None
) -> Imported:
    """Read the questions of a file and add the new ones to the bank folder `folder`.

    `bank` holds what is there already besides the folder. `topic` names the questions that name
    none (default: the file's name). Raises BankError when the file cannot be read or holds no
    question at all, StorageError when the folder cannot be written.
    """
    known: list[Question] = [*read_folder(folder, Lang(lang))]
    if bank:
        known += [*bank.closed, *bank.open]
    imported = without_repeats(read_questions(path, lang, topic=topic), known)
    write_questions(folder, (*imported.closed, *imported.open))
    return imported


def read_questions(
    path: Path, lang: Lang | str, *, topic: str | None = None
) -> list[tuple[int, Question | str]]:
    """Every question of a file with its line, or why it cannot be used. Raises BankError."""
    lang = Lang(lang)
    topic = slug(topic or path.stem) or "imported"
    text = read_text(path)
    if path.suffix.lower() in (".md", ".markdown", ".txt"):
        items = _exam_items(text, Texts(lang))
    elif path.suffix.lower() in (".yaml", ".yml", ".json"):
        items = _own_items(text, path)
    else:
        raise BankError(f"{path.name}: unknown kind of file; give a .md, .yaml or .json file")
    found = [(line, _question(item, topic=topic, lang=lang)) for line, item in items]
    if not found:
        raise BankError(
            f"{path.name}: no questions in it; number them '1. …' with options '- A. …'"
        )
    if len(found) > MAX_QUESTIONS:
        raise BankError(f"{path.name}: over {MAX_QUESTIONS} questions; split the file")
    return found


def without_repeats(
    found: Iterable[tuple[int, Question | str]], known: Iterable[Question]
) -> Imported:
    """Sort what was read into new, refused and repeated, the same text or id counting once."""
    ids: dict[str, Question] = {}
    texts: dict[tuple[str, ...], str] = {}
    for old in known:
        ids[old.id] = old
        texts[_content(old)] = old.id
    fresh: list[Question] = []
    refused: list[Refused] = []
    repeated: list[Refused] = []
    for line, question in found:
        if isinstance(question, str):
            refused.append(Refused(line=line, reason=question))
        elif (same := texts.get(_content(question))) is not None:
            repeated.append(Refused(line=line, reason=f"already in the bank as '{same}'"))
        elif question.id in ids:
            reason = f"the id '{question.id}' is taken by another question; rename it"
            refused.append(Refused(line=line, reason=reason))
        else:
            ids[question.id] = question
            texts[_content(question)] = question.id
            fresh.append(question)
    return Imported(
        closed=tuple(q for q in fresh if isinstance(q, ClosedQuestion)),
        open=tuple(q for q in fresh if isinstance(q, OpenQuestion)),
        refused=tuple(refused),
        repeated=tuple(repeated),
    )


def slug(text: str) -> str:
    """Kebab-case of any text, safe as a file name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")


def _exam_items(text: str, texts: Texts) -> Iterator[tuple[int, dict[str, object] | str]]:
    for question in read_exam(text):
        if question.fault:
            yield question.line, question.fault
            continue
        explanation = joined(question.explanation)
        right = explanation or texts("import.reason_right")
        wrong = texts("import.reason_wrong")
        yield (
            question.line,
            {
                "text": joined(question.text),
                "options": [
                    {
                        "id": id,
                        "text": joined(lines),
                        "reason": right if id in question.key else wrong,
                    }
                    for id, lines in zip(LETTERS, question.options, strict=False)
                ],
                "key": question.key,
            },
        )


def _own_items(text: str, path: Path) -> Iterator[tuple[int, dict[str, object] | str]]:
    if path.suffix.lower() == ".json":
        items = _json_items(text, path.name)
    else:
        items = parse_items(text, path.name)
    for line, item in items:
        yield line, item if isinstance(item, dict) else "is no mapping with text, options and key"


def _json_items(text: str, name: str) -> list[tuple[int, object]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise BankError(f"{name}: not valid JSON, line {error.lineno}: {error.msg}") from None
    except ValueError as error:  # a number of thousands of digits
        raise BankError(f"{name}: not valid JSON, {str(error)[:100]}") from None
    except RecursionError:
        raise BankError(f"{name}: nested too deep; flatten it") from None
    if not isinstance(content, list):
        raise BankError(f"{name}: must be a list of questions; put them between [ and ]")
    decoder = json.JSONDecoder()
    starts: list[int] = []
    place = text.index("[") + 1
    for _ in content:
        place = _BETWEEN.search(text, place).start()  # type: ignore[union-attr]
        starts.append(place)
        _, place = decoder.raw_decode(text, place)
    return [
        (text.count("\n", 0, start) + 1, item) for start, item in zip(starts, content, strict=True)
    ]


def _question(item: dict[str, object] | str, *, topic: str, lang: Lang) -> Question | str:
    if isinstance(item, str):
        return item
    try:
        if "options" in item:
            question: Question = _closed(dict(item), topic=topic, lang=lang)
        else:
            question = _open(dict(item), lang=lang)
    except BankError as error:
        return str(error).removeprefix("question: ")
    except RecursionError:
        return "is nested too deep; flatten it"
    if not _ID.fullmatch(question.id) or len(question.id) > 100:
        return f"id '{question.id[:80]}' must be lower-case words joined by hyphens"
    for text in _strings(question.model_dump(mode="json")):
        if len(text) > MAX_TEXT:
            return f"a text is over {MAX_TEXT} characters; shorten it"
        if _CONTROL.search(text):
            return "a text has control characters; remove them"
    return question


def _closed(fields: dict[str, object], *, topic: str, lang: Lang) -> ClosedQuestion:
    """A closed question with what an imported one may leave out: id, kind, level, reasons."""
    topic = slug(str(fields.pop("topic", ""))) or topic
    _same_lang(fields, lang)
    key = fields.get("key")
    if isinstance(key, str):
        key = fields["key"] = re.findall(r"[A-H]", key)
    texts = Texts(lang)
    options = fields["options"]
    if isinstance(options, list):
        fields["options"] = options = [_reasoned(option, key, texts) for option in options]
    defaults = {"level": Level.MID, "aspect": "general", "kind": _kind(options, key)}
    given = {**defaults, **fields}
    given.setdefault("id", _derived_id(given))
    return closed_question(given, topic=topic, lang=lang, where="question")


def _open(fields: dict[str, object], *, lang: Lang) -> OpenQuestion:
    _same_lang(fields, lang)
    fields.setdefault("id", _derived_id(fields))
    return open_question(fields, lang=lang, where="question")


def _same_lang(fields: dict[str, object], lang: Lang) -> None:
    if fields.pop("lang", lang) != lang:
        raise BankError(f"question: is in another language than '{lang}'; import it with --lang")


def _reasoned(option: object, key: object, texts: Texts) -> object:
    if not isinstance(option, dict) or option.get("reason"):
        return option
    right = isinstance(key, list) and option.get("id") in key
    return {**option, "reason": texts(f"import.reason_{'right' if right else 'wrong'}")}


def _kind(options: object, key: object) -> ClosedKind:
    if isinstance(key, list) and len(key) > 1:
        return ClosedKind.MULTIPLE
    if isinstance(options, list) and len(options) == 2:
        said = {" ".join(words_of(str(o.get("text")))) for o in options if isinstance(o, dict)}
        truth = vocabulary().truth
        if said & truth[True] and said & truth[False]:
            return ClosedKind.TRUE_FALSE
    return ClosedKind.SINGLE


def _derived_id(fields: dict[str, object]) -> str:
    """An id that the same question gets at every import: its first words and a hash."""
    options = fields.get("options")
    texts = (
        [o.get("text") for o in options if isinstance(o, dict)] if isinstance(options, list) else []
    )
    digest = hashlib.sha256(repr([fields.get("text"), *texts]).encode()).hexdigest()[:8]
    words = slug(" ".join(str(fields.get("text")).split()[:6]))[:50].strip("-")
    return f"{words or 'question'}-{digest}"


def _content(question: Question) -> tuple[str, ...]:
    """What makes two questions the same: language, text and options, however spaced or accented."""
    options = question.options if isinstance(question, ClosedQuestion) else ()
    texts = sorted(" ".join(words_of(option.text)) or option.text for option in options)
    return (question.lang, " ".join(words_of(question.text)) or question.text, *texts)


def _strings(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from _strings(part)
