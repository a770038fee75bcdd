"""Answers of a receipt computed anew: a plain fold over the events of a bundle, nothing else."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from api.access.caller import Reader
from api.access.gate import Gate
from api.http.cited_answers import ask_address
from api.services import ReadRouter, Services
from api.session import Session
from domain.basis import SEMANTICS_VERSION
from domain.catalogue import topic_of
from domain.errors import InvalidQuestionError, MinutebookError, TamperedError
from domain.instants import from_rfc3339
from domain.introductions import TargetEvent
from domain.model import Json
from domain.timezone_corrections import corrected_timezone
from ledger.append import RecordedEvent, originator_id
from ledger.database import Cursor
from ledger.partial_log import write_partial_log
from ledger.proofs import verify_bundle
from ledger.proofs.merkle import leaf_hash
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index.catch_up import apply_log
from projections.index.rebuild import IndexFollower
from projections.index.writer import apply_entries
from projections.texts.comparer import TextComparer


@dataclass(frozen=True, slots=True)
class _Receipt:
    """A receipt whose signature holds."""

    address: str
    answer: bytes
    proofs: Json

    @property
    def basis(self) -> Json:
        basis: Json = orjson.loads(self.answer)["basis"]
        return basis

    @property
    def head(self) -> int:
        """The seq up to which the log was read."""
        return int((self.proofs["asked"] or self.basis)["seq"])


@dataclass(frozen=True, slots=True)
class _BundledEvent:
    leaf: Json
    row: RecordedEvent


class _FoldedSession(Session):
    is_folded = True


class _FoldedReads(ReadRouter):
    @contextmanager
    def open_session(
        self, negotiation: str, reader: Reader, seq: int | None = None
    ) -> Iterator[Session]:
        with self.ledger.open_snapshot() as c:
            yield _FoldedSession(c, negotiation, self.ledger.clock, reader)


def check_recomputed(
    receipt_file: Path, bundle_file: Path, keys: Sequence[verify_bundle.KeyTerm] = ()
) -> str:
    """Compute the answer of a receipt anew from a bundle; both were checked in themselves.

    ``keys`` are those of the log where it changed them since.

    Return in a sentence what that proves. Raises TamperedError where it is another answer,
    InvalidQuestionError where this bundle or this program cannot tell.
    """
    text = receipt_file.read_text("utf-8")
    if not text.startswith(verify_bundle.RECEIPT_FORMAT):
        hint = "verify it alone, or ask the ledger for a new one, which is signed"
        raise InvalidQuestionError("the answer of this receipt is not signed", hint=hint)
    address, _, answer, proofs = verify_bundle.read_receipt(text)
    receipt = _Receipt(address, answer.encode(), proofs)
    with _open_members(bundle_file) as members:
        size = _check_same_log(receipt, members, keys)
        lines = members["events.ndjson"]()
        with closing(lines):
            events = [_read_event(number, line) for number, line in enumerate(lines, 1)]
    rest = size - len(events)
    negotiation = str(receipt.proofs["negotiation"])
    if events[0].row.negotiation != negotiation:
        hint = f"minutebook export {negotiation} --format bundle"
        raise InvalidQuestionError(f"the bundle is not of {negotiation}", hint=hint)
    _require_same_rules(receipt)
    computed = _compute_answer(receipt, events)
    if computed != receipt.answer:
        raise _difference(receipt, computed, events, is_whole=not rest)
    counted = verify_bundle.say_count(len(events), "event")
    told = f"the answer computed anew from the {counted} of the bundle is the same, byte for byte"
    if rest:
        return f"{told}. Only asserted: that none of the {rest} other entries is of {negotiation}."
    return f"{told}. The bundle is the whole log, so nothing is left out."


@contextmanager
def _open_members(bundle: Path) -> Iterator[dict[str, Callable[[], Any]]]:
    with ExitStack() as exit_stack:
        if bundle.is_dir():
            yield verify_bundle.folder_members(str(bundle))
        else:
            archive = exit_stack.enter_context(zipfile.ZipFile(bundle))
            yield verify_bundle.zip_members(archive, os.path.getsize(bundle))


def _check_same_log(
    receipt: _Receipt, members: dict[str, Callable[[], Any]], keys: Sequence[verify_bundle.KeyTerm]
) -> int:
    """Refuse a bundle whose log is not the one of the receipt; return how many entries it has."""
    key, _ = verify_bundle.read_key_lines(members)
    known = [span.key for span in keys] or [key]
    if receipt.proofs["key"] not in known or key not in known:
        raise TamperedError(
            "the key of the bundle is not that of the receipt", hint="export a newer bundle"
        )
    note = verify_bundle.read_text(members["checkpoint.txt"])
    bundle_size, _ = verify_bundle.open_note(note, key, "the checkpoint of the bundle")
    size, root = verify_bundle.open_note(
        receipt.proofs["checkpoint"], receipt.proofs["key"], "the checkpoint"
    )
    if size > bundle_size:
        raise InvalidQuestionError(
            f"the bundle ends at size {bundle_size}, the receipt is of size {size}",
            hint="export a newer bundle",
        )
    with members["leaf-hashes.bin"]() as hashes:
        return sum(1 for _ in verify_bundle.read_leaves(hashes, {size: root}))


def _read_event(number: int, line: bytes) -> _BundledEvent:
    event = orjson.loads(line)
    leaf: Json = orjson.loads(event["leaf"])
    is_erased = event["payload"] is None
    row = RecordedEvent(
        leaf["seq"],
        originator_id(leaf["negotiation"]),
        number,
        topic_of(leaf["type"]),
        b"" if is_erased else event["payload"].encode(),
        leaf["id"],
        leaf["negotiation"],
        leaf["type"],
        from_rfc3339(leaf["recorded_at"]),
        leaf["recorded_by"],
        b"" if is_erased else bytes.fromhex(event["salt"]),
        leaf_hash(event["leaf"].encode()),
        leaf.get("approved_by"),
    )
    return _BundledEvent(leaf, row)


def _require_same_rules(receipt: _Receipt) -> None:
    semantics = receipt.basis["semantics"]
    if semantics != SEMANTICS_VERSION:
        raise InvalidQuestionError(
            f"the answer was made by the rules of time {semantics}, this program has"
            f" {SEMANTICS_VERSION}",
            hint=f"verify it with minutebook {receipt.proofs['program']}",
        )


def _compute_answer(receipt: _Receipt, events: list[_BundledEvent]) -> bytes:
    """Return the answer at the address of a receipt, folded from these events alone."""
    with TemporaryDirectory(prefix="minutebook-receipt-") as folder:
        file = Path(folder) / "bundle.db"
        Ledger(file, read_model=IndexFollower()).close()
        basis, asked = receipt.basis, receipt.proofs["asked"]
        rows = [event.row for event in events if event.row.seq <= receipt.head]
        recorded_at = from_rfc3339(basis["recorded_at"]) if basis["recorded_at"] else 0
        if asked and basis["seq"] != receipt.head:
            recorded_at = rows[-1].recorded_at if rows else 0
        now = max(from_rfc3339(asked["at"] if asked else basis["known_at"]), recorded_at)
        with closing(ReadOnlyLedger(file, clock=lambda: now)) as ledger:
            with ledger.datastore.transaction(commit=True) as c:
                _write_log(c, events, rows, receipt.head, recorded_at)
            services = Services(ledger, _FoldedReads(ledger), TextComparer(), Gate())
            try:
                return ask_address(services, receipt.address)
            except MinutebookError as error:
                detail = f"the events of the bundle give no such answer: {error.detail}"
                raise TamperedError(detail) from None


def _write_log(
    c: Cursor, events: list[_BundledEvent], rows: list[RecordedEvent], head: int, last: int
) -> None:
    erasing_seqs = {
        orjson.loads(e.row.state)["event"]: e.row.seq
        for e in events
        if e.row.type == "payload-erased" and e.row.state
    }
    erased = [
        (e.row.seq, e.leaf["payload_hash"], erasing_seqs[e.row.id])
        for e in events
        if not e.row.salt
    ]
    first, end = events[0].row, rows[-1].seq if rows else 0
    zone = _zone_of(events)
    row = (first.negotiation, first.originator_id, zone, len(rows), end)
    write_partial_log(c, rows, erased, row, (head, last))
    for _ in apply_log(c):
        pass
    apply_entries(c, [], head)


def _zone_of(events: list[_BundledEvent]) -> str:
    """Return the zone of a negotiation: of its opening, or of the correction right after it."""
    opening, *later = (each.row for each in events[:2])
    payload = orjson.loads(opening.state or b"{}")
    target = TargetEvent(opening.id, opening.seq, opening.type, payload)
    zone = str(payload.get("timezone", "UTC"))
    for act in later:
        value = orjson.loads(act.state or b"{}")
        zone = corrected_timezone(act.type, value, lambda _: target) or zone
    return zone


def _difference(
    receipt: _Receipt, computed: bytes, events: list[_BundledEvent], *, is_whole: bool
) -> MinutebookError:
    """Return what to say of an answer that is not the one computed from the bundle."""
    basis, program = orjson.loads(computed)["basis"], receipt.proofs["program"]
    if basis["rules"] != receipt.basis["rules"]:
        detail = "the time zones of this machine have other offsets than those of the answer"
        return InvalidQuestionError(detail, hint="verify it where the receipt was made")
    if program != version("minutebook"):
        detail = f"this program computes another answer, but the receipt was made by {program}"
        return InvalidQuestionError(detail, hint=f"verify it with minutebook {program}")
    if any(not event.row.salt for event in events):
        detail = "the bundle gives another answer, and lacks payloads that were erased by law"
        return InvalidQuestionError(detail, hint="give a bundle from before the erasure")
    if not (is_whole or receipt.basis["pinned"]):
        detail = "the bundle gives another answer, and is not the whole log, whose seqs it counts"
        return InvalidQuestionError(detail, hint="cite an answer that is pinned")
    detail = "the answer is not the one that the events of the bundle give"
    return TamperedError(detail, hint="the key signed what its events do not say: tell its owner")
