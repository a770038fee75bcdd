"""Verify a Minutebook receipt or bundle with nothing but Python 3.8 or later.
Usage: python verify_bundle.py bundle.zip|folder|receipt.txt [--key "name+id+key"]
       [--witness "name+id+key"]... [--policy K]
--witness names one that must have cosigned; with --policy K of all of them suffice.
Exit code 0: every check passed. 1: a check failed. 2: wrong usage, or an unreadable file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from itertools import islice
from typing import Any
from urllib.parse import urlencode

# fmt: off
MEMBER_NAMES = ["README.txt", "checkpoint.txt", "checkpoints.txt", "events.ndjson", "key.txt",
                "leaf-hashes.bin", "sha256sums.txt", "verify_bundle.py"]
RECEIPT_FORMAT = "minutebook-receipt-2"
KEY_GIVEN = "The key is the one that you gave."
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
    leaf = load_object(event["leaf"], "a leaf", 7)
    label, text, salt = f"seq {leaf['seq']}", event["payload"], event["salt"]
    has_seq = type(leaf["seq"]) is int and leaf["seq"] > 0
    is_exact = has_seq and canonical_json(leaf) == event["leaf"]
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
    return lines[1], lines[2], lines[3], load_object(lines[4], "the proofs", 6)

def check_receipt(note: str, trusted: str) -> tuple[list[str], str]:
    """Return what was checked, in sentences, and the checkpoint."""
    if not note.startswith(RECEIPT_FORMAT):
        return check_unsigned_receipt(note, trusted)
    address, stated_digest, text, proofs = read_receipt(note)
    key, negotiation = proofs["key"], proofs["negotiation"]
    need(key == (trusted or key), "the receipt names another key")
    open_signed(note, key, "the receipt")
    size, root = open_note(proofs["checkpoint"], key, "the checkpoint")
    need(sha(text.encode()).hex() == stated_digest, "the answer does not have the stated hash")
    answer = load_object(text, "the answer")
    is_of = address.startswith(f"/v1/negotiations/{negotiation}/")
    need(is_of, "the address is of another negotiation")
    shown = check_cited(proofs["events"], negotiation, size, root, answer)
    need(answer["basis"]["seq"] <= size, "the checkpoint does not cover what was asked")
    return [
        f"Proven by the key {name_key(key, trusted)}: it signed this answer, and its log has the"
        f" {say_count(len(shown), 'event')} named here. Only asserted by it: that the answer"
        " follows from them and leaves nothing out.",
        f"The receipt is of {address}",
        f"The answer has the SHA-256 {stated_digest} and is signed; the log at size {size}.",
        f"Shown as recorded: {sum(shown)}; withheld or erased: {len(shown) - sum(shown)}.",
        BUNDLE_HINT,
    ], proofs["checkpoint"]

def name_key(key: str, trusted: str) -> str:
    """Return a key by its name and id, and where it is from."""
    source = "that you gave" if trusted else "(asserted by the file itself)"
    return f"{'+'.join(key.split('+')[:2])} {source}"

def check_cited(events: Any, negotiation: str, size: int, root: bytes, answer: Any) -> list[bool]:
    """Check the events of a receipt; return of each whether its payload is shown."""
    proofs = [check_inclusion(event, negotiation, size, root) for event in events]
    seqs, ids = [seq for seq, _ in proofs], {event_id for _, event_id in proofs}
    need(seqs == sorted(set(seqs)), "the seqs of the events do not follow each other")
    need(ids == set(provenance_ids(answer)), "the events are not those of the answer")
    return [event["payload"] is not None for event in events]

def check_unsigned_receipt(text: str, trusted: str) -> tuple[list[str], str]:
    """Check a receipt of version 0.1 or 0.2, whose answer nobody signed."""
    receipt = load_object(text, "the receipt", 9)
    need(receipt["format"] == "minutebook-receipt-1", "the format is not minutebook-receipt-1")
    need(receipt["key"] == (trusted or receipt["key"]), "the receipt names another key")
    size, root = open_note(receipt["checkpoint"], receipt["key"], "the checkpoint")
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
        f"Proven by the key {name_key(receipt['key'], trusted)}: its log has the"
        f" {say_count(len(shown), 'event')} named here. Only asserted, and signed by nobody: the"
        " answer itself.",
        f"The receipt is of {receipt['address']}",
        f"The answer has the SHA-256 {digest}, which anybody can compute; the log at size {size}.",
        f"Shown as recorded: {sum(shown)}; withheld or erased: {len(shown) - sum(shown)}.",
        "Ask the ledger for a new receipt: those of today are signed.",
    ], receipt["checkpoint"]

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
    members: dict[str, Callable[[], Any]], trusted: str
) -> tuple[list[str], str]:
    """Return what was checked, in sentences, and the newest checkpoint."""
    listed = (name for name in MEMBER_NAMES if name != "sha256sums.txt")
    sums = "".join(f"{member_digest(members[name])}  {name}\n" for name in listed)
    need(read_text(members["sha256sums.txt"]) == sums, "sha256sums.txt does not match the files")
    key, note = read_text(members["key.txt"]), read_text(members["checkpoint.txt"])
    need(key == f"{trusted or key[:-1]}\n", "key.txt holds another key")
    notes = read_text(members["checkpoints.txt"]).split(NOTE_SEPARATOR)
    roots = [open_note(text, key[:-1], f"note {n} of the log") for n, text in enumerate(notes, 1)]
    sizes = [size for size, _ in roots]
    need(sizes == sorted(set(sizes)) and notes[-1] == note, "checkpoints.txt is out of order")
    at, count, negotiation, erased = 0, 0, "", {""}
    with members["leaf-hashes.bin"]() as hashes, members["events.ndjson"]() as events:
        log = read_leaves(hashes, dict(roots))
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
    rest = sizes[-1] - count
    return [
        f"Proven by the key {name_key(key[:-1], trusted)}: its log has the"
        f" {say_count(count, 'event')} here, as recorded"
        + (f". Only asserted: that none of the {rest} other entries is of {negotiation}." if rest
           else ", and no other: nothing is left out."),
        f"The bundle holds {say_count(count, 'event')} of {negotiation}.",
        f"All of them are in the log {parse_key(key[:-1])[0]}, signed at size {sizes[-1]}.",
        f"Signed checkpoints: {len(notes)}; each log continues the one before it.",
        "Every payload is what was recorded, or an event says that it was erased.",
    ], note

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

def check_file(
    path: str, trusted: str = "", witnesses: Sequence[str] = (), policy: int = 0
) -> list[str]:
    """Return what was checked, in sentences; as many witnesses as the policy says must have
    cosigned. Raises RefusedError."""
    label = "the checkpoint of the bundle"
    try:
        if os.path.isdir(path):
            lines, note = check_bundle(folder_members(path), trusted)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                lines, note = check_bundle(zip_members(archive, os.path.getsize(path)), trusted)
        else:
            label = "the checkpoint of the receipt"
            lines, note = check_receipt(read_text(partial(open, path, "rb")), trusted)
        lines += check_witnesses(note, witnesses, policy, label) if witnesses else []
        return [*lines, KEY_GIVEN if trusted else KEY_FROM_FILE]
    except RefusedError:
        raise
    except Exception as error:  # whatever was made of the file must not pass
        raise RefusedError(f"this cannot be read: {type(error).__name__}: {error}", 2) from None

def parse_options(arguments: list[str]) -> tuple[str, list[str], int]:
    """Return the trusted key, the keys of witnesses, and how many of these must have cosigned."""
    keys: dict[str, list[str]] = {"--key": [], "--witness": [], "--policy": []}
    for name, value in zip(arguments[::2], arguments[1::2]):  # noqa: B905  # as above
        need(name in keys, f"there is no option {name}", 2)
        keys[name].append(value.strip())
    trusted, witnesses, policy = keys["--key"], keys["--witness"], keys["--policy"]
    need(len(trusted) < 2 and len(policy) < 2, "--key or --policy is given twice", 2)
    is_each_once = len({parse_key(key, 4)[2] for key in witnesses}) == len(witnesses)
    need(is_each_once, "a witness is named twice", 2)
    count = "".join(policy) or str(len(witnesses))
    is_possible = re.fullmatch("[0-9]{1,4}", count) and bool(policy) <= int(count) <= len(witnesses)
    need(is_possible, f"--policy {count} of {say_count(len(witnesses), 'witness', 'es')}", 2)
    return "".join(trusted), witnesses, int(count)

def main(arguments: list[str]) -> int:
    if len(arguments) % 2 == 0:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(*check_file(arguments[0], *parse_options(arguments[1:])), sep="\n")
    except RefusedError as error:
        print(f"Refused: {error.args[0]}", file=sys.stderr)
        return int(error.args[1])
    return 0
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
