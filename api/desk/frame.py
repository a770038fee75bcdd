"""What every page shares: negotiation, basis, rail, language, and links that keep them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from starlette.requests import Request

from api.archive import Desk
from api.desk.addresses import Addresses
from api.desk.asked import Read
from api.desk.called import Names
from api.desk.dates import Dates, week_before
from api.desk.days import rail
from api.desk.foot import Foot, foot
from api.desk.page import KEYS, NAVIGATION, PRESETS, Page
from api.desk.rail import Rail
from api.desk.words import LANGUAGES, language
from domain.basis import Basis, Question, moment
from domain.refusals import InvalidQuestionError, Reason
from projections.view import View


class Frame(Addresses):
    """One reader before one page: made for a request, within one snapshot."""

    languages, navigation, keys, presets = LANGUAGES, NAVIGATION, KEYS, PRESETS

    def __init__(
        self, request: Request, page: Page, desk: Desk, read: Read[Any], *, strict: bool = False
    ) -> None:
        self.request, self.page, self.desk = request, page, desk
        self.asked, self.kept, self.faults = read
        self.strict, self.slug = strict, desk.negotiation
        self.words = language(request, self.asked.lang)
        self.dates = Dates(self.words, self.asked.tz)
        self.brief = Dates(self.words, self.asked.tz, brief=True)
        self.basis: Basis = desk.basis(self.question)

    @cached_property
    def question(self) -> Question:
        found: Question = self.asked.question()
        return found

    @cached_property
    def view(self) -> View:
        """The negotiation as of the basis."""
        return self.desk.view(self.basis)

    @cached_property
    def now(self) -> View:
        """Everything that this reader may see now."""
        asked = self.question
        return self.desk.view(self.desk.basis(
            Question(audience=asked.audience, exclude_source=asked.exclude_source,
                     min_sources=asked.min_sources, tz=asked.tz)
        ))  # fmt: skip

    @cached_property
    def rail(self) -> Rail:
        days = self.request.app.state.days
        return rail(self.now, self.basis, self.dates, days, self.slug)

    @cached_property
    def foot(self) -> Foot:
        return foot(self.desk.c, self.request.app.state.ledger.verifier)

    @cached_property
    def title(self) -> str:
        return str(self.opening.get("title") or self.slug)

    @cached_property
    def opening(self) -> dict[str, Any]:
        """What this reader may see now of how the negotiation was opened."""
        opened = self.now.records("negotiation-opened")
        return opened[0].value if opened else {}

    @cached_property
    def called(self) -> Names:
        """What things are called under this basis."""
        return Names(self.view, self.words)

    def names(self, kind: str) -> dict[str, str]:
        """Return the names of what is registered under this basis, by slug, in order."""
        return self.called.names(kind)

    def earlier(self, day: str | None) -> Question:
        """Return the same question as of an earlier date: a week before the one shown unless told.

        What does not follow the date stays: the record, and in hindsight what is known.
        """
        asked = self.question
        start = day or str(week_before(self.rail.day))
        return replace(
            asked,
            as_of=moment("from", start, asked.tz),
            known_at=asked.known_at if asked.basis == "hindsight" else None,
            valid_at=None,
            recorded_at=None,
            seq=None if asked.basis == "as-recorded" else asked.seq,
        )

    def since(self, start: Question) -> str:
        """Return the day of an earlier question, as an address has it."""
        return str(self.dates.local(start.as_of or 0).date())

    def on(self, day: str) -> str:
        """Return a day of an address in words."""
        return self.dates.day(date.fromisoformat(day))

    def refuse(self, name: str, detail: str, hint: str | None = None) -> None:
        """Leave a parameter out and say why; an answer for programs is refused whole."""
        fault = Reason(name, detail, hint)
        if self.strict:
            raise InvalidQuestionError(f"{name}: {detail}", hint=hint, reasons=(fault,))
        self.faults.append(fault)
        self.kept = [pair for pair in self.kept if pair[0] != name]
