"""What the forms of a proposal send: accept, return, or withdraw, each with a word."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import proposals as batches
from api.access.route_scope import caller_of
from api.http.problems import STATUS_BY_ERROR
from api.pages.proposal.page import PAGE, load_proposal
from api.pages.shared.forms import form_of
from api.pages.shared.page_context import open_page
from api.pages.shared.render import render_page
from api.services import server_services
from domain.errors import (
    InvalidQuestionError,
    MinutebookError,
    NotFoundError,
    UnknownNegotiationError,
)
from domain.events import check_text
from ledger.proposals import MAX_WORD, ProposalStatus

STATUS_BY_STEP: dict[str, ProposalStatus] = {"return": "returned", "withdraw": "withdrawn"}


def submit_decision(request: Request) -> Response:
    """Decide on a proposal as a form says; what is refused is told on its page."""
    form_values = form_of(request)
    try:
        _carry_out(request, form_values)
    except (NotFoundError, UnknownNegotiationError):
        raise
    except MinutebookError as error:
        with open_page(request, PAGE) as frame:
            data = load_proposal(frame) | {"refused": error, "word": form_values.get("word", "")}
            return render_page(frame, "proposal/page.html", data, STATUS_BY_ERROR[type(error)])
    return RedirectResponse(request.url.path, 303)


def _carry_out(request: Request, form_values: dict[str, str]) -> None:
    """Raise what the decision itself raises, or InvalidQuestionError for what is no decision."""
    ledger, caller = server_services(request.app).ledger, caller_of(request)
    slug, proposal_id = (request.path_params[name] for name in ("negotiation", "proposal"))
    with ledger.open_snapshot() as c:
        proposal = batches.open_proposal(c, caller, slug, proposal_id)
    word = _read_word(form_values.get("word", ""))
    step = form_values.get("step", "")
    if step == "accept":
        caller.require_scope("append")
        seq = form_values.get("seq", "")
        batches.accept(ledger, proposal, caller, word, int(seq) if seq.isdecimal() else None)
    elif step in STATUS_BY_STEP:
        if step == "return":
            caller.require_scope("append")
            if word is None:
                raise InvalidQuestionError.for_field(
                    "word", "it says nothing", "say why, for who proposed it"
                )
        batches.decide_unrecorded(ledger, proposal, caller, STATUS_BY_STEP[step], word)
    else:
        raise InvalidQuestionError.for_field(
            "step", f"{step[:40]!r} is no decision", "use the buttons of the page"
        )


def _read_word(text: str) -> str | None:
    word = text.replace("\r\n", "\n").strip()
    try:
        check_text(word)
    except ValueError as error:
        raise InvalidQuestionError.for_field("word", str(error), "write plain text") from None
    if len(word) > MAX_WORD:
        detail = f"it has {len(word)} characters"
        raise InvalidQuestionError.for_field("word", detail, f"write at most {MAX_WORD}")
    return word or None
