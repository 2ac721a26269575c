"""Ways to make each claim of a question, and sentences that come near without making it.

``phrasings/QUESTION-ID.LANG.yaml`` of a bank folder::

    criterion-id:
      examples: [sentences that satisfy the claim]
      misses: [sentences close to it that do not]

They teach the recogniser together with the claims and examples of the question's own files, those
of every language: candidates mix them, and sentence vectors are multilingual.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from simulator import resources
from simulator.domain import Criterion, Frozen, Lang
from simulator.errors import BankError
from simulator.yaml_files import first_fault, read_yaml

_ID = re.compile(r"[\w-]+")


class Phrases(Frozen):
    """Sentences that satisfy one claim, and sentences near it that do not."""

    examples: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    def __add__(self, other: Phrases) -> Phrases:
        return Phrases(
            examples=tuple(dict.fromkeys(self.examples + other.examples)),
            misses=tuple(dict.fromkeys(self.misses + other.misses)),
        )


_File = TypeAdapter(dict[str, Phrases])


class Phrasebook:
    """The phrasings of bank folders, those that ship without any given; read when asked for."""

    def __init__(self, folders: Iterable[Path] | None = None) -> None:
        self._folders = tuple(folders or (resources.folder("knowledge"),))
        self._known: dict[str, Mapping[str, Phrases]] = {}

    def of(self, question_id: str) -> Mapping[str, Phrases]:
        """Phrases by criterion id, in every language; empty for an unknown question.

        Raises BankError naming file and fault.
        """
        if question_id not in self._known:
            self._known[question_id] = dict(self._read(question_id))
        return self._known[question_id]

    def _read(self, question_id: str) -> Mapping[str, Phrases]:
        found: dict[str, Phrases] = defaultdict(Phrases)
        if _ID.fullmatch(question_id):
            for folder in self._folders:
                for lang in Lang:
                    name = f"{question_id}.{lang}.yaml"
                    for id_, phrases in _in_question(folder / "open" / name):
                        found[id_] += phrases
                    for id_, phrases in read_phrasings(folder / "phrasings" / name).items():
                        found[id_] += phrases
        return found


def read_phrasings(path: Path) -> dict[str, Phrases]:
    """Phrases by criterion id of one file; none where it does not exist. Raises BankError."""
    if not path.is_file():
        return {}
    try:
        return _File.validate_python(read_yaml(path))
    except ValidationError as error:
        raise BankError(f"{path.name}: {first_fault(error)}; fix it") from None


@cache
def background() -> tuple[str, ...]:
    """Sentences that make no claim about any subject, in every language."""
    content = read_yaml(resources.folder("knowledge") / "background.yaml")
    sentences = TypeAdapter(dict[Lang, list[str]]).validate_python(content)
    return tuple(text for own in sentences.values() for text in own)


def phrases_of(criteria: Sequence[Criterion], known: Mapping[str, Phrases]) -> dict[str, Phrases]:
    """What each criterion says of itself, and what the phrasebook adds."""
    return {
        c.id: Phrases(examples=(c.text, *c.examples)) + known.get(c.id, Phrases()) for c in criteria
    }


def _in_question(path: Path) -> Iterator[tuple[str, Phrases]]:
    """Claims and examples of a question's own file; its form is the bank's to check."""
    content = read_yaml(path) if path.is_file() else {}
    for item in content.get("criteria") or () if isinstance(content, dict) else ():
        examples = (item.get("text"), *(item.get("examples") or ()))
        yield str(item.get("id")), Phrases(examples=tuple(str(text) for text in examples if text))
