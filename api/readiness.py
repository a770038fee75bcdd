"""What a server says of itself: whether it answers, what its clock is held against, and which of
its witnesses cosign."""

from __future__ import annotations

from api.session import ServerServices, Services
from domain.errors import BusyError
from domain.instants import SECOND, to_rfc3339_short
from domain.model import Json
from ledger import log
from ledger.guarded_clock import GuardedClock
from ledger.proofs.signed_note import Checkpoint
from ledger.proofs.stored_cosignatures import read_signed_note
from ledger.witness_client import WitnessClients


def describe_readiness(services: Services, ready_witnesses: int) -> Json:
    """Return the state of a server that is ready.

    Raises what keeps it from answering or recording, and BusyError where fewer witnesses cosign
    than the setting ``ready_witnesses`` asks for.
    """
    ledger = services.ledger
    ledger.clock()  # raises where it is wrong
    served = services if isinstance(services, ServerServices) else None
    with ledger.open_snapshot() as c:
        size, _ = log.read_head(c)
        note = read_signed_note(c)
    witnesses = describe_witnesses(note, served.ledger.witnesses) if served else []
    cosigning = sum(each["cosigns"] for each in witnesses)
    if cosigning < ready_witnesses:
        says = "; ".join(each["says"] for each in witnesses if not each["cosigns"])
        detail = f"{cosigning} of the {ready_witnesses} witnesses that must cosign do: {says}"
        raise BusyError(detail, hint="the setting ready_witnesses asks for it")
    return {
        "status": "ready",
        "head": size,
        "scrub": served.scrub.to_json() if served else None,
        "clock_sources": ledger.clock.sources if isinstance(ledger.clock, GuardedClock) else [],
        "witnesses": witnesses,
        "access": "no-keys" if services.gate.is_keyless else "keys",
    }


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
