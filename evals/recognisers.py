"""``python -m evals recognisers``: learn the bank's questions ahead of time.

Run it after a change of the bank's open questions or of ``knowledge/phrasings``; a test says when
``knowledge/recognisers.json`` is out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.results import write_json
from simulator import resources
from simulator.domain import Lang
from simulator.grading.recognisers import FILE, Recognisers, encoded
from simulator.interview.bank import Bank, load_bank
from simulator.ports import Embedder

Entry = dict[str, Any]


def collect(embedder: Embedder, banks: Sequence[Bank], known: Mapping[str, Entry]) -> list[Entry]:
    """What was learned of every open question; `known` entries, by digest, are taken as they are.

    Languages of a question have the same lessons, and so one entry.
    """
    recognisers = Recognisers(embedder.identity, embedder.queries)
    found: dict[str, Entry] = {}
    for question in (question for bank in banks for question in bank.open):
        claims = [criterion.id for criterion in question.criteria]
        lessons = recognisers.lessons(question.id, question.criteria)
        digest = lessons.digest(embedder.identity)
        if digest in known:
            found[digest] = known[digest]
        elif digest not in found:
            print(f"{question.id}: {len(lessons.texts)} sentences", file=sys.stderr)
            learned = encoded(recognisers.learn(lessons))
            found[digest] = {"question": question.id, "digest": digest, "claims": claims, **learned}
    return list(found.values())


def read_entries(path: Path) -> dict[str, Entry]:
    """The entries of a file by digest; none where it is missing or broken."""
    try:
        items = json.loads(path.read_text(encoding="utf-8"))["recognisers"]
        return {item["digest"]: item for item in items}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file; 0. Raises BankError."""
    parser = argparse.ArgumentParser(prog="evals recognisers", description=__doc__)
    parser.add_argument("--out", type=Path, default=resources.folder("knowledge") / FILE)
    options = parser.parse_args(argv)
    from simulator.llm.embeddings import E5Embedder

    banks = [load_bank([resources.folder("knowledge")], lang) for lang in Lang]
    embedder = E5Embedder()
    made = collect(embedder, banks, read_entries(options.out))
    write_json(options.out, {"embedder": embedder.identity, "recognisers": made})
    return 0
