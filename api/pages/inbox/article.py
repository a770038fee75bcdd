"""One article: its passages, the drafts that rest on them, and one draft in its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Annotated

import orjson
from pydantic import Field

from api.access.route_scope import caller_of
from api.answers import read_as
from api.http.articles import UUID_PATTERN
from api.http.likely_duplicates import find_likely_duplicates
from api.http.query_params import OptionalText
from api.inbox import deciding, holding, listing, recording, trying
from api.inbox.holding import DroppedLink
from api.inbox.repeats import measure_likeness
from api.inbox.telling import tell_draft, tell_whole_article
from api.models.changes import AnyChange
from api.pages.inbox.draft_sentences import say_draft
from api.pages.inbox.field_words import say_alternatives, say_differences, say_reasons
from api.pages.inbox.folding import fold_fields, part_drafts
from api.pages.inbox.passages import MAX_SHOWN_CHARS, cut_text
from api.pages.proposals.page import ProposalsParams, say_events
from api.pages.record.draft import Draft
from api.pages.record.fields import form_fields, report_fields
from api.pages.record.fill import fill_form
from api.pages.record.page import RecordContext, show_draft
from api.pages.shared.brief import BriefWriter
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.services import services_of
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import MinutebookError, MovedOnError, Reason, problem_slug
from domain.model import Json
from intake.registrations import REGISTERED_KINDS, list_named, registered_in
from ledger.drafts import REREAD, FoundDraft

MAX_DRAFTS = 300
"""Drafts of an article that a page lists."""
TITLED_KINDS = ("meeting", "plan")
"""What other drafts call by the title that one of them gives."""
MAX_REASONS = 8
"""Faults of a batch that are told."""
MAX_TWINS, MAX_SHOWN_TWINS = 200, 4
"""Recorded events that are compared with a draft, and that are shown beside it."""


class ArticleParams(ProposalsParams):
    """``draft`` is the one that is looked at, by default the first that is open; ``done`` the one
    that was decided last."""

    draft: Annotated[OptionalText, Field(pattern=UUID_PATTERN)] = None
    done: Annotated[OptionalText, Field(pattern=UUID_PATTERN)] = None


def load_article(frame: PageContext) -> Json:
    """Return an article with its drafts, one of them in its form and tried."""
    found = read_drafts(frame)
    current = choose_current(found, frame.params.draft)
    return show_article(frame, found, current)


def read_drafts(frame: PageContext) -> list[FoundDraft]:
    """Return the drafts of the article of an address, in the order of its text."""
    article: str = frame.request.path_params["article"]
    ledger = services_of(frame.request).ledger
    return listing.list_drafts(ledger, frame.slug, article, MAX_DRAFTS)


def choose_current(found: Sequence[FoundDraft], asked: str | None) -> FoundDraft | None:
    """Return the draft that was asked for, else the first that is open, else the first."""
    opened = (each for each in found if each.row.status == "open")
    return find_draft(found, asked) or next(opened, None) or next(iter(found), None)


def find_draft(found: Sequence[FoundDraft], asked: str | None) -> FoundDraft | None:
    return next((each for each in found if each.row.id == asked), None)


def is_ready(draft: FoundDraft) -> bool:
    """Return whether a draft is recorded with the others that are accepted."""
    return draft.row.status == "accepted" and not (draft.is_recorded or draft.is_proposed)


def version_of_batch(found: Sequence[FoundDraft]) -> str:
    """Return what tells whether what is accepted is still as it was seen."""
    seen = "".join(f"{each.row.id}{each.version}" for each in found if is_ready(each))
    return sha256(seen.encode()).hexdigest()[:16]


def digest_form(form: Draft) -> str:
    """Return what tells whether the fields of a form still say what they said as it was drawn."""
    return sha256(orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def list_dropped(frame: PageContext, draft: FoundDraft) -> list[DroppedLink]:
    """Return the links of a draft to what was discarded of its article."""
    ledger = services_of(frame.request).ledger
    return holding.list_dropped_links(ledger, draft, read_drafts(frame))


def show_article(
    frame: PageContext,
    found: Sequence[FoundDraft],
    current: FoundDraft | None,
    form: Draft | None = None,
    refused: MinutebookError | None = None,
    *,
    is_of_draft: bool = False,
) -> Json:
    """Return what the page shows; ``form`` is one that was sent and not taken, ``refused`` is about
    the whole batch or, if ``is_of_draft``, about the draft that is looked at."""
    services = services_of(frame.request)
    article: str = frame.request.path_params["article"]
    row, count, sources = listing.open_article(services.ledger, frame.slug, article)
    told = [tell_draft(each) for each in found]
    for draft in found:
        if (own := registered_in(draft.event)) and draft.row.status != "discarded":
            frame.display_names.add_new(*own, str(draft.event.get("name")))
        kind, title = draft.row.type.partition("-")[0], draft.event.get("title")
        if title and kind in TITLED_KINDS:
            frame.display_names.add_new(kind, str(draft.event.get(kind)), str(title))
    says = say_events(frame, [each.event for each in found], MAX_DRAFTS)
    context = RecordContext(frame)
    for number, (each, one) in enumerate(zip(told, says, strict=True), 1):
        target = context.find_target((each["event"] or {}).get("event"), is_corrected=False)
        each["target"] = target and {
            "event": target.event,
            "type": target.type,
            "says": target.says,
        }
        each["number"] = number
        each["says"] = one
        each["sentence"] = say_draft(each["event"] or {}, frame.name_of)
    whole = tell_whole_article(row, count, sources)
    text = whole["text"] or ""
    ids = [each["draft"] for each in told]
    done = next((each for each in told if each["draft"] == frame.params.done), None)
    current = current or choose_current(found, None)
    at = ids.index(current.row.id) if current else None
    return {
        "shown": {name: value for name, value in whole.items() if name != "text"},
        "pieces": cut_text(text, told, None if at is None else told[at]),
        "held_back": [
            {**each, "passage": text[slice(*each["span"])]} for each in whole["held_back"][:100]
        ],
        "is_cut": len(text) > MAX_SHOWN_CHARS,
        "drafts": told,
        "stretches": part_drafts(len(told), at),
        "current": None if at is None else told[at],
        "done": done if done and done["status"] != "open" and not done["seq"] else None,
        "earlier": ids[at - 1] if at else None,
        "later": ids[at + 1] if at is not None and at + 1 < len(ids) else None,
        "ready": sum(map(is_ready, found)),
        "batch_version": version_of_batch(found),
        "model": services.model and services.model.endpoint.model,
        "refused": refused and _show_refusal(refused, told) | {"is_of_draft": is_of_draft},
        **_show_current(frame, found, current, form, is_stale=isinstance(refused, MovedOnError)),
    }


def _show_refusal(refused: MinutebookError, told: list[Json]) -> Json:
    """Return what was refused, with the drafts that are at fault and the fields of each."""
    drafts = {each["draft"]: each for each in told}
    shown, reasons = [], refused.reasons[:MAX_REASONS]
    for reason, each in zip(reasons, say_reasons(reasons), strict=True):
        draft = drafts.get(reason.pointer[1:].partition("/")[0])
        path = each["path"][1:] if draft else each["path"]
        shown.append({**each, "path": path, "draft": draft})
    return {
        "detail": refused.detail,
        "hint": refused.hint,
        "reasons": shown,
        "further": len(refused.reasons) - len(shown),
        "slug": problem_slug(type(refused)),
    }


def _show_current(
    frame: PageContext,
    found: Sequence[FoundDraft],
    current: FoundDraft | None,
    form: Draft | None,
    *,
    is_stale: bool,
) -> Json:
    nothing: Json = {
        **dict.fromkeys(("form", "is_edited", "effect", "alias_kind", "stands", "drawn")),
        **{
            name: [] for name in ("twins", "actors", "changes", "alternatives", "reread", "dropped")
        },
    }
    if current is None or current.is_erased:
        return nothing
    context = open_record_context(frame, found, current)
    names, event = context.names, current.event
    stands = fill_draft(context, current)
    as_it_stands = context.read(stands)
    told = show_draft(frame, context, form or as_it_stands, is_new=form is None)
    fold_fields(told, is_edited=form is not None)
    effect, twins = _try_current(frame, context, found, current)
    kind = REGISTERED_KINDS.get(str(event.get("type")))
    reread = current.original.get(REREAD)
    return {
        "form": told,
        "is_edited": form is not None,
        "stands": stands if is_stale and form else None,
        "drawn": digest_form(as_it_stands) if stands and not as_it_stands.faults else None,
        "effect": effect,
        "twins": twins,
        "alias_kind": kind,
        "actors": [each.text for each in names.suggestions((kind,))] if kind else [],
        "changes": list(say_differences(frame, names, current.original["event"], event)),
        "alternatives": say_alternatives(
            frame, names, event, current.original.get("alternatives", [])
        ),
        "reread": list(say_differences(frame, names, event, reread)) if reread else [],
        "dropped": [
            {**link._asdict(), "name": link.pointer[1:].partition("/")[0]}
            for link in (() if current.is_recorded else list_dropped(frame, current))
        ],
    }


def open_record_context(
    frame: PageContext, found: Sequence[FoundDraft], current: FoundDraft
) -> RecordContext:
    """Return what the form of a draft is read with: what other drafts register can be named."""
    context = RecordContext(frame)
    for each in found:
        kind = REGISTERED_KINDS.get(each.event.get("type", ""))
        if kind and each.row.id != current.row.id and each.row.status != "discarded":
            context.names.add_new(kind, each.event[kind], str(each.event.get("name")))
    return context


def fill_draft(context: RecordContext, draft: FoundDraft) -> dict[str, str]:
    """Return the texts by which a form shows the event of a draft and its first report."""
    event = draft.event
    kind = str(event.get("type"))
    if kind not in CLASS_BY_TYPE:
        return {}
    reports = event.get("reports") or [{}]
    return {
        "type": kind,
        **fill_form(form_fields(kind), event, context.names),
        **fill_form(report_fields(), reports[0], context.names, "reports."),
    }


def _try_current(
    frame: PageContext, context: RecordContext, found: Sequence[FoundDraft], current: FoundDraft
) -> tuple[Json | None, list[Json]]:
    """Return in sentences what a draft would change, and what may be the same already."""
    if current.is_recorded or current.row.status == "discarded":
        return None, []
    ledger = services_of(frame.request).ledger
    accepted = [each for each in found if each.row.status == "accepted"]
    preview = trying.preview_draft(ledger, caller_of(frame.request), current, accepted)
    changes = read_as(list[AnyChange], preview["changes"])
    basis = replace(frame.now.basis, audience="staff")
    lines = BriefWriter(frame, frame.session.open_view(basis)).write_preview(changes)
    effect = {
        "refused": preview["refused"],
        "errors": say_reasons([Reason(**each) for each in preview["errors"]]),
        "warnings": say_reasons([Reason(**each) for each in preview["warnings"]]),
        "newcomers": [
            {"draft": each.row.id, "number": number, "name": each.event.get("name")}
            for number, each in enumerate(found, 1)
            if each.row.status == "open"
            and registered_in(each.event) in set(list_named(current.event))
        ],
        "changes": lines,
        "registrations": [
            (each["after"] or each["before"]).get("name") or each["subject"]
            for each in preview["registrations"]
        ],
    }
    if not deciding.is_valid(current):
        return effect, []
    events = recording.build_batch([current]).events
    twins = find_likely_duplicates(ledger, frame.slug, events)[:MAX_TWINS]
    return effect, _most_like(context, current, twins)


def _most_like(context: RecordContext, current: FoundDraft, twins: list[Json]) -> list[Json]:
    """Return the recorded events that are most like a draft, in words, the likest first."""
    items = {each["event"]: context.now.find_visible_item(each["event"]) for each in twins}
    likeness = {
        event: measure_likeness(current.event, item.own_fields)
        for event, item in items.items()
        if item
    }
    twins.sort(key=lambda each: -likeness.get(each["event"], 0))
    return [context.show_twin(each) for each in twins[:MAX_SHOWN_TWINS]]


PAGE = PageDefinition(
    "article",
    load_article,
    "inbox/{article}",
    params_model=ArticleParams,
    parent_page="inbox",
    follows_date=False,
    template_override="inbox/article.html",
)
