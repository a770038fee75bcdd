"""What the forms of an article send: a correction, a decision, a recording."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.article_readers import BY_RULES, ArticleReader, find_reader
from api.http.problems import STATUS_BY_ERROR
from api.inbox import deciding, listing, recording, rereading
from api.inbox.bodies import ArticleFacts, merge_facts
from api.inbox.reading import run_reader
from api.pages.inbox import article as article_page
from api.pages.inbox.acting import STATUS_BY_STEP, act_on_draft, no_step
from api.pages.inbox.article import (
    digest_form,
    fill_draft,
    find_draft,
    open_record_context,
    read_drafts,
    show_article,
    version_of_batch,
)
from api.pages.inbox.bring import read_model
from api.pages.record.correction import forget_phrase
from api.pages.record.draft import Draft
from api.pages.record.page import RecordContext
from api.pages.record.submit import change_form
from api.pages.shared.forms import form_of
from api.pages.shared.page_context import PageContext, open_page
from api.pages.shared.render import render_page
from api.services import server_services
from domain.errors import InvalidEventError, MinutebookError, MovedOnError, NotFoundError
from domain.model import Json
from ledger.database import ReadableLedger
from ledger.drafts import FoundDraft

STEP, DRAFT, VERSION, REPEATS = "step", "draft", "version", "repeats"
DRAWN = "drawn"
"""The digest of a form as it was drawn, by which one is known in which nothing was typed."""
KEEPS_TYPED = ("discard", "restore", "reread", "register")
"""Steps that do not wait for fields that are wrong."""


def submit_decision(request: Request) -> Response:
    """Do with a draft, or with all of an article, what a form says."""
    return _decide(request, BY_RULES)


async def submit_to_model(request: Request) -> Response:
    """Have the model read an article again."""
    services = server_services(request.app)
    reader = find_reader("model", services.model)
    return await run_reader(partial(_decide, request, reader), reader, services)


def _decide(request: Request, reader: ArticleReader) -> Response:
    sent = form_of(request).copy()
    step, draft_id = sent.pop(STEP, "save"), sent.pop(DRAFT, "")
    version, drawn = sent.pop(VERSION, None), sent.pop(DRAWN, None)
    action, _, name = step.partition(":")
    with open_page(request, article_page.PAGE) as frame:
        found = read_drafts(frame)
        current = find_draft(found, draft_id)
        form: Draft | None = None
        try:
            if current is None:
                return _act_on_article(request, frame, found, action, sent, version, reader)
            context = open_record_context(frame, found, current)
            if action == "go" and drawn and drawn == digest_form(context.read(sent)):
                return RedirectResponse(_address(frame, name), 303)
            if "type" in sent:
                form = context.read(forget_phrase(sent, fill_draft(context, current)))
            if form and action in ("add", "remove"):
                form = context.read(change_form(sent, step))
                return _draw(frame, found, current, form=form, status=200)
            if not _is_done(current, action, form):
                current.require_version(version or current.version)
            if form and form.faults and action not in KEEPS_TYPED:
                return _draw(frame, found, current, form=form, status=422)
            seen = _save(request, context, current, form) if form else current
            act_on_draft(request, frame, seen, action, name, sent)
            if form and action == "register":
                found = read_drafts(frame)
                form = open_record_context(frame, found, current).read(form.sent)
                return _draw(frame, found, current, form=form, status=200)
        except NotFoundError:
            raise
        except MinutebookError as error:
            return _draw_refusal(frame, draft_id, form, error)
    done = current.row.id if action in ("accept", "discard") else None
    goes_to = name if action == "go" else _next_draft(found, current, action)
    return RedirectResponse(_address(frame, goes_to, done), 303)


def _is_done(current: FoundDraft, action: str, form: Draft | None) -> bool:
    """Return whether a draft is decided already as a form asks, with the same event."""
    is_same = form is None or _complete(current, form) == current.event
    return STATUS_BY_STEP.get(action) == current.row.status and is_same


def _save(request: Request, context: RecordContext, current: FoundDraft, form: Draft) -> FoundDraft:
    """Save what a form says of a draft, if it is another event; return it as it stands then."""
    if form.faults:
        return current
    event = _complete(current, form)
    is_changed = event != _as_form_reads(context, current)
    if event == current.event or not (is_changed or not deciding.is_valid(current)):
        return current
    ledger = _ledger(request)
    deciding.change_event(ledger, caller_of(request), current, event)
    return deciding.open_draft(ledger, current.row.negotiation, current.row.id)


def _as_form_reads(context: RecordContext, current: FoundDraft) -> Json:
    """Return the event as its untouched form reads it: other words for the same are no change."""
    return _complete(current, context.read(fill_draft(context, current)))


def _complete(current: FoundDraft, form: Draft) -> Json:
    """Return the event of a form with what it does not show: further reports, and words that a
    choice has where nothing is chosen."""
    event = dict(form.values[0]) if form.values else {}
    further = (current.event.get("reports") or [])[1:]
    if further:
        event["reports"] = [*event.get("reports", []), *further]
    for each in form.parts[0].fields if form.parts else ():
        if each.name not in event and each.default and current.event.get(each.name) == each.default:
            event[each.name] = each.default
    return event


def _act_on_article(
    request: Request,
    frame: PageContext,
    found: Sequence[FoundDraft],
    action: str,
    sent: dict[str, str],
    version: str | None,
    reader: ArticleReader,
) -> Response:
    """Record what is accepted, or read the article again."""
    ledger, caller, slug = _ledger(request), caller_of(request), frame.slug
    article: str = request.path_params["article"]
    row, *_ = listing.open_article(ledger, slug, article)
    if action == "record":
        if version and version != version_of_batch(found):
            raise MovedOnError(
                "the accepted drafts are no longer those that you saw",
                hint="look at what is accepted now, then record it",
            )
        repeats = REPEATS in sent
        done = recording.record_drafts(ledger, caller, slug, article, repeats=repeats)
        if done.proposal:
            return RedirectResponse(frame.page_address(f"proposals/{done.proposal}"), 303)
    elif action == "read":
        facts = read_model(ArticleFacts, sent)
        is_old = facts.published != row.published and str(facts.anchor) == row.told.get("anchor")
        anchor = None if is_old else facts.anchor  # it follows the publication unless it is changed
        rereading.read_again(ledger, row, merge_facts(row, facts), anchor, reader)
    else:
        raise no_step(action)
    return RedirectResponse(_address(frame, None), 303)


def _next_draft(found: Sequence[FoundDraft], current: FoundDraft, action: str) -> str:
    """Return where a decision leads: to the next draft that is open, else it stays."""
    if action not in ("accept", "discard"):
        return current.row.id
    after = [each for each in found if each.row.place > current.row.place]
    before = [each for each in found if each.row.place < current.row.place]
    opened = (each.row.id for each in (*after, *before) if each.row.status == "open")
    return next(opened, current.row.id)


def _address(frame: PageContext, draft: str | None, done: str | None = None) -> str:
    path = f"inbox/{frame.request.path_params['article']}"
    changes = {"draft": draft, "done": done}
    return f"{frame.page_address(path, **changes)}{'#draft' if draft else ''}"


def _draw_refusal(
    frame: PageContext, draft_id: str, form: Draft | None, error: MinutebookError
) -> Response:
    """Show what was refused where it is at fault: at a field of what was sent, or at the first
    draft that a batch names."""
    found = read_drafts(frame)
    at_fault = (each.pointer[1:].partition("/")[0] for each in error.reasons)
    ids = [draft_id] if draft_id else list(at_fault)
    current = next(filter(None, (find_draft(found, each) for each in ids)), None)
    if form and isinstance(error, InvalidEventError):
        form.add_reasons(list(error.reasons))
    is_of_draft = current is not None and current.row.id == draft_id
    data = show_article(frame, found, current, form, error, is_of_draft=is_of_draft)
    return render_page(frame, "inbox/article.html", data, STATUS_BY_ERROR[type(error)])


def _draw(
    frame: PageContext,
    found: Sequence[FoundDraft],
    current: FoundDraft,
    *,
    form: Draft,
    status: int,
) -> Response:
    data = show_article(frame, found, current, form)
    return render_page(frame, "inbox/article.html", data, status)


def _ledger(request: Request) -> ReadableLedger:
    return server_services(request.app).ledger
