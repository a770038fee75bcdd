"""The kinds of things that a state lists under a name of their own."""

from projections.answers.deadlines import DEADLINES
from projections.answers.listing import ListedKind, ToldOnce

__all__ = ["DEADLINES", "INCIDENTS", "LISTED_KINDS", "LISTED_KIND_BY_NAME", "VOTES"]

VOTES = ToldOnce("vote", "votes", "vote-held")
INCIDENTS = ToldOnce("incident", "incidents", "incident-reported")
LISTED_KINDS: tuple[ListedKind, ...] = (DEADLINES, VOTES, INCIDENTS)
LISTED_KIND_BY_NAME = {kind.list_name: kind for kind in LISTED_KINDS}
