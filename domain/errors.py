"""Why something is refused: each reason names the field, what is wrong and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One fault: a JSON pointer into the body (or a parameter name), what is wrong, what to do."""

    pointer: str
    detail: str
    hint: str | None = None

    def with_prefix(self, prefix: str) -> Reason:
        return Reason(prefix + self.pointer, self.detail, self.hint)


class MinutebookError(Exception):
    """Base of everything that is refused."""

    title = "Refused"

    def __init__(self, detail: str, *, hint: str | None = None, reasons: Sequence[Reason] = ()):
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.reasons = tuple(reasons)


class InvalidSpanError(MinutebookError):
    """A time expression is outside the EDTF profile."""

    title = "Time not understood"


class InvalidEventError(MinutebookError):
    """An event can never be right: unknown fields, broken references, impossible targets."""

    title = "Event refused"


class InvalidQuestionError(MinutebookError):
    """A question has a parameter that does not exist or cannot be read."""

    title = "Question not understood"


class MalformedBodyError(MinutebookError):
    """A body is not JSON at all."""

    title = "Malformed JSON"


class TooLargeError(MinutebookError):
    """A body or batch is over its limit."""

    title = "Too large"


class UnknownNegotiationError(MinutebookError):
    """No negotiation has that slug."""

    title = "Unknown negotiation"


class NotFoundError(MinutebookError):
    """The negotiation has no such thing under this basis."""

    title = "Not found"


class ReusedIdError(MinutebookError):
    """An event id came again with other content."""

    title = "Event id already used"


class MovedOnError(MinutebookError):
    """If-Match named another last event than the present one."""

    title = "The negotiation has moved on"


class ReusedKeyError(MinutebookError):
    """An Idempotency-Key came again with another body."""

    title = "Idempotency-Key already used"


class BusyError(MinutebookError):
    """The queue of the writer is full, or the outcome of a write is unknown."""

    title = "Not now"


class NoProofError(MinutebookError):
    """A proof is asked of a tree that has no such leaf or tile, or does not show what it should."""

    title = "No such proof"


class InvalidNoteError(MinutebookError):
    """A checkpoint, a key or a signature cannot be read, or is not by the key that it should be."""

    title = "Note not trusted"


class TamperedError(MinutebookError):
    """The database is not what was signed."""

    title = "The log was tampered with"


class UnsupportedTypeError(MinutebookError):
    """A body came with a content type that is not understood."""

    title = "Content type not understood"
