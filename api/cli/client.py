"""Asking and recording through the HTTP interface, wherever it answers.

The answers are those of the interface; its problems are raised as the errors they were made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

import httpx
import orjson
from pydantic import BaseModel

from domain.errors import InvalidQuestionError, MinutebookError, Reason, error_class_of
from domain.model import Json

AnswerModelT = TypeVar("AnswerModelT", bound=BaseModel)
Params = Mapping[str, str | int | bool | Sequence[str] | None]
"""Query parameters; None and an empty list leave one out."""
PROBLEM_JSON = "application/problem+json"
BASIS_PARAMS = {
    *("basis", "as_of", "known_at", "valid_at", "recorded_at", "seq", "tz"),
    *("audience", "exclude_source", "only_source", "min_sources"),
}
"""The parameters that every question takes."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer as it came, and the links that came with it."""

    body: bytes
    links: Mapping[str, str]

    def read(self, model: type[AnswerModelT]) -> AnswerModelT:
        """Return the answer as a model of ``api.models``."""
        return model.model_validate_json(self.body)

    def to_json(self) -> Any:
        return orjson.loads(self.body)

    def pinned_params(self) -> dict[str, list[str]]:
        """Return the parameters that ask another question on the very basis of this answer."""
        params: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(self.links["canonical"]).query):
            if name in BASIS_PARAMS:
                params.setdefault(name, []).append(value)
        return params


class Client:
    """Asks one server, or the interface within this process, one request after the other."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def get(self, path: str, params: Params | None = None) -> HttpAnswer:
        """Ask one question. Raises the MinutebookError that the problem names."""
        return self._send(self.http.build_request("GET", path, params=_query(params)))

    def get_pages(self, path: str, params: Params | None = None) -> Iterator[HttpAnswer]:
        """Ask for a list, page by page to its end."""
        page = self.get(path, params)
        yield page
        while next_address := page.links.get("next"):
            page = self.get(next_address)
            yield page

    def get_list(self, path: str, params: Params | None = None) -> HttpAnswer:
        """Ask for a list and return all its pages as one answer."""
        first, *others = self.get_pages(path, params)
        if not others:
            return first
        whole = first.to_json()
        for page in others:
            whole["data"] += page.to_json()["data"]
        return HttpAnswer(orjson.dumps(whole), {"canonical": first.links["canonical"]})

    def post(
        self,
        path: str,
        body: bytes,
        params: Params | None = None,
        content_type: str = "application/json",
    ) -> Json:
        """Send a body and return the answer."""
        headers = {"Content-Type": content_type}
        request = self.http.build_request(
            "POST", path, content=body, params=_query(params), headers=headers
        )
        return cast("Json", self._send(request).to_json())

    def patch(self, path: str, body: bytes) -> Json:
        """Change something by a body of JSON and return the answer."""
        headers = {"Content-Type": "application/json"}
        request = self.http.build_request("PATCH", path, content=body, headers=headers)
        return cast("Json", self._send(request).to_json())

    def delete(self, path: str, params: Params | None = None) -> Json:
        """Remove something and return the answer."""
        request = self.http.build_request("DELETE", path, params=_query(params))
        return cast("Json", self._send(request).to_json())

    def post_stream(
        self, path: str, parts: Iterable[bytes], content_type: str, params: Params | None = None
    ) -> Iterator[bytes]:
        """Send a body part by part as it is made, then yield the lines of the answer."""
        headers = {"Content-Type": content_type}
        query = _query(params)
        with (
            self._name_failures(),
            self.http.stream("POST", path, content=parts, params=query, headers=headers) as reply,
        ):
            if reply.is_error:
                reply.read()
            _raise_problem(reply)
            for line in reply.iter_lines():
                yield line.encode()

    @contextmanager
    def stream(self, path: str, params: Params | None = None) -> Iterator[Iterator[bytes]]:
        """Ask for a long body; yield its parts as they come."""
        with self._name_failures(), self.http.stream("GET", path, params=_query(params)) as reply:
            if reply.is_error:
                reply.read()
            _raise_problem(reply)
            yield reply.iter_bytes()

    def _send(self, request: httpx.Request) -> HttpAnswer:
        with self._name_failures():
            reply = self.http.send(request)
        _raise_problem(reply)
        return HttpAnswer(reply.content, _links_of(reply))

    @contextmanager
    def _name_failures(self) -> Iterator[None]:
        """Say in words that the server cannot be reached, or ended in the middle."""
        try:
            yield
        except httpx.TransportError as error:
            url = str(self.http.base_url).rstrip("/")
            hint = "start it with minutebook serve, or name another with --url"
            raise InvalidQuestionError(f"no answer from {url}: {error}", hint=hint) from None


def _query(params: Params | None) -> dict[str, Any] | None:
    """Return the parameters that are given; None leaves those that an address has."""
    if params is None:
        return None
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in params.items()
        if value is not None and value != []
    }


def _links_of(reply: httpx.Response) -> dict[str, str]:
    return {name: link["url"] for name, link in reply.links.items() if name}


def _raise_problem(reply: httpx.Response) -> None:
    """Raise a problem as the error that it was made from."""
    if reply.is_success:
        return
    kind = reply.headers.get("content-type", "").partition(";")[0]
    if kind != PROBLEM_JSON:
        detail = f"{reply.url} answered {reply.status_code} {reply.reason_phrase}"
        hint = "name the address of a Minutebook server with --url"
        raise InvalidQuestionError(detail, hint=hint)
    problem = orjson.loads(reply.content)
    reasons = [
        Reason(reason["pointer"], reason["detail"], _as_command(reason.get("hint")))
        for reason in problem["errors"]
    ]
    error_class = error_class_of(problem["type"].rpartition("/")[2]) or MinutebookError
    error = error_class(problem["detail"], hint=_as_command(problem["hint"]))
    error.reasons = tuple(reasons)
    raise error


_COMMANDS = [
    (re.compile(route), command)
    for route, command in (
        (r"GET /v1/negotiations/([\w-]+)/feeds\b", r"minutebook watch list \1"),
        (r"GET /v1/negotiations/([\w-]+)/proposals\b", r"minutebook proposals list \1"),
        (r"GET /v1/sessions\b", "minutebook sessions list"),
        (r"POST it to /v1/negotiations/([\w-]+)/proposals\b", r"minutebook propose \1"),
    )
]
"""What of the interface a command does."""


def _as_command(hint: str | None) -> str | None:
    """Return a remedy that names the command where the server names what that sends."""
    for route, command in _COMMANDS:
        hint = hint and route.sub(command, hint)
    return hint
