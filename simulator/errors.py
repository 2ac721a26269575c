"""The errors that a person can cause or meet. Every message says what to do next.

SimulatorError
├── InputError        exit 2: something given is missing, broken or out of range
│   ├── GuideError    a guide that cannot be read or has no headings
│   ├── BankError     a question, rubric or bank that is broken
│   └── SessionError  a session that does not exist or cannot go on
├── ModelError        exit 3: a model that cannot be reached or used
│   ├── EndpointError   unreachable, refused key, time-out
│   ├── WeightsError    weights missing, incomplete or with a wrong hash
│   └── ReplyError      the model answered, but not in the form asked for
└── StorageError      exit 2: the disk is full or a folder cannot be written
"""

from __future__ import annotations


class SimulatorError(Exception):
    """Base of the family. `str(error)` is one line for a person."""

    exit_code = 1


class InputError(SimulatorError):
    """Something that was given cannot be used."""

    exit_code = 2


class GuideError(InputError):
    """A guide that cannot be read, is empty or has no headings."""


class BankError(InputError):
    """A question, rubric or bank that is broken."""


class SessionError(InputError):
    """A session that does not exist or cannot go on."""


class StorageError(SimulatorError):
    """The disk is full or a folder cannot be written."""

    exit_code = 2


class ModelError(SimulatorError):
    """A model that cannot be reached or used."""

    exit_code = 3


class EndpointError(ModelError):
    """The endpoint is unreachable, refuses the key or takes too long."""


class WeightsError(ModelError):
    """Weights that are missing, incomplete or not what they should be."""


class ReplyError(ModelError):
    """The model replied, but not in the form asked for."""
