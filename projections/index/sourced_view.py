"""The view through the index of what rests on some sources alone, or of what rests on several."""

from __future__ import annotations

from collections.abc import Collection

from domain.basis import Basis
from ledger.database import Cursor
from projections.answer_json import Item
from projections.index.indexed_cells import SqlRow
from projections.index.news_days import NewsDays
from projections.index.reader import IndexView
from projections.index.statements import dump_list, sourced_statement


class SourcedView(IndexView):
    """An indexed view of the events alone that rest on one of some sources, or without these of
    those that rest on several."""

    def __init__(
        self,
        c: Cursor,
        negotiation: str,
        basis: Basis,
        zone: str,
        sources: Collection[int] | None = None,
    ) -> None:
        super().__init__(c, negotiation, basis, zone)
        self.is_of_several = sources is None
        self.basis_params["sources"] = dump_list(sources or ())

    def _fetch_rows(self, statement: str, **params: object) -> list[SqlRow]:
        limited = sourced_statement(self.dialect, statement, several=self.is_of_several)
        return super()._fetch_rows(limited, **params)

    def _news_days(self) -> NewsDays:
        return NewsDays(self._fetch, self.basis, self.zone, counted=False)

    def linking_statements(self) -> list[Item]:
        """Return the items that name another statement, each once."""
        items = (Item._make(columns) for _, *columns in self._fetch("linking_statements"))
        return list({item.event: item for item in items}.values())

    def made_slugs(self, slugs: Collection[str]) -> set[str]:
        """Return those of some statements that an event makes."""
        rows = self._fetch("made_slugs", slugs=dump_list(sorted(slugs)))
        return {slug for (slug,) in rows}
