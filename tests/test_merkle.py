"""The Merkle tree against its definition in RFC 6962, written here once more as plain recursion."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NoProofError
from ledger.proofs import merkle

MOST = 70
LEAVES = [merkle.leaf_hash(f"leaf {number}".encode()) for number in range(300)]


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def stored(size: int) -> merkle.NodeReader:
    _, complete = merkle.Frontier().with_leaves(LEAVES[:size])
    nodes = {(level, index): found for level, index, found in complete}
    return lambda level, index: nodes[level, index] if level else LEAVES[:size][index]


@pytest.mark.parametrize("size", range(MOST))
def test_every_inclusion_is_proven_at_every_size(size: int) -> None:
    read, root = stored(size), mth(LEAVES[:size])

    assert merkle.compute_root(read, size) == root
    for index in range(size):
        path = merkle.inclusion_proof(read, index, size)
        assert merkle.root_from_inclusion(LEAVES[index], index, size, path) == root


@pytest.mark.parametrize("new", range(MOST))
def test_every_earlier_tree_is_proven_to_begin_the_later(new: int) -> None:
    read = stored(new)
    for old in range(new + 1):
        path = merkle.consistency_proof(read, old, new)
        merkle.check_consistency(old, new, mth(LEAVES[:old]), mth(LEAVES[:new]), path)


sizes = st.integers(1, 300)


@given(st.data(), sizes)
def test_a_proof_with_one_bit_changed_shows_nothing(data: st.DataObject, size: int) -> None:
    read, root = stored(size), mth(LEAVES[:size])
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(read, index, size)
    parts = [LEAVES[index], *path]
    place, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[place] = (int.from_bytes(parts[place]) ^ (1 << bit)).to_bytes(32)

    assert merkle.root_from_inclusion(parts[0], index, size, parts[1:]) != root


@given(st.data(), st.integers(2, 300))
def test_a_changed_consistency_proof_is_refused(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    parts = [mth(LEAVES[:old]), mth(LEAVES[:new]), *merkle.consistency_proof(stored(new), old, new)]
    place, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[place] = (int.from_bytes(parts[place]) ^ (1 << bit)).to_bytes(32)

    with pytest.raises(NoProofError):
        merkle.check_consistency(old, new, parts[0], parts[1], parts[2:])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(NoProofError):
        merkle.inclusion_proof(stored(size), index, size)
    with pytest.raises(NoProofError):
        merkle.root_from_inclusion(LEAVES[0], index, size, [])


def test_a_path_too_long_or_too_short_is_refused() -> None:
    path = merkle.inclusion_proof(stored(7), 3, 7)
    for wrong in (path[:-1], [*path, path[0]]):
        with pytest.raises(NoProofError):
            merkle.root_from_inclusion(LEAVES[3], 3, 7, wrong)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(0, 0, 256), (0, 1, 44), (1, 0, 1), (0, 1, 3)]
)
def test_a_tile_holds_the_hashes_of_its_level(level: int, index: int, width: int) -> None:
    found = list(merkle.read_tile(stored(300), level, index, width, 300))
    span = 256**level
    places = range(index * 256, index * 256 + width)

    assert found == [mth(LEAVES[at * span : (at + 1) * span]) for at in places]


@pytest.mark.parametrize(("level", "index", "width"), [(0, 1, 45), (0, 2, 1), (1, 1, 1), (8, 0, 1)])
def test_a_tile_beyond_the_tree_is_none(level: int, index: int, width: int) -> None:
    with pytest.raises(NoProofError):
        merkle.read_tile(stored(300), level, index, width, 300)
