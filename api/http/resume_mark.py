"""Where a follower stands: what it was told, as the id of the last event that it received."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from domain.errors import InvalidQuestionError
from domain.instants import Instant, from_rfc3339, to_rfc3339_short


class Told(NamedTuple):
    """All that an audience could see at a seq and a moment of knowledge."""

    seq: int
    known_at: Instant

    def covers(self, reached: Told) -> bool:
        """Return whether nothing is left of what can be told."""
        return self.seq >= reached.seq and self.known_at >= reached.known_at

    def __str__(self) -> str:
        return f"{self.seq}@{to_rfc3339_short(self.known_at)}"


class ResumeMark(NamedTuple):
    """What was told: all up to ``start``, and of what became visible from there to ``end`` the
    events up to ``last_seq``.

    Written ``seq@known`` where all up to one place was told, else ``START..END/SEQ``.
    """

    start: Told
    end: Told | None = None
    last_seq: int = 0

    def __str__(self) -> str:
        return str(self.start) if self.end is None else f"{self.start}..{self.end}/{self.last_seq}"

    @classmethod
    def parse(cls, text: str) -> Self | int:
        """Read a mark; a bare seq, as older clients send it, is returned as it is.

        Raises InvalidQuestionError.
        """
        match = _PATTERN.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)
            start_seq, start_known, end_seq, end_known, last_seq = match.groups()
            if start_known is None:
                return int(start_seq)
            start = Told(int(start_seq), from_rfc3339(start_known))
            if end_seq is None:
                return cls(start)
            return cls(start, Told(int(end_seq), from_rfc3339(end_known)), int(last_seq))
        except (ValueError, OverflowError):
            raise InvalidQuestionError.for_field(
                "Last-Event-ID",
                f"Last-Event-ID {text!r} is not the id of an event of this stream",
                "send the id of the last event received, such as 7@2025-12-22T18:00:00Z",
            ) from None


_SEQ, _KNOWN = r"([0-9]{1,16})", r"([0-9T:.Z-]{20,27})"
_PATTERN = re.compile(rf"{_SEQ}(?:@{_KNOWN}(?:\.\.{_SEQ}@{_KNOWN}/{_SEQ})?)?", re.ASCII)
