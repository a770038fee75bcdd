"""Verify a Minutebook receipt or bundle with nothing but Python 3.8 or later.
Usage: python verify_bundle.py bundle.zip|folder|receipt.txt [--key "name+id+key"]
       [--keys keys.json|newer-bundle.zip] [--witness "name+id+key"]... [--policy K]
--key is the key that you trust. --keys is what /v1/audit/keys of the log gives, or a bundle made
later: it says which key was retired, lost or stolen, and when.
--witness names one that must have cosigned; with --policy K of all of them suffice.
Exit code 0: every check passed. 1: a check failed. 2: wrong usage, or an unreadable file.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import json
import os
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, reduce
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

# fmt: off
MEMBER_NAMES = ["README.txt", "checkpoint.txt", "checkpoints.txt", "events.ndjson", "key.txt",
                "leaf-hashes.bin", "sha256sums.txt", "verify_bundle.py"]
LEAF_MEMBERS = {"id", "negotiation", "payload_hash", "recorded_at", "recorded_by", "seq", "type"}
RECEIPT_FORMAT = "minutebook-receipt-2"
KEY_GIVEN = "The key is the one that you gave."
KEY_OF_LOG = "The key that you gave is another one of the same log."
KEY_FROM_FILE = "The key is from the file itself: compare it with one from another source."
BUNDLE_HINT = "With a bundle, minutebook verify --receipt FILE --bundle FILE computes it anew."
NOTE_SEPARATOR = "-----\n"  # between two notes of checkpoints.txt; no line of a note looks like it
# How far a zip may expand; bytes of a bundle, of a line.
MAX_RATIO, MAX_BUNDLE, MAX_LINE = 100, 2**36, 2**28

class RefusedError(Exception):
    """A check failed (code 1), or the input cannot be checked (code 2)."""

def need(condition: object, message: str, code: int = 1) -> None:
    if not condition:
        raise RefusedError(message, code)

def say_count(count: int, name: str, plural: str = "s") -> str:
    return f"{count} {name}{plural * (count != 1)}"

def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
# Ed25519: RFC 8032, section 5.1, in extended coordinates.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def decode_point(encoded: bytes) -> tuple[int, ...]:
    """Decode strictly (section 5.1.3); empty for what encodes no point."""
    sign, y = divmod(int.from_bytes(encoded, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return ()
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

def add_points(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P
BASE_POINT = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature holds (section 5.1.7, the equation without the cofactor)."""
    key, s = decode_point(public), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or not key or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], 1, P - key[3])
    steps = [(0, 1, 1, 0), BASE_POINT, minus, add_points(BASE_POINT, minus)]
    total = steps[0]
    for bit in range(252, -1, -1):
        total = add_points(add_points(total, total), steps[(s >> bit & 1) + 2 * (k >> bit & 1)])
    x, y = (coordinate * pow(total[2], P - 2, P) % P for coordinate in total[:2])
    return (y + (x & 1) * 2**255).to_bytes(32, "little") == signature[:32]

def decode_base64(text: str, label: str) -> bytes:
    """Decode base64 in the one spelling that encodes these bytes."""
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, f"{label} is not base64")
    return raw

def parse_key(text: str, kind: int = 1) -> tuple[str, bytes, bytes]:
    """Return name, id and public key of a verifier key (C2SP signed-note); 4 is of a witness."""
    fields = re.findall(r"\A([^+\s]+)\+([0-9a-f]{8})\+(\S+)\Z", text)
    need(fields, "the verifier key is not name+id+key")
    name, id_, key = fields[0]
    raw = decode_base64(key, "the verifier key")
    need(len(raw) == 33 and raw[0] == kind,
         f"the verifier key is not an Ed25519 key of a {'log' if kind == 1 else 'witness'}")
    need(sha(name.encode(), b"\n", raw)[:4].hex() == id_, "the key's id does not fit the key")
    return name, bytes.fromhex(id_), raw[1:]

def note_signatures(note: str, key: str, label: str, kind: int = 1) -> tuple[str, list[bytes]]:
    """Return the text of a signed note, and each signature of this key."""
    name, id_, _ = parse_key(key, kind)
    text, _, signatures = note.rpartition("\n\n")
    lines = re.findall("— ([^ +\n]+) ([^ \n]+)\n", signatures)
    is_whole = "".join(f"— {by} {raw}\n" for by, raw in lines) == signatures
    need(is_whole and len(lines) == len(set(lines)), f"{label} is not a signed note")
    made = [(by, decode_base64(raw, f"a signature of {label}")) for by, raw in lines]
    return f"{text}\n", [raw[4:] for by, raw in made if (by, raw[:4]) == (name, id_)]

def cosigned_at(note: str, key: str, label: str) -> int:
    """Return when a witness cosigned (C2SP tlog-cosignature), in seconds since 1970; 0: never."""
    name, _, public = parse_key(key, 4)
    text, own = note_signatures(note, key, label, 4)
    times = [0]
    for raw in own:
        times.append(int.from_bytes(raw[:8], "big"))
        message = f"cosignature/v1\ntime {times[-1]}\n{text}".encode()
        holds = 0 < times[-1] < 2**63 and signature_holds(public, message, raw[8:])
        need(holds, f"the cosignature of {label} by {name} does not hold")
    return max(times)

def check_witnesses(
    note: str, witnesses: Sequence[str], policy: int, label: str
) -> list[str]:
    """Check that as many of the witnesses cosigned a checkpoint."""
    names = [parse_key(key, 4)[0] for key in witnesses]
    times = [cosigned_at(note, key, label) for key in witnesses]
    held, count = sum(map(bool, times)), say_count(len(witnesses), "witness", "es")
    need(held >= policy, f"{held} of the {count} that you named cosigned {label},"
         f" and {policy} {'was' if policy == 1 else 'were'} to")
    said = [f"{name} at {say_time(at)}" for name, at in zip(names, times) if at]  # noqa: B905  # Python 3.8 has no strict
    line = f"{held} of the {count} that you named cosigned {label}: {', '.join(said)}."
    return [line] * (held > 0)

def say_time(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(min(at, 2**37)))

def open_signed(note: str, key: str, label: str) -> str:
    """Return the text of a note (C2SP signed-note) that the key signed."""
    _, _, public = parse_key(key)
    text, own = note_signatures(note, key, label)
    need(own, f"{label} is not signed by {key}")
    is_unchanged = all(signature_holds(public, text.encode(), raw) for raw in own)
    need(is_unchanged, f"{label} was changed after it was signed")
    return text

def open_note(note: str, key: str, label: str) -> tuple[int, bytes]:
    """Return size and root of a checkpoint (C2SP tlog-checkpoint) that the key signed."""
    text, name = open_signed(note, key, label), parse_key(key)[0]
    origin, size, root = [*text.split("\n"), "", ""][:3]
    need(origin == name and re.fullmatch("0|[1-9][0-9]{0,15}", size), f"{label} is of another log")
    root_hash = decode_base64(root, f"the root of {label}")
    need(len(root_hash) == 32, f"the root of {label} is not a hash")
    return int(size), root_hash

class KeyTerm(NamedTuple):
    """A key of a log, the sizes that it signs, and what became of it, if anything."""

    key: str
    first: int
    last: int
    end: str = ""
    since: str = ""

KEY_FATES = {"log-key-rotated": "was rotated on", "log-key-lost": "was reported lost on",
             "log-key-stolen": "was reported stolen since",
             "log-key-exposed": "was reported stolen since"}  # once it was replaced

def short_key(key: str) -> str:
    return "+".join(key.split("+")[:2])

def read_spans(key: str, changes: Sequence[tuple[Any, Any]]) -> list[KeyTerm]:
    """Return the keys of a log, the first to this one, from the events that changed them: leaf and
    payload of each. A log of the size with which a key is rotated is signed by both."""
    spans: list[KeyTerm] = []
    expected, first = "", 0
    for leaf, payload in changes:
        kind, seq, label = leaf["type"], leaf["seq"], f"the change of the key at seq {leaf['seq']}"
        need(leaf["negotiation"] == "~ledger" and kind in KEY_FATES and payload, f"{label} is none")
        since = payload.get("since", "")
        fate = f"{KEY_FATES[kind]} {since or leaf['recorded_at']}"
        if kind == "log-key-exposed":
            keys = [span.key for span in spans]
            need(payload["key"] in keys, f"{label} is about a key that the log did not have before")
            at = keys.index(payload["key"])
            spans[at] = spans[at]._replace(end=fate, since=since)
            continue
        old, new, note = payload["old_key"], payload["new_key"], payload["statement"]
        text, is_vouched = open_signed(note, new, label), kind == "log-key-rotated"
        is_same = not is_vouched or open_signed(note, old, label) == text
        is_same = is_same and text == f"minutebook-log-key-1\n{kind}\n{old}\n{new}\n"
        is_next = seq > first and old == (expected or old) != new
        is_next = is_next and parse_key(old)[0] == parse_key(new)[0]
        need(is_same and is_next, f"{label} does not follow from the key before")
        spans.append(KeyTerm(old, first, seq - (not is_vouched), fate, since))
        expected, first = new, seq
    need(key == (expected or key), "the changes of the key do not lead to the one that signs")
    return [*spans, KeyTerm(key, first, 2**63)]

def choose_spans(
    own: list[KeyTerm], history: Sequence[KeyTerm], trusted: str, label: str
) -> list[KeyTerm]:
    """Return the keys of a log by what is known of them, where the trusted one leads to all later
    ones; ``own`` is what a document says of them."""
    stolen = {span.key: span for span in (*own, *history) if span.since}
    spans = [stolen.get(span.key, span) for span in max(own, list(history), key=len)]
    keys = [span.key for span in spans]
    is_same = all([span.key for span in each] == keys[:len(each)] for each in (own, history))
    need(is_same and (trusted or keys[0]) in keys, f"{label} another key")
    for span in spans[keys.index(trusted):] if trusted else []:
        is_vouched = not span.end or span.end.startswith("was rotated")
        need(is_vouched, f"the key {short_key(span.key)} {span.end}, so it does not vouch for the"
             " one after it: ask who runs the log for its key of today, and give that one")
    return spans

def check_span(span: KeyTerm, size: int, label: str) -> None:
    """Require that a key signs a log of this size."""
    why = f"which signs {span.first} and more"
    if size > span.last:
        why = f"which {span.end} and signs no more than {span.last}"
    is_in_span = span.first <= size <= span.last
    key = short_key(span.key)
    need(is_in_span, f"{label} is over {size} events and signed by the key {key}, {why}")

def open_in_span(
    note: str, spans: Sequence[KeyTerm], label: str, key: str = ""
) -> tuple[int, bytes]:
    """Return size and root of a checkpoint that a key signed within its span; this key did, if
    one is named."""
    signers = [span for span in spans if note_signatures(note, span.key, label)[1]]
    named = [span for span in signers if span.key == key or not key]
    need(named, f"{label} is not signed by {key or spans[-1].key}")
    size, root = max(open_note(note, span.key, label) for span in signers)
    in_span = [span for span in named if span.first <= size <= span.last]
    check_span([*named, *in_span][-1], size, label)
    return size, root

def check_date(note: str, span: KeyTerm, witnesses: Sequence[str], policy: int, label: str) -> str:
    """Require of a stolen key that witnesses cosigned before; return what they vouch for."""
    if not span.since:
        return ""
    stolen_at = calendar.timegm(time.strptime(span.since, "%Y-%m-%dT%H:%M:%SZ"))
    times = [(parse_key(key, 4)[0], cosigned_at(note, key, label)) for key in witnesses]
    names = [name for name, at in times if 0 < at < stolen_at]
    told = f"{label} is signed by the key {short_key(span.key)}, which {span.end}; nothing else"
    need(names and len(names) >= policy, f"{told} vouches for its date: of the witnesses that you"
         f" named, {len(names)} cosigned it before then")
    return f"cosigned before {span.since} by {', '.join(names)}"

def root_from_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that an audit path leads to (RFC 6962, section 2.1.1); empty for none."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else b""
    left = 1 << ((size - 1).bit_length() - 1)
    if index < left:
        return sha(b"\x01", root_from_path(leaf, index, left, path[:-1]), path[-1])
    return sha(b"\x01", path[-1], root_from_path(leaf, index - left, size - left, path[:-1]))

def read_leaves(stream: Any, wanted: dict[int, bytes]) -> Iterator[bytes]:
    """Yield leaf hashes; check the root (RFC 6962) at each wanted size, and take it off."""
    roots: list[bytes] = []  # of perfect subtrees, the largest first
    need(wanted.pop(0, sha()) == sha(), "the empty log was signed with another root")
    for size, leaf in enumerate(iter(partial(stream.read, 32), b""), 1):
        roots.append(leaf)
        for _ in range((size & -size).bit_length() - 1):
            roots[-2:] = [sha(b"\x01", *roots[-2:])]
        if size in wanted:
            root = reduce(lambda right, left: sha(b"\x01", left, right), roots[::-1])
            need(root == wanted.pop(size), f"the leaf hashes are not those signed at size {size}")
        yield leaf
    need(not wanted, f"leaf-hashes.bin ends before the signed size {max(wanted, default=0)}")

def load_object(text: str, label: str, count: int = 0) -> Any:
    """Read a JSON object without repeated members, with ``count`` of them unless that is 0."""
    value = json.loads(text, object_pairs_hook=lambda p: len(dict(p)) == len(p) and dict(p))
    is_valid = isinstance(value, dict) and len(value) == (count or len(value))
    need(is_valid, f"{label} has missing, extra or repeated members")
    return value

def canonical_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

def check_event(event: Any) -> tuple[dict[str, Any], Any]:
    """Check one event in itself; return its leaf, and its payload if that is shown."""
    leaf = load_object(event["leaf"], "a leaf")
    need(leaf.keys() - {"approved_by"} == LEAF_MEMBERS, "a leaf has missing or extra members")
    label, text, salt = f"seq {leaf['seq']}", event["payload"], event["salt"]
    has_seq = type(leaf["seq"]) is int and leaf["seq"] > 0
    is_exact = has_seq and type(leaf.get("approved_by", "")) is str
    is_exact = is_exact and canonical_json(leaf) == event["leaf"]
    need(is_exact, f"the leaf of {label} is not written as it was hashed")
    if text is None and salt is None:
        return leaf, None
    need(isinstance(text, str) and isinstance(salt, str), f"{label} has payload or salt alone")
    raw = bytes.fromhex(salt)
    is_valid = raw.hex() == salt and sha(raw, text.encode()).hex() == leaf["payload_hash"]
    need(is_valid, f"the payload of {label} is not the one that was recorded")
    payload = load_object(text, f"the payload of {label}")
    need(payload["type"] == leaf["type"], f"payload and leaf of {label} name different types")
    return leaf, payload

def provenance_ids(answer: Any) -> Iterator[str]:
    """Yield the id of every event that an answer rests on, in any depth."""
    if isinstance(answer, dict) and isinstance(answer.get("events"), list):
        yield from answer["events"]
    for part in answer.values() if isinstance(answer, dict) else answer:
        if isinstance(part, (dict, list)):
            yield from provenance_ids(part)

def check_address(address: str, negotiation: str, basis: Any, answer: str) -> None:
    """Check that an address asks for this basis, and for what the answer names."""
    params = ["basis", "known_at", "valid_at", "seq", "audience", "exclude_source"]
    params += ["only_source"] if "only_source" in basis else []  # receipts of 0.1 have none
    params += ["min_sources"] if basis["min_sources"] != 1 else []
    pairs = [(name, basis[name]) for name in params]
    queries = [urlencode(each, doseq=True) for each in (pairs, [*pairs, ("tz", basis["tz"])])]
    query = "|".join(map(re.escape, queries))
    path = re.escape(f"/v1/negotiations/{negotiation}/")
    resource = "state|meetings|plans|positions(?:/[^/?]+/[^/?]+)?|(?:plans|events)/[^/?]+"
    match = re.fullmatch(f"{path}({resource})[?](?:{query})", address)
    names = match[1].split("/")[1:] if match and '"events"' in answer else []
    is_named = match and all(f'"{name}"' in answer for name in names)
    need(is_named, "the address does not ask for this answer")

def read_receipt(note: str) -> tuple[str, str, str, Any]:
    """Return address, hash, answer and proofs of a receipt, before its signature is checked."""
    lines = note.rpartition("\n\n")[0].split("\n")
    need(len(lines) == 5 and lines[0] == RECEIPT_FORMAT, f"this is no {RECEIPT_FORMAT}")
    proofs = load_object(lines[4], "the proofs")
    need(len(proofs) == 6 + ("keys" in proofs), "the proofs have missing or extra members")
    return lines[1], lines[2], lines[3], proofs

class Trust(NamedTuple):
    """What the reader trusts and knows: a key, the keys of the log, how many witnesses must have
    cosigned; ``is_contained`` says that a later bundle has the log of the document."""

    key: str = ""
    history: Sequence[KeyTerm] = ()
    witnesses: Sequence[str] = ()
    policy: int = 0
    is_contained: bool = False
NO_TRUST = Trust()

def check_receipt(note: str, trust: Trust) -> tuple[list[str], str, str]:
    """Return what was checked, in sentences, the checkpoint, and the key."""
    if not note.startswith(RECEIPT_FORMAT):
        return check_unsigned_receipt(note, trust)
    address, stated_digest, text, proofs = read_receipt(note)
    key, negotiation, checkpoint = proofs["key"], proofs["negotiation"], proofs["checkpoint"]
    own = read_spans(key, [check_event(event) for event in proofs.get("keys", [])])
    spans = choose_spans(own, trust.history, trust.key, "the receipt names")
    span = spans[len(own) - 1]
    open_signed(note, key, "the receipt")
    size, root = open_in_span(checkpoint, spans, "the checkpoint", key)
    check_changes(proofs.get("keys", []), size, root)
    vouched = "" if trust.is_contained else check_date(
        checkpoint, span, trust.witnesses, trust.policy, "the checkpoint of the receipt")
    need(sha(text.encode()).hex() == stated_digest, "the answer does not have the stated hash")
    answer = load_object(text, "the answer")
    is_of = address.startswith(f"/v1/negotiations/{negotiation}/")
    need(is_of, "the address is of another negotiation")
    shown = check_cited(proofs["events"], negotiation, size, root, answer)
    need(answer["basis"]["seq"] <= size, "the checkpoint does not cover what was asked")
    named = say_count(len(shown), "event")
    if span.since:
        first = (f"Proven by the checkpoint, {vouched or 'which the bundle contains'}: the log has"
                 f" the {named} named here. Only asserted, and by a key that {span.end}: the"
                 " answer, and that it leaves nothing out.")
    else:
        first = (f"Proven by the key {name_key(key, trust.key)}: it signed this answer, and its log"
                 f" has the {named} named here. Only asserted by it: that the answer follows from"
                 " them and leaves nothing out.")
    return [
        first,
        f"The receipt is of {address}",
        f"The answer has the SHA-256 {stated_digest} and is signed; the log at size {size}.",
        f"Shown as recorded: {sum(shown)}; withheld or erased: {len(shown) - sum(shown)}.",
        *say_end(span),
        BUNDLE_HINT,
    ], checkpoint, key

def say_end(span: KeyTerm) -> list[str]:
    return [f"The key {short_key(span.key)} {span.end}."] * bool(span.end)

def check_changes(events: Any, size: int, root: bytes) -> None:
    """Check that the events that changed the key are in a signed log."""
    for event in events:
        check_inclusion(event, "~ledger", size, root)

def name_key(key: str, trusted: str) -> str:
    """Return a key by its name and id, and where it is from."""
    other = f"(of the log of the key {short_key(trusted)} that you gave)"
    source = "that you gave" if key == trusted else other
    return f"{short_key(key)} {source if trusted else '(asserted by the file itself)'}"

def check_cited(events: Any, negotiation: str, size: int, root: bytes, answer: Any) -> list[bool]:
    """Check the events of a receipt; return of each whether its payload is shown."""
    proofs = [check_inclusion(event, negotiation, size, root) for event in events]
    seqs, ids = [seq for seq, _ in proofs], {event_id for _, event_id in proofs}
    need(seqs == sorted(set(seqs)), "the seqs of the events do not follow each other")
    need(ids == set(provenance_ids(answer)), "the events are not those of the answer")
    return [event["payload"] is not None for event in events]

def check_unsigned_receipt(text: str, trust: Trust) -> tuple[list[str], str, str]:
    """Check a receipt of version 0.1 or 0.2, whose answer nobody signed."""
    receipt = load_object(text, "the receipt", 9)
    need(receipt["format"] == "minutebook-receipt-1", "the format is not minutebook-receipt-1")
    key, checkpoint = receipt["key"], receipt["checkpoint"]
    spans = choose_spans([KeyTerm(key, 0, 2**63)], trust.history, trust.key, "the receipt names")
    size, root = open_in_span(checkpoint, spans, "the checkpoint", key)
    check_date(checkpoint, spans[0], trust.witnesses, trust.policy, "the checkpoint of the receipt")
    digest, basis = sha(receipt["answer"].encode()).hex(), receipt["basis"]
    need(digest == receipt["answer_hash"], "the answer does not have the hash that is stated")
    answer = load_object(receipt["answer"], "the answer", 2)
    is_same = canonical_json(answer) == receipt["answer"] and answer["basis"] == basis
    need(is_same and basis["pinned"], "the answer is not canonical JSON of this pinned basis")
    negotiation = receipt["negotiation"]
    check_address(receipt["address"], negotiation, basis, receipt["answer"])
    shown = check_cited(receipt["events"], negotiation, size, root, answer["data"])
    is_covered = max([0, *(event["seq"] for event in receipt["events"])]) <= basis["seq"] <= size
    need(is_covered, "the checkpoint does not cover what was asked")
    return [
        f"Proven by the key {name_key(key, trust.key)}: its log has the"
        f" {say_count(len(shown), 'event')} named here. Only asserted, and signed by nobody: the"
        " answer itself.",
        f"The receipt is of {receipt['address']}",
        f"The answer has the SHA-256 {digest}, which anybody can compute; the log at size {size}.",
        f"Shown as recorded: {sum(shown)}; withheld or erased: {len(shown) - sum(shown)}.",
        *say_end(spans[0]),
        "Ask the ledger for a new receipt: those of today are signed.",
    ], checkpoint, key

def check_inclusion(event: Any, negotiation: str, size: int, root: bytes) -> tuple[int, str]:
    """Check that an event of a receipt is in the signed log; return its seq and id."""
    leaf, _ = check_event(event)
    seq, path = leaf["seq"], [bytes.fromhex(node) for node in event["path"]]
    is_exact = [node.hex() for node in path] == event["path"] and len(event) == 5 and seq <= size
    is_exact = is_exact and canonical_json(event["seq"]) == str(seq)
    need(is_exact, f"seq {seq} or its path is not as written")
    computed_root = root_from_path(sha(b"\0", event["leaf"].encode()), seq - 1, size, path)
    need(computed_root == root, f"seq {seq} is not in the log that was signed")
    need(leaf["negotiation"] == negotiation, f"seq {seq} is of another negotiation")
    return seq, str(leaf["id"])

def check_bundle(
    members: dict[str, Callable[[], Any]], trust: Trust
) -> tuple[list[str], str, list[KeyTerm]]:
    """Return what was checked, in sentences, the newest checkpoint, and the keys of the log."""
    listed = (name for name in MEMBER_NAMES if name != "sha256sums.txt")
    sums = "".join(f"{member_digest(members[name])}  {name}\n" for name in listed)
    need(read_text(members["sha256sums.txt"]) == sums, "sha256sums.txt does not match the files")
    note, (key, events) = read_text(members["checkpoint.txt"]), read_key_lines(members)
    changes = [check_event(event) for event in events]
    own = read_spans(key, changes)
    spans = choose_spans(own, trust.history, trust.key, "key.txt holds")
    span = spans[len(own) - 1]
    wanted = {leaf["seq"]: sha(b"\0", canonical_json(leaf).encode()) for leaf, _ in changes}
    notes = read_text(members["checkpoints.txt"]).split(NOTE_SEPARATOR)
    roots = [open_in_span(text, spans, f"note {n} of the log") for n, text in enumerate(notes, 1)]
    open_in_span(note, spans, "the checkpoint", key)
    vouched = check_date(note, span, trust.witnesses, trust.policy, "the checkpoint of the bundle")
    sizes = [size for size, _ in roots]
    need(sizes == sorted(set(sizes)) and notes[-1] == note, "checkpoints.txt is out of order")
    at, count, negotiation, erased = 0, 0, "", {""}
    with members["leaf-hashes.bin"]() as hashes, members["events.ndjson"]() as events:
        log = watch_leaves(read_leaves(hashes, dict(roots)), wanted)
        for line in iter(partial(events.readline, MAX_LINE), b""):
            leaf, payload = check_event(event := load_object(line.decode(), "a line", 3))
            seq, negotiation = leaf["seq"], negotiation or leaf["negotiation"]
            is_exact = at < seq <= sizes[-1] and line.decode() == canonical_json(event) + "\n"
            need(is_exact, f"seq {seq} is out of order, or its line is not as it was written")
            leaf_hash = next(islice(log, seq - at - 1, None), b"")
            need(leaf_hash == sha(b"\0", event["leaf"].encode()), f"seq {seq} is not in the log")
            need(leaf["negotiation"] == negotiation, f"seq {seq} is of another negotiation")
            at, count = seq, count + 1
            erased |= {leaf["id"]} if payload is None else set()
            erased -= {payload["event"]} if leaf["type"] == "payload-erased" and payload else set()
        need(count and at + sum(1 for _ in log) == sizes[-1], "leaf-hashes.bin and events differ")
    need(erased == {""}, f"the payload of {max(erased)} is gone, but no event erased it")
    rest, by_key = sizes[-1] - count, f"the key {name_key(key, trust.key)}"
    return [
        f"Proven by {f'the checkpoint, {vouched}' if vouched else by_key}: its log has the"
        f" {say_count(count, 'event')} here, as recorded"
        + (f". Only asserted: that none of the {rest} other entries is of {negotiation}." if rest
           else ", and no other: nothing is left out."),
        f"The bundle holds {say_count(count, 'event')} of {negotiation}.",
        f"All of them are in the log {parse_key(key)[0]}, signed at size {sizes[-1]}.",
        f"Signed checkpoints: {len(notes)}; each log continues the one before it.",
        "Every payload is what was recorded, or an event says that it was erased.",
        *say_end(span),
    ], note, spans

def read_key_lines(members: dict[str, Callable[[], Any]]) -> tuple[str, list[Any]]:
    """Return the key of a bundle, and the events that changed it before."""
    text = read_text(members["key.txt"])
    key, *lines = text[:-1].split("\n")
    events = [load_object(line, "a line of key.txt", 3) for line in lines]
    is_exact = text == "".join([f"{key}\n", *(f"{canonical_json(event)}\n" for event in events)])
    need(is_exact, "key.txt is not as it was written")
    return key, events

def watch_leaves(leaves: Iterator[bytes], wanted: dict[int, bytes]) -> Iterator[bytes]:
    """Yield leaf hashes; check that the wanted ones are among them, by seq."""
    for seq, leaf in enumerate(leaves, 1):
        need(wanted.pop(seq, leaf) == leaf, f"seq {seq} of key.txt is not in the log")
        yield leaf
    need(not wanted, "key.txt names events that the log does not have")

def read_history(path: str, trusted: str = "") -> list[KeyTerm]:
    """Return the keys of a log from what /v1/audit/keys gave, or from a bundle."""
    try:
        if not (os.path.isdir(path) or zipfile.is_zipfile(path)):
            return read_key_file(read_text(partial(open, path, "rb")), trusted)
        with open_bundle(path) as members:
            return check_bundle(members, Trust(trusted))[2]
    except RefusedError:
        raise
    except Exception as error:
        told = f"{path} is no file of keys: {type(error).__name__}: {error}"
        raise RefusedError(told, 2) from None

def read_key_file(text: str, trusted: str) -> list[KeyTerm]:
    history = load_object(text, "the file of keys", 4)
    size, root = open_note(history["checkpoint"], history["key"], "the checkpoint of the keys")
    check_changes(history["events"], size, root)
    own = read_spans(history["key"], [check_event(event) for event in history["events"]])
    return choose_spans(own, [], trusted, "the file of keys is of")

def member_digest(member: Callable[[], Any]) -> str:
    digest = hashlib.sha256()
    with member() as stream:
        for piece in iter(partial(stream.read, 2**16), b""):
            digest.update(piece)
    return digest.hexdigest()

def read_text(member: Callable[[], Any]) -> str:
    with member() as stream:
        text = str(stream.read(MAX_LINE), "utf-8")
        need(not stream.read(1), "a text is too long", 2)
    return text

def zip_members(archive: zipfile.ZipFile, size: int) -> dict[str, Callable[[], Any]]:
    """Return the members of a zip that may be read: these names, and no bomb."""
    infos = archive.infolist()
    names, total = sorted(i.orig_filename for i in infos), sum(i.file_size for i in infos)
    need(names == MEMBER_NAMES, "the zip has other members", 2)
    is_plain = all(info.compress_type in (0, 8) and not info.flag_bits & 1 for info in infos)
    is_bounded = all(info.file_size <= MAX_RATIO * info.compress_size for info in infos)
    is_bounded = is_bounded and total <= min(MAX_BUNDLE, MAX_RATIO * size)
    need(is_plain and is_bounded, "the zip expands too far", 2)
    return {info.filename: partial(archive.open, info) for info in infos}

def folder_members(path: str) -> dict[str, Callable[[], Any]]:
    paths = {name: os.path.join(path, name) for name in sorted(os.listdir(path))}
    is_plain = all(os.path.isfile(file) and not os.path.islink(file) for file in paths.values())
    is_bundle = is_plain and list(paths) == MEMBER_NAMES
    need(is_bundle, "the folder does not contain exactly the files of a bundle", 2)
    return {name: partial(open, file, "rb") for name, file in paths.items()}

@contextmanager
def open_bundle(path: str) -> Iterator[dict[str, Callable[[], Any]]]:
    """Yield the members of a bundle, a zip or a folder."""
    if os.path.isdir(path):
        yield folder_members(path)
    else:
        with zipfile.ZipFile(path) as archive:
            yield zip_members(archive, os.path.getsize(path))

def check_file(path: str, trust: Trust = NO_TRUST) -> list[str]:
    """Return what was checked, in sentences. Raises RefusedError."""
    label = "the checkpoint of the bundle"
    try:
        if os.path.isdir(path) or zipfile.is_zipfile(path):
            with open_bundle(path) as members:
                lines, note, _ = check_bundle(members, trust)
                key = read_key_lines(members)[0]
        else:
            label = "the checkpoint of the receipt"
            lines, note, key = check_receipt(read_text(partial(open, path, "rb")), trust)
        lines += check_witnesses(note, *trust[2:4], label) if trust.witnesses else []
        of_log = KEY_OF_LOG if trust.key else KEY_FROM_FILE
        return [*lines, KEY_GIVEN if key == trust.key else of_log]
    except RefusedError:
        raise
    except Exception as error:  # whatever was made of the file must not pass
        raise RefusedError(f"this cannot be read: {type(error).__name__}: {error}", 2) from None

def parse_options(arguments: list[str]) -> Trust:
    """Return what is trusted: a key, the keys of witnesses, how many must have cosigned."""
    keys: dict[str, list[str]] = {"--key": [], "--keys": [], "--witness": [], "--policy": []}
    for name, value in zip(arguments[::2], arguments[1::2]):  # noqa: B905  # as above
        need(name in keys, f"there is no option {name}", 2)
        keys[name].append(value.strip())
    trusted, witnesses, policy = keys["--key"], keys["--witness"], keys["--policy"]
    is_once = max(map(len, (trusted, policy, keys["--keys"]))) < 2
    need(is_once, "--key, --keys or --policy is given twice", 2)
    is_each_once = len({parse_key(key, 4)[2] for key in witnesses}) == len(witnesses)
    need(is_each_once, "a witness is named twice", 2)
    count = "".join(policy) or str(len(witnesses))
    is_possible = re.fullmatch("[0-9]{1,4}", count) and bool(policy) <= int(count) <= len(witnesses)
    need(is_possible, f"--policy {count} of {say_count(len(witnesses), 'witness', 'es')}", 2)
    history = [span for path in keys["--keys"] for span in read_history(path, "".join(trusted))]
    return Trust("".join(trusted), history, witnesses, int(count))

def main(arguments: list[str]) -> int:
    if len(arguments) % 2 == 0:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(*check_file(arguments[0], parse_options(arguments[1:])), sep="\n")
    except RefusedError as error:
        print(f"Refused: {error.args[0]}", file=sys.stderr)
        return int(error.args[1])
    return 0
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
