"""What a grade says in words: always a plain list made by code; on top of it, where a model is
asked and its text passes the checks, two sentences of the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from simulator import prompts
from simulator.domain import Criterion, DimensionScore, Lang, Rubric, Usage
from simulator.errors import ModelError
from simulator.grading.rules import load_rules
from simulator.grading.sentences import words
from simulator.ports import ChatModel, Message
from simulator.texts import Texts

_SHOWN = 3  # criteria named in one sentence
_LONGEST = 600
_LEAK = re.compile(r"\d\s*/\s*\d|<\||\|>|\[\[|\]\]|[{}#*]|https?:", re.IGNORECASE)


def explain(
    scores: Sequence[DimensionScore], criteria: Mapping[str, Criterion], texts: Texts
) -> tuple[DimensionScore, ...]:
    """Each score with its feedback: what was covered, what is missing or wrong, and a sentence
    that an excellent answer would have."""
    return tuple(
        score.model_copy(update={"feedback": _sentences(score, criteria, texts)})
        for score in scores
    )


def summarise(
    scores: Sequence[DimensionScore],
    rubric: Rubric,
    flags: Sequence[str],
    decided: str | None,
    texts: Texts,
) -> str:
    """The scores in one line, then what the screen decided or noticed."""
    shown = [
        texts(
            "grading.score",
            title=dimension.title.get(texts.lang, dimension.name),
            score=score.score,
            top=dimension.scale[1],
        )
        for dimension, score in zip(rubric.dimensions, scores, strict=True)
        if score.score is not None
    ]
    parts = [texts("grading.summary", scores=", ".join(shown))]
    if decided:
        parts.append(texts(f"grading.decided.{decided}"))
    else:
        keys = [f"grading.noted.{flag}" for flag in flags]
        parts += [texts(key) for key in keys if texts.has(key)]
    return " ".join(parts)


def narrate(
    scores: Sequence[DimensionScore],
    criteria: Mapping[str, Criterion],
    model: ChatModel,
    lang: Lang,
    on_text: Callable[[str], None] = lambda _: None,
    max_tokens: int = 80,
) -> tuple[str, Usage]:
    """Two sentences by the model about the whole answer, or "" when they cannot be used.

    `on_text` gets the pieces as they are written. The model sees criteria only, never the answer:
    nothing that a candidate writes can speak through it.
    """
    names = Texts(lang)
    covered = _items([id_ for s in scores for id_ in s.covered], criteria, names)
    missing = _items([id_ for s in scores for id_ in s.missing], criteria, names)
    prompt = prompts.load("feedback", lang).fill(covered=covered or "—", missing=missing or "—")
    pieces: list[str] = []
    try:
        stream = model.stream([Message(role="user", content=prompt)], max_tokens=max_tokens)
        for piece in stream:
            pieces.append(piece)
            on_text(piece)
    except ModelError:
        return "", Usage(calls=1)
    usage = Usage(calls=1, completion_tokens=len(pieces))
    return checked("".join(pieces), lang), usage


def checked(text: str, lang: Lang) -> str:
    """The whole sentences of a model's text, or "" when it is too long, leaks markup or marks,
    or is not in the language of the interview."""
    whole = re.match(r".*[.!?]", " ".join(text.split()))
    kept = whole.group() if whole else ""
    if not kept or len(kept) > _LONGEST or _LEAK.search(kept) or not is_in(kept, lang):
        return ""
    return kept


def _sentences(score: DimensionScore, criteria: Mapping[str, Criterion], texts: Texts) -> str:
    if score.score is None:
        return ""
    lines = []
    covered = _items(score.covered, criteria, texts)
    missing = _items(score.missing, criteria, texts)
    lines.append(
        texts("grading.covered", items=covered) if covered else texts("grading.nothing_covered")
    )
    if score.errors:
        lines.append(texts("grading.errors", items=_items(score.errors, criteria, texts)))
    if score.doubtful:
        lines.append(texts("grading.doubtful", items=_items(score.doubtful, criteria, texts)))
    if missing:
        lines.append(texts("grading.missing", items=missing))
        examples = [criteria[id_].examples[0] for id_ in score.missing if criteria[id_].examples]
        if examples:
            lines.append(texts("grading.excellent", example=examples[0].rstrip(". ")))
    elif not score.errors:
        lines.append(texts("grading.complete"))
    return " ".join(lines)


def _items(ids: Sequence[str], criteria: Mapping[str, Criterion], texts: Texts) -> str:
    shown = [_inside(criteria[id_].text) for id_ in ids[:_SHOWN]]
    if len(ids) > _SHOWN:
        shown.append(texts("grading.more", count=len(ids) - _SHOWN))
    return texts("grading.join").join(shown)


def _inside(claim: str) -> str:
    """A claim as part of a sentence."""
    claim = claim.strip().rstrip(".")
    keep = claim[:2].isupper() or not claim[:1].isalpha()
    return claim if keep else claim[0].lower() + claim[1:]


def is_in(text: str, lang: Lang) -> bool:
    """Whether the language's own function words outnumber the others'."""
    counts = dict.fromkeys(Lang, 0)
    for word in words(text):
        for one, known in load_rules().languages.items():
            counts[Lang(one)] += word in known
    return counts[lang] == max(counts.values())
