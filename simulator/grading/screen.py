"""The screen: what can be decided or cleaned in an answer before any model reads it.

Pure. Patterns and limits are data (``knowledge/screen.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, groupby

from simulator.domain import Frozen
from simulator.grading.disguises import calm, hides, plain, unleet
from simulator.grading.rules import Rules, load_rules
from simulator.grading.sentences import Sentence, fold, split, visible, words

# What may decide an answer, the most telling first.
_DECISIVE = (
    "to_the_grader", "as_a_grader", "guide_pasted", "question_pasted", "dont_know", "blob", "bare",
    "empty",
)  # fmt: skip
_SEPARATOR = re.compile(r"[,;\n•|/·]|->|=>|→|\s[-–+*]\s|^[-–+*]\s|[.:]\s", re.MULTILINE)
_TURN = "\n\n"


class Screened(Frozen):
    """An exchange ready for a judge.

    `original` is the candidate's words, turns joined by a blank line; `sentences` what is left of
    them as evidence, with offsets into `original`. `flags` say what was noticed; `decided` is the
    flag that makes this the lowest grade without a model, or None.
    """

    original: str
    sentences: tuple[Sentence, ...]
    flags: tuple[str, ...] = ()
    decided: str | None = None

    @property
    def text(self) -> str:
        """The evidence as one text, lines kept."""
        pieces: list[str] = []
        end = 0
        for sentence in self.sentences:
            if pieces:
                gap = self.original[end : sentence.start]
                pieces.append("\n" if "\n" in gap else " ")
            pieces.append(sentence.text)
            end = sentence.end
        return "".join(pieces)


def screen(
    answers: Sequence[str], question: str, guide: Iterable[str] = (), rules: Rules | None = None
) -> Screened:
    """Clean and judge the form of a whole exchange; `guide` are texts of its sections."""
    rules = rules or load_rules()
    original = _TURN.join(answers)
    kept, flags = _within_limit(answers, rules.limits.chars)
    sentences = []
    for start, end in kept:
        for a, b in split(original[start:end]):
            raw = original[start + a : start + b]
            text = plain(visible(raw), rules.confusables)
            flags |= {"hidden_characters"} if hides(raw) else set()
            flags |= {"homoglyphs"} if text != visible(raw) else set()
            sentences.append(Sentence(text=calm(text), start=start + a, end=start + b))
    sentences = list(chain.from_iterable(_loosened(s, original, rules) for s in sentences))
    evidence, dropped = _evidence(sentences, question, guide, rules)
    evidence, flags = _without_names(evidence, flags, rules)
    flags |= dropped - {"bare", "empty"}
    decided = None
    scraps = sum(len(words(sentence.text)) for sentence in evidence) < rules.limits.scraps
    if not evidence or (scraps and dropped & set(_DECISIVE)):
        evidence = []
        decided = next((flag for flag in _DECISIVE if flag in dropped), "empty")
        flags.add(decided)
    else:
        flags |= _form(evidence, original, rules, least=1 if "as_a_grader" in dropped else 4)
    return Screened(
        original=original, sentences=tuple(evidence), flags=tuple(sorted(flags)), decided=decided
    )


def without(answer: Screened, indices: Collection[int], flag: str) -> Screened:
    """The answer less these of its sentences; decided by the flag when too few words are left."""
    if not indices:
        return answer
    kept = tuple(s for n, s in enumerate(answer.sentences) if n not in indices)
    left = sum(len(words(sentence.text)) for sentence in kept)
    decided = flag if left < load_rules().limits.scraps else None
    return answer.model_copy(
        update={
            "sentences": () if decided else kept,
            "flags": tuple(sorted({*answer.flags, flag})),
            "decided": decided,
        }
    )


def _evidence(
    sentences: Sequence[Sentence], question: str, guide: Iterable[str], rules: Rules
) -> tuple[list[Sentence], set[str]]:
    """The sentences that count, and why the others do not."""
    limits = rules.limits
    shares_guide = _shares(sentences, guide, limits.run)
    copied = sum(
        len(words(sentence.text))
        for share, sentence in zip(shares_guide, sentences, strict=True)
        if share >= limits.pasted_guide
    )
    pasted = copied >= limits.guide_words
    shares_question = _shares(sentences, [question], limits.run)
    evidence: list[Sentence] = []
    dropped: set[str] = set()
    seen: set[str] = set()
    for sentence, of_question, of_guide in zip(
        sentences, shares_question, shares_guide, strict=True
    ):
        reason = _fault(sentence.text, rules)
        spoken = words(sentence.text)
        key = " ".join(spoken)
        if reason is None and _is_stream(spoken, rules):
            reason = "names"
        if reason is None and of_question >= limits.pasted_question:
            reason = "question_pasted"
        if reason is None and pasted and of_guide >= limits.pasted_guide:
            reason = "guide_pasted"
        if reason is None and key in seen:
            reason = "repeated"
        seen.add(key)
        if reason is None:
            evidence.append(sentence)
        else:
            dropped.add(reason)
    return evidence, dropped


def _without_names(
    evidence: list[Sentence], flags: set[str], rules: Rules
) -> tuple[list[Sentence], set[str]]:
    """The evidence less lines of bare names in a row beside prose: what they are for is not said.
    A list alone is left for `_form`."""
    limits, known = rules.limits, rules.function_words
    lines = [words(sentence.text) for sentence in evidence]
    bare = [len(line) <= limits.name and known.isdisjoint(line) for line in lines]
    kept: list[Sentence] = []
    for is_bare, run in groupby(zip(bare, evidence, strict=True), key=lambda pair: pair[0]):
        row = [sentence for _, sentence in run]
        kept += [] if is_bare and len(row) >= limits.names else row
    if not kept or len(kept) == len(evidence):
        return evidence, flags
    return kept, flags | {"names"}


def _is_stream(spoken: Sequence[str], rules: Rules) -> bool:
    """Whether words without a stop are names in a row, with nothing said of them."""
    function = sum(word in rules.function_words for word in spoken)
    enough = len(spoken) > rules.limits.talk
    return enough and function <= rules.limits.stream_function * len(spoken)


def _fault(text: str, rules: Rules) -> str | None:
    """Why a sentence on its own is no evidence, or None."""
    folded = fold(text)
    spoken = " ".join(words(text))
    if not spoken:
        # Template tokens are mostly punctuation: look at them before calling a line empty.
        return "to_the_grader" if rules.to_the_grader.search(folded) else "empty"
    if rules.to_the_grader.search(folded) or rules.to_the_grader.search(unleet(folded)):
        return "to_the_grader"
    if rules.as_a_grader.search(folded):
        return "as_a_grader"
    if rules.dont_know.fullmatch(spoken):
        return "dont_know"
    if rules.bare.fullmatch(spoken):
        return "bare"
    if all(len(word) >= rules.limits.blob for word in text.split()):
        return "blob"
    letters = spoken.split()
    if len(letters) >= rules.limits.spelt and len(spoken) < 3.2 * len(letters):
        return "blob"  # spelt out, or numbers for letters
    return None


def _loosened(sentence: Sentence, original: str, rules: Rules) -> list[Sentence]:
    """A long sentence at fault in pieces, so that the rest of a dictated answer still counts.

    Pieces are joined again where only together they are at fault.
    """
    raw = original[sentence.start : sentence.end]
    spoken = [match.span() for match in re.finditer(r"\S+", raw)]
    size = max(1, rules.limits.talk // 4)
    if len(spoken) <= rules.limits.talk or _fault(sentence.text, rules) is None:
        return [sentence]
    pieces: list[Sentence] = []
    for at in range(0, len(spoken), size):
        start, end = spoken[at][0], spoken[min(at + size, len(spoken)) - 1][1]
        piece = _piece(raw, start, end, sentence.start, rules)
        if pieces and not _fault(pieces[-1].text, rules) and not _fault(piece.text, rules):
            since = pieces[-1].start - sentence.start
            joined = _piece(raw, since, end, sentence.start, rules)
            if _fault(joined.text, rules):
                piece = joined
                pieces.pop()
        pieces.append(piece)
    return pieces


def _piece(raw: str, start: int, end: int, offset: int, rules: Rules) -> Sentence:
    text = plain(visible(raw[start:end]), rules.confusables)
    return Sentence(text=calm(text), start=offset + start, end=offset + end)


def _within_limit(answers: Sequence[str], limit: int) -> tuple[list[tuple[int, int]], set[str]]:
    """The offsets of each turn that are read: the longest turns are trimmed first."""
    cap = max((len(answer) for answer in answers), default=0)
    while cap and sum(min(len(answer), cap) for answer in answers) > limit:
        excess = sum(min(len(answer), cap) for answer in answers) - limit
        longest = sum(len(answer) >= cap for answer in answers)
        cap -= max(1, excess // longest)
    kept, start = [], 0
    for answer in answers:
        kept.append((start, start + min(len(answer), cap)))
        start += len(answer) + len(_TURN)
    return kept, {"over_limit"} if any(len(answer) > cap for answer in answers) else set()


def _shares(sentences: Sequence[Sentence], sources: Iterable[str], run: int) -> list[float]:
    """Share of each sentence's words that stand in a source, in runs of `run` words or the whole
    sentence. Runs cross the borders of sentences, as pasted text does."""
    known: set[tuple[str, ...]] = set()
    for source in sources:
        tokens = words(source)
        known |= {tuple(tokens[i : i + run]) for i in range(len(tokens) - run + 1)}
    owner = [(i, word) for i, s in enumerate(sentences) for word in words(s.text)]
    hit = [False] * len(owner)
    for at in range(len(owner) - run + 1):
        if tuple(word for _, word in owner[at : at + run]) in known:
            hit[at : at + run] = [True] * run
    counts, hits = [0] * len(sentences), [0] * len(sentences)
    for (index, _), found in zip(owner, hit, strict=True):
        counts[index] += 1
        hits[index] += found
    return [h / c if c else 0.0 for h, c in zip(hits, counts, strict=True)]


def _form(evidence: Sequence[Sentence], original: str, rules: Rules, least: int) -> set[str]:
    """What the whole is when it is no prose: a list of names, or of a rubric's claims.

    `least` is how many claims make a list of them.
    """
    limits = rules.limits
    text = "\n".join(original[s.start : s.end] for s in evidence)
    pieces = [piece for piece in _SEPARATOR.split(text) if words(piece)]
    items = [words(piece) for piece in pieces]
    tokens = list(chain.from_iterable(items))
    function = sum(token in rules.function_words for token in tokens) / len(tokens)
    listed = len(items) >= 3 and len(tokens) / len(items) <= limits.list_words
    bare = len(tokens) >= 3 * limits.scraps
    found = set()
    if function <= limits.list_function and (listed or (bare and not function)):
        found.add("keyword_list")
    claims = sum(bool(rules.claims.match(" ".join(item))) for item in items)
    claims += len({item[0] for item in items if rules.bare_claims.fullmatch(" ".join(item))})
    if claims >= least and claims >= limits.claims * len(items):
        found.add("claims")
    return found
