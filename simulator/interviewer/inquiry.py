"""Whether a candidate asks instead of answering, and which fact of the bank was asked for.

Rules decide what is a question; similarity decides which. A text counts as an inquiry only when
every sentence of it asks: rhetorical questions inside an answer stay part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np

from simulator.domain import Frozen, OpenQuestion
from simulator.grading.screen import screen
from simulator.grading.sentences import fold, split, words
from simulator.guide.lexical import terms
from simulator.interview.moves import Inquiry, InquiryKind
from simulator.ports import Embedder
from simulator.yaml_files import read_yaml

MAX_WORDS = 60
# Cosine of multilingual-e5-small, plus a tenth of the share of the question's own stems found in
# the fact, from which a question asks for that fact. Measured on 59 questions written for this, 40
# of them after a fact, in both languages: 30 are found, none is taken for another, none of the 19
# others is answered. What is not found is told to be assumed, which harms nobody.
ASKS_FOR = 0.885
_SHARED = 0.1
# Without embeddings: the share of stems alone.
_SHARED_ALONE = 0.6


class _Form(IntEnum):
    """How a sentence asks. A doubtful one does only where it asks for a fact of the bank."""

    STATEMENT = 0
    LEAD_IN = 1
    DOUBTFUL = 2
    QUESTION = 3
    ASIDE = 4


class _Asking(Frozen):
    lead_in: frozenset[str]
    asks: frozenset[str]
    asks_plainly: frozenset[str]
    conditions: frozenset[str]
    aside: re.Pattern[str]


@cache
def _asking() -> _Asking:
    data = cast(dict[str, object], read_yaml(Path(__file__).with_name("asking.yaml")))
    patterns = [p for group in cast(dict[str, list[str]], data["aside"]).values() for p in group]
    return _Asking(
        lead_in=frozenset(str(data["lead_in"]).split()),
        asks=frozenset(str(data["asks"]).split()),
        asks_plainly=frozenset(str(data["asks_plainly"]).split()),
        conditions=frozenset(str(data["conditions"]).split()),
        aside=re.compile("|".join(f"(?:{pattern})" for pattern in patterns)),
    )


def read_inquiry(text: str, question: OpenQuestion, embedder: Embedder | None) -> Inquiry | None:
    """What the text asks for, or None when it (also) answers. Deterministic."""
    if screen([text], question.text).decided in ("to_the_grader", "as_a_grader"):
        return Inquiry(kind=InquiryKind.ASIDE)
    sentences = [text[start:end] for start, end in split(text)]
    if not sentences or len(words(text)) > MAX_WORDS:
        return None
    forms = [_form(sentence) for sentence in sentences]
    if _Form.STATEMENT in forms or max(forms) is _Form.LEAD_IN:
        return None
    asked = [s for s, form in zip(sentences, forms, strict=True) if form >= _Form.DOUBTFUL]
    facts = [_fact(sentence, question, embedder) for sentence in asked]
    doubtful = [form is _Form.DOUBTFUL for form in forms if form >= _Form.DOUBTFUL]
    if any(f is None and doubt for f, doubt in zip(facts, doubtful, strict=True)):
        return None
    if known := tuple(dict.fromkeys(fact for fact in facts if fact is not None)):
        return Inquiry(kind=InquiryKind.FACT, facts=known)
    return Inquiry(kind=InquiryKind.ASIDE if _Form.ASIDE in forms else InquiryKind.UNKNOWN)


def _form(sentence: str) -> _Form:
    known = _asking()
    marked = sentence.rstrip(" \"'»”)").endswith("?")
    before, opening, after = sentence.partition("¿")
    spoken = words(after if opening else sentence)
    lead = words(before) if opening else []
    while not opening and spoken and spoken[0] in known.lead_in and spoken[0] not in known.asks:
        lead.append(spoken.pop(0))
    plain = " ".join(words(sentence)) if "'" not in sentence else fold(sentence).strip(" .?!¿¡")
    if known.aside.fullmatch(plain):
        return _Form.ASIDE
    if not set(lead) <= known.lead_in:
        return _Form.DOUBTFUL if marked and lead[0] in known.conditions else _Form.STATEMENT
    if not spoken or set(spoken) <= known.lead_in:
        return _Form.LEAD_IN
    if marked and (opening or spoken[0] in known.asks):
        return _Form.QUESTION if len(spoken) > 1 or spoken[0] in known.asks else _Form.STATEMENT
    if marked or spoken[0] in known.asks_plainly:
        return _Form.DOUBTFUL
    return _Form.STATEMENT


def _fact(sentence: str, question: OpenQuestion, embedder: Embedder | None) -> int | None:
    """Position of the clarification that the sentence asks for."""
    if not question.clarifications:
        return None
    shared = np.array(_shares(sentence, [f"{c.ask} {c.give}" for c in question.clarifications]))
    if embedder is None:
        close, least = shared, _SHARED_ALONE
    else:
        asks = embedder.queries([c.ask for c in question.clarifications])
        close = asks @ embedder.queries([sentence])[0] + _SHARED * shared
        least = ASKS_FOR
    best = int(close.argmax())
    return best if close[best] >= least else None


def _shares(sentence: str, facts: Sequence[str]) -> list[float]:
    own = set(terms(sentence))
    return [len(own & set(terms(fact))) / max(1, len(own)) for fact in facts]
