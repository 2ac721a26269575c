"""How close an answer comes to each criterion, and in which of its own words.

No language model: a recogniser (see `recogniser`) reads sentences, pairs of sentences and clauses
of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice, pairwise

import numpy as np
import yaml

from simulator import resources
from simulator.domain import Criterion, CriterionKind, Frozen, OpenQuestion, Span
from simulator.grading.disguises import calm
from simulator.grading.phrasebook import Phrasebook
from simulator.grading.reasons import Reasons, shipped
from simulator.grading.recognisers import Recognisers
from simulator.grading.retractions import withdrawn
from simulator.grading.screen import Screened
from simulator.grading.sentences import Sentence, fold, visible
from simulator.ports import Embedder, Vectors

_CLAUSE = re.compile(r"[,;:()]+\s|\s(?:->|=>|→|\+|porque|pero|aunque|because|but|although)\s")
_RUN = 14  # words of a window over a long sentence without punctuation
_SHORT = 3  # words under which a clause says nothing on its own
_PAIR = 45  # words up to which two sentences are read together
_MAX_WINDOWS = 400
_BEST = 3  # windows whose scores are averaged: one lucky clause says less than three


class Match(Frozen):
    """The best window of an answer for one criterion.

    `similarity` is the mean of the recogniser's three best scores, about 0 (not said) to 1 (said),
    `margin` how far it is above what lies halfway for this criterion.
    `opposed` is True when the best window rejects what the criterion claims. `falsity`, 0..1, is
    how much the words that are nearer to this criterion than to any other give a false `reason`.
    """

    criterion_id: str
    similarity: float
    margin: float
    opposed: bool
    span: Span | None
    falsity: float = 0.0
    reason: Span | None = None


class Matcher:
    """Matches criteria with answers. Vectors of guides and criteria are kept: they repeat."""

    def __init__(
        self,
        embedder: Embedder,
        phrasebook: Phrasebook | None = None,
        reasons: Reasons | None = None,
    ) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self._recognisers = Recognisers(embedder.identity, embedder.queries, phrasebook)
        self._reasons = reasons or shipped(embedder.identity)

    def match(self, question: OpenQuestion, answer: Screened) -> tuple[Match, ...]:
        """One match a criterion, in their order; deterministic."""
        criteria = question.criteria
        windows = _windows(answer)
        if not windows or not criteria:
            return tuple(
                Match(criterion_id=c.id, similarity=0.0, margin=0.0, opposed=False, span=None)
                for c in criteria
            )
        texts = [window.text for window in windows]
        recogniser = self._recognisers.of(question)
        vectors = self._embedder.queries(texts)
        scores = recogniser.scores(texts, vectors)
        matches = (
            self._match(criterion, own, float(halfway), windows, answer)
            for criterion, own, halfway in zip(criteria, scores.T, recogniser.halfway, strict=True)
        )
        if self._reasons is None:
            return tuple(matches)
        falsity = self._reasons.falsity(question.id, texts, vectors)
        nearest = _nearest(criteria, scores)
        return tuple(
            _reasoned(match, np.where(nearest == number, falsity, 0), windows, answer)
            for number, match in enumerate(matches)
        )

    def provenance(self, question: OpenQuestion) -> dict[str, str]:
        """What matches depend on besides the embedder and the question's own sentences."""
        if self._reasons is None or question.id not in self._reasons.questions:
            return {}
        return {"reasons": self._reasons.digest}

    def prepare(self, question: OpenQuestion) -> None:
        """Learn the question's criteria ahead of time."""
        self._recognisers.of(question)

    def _match(
        self,
        criterion: Criterion,
        scores: Vectors,
        halfway: float,
        windows: Sequence[Sentence],
        answer: Screened,
    ) -> Match:
        window = windows[int(scores.argmax())]
        similarity = round(float(np.sort(scores)[-_BEST:].mean()), 3)
        return Match(
            criterion_id=criterion.id,
            similarity=similarity,
            margin=round(similarity - halfway, 3),
            opposed=rejects(window.text) and not self._is_a_rejection(criterion, window.text),
            span=_span(window, answer),
        )

    def _is_a_rejection(self, criterion: Criterion, text: str) -> bool:
        """Whether a criterion, or the sentence of it nearest to a text, is itself about a no."""
        own = (criterion.text, *criterion.examples)
        nearest = own[self.nearest(text, own)[0]]
        return _is_about_not(criterion.text, nearest)

    def nearest(self, text: str, passages: Sequence[str]) -> tuple[int, float]:
        """Index and cosine of the passage closest in meaning to a text; ties take the first."""
        cosines = self.closeness(text, passages)
        index = int(cosines.argmax())
        return index, float(cosines[index])

    def closeness(self, text: str, passages: Sequence[str]) -> Vectors:
        """Cosine of each passage with a text, shape (n,)."""
        cosines: Vectors = self.vectors(passages) @ self.vectors([text])[0]
        return cosines

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that repeat, shape (n, dimension); kept for the next time."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            for text, vector in zip(new, self._embedder.queries(new), strict=True):
                self._known[text] = vector
        return np.stack([self._known[text] for text in texts])


def _nearest(criteria: Sequence[Criterion], scores: Vectors) -> Vectors:
    """For each window the criterion, of those that can be earned, that it is nearest to."""
    earned = np.array([criterion.kind is not CriterionKind.ERROR for criterion in criteria])
    nearest: Vectors = np.where(earned, scores, -np.inf).argmax(axis=1)
    return nearest


def _reasoned(
    match: Match, falsity: Vectors, windows: Sequence[Sentence], answer: Screened
) -> Match:
    """The match with the falsest of the windows that are its own."""
    most = round(float(falsity.max()), 3)
    if not most:
        return match
    reason = _span(windows[int(falsity.argmax())], answer)
    return match.model_copy(update={"falsity": most, "reason": reason})


def _span(window: Sentence, answer: Screened) -> Span:
    text = answer.original[window.start : window.end]
    return Span(text=text, start=window.start, end=window.end)


def rejects(text: str) -> bool:
    """Whether a sentence says that something is not used or not needed."""
    return bool(_patterns()[0].search(fold(text)))


def _is_about_not(*texts: str) -> bool:
    return any(_patterns()[1].search(fold(text)) for text in texts)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    path = resources.folder("knowledge") / "negation.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    reject, rejecting = (
        re.compile("|".join(chain.from_iterable(data[name].values())))
        for name in ("reject", "rejecting")
    )
    return reject, rejecting


def _windows(answer: Screened) -> list[Sentence]:
    """The pieces of an answer that are read, less what the candidate takes back."""
    back = withdrawn(answer.original, answer.sentences)
    kept = (piece for piece in _pieces(answer) if not any(b.touches(piece) for b in back))
    instead = (_piece(answer, b.end, b.until) for b in back)
    return list(islice(chain(instead, kept), _MAX_WINDOWS))


def _piece(answer: Screened, start: int, end: int) -> Sentence:
    return Sentence(text=calm(visible(answer.original[start:end])), start=start, end=end)


def _pieces(answer: Screened) -> Iterator[Sentence]:
    """Sentences first, then pairs, then clauses: the first of equals is the one quoted."""
    yield from answer.sentences
    for one, two in pairwise(answer.sentences):
        if len(one.text.split()) + len(two.text.split()) <= _PAIR:
            yield Sentence(text=f"{one.text} {two.text}", start=one.start, end=two.end)
    for sentence in answer.sentences:
        yield from (_piece(answer, *edges) for edges in _clauses(answer.original, sentence))


def _clauses(original: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Offsets of the clauses of a sentence; of runs of words where it has no punctuation, as in
    dictated speech."""
    raw = original[sentence.start : sentence.end]
    edges = [0, *chain.from_iterable(m.span() for m in _CLAUSE.finditer(raw)), len(raw)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if (start, end) != (0, len(raw)) and len(raw[start:end].split()) >= _SHORT:
            yield sentence.start + start, sentence.start + end
        spoken = [m.span() for m in re.finditer(r"\S+", raw[start:end])]
        for at in range(0, len(spoken) - _RUN, _RUN // 2):
            first, last = spoken[at], spoken[at + _RUN - 1]
            yield sentence.start + start + first[0], sentence.start + start + last[1]
