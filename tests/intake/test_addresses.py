"""What of an address names the article, and what only how a reader came."""

from __future__ import annotations

import pytest

from intake.addresses import drop_tracking, page_of

SITE = "https://news.example/a"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?utm_source=rss&utm_medium=feed", ""),
        ("?id=7&utm_campaign=x&page=2", "?id=7&page=2"),
        ("?at_medium=RSS&at_campaign=rss", ""),
        ("?fbclid=I&gclid=2&MSCLKID=3&mc_cid=4", ""),
        ("?q=a%26b+c&xtor=RSS-1", "?q=a%26b+c"),
        ("?UTM%5Fsource=rss", ""),
        ("?ref=home&source=wire&src=x&partner=y", "?ref=home&source=wire&src=x&partner=y"),
        ("?at=noon&utm=zone&cmpids=3", "?at=noon&utm=zone&cmpids=3"),
        ("?id=1#comments", "?id=1#comments"),
    ],
)
def test_only_what_tells_how_a_reader_came_is_dropped(query: str, kept: str) -> None:
    assert drop_tracking(f"{SITE}{query}") == f"{SITE}{kept}"


@pytest.mark.parametrize(
    ("fragment", "kept"),
    [
        ("#comments", ""),
        ("#:~:text=peace", ""),
        ("#", ""),
        ("#!/story/7", "#!/story/7"),
        ("#/story/7", "#/story/7"),
        ("", ""),
    ],
)
def test_a_place_in_a_page_is_no_other_page(fragment: str, kept: str) -> None:
    assert page_of(f"{SITE}?id=1{fragment}") == f"{SITE}?id=1{kept}"


@pytest.mark.parametrize("text", ["http://[bad", "", "https://ü.example/ü?q=ü", "?", "mailto:a@b"])
def test_what_is_no_address_stays(text: str) -> None:
    assert page_of(drop_tracking(text)) == text.removesuffix("?")
