"""Who asks or records, and what they may: the same for a key, a person signed in, and nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from domain.errors import KeyRequiredError, NotAllowedError, UnknownNegotiationError
from domain.events import AUDIENCES, Audience
from ledger.append import OWNER_NAME

KeyScope = Literal["read", "propose", "append", "audit", "admin"]
SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
INCLUDED_SCOPES: dict[KeyScope, frozenset[KeyScope]] = {
    "read": frozenset({"read"}),
    "propose": frozenset({"read", "propose"}),
    "append": frozenset({"read", "propose", "append"}),
    "audit": frozenset({"read", "audit"}),
    "admin": frozenset(SCOPES),
}
"""What else a scope allows."""
STAFF_SCOPES = frozenset(SCOPES) - {"read"}
"""Scopes whose answers tell of everything: refusals and duplicates do, and leaves of the log."""
WHOLE_LOG_SCOPES = frozenset[KeyScope]({"audit", "admin"})
"""Scopes that cannot be limited to negotiations: the log is one tree over all of them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who an answer is for: nothing is read from a ledger without one.

    ``negotiations`` are those that exist for this reader, None for all.
    """

    audience: Audience
    negotiations: frozenset[str] | None = None

    @property
    def is_staff(self) -> bool:
        """Return whether all that is recorded may be seen."""
        return self.audience == "staff"

    def knows(self, negotiation: str) -> bool:
        """Return whether a negotiation, if there is such a one, exists for this reader."""
        return self.negotiations is None or negotiation in self.negotiations


STAFF = Reader("staff")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks or records, and what they may.

    ``name`` is what stands in the record as ``recorded_by``, None for the public, who has no key.
    ``negotiations`` are those that exist for this caller, None for all.
    """

    name: str | None
    scopes: frozenset[KeyScope]
    audience: Audience
    negotiations: frozenset[str] | None = None

    @classmethod
    def with_scopes(
        cls,
        name: str | None,
        scopes: Collection[KeyScope],
        audience: Audience,
        negotiations: Collection[str] = (),
    ) -> Caller:
        """Return a caller with all that these scopes include; no negotiations mean every one."""
        included = frozenset[KeyScope]().union(*(INCLUDED_SCOPES[scope] for scope in scopes))
        seen_by: Audience = audience if included.isdisjoint(STAFF_SCOPES) else "staff"
        return cls(name, included, seen_by, frozenset(negotiations) or None)

    @property
    def rights(self) -> tuple[frozenset[KeyScope], Audience, frozenset[str] | None]:
        """All on which an answer depends: callers with equal rights get the same."""
        return self.scopes, self.audience, self.negotiations

    @property
    def recorded_by(self) -> str:
        """The name in the record. Raises KeyRequiredError where there is none."""
        if self.name is None:
            raise KeyRequiredError("recording needs a key", hint=REMEDY)
        return self.name

    def may(self, scope: KeyScope) -> bool:
        return scope in self.scopes

    def knows(self, negotiation: str) -> bool:
        """Return whether a negotiation, if there is such a one, exists for this caller."""
        return self.negotiations is None or negotiation in self.negotiations

    def may_append(self, negotiation: str) -> bool:
        return self.may("append") and self.knows(negotiation)

    def read_as(self, audience: Audience) -> Reader:
        """Return a reader of an audience.

        Raises KeyRequiredError or NotAllowedError where it sees more than this caller may.
        """
        self.require_audience(audience)
        return Reader(audience, self.negotiations)

    def require_scope(self, scope: KeyScope, instead: str | None = None) -> None:
        """Raise KeyRequiredError or NotAllowedError, which say what is missing.

        ``instead`` is where who may only propose sends the same.
        """
        if not self.may(scope):
            held = " and ".join(each for each in SCOPES if each in self.scopes)
            error = self._refusal(f"needs the scope {scope}", f"has only {held}")
            if instead and self.may("propose"):
                error.hint = f"put it aside for somebody else to accept: POST it to {instead}"
            raise error

    def require_audience(self, audience: Audience) -> None:
        """Raise KeyRequiredError or NotAllowedError where an audience sees more."""
        if AUDIENCES.index(audience) > AUDIENCES.index(self.audience):
            raise self._refusal(
                f"needs the audience {audience}", f"is for the audience {self.audience}"
            )

    def require_negotiation(self, negotiation: str) -> None:
        """Raise UnknownNegotiationError, whether or not there is such a negotiation."""
        if self.negotiations is not None and not self.knows(negotiation):
            hint = f"your key is for {', '.join(sorted(self.negotiations))}"
            raise UnknownNegotiationError(f"there is no negotiation {negotiation!r}", hint=hint)

    def _refusal(self, needed: str, held: str) -> KeyRequiredError | NotAllowedError:
        if self.name is None:
            return KeyRequiredError(f"this {needed}, and the request has no key", hint=REMEDY)
        hint = "ask whoever gave you the key for another; see minutebook keys create"
        return NotAllowedError(f"this {needed}; the key {self.name!r} {held}", hint=hint)


REMEDY = "send Authorization: Bearer KEY; who runs the server gives keys by minutebook keys create"
OWNER = Caller.with_scopes(OWNER_NAME, SCOPES, "staff")
PUBLIC = Caller(None, INCLUDED_SCOPES["read"], "public")
NOBODY = Caller(None, frozenset(), "public", frozenset())
"""Who may ask nothing, and still is told what is told to everyone."""
