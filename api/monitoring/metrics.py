"""What a server counts and measures, in the format of Prometheus."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.responses import Response

from api.access.route_scope import ScopedRoute
from api.http.openapi import route_docs
from api.monitoring.disk import measure_ledger
from api.monitoring.readiness import describe_witnesses, find_writer_faults, read_position
from api.monitoring.requests import ObservedRequest
from api.services import ServerServices
from domain.errors import MinutebookError
from ledger import proposals
from ledger.fault_log import is_foreseen
from ledger.proofs.signed_note import Checkpoint

LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""The bounds, in seconds, of what is measured."""
PARTS = ("recording", "queue", "signing", "disk")


class ServerMetrics:
    """The counters of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "minutebook_requests",
            "Answers by route, method and status",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "minutebook_request_seconds",
            "Time until an answer was sent whole",
            ["route"],
            buckets=LATENCIES,
            registry=self.registry,
        )
        self.refusals = Counter(
            "minutebook_refusals", "Problems by kind", ["kind"], registry=self.registry
        )
        self.cached = Counter(
            "minutebook_cached_answers", "Answers sent from memory", registry=self.registry
        )
        self.appends = Histogram(
            "minutebook_append_seconds",
            "Time from queueing a batch until it is durable or refused",
            buckets=LATENCIES,
            registry=self.registry,
        )
        Gauge(
            "minutebook_process_info",
            "The process that answers: with --workers each counts for itself",
            ["pid"],
            registry=self.registry,
        ).labels(str(os.getpid())).set(1)

    def observe(self, request: ObservedRequest) -> None:
        """Count a request that was answered; a stream is no measure of time."""
        self.requests.labels(request.route, request.method, str(request.status)).inc()
        if not request.route.endswith("/stream"):
            self.seconds.labels(request.route).observe(request.seconds)
        if request.refusal:
            self.refusals.labels(request.refusal).inc()
        if request.is_cached:
            self.cached.inc()


class LedgerCollector(Collector):
    """Measures a ledger and its server whenever it is asked."""

    def __init__(self, services: ServerServices) -> None:
        self.services = services

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._measure_database()
        ledger, scrub = self.services.ledger, self.services.scrub
        yield _gauge("queue_batches", "Batches that wait to be recorded", ledger.queue_length)
        faulty = {finding.part for finding in find_writer_faults(ledger)}
        faults = GaugeMetricFamily(
            "minutebook_fault", "What /readyz says is wrong", labels=["part"]
        )
        for part in PARTS:
            faults.add_metric([part], part in faulty)
        yield faults
        progress = scrub.to_json()
        yield _gauge("scrub_reached", "The seq hashed again in this round", progress["reached"])
        yield _gauge("scrub_rounds", "Rounds over the log since the start", progress["rounds"])
        yield _gauge("streams", "Streams that are open", self.services.streams.follower_count)
        space = GaugeMetricFamily("minutebook_disk_free_bytes", "Bytes left", labels=["what"])
        for each in measure_ledger(ledger):
            space.add_metric([each.what], each.free)
        yield space

    def _measure_database(self) -> Iterator[Metric]:
        try:
            with self.services.ledger.open_snapshot() as c:
                position, waiting = read_position(c), proposals.count_waiting(c)
        except Exception as error:
            if not (isinstance(error, MinutebookError) or is_foreseen(error)):
                raise
            yield _gauge("database_up", "Whether the database answers", 0)
            return
        signed = Checkpoint.parse(position.note).size if position.note else 0
        yield _gauge("database_up", "Whether the database answers", 1)
        yield _gauge("proposals_waiting", "Proposals that wait for a second person", waiting)
        yield _gauge("head", "The seq of the newest event", position.size)
        lag = position.size - position.indexed_seq
        yield _gauge("index_lag_events", "Events that the index is behind", lag)
        yield _gauge("unsigned_events", "Events after the checkpoint", position.size - signed)
        checkpoints = self.services.ledger.checkpoints
        if checkpoints and checkpoints.external_file.is_file():
            age = time.time() - checkpoints.external_file.stat().st_mtime
            yield _gauge("checkpoint_age_seconds", "Age of the newest signature", max(0.0, age))
        cosigns = GaugeMetricFamily(
            "minutebook_witness_cosigns", "Whether a witness cosigns", labels=["witness"]
        )
        behind = GaugeMetricFamily(
            "minutebook_witness_behind_events", "Signed events it did not", labels=["witness"]
        )
        for each in describe_witnesses(position.note, self.services.ledger.witnesses):
            cosigns.add_metric([each["witness"]], each["cosigns"])
            behind.add_metric([each["witness"]], each["behind"])
        yield cosigns
        yield behind


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"minutebook_{name}", help_text, value=value)


def install_metrics(services: ServerServices) -> ServerMetrics:
    """Return the metrics of a server, which count its appends from now on."""
    metrics = ServerMetrics()
    metrics.registry.register(LedgerCollector(services))
    services.ledger.on_append = metrics.appends.observe
    return metrics


def metrics_route(metrics: ServerMetrics) -> APIRouter:
    """Return the route of /metrics: with keys for who has the scope admin."""
    metrics_router = APIRouter(route_class=ScopedRoute, tags=["service"])

    @metrics_router.get(
        "/metrics", **route_docs("metrics", "admin", "Metrics for Prometheus", media="text/plain")
    )
    def get_metrics() -> Response:
        """What this process counts and measures; with several workers each has its own."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return metrics_router
