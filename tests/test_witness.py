"""A witness: published notes and requests, what it refuses, what it remembers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BusyError, InvalidNoteError, TamperedError
from ledger.proofs import verify_bundle
from ledger.proofs.cosignature import (
    WitnessVerifier,
    cosign_note,
    cosigned_message,
    witness_verifier,
)
from ledger.proofs.merkle import Frontier, compute_root, consistency_proof, leaf_hash
from ledger.proofs.signed_note import LogKey, Verifier
from ledger.proofs.witness_request import AddCheckpoint, checkpoint_path
from ledger.witness import Reply, Witness
from ledger.witness_state import WitnessState, open_witness

STAGING_NOTE = (Path(__file__).parent / "data" / "cosigned-checkpoint.txt").read_text()
"""A checkpoint of a public log, with the cosignatures of four public witnesses."""
STAGING_LOG = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)
PUBLIC_WITNESSES = [
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "transparency.dev/DEV:witness-little-garden+d8042a87"
    "+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
]
STAGING_TIME = 0x6A122120

# The notes and the proof of the tests of transparency-dev/witness.
MONKEYS = "monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT"
FIVE = (
    "monkeys\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n\n— monkeys 202fftzGl3LVoqjXfwCFZZXs"
    "8I+5G22+Ek2K0AOyBuSJ/8/CZawNF+6fNlTKOCd622pbzJNkkJFWuw9DbicZCkEx9AY=\n"
)
EIGHT = (
    "monkeys\n8\nV8K9aklZ4EPB+RMOk1/8VsJUdFZR77GDtZUQq84vSbo=\n\n— monkeys 202ffoUEboiQYpHzICeaFmoy"
    "3RNviHTpAxYrq/eO4QQVQMvu9UebKBMX2MJC76NLthZaKsnKbCA8GxrjePZhvDCH7Ag=\n"
)
FIVE_TO_EIGHT = [
    bytes.fromhex(node)
    for node in (
        "b9e1d62618f7fee8034e4c5010f727ab24d8e4705cb296c374bf2025a87a10d2",
        "aac66cd7a79ce4012d80762fe8eec3a77f22d1ca4145c3f4cee022e7efcd599d",
        "89d0f753f66a290c483b39cd5e9eafb12021293395fad3d4a2ad053cfbcfdc9e",
        "29e40bb79c966f4c6fe96aff6f30acfce5f3e8d84c02215175d6e018a5dee833",
    )
]
WITNESS_KEY = LogKey("witness.example/one", bytes(range(32)))
LOG_KEY = LogKey("log.example/talks", bytes(32))
NOW = 1_700_000_000


class Tree:
    """A tree of leaves, with what it proves."""

    def __init__(self, leaves: list[bytes]) -> None:
        hashes = [leaf_hash(leaf) for leaf in leaves]
        _, completed = Frontier().with_leaves(hashes)
        nodes = {(level, index): node for level, index, node in completed}
        nodes |= {(0, index): node for index, node in enumerate(hashes)}
        self.read_node = lambda level, index: nodes[level, index]

    def note(self, size: int, key: LogKey = LOG_KEY) -> str:
        return key.sign_checkpoint(size, compute_root(self.read_node, size))

    def request(self, old: int, size: int) -> bytes:
        path = consistency_proof(self.read_node, old, size) if old <= size else []
        return AddCheckpoint(old, path, self.note(size)).to_body()


TREE = Tree([b"%d" % number for number in range(20)])
FORK = Tree([b"%d" % (number + 3 * (number > 3)) for number in range(20)])


@pytest.fixture
def state(tmp_path: Path) -> Iterator[WitnessState]:
    made = WitnessState(tmp_path / "state", witness_verifier(WITNESS_KEY))
    yield made
    made.close()


@pytest.fixture
def witness(state: WitnessState) -> Witness:
    logs = [LOG_KEY.verifier, Verifier.parse(MONKEYS)]
    return Witness(WITNESS_KEY, logs, state, lambda: NOW)


@pytest.mark.parametrize("key", PUBLIC_WITNESSES)
def test_a_published_cosignature_holds_for_its_note_alone(key: str) -> None:
    verifier = WitnessVerifier.parse(key)
    changed = STAGING_NOTE.replace("\n1432088532\n", "\n1432088533\n")

    found = verifier.find_cosignature(STAGING_NOTE)

    assert verifier.to_text() == key
    assert found
    assert found.timestamp == STAGING_TIME
    assert found.line in STAGING_NOTE
    with pytest.raises(InvalidNoteError, match="of another note"):
        verifier.find_cosignature(changed)
    assert verifier.find_cosignature(FIVE) is None


def test_a_note_with_signatures_of_other_kinds_is_opened_by_its_log() -> None:
    opened = Verifier.parse(STAGING_LOG).open_note(STAGING_NOTE)

    assert (opened.origin, opened.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)


def test_the_message_is_that_of_the_specification() -> None:
    body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    assert cosigned_message(body, 1679315147) == f"cosignature/v1\ntime 1679315147\n{body}".encode()


def test_the_key_of_a_log_is_none_of_a_witness() -> None:
    with pytest.raises(InvalidNoteError, match="no verifier key of a witness"):
        WitnessVerifier.parse(MONKEYS)
    with pytest.raises(InvalidNoteError, match="does not match"):
        WitnessVerifier.parse(PUBLIC_WITNESSES[0].replace("da77ade7", "00000000"))


def test_published_checkpoints_are_cosigned_in_their_order(witness: Witness) -> None:
    first = witness.add_checkpoint(AddCheckpoint(0, [], FIVE).to_body())
    second = witness.add_checkpoint(AddCheckpoint(5, FIVE_TO_EIGHT, EIGHT).to_body())

    assert [first.status, second.status] == [200, 200]
    assert witness_verifier(WITNESS_KEY).find_cosignature(EIGHT + second.text)
    shown = witness.show_checkpoint(checkpoint_path("monkeys"))
    assert shown == Reply(200, EIGHT + second.text)
    assert checkpoint_path("monkeys") == f"/{sha256(b'monkeys').hexdigest()}/checkpoint"


def test_a_request_of_the_specification_is_read() -> None:
    hashes = [bytes([number]) * 32 for number in range(4)]
    lines = "".join(f"{base64.b64encode(node).decode()}\n" for node in hashes)
    body = f"old 20852014\n{lines}\n{STAGING_NOTE}".encode()

    request = AddCheckpoint.parse(body)

    assert request == AddCheckpoint(20852014, hashes, STAGING_NOTE)
    assert request.to_body() == body


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (b"", 400, ""),
        (b"old 0", 400, ""),
        (b"old 00\n\n" + TREE.note(9).encode(), 400, "not a tree size"),
        (b"old +0\n\n" + TREE.note(9).encode(), 400, "not a tree size"),
        (b"old 0\nAAAA\n\n" + TREE.note(9).encode(), 400, "32 bytes"),
        (b"old 0\n" + b"A" * 43 + b"=\n" * 64 + b"\n" + TREE.note(9).encode(), 400, ""),
        (b"old 0\n\n" + b"9" * 5000 + b"\n", 400, ""),
        (b"old 0\n\nlog.example/talks\n" + b"9" * 5000 + b"\nAAAA\n\n", 400, ""),
        (b"\xff\n\n", 400, "UTF-8"),
        (b"old 0\n\n" + TREE.note(9, LogKey("other.example", bytes(32))).encode(), 404, "know"),
        (
            b"old 0\n\n" + TREE.note(9, LogKey(LOG_KEY.name, bytes([1] * 32))).encode(),
            403,
            "signed",
        ),
        (b"old 0\n\n" + TREE.note(9).replace("\n9\n", "\n8\n").encode(), 403, "changed"),
        (TREE.request(12, 9), 400, "larger"),
        (TREE.request(0, 9), 409, "7\n"),
        (TREE.request(5, 9), 409, "7\n"),
        (TREE.request(8, 9), 409, "7\n"),
        (TREE.request(5, 5), 409, "7\n"),
        (AddCheckpoint(7, [], TREE.note(9)).to_body(), 422, "short"),
        (FORK.request(7, 9), 422, "does not lead"),
        (FORK.request(7, 7), 422, "does not lead"),
        (AddCheckpoint(7, [bytes(32)], TREE.note(7)).to_body(), 422, "long"),
    ],
)
def test_what_is_refused_changes_nothing(
    witness: Witness, state: WitnessState, body: bytes, status: int, text: str
) -> None:
    assert witness.add_checkpoint(TREE.request(0, 7)).status == 200
    kept = state.file.read_bytes()

    reply = witness.add_checkpoint(body)

    assert reply.status == status
    assert text in reply.text
    assert (reply.media_type == "text/x.tlog.size") == (status == 409)
    assert state.file.read_bytes() == kept
    assert witness.add_checkpoint(TREE.request(7, 9)).status == 200


def test_an_empty_tree_has_one_root(witness: Witness) -> None:
    wrong = AddCheckpoint(0, [], LOG_KEY.sign_checkpoint(0, bytes(32))).to_body()

    assert witness.add_checkpoint(wrong).status == 422
    assert witness.add_checkpoint(AddCheckpoint(0, [bytes(32)], TREE.note(5)).to_body()).status == (
        422
    )


def test_the_same_checkpoint_is_cosigned_again_with_the_time(state: WitnessState) -> None:
    times = iter([NOW, NOW + 60])
    witness = Witness(WITNESS_KEY, [LOG_KEY.verifier], state, lambda: next(times))
    verifier = witness_verifier(WITNESS_KEY)

    replies = [witness.add_checkpoint(TREE.request(old, 7)) for old in (0, 7)]

    found = [verifier.find_cosignature(TREE.note(7) + reply.text) for reply in replies]
    assert [each and each.timestamp for each in found] == [NOW, NOW + 60]


def test_what_was_cosigned_outlasts_the_process(tmp_path: Path) -> None:
    files = tmp_path / "key", tmp_path / "state"
    key, state = open_witness(*files, "witness.example/two")
    Witness(key, [LOG_KEY.verifier], state).add_checkpoint(TREE.request(0, 7))
    with pytest.raises(BusyError):
        open_witness(*files, None)
    state.close()

    again, state = open_witness(*files, None)

    assert again == key
    assert files[0].stat().st_mode & 0o777 == 0o600
    reply = Witness(again, [LOG_KEY.verifier], state).add_checkpoint(FORK.request(0, 7))
    assert (reply.status, reply.text) == (409, "7\n")
    state.close()


def test_a_witness_that_lost_key_or_state_does_not_start(tmp_path: Path) -> None:
    files = tmp_path / "key", tmp_path / "state"
    _, state = open_witness(*files, None)
    state.close()
    for file in files:
        moved = file.rename(tmp_path / "elsewhere")
        with pytest.raises(TamperedError, match=f"there is no {file}"):
            open_witness(*files, None)
        moved.rename(file)
    files[1].write_text("{}")
    with pytest.raises(TamperedError, match="cannot be read"):
        open_witness(*files, None)


def test_a_disk_that_fails_gets_no_cosignature(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("ledger.witness_state.write_file", _fail)
        with pytest.raises(OSError, match="no space"):
            witness.add_checkpoint(TREE.request(0, 9))

    assert witness.add_checkpoint(FORK.request(0, 7)).status == 200


def _fail(*_: object) -> None:
    raise OSError("no space")


SIZES = st.integers(0, 20)
STEPS = st.lists(st.tuples(st.sampled_from([TREE, FORK]), SIZES, SIZES, st.booleans()), max_size=12)


@given(STEPS)
def test_a_witness_never_cosigns_two_trees_of_one_size(
    steps: list[tuple[Tree, int, int, bool]],
) -> None:
    verifier = witness_verifier(WITNESS_KEY)
    cosigned: list[tuple[Tree, int]] = []
    with TemporaryDirectory() as folder:
        state = WitnessState(Path(folder) / "state", verifier)
        for tree, old, size, restarts in steps:
            if restarts:
                state.close()
                state = WitnessState(Path(folder) / "state", verifier)
            witness = Witness(WITNESS_KEY, [LOG_KEY.verifier], state, lambda: NOW)
            reply = witness.add_checkpoint(tree.request(old, size))
            if reply.status == 409:  # a client follows
                reply = witness.add_checkpoint(tree.request(int(reply.text), size))
            if reply.status == 200:
                assert verifier.find_cosignature(tree.note(size) + reply.text)
                cosigned.append((tree, size))
        state.close()

    for earlier, later in pairwise(cosigned):
        assert earlier[1] <= later[1]
        assert later[0].note(earlier[1]) == earlier[0].note(earlier[1])


def test_both_verifiers_agree_on_cosignatures() -> None:
    cosignature = cosign_note(WITNESS_KEY, TREE.note(7), NOW)
    note = TREE.note(7) + cosignature.line
    key = witness_verifier(WITNESS_KEY).to_text()

    assert verify_bundle.cosigned_at(note, key, "the checkpoint") == NOW
    for public in PUBLIC_WITNESSES:
        assert verify_bundle.cosigned_at(STAGING_NOTE, public, "the note") == STAGING_TIME


def test_fewer_cosignatures_than_the_policy_are_a_failure() -> None:
    stranger = witness_verifier(WITNESS_KEY).to_text()
    keys = [*PUBLIC_WITNESSES[:2], stranger]

    (sentence,) = verify_bundle.check_witnesses(STAGING_NOTE, keys, 2, "it")

    assert sentence == (
        "2 of the 3 witnesses that you named cosigned it: remora.n621.de at 2026-05-23 21:50:24Z,"
        " witness.stagemole.eu at 2026-05-23 21:50:24Z."
    )
    with pytest.raises(verify_bundle.RefusedError, match=r"2 of the 3 .* and 3 were to"):
        verify_bundle.check_witnesses(STAGING_NOTE, keys, 3, "it")
    with pytest.raises(verify_bundle.RefusedError, match=r"0 of the 1 witness .* and 1 was to"):
        verify_bundle.check_witnesses(STAGING_NOTE, [stranger], 1, "it")
    changed = STAGING_NOTE.replace("\n1432088532\n", "\n1432088533\n")
    with pytest.raises(verify_bundle.RefusedError, match="does not hold"):
        verify_bundle.check_witnesses(changed, keys, 1, "it")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--witness", MONKEYS), "not an Ed25519 key of a witness"),
        (("--witness", PUBLIC_WITNESSES[0]) * 2, "named twice"),
        (("--witness", PUBLIC_WITNESSES[0], "--policy", "2"), "--policy 2 of 1 witness"),
        (("--witness", PUBLIC_WITNESSES[0], "--policy", "0"), "--policy 0 of 1 witness"),
        (("--policy", "1"), "--policy 1 of 0 witnesses"),
        (("--policy", "1", "--policy", "1"), "given twice"),
        (("--wittness", PUBLIC_WITNESSES[0]), "no option --wittness"),
    ],
)
def test_a_policy_that_cannot_be_met_is_refused(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], told: str
) -> None:
    code = verify_bundle.main(["bundle.zip", *options])

    assert code in (1, 2)
    assert told in capsys.readouterr().err
