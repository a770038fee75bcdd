"""The answers that a receipt can cite, each asked as it is over HTTP, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from api.access.caller import OWNER, Caller
from api.http import changes, listed, meetings, state
from api.http.query_params import (
    REPEATABLE_PARAMS,
    BasisQuery,
    DiffQuery,
    MeetingsQuery,
    PagedQuery,
    PlanDiffQuery,
    SearchQuery,
    StatementsQuery,
    StateQuery,
)
from api.http.responses import ParamPairs
from api.services import Services
from api.session import negotiation_address
from domain.events import SLUG_REGEX
from domain.model import Json

CITABLE_HINT = (
    "write state, positions, positions/PARTY/ISSUE, plans, plans/PLAN, plans/PLAN/diff, meetings,"
    f" statements, search, diff, gap, {', '.join(listed.LISTS)}, briefs or events/ID"
)
_UUID_REGEX = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ANSWERS: dict[str, tuple[Callable[..., Response], type[BasisQuery]]] = {
    "state": (state.get_state, StateQuery),
    "positions": (state.list_positions, BasisQuery),
    f"positions/(?P<party>{SLUG_REGEX})/(?P<issue>{SLUG_REGEX})": (state.get_position, PagedQuery),
    "plans": (state.list_plans, BasisQuery),
    f"plans/(?P<plan>{SLUG_REGEX})": (state.get_plan, BasisQuery),
    f"plans/(?P<plan>{SLUG_REGEX})/diff": (changes.get_plan_diff, PlanDiffQuery),
    "meetings": (meetings.list_meetings, MeetingsQuery),
    "statements": (meetings.list_statements, StatementsQuery),
    "search": (meetings.search_events, SearchQuery),
    "diff": (changes.get_diff, DiffQuery),
    "gap": (changes.get_gap, BasisQuery),
    **listed.LISTS,
    "briefs": (listed.list_briefs, BasisQuery),
    f"events/(?P<event>{_UUID_REGEX})": (changes.get_event, BasisQuery),
}
CITABLE_PATTERN = re.sub(r"\?P<\w+>", "?:", f"^(?:{'|'.join(_ANSWERS)})$")


@dataclass(frozen=True, slots=True)
class CitedAnswer:
    """An answer as its address gives it."""

    address: str
    body: bytes

    @property
    def basis(self) -> Json:
        basis: Json = orjson.loads(self.body)["basis"]
        return basis


def check_citable(value: str) -> str:
    """Take what can be cited."""
    if not re.fullmatch(CITABLE_PATTERN, value):
        raise ValueError(f"no receipt can cite {value!r}; {CITABLE_HINT}")
    return value


def ask_cited(
    services: Services, caller: Caller, negotiation: str, cited: str, params: ParamPairs
) -> CitedAnswer:
    """Return an answer to a caller at its pinned address.

    Raises what the question raises, RequestValidationError where it does not take a parameter.
    """
    path = f"{negotiation_address(negotiation)}/{cited}"

    def ask(query: str) -> Response:
        return _ask(negotiation, cited, _scope(services, caller, path, query))

    first = ask(urlencode(params))
    address = re.match("<([^>]*)>", first.headers["Link"])
    assert address is not None  # noqa: S101  # every answer names its pinned address
    pinned = ask(address[1].partition("?")[2])
    return CitedAnswer(address[1], bytes(pinned.body))


def ask_address(services: Services, address: str) -> bytes:
    """Return the answer at an address that a receipt names, as ``ask_cited`` gave it."""
    path, _, query = address.partition("?")
    negotiation, cited = re.fullmatch("/v1/negotiations/([^/]+)/(.+)", path).groups()  # type: ignore[union-attr]  # a receipt's
    return bytes(_ask(negotiation, cited, _scope(services, OWNER, path, query)).body)


def _scope(services: Services, caller: Caller, path: str, query: str) -> dict[str, Any]:
    app = SimpleNamespace(state=SimpleNamespace(services=services))
    return {
        "type": "http",
        "app": app,
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [],
        "caller": caller,
    }


def _ask(negotiation: str, cited: str, scope: dict[str, Any]) -> Response:
    for pattern, (answer, model) in _ANSWERS.items():
        if match := re.fullmatch(pattern, cited):
            pairs = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
            query = _read_query(model, pairs)
            return answer(
                request=Request(scope), negotiation=negotiation, query=query, **match.groupdict()
            )
    raise ValueError(f"no receipt can cite {cited!r}; {CITABLE_HINT}")


def _read_query(model: type[BasisQuery], pairs: Sequence[tuple[str, str]]) -> BasisQuery:
    params: dict[str, Any] = {}
    for name, value in pairs:
        if name in REPEATABLE_PARAMS:
            params.setdefault(name, []).append(value)
        else:
            params[name] = value
    try:
        return model.model_validate(params)
    except ValidationError as error:
        errors = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(errors) from None
