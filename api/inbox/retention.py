"""The texts of articles go some time after their drafts were decided: rights, and room."""

from __future__ import annotations

from api.proposals import RETENTION_INTERVAL
from api.writing import run_in_writer
from ledger import articles
from ledger.database import ReadableLedger
from ledger.fault_log import FaultLog
from ledger.repeated_task import RepeatedTask


def delete_old_texts(ledger: ReadableLedger, days: int) -> RepeatedTask:
    """Return what deletes, again and again, the texts of articles decided as many days ago."""

    def delete() -> None:
        now = ledger.clock()
        run_in_writer(ledger, lambda c: articles.delete_old_texts(c, days=days, now=now))

    faults = FaultLog("old articles cannot be deleted", "old articles are deleted again")
    return RepeatedTask("articles", delete, RETENTION_INTERVAL, faults)
