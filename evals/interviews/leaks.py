"""Checks of what may not be said: keys, reasons, criteria, reference answers, grades too early,
another language, words that are not the interviewer's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evals.interviews.check import Outcome, ok, registry
from evals.interviews.evidence import Case, shared, unquoted
from evals.interviews.sitting import Shown
from simulator.domain import ClosedQuestion, Criterion, Lang, Mode, OpenQuestion, Phase
from simulator.grading.rules import load_rules
from simulator.grading.sentences import fold, locate, words
from simulator.interview.events import Answered, Asked, FollowedUp, Hinted, Retried

CHECKS, check = registry()

# Runs of words that two texts on one subject share by chance, less one. Spanish needs more words.
_OF_REFERENCE = 6
_OF_CRITERIA = 6
_OF_OPTIONS = 5
_RIGHT = r"(?:correct\w*|acertad\w*|right|answer|respuesta|clave|key|solucion|solution)"
_MARKS = re.compile(
    r"<\||\|>|\[/?inst\]|</?s>|```|#{3,}|\bsystem ?:|\bassistant ?:|https?:|[{}]", re.IGNORECASE
)
_TELLS_A_SCORE = re.compile(r"\b\d ?(?:/|de|out of) ?(?:5|10)\b|\b(?:puntaje|score|nota) ?[:=]")
_TOLD = {"feedback", "graded"}


@check()
def reference_is_not_told(case: Case) -> Iterator[Outcome]:
    """No sentence has a run of words of the reference answer."""
    for one, event, text in case.spoken(Phase.OPEN):
        question = case.open(one.question_id)
        known = case.heard(one)
        run = shared(unquoted(text), [question.reference], known, _OF_REFERENCE)
        yield ok(not run, f"{event.kind} tells the reference of {question.id}: '{run}'")


@check()
def criteria_are_not_told(case: Case) -> Iterator[Outcome]:
    """No sentence has a run of words of a criterion or of its examples."""
    for one, event, text in case.spoken(Phase.OPEN):
        question = case.open(one.question_id)
        run = shared(unquoted(text), _claims(question.criteria), case.heard(one), _OF_CRITERIA)
        yield ok(not run, f"{event.kind} tells a criterion of {question.id}: '{run}'")


@check()
def other_references_are_not_told(case: Case) -> Iterator[Outcome]:
    """No sentence has a run of words of the reference of another question of the interview."""
    planned = [case.bank.question(id_) for id_ in case.session.plan]
    for one, event, text in case.spoken():
        others = [
            q.reference for q in planned if isinstance(q, OpenQuestion) and q.id != one.question_id
        ]
        run = shared(unquoted(text), others, case.heard(one), _OF_REFERENCE)
        yield ok(not run, f"{event.kind} tells the reference of another question: '{run}'")


@check()
def key_is_not_told(case: Case) -> Iterator[Outcome]:
    """Before its feedback no sentence sets an option of the key beside a word for right."""
    for one, event, text in case.spoken(Phase.CLOSED):
        question = case.closed(one.question_id)
        folded = fold(text.replace(question.text, " "))
        for option in question.options:
            folded = folded.replace(fold(option.text), " ")
        letters = "|".join(key.casefold() for key in question.key)
        near = re.search(rf"{_RIGHT}\W+(?:\w+\W+){{0,3}}?\(?(?:{letters})\b", folded)
        found = near.group() if near else ""
        yield ok(not found, f"{event.kind} tells the key of {question.id}: '{found}'")


@check()
def no_option_is_singled_out(case: Case) -> Iterator[Outcome]:
    """Asked again, all options are named; the example is the same whatever the key is."""
    for one, event, text in case.spoken(Phase.CLOSED):
        question = case.closed(one.question_id)
        ids = [option.id for option in question.options]
        if event.kind == "asked_again":
            yield ok(", ".join(ids) in text, f"{question.id}: not every option is named: {text}")
            count = len(question.key)
            named = re.findall(r"\b[A-H]\b", text.replace(", ".join(ids), " "))
            yield ok(named in ([], ids[:count]), f"{question.id}: names {named} apart")


@check()
def reasons_are_not_told(case: Case) -> Iterator[Outcome]:
    """Before its feedback no sentence has a run of words of an option's reason."""
    for one, event, text in case.spoken(Phase.CLOSED):
        question = case.closed(one.question_id)
        reasons = [option.reason for option in question.options]
        run = shared(text, reasons, case.heard(one), _OF_OPTIONS)
        yield ok(not run, f"{event.kind} tells a reason of {question.id}: '{run}'")


@check()
def hint_does_not_hold_the_answer(case: Case) -> Iterator[Outcome]:
    """A hint has neither the text of a right option nor a run of a criterion or reference."""
    for one in case.tries:
        for event in one.of(Hinted):
            text = getattr(event, "text", "")
            question = case.bank.question(one.question_id)
            if isinstance(question, ClosedQuestion):
                right = [o.text for o in question.options if o.id in question.key]
                secret = [o for o in right if len(words(o)) > 2]
                told = [o for o in secret if " ".join(words(o)) in " ".join(words(text))]
                yield ok(not told, f"the hint of {question.id} holds '{told}'")
            else:
                secret = [*_claims(question.criteria), question.reference]
                run = shared(text, secret, question.text, _OF_OPTIONS)
                yield ok(not run, f"the hint of {question.id} holds '{run}'")


@check()
def no_score_before_its_time(case: Case) -> Iterator[Outcome]:
    """Nothing said before feedback is due tells a score."""
    for one, event, text in case.spoken():
        bank_text = fold(case.heard(one))
        found = [m for m in _TELLS_A_SCORE.findall(fold(unquoted(text))) if m not in bank_text]
        yield ok(not found, f"{event.kind} of {one.question_id} tells {found}")


@check()
def exam_tells_nothing_before_its_end(case: Case) -> Iterator[Outcome]:
    """In an exam no feedback and no grade is shown; a report asked for midway is empty."""
    if case.sitting.config.mode is not Mode.EXAM:
        return
    for shown in _shown(case):
        yield ok(shown.kind not in _TOLD, f"shown before the end: {shown.kind} {shown.text[:60]}")
    if (midway := case.sitting.midway) is not None and not midway.finished:
        told = [*midway.closed, *midway.open, *midway.study_plan]
        yield ok(not told, f"the report tells {len(told)} outcomes before the end")


@check()
def practice_tells_after_each_answer(case: Case) -> Iterator[Outcome]:
    """In practice every closed answer is explained and every open grade is shown."""
    if case.sitting.config.mode is not Mode.PRACTICE:
        return
    shown = [one for one in _shown(case) if one.kind in _TOLD]
    told = [one.text for one in shown if one.kind == "feedback"]
    for event in case.feedback():
        yield ok(event.text in told, f"no feedback shown on {event.result.question_id}")
    broken = any(line.broken for line in case.sitting.lines)  # a grade told to nobody is kept
    graded = sum(one.kind == "graded" for one in shown)
    wanted = sum(not one.earlier for one in case.exchanges(Phase.OPEN) if one.grade)
    yield ok(broken or graded >= wanted, f"{graded} grades shown of {wanted}")


@check()
def language_is_kept(case: Case) -> Iterator[Outcome]:
    """Every sentence of the interviewer is in the interview's language, quotes aside."""
    for one, event, text in case.spoken():
        right = speaks(unquoted(text), case.sitting.lang)
        yield ok(right, f"{event.kind} of {one.question_id} is not in {case.sitting.lang}: {text}")


@check()
def other_language_does_not_take_over(case: Case) -> Iterator[Outcome]:
    """Questions are those of this language's bank even to who answers in the other."""
    for one in case.tries:
        question = case.bank.question(one.question_id)
        yield ok(question.lang is case.sitting.lang, f"{question.id} comes from the other bank")


@check()
def feedback_keeps_the_language(case: Case) -> Iterator[Outcome]:
    """Explanations, summaries and feedback are in the interview's language."""
    lang: Lang = case.sitting.lang
    for event in case.feedback():
        right = speaks(event.text, lang)
        yield ok(right, f"feedback on {event.result.question_id} is not in {lang}")
    for exchange in case.exchanges(Phase.OPEN):
        for score in exchange.grade.scores if exchange.grade else ():
            right = speaks(unquoted(score.feedback), lang)
            yield ok(right, f"{score.dimension} of {exchange.question_id} is not in {lang}")


@check()
def no_markup_is_spoken(case: Case) -> Iterator[Outcome]:
    """No sentence carries template tokens, fences or addresses, which only candidates bring."""
    for one, event, text in case.spoken():
        question = case.bank.question(one.question_id).text
        found = [mark for mark in _MARKS.findall(text) if mark not in question]
        yield ok(not found, f"{event.kind} of {one.question_id} carries {found}")


@check()
def quotes_are_the_candidates_words(case: Case) -> Iterator[Outcome]:
    """What a follow-up quotes was said literally in this try, or is the probe's own quote."""
    for one in case.tries:
        said = " ".join(e.text for e in one.of(Answered) if isinstance(e, Answered))
        for event in one.of(FollowedUp):
            text = getattr(event, "text", "")
            probe = _probe(case, one.question_id, getattr(event, "criterion_id", ""))
            for quote in re.findall(r"[«“]([^»”]*)[»”]", text.replace(probe, " ")):
                literal = locate(quote, said) is not None
                yield ok(literal, f"nobody said '{quote}' in {one.question_id}")


@check()
def a_quote_is_not_repeated(case: Case) -> Iterator[Outcome]:
    """No two follow-ups of a try quote the same words."""
    for one in case.tries:
        quotes = [
            quote
            for event in one.of(FollowedUp)
            for quote in re.findall(r"[«“]([^»”]*)[»”]", getattr(event, "text", ""))
        ]
        if quotes:
            yield ok(len(set(quotes)) == len(quotes), f"{one.question_id} quotes {quotes}")


@check()
def question_is_put_as_the_bank_has_it(case: Case) -> Iterator[Outcome]:
    """A question is asked with its text and every option, in order, nothing marked."""
    for one in case.tries:
        question = case.bank.question(one.question_id)
        asked = next(e.text for e in one.of(Asked, Retried) if isinstance(e, Asked | Retried))
        wanted = question.text.strip()
        if isinstance(question, ClosedQuestion):
            wanted += "\n\n" + "\n".join(f"{o.id}) {o.text}" for o in question.options)
        yield ok(asked == wanted, f"{question.id} was asked as '{asked[:80]}'")


def speaks(text: str, lang: Lang) -> bool:
    """Whether no other language has two function words more than this one; a short sentence
    has a word of each by chance ("No, a delay is fine")."""
    spoken = words(text)
    counts = {
        name: sum(word in known for word in spoken)
        for name, known in load_rules().languages.items()
    }
    return counts[lang] + 1 >= max(counts.values())


def _claims(criteria: Sequence[Criterion]) -> list[str]:
    return [text for criterion in criteria for text in (criterion.text, *criterion.examples)]


def _probe(case: Case, question_id: str, criterion_id: str) -> str:
    criteria = case.open(question_id).criteria
    return next((c.probe for c in criteria if c.id == criterion_id), "")


def _shown(case: Case) -> Iterator[Shown]:
    """What was shown before the interview was over for the first time."""
    for shown in (*case.sitting.opening, *(s for line in case.sitting.lines for s in line.shown)):
        if shown.kind == "over":
            return
        yield shown
