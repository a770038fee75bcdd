"""What a step of the form of one draft does with it."""

from __future__ import annotations

from starlette.requests import Request

from api.access.route_scope import caller_of
from api.inbox import bringing, deciding, holding, naming, reporting
from api.pages.inbox.article import list_dropped, read_drafts
from api.pages.record.page import RecordContext
from api.pages.record.things import UnknownNameError
from api.pages.shared.page_context import PageContext
from api.services import server_services
from domain.errors import InvalidQuestionError
from domain.events import parse_event_id
from intake.registrations import REGISTERED_KINDS
from ledger.drafts import REREAD, DraftStatus, FoundDraft
from projections.answer_json import Item

STATUS_BY_STEP: dict[str, DraftStatus] = {
    "accept": "accepted",
    "discard": "discarded",
    "reopen": "open",
}


def act_on_draft(
    request: Request,
    frame: PageContext,
    draft: FoundDraft,
    action: str,
    name: str,
    sent: dict[str, str],
) -> None:
    """Do one step with a draft as it was seen. Raises what refuses it."""
    ledger, caller = server_services(request.app).ledger, caller_of(request)
    if action in STATUS_BY_STEP:
        deciding.decide(ledger, caller, draft, STATUS_BY_STEP[action])
    elif action == "alternative":
        deciding.choose_alternative(ledger, caller, draft, name)
    elif action == "register":
        kind, _, text = name.partition(":")
        bringing.draft_registration(ledger, draft, kind, text)
    elif action == "alias":
        known = _find_known(frame, draft, sent)
        naming.make_alias(ledger, caller, draft, known, read_drafts(frame))
    elif action == "report" and parse_event_id(name):
        reporting.report_instead(ledger, caller, draft, name)
    elif action == "unlink" and name in {link.pointer for link in list_dropped(frame, draft)}:
        deciding.change_event(ledger, caller, draft, holding.leave_out(draft.event, name))
    elif action == "restore":
        deciding.change_event(ledger, caller, draft, draft.original["event"])
    elif action == "reread" and draft.original.get(REREAD):
        deciding.change_event(ledger, caller, draft, draft.original[REREAD])
    elif action not in ("save", "go"):
        raise no_step(action)


def _find_known(frame: PageContext, draft: FoundDraft, sent: dict[str, str]) -> Item:
    """Return the registration of whom a form names. Raises InvalidQuestionError."""
    kind = REGISTERED_KINDS.get(str(draft.event.get("type")), "")
    context = RecordContext(frame)
    text = sent.get("alias", "").strip()
    try:
        _, slug = context.names.find((kind,), text)
        return context.names.names.registered_items(kind)[slug]
    except (KeyError, UnknownNameError):
        raise InvalidQuestionError.for_field(
            "alias", f"{text[:80]!r} is not registered", "choose one of the list"
        ) from None


def no_step(action: str) -> InvalidQuestionError:
    """Return the error that says that no form of ours has a step."""
    return InvalidQuestionError.for_field(
        "step", f"{action[:40]!r} is no step", "use the buttons of the page"
    )
