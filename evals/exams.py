"""A bank of questions as people write it: Markdown exams with the variety that community ones have.

For the speed and the share read of ``questions import``; the questions mean nothing.
"""

from __future__ import annotations

import random

_SUBJECTS = (
    "a fleet of EC2 instances behind an Application Load Balancer",
    "an S3 bucket that 40 accounts write to",
    "a Lambda function that reads a DynamoDB table",
    "a queue that receives ~3,000 messages/second at peak (6× the mean)",
    "an on-premises database (2 TB) that must move over a weekend",
    "a VPC with `10.0.0.0/16` and three private subnets",
    "an API used by mobile clients in São Paulo & Zürich",
)
_ASKED = (
    "Which service should the company use?",
    "What is the MOST cost-effective solution?",
    "Which of the following is the customer's responsibility?",
    "How should a solutions architect meet these requirements with the LEAST operational overhead?",
    "Which statement is true :",
    "What should be done first ?",
)
_OPTIONS = (
    "Amazon {n} with Multi-AZ enabled",
    "Use an IAM role; attach the policy `s3:GetObject` on `arn:aws:s3:::bucket-{n}/*`",
    "Create a snapshot every {n} hours.",
    "Purchase {n} Reserved Instances (All Upfront, 3-year)",
    "A. and B. are both wrong in this case, {n} times",
    "Edit the route table so that 0.0.0.0/0 points to nat-{n}",
    "AWS Support plan: Business – {n} % of usage",
    "Nothing: it is on by default since v{n}.1",
)
_HEADS = ("{n}. ", "1. ", "{n}) ", "### {n}. ", "**{n}.** ", "  {n}. ")
_DASHES = (
    "    - {letter}. ",
    "- {letter}. ",
    "   * {letter}) ",
    "  - **{letter}.** ",
    "    - {letter}: ",
)
_SUMMARIES = (
    '<details markdown=1><summary markdown="span">Answer</summary>',
    "<details><summary>Answer</summary>",
    "<details>\n    <summary>Show the answer</summary>",
    "<DETAILS markdown='1'><SUMMARY markdown='span'>Answer</SUMMARY>",
)
_ANSWERS = (
    "Correct Answer: {key}", "Correct answer: {key}", "**Correct answer:** {key}", "Answer: {key}",
    "Correct answers: {key}",
)  # fmt: skip
_JOINS = ("", ", ", ",", " and ", " & ", " ")
_EXPLANATIONS = (
    "",
    "Explanation: <https://docs.example.com/latest/guide.html#section_{n}>",
    "Explanation:\n    - it scales by itself\n    - <https://example.com/{n}>",
    "Explanation: 1. the first is managed;\n    2. the others are not.",
)


def write_exam(count: int, seed: int = 0) -> str:
    """So many questions, no two alike, in the styles above; reproducible by `seed`."""
    rng = random.Random(seed)  # noqa: S311 - a made-up exam, not a secret
    questions = (_question(number, rng) for number in range(1, count + 1))
    head = "# Practice exam\n\nClick on **Answer** for the key.\n\n---\n\n"
    return head + "\n".join(questions)


def _question(number: int, rng: random.Random) -> str:
    letters = "ABCDEF"[: rng.choice((2, 4, 4, 4, 4, 5, 5, 6))]
    several = len(letters) > 4 and rng.random() < 0.7
    key = sorted(rng.sample(letters, rng.choice((2, 2, 3)) if several else 1))
    pause = rng.choice((" ", "\n   ", " <br/>", "<br/>\n   ", "\n\n   "))
    marker = rng.choice(("", "", "", "🥲"))
    text = (
        f"{marker}Case {number}: a company runs {rng.choice(_SUBJECTS)}.{pause}{rng.choice(_ASKED)}"
    )
    if several:
        text += rng.choice((" (Select TWO.)", " (Choose {n}.)", " Select {n}")).format(n=len(key))
    dash = rng.choice(_DASHES)
    lines = [rng.choice(_HEADS).format(n=number) + text]
    for letter, option in zip(letters, rng.sample(_OPTIONS, len(letters)), strict=True):
        wrapped = "\n      and in every Region" if rng.random() < 0.1 else ""
        lines.append(dash.format(letter=letter) + option.format(n=number + ord(letter)) + wrapped)
    answer = rng.choice(_ANSWERS).format(key=rng.choice(_JOINS).join(key))
    explained = rng.choice(_EXPLANATIONS).format(n=number)
    block = [rng.choice(_SUMMARIES), "", answer, "", explained, "", "</details>", ""]
    return "\n".join([*lines, "", *(f"    {line}" if line else "" for line in block)])
