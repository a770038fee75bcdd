"""What ``verify`` says of a receipt or a bundle, alone or together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidQuestionError, TamperedError
from ledger.proofs import verify_bundle
from ledger.proofs.cosignature import WitnessVerifier


@dataclass(frozen=True, slots=True)
class DocumentTrust:
    """What a reader trusts and knows of the log of a receipt or bundle.

    ``key`` is the verifier key to trust; by default the one that the file carries. ``keys`` is a
    file that says what became of older keys. ``policy`` is how many of the witnesses must have
    cosigned it.
    """

    key: str | None = None
    keys: Path | None = None
    witnesses: Sequence[WitnessVerifier] = ()
    policy: int = 0

    def read(self, newer_bundle: Path | None = None) -> verify_bundle.Trust:
        """Return it as the verifier of bundles takes it. Raises TamperedError or
        InvalidQuestionError."""
        key, history = self.key or "", list[verify_bundle.KeyTerm]()
        for file in (self.keys, newer_bundle):
            if file:
                with _refusals(file):
                    history = max(history, verify_bundle.read_history(str(file), key), key=len)
        names = [witness.to_text() for witness in self.witnesses]
        is_contained = newer_bundle is not None
        return verify_bundle.Trust(key, history, names, self.policy, is_contained)


def check_against_bundle(receipt: Path, bundle: Path, given: DocumentTrust) -> list[str]:
    """Return what was checked of a receipt whose answer was also computed anew, and of the bundle
    in itself."""
    from api.recomputed import check_recomputed

    of_bundle, trust = check_document(bundle, given), given.read(bundle)
    with _refusals(receipt):
        of_receipt = verify_bundle.check_file(str(receipt), trust)
        proven = check_recomputed(receipt, bundle, trust.history)
        _, _, _, proofs = verify_bundle.read_receipt(receipt.read_text("utf-8"))
    *others, key = (each for each in of_receipt[1:] if each != verify_bundle.BUNDLE_HINT)
    return [
        _say_recomputed(proofs["key"], proven, trust),
        *others,
        f"The bundle: {of_bundle[0]}",
        *of_bundle[1:-1],
        key,
    ]


def _say_recomputed(key: str, proven: str, trust: verify_bundle.Trust) -> str:
    """Say what a receipt of a key and a newer bundle prove together."""
    by_key = f"Proven by the key {verify_bundle.name_key(key, trust.key)}"
    (span,) = (each for each in trust.history if each.key == key)
    if not span.since:
        return f"{by_key}: it signed this answer, and {proven}"
    newer = verify_bundle.name_key(trust.history[-1].key, trust.key)
    return (
        f"Proven by the key {newer}: {proven} Only asserted, and by the key"
        f" {verify_bundle.short_key(key)}, which {span.end}: that the log gave this answer."
    )


def check_document(path: Path, given: DocumentTrust | None = None) -> list[str]:
    """Check a receipt or a bundle offline; return one sentence for each thing checked.

    Raises TamperedError where a check fails, InvalidQuestionError where the file is neither of the
    two.
    """
    trust = (given or DocumentTrust()).read()
    with _refusals(path):
        return verify_bundle.check_file(str(path), trust)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Raise what the verifier of bundles refuses as an error of this program."""
    try:
        yield
    except verify_bundle.RefusedError as error:
        sentence, code = error.args
        error_class = TamperedError if code == 1 else InvalidQuestionError
        raise error_class(
            f"{path}: {sentence}", hint="get the file again from its source"
        ) from None
