"""The article before names of parties within English sentences."""

from __future__ import annotations

import pytest

from api.articles import with_article


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("European Union", "the European Union"),
        ("United States", "the United States"),
        ("European states (joint papers)", "the European states (joint papers)"),
        ("Republic of Moldova", "the Republic of Moldova"),
        ("EU", "the EU"),
        ("The news page (outlet not named)", "the news page (outlet not named)"),
        ("Crane crew", "the Crane crew"),
        ("NATO", "NATO"),
        ("Ukraine", "Ukraine"),
        ("Bank of England Staff", "the Bank of England Staff"),
        ("Us", "Us"),
        ("", ""),
    ],
)
def test_an_english_name_has_the_article_that_it_takes(name: str, within: str) -> None:
    assert with_article(name, "en") == within
    assert with_article(name, "uk") == name
