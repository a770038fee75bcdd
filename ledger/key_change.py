"""Another key for a log: recorded, signed and put in place so that a cut leaves the old or the new.

The new key is a draft first; one transaction holds the event that names it and the checkpoint that
it signs; then the draft takes the place of the old key, which is gone with that.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from domain.errors import InvalidNoteError, InvalidQuestionError, NotFoundError, TamperedError
from domain.instants import SECOND, Instant, to_rfc3339_short
from domain.ledger_events import LEDGER_SLUG, LogKeyExposed, key_statement
from domain.model import Entry, Json
from ledger import log
from ledger.append import RecordedEvent
from ledger.database import Cursor, transaction
from ledger.own_events import record_own_event
from ledger.proofs import signed_history
from ledger.proofs.checkpoints import CheckpointSigner, store_checkpoint
from ledger.proofs.key_chain import CHANGES, find_current_key, read_key_chain
from ledger.proofs.key_files import (
    load_current_key,
    load_key,
    promote_draft,
    require_key_file,
    short_name,
    write_draft,
)
from ledger.proofs.signed_note import LogKey, Verifier
from ledger.writer import ReadModel

WhyChanged = Literal["rotated", "lost", "stolen"]
"""The old key vouches for the new one, nobody has it any more, or others may have it."""


@dataclass(frozen=True, slots=True)
class KeyReplacement:
    """Why a key is replaced; ``since`` is from when others may have it. ``old_key`` is the key that
    was lost or stolen, where the log does not name it, or a former one that was stolen."""

    why: WhyChanged
    reason: str
    since: Instant | None = None
    old_key: Verifier | None = None


class KeyChanger:
    """Replaces the key of a log in which nothing else is recorded from this process."""

    def __init__(self, signer: CheckpointSigner, read_model: ReadModel) -> None:
        self.signer, self.read_model = signer, read_model
        self.file = require_key_file(signer.key_location)

    def replace_key(
        self, c: Cursor, replacement: KeyReplacement, *, now: Instant
    ) -> tuple[RecordedEvent, Verifier]:
        """Record and sign the change; return its event and the key that signs from now on: the
        current one stays where a former one was stolen.

        The cursor must not be in a transaction. Raises InvalidQuestionError where the key is not
        what the reason says, ForkedLogError or TamperedError where nothing can be signed.
        """
        if replacement.why == "stolen" and (former := _find_former(c, replacement.old_key)):
            return self._report_former(c, former, replacement, now)
        old, old_key = self._find_old_key(c, replacement)
        new_key = LogKey(old.name, secrets.token_bytes(32))
        with transaction(c):
            c.execute("UPDATE head SET size = size")  # who signs or rotates elsewhere, waits
            self._check_log(c, old)
            write_draft(self.file, new_key)
            payload = _change_payload(replacement, old, old_key, new_key, now)
            recorded = record_own_event(c, LEDGER_SLUG, payload, now=now)
            self.read_model.apply(c, [(LEDGER_SLUG, _entry_of(recorded, payload))])
            signers = (new_key,) if old_key is None else (new_key, old_key)
            head, note = store_checkpoint(c, *signers)
            keys = read_key_chain(c, old)
        self.signer.keep_outside(head, note, keys)
        if old_key:
            signed_history.append_note(self.signer.external_file, payload["statement"])
        promote_draft(self.file, new_key.verifier)
        return recorded, new_key.verifier

    def _report_former(
        self, c: Cursor, former: Verifier, replacement: KeyReplacement, now: Instant
    ) -> tuple[RecordedEvent, Verifier]:
        """Record and sign that others may have a key that was replaced before."""
        current = find_current_key(c) or former
        key = load_current_key(self.file, current)
        with transaction(c):
            c.execute("UPDATE head SET size = size")
            self._check_log(c, current)
            exposed = LogKeyExposed(
                key=former.to_text(), reason=replacement.reason, since=_since(replacement, now)
            )
            payload = exposed.model_dump(mode="json")
            recorded = record_own_event(c, LEDGER_SLUG, payload, now=now)
            self.read_model.apply(c, [(LEDGER_SLUG, _entry_of(recorded, payload))])
            head, note = store_checkpoint(c, key)
            keys = read_key_chain(c, current)
        self.signer.keep_outside(head, note, keys)
        return recorded, current

    def _find_old_key(
        self, c: Cursor, replacement: KeyReplacement
    ) -> tuple[Verifier, LogKey | None]:
        """Return the key to replace, and itself where it vouches for the new one."""
        current = find_current_key(c)
        if current and replacement.old_key and replacement.old_key != current:
            raise InvalidQuestionError(
                f"the key of this log is {short_name(current)},"
                f" not {short_name(replacement.old_key)}",
                hint="leave --key out: the log names its key",
            )
        named = current or replacement.old_key
        key = _find_key(self.file, named)
        if replacement.why == "rotated":
            key = key or (load_current_key(self.file, named) if named else load_key(self.file))
            return key.verifier, key
        if replacement.why == "lost" and key:
            raise InvalidQuestionError(
                f"the key is not lost: it is in {self.file}",
                hint="log-key rotate replaces it; where others may have it, log-key stolen",
            )
        old = named or (key.verifier if key else None)
        if old is None:
            raise InvalidQuestionError(
                "the log does not say which key it had",
                hint="name its verifier key with --key: /v1/audit/key gave it, and each receipt"
                " and bundle has it",
            )
        return old, None

    def _check_log(self, c: Cursor, old: Verifier) -> None:
        """Require that the log continues what this key signed last."""
        size, _ = log.read_head(c)
        if size and not self.signer.external_file.is_file():
            raise TamperedError(
                f"there is no checkpoint at {self.signer.external_file}, so nothing outside of the"
                f" database vouches for its {size} events",
                hint="put the file back, or name it with MINUTEBOOK_CHECKPOINT; minutebook backup"
                " and /v1/audit/checkpoint have copies",
            )
        keys = read_key_chain(c, old)
        if keys.current != old:
            raise InvalidQuestionError(
                f"the key was changed meanwhile, to {short_name(keys.current)}",
                hint="minutebook log-key list shows what the log says",
            )
        try:
            self.signer.check_log(c, keys)
        except InvalidNoteError as error:
            raise InvalidQuestionError(
                f"the key {short_name(old)} did not sign this log: {error.detail}",
                hint="name the key that did: receipts and bundles have it",
            ) from None


def _find_former(c: Cursor, key: Verifier | None) -> Verifier | None:
    """Return a key if the log had it before, and has another one now."""
    current = find_current_key(c)
    is_former = current and any(span.key == key for span in read_key_chain(c, current).spans[:-1])
    return key if is_former else None


def _find_key(file: Path, named: Verifier | None) -> LogKey | None:
    """Return the key of the log where it is here: the one that is named, or else any."""
    with suppress(NotFoundError):
        return load_current_key(file, named) if named else load_key(file)
    return None


def _change_payload(
    replacement: KeyReplacement,
    old: Verifier,
    old_key: LogKey | None,
    new_key: LogKey,
    now: Instant,
) -> Json:
    kind = f"log-key-{replacement.why}"
    keys = {"old_key": old.to_text(), "new_key": new_key.verifier.to_text()}
    text = key_statement(kind, **keys)
    statement = new_key.sign_text(text) + (old_key.sign_line(text) if old_key else "")
    fields = {"type": kind, **keys, "reason": replacement.reason, "statement": statement}
    if replacement.why == "stolen":
        fields["since"] = _since(replacement, now)
    return CHANGES.validate_python(fields).model_dump(mode="json")


def _since(replacement: KeyReplacement, now: Instant) -> str:
    since = now if replacement.since is None else replacement.since
    return to_rfc3339_short(since // SECOND * SECOND) or ""


def _entry_of(event: RecordedEvent, payload: Json) -> Entry:
    return Entry(event.seq, event.id, event.type, event.recorded_at, payload, "UTC")
