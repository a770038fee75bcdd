"""Ids of imports: which seqs one recorded, so that it is found again from the log itself.

An id is their ranges and a check, such as ``5-7,12-19:9f3c2a71``. Events that others recorded in
between are in no range. The check is the beginning of a hash of the negotiation, the ranges and the
last leaf, so that a mistyped id, or one of another ledger, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from api.cli.client import Client
from domain.errors import InvalidQuestionError, NoProofError
from domain.model import Json
from ledger.proofs.merkle import leaf_hash

Range = tuple[int, int]
"""The first and the last seq of a row of seqs without gaps."""
PATTERN = re.compile(
    r"([1-9]\d{0,14}-[1-9]\d{0,14}(?:,[1-9]\d{0,14}-[1-9]\d{0,14})*):([0-9a-f]{8})"
)


class RecordedSeqs:
    """The seqs that one import recorded in a negotiation, as they are told."""

    def __init__(self, negotiation: str) -> None:
        self.negotiation, self.last_leaf_hash = negotiation, ""
        self.ranges = list[Range]()

    def add_events(self, recorded: Iterable[Json]) -> None:
        """Add events of an answer to a recording, by seq."""
        for event in recorded:
            seq, self.last_leaf_hash = event["seq"], event["leaf_hash"]
            if self.ranges and self.ranges[-1][1] == seq - 1:
                self.ranges[-1] = self.ranges[-1][0], seq
            else:
                self.ranges.append((seq, seq))

    def to_id(self) -> str | None:
        """Return the id of the import, or None where it recorded nothing."""
        if not self.ranges:
            return None
        text = ",".join(f"{first}-{last}" for first, last in self.ranges)
        return f"{text}:{_make_check(self.negotiation, text, self.last_leaf_hash)}"


def read_import_id(client: Client, negotiation: str, import_id: str) -> list[Range]:
    """Return the seqs of an import. Raises InvalidQuestionError for one of another ledger."""
    match = PATTERN.fullmatch(import_id)
    if match is None:
        detail = f"{import_id!r} is not the id of an import"
        hint = "use one as minutebook import shows it, such as 5-7:9f3c2a71"
        raise InvalidQuestionError.for_field("--import", detail, hint)
    text, check = match.groups()
    ranges = [(int(first), int(last)) for first, last in (r.split("-") for r in text.split(","))]
    try:
        leaf = client.get(f"/v1/audit/leaves/{ranges[-1][1]}").body
    except NoProofError:
        leaf = b""
    if _make_check(negotiation, text, leaf_hash(leaf).hex()) != check:
        detail = f"{import_id!r} is not the id of an import into {negotiation} of this ledger"
        hint = "check each digit, the negotiation and the ledger; --batch takes a recorded_at"
        raise InvalidQuestionError.for_field("--import", detail, hint)
    return ranges


def _make_check(negotiation: str, ranges: str, last_leaf_hash: str) -> str:
    return sha256(f"{negotiation}\n{ranges}\n{last_leaf_hash}".encode()).hexdigest()[:8]
