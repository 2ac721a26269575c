"""What a model's follow-up must be before anybody reads it. Pure; any fault means the template."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.domain import Criterion, Lang, OpenQuestion
from simulator.grading.feedback import is_in
from simulator.grading.sentences import locate
from simulator.guide.lexical import terms

LENGTH = (15, 280)
_QUOTED = re.compile(r"[«“\"]([^»”\"]*)[»”\"]")
_NUMBER = re.compile(r"\d+")
# A name as writers set it: KMS, DynamoDB, p99. Names of what is missing give it away.
_NAME = re.compile(r"\b(?:[A-Z]{2,}\w*|[A-Z][a-z]+[A-Z]\w*|\w*\d\w*)\b")
_MARKUP = re.compile(r"[<>{}\[\]*_`#|\n]|https?:")


def fault(
    sentence: str,
    gap: Criterion,
    question: OpenQuestion,
    answers: Sequence[str],
    lang: Lang,
) -> str | None:
    """Why the sentence cannot be said, in one word, or None when it can.

    The words that may not leak are those of the criterion and its examples, and the names in any
    other criterion, as far as neither the scenario, the probe nor the candidate has used them.
    """
    if not LENGTH[0] <= len(sentence) <= LENGTH[1]:
        return "length"
    if _MARKUP.search(sentence):
        return "markup"
    if not sentence.endswith("?") or not 1 <= sentence.count("?") <= 2:
        return "no_question"
    quotes = _QUOTED.findall(sentence)
    if any(locate(quote, answer) is None for quote in quotes for answer in [" ".join(answers)]):
        return "quote"
    own = _QUOTED.sub(" ", sentence)
    if not is_in(own, lang):
        return "language"
    heard = " ".join([question.text, gap.probe, *answers])
    if not set(_NUMBER.findall(own)) <= set(_NUMBER.findall(heard)):
        return "number"
    known = set(terms(heard))
    told = set(terms(own)) - known
    if told & set(terms(" ".join([gap.text, *gap.examples]))):
        return "leak"
    names = {name for c in question.criteria for text in (c.text, *c.examples)
             for name in _NAME.findall(text)}  # fmt: skip
    if told & set(terms(" ".join(names))):
        return "leak"
    return None
