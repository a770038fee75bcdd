"""Pages outside of a negotiation: where it begins, the problems, the interface for programs."""

from __future__ import annotations

import re
from pathlib import Path

from api.http.problems import STATUS_BY_ERROR
from api.pages.docs.page import DOCS_POLICY
from api.pages.problems.page import PROBLEM_STATUSES
from api.pages.shared import static_files
from api.pages.shared.i18n import LANGUAGES, load_translations
from api.pages.shared.render import SECURITY_POLICY
from domain.errors import problem_slug
from tests.pages import fetch_page
from tests.world import World


def test_the_root_leads_to_the_one_negotiation(site: World) -> None:
    response = site.client.get("/?lang=uk", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/desk/talks?lang=uk")


def test_an_empty_ledger_says_how_to_begin(tmp_path: Path) -> None:
    with World(tmp_path, "http") as empty:
        assert "minutebook demo" in fetch_page(empty, "/")
        empty.record("2025-12-20T09:00:00Z", [{"type": "negotiation-opened", "title": "One"}])
        empty.name = "other"
        empty.record("2025-12-20T10:00:00Z", [{"type": "negotiation-opened", "title": "Two"}])
        listed = fetch_page(empty, "/")

    assert 'href="/desk/talks?audience=staff"' in listed
    assert 'href="/desk/other?audience=staff"' in listed


def test_every_problem_is_explained_in_both_languages(site: World) -> None:
    for name in PROBLEM_STATUSES:
        for lang in LANGUAGES:
            text = fetch_page(site, f"/problems/{name}?lang={lang}")
            assert f"<h1>{load_translations(lang)(f'problems.{name}.title')}</h1>" in text
    assert fetch_page(site, "/problems").count("<tr>") == len(PROBLEM_STATUSES) + 1
    fetch_page(site, "/problems/none", 404)


def test_pages_give_problems_the_titles_of_the_interface() -> None:
    titles = {problem_slug(error): error.title for error in STATUS_BY_ERROR}

    words = load_translations("en")
    assert {name: words(f"problems.{name}.title") for name in titles} == titles


def test_the_interface_is_drawn_by_files_of_this_server(site: World) -> None:
    response = site.client.get("/docs")
    addresses = re.findall(r'(?:src|<link[^>]* href)="([^"]*)"', response.text)

    assert static_files.file_address("swagger/swagger-ui-bundle.js") in addresses
    assert all(address.startswith("/static/") for address in addresses)
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", response.text) == []
    assert 'href="/openapi.json"' in response.text.partition("<noscript>")[2]
    assert response.headers["content-security-policy"] == DOCS_POLICY
    assert DOCS_POLICY.replace(" data:", "") == SECURITY_POLICY
