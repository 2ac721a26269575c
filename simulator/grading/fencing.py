"""Candidate text is data: fenced by a nonce, with template tokens and the fence neutralised."""

from __future__ import annotations

import hashlib
import re

# Openings of tags and template tokens (<|im_start|>, </s>, <<SYS>>) and bracketed roles ([INST]).
_OPENING = re.compile(r"<(?=[|/!<\w])")
_BRACKET = re.compile(r"\[(?=\s*/?\s*(?:inst|sys|system|user|assistant)\b)", re.IGNORECASE)
_CLOSING = re.compile(r"(?<=[|\w/])>|>(?=>)")


def fence(text: str) -> str:
    """The text between two marks that it cannot contain.

    The nonce is a hash of the text, not a random number: the same answer makes the same prompt, so
    grades repeat and the server's prefix cache holds; and nobody can write a text that contains
    its own hash.
    """
    nonce = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return f"[[{nonce}\n{neutralise(text)}\n{nonce}]]"


def neutralise(text: str) -> str:
    """The text with everything that a chat template could read as its own made inert."""
    text = _OPENING.sub("‹", text)
    text = _CLOSING.sub("›", text)
    return _BRACKET.sub("(", text).replace("[[", "[ [").replace("]]", "] ]")
