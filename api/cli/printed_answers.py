"""How a command asks for one answer and prints it: as JSON, or its items under their basis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from api.cli.client import Client, HttpAnswer, Params
from api.cli.connection import LedgerOptions, open_client
from api.cli.options import negotiation_path
from api.cli.terminal import print_body, print_text
from api.cli.typed_names import TypedNames

if TYPE_CHECKING:
    from api.cli.answer_names import KnownLists
    from api.cli.item_text import Describe, Paragraph
    from api.cli.wording import Wording
    from api.models.base import BasisEcho


def show_list(
    negotiation: str,
    part: str,
    params: Params,
    ledger: LedgerOptions,
    kind: tuple[Any, Describe],
    *,
    empty_text: str,
    slugs: bool,
    as_json: bool,
    sort_key: Callable[[Any], str] | None = None,
) -> None:
    """Ask for a list and print it; ``kind`` is the model of its items and how one is told."""
    from api.models.base import ListAnswer

    model, describe = kind
    list_model: Any = ListAnswer[model]  # type: ignore[valid-type]  # known when it runs
    with open_client(ledger) as client:
        filters = TypedNames(client, negotiation, params).resolve_filters(params)
        answer = client.get(negotiation_path(negotiation, part), filters)
        if as_json:
            print_body(answer.body)
            return
        found = answer.read(list_model)
        wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs)
    items = sorted(found.data, key=sort_key) if sort_key else found.data
    paragraphs = [describe(wording, item) for item in items]
    print_list(found.basis, paragraphs, empty_text, is_cut="next" in answer.links)


def read_wording(
    client: Client,
    negotiation: str,
    answer: HttpAnswer,
    basis: BasisEcho,
    *,
    slugs: bool,
    told: object = None,
    known_lists: KnownLists | None = None,
) -> Wording:
    """Return what the slugs of an answer, or of what is told, are called on its very basis."""
    from api.cli.answer_names import ask_wording

    params = answer.pinned_params()
    told = answer.to_json()["data"] if told is None else told
    return ask_wording(
        client, negotiation, params, basis.tz, told, with_slugs=slugs, known_lists=known_lists
    )


def print_list(
    basis: BasisEcho, paragraphs: Iterable[Paragraph], empty_text: str, *, is_cut: bool = False
) -> None:
    from api.cli.basis_text import heading_lines
    from api.cli.item_text import paragraph_lines

    lines = list(paragraph_lines(paragraphs)) or [empty_text]
    more = ["and more, which a higher --limit shows"] if is_cut else []
    print_text("\n".join([*heading_lines(basis), *lines, *more]))


def print_sections(basis: BasisEcho, sections: dict[str, list[Paragraph]], empty_text: str) -> None:
    from api.cli.basis_text import heading_lines
    from api.cli.item_text import section_lines

    lines = [line for title, items in sections.items() for line in section_lines(title, items)]
    print_text("\n".join([*heading_lines(basis), *(lines or [empty_text])]).rstrip())
