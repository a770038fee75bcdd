"""Errors: each reason names the field, what is wrong and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Reason:
    """One fault: a JSON pointer into the body (or a parameter name), what is wrong, what to do."""

    pointer: str
    detail: str
    hint: str | None = None

    def with_prefix(self, prefix: str) -> Reason:
        return Reason(prefix + self.pointer, self.detail, self.hint)


class FieldValueError(ValueError):
    """A field does not fit the others; found by a check of a whole object.

    The text is the detail and the remedy, parted by a semicolon.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class MinutebookError(Exception):
    """Base of all errors of the product."""

    title = "Request refused"

    def __init__(self, detail: str, *, hint: str | None = None, reasons: Sequence[Reason] = ()):
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.reasons = tuple(reasons)

    @classmethod
    def for_field(cls, pointer: str, detail: str, hint: str) -> Self:
        """Return the error that has one reason."""
        return cls(detail, hint=hint, reasons=[Reason(pointer, detail, hint)])


class InvalidSpanError(MinutebookError):
    """A time expression is outside the EDTF profile; ``suggestions`` are what may be meant."""

    title = "Invalid time expression"

    def __init__(
        self, detail: str, *, hint: str | None = None, suggestions: Sequence[str] = ()
    ) -> None:
        super().__init__(detail, hint=hint)
        self.suggestions = tuple(suggestions)


class InvalidEventError(MinutebookError):
    """An event can never be valid: unknown fields, broken references, impossible targets."""

    title = "Invalid event"


class InvalidQuestionError(MinutebookError):
    """A query parameter does not exist or is invalid."""

    title = "Invalid query"


class MalformedBodyError(MinutebookError):
    """A body is not JSON at all."""

    title = "Malformed JSON"


class TooLargeError(MinutebookError):
    """A body or batch is over its limit."""

    title = "Content too large"


class UnknownNegotiationError(MinutebookError):
    """No negotiation has that slug."""

    title = "Unknown negotiation"


class NotFoundError(MinutebookError):
    """The negotiation has no such thing under this basis."""

    title = "Not found"


class ReusedIdError(MinutebookError):
    """An event id was reused with different content."""

    title = "Event id already used"


class MovedOnError(MinutebookError):
    """If-Match does not name the current last event, or a draft is no longer as it was seen."""

    title = "Precondition failed"


class ReusedKeyError(MinutebookError):
    """An Idempotency-Key was reused with a different body."""

    title = "Idempotency-Key already used"


class BusyError(MinutebookError):
    """The queue of the writer is full, or the outcome of a write is unknown."""

    title = "Service unavailable"


class NoProofError(MinutebookError):
    """A tree has no such leaf or tile, or a proof does not verify."""

    title = "Proof not available"


class InvalidNoteError(MinutebookError):
    """A checkpoint, key or signature cannot be read, or is by another key than expected."""

    title = "Invalid signed note"


class TamperedError(MinutebookError):
    """The database does not match what was signed."""

    title = "Log integrity check failed"


class ForkedLogError(MinutebookError):
    """The log is not the one that was recorded in, or not whole: nothing goes on until a person
    decides."""

    title = "Log forked"


class ClockError(MinutebookError):
    """The clock of the machine is wrong, so nothing can be recorded or answered as of now."""

    title = "Clock not trusted"


class UnsafeDatabaseError(MinutebookError):
    """The database is set up so that it can lose what was acknowledged."""

    title = "Database not durable"


class SchemaError(MinutebookError):
    """The tables of a ledger are of a newer version, or were changed."""

    title = "Tables not as made"


class AlreadyDecidedError(MinutebookError):
    """A proposal was accepted, returned or withdrawn before, or a draft was recorded."""

    title = "Already decided"


class UnsettledDraftsError(MinutebookError):
    """Drafts may repeat what was recorded since they were made, rest on what was discarded, or were
    accepted before their article was read otherwise: a person looks again."""

    title = "Drafts to look at again"


class UnsupportedTypeError(MinutebookError):
    """The content type or encoding of a body is not supported."""

    title = "Unsupported media type"


class KeyRequiredError(MinutebookError):
    """A request has no key where one is needed, or one that is not valid."""

    title = "Key required"


class NotAllowedError(MinutebookError):
    """A key, or what a server may do without keys, does not reach that far."""

    title = "Not allowed"


class ForeignOriginError(MinutebookError):
    """A page of another site sent what would change something."""

    title = "Sent from another site"


class MisdirectedError(MinutebookError):
    """A request names a host that this server is not known by."""

    title = "Unknown host"


class MalformedRequestError(MinutebookError):
    """What was sent is no HTTP."""

    title = "Malformed request"


class LongAddressError(MinutebookError):
    """The address of a request is over its limit."""

    title = "Address too long"


class LongHeadersError(MinutebookError):
    """The headers of a request are over their limit."""

    title = "Headers too large"


class SlowRequestError(MinutebookError):
    """A request did not come as fast as it must."""

    title = "Request too slow"


class TooManyRequestsError(MinutebookError):
    """A caller asks more often than the server answers one caller."""

    title = "Too many requests"


class TookTooLongError(MinutebookError):
    """A question was interrupted because its answer took too long."""

    title = "Answer took too long"


class ModelFailedError(MinutebookError):
    """The model that is to read an article does not answer as it should."""

    title = "Model did not answer"


def problem_slug(error: type[MinutebookError]) -> str:
    """Return the last part of a problem's type address: NotFoundError is not-found."""
    name = error.__name__.removesuffix("Error")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def error_class_of(slug: str) -> type[MinutebookError] | None:
    """Return the kind of error that a problem's type names, if it is one of ours."""
    classes = MinutebookError.__subclasses__()
    return next((each for each in classes if problem_slug(each) == slug), None)
