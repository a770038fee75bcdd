"""The inbox: articles that were brought in, and the events that they suggest."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from api.models.base import EdtfText, Frozen, HexDigest, Timestamp
from api.models.changes import AnyChange
from api.models.documents import PossibleDuplicate, ProblemReason, RecordedItem, RegistrationChange
from intake.draft import Alternative, DraftCheck, Exchange, HeldBack
from ledger.drafts import DraftStatus
from ledger.proposals import ProposalStatus


class DraftCounts(Frozen):
    """How many drafts of an article have each status."""

    open: int
    accepted: int
    discarded: int


class ArticleItem(Frozen):
    """An article in a list: what it is, who brought it in, and how far its drafts are."""

    article: Annotated[str, Field(description="Its id, a UUID.")]
    negotiation: str
    sha256: Annotated[HexDigest, Field(description="Of its text in UTF-8.")]
    brought_by: str
    brought_at: Timestamp
    url: str | None
    title: str | None
    publisher: str | None
    published: EdtfText | None
    language: str | None
    deleted_at: Annotated[
        Timestamp | None, Field(description="When its text was deleted; null while it is there.")
    ]
    drafts: DraftCounts


class FieldChange(Frozen):
    """A field that a person changed; null where there is no value."""

    field: Annotated[str, Field(description="Its name; reports.NAME in the first report.")]
    before: JsonValue
    after: JsonValue


class HeldProposal(Frozen):
    """The proposal in which the event of a draft waits, or waited."""

    proposal: str
    status: ProposalStatus


class InboxDraft(Frozen):
    """An event that an article suggests, as it was read and as it stands."""

    draft: Annotated[str, Field(description="Its id, a UUID: that of its event once recorded.")]
    article: str
    place: Annotated[int, Field(description="Its place in the order of the text, from 0.")]
    status: DraftStatus
    version: Annotated[
        str, Field(description="Of its status and event, also its ETag: for If-Match.")
    ]
    event: Annotated[
        dict[str, JsonValue] | None,
        Field(description="The event as it stands; null once it was erased."),
    ]
    original: Annotated[
        dict[str, JsonValue] | None,
        Field(description="The event as it was read; null once it was erased."),
    ]
    span: Annotated[
        tuple[int, int] | None,
        Field(description="Its passage in the text, in code points; the end is exclusive."),
    ]
    why: str | None
    confidence: Annotated[float | None, Field(description="Between 0 and 1.")]
    alternatives: tuple[Alternative, ...]
    checks: tuple[DraftCheck, ...]
    changes: tuple[FieldChange, ...]
    is_stale: Annotated[
        bool,
        Field(
            description="Whether the article was read otherwise since it was accepted or corrected."
        ),
    ]
    reread: Annotated[
        dict[str, JsonValue] | None,
        Field(description="The event that is read in its place now; null for none."),
    ]
    changed_by: str | None
    changed_at: Timestamp | None
    decided_by: str | None
    decided_at: Timestamp | None
    seq: Annotated[int | None, Field(description="Of its event in the log, once recorded.")]
    proposal: HeldProposal | None


class DraftList(Frozen):
    """Drafts by article, the oldest first, and in the order of the text."""

    drafts: tuple[InboxDraft, ...]


class DraftPreview(Frozen):
    """What recording a draft would change now, after those of its article that are accepted."""

    refused: Annotated[str | None, Field(description="Why it cannot be recorded.")]
    errors: tuple[ProblemReason, ...]
    warnings: Annotated[
        tuple[ProblemReason, ...], Field(description="What in it looks like a slip.")
    ]
    changes: tuple[AnyChange, ...]
    registrations: tuple[RegistrationChange, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]


class DraftDetail(InboxDraft):
    """A draft with what recording it would change."""

    preview: DraftPreview


class ArticleSourceItem(Frozen):
    """A further address at which the same text stands."""

    url: str
    publisher: str | None
    published: str | None
    added_by: str
    added_at: Timestamp


class ArticleDetail(ArticleItem):
    """An article with its text and what the reader made of the whole."""

    sources: Annotated[
        tuple[ArticleSourceItem, ...],
        Field(description="Further addresses of the same text, each a source of what it tells."),
    ]

    text: Annotated[str | None, Field(description="Null once it was deleted.")]
    genre: str | None
    anchor: Annotated[
        str | None, Field(description="The day from which relative dates are counted.")
    ]
    zone: str | None
    held_back: Annotated[
        tuple[HeldBack, ...], Field(description="Passages of which nothing is drafted, and why.")
    ]
    exchange: Annotated[
        Exchange | None,
        Field(description="What a model was sent and answered; null where rules read, or deleted."),
    ]


class ArticleList(Frozen):
    """Articles, the newest first."""

    articles: tuple[ArticleItem, ...]


class RecordedDrafts(Frozen):
    """Drafts that were recorded as one batch, or wait as one proposal for a second person."""

    drafts: tuple[InboxDraft, ...]
    proposal: Annotated[
        str | None, Field(description="Where they wait; null where they were recorded.")
    ]
    recorded: tuple[RecordedItem, ...]
    duplicates: Annotated[tuple[str, ...], Field(description="Ids that were already recorded.")]
    warnings: tuple[ProblemReason, ...]


class FeedItem(Frozen):
    """A feed that is looked through for articles."""

    url: str
    publisher: str | None
    added_by: str
    added_at: Timestamp
    looked_at: Annotated[
        Timestamp | None, Field(description="Until when it was looked through; null: never.")
    ]


class FeedList(Frozen):
    """The feeds of a negotiation, by address."""

    feeds: tuple[FeedItem, ...]
