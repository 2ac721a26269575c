"""Reads exams written in Markdown: numbered questions, lettered options, the answer in <details>.

::

    1. Text of the question, over one or several lines
        - A. First option
        - B. Second option

        <details><summary>Answer</summary>
        Correct answer: B
        Explanation: optional
        </details>

HTML in the text stays text: whoever shows it escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LETTERS = "ABCDEFGH"
_QUESTION = re.compile(r" {0,3}(?:#{1,6} +)?(?:\*\*|__)?\d{1,4}[.)](?:\*\*|__)?\s+(?P<text>\S.*)")
_OPTION = re.compile(
    r"\s*(?:[-*+]\s+)?(?:\[[ xX]?\]\s+)?(?:\*\*|__)?\(?(?P<letter>[A-Za-z])[.):](?:\*\*|__)?\s+"
    r"(?P<text>\S.*)"
)
_DASH = re.compile(r"\s*[-*+]\s")
_BREAK = re.compile(r" {0,3}(?:#{1,6}\s|(?:-{3,}|\*{3,}|_{3,})\s*$)")
_TAGS = re.compile(r"<summary[^>]*>.*?</summary>|</?(?:details|summary)[^>]*>", re.IGNORECASE)
_ANSWER = re.compile(
    r"\W*(?i:correct answers?|answers?|respuestas? correctas?|respuestas?)(?: is| are| es| son)?"
    r"[\s*_]*[:：=][\s*_`(\[]*"
    r"(?P<letters>[A-H](?:[ ,;&/+]*(?:(?:and|y|e) )?[A-H])*|[a-h](?: ?, ?[a-h])*)(?![^\W_])"
    r"(?P<rest>.*)"
)
_EXPLANATION = re.compile(r"[\s*_]*(?i:explanation|explicación|explicacion)[\s*_]*[:：][\s*_]*")
_ANSWER_CHARS = 400


@dataclass
class ExamQuestion:
    """A question as it stands in the file. `line` counts from 1; `fault`: why it is unusable."""

    line: int
    text: list[str]
    options: list[list[str]] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    fault: str | None = None

    def check(self) -> ExamQuestion:
        """The same question with a fault noted where its parts do not fit."""
        if self.fault:
            return self
        letters = LETTERS[: len(self.options)]
        if len(self.options) < 2:
            self.fault = "has no options; write them as '- A. …', '- B. …'"
        elif not self.key:
            self.fault = "has no answer; add 'Correct answer: X' in a <details> block"
        elif strangers := [letter for letter in self.key if letter not in letters]:
            self.fault = f"the answer names {', '.join(strangers)}, which is no option"
        elif len(set(self.key)) != len(self.key):
            self.fault = "the answer names a letter twice"
        return self


def read_exam(text: str) -> Iterator[ExamQuestion]:
    """The questions of an exam, in order, good and faulty ones alike."""
    lines = text.split("\n")
    closed_ahead = _closed_ahead(lines)
    question: ExamQuestion | None = None
    inside = False
    for number, line in enumerate(lines, start=1):
        starts = _QUESTION.match(line) if not inside or not closed_ahead[number - 1] else None
        if starts:
            if question:
                yield question.check()
            question, inside = ExamQuestion(line=number, text=[starts["text"]]), False
        elif inside or "<details" in line.lower():
            inside = "</details" not in line.lower()
            if question:
                _read_answer(question, _TAGS.sub("", line))
        elif _BREAK.match(line):
            if question:
                yield question.check()
            question = None
        elif question:
            _read_body(question, line)
        elif _DASH.match(line) and (option := _OPTION.match(line)) and option["letter"] == "A":
            yield ExamQuestion(number, [], fault="options without a numbered question before them")
    if question:
        yield question.check()


def joined(lines: list[str]) -> str:
    """Lines as one text: paragraphs stay apart, wrapped lines are joined, code is left alone."""
    text = "\n".join(line.strip() for line in lines).strip()
    return text if "```" in text else re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _read_body(question: ExamQuestion, line: str) -> None:
    option = _OPTION.match(line)
    dashed = _DASH.match(line)
    wanted = LETTERS[len(question.options) : len(question.options) + 1]
    if question.key:
        question.explanation.append(line)
    elif option and wanted in (option["letter"], dashed and option["letter"].upper()):
        question.options.append([option["text"]])
    elif option and dashed:
        question.fault = f"option {option['letter']} is out of order or past {LETTERS[-1]}"
    elif question.options and _ANSWER.match(line[:_ANSWER_CHARS]):
        _read_answer(question, line)
    elif question.options and line.strip():
        question.options[-1].append(line)
    elif not question.options:
        question.text.append(line)


def _read_answer(question: ExamQuestion, line: str) -> None:
    """Take the key from a line of the answer block; what follows it is the explanation."""
    if question.key:
        question.explanation.append(_EXPLANATION.sub("", line, count=1))
    elif answer := _ANSWER.match(" ".join(line[:_ANSWER_CHARS].split())):
        letters = answer["letters"].replace("and", "").replace(" y ", " ").replace(" e ", " ")
        question.key = [letter.upper() for letter in letters if letter.isalpha()]
        question.explanation.append(answer["rest"].lstrip(" .:;*_`)]-–—"))


def _closed_ahead(lines: list[str]) -> list[bool]:
    """For each line, whether </details> comes before the next <details>: an open block goes on."""
    ahead = [False] * len(lines)
    closed = False
    for index in range(len(lines) - 1, -1, -1):
        lowered = lines[index].lower()
        if "</details" in lowered:
            closed = True
        elif "<details" in lowered:
            closed = False
        ahead[index] = closed
    return ahead
