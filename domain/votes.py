"""Votes: their event, and what in one contradicts itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.errors import Reason
from domain.events import Fact, Items, Occurrence, PartySlug, Subject, Text, VoteSlug

VoteCount = Annotated[int, Field(ge=0, le=2**53 - 1)]


class VoteCounts(Fact):
    """How many voted which way."""

    for_: Annotated[VoteCount | None, Field(alias="for")] = None
    against: VoteCount | None = None
    abstaining: VoteCount | None = None
    absent: VoteCount | None = None


class PartyVote(Fact):
    """How one party voted."""

    party: PartySlug
    vote: Literal["for", "against", "abstain", "absent", "not-participating"]


class VoteHeld(Occurrence):
    """A body votes on a motion, with the result and who voted how."""

    INTRODUCES = ("vote",)
    LIST_NAME = "votes"
    type: Literal["vote-held"]
    vote: VoteSlug
    motion: Text
    body: Text | None = None
    about: Items[Subject] = ()
    result: Literal["carried", "lost", "tied", "inquorate", "unknown"] | None = None
    counts: VoteCounts | None = None
    votes: Items[PartyVote] = ()


COUNT_BY_VOTE = {"for": "for", "against": "against", "abstain": "abstaining", "absent": "absent"}


def find_contradictions(value: dict[str, object]) -> Iterator[Reason]:
    """Yield where more parties are listed as voting one way than are counted."""
    counts, votes = value.get("counts"), value.get("votes")
    if not isinstance(counts, dict) or not isinstance(votes, list | tuple):
        return
    listed_counts = Counter(vote["vote"] for vote in votes)
    for vote, name in COUNT_BY_VOTE.items():
        count = counts.get(name)
        if count is not None and listed_counts[vote] > count:
            yield Reason(
                f"/counts/{name}",
                f"{count} counted, but {listed_counts[vote]} listed as {vote!r} in votes",
                "if the count or a vote is mistyped, correct it with record-corrected; if a source"
                " contradicts itself, do nothing",
            )


def find_repeated_votes(value: dict[str, object]) -> Iterator[Reason]:
    """Yield which party has a vote already; it may be split, so that both can be right."""
    votes = value.get("votes")
    given: dict[str, str] = {}
    for index, each in enumerate(votes if isinstance(votes, list | tuple) else ()):
        party, vote = each["party"], each["vote"]
        if party in given:
            yield Reason(
                f"/votes/{index}",
                f"party {party!r} is listed twice: {given[party]!r} and {vote!r}, and both count",
                "if one is mistyped, correct votes with record-corrected; if the party was split, "
                "do nothing",
            )
        given[party] = vote
