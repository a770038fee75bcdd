"""What every page shares: negotiation, basis, rail, language, and links that keep them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request

from api.archive import Desk
from api.desk.asked import Pair, Read, Shown
from api.desk.dates import Dates
from api.desk.foot import Foot, foot
from api.desk.page import Page
from api.desk.rail import Rail, rail
from api.desk.shown import visible
from api.desk.words import LANGUAGES, Words, preferred, words
from domain.basis import Basis, Question, moment
from domain.items import Item
from domain.refusals import InvalidQuestionError, Reason
from projections.view import View

STATE = frozenset(Shown.model_fields)
"""The parameters that stay when a reader goes to another page."""
CLOCKS = ("known_at", "valid_at", "recorded_at", "seq")
"""What gives way when another date is chosen."""
NAVIGATION = ("overview", "positions", "plans", "meetings", "events", "people", "compare", "audit")
KEYS = dict(zip(NAVIGATION, "opnmelca", strict=True))
"""The letter that goes to a page after a g."""
_FIRST = date(2, 1, 9)
"""No earlier date has one a week before it that can be asked for."""
PRESETS = ("as-known", "as-recorded", "hindsight")


class Frame:
    """One reader before one page: made for a request, within one snapshot."""

    languages, navigation, keys, presets = LANGUAGES, NAVIGATION, KEYS, PRESETS

    def __init__(
        self, request: Request, page: Page, desk: Desk, read: Read[Any], *, strict: bool = False
    ) -> None:
        self.request, self.page, self.desk = request, page, desk
        self.asked, self.kept, self.faults = read
        self.strict = strict
        self.words = language(request, self.asked.lang)
        self.dates = Dates(self.words, self.asked.tz)
        self.brief = Dates(self.words, self.asked.tz, brief=True)
        self._stances: dict[str | None, Markup] = {}
        self._registered: dict[str, dict[str, Item]] = {}
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

    @property
    def slug(self) -> str:
        return self.desk.negotiation

    def names(self, kind: str) -> dict[str, str]:
        """Return the names of what is registered under this basis, by slug, in order.

        Only for things that the answer names: what nobody named yet is among them.
        """
        return {slug: str(item.value.get(_NAME[kind]) or slug)
                for slug, item in self.registered(kind).items()}  # fmt: skip

    def registered(self, kind: str) -> dict[str, Item]:
        """Return what is registered of a kind: negotiation parts by slug, in order."""
        if kind not in self._registered:
            found = self.view.registered(_TYPE[kind])
            self._registered[kind] = {
                str(item.value[kind]): item for item in found if item.value.get(kind)
            }
        return self._registered[kind]

    def earlier(self, day: str | None) -> Question:
        """Return the same question as of an earlier date: a week before the one shown unless told.

        What does not follow the date stays: the record, and in hindsight what is known.
        """
        asked = self.question
        start = day or str(max(self.rail.day, _FIRST) - timedelta(days=7))
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

    def stance(self, word: str | None) -> Markup:
        """Return the symbol and the word of a stance; parts.symbols() draws the shapes once."""
        if word not in self._stances:
            told = visible(self.words.get(f"stance.{word or 'none'}", word or ""))
            self._stances[word] = Markup(
                '<svg class="symbol" width="14" height="14" aria-hidden="true">'
                '<use href="#s-{}"/></svg><span>{}</span>'
            ).format(word or "none", told)
        return self._stances[word]

    # Addresses.

    @property
    def base(self) -> str:
        return f"/desk/{self.slug}"

    @property
    def state(self) -> list[Pair]:
        """What was asked that every page takes."""
        return [pair for pair in self.kept if pair[0] in STATE]

    def link(self, path: str = "", **changes: Any) -> str:
        """Return the address of another page with the same state, some of it changed."""
        whole = f"{self.base}/{path}" if path and path != "overview" else self.base
        return _address(whole, self.state, changes)

    def here(self, **changes: Any) -> str:
        """Return the address of this page with parameters changed; None leaves one out."""
        return _address(self.request.url.path, self.kept, changes)

    def opening_of(self, name: str) -> str:
        """Return the address of this page up to the value of a parameter, for many links alike.

        What follows must need no escaping, as slugs and slashes do not.
        """
        return f"{self.here(**{name: 0})[:-1]}"

    def dated(self, day: Any) -> str:
        """Return the address of this page as of another date, or live for None."""
        return self.here(as_of=day, **dict.fromkeys(CLOCKS))

    def beside(self, form: str) -> str:
        """Return the address of the same page in another form, such as json."""
        return _address(f"{self.request.url.path}.{form}", self.kept, {})

    @property
    def permalink(self) -> str:
        """The address that shows this very answer for ever."""
        pin = self.basis.pin()
        own = [pair for pair in self.kept if pair[0] not in STATE]
        return _address(self.request.url.path, [*pin, *own], {})

    def absolute(self, address: str) -> str:
        """Return an address with the host that the reader asked."""
        return f"{str(self.request.base_url).rstrip('/')}{address}"

    def receipt(self, of: str) -> str:
        """Return the address of a citation receipt of an answer, pinned."""
        path = f"/v1/negotiations/{self.slug}/receipt"
        return _address(path, [*self.basis.pin(), ("of", of)], {})

    def on(self, day: str) -> str:
        """Return a day of an address in words."""
        return self.dates.day(date.fromisoformat(day))

    def hidden(self, *but: str) -> list[Pair]:
        """Return what a form must carry along besides its own fields."""
        return [pair for pair in self.kept if pair[0] not in but]

    # Faults.

    def refuse(self, name: str, detail: str, hint: str | None = None) -> None:
        """Leave a parameter out and say why; an answer for programs is refused whole."""
        fault = Reason(name, detail, hint)
        if self.strict:
            raise InvalidQuestionError(f"{name}: {detail}", hint=hint, reasons=(fault,))
        self.faults.append(fault)
        self.kept = [pair for pair in self.kept if pair[0] != name]


_TYPE = {"party": "party-registered", "person": "person-registered", "issue": "issue-defined"}
_NAME = {"party": "name", "person": "name", "issue": "title"}


def language(request: Request, asked: Any = None) -> Words:
    """Return the words of the language that was asked for, or that the browser prefers."""
    return words(asked or preferred(request.headers.get("accept-language", "")))


def _address(path: str, pairs: Sequence[Pair], changes: dict[str, Any]) -> str:
    found = [pair for pair in pairs if pair[0] not in changes]
    for name, value in changes.items():
        if value not in (None, ""):
            found.append((name, str(value)))
    query = urlencode(found)
    return f"{path}?{query}" if query else path
