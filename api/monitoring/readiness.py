"""What a server says of itself: whether it answers and records, and in words what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from api.monitoring.disk import nearly_full
from api.services import ServerServices, Services
from domain.errors import BusyError, ForkedLogError, MinutebookError, Reason
from domain.instants import SECOND, to_rfc3339_short
from domain.model import Json
from ledger import log
from ledger.database import Cursor
from ledger.fault_log import is_foreseen
from ledger.guarded_clock import GuardedClock
from ledger.proofs.signed_note import Checkpoint
from ledger.proofs.stored_cosignatures import read_signed_note
from ledger.witness_client import WitnessClients
from ledger.writer import MAX_QUEUE, Ledger
from projections.index.catch_up import tracked_seq

SIGNING_GRACE = 10.0
"""Seconds for which a head that cannot be signed is a warning; then the server is not ready."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, by the name of the part; a warning leaves the server ready."""

    part: str
    error: MinutebookError
    is_warning: bool = False

    def to_reason(self) -> Reason:
        return Reason(self.part, self.error.detail, self.error.hint)


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where log and index stand, and the newest checkpoint with what cosigned it."""

    size: int
    indexed_seq: int
    note: str | None


def describe_readiness(services: Services, ready_witnesses: int) -> Json:
    """Return the state of a server that is ready, with what is wrong all the same as warnings.

    Raises what keeps it from answering or recording, all of it as reasons, and BusyError where
    fewer witnesses cosign than the setting ``ready_witnesses`` asks for.
    """
    ledger = services.ledger
    served = services if isinstance(services, ServerServices) else None
    findings = [*_try("clock", ledger.clock)]
    position, unreadable = _read_position(services)
    findings += unreadable
    witnesses = []
    if position:
        findings += _find_index_fault(position)
        witnesses = describe_witnesses(position.note, served.ledger.witnesses) if served else []
        findings += _find_missing_witnesses(witnesses, ready_witnesses)
    if served and not served.ledger.continuity.fork:  # of which all else is a consequence
        findings += find_writer_faults(served.ledger)
    _refuse([each for each in findings if not each.is_warning])
    return {
        "status": "ready",
        "head": position.size if position else 0,
        "scrub": served.scrub.to_json() if served else None,
        "clock_sources": ledger.clock.sources if isinstance(ledger.clock, GuardedClock) else [],
        "witnesses": witnesses,
        "access": "no-keys" if services.gate.is_keyless else "keys",
        "warnings": [each.to_reason() for each in findings],
    }


def _refuse(findings: list[Finding]) -> None:
    """Raise the gravest of what is wrong, with all of it as reasons."""
    if not findings:
        return
    first = min(findings, key=lambda each: not isinstance(each.error, ForkedLogError))
    details = dict.fromkeys(each.error.detail for each in (first, *findings))
    reasons = [each.to_reason() for each in findings]
    raise type(first.error)("; ".join(details), hint=first.error.hint, reasons=reasons)


def _try(part: str, check: Callable[[], object]) -> Iterator[Finding]:
    try:
        check()
    except MinutebookError as error:
        yield Finding(part, error)
    except Exception as error:
        if not is_foreseen(error):
            raise
        hint = "see that the database runs and that this machine reaches it"
        yield Finding(part, BusyError(f"the database does not answer: {error}", hint=hint))


def _read_position(services: Services) -> tuple[LogPosition | None, list[Finding]]:
    positions = list[LogPosition]()

    def read() -> None:
        with services.ledger.open_snapshot() as c:
            positions.append(read_position(c))

    findings = list(_try("database", read))
    return (positions[0] if positions else None), findings


def read_position(c: Cursor) -> LogPosition:
    """Return where log and index stand in a snapshot."""
    size, _ = log.read_head(c)
    return LogPosition(size, tracked_seq(c), read_signed_note(c))


def _find_index_fault(position: LogPosition) -> Iterator[Finding]:
    behind = position.size - position.indexed_seq
    if behind:
        detail = f"the index is {behind} events behind the log of {position.size}"
        hint = "restart the server, which catches up, or run minutebook rebuild"
        yield Finding("index", BusyError(detail, hint=hint))


def find_writer_faults(ledger: Ledger) -> Iterator[Finding]:
    """Yield what keeps a ledger from recording and signing, or soon will."""
    if fault := ledger.recording.fault:
        detail = f"nothing can be recorded for {fault.seconds:.0f} s: {fault}"
        hint = getattr(fault.error, "hint", None) or (
            "mend it, such as a full disk or a missing right: it is tried again each second"
        )
        yield Finding("recording", BusyError(detail, hint=hint))
    if ledger.queue_length >= MAX_QUEUE:
        hint = "senders are refused and try again; send larger batches, or see why writing is slow"
        yield Finding("queue", BusyError(f"{MAX_QUEUE} batches wait, no more fit", hint=hint))
    if fault := ledger.signing.fault:
        detail = f"the newest events are unsigned, signing fails for {fault.seconds:.0f} s: {fault}"
        hint = getattr(fault.error, "hint", None) or (
            "put the checkpoint file and the log key of this ledger back, writable for the server"
        )
        error = BusyError(detail, hint=hint)
        yield Finding("signing", error, is_warning=fault.seconds < SIGNING_GRACE)
    for space in nearly_full(ledger):
        hint = "make room: nothing is recorded once it is full"
        yield Finding("disk", BusyError(str(space), hint=hint), is_warning=True)


def _find_missing_witnesses(witnesses: list[Json], needed: int) -> Iterator[Finding]:
    cosigning = sum(each["cosigns"] for each in witnesses)
    if cosigning < needed:
        says = "; ".join(each["says"] for each in witnesses if not each["cosigns"])
        detail = f"{cosigning} of the {needed} witnesses that must cosign do: {says}"
        error = BusyError(detail, hint="the setting ready_witnesses asks for it")
        yield Finding("witnesses", error)


def describe_witnesses(note: str | None, witnesses: WitnessClients) -> list[Json]:
    """Return of each configured witness what it cosigned last, against the newest checkpoint, and
    why it does not cosign, if so."""
    signed = Checkpoint.parse(note).size if note else 0
    described = []
    for state in witnesses.read_states():
        at = to_rfc3339_short(state.cosigned_at * SECOND) if state.size else None
        described.append(
            {
                "witness": state.name,
                "cosigns": state.size > 0 and not state.problem,
                "size": state.size,
                "at": at,
                "behind": max(0, signed - state.size),
                "problem": state.problem or None,
                "says": _say_state(state.name, state.size, signed, at, state.problem),
            }
        )
    return described


def _say_state(name: str, size: int, signed: int, at: str | None, problem: str) -> str:
    count = f"all {size}" if size >= signed else f"{size} of the {signed}"
    told = f"{name} cosigned {count} signed events, at {at}" if size else f"{name} cosigned nothing"
    return f"{told}, and does not cosign now: {problem}" if problem else told
