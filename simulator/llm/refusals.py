"""What an endpoint's complaint is about. Endpoints that claim the same API refuse different
parameters, in different words and with different status codes."""

from __future__ import annotations

import re
from collections.abc import Collection

_REFUSAL = re.compile(
    r"support|not allowed|not permitted|forbidden|unknown|unrecognized|unexpected|extra input"
    r"|not available|cannot be used",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(r"context.{0,20}(size|length|window|exceed)|prompt is too long", re.I)
_STATUSES = {400, 403, 422}

# What to do about an HTTP status of an endpoint.
REMEDIES = {
    401: "the key is wrong or missing; check OPENAI_API_KEY",
    403: "this key may not use the model {model}; check its permissions or choose another model",
    404: "it has no model {model}; check the model's name and the base URL",
    429: "too many requests or no credit left; wait a minute, or check the account's limits",
}


def message_of(error: Exception) -> str:
    """What the endpoint said, or else the error's own words."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return str(said or error) or type(error).__name__


def is_too_long(text: str) -> bool:
    """Whether the complaint is that the text exceeds the model's context."""
    return _TOO_LONG.search(text) is not None


def refused_parameter(error: Exception, sent: Collection[str]) -> str | None:
    """Which of the parameters sent the endpoint does not take, or None for another complaint.

    Any complaint about log-probabilities counts as a refusal, also one about how many were asked.
    """
    text = message_of(error)
    if getattr(error, "status_code", None) not in _STATUSES or is_too_long(text):
        return None
    body = getattr(error, "body", None)
    param = body.get("param") if isinstance(body, dict) else None
    if "logprobs" in sent and "logprobs" in f"{param} {text}":
        return "logprobs"
    if not _REFUSAL.search(text):
        return None
    if param in sent:
        return str(param)
    return next((name for name in sent if re.search(rf"\b{name}\b", text)), None)
