"""How close an answer comes to a criterion in meaning, and in which of its own words.

No language model: sentence embeddings of the criterion and its examples against sentences, pairs of
sentences and clauses of the answer. Cosines of E5 crowd between 0.75 and 0.95 whatever the texts
say, and criteria of one question share its topic. So vectors are first centred on the question's
criteria (what they all share says nothing: Mu and Viswanath 2018, "All-but-the-top"), and a window
counts by how much closer it is to this criterion than to the others. Beside meaning stands wording:
distinctive words in common. What each step gave is in ``evals/README.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, pairwise

import numpy as np
import yaml

from simulator import resources
from simulator.domain import Criterion, Frozen, Span
from simulator.grading.disguises import calm
from simulator.grading.screen import Screened
from simulator.grading.sentences import Sentence, fold, visible
from simulator.grading.space import load_space
from simulator.grading.wording import shared_words
from simulator.ports import Embedder, Vectors

_CLAUSE = re.compile(r"[,;:()]+\s|\s(?:->|=>|→|\+|porque|pero|aunque|because|but|although)\s")
_RUN = 14  # words of a window over a long sentence without punctuation
_SHORT = 3  # words under which a clause says nothing on its own
_PAIR = 45  # words up to which two sentences are read together
_MAX_WINDOWS = 400
_NEAREST = 3  # texts of a criterion that are averaged: one odd example must not decide
_BEST = 2  # windows whose margins are averaged: one lucky clause says less than two
_FEW = 8  # texts under which the answer's own windows help to find the centre
_SHRINK = 0.2  # added to the length of centred vectors: those near the centre say little


class Match(Frozen):
    """The best window of an answer for one criterion.

    `similarity` is its centred cosine less its mean centred cosine with the other criteria, the
    mean of the two best windows, about -0.2..1. `lexical` is the like for distinctive words, in
    whatever window has most, about -0.1..1. `opposed` is True when the window rejects what the
    criterion claims.
    """

    criterion_id: str
    similarity: float
    lexical: float = 0.0
    opposed: bool
    span: Span | None


class Matcher:
    """Matches criteria with answers. Vectors of criteria are kept: they repeat in every answer."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._space = load_space(embedder.identity)
        self._known: dict[str, Vectors] = {}

    def match(self, criteria: Sequence[Criterion], answer: Screened) -> tuple[Match, ...]:
        """One match a criterion, in their order; deterministic."""
        windows = list(_windows(answer))[:_MAX_WINDOWS]
        if not windows or not criteria:
            return tuple(
                Match(criterion_id=c.id, similarity=0.0, opposed=False, span=None) for c in criteria
            )
        vectors = self._embedder.queries([window.text for window in windows])
        texts = [(c.text, *c.examples) for c in criteria]
        groups = [self._placed(self.vectors(group)) for group in texts]
        grids = _centred(groups, self._placed(vectors))
        margins = _margins(np.stack([_mean_of_nearest(grid) for grid in grids], axis=1))
        shared = _margins(shared_words(texts, [window.text for window in windows]))
        matches = []
        for index, criterion in enumerate(criteria):
            row = int(margins[:, index].argmax())
            window = windows[row]
            nearest = texts[index][int(grids[index][row].argmax())]
            matches.append(
                Match(
                    criterion_id=criterion.id,
                    similarity=round(float(np.sort(margins[:, index])[-_BEST:].mean()), 3),
                    lexical=round(float(shared[:, index].max()), 3),
                    opposed=rejects(window.text) and not _is_about_not(criterion.text, nearest),
                    span=Span(
                        text=answer.original[window.start : window.end],
                        start=window.start,
                        end=window.end,
                    ),
                )
            )
        return tuple(matches)

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

    def _placed(self, vectors: Vectors) -> Vectors:
        return self._space.place(vectors) if self._space else vectors


def _centred(groups: Sequence[Vectors], windows: Vectors) -> list[Vectors]:
    """Centred cosines of every window (rows) with every text of each criterion (columns)."""
    pool = np.concatenate(groups)
    centre = (np.concatenate([pool, windows]) if len(pool) < _FEW else pool).mean(axis=0)

    def place(vectors: Vectors) -> Vectors:
        moved = vectors - centre
        placed: Vectors = moved / (np.linalg.norm(moved, axis=1, keepdims=True) + _SHRINK)
        return placed

    placed = place(windows)
    return [placed @ place(group).T for group in groups]


def _margins(close: Vectors) -> Vectors:
    """What is in a column (criterion) beyond the mean of the other columns, row by row."""
    others = (close.sum(axis=1, keepdims=True) - close) / max(1, close.shape[1] - 1)
    margins: Vectors = close - others
    return margins


def _mean_of_nearest(grid: Vectors) -> Vectors:
    mean: Vectors = np.sort(grid, axis=1)[:, -_NEAREST:].mean(axis=1)
    return mean


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


def _windows(answer: Screened) -> Iterator[Sentence]:
    """Sentences first, then pairs, then clauses: the first of equals is the one quoted."""
    yield from answer.sentences
    for one, two in pairwise(answer.sentences):
        if len(one.text.split()) + len(two.text.split()) <= _PAIR:
            yield Sentence(text=f"{one.text} {two.text}", start=one.start, end=two.end)
    for sentence in answer.sentences:
        yield from _clauses(sentence, answer.original[sentence.start : sentence.end])


def _clauses(sentence: Sentence, raw: str) -> Iterator[Sentence]:
    """The clauses of a sentence; runs of words where it has no punctuation, as dictated speech."""
    edges = [0, *chain.from_iterable(m.span() for m in _CLAUSE.finditer(raw)), len(raw)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if (start, end) != (0, len(raw)) and len(raw[start:end].split()) >= _SHORT:
            yield Sentence(
                text=calm(visible(raw[start:end])),
                start=sentence.start + start,
                end=sentence.start + end,
            )
        spoken = [m.span() for m in re.finditer(r"\S+", raw[start:end])]
        for at in range(0, len(spoken) - _RUN, _RUN // 2):
            a, b = start + spoken[at][0], start + spoken[at + _RUN - 1][1]
            yield Sentence(
                text=calm(visible(raw[a:b])), start=sentence.start + a, end=sentence.start + b
            )
