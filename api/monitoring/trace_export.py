"""Sending spans to a collector, as the standard variables of OpenTelemetry say."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from ledger.fault_log import FaultLog

EXPORTER_LOG = logging.getLogger("opentelemetry.exporter")


class ReportedExporter(SpanExporter):
    """Sends spans, and logs once that it fails and once that it works again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter
        self._faults = FaultLog("spans cannot be sent", "spans are sent again")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self.exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._faults.succeed()
        else:
            self._faults.fail(ConnectionError("the collector does not take them"))
        return result

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.exporter.force_flush(timeout_millis)


def open_provider(version: str) -> TracerProvider:
    """Return what sends spans in batches, from a thread of its own, until the process ends."""
    EXPORTER_LOG.setLevel(logging.CRITICAL)  # it would write a line for each batch
    own: dict[str, str | int | None] = {
        "service.name": "minutebook",
        "service.version": version,
        "process.pid": os.getpid(),
    }
    provider = TracerProvider(resource=Resource.create(own).merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(ReportedExporter(OTLPSpanExporter())))
    return provider
