"""What the interviewer says, made from the bank and the texts: no model, so nothing can leak."""

from __future__ import annotations

import re

from simulator.domain import (
    ClosedKind,
    ClosedQuestion,
    ClosedResult,
    Exchange,
    OpenQuestion,
    Section,
    TurnKind,
)
from simulator.interview.moves import Gap, Inquiry, InquiryKind
from simulator.texts import Texts

_QUOTED_WORDS = 12
_UNQUOTABLE = re.compile(r"[\n\r«»“”\"<>\[\]{}|]")


def ask_closed(question: ClosedQuestion) -> str:
    """The question and its options, one a line."""
    options = "\n".join(f"{option.id}) {option.text}" for option in question.options)
    return f"{question.text}\n\n{options}"


def ask_open(question: OpenQuestion) -> str:
    """The scenario as the interviewer tells it."""
    return question.text.strip()


def ask_again(question: ClosedQuestion, reason: str, texts: Texts) -> str:
    """A request to answer in a form that can be read. `reason` is a key of ``interview.again``."""
    ids = ", ".join(option.id for option in question.options)
    key = f"interview.again.{reason}"
    return texts(
        key if texts.has(key) else "interview.again.unclear",
        options=ids,
        count=len(question.key),
        example=" ".join(question.options[i].id for i in range(len(question.key))),
    )


def explain(question: ClosedQuestion, result: ClosedResult, texts: Texts) -> str:
    """Right or wrong, with the reason of each option that was chosen or should have been."""
    verdict = texts(
        "interview.correct" if result.correct else "interview.incorrect",
        key=texts.join(question.key),
    )
    wrong = [o for o in question.options if o.id in result.chosen and o.id not in question.key]
    right = [o for o in question.options if o.id in question.key]
    lines = [f"{option.id}) {option.reason}" for option in (*wrong, *right)]
    if result.citation is None:
        lines.append(texts("interview.no_citation"))
    return "\n".join([verdict, *lines])


def hint_closed(question: ClosedQuestion, section: Section | None, texts: Texts) -> str:
    """Where in the guide the answer is, never what it is."""
    if section is None:
        return texts("interview.hint.none")
    if question.kind is ClosedKind.MULTIPLE:
        return texts("interview.hint.multiple", heading=section.heading, count=len(question.key))
    return texts("interview.hint.closed", heading=section.heading)


def hint_open(question: OpenQuestion, texts: Texts) -> str:
    """The bank's own hint."""
    return question.hint or texts("interview.hint.none")


def follow_up(gap: Gap, number: int, texts: Texts) -> str:
    """The criterion's probe, introduced, after the candidate's own words on the same matter where
    there are any. `number` counts from 1."""
    probe = gap.criterion.probe
    if quote := shortened(gap.said):
        return texts(f"interview.follow_up.quoted.{number}", quote=quote, probe=probe)
    return texts(f"interview.follow_up.{number}", probe=probe)


def quoted_once(gap: Gap, exchange: Exchange) -> Gap:
    """The gap without the candidate's words where a follow-up of this try has quoted them."""
    quote = shortened(gap.said)
    told = [turn.text for turn in exchange.attempt if turn.kind is TurnKind.FOLLOW_UP]
    if quote and any(quote in text for text in told):
        return gap.model_copy(update={"said": ""})
    return gap


def change(question: OpenQuestion, texts: Texts) -> str:
    """The requirement that changes, as the bank has it."""
    return texts("interview.change", change=question.change.strip())


def clarify(question: OpenQuestion, inquiry: Inquiry, texts: Texts) -> str:
    """The facts asked for as the bank gives them, or why there are none."""
    if inquiry.kind is InquiryKind.FACT:
        return " ".join(question.clarifications[number].give for number in inquiry.facts)
    return texts(f"interview.clarification.{inquiry.kind}")


def shortened(words: str) -> str:
    """The beginning of a candidate's sentence, short enough to quote; still literally theirs.

    Empty where it would be broken by lines or quotation marks of its own.
    """
    words = words.strip().rstrip(".,;:")
    if not words or _UNQUOTABLE.search(words):
        return ""
    spoken = words.split(" ")
    if len(spoken) <= _QUOTED_WORDS:
        return words
    cut = [n for n in range(4, _QUOTED_WORDS + 1) if spoken[n - 1][-1:] in ",;:"]
    return " ".join(spoken[: cut[-1] if cut else _QUOTED_WORDS]).rstrip(",;:")
