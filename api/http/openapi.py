"""The description of each operation in OpenAPI: models, an example answer, problems, groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TypedDict

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, JsonValue, TypeAdapter
from pydantic.json_schema import models_json_schema
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.access.caller import KeyScope
from api.access.route_scope import SCHEME, needs_scope
from api.cloud_events import CLOUD_EVENT, CLOUD_EVENTS
from api.http.responses import EVENT_STREAM, JSON, NDJSON, PROBLEM_JSON
from api.limits.answers import UNLIMITED
from api.models.documents import BATCH_LIMIT, Problem
from domain.catalogue import CLASS_BY_TYPE
from domain.model import Json

TAGS = (
    ("recording", "Record events, one by one or as a batch."),
    ("inbox", "Articles, and the events that they suggest until a person decides."),
    ("questions", "The state of a negotiation as of any date, as a whole or by subject."),
    ("changes and feeds", "What changed and why, the log page by page, and the live stream."),
    ("receipts and exports", "Answers to cite and negotiations to keep, verifiable offline."),
    ("proofs", "Signed checkpoints, tiles and proofs that nothing recorded was altered."),
    ("keys", "Who may ask and record: keys and the sessions of people who signed in."),
    ("service", "Health and version."),
)
"""The groups of operations and their descriptions, as a user looks for them."""
REF_TEMPLATE = "#/components/schemas/{model}"
PROBLEM_DESCRIPTIONS = {
    400: "The body is not JSON.",
    401: "The key is missing or not valid.",
    403: "The key lacks a scope or an audience, or a page of another site sent the request.",
    404: "It does not exist, or is not known under this basis.",
    408: "The request was not sent in time.",
    409: "An id is already recorded with different content, a proposal or draft was decided, or"
    " drafts are to be looked at again.",
    412: "The negotiation has a later event than If-Match names, or a draft is no longer so.",
    413: "The body or the batch is too large.",
    414: "The address is too long.",
    415: "The media type or encoding of the body is not supported.",
    421: "The server is not known by the host that the request names.",
    422: "A parameter or an event is invalid; the problem names field, reason and remedy.",
    429: "The caller asks too often, or too many of its proposals wait; try again later.",
    431: "The headers are too long.",
    502: "The model that was to read an article does not answer as it should; nothing was kept.",
    503: "Temporarily unavailable; try again after Retry-After seconds.",
}
STATUSES = {
    "record": (409, 412, 413, 415),
    "try_events": (413, 415),
    "propose": (409, 413, 415),
    "accept-proposal": (409, 412),
    "end-sessions": (404,),
    "return-proposal": (409,),
    "withdraw-proposal": (409,),
    "record-drafts": (409, 412, 413),
    **dict.fromkeys(("bring-article", "read-again"), (502,)),
    **dict.fromkeys(
        ("change-draft", "accept-draft", "discard-draft", "reopen-draft", "report-draft"),
        (409, 412),
    ),
}
ERASURE_ONLY_TYPES = ("payload-erased",)
"""Types that no request can record."""
ALWAYS_ANSWERED = ("livez", "version")
"""Operations that read no ledger."""


KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, as minutebook keys create shows it once. The scopes are read, propose,"
    " append, audit and admin. A browser that signed in on the pages is known by its session"
    " instead where it reads. Without a key a request is the public's; a server that has no keys"
    " answers its own machine alone, and lets it do everything.",
}
BYTES_SCHEMA, TEXT_SCHEMA = {"type": "string", "format": "binary"}, {"type": "string"}
STREAMED_EVENT = {
    "anyOf": [
        {
            "title": "An event as it is known now",
            "type": "object",
            "required": ["id", "event", "data"],
            "properties": {
                "id": {"type": "string", "description": "What was told; goes on after it."},
                "event": {"type": "string", "description": "The type of the event."},
                "data": {
                    "type": "string",
                    "contentMediaType": JSON,
                    "contentSchema": {"$ref": REF_TEMPLATE.format(model="AnyEvent")},
                },
            },
        },
        {
            "title": "The end of a stream, when the server stops",
            "type": "object",
            "required": ["event", "data"],
            "properties": {"event": {"const": "bye"}, "data": {"const": "{}"}},
        },
    ]
}
"""What each event of a stream is; heartbeats are comments."""
RESPONSE_CLASSES: dict[str, type[Response]] = {JSON: JSONResponse, "text/plain": PlainTextResponse}


class RouteDocs(TypedDict):
    """The keyword arguments of a route that describe it."""

    summary: str
    operation_id: str
    status_code: int
    response_model: object
    response_class: type[Response]
    responses: dict[int | str, Json]
    openapi_extra: Json


@cache
def load_examples() -> dict[str, JsonValue]:
    """Return an answer of the demonstration by operation, as ``make examples`` wrote them."""
    text = resources.files("api.http").joinpath("examples.json").read_bytes()
    return TypeAdapter(dict[str, JsonValue]).validate_json(text)


def _example_member(name: str) -> Json:
    examples = load_examples()
    return {"example": examples[name]} if name in examples else {}


def route_docs(
    name: str,
    scope: KeyScope | None,
    summary: str,
    model: object = None,
    *,
    media: str = JSON,
    other_media: Mapping[str, Json] | None = None,
    status: int = 200,
    nothing_made: str | None = None,
) -> RouteDocs:
    """Describe an operation that answers with a model, or with text or bytes of a media type.

    ``scope`` is the scope of a key that it requires, None where it answers everyone;
    ``other_media`` are schemas by media type of what it answers if asked for it.
    ``nothing_made`` says when an operation that makes something answers 200, having made nothing.
    """
    content = _example_member(name)
    if media == EVENT_STREAM:
        content["itemSchema"] = STREAMED_EVENT
    elif media != JSON:
        content["schema"] = TEXT_SCHEMA if media.startswith("text/") else BYTES_SCHEMA
    contents = {media: content}
    contents |= {other: {"schema": schema} for other, schema in (other_media or {}).items()}
    responses: dict[int | str, Json] = {status: {"description": summary, "content": contents}}
    if nothing_made:
        responses[200] = {"description": nothing_made, "model": model}
    return {
        "summary": summary,
        "operation_id": name,
        "status_code": status,
        "response_model": model,
        "response_class": RESPONSE_CLASSES.get(media, Response),
        "responses": responses,
        "openapi_extra": needs_scope(scope),
    }


class DescribedApi(FastAPI):
    """An application whose description names every problem and every event that it takes."""

    def openapi(self) -> Json:
        if self.openapi_schema is None:
            schema = _with_plain_names(super().openapi())
            for path, methods in schema["paths"].items():
                for operation in methods.values():
                    _add_problems(path, operation)
            schemas = schema["components"]["schemas"]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas |= _model_schemas()
            schema["components"]["responses"] = _problem_responses()
            schema["components"]["securitySchemes"] = {SCHEME: KEY_SCHEME}
            schema["tags"] = [{"name": name, "description": text} for name, text in TAGS]
            self.openapi_schema = schema
        return self.openapi_schema


def _with_plain_names(schema: Json) -> Json:
    """Return the schema with generic models named as one says them: StateAnswer, PlanListAnswer,
    PositionChange."""
    text = re.sub(rb"(Comparison)?Answer_(tuple_)?([A-Za-z]+)_+", _plain_name, orjson.dumps(schema))
    text = re.sub(rb"((?:Story)?Change)_Literal__([a-z]+)___[A-Za-z]+_", _name_of_change, text)
    renamed: Json = orjson.loads(text)
    for name, component in renamed["components"]["schemas"].items():
        component["title"] = name
    return renamed


def _plain_name(match: re.Match[bytes]) -> bytes:
    comparison, is_list, item = match.groups()
    return item + (b"List" if is_list else b"") + (comparison or b"") + b"Answer"


def _name_of_change(match: re.Match[bytes]) -> bytes:
    change, kind = match.groups()
    return kind.capitalize() + change


def _add_problems(path: str, operation: Json) -> None:
    name = operation["operationId"]
    if name in ("record", "propose"):
        operation["requestBody"] = _recording_body()
    elif name == "try_events":
        operation["requestBody"] = _trial_body()
    statuses = [408, 414, 421, 431, *([401, 403] if operation["security"] else [])]
    statuses += [404] if "{" in path or "/proofs/" in path else []
    statuses += [400] if "requestBody" in operation else []
    statuses += [422] if operation.keys() & {"parameters", "requestBody"} else []
    statuses += [429] if not UNLIMITED.fullmatch(path) else []
    statuses += [503] if name not in ALWAYS_ANSWERED else []
    statuses += STATUSES.get(name, ())
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _problem_responses() -> Json:
    reference = {"$ref": REF_TEMPLATE.format(model="Problem")}
    return {
        f"Problem{status}": {
            "description": description,
            "content": {
                PROBLEM_JSON: {"schema": reference, **_example_member(f"problem-{status}")}
            },
        }
        for status, description in PROBLEM_DESCRIPTIONS.items()
    }


def _model_schemas() -> Json:
    """Return the schemas of what no response model names: problems, and events to record."""
    recordable = {
        name: cls for name, cls in CLASS_BY_TYPE.items() if name not in ERASURE_ONLY_TYPES
    }
    models: list[type[BaseModel]] = [Problem, *recordable.values()]
    _, schema = models_json_schema(
        [(model, "validation") for model in models], ref_template=REF_TEMPLATE
    )
    references = {name: REF_TEMPLATE.format(model=cls.__name__) for name, cls in recordable.items()}
    new_event = {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "type", "mapping": references},
    }
    return {**schema["$defs"], "NewEvent": new_event}


def _recording_body() -> Json:
    """Return the body of a recording; why NDJSON has no schema is in decision 10."""
    event = {"$ref": REF_TEMPLATE.format(model="NewEvent")}
    batch = {"type": "array", "items": event, "minItems": 1, "maxItems": BATCH_LIMIT}
    return {
        "required": True,
        "description": f"One event, an array of events, or one event a line as {NDJSON}; or a"
        f" CloudEvent as {CLOUD_EVENT}, or several as {CLOUD_EVENTS}, with the fields in data.",
        "content": {JSON: {"schema": {"oneOf": [event, batch]}, **_example_member("record-body")}},
    }


def _trial_body() -> Json:
    return {
        "required": True,
        "description": "A page of events a line.",
        "content": {NDJSON: {"schema": BYTES_SCHEMA, **_example_member("trial-body")}},
    }
