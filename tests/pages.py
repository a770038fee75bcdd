"""The pages as the server gives them: whole without a script, honest about what they were asked.

Where they are and how tests ask for one; conftest.py has the negotiations to look at.
"""

from __future__ import annotations

from pathlib import Path

from api.pages import routes
from tests.world import World

BASE = "/desk/talks"
ADDRESSES = [page.path for page in routes.PAGES if "{" not in page.path]
SOURCES = Path(routes.__file__).parent


def fetched(site: World, path: str = "", status: int = 200, **headers: str) -> str:
    address = path if path.startswith("/") else f"{BASE}{path}"
    response = site.client.get(address, headers=headers, follow_redirects=False)
    assert response.status_code == status, response.text
    text: str = response.text
    return text


def page(site: World, name: str, query: str = "", status: int = 200, **headers: str) -> str:
    return fetched(site, f"{BASE}/{name}".rstrip("/") + query, status, **headers)


def main(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]
