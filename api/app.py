"""The wiring: one ledger, its read model, and the ways in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import chain

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.responses import Response
from starlette.types import Lifespan

from api.access.caller import OWNER, Caller
from api.access.gate import AccessPolicy, Gate, KeyGate, OwnerGate
from api.access.hosts import HostGuard
from api.access.keys import KeyRing
from api.access.route_scope import ScopedRoute, require_declared_scopes
from api.access.session_use import SessionUse
from api.http import (
    articles,
    changes,
    drafts,
    exports,
    feeds,
    keys,
    listed,
    meetings,
    problems,
    proofs,
    proposals,
    receipts,
    record,
    sessions,
    state,
    stream,
    trial,
)
from api.http.bodies import BODY_LIMIT
from api.http.compression import CompressedAnswers
from api.http.middleware import BrowserRules, HeadAsGet, ResponseCache
from api.http.openapi import DescribedApi, route_docs
from api.http.responses import json_response
from api.inbox.retention import delete_old_texts
from api.limits.answers import AnswerLimits
from api.limits.bodies import BodyLimits
from api.limits.callers import CallerLimits
from api.limits.server_limits import ServerLimits
from api.model_settings import ConfiguredModel
from api.models.documents import Liveness, Readiness, Versions
from api.monitoring.metrics import install_metrics, metrics_route
from api.monitoring.readiness import describe_readiness
from api.monitoring.requests import Observe, RequestObserver, log_request
from api.monitoring.tracing import TracedRequests, Tracing
from api.proposals import delete_old_bodies
from api.services import ReadRouter, ServerServices, Services
from domain.basis import SEMANTICS_VERSION
from ledger.database import ReadableLedger
from ledger.erasure import ErasureMonitor
from ledger.read_only import ReadOnlyLedger
from ledger.scrub import LogScrub
from ledger.writer import Ledger
from projections.texts.comparer import ProcessTextComparer, TextComparer


def installed_version() -> str:
    try:
        return version("minutebook")
    except PackageNotFoundError:
        return "0+unknown"


NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""FastAPI's own would send what is asked, and the words of errors."""
DEFAULT_POLICY, DEFAULT_LIMITS = AccessPolicy(), ServerLimits()


def create_app(
    ledger: Ledger,
    lifespan: Lifespan[FastAPI] | None = None,
    replica: ReadOnlyLedger | None = None,
    ready_witnesses: int = 0,
    policy: AccessPolicy = DEFAULT_POLICY,
    limits: ServerLimits = DEFAULT_LIMITS,
    listeners: Sequence[Observe] = (),
    proposal_days: int = 30,
    article_days: int = 30,
    fetches_private: bool = False,
    model: ConfiguredModel | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """Return what a server serves: the HTTP interface with its streams, and the pages.

    The caller opened the ledger, and its replica, and closes them. ``ready_witnesses`` is how many
    must cosign for ``/readyz`` to be 200; ``limits`` are of this process, ``listeners`` are told of
    each request once it is answered. ``proposal_days`` after a proposal was decided its body is
    deleted, and ``article_days`` after the drafts of an article were decided its text.
    ``fetches_private`` lets articles be fetched from inside a network, ``model`` may read them.
    ``tracing`` makes the spans of requests and of the writer, where they are wanted.
    """
    from api.pages import routes as pages
    from api.pages.shared.page_state import PageState
    from api.pages.shared.static_files import files_address

    erasures = ErasureMonitor(ledger)
    reads, streams = ReadRouter(ledger, replica), stream.StreamHub(ledger)
    gate = KeyGate(KeyRing(ledger), ledger, policy)
    gate.keys.on_change(streams.wake_followers)
    gate.sessions.on_change(streams.wake_followers)
    services = ServerServices(
        ledger,
        reads,
        ProcessTextComparer(),
        gate,
        streams,
        erasures,
        LogScrub(ledger),
        delete_old_bodies(ledger, proposal_days),
        delete_old_texts(ledger, article_days),
        PageState(),
        fetches_private=fetches_private,
        model=model,
    )
    app = _create_interface(services, lifespan, ready_witnesses)
    metrics = install_metrics(services)
    _add_routes(app, stream.router, sessions.router, pages.router, metrics_route(metrics))
    require_declared_scopes(app.routes, open_paths=("/openapi.json", files_address()))
    app.add_middleware(AnswerLimits, is_ending=services.ending.is_set)
    app.add_middleware(CompressedAnswers)
    if ledger.is_exclusive:
        app.add_middleware(ResponseCache, find_rights=gate.find_rights)
    elif replica is None:  # which may show what was erased for as long as it lags
        app.add_middleware(
            ResponseCache, find_rights=gate.find_rights, count_erasures=erasures.recent_count
        )
    app.add_middleware(BodyLimits, page_bytes=BODY_LIMIT)
    app.add_middleware(CallerLimits, identify=gate.identify, limits=limits)
    app.add_middleware(SessionUse, sessions=gate.sessions)
    app.add_middleware(HostGuard, hosts=policy.hosts)
    app.add_middleware(BrowserRules)
    listeners = (metrics.observe, log_request, *listeners, *([tracing.observe] if tracing else []))
    app.add_middleware(RequestObserver, routes=app.routes, listeners=listeners)
    if tracing:
        ledger.trace = tracing
        app.add_middleware(TracedRequests, tracer=tracing.tracer)
    app.add_middleware(HeadAsGet)
    return app


def create_interface(ledger: ReadableLedger, caller: Caller = OWNER) -> FastAPI:
    """Return the HTTP interface without streams and pages, for one caller in this process."""
    return _create_interface(Services(ledger, ReadRouter(ledger), TextComparer(), Gate(caller)))


def create_session_interface(ledger: Ledger, policy: AccessPolicy) -> FastAPI:
    """Return the same for the owner of the ledger, with the sessions that servers began on it."""
    gate = OwnerGate(KeyRing(ledger), ledger, policy)
    app = _create_interface(Services(ledger, ReadRouter(ledger), TextComparer(), gate))
    _add_routes(app, sessions.router)
    return app


def _create_interface(
    services: Services, lifespan: Lifespan[FastAPI] | None = None, ready_witnesses: int = 0
) -> FastAPI:
    app = DescribedApi(
        title="Minutebook",
        version=installed_version(),
        summary="An event-sourced timeline of negotiations: what was known at any given date.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    app.state.services = services
    app.router.route_class = ScopedRoute
    problems.install_handlers(app)
    for interface in (
        *(record, trial, proposals, articles, drafts, feeds, state, meetings, listed, changes),
        *(receipts, exports, proofs, keys),
    ):
        _add_routes(app, interface.router)
    _add_health_routes(app, services, ready_witnesses)
    return app


def _add_routes(app: FastAPI, *routers: APIRouter) -> None:
    """Add routes as they are: ``include_router`` has each application make them again."""
    app.router.routes.extend(chain.from_iterable(router.routes for router in routers))


def _add_health_routes(app: FastAPI, services: Services, ready_witnesses: int) -> None:
    @app.get("/livez", tags=["service"], **route_docs("livez", None, "Liveness", Liveness))
    async def get_liveness() -> Response:
        return json_response({"status": "alive"})

    readiness_thread = CapacityLimiter(1)  # apart from those of answers

    @app.get("/readyz", tags=["service"], **route_docs("readyz", None, "Readiness", Readiness))
    async def get_readiness() -> Response:
        describe = partial(describe_readiness, services, ready_witnesses)
        return json_response(await to_thread.run_sync(describe, limiter=readiness_thread))

    @app.get("/version", tags=["service"], **route_docs("version", None, "Versions", Versions))
    def get_version() -> Response:
        return json_response(
            {
                "minutebook": installed_version(),
                "semantics": SEMANTICS_VERSION,
                "eventsourcing": version("eventsourcing"),
            }
        )
