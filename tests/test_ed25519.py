"""The verifier's own Ed25519: the vectors of RFC 8032, and agreement with cryptography."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.verify_bundle import L, P, signature_holds

VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
        "b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
        "1d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
        "c6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
        "bbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431"
        "e0303dca179c138ac17ad9bef1177331a704",
    ),
]
SEEDS = st.binary(min_size=32, max_size=32)


def verify_by_both(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return what cryptography says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=["1", "2", "3", "SHA(abc)"])
def test_the_vectors_of_rfc_8032_hold(vector: tuple[str, str, str]) -> None:
    public, message, signature = map(bytes.fromhex, vector)

    assert signature_holds(public, message, signature)
    assert not signature_holds(public, message + b"\0", signature)


@given(SEEDS, st.binary(max_size=200))
def test_what_was_signed_holds(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)

    assert signature_holds(key.public_key().public_bytes_raw(), message, key.sign(message))


@given(SEEDS, st.binary(max_size=200), st.integers(0, 96 * 8 - 1))
def test_one_bit_of_key_or_signature_is_judged_as_cryptography_does(
    seed: bytes, message: bytes, bit: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    both = bytearray(key.public_key().public_bytes_raw() + key.sign(message))
    both[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(both[:32]), bytes(both[32:])

    assert not signature_holds(public, message, signature)
    assert not verify_by_both(public, message, signature)


@given(SEEDS, st.binary(max_size=200))
def test_a_signature_has_one_form(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    s = int.from_bytes(signature[32:], "little") + L

    assert s < 2**256
    assert not signature_holds(public, message, signature[:32] + s.to_bytes(32, "little"))
    assert not signature_holds(public, message, signature + b"\0")
    assert not signature_holds(public, message, signature[:-1])


@pytest.mark.parametrize("y", [P, P + 1, 2**255 - 1, 2**255 + 1, 2])
def test_what_encodes_no_point_is_no_key(y: int) -> None:
    assert not signature_holds(y.to_bytes(32, "little"), b"", bytes(64))
