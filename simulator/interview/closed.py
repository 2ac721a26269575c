"""Closed answers: understood as people type them, or asked again; then graded by the key.

An answer is read clause by clause with a closed grammar: a clause names options only when every
other word in it is known to say nothing ("creo que la opción 2"). A clause with a word that might
change the sense names none, so a doubtful answer is asked again and never guessed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from enum import StrEnum

from simulator.domain import ClosedKind, ClosedQuestion, ClosedResult, Frozen, Section
from simulator.guide.citing import cite
from simulator.interview.clauses import Clause, is_position, marks, read_clause, says_something
from simulator.interview.words import BREAKS, MENTION, fold, tokens, vocabulary, words_of

MAX_LENGTH = 1_000
# A misspelt word: "concurency" is 0.95 like "concurrency", "vertical" 0.74 like "horizontal". The
# first letter must agree, which keeps apart "síncrono" and "asíncrono" (0.94).
_LIKE = 0.85
# "B. No requiere servidores": a label, and words that explain it. Fewer may take it back ("B. No").
_LABEL = re.compile(r"\s*\(?([a-h])\s?[.):](?=\s)")
_EXPLANATION_WORDS = 4
_TELLING_LETTERS = frozenset("bcdfgh")  # "a" and "e" are words too


class Reason(StrEnum):
    """Why a closed answer is asked again."""

    UNCLEAR = "unclear"
    COUNT = "count"
    AMBIGUOUS = "ambiguous"
    NEGATED = "negated"
    TOO_LONG = "too_long"


class Misunderstood(Frozen):
    """An answer that names no options beyond doubt."""

    reason: Reason


def understand(question: ClosedQuestion, text: str) -> tuple[str, ...] | Misunderstood:
    """The ids of the options that an answer names, in the question's order."""
    if len(text) > MAX_LENGTH:
        return Misunderstood(reason=Reason.TOO_LONG)
    folded = fold(text)
    if same := _same_text(question, folded):
        return _counted(question, {same})
    answer = vocabulary().empty.sub(" ", _with_mentions(question, folded))
    head, tail = _label_and_tail(answer) or _head_and_tail(answer)
    clauses = [read_clause(question, words) for words in _clauses(question, head)]
    picks = _agreed(question, clauses)
    named = set().union(*(clause.picks for clause in clauses))
    mentioned = set().union(*(clause.mentioned for clause in clauses))
    if not picks and not named:
        picks = _by_words(question, folded)
    elif any(clause.hedged or clause.negated for clause in clauses):
        picks = None
    if picks is None:
        negated = any(clause.negated for clause in clauses)
        seen = named | mentioned | marks(question, tokens(head))
        return Misunderstood(reason=_why(seen, negated=negated))
    if not marks(question, tokens(tail)) <= picks:
        return Misunderstood(reason=Reason.AMBIGUOUS)
    return _counted(question, picks)


def grade_closed(
    question: ClosedQuestion, chosen: Iterable[str], section: Section | None
) -> ClosedResult:
    """Compare options with the key. The citation is None where `section` lacks the quote."""
    chosen = tuple(chosen)
    return ClosedResult(
        question_id=question.id,
        chosen=chosen,
        correct=set(chosen) == set(question.key),
        citation=cite(section, question.quote) if section and question.quote else None,
    )


def _counted(question: ClosedQuestion, picks: set[str]) -> tuple[str, ...] | Misunderstood:
    if len(picks) != len(question.key):
        multiple = question.kind is ClosedKind.MULTIPLE
        return Misunderstood(reason=Reason.COUNT if multiple else Reason.AMBIGUOUS)
    return tuple(option.id for option in question.options if option.id in picks)


def _why(seen: set[str], *, negated: bool) -> Reason:
    if negated and seen:
        return Reason.NEGATED
    return Reason.AMBIGUOUS if len(seen) > 1 else Reason.UNCLEAR


def _with_mentions(question: ClosedQuestion, folded: str) -> str:
    """The answer with each whole option text replaced by a mention of the option, longest first."""
    if question.kind is ClosedKind.TRUE_FALSE:
        return folded
    for option in sorted(question.options, key=lambda option: -len(option.text)):
        words = words_of(option.text)
        if len(words) > 1 or any(says_something(word) for word in words):
            run = r"[\W_]+".join(re.escape(word) for word in words)
            mention = f" {MENTION}{option.id.casefold()} "
            folded = re.sub(rf"(?<![^\W_§]){run}(?![^\W_])", mention, folded)
    return folded


def _head_and_tail(answer: str) -> tuple[str, str]:
    """The answer before its first "because", and the explanation after it."""
    for cut in vocabulary().because.finditer(answer):
        if words_of(answer[: cut.start()]):
            return answer[: cut.start()], answer[cut.end() :]
    return answer, ""


def _label_and_tail(answer: str) -> tuple[str, str] | None:
    """A leading "B)" or "B." and the explanation after it, if that takes nothing back."""
    label = _LABEL.match(answer)
    if label is None:
        return None
    tail = answer[label.end() :]
    told = tokens(tail)
    takes_back = vocabulary().retractions.intersection(told) or BREAKS.intersection(told[1:2])
    other_letter = any(len(t) == 1 and t in _TELLING_LETTERS for t in told)
    if len(told) < _EXPLANATION_WORDS or takes_back or other_letter:
        return None
    return label[1], tail


def _clauses(question: ClosedQuestion, head: str) -> list[list[str]]:
    if question.kind is ClosedKind.MULTIPLE:  # "2,4" is a list here and a decimal elsewhere
        head = re.sub(r"(?<=\d),(?=\d)", ", ", head)
    clauses: list[list[str]] = [[]]
    for token in tokens(head):
        if token in BREAKS:
            clauses.append([])
        else:
            clauses[-1].append(token)
    return [clause for clause in clauses if clause]


def _agreed(question: ClosedQuestion, clauses: list[Clause]) -> set[str] | None:
    """The options that clear clauses name, or None where there are none or others contradict."""
    picks: set[str] = set()
    explained = False
    sure = any(clause.named for clause in clauses) or not any(c.unknown for c in clauses)
    for clause in clauses:
        if clause.unknown:
            explained = True
        elif clause.outside or (explained and clause.picks and not clause.marked):
            return None
        else:
            picks |= clause.picks
    mentioned = set().union(*(clause.mentioned for clause in clauses))
    if not picks and not explained and not any(c.hedged or c.negated for c in clauses):
        picks = mentioned
    elif picks and question.kind is ClosedKind.MULTIPLE:
        picks |= mentioned
    seen = mentioned.union(*(clause.picks for clause in clauses))
    return picks if sure and picks and seen <= picks else None


# --- Options by their words ----------------------------------------------------------------------


def _same_text(question: ClosedQuestion, folded: str) -> str | None:
    """The one option whose text is the answer, unless the answer could also be a position."""
    words = words_of(folded)
    if not words or (len(words) == 1 and is_position(words[0])):
        return None
    same = [option.id for option in question.options if words_of(option.text) == words]
    return same[0] if len(same) == 1 else None


def _by_words(question: ClosedQuestion, folded: str) -> set[str] | None:
    """The options whose words the answer uses, each beyond doubt."""
    if question.kind is ClosedKind.TRUE_FALSE:
        return None
    head, _ = _head_and_tail(folded)
    if (whole := _option_with(question, tokens(head))) is not None:
        return {whole}
    if question.kind is ClosedKind.SINGLE:
        return None
    pieces: list[list[str]] = [[]]
    for token in tokens(head):
        if token in BREAKS or token in vocabulary().joins:
            pieces.append([])
        else:
            pieces[-1].append(token)
    found = [_option_with(question, piece) for piece in pieces if piece]
    picks = {id for id in found if id is not None}
    return picks if picks and None not in found else None


def _option_with(question: ClosedQuestion, piece: list[str]) -> str | None:
    """The only option that has every telling word of `piece`; failing that, misspelt ones."""
    telling = [t for t in piece if t not in BREAKS and t not in vocabulary().fillers]
    new = set(telling) - set(words_of(question.text))
    if not any(says_something(word) for word in new) and len(new) < 2:
        return None
    texts = {option.id: set(words_of(option.text)) for option in question.options}
    fits = [id for id, words in texts.items() if words.issuperset(telling)]
    if not fits:
        fits = [id for id, words in texts.items() if all(_has(words, t) for t in telling)]
    return fits[0] if len(fits) == 1 else None


def _has(words: set[str], word: str) -> bool:
    if word in words or len(word) < 5:
        return word in words
    near = [other for other in words if other[0] == word[0]]
    return bool(difflib.get_close_matches(word, near, n=1, cutoff=_LIKE))
