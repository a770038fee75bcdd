"""What every page shares: negotiation, basis, rail, language, and links that keep them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request

from api.access.route_scope import caller_of
from api.http.responses import open_read_session
from api.pages.shared.dates import DateFormatter, week_before
from api.pages.shared.display_names import DisplayNames, name_in
from api.pages.shared.i18n import LANGUAGES, request_translations
from api.pages.shared.page import (
    BASIS_PRESETS,
    NAVIGATION,
    NAVIGATION_KEYS,
    PageDefinition,
    PageParams,
    ParsedParams,
    QueryPair,
    parse_params,
)
from api.pages.shared.rail import Rail, build_rail
from api.pages.shared.short_links import short_address
from api.services import server_services, services_of
from api.session import Session
from domain.basis import CLOCK_PARAMS, Basis, Question
from domain.errors import InvalidQuestionError, Reason
from domain.events import AUDIENCES, Audience
from domain.instants import local_day
from domain.model import Json
from ledger.proofs.live_checks import LiveChecks
from projections.answers.coverage import PageCoverage, summarize_coverage
from projections.view import View

if TYPE_CHECKING:
    from api.answers import Answers
    from api.pages.shared.page_state import PageState


_CARD_PICTURES = {"positions": "drift", "gap": "lag", "plans": "evolution", "people": "encounters"}
"""By page; elsewhere it is what happened when."""
SHARED_PARAMS = frozenset(PageParams.model_fields)
"""The parameters that stay when a reader goes to another page."""


class PageContext:
    """One reader before one page: made for a request, within one snapshot."""

    languages, navigation, keys, presets = LANGUAGES, NAVIGATION, NAVIGATION_KEYS, BASIS_PRESETS

    def __init__(
        self,
        request: Request,
        page: PageDefinition,
        session: Session,
        parsed: ParsedParams[Any],
        *,
        strict: bool = False,
    ) -> None:
        self.request, self.page, self.session = request, page, session
        self.params, self.query_pairs, self.faults = parsed
        self.strict, self.slug = strict, session.negotiation
        self.suggestions: list[tuple[str, str]] = []
        self.words = request_translations(request, self.params.lang)
        self.dates = DateFormatter(self.words, session.zone)
        self.brief_dates = DateFormatter(self.words, session.zone, brief=True)
        self.question: Question = self.params.to_question(session.log_timeline)
        self.basis = self._resolve_question()

    @cached_property
    def view(self) -> View:
        """The negotiation as of the basis."""
        return self.session.open_view(self.basis)

    @cached_property
    def answers(self) -> Answers:
        """The typed answers as of the basis."""
        answers = self.session.answers(self.basis)
        answers.view = self.view
        return answers

    def answers_on(self, day: str | None) -> Answers:
        """Return the typed answers to the same question as of an earlier date, or as it stands."""
        if day is None:
            return self.answers
        return self.session.answers(self.derive_basis(self.earlier_question(day)))

    @cached_property
    def now(self) -> View:
        """Everything that this reader may see now."""
        shown = self.question
        question = Question(
            exclude_source=shown.exclude_source,
            only_source=shown.only_source,
            min_sources=shown.min_sources,
            tz=shown.tz,
        )
        return self.session.open_view(self.derive_basis(question))

    def derive_basis(self, question: Question) -> Basis:
        """Resolve a question that derives from the one that was asked, such as an earlier date."""
        return self.session.resolve_basis(question, refuse_unknown=False)

    def _resolve_question(self) -> Basis:
        """Resolve what was asked; leave out each publisher that no report names, and say so."""
        try:
            return self.session.resolve_basis(self.question)
        except InvalidQuestionError as error:
            for reason in {reason.pointer: reason for reason in error.reasons}.values():
                self.refuse_parameter(reason.pointer, reason.detail, reason.hint)
                left_out: Json = {reason.pointer: ()}
                self.question = replace(self.question, **left_out)
            return self.derive_basis(self.question)

    @cached_property
    def rail(self) -> Rail:
        cache, open_view = self.page_state.rail_days, self.session.open_view
        return build_rail(self.now, self.basis, open_view, self.dates, cache, self.slug)

    @cached_property
    def log_checks(self) -> LiveChecks:
        """How long the log is, its root, and what vouches for it."""
        return self.session.check_log(services_of(self.request).ledger.verifier)

    @cached_property
    def coverage(self) -> PageCoverage:
        """Until when somebody looked for news, and for how long nobody did."""
        return summarize_coverage(self.view)

    @cached_property
    def waiting_proposals(self) -> int:
        """How many proposals wait that this reader may see."""
        return self.session.count_proposals(caller_of(self.request))

    @cached_property
    def open_drafts(self) -> int:
        """How many drafts of the inbox are open."""
        return self.session.count_open_drafts()

    @property
    def page_state(self) -> PageState:
        """What the pages remember between requests."""
        return server_services(self.request.app).page_state

    @cached_property
    def title(self) -> str:
        fields = self.opening_fields
        return str(name_in(fields, self.words.lang) or fields.get("title") or self.slug)

    @property
    def about(self) -> str:
        """What the negotiation says of its record as a whole, such as that nobody verified it."""
        return str(self.opening_fields.get("summary") or "")

    @property
    def caveat(self) -> str:
        """The first sentence of that, which stands wherever anything of the record is shown."""
        first, stop, _ = self.about.partition(". ")
        return f"{first}." if stop else first

    @cached_property
    def opening_fields(self) -> Json:
        """What this reader may see now of how the negotiation was opened."""
        openings = self.now.visible_records("negotiation-opened")
        return openings[0].own_fields if openings else {}

    @cached_property
    def display_names(self) -> DisplayNames:
        """What things are called under this basis."""
        return DisplayNames(self.view, self.words)

    @cached_property
    def known_names(self) -> DisplayNames:
        """What this reader may know of now at all, whatever the question."""
        return DisplayNames(self.session.open_view(self.derive_basis(Question())), self.words)

    def names_by_slug(self, kind: str) -> dict[str, str]:
        """Return the names of what is registered under this basis, by slug, in order."""
        return self.display_names.names_by_slug(kind)

    def name_of(self, kind: str, slug: str) -> str:
        """Return the whole name of a thing under this basis, or its slug where it has none."""
        return self.display_names.full_name(kind, slug)

    def earlier_question(self, asked: str | None, *, day: date | None = None) -> Question:
        """Return the same question as of an earlier date: one that was asked, else a day of the
        negotiation, else a week before the one shown.

        What does not follow the date stays: the record, and in hindsight what is known.
        """
        question = self.question
        log_timeline = self.session.log_timeline
        if asked is not None:
            as_of = self.params.date_reader(log_timeline).read("from", asked)
        else:
            start_day = day or week_before(self.rail.day)
            as_of = log_timeline.date_reader().read("from", str(start_day))
        return replace(
            question,
            as_of=as_of,
            known_at=question.known_at if question.basis == "hindsight" else None,
            valid_at=None,
            recorded_at=None,
            seq=None if question.basis == "as-recorded" else question.seq,
        )

    def question_day(self, start: Question) -> str:
        """Return the day of an earlier question where the talks are."""
        return str(self.dates.to_local(start.as_of or 0).date())

    def written_date(self, asked: str | None) -> str:
        """Return a date that was asked as a field shows it: a day in words, all else as it is."""
        is_day = asked is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", asked, re.ASCII)
        return self.format_iso_day(str(asked)) if is_day else asked or ""

    @cached_property
    def shown_date(self) -> str:
        """The date of the page: a day where the talks are, else one of the zone in which it was
        asked, else a moment."""
        day = self._asked_day
        if self.rail.live:
            return self.dates.format_day(self.rail.day)
        if day and not self.dates.day_ending_at(self.rail.shown_at):
            return self.words("dates.elsewhere", day=self.dates.format_day(day), zone=self.basis.tz)
        return self.dates.format_moment(self.rail.shown_at)

    @property
    def shown_moment(self) -> str:
        """The same, with the moment where the talks are at which a day elsewhere ends."""
        moment = self.dates.format_moment(self.rail.shown_at)
        return self.shown_date if self.shown_date == moment else f"{self.shown_date} ({moment})"

    @property
    def date_in_field(self) -> str:
        """The same as its field takes it: a day of the zone in which it was asked."""
        if self.rail.live:
            return ""
        if day := self._asked_day:
            return self.dates.format_day(day)
        return self.params.as_of or self.dates.format_day(self.rail.day)

    @property
    def _asked_day(self) -> date | None:
        """The day that the page shows to its end, in the zone in which dates are read."""
        return DateFormatter(self.words, self.basis.tz).day_ending_at(self.rail.shown_at)

    def format_iso_day(self, day: str) -> str:
        """Return a day of an address in words."""
        return self.dates.format_day(date.fromisoformat(day))

    @property
    def audiences(self) -> Sequence[Audience]:
        """As whom this reader may see the page."""
        return AUDIENCES[: AUDIENCES.index(caller_of(self.request).audience) + 1]

    def refuse_parameter(self, name: str, detail: str, hint: str | None = None) -> None:
        """Leave a parameter out and say why; an answer for programs is refused whole."""
        fault = Reason(name, detail, hint)
        if self.strict:
            raise InvalidQuestionError(f"{name}: {detail}", hint=hint, reasons=(fault,))
        self.faults.append(fault)
        self.query_pairs = [pair for pair in self.query_pairs if pair[0] != name]

    @property
    def base(self) -> str:
        return f"/desk/{self.slug}"

    @property
    def shared_pairs(self) -> list[QueryPair]:
        """What was asked that every page takes."""
        return [pair for pair in self.query_pairs if pair[0] in SHARED_PARAMS]

    def page_address(self, path: str = "", **changes: object) -> str:
        """Return the address of another page with the same state, some of it changed."""
        page_path = f"{self.base}/{path}" if path and path != "overview" else self.base
        return _build_address(page_path, self.shared_pairs, changes)

    def current_address(self, **changes: object) -> str:
        """Return the address of this page with parameters changed; None leaves one out."""
        return _build_address(self.request.url.path, self.query_pairs, changes)

    def address_prefix(self, name: str) -> str:
        """Return the address of this page up to the value of a parameter, for many links alike.

        What follows must need no escaping, as slugs and slashes do not.
        """
        return f"{self.current_address(**{name: 0})[:-1]}"

    def address_at_day(self, day: object) -> str:
        """Return the address of this page as of another day of the negotiation's zone, or live for
        None."""
        return self.current_address(as_of=day, tz=None, **dict.fromkeys(CLOCK_PARAMS))

    def address_in_form(self, form: str) -> str:
        """Return the address of the same page in another form, such as json."""
        return _build_address(f"{self.request.url.path}.{form}", self.query_pairs, {})

    @property
    def embed_address(self) -> str:
        """The address of the picture of this page for a frame on another site."""
        own_pairs = [pair for pair in self.query_pairs if pair[0] != "audience"]
        return _build_address(f"{self.request.url.path}/embed", own_pairs, {})

    def picture_address(self, **changes: object) -> str:
        """Return the address of the page of a picture, some of it changed, whichever form of it
        was asked for."""
        pairs = [pair for pair in self.query_pairs if pair[0] not in ("size", "theme")]
        return _build_address(f"{self.base}/{self.page.path}", pairs, changes)

    @property
    def picture_permalink(self) -> str:
        """The short permanent address of the same."""
        return short_address(self.basis, self.slug, self.page.path, self._picture_pairs)

    @property
    def _picture_pairs(self) -> list[QueryPair]:
        """What was asked of a picture alone, but for its form."""
        excluded = (*SHARED_PARAMS, "size", "theme")
        return [pair for pair in self.query_pairs if pair[0] not in excluded]

    @property
    def permalink(self) -> str:
        """The permanent address of this very answer."""
        pin = self.basis.pinned_params()
        page_pairs = [pair for pair in self.query_pairs if pair[0] not in SHARED_PARAMS]
        return _build_address(self.request.url.path, [*pin, *page_pairs], {})

    @property
    def card_picture(self) -> str:
        """The permanent address of the picture that shows most of what this page is about."""
        pairs: list[QueryPair] = [("lang", self.words.lang)]
        if self.page.draw:
            path, pairs = self.page.path, [*self._picture_pairs, *pairs]
        else:
            path = f"pictures/{_CARD_PICTURES.get(self.page.section, 'chronology')}"
        return short_address(self.basis, self.slug, f"{path}.png", pairs)

    @property
    def short_link(self) -> str:
        """The permanent address in short."""
        page_path = self.request.url.path.removeprefix(self.base).strip("/")
        page_pairs = [pair for pair in self.query_pairs if pair[0] not in SHARED_PARAMS]
        return short_address(self.basis, self.slug, page_path, page_pairs)

    @property
    def file_name(self) -> str:
        """What the page is called as a file, without an ending; it says where it is filtered."""
        mark = "-filtered" if self.basis.is_filtered else ""
        return f"{self.slug}-{self.page.name}{mark}"

    def absolute_address(self, address: str) -> str:
        """Return an address with the host that the reader asked."""
        return f"{str(self.request.base_url).rstrip('/')}{address}"

    def receipt_address(self, answer_path: str) -> str:
        """Return the address of a citation receipt of an answer, pinned."""
        path = f"/v1/negotiations/{self.slug}/receipt"
        return _build_address(path, [*self.basis.pinned_params(), ("of", answer_path)], {})

    def carried_pairs(self, *excluded: str) -> list[QueryPair]:
        """Return what a form must carry along besides its own fields."""
        return [pair for pair in self.query_pairs if pair[0] not in excluded]


def _build_address(path: str, pairs: Sequence[QueryPair], changes: Json) -> str:
    unchanged_pairs = [pair for pair in pairs if pair[0] not in changes]
    new_pairs = [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
    query = "&".join(map(_encode_pair, unchanged_pairs + new_pairs))
    return f"{path}?{query}" if query else path


@lru_cache(maxsize=4096)
def _encode_pair(pair: QueryPair) -> str:
    """Return a parameter as addresses have it; those of a page are in hundreds of its links."""
    return urlencode([pair])


@contextmanager
def open_page(
    request: Request, page: PageDefinition, *, strict: bool = False
) -> Iterator[PageContext]:
    """Yield what a page is built from, for the audience that is asked for.

    Raises InvalidQuestionError where it is ``strict`` and a parameter is not valid.
    """
    now = services_of(request).ledger.clock()
    pairs = request.query_params.multi_items()
    parsed = parse_params(page.params_model, pairs, local_day(now, "UTC"))
    if strict and parsed.faults:
        first = parsed.faults[0]
        detail = f"{first.pointer}: {first.detail}"
        raise InvalidQuestionError(detail, hint=first.hint, reasons=parsed.faults)
    negotiation = request.path_params["negotiation"]
    with open_read_session(request, negotiation, parsed.params) as session:
        today = local_day(now, parsed.params.tz or session.zone)
        if parsed.query_pairs != pairs and today != local_day(now, "UTC"):
            parsed = parse_params(page.params_model, pairs, today)
        yield PageContext(request, page, session, parsed, strict=strict)
