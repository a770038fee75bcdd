"""What an article tells twice: a saying in the lead and the body, its paraphrase and quotation."""

from __future__ import annotations

from intake.rules.likeness import content_stems
from intake.rules.story import DraftProposal

_FAMILIES = {
    **dict.fromkeys(("opposes", "rejects", "red-line"), "refuses"),
    **dict.fromkeys(("demands", "proposes"), "wants"),
    **dict.fromkeys(("supports", "accepts", "accepts-conditionally"), "agrees"),
}
_ALIKE, _ALIKE_NEARBY = 0.5, 0.4
"""The share of words that a saying and its repeat have in common, of the shorter."""
_LEAST_SHARED = 3
_FRAGMENT_WORDS = 6
"""A quotation of so many words at most is part of a paraphrase."""
_LONGEST_SPAN = 600


def drop_repeats(proposals: list[DraftProposal]) -> list[DraftProposal]:
    """Return proposals in which a saying, and a stance of one kind, is told once; quotations are
    kept rather than their paraphrase."""
    kept: list[DraftProposal] = []
    renamed: dict[str, str] = {}
    for proposal in proposals:
        if proposal.type == "position-stated":
            same = next((each for each in kept if _is_same_stance(each, proposal)), None)
            better = "quote" in proposal.fields
            worse = same is not None and "quote" not in same.fields
        elif proposal.type == "statement-made":
            same = next((each for each in kept if _is_same_saying(each, proposal)), None)
            better = _quoted_words(proposal) > (_quoted_words(same) if same else 0)
            worse = True
        else:
            same, better, worse = None, False, False
        if same is None:
            kept.append(proposal)
            continue
        winner, loser = (proposal, same) if better and worse else (same, proposal)
        kept[kept.index(same)] = winner
        if proposal.type == "statement-made":
            renamed[str(loser.fields["statement"])] = str(winner.fields["statement"])
            _cover_both(winner, loser)
    for proposal in kept:
        statement = proposal.fields.get("statement")
        if proposal.type == "position-stated" and statement in renamed:
            proposal.fields["statement"] = renamed[statement]
    return kept


def _is_same_stance(one: DraftProposal, other: DraftProposal) -> bool:
    names = ("party", "issue", "plan", "point", "attributed_by", "answer")
    if one.type != other.type or any(one.fields.get(n) != other.fields.get(n) for n in names):
        return False
    stances = [str(each.fields["stance"]) for each in (one, other)]
    families = [_FAMILIES.get(each, each) for each in stances]
    is_exact = stances[0] == stances[1]
    return is_exact or (families[0] == families[1] and _can_be_one_day(one, other))


def _can_be_one_day(one: DraftProposal, other: DraftProposal) -> bool:
    times = one.when.expression, other.when.expression
    return times[0] == times[1] or None in times


def _is_same_saying(one: DraftProposal, other: DraftProposal) -> bool:
    if one.type != "statement-made" or one.fields["speaker"] != other.fields["speaker"]:
        return False
    texts = [str(each.fields.get("text") or "").casefold().strip(" .,") for each in (one, other)]
    shorter, longer = sorted(texts, key=len)
    if len(shorter.split()) > 2 and one.block != other.block and shorter in longer:
        return shorter != longer
    if min(_quoted_words(one), _quoted_words(other)) > _FRAGMENT_WORDS:
        return False
    if not _can_be_one_day(one, other):
        return False
    stems = [_stems(each) for each in (one, other)]
    shared = len(stems[0] & stems[1])
    least = _ALIKE_NEARBY if abs(one.block - other.block) <= 1 else _ALIKE
    return shared >= _LEAST_SHARED and shared >= least * min(map(len, stems))


def _stems(proposal: DraftProposal) -> frozenset[str]:
    _, _, told = str(proposal.fields["summary"]).partition(": ")
    return content_stems(told)


def _quoted_words(proposal: DraftProposal) -> int:
    return len(str(proposal.fields.get("text") or "").split())


def _cover_both(winner: DraftProposal, loser: DraftProposal) -> None:
    """Widen the passage over both where they stand next to each other."""
    start, end = min(winner.start, loser.start), max(winner.end, loser.end)
    if abs(winner.block - loser.block) <= 1 and end - start <= _LONGEST_SPAN:
        winner.start, winner.end = start, end
