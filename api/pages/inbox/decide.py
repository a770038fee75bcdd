"""What the forms of the inbox send: an article, a correction, a decision, a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.http.problems import STATUS_BY_ERROR, parameter_reason
from api.inbox import bringing, deciding, listing, naming, recording
from api.inbox.bodies import ArticleFacts, NewArticle, merge_facts, take_content
from api.pages.inbox import article as article_page
from api.pages.inbox import page as list_page
from api.pages.inbox.article import fill_draft, open_record_context, read_drafts, show_article
from api.pages.record.draft import Draft
from api.pages.record.page import RecordContext
from api.pages.record.submit import change_form
from api.pages.record.things import UnknownNameError
from api.pages.shared.forms import form_of
from api.pages.shared.page_context import PageContext, open_page
from api.pages.shared.render import render_page
from api.services import server_services
from domain.errors import InvalidQuestionError, MinutebookError, NotFoundError
from domain.model import Json
from ledger.database import ReadableLedger
from ledger.drafts import DraftStatus, FoundDraft
from projections.answer_json import Item

FactsT = TypeVar("FactsT", bound=ArticleFacts)
STEP, DRAFT = "step", "draft"
STATUS_BY_STEP: dict[str, DraftStatus] = {
    "accept": "accepted",
    "discard": "discarded",
    "reopen": "open",
}


def submit_article(request: Request) -> Response:
    """Bring in the article of a form, and show it."""
    sent, services = form_of(request), server_services(request.app)
    slug: str = request.path_params["negotiation"]
    try:
        given = _read_model(NewArticle, sent)
        brought = take_content(given, fetches_private=services.fetches_private)
        stored, _ = bringing.bring_article(services.ledger, caller_of(request), slug, brought)
    except MinutebookError as error:
        with open_page(request, list_page.PAGE) as frame:
            data = list_page.load_inbox(frame) | {"refused": error, "sent": sent}
            return render_page(frame, "inbox/page.html", data, STATUS_BY_ERROR[type(error)])
    return RedirectResponse(f"/desk/{slug}/inbox/{stored.id}", 303)


def _read_model(model: type[FactsT], sent: dict[str, str]) -> FactsT:
    """Return what a form says. Raises InvalidQuestionError naming each field."""
    values = {name: text for name in model.model_fields if (text := sent.get(name, "").strip())}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        reasons = [
            parameter_reason({**each, "loc": ("body", *each["loc"])}) for each in error.errors()
        ]
        first = reasons[0]
        raise InvalidQuestionError(first.detail, hint=first.hint, reasons=reasons) from None


def submit_decision(request: Request) -> Response:
    """Do with a draft, or with all of an article, what a form says."""
    sent = form_of(request).copy()
    step, draft_id = sent.pop(STEP, "save"), sent.pop(DRAFT, "")
    action, _, name = step.partition(":")
    with open_page(request, article_page.PAGE) as frame:
        found = read_drafts(frame)
        current = next((each for each in found if each.row.id == draft_id), None)
        try:
            if current is None:
                return _act_on_article(request, frame, action, sent)
            context = open_record_context(frame, found, current)
            if action in ("add", "remove"):
                form = context.read(change_form(sent, step))
                return _draw(frame, found, current, form=form, status=200)
            if action in ("save", "accept") and "type" in sent:
                form = context.read(sent)
                if form.faults:
                    return _draw(frame, found, current, form=form, status=422)
                event = _complete(current, form)
                is_changed = event != _as_form_reads(context, current)
                if event != current.event and (is_changed or not deciding.is_valid(current)):
                    deciding.change_event(_ledger(request), caller_of(request), current, event)
            _act_on_draft(request, frame, current, action, name, sent)
        except NotFoundError:
            raise
        except MinutebookError as error:
            status = STATUS_BY_ERROR[type(error)]
            return _draw(frame, found, current, refused=error, status=status)
    done = current.row.id if current and action in ("accept", "discard") else None
    return RedirectResponse(_address(request, _next_draft(found, current, action), done), 303)


def _as_form_reads(context: RecordContext, current: FoundDraft) -> Json:
    """Return the event as its untouched form reads it: other words for the same are no change."""
    return _complete(current, context.read(fill_draft(context, current)))


def _complete(current: FoundDraft, form: Draft) -> Json:
    """Return the event of a form with what it does not show: further reports, and words that a
    choice has where nothing is chosen."""
    event = dict(form.values[0])
    further = (current.event.get("reports") or [])[1:]
    if further:
        event["reports"] = [*event.get("reports", []), *further]
    for each in form.parts[0].fields:
        if each.name not in event and each.default and current.event.get(each.name) == each.default:
            event[each.name] = each.default
    return event


def _act_on_draft(
    request: Request,
    frame: PageContext,
    current: FoundDraft,
    action: str,
    name: str,
    sent: dict[str, str],
) -> None:
    ledger, caller = _ledger(request), caller_of(request)
    fresh = deciding.open_draft(ledger, frame.slug, current.row.id)
    if action in STATUS_BY_STEP:
        deciding.decide(ledger, caller, fresh, STATUS_BY_STEP[action])
    elif action == "alternative":
        deciding.choose_alternative(ledger, caller, fresh, name)
    elif action == "register":
        kind, _, text = name.partition(":")
        bringing.draft_registration(ledger, fresh, kind, text)
    elif action == "alias":
        known = _find_known(frame, fresh, sent)
        naming.make_alias(ledger, caller, fresh, known, read_drafts(frame))
    elif action != "save":
        raise _no_step(action)


def _find_known(frame: PageContext, draft: FoundDraft, sent: dict[str, str]) -> Item:
    """Return the registration of whom a form names. Raises InvalidQuestionError."""
    kind = bringing.REGISTERED_KINDS.get(str(draft.event.get("type")), "")
    context = RecordContext(frame)
    text = sent.get("alias", "").strip()
    try:
        _, slug = context.names.find((kind,), text)
        return context.names.names.registered_items(kind)[slug]
    except (KeyError, UnknownNameError):
        raise InvalidQuestionError.for_field(
            "alias", f"{text[:80]!r} is not registered", "choose one of the list"
        ) from None


def _act_on_article(
    request: Request, frame: PageContext, action: str, sent: dict[str, str]
) -> Response:
    """Record what is accepted, or read the article again."""
    ledger, caller, slug = _ledger(request), caller_of(request), frame.slug
    article: str = request.path_params["article"]
    row, _ = listing.open_article(ledger, slug, article)
    if action == "record":
        done = recording.record_drafts(ledger, caller, slug, article)
        if done.proposal:
            return RedirectResponse(f"/desk/{slug}/proposals/{done.proposal}", 303)
    elif action == "read":
        facts = _read_model(ArticleFacts, sent)
        is_old = facts.published != row.published and str(facts.anchor) == row.told.get("anchor")
        anchor = None if is_old else facts.anchor  # it follows the publication unless it is changed
        bringing.read_again(ledger, row, merge_facts(row, facts), anchor)
    else:
        raise _no_step(action)
    return RedirectResponse(_address(request, None), 303)


def _no_step(action: str) -> InvalidQuestionError:
    return InvalidQuestionError.for_field(
        STEP, f"{action[:40]!r} is no step", "use the buttons of the page"
    )


def _next_draft(found: Sequence[FoundDraft], current: FoundDraft | None, action: str) -> str | None:
    """Return where a decision leads: to the next draft that is open, else it stays."""
    if current is None or action not in ("accept", "discard"):
        return current and current.row.id
    after = [each for each in found if each.row.place > current.row.place]
    before = [each for each in found if each.row.place < current.row.place]
    opened = (each.row.id for each in (*after, *before) if each.row.status == "open")
    return next(opened, current.row.id)


def _address(request: Request, draft: str | None, done: str | None = None) -> str:
    if not draft:
        return request.url.path
    return f"{request.url.path}?draft={draft}{f'&done={done}' if done else ''}#draft"


def _draw(
    frame: PageContext,
    found: Sequence[FoundDraft],
    current: FoundDraft | None,
    *,
    form: Draft | None = None,
    refused: MinutebookError | None = None,
    status: int,
) -> Response:
    data = show_article(frame, found, current, form, refused)
    return render_page(frame, "inbox/article.html", data, status)


def _ledger(request: Request) -> ReadableLedger:
    return server_services(request.app).ledger
