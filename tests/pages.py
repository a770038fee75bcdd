"""The pages: how tests fetch one from a world, and all that are looked at in a browser."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from api.pages import routes
from api.pages.shared import static_files
from tests.world import World

BASE = "/desk/talks"
ADDRESSES = [page.path for page in routes.PAGES if "{" not in page.path]
SOURCES = Path(routes.__file__).parent


def fetch_page(site: World, path: str = "", status: int = 200, **headers: str) -> str:
    address = path if path.startswith("/") else f"{BASE}{path}"
    response = site.client.get(address, headers=headers, follow_redirects=False)
    assert response.status_code == status, response.text
    text: str = response.text
    return text


def page(site: World, name: str, query: str = "", status: int = 200, **headers: str) -> str:
    return fetch_page(site, f"{BASE}/{name}".rstrip("/") + query, status, **headers)


def main(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]


def without_links(text: str) -> str:
    """Return a page with the texts of links and names as they are read within a sentence."""
    return re.sub(r"</?(?:a|bdi)\b[^>]*>", "", text)


def loaded_bytes(text: str) -> int:
    """Return the compressed bytes of styles, scripts and pictures that a page loads untouched."""
    files = {static_files.file_address(file.name): file for file in static_files.FOLDER.glob("*.*")}
    found: set[Path] = set()
    wanted = [files.get(each) for each in re.findall(r' (?:href|src)="([^"]+)"', text)]
    while wanted:
        file = wanted.pop()
        if file and file not in found:
            found.add(file)
            modules = re.findall(r'^import .*"\./(.+?)"', file.read_text("utf-8"), re.MULTILINE)
            wanted += [file.parent / module for module in modules]
    sent = (
        static_files.sent_text(file).encode()
        if static_files.is_own_text(file)
        else file.read_bytes()
        for file in found
    )
    return sum(len(gzip.compress(each)) for each in sent)


# What is looked at in a browser.

DEMO = "/desk/ukraine-peace-talks"
DEMO_PAGES = {
    "home": "/",
    "overview": DEMO,
    "overview then": f"{DEMO}?as_of=2025-12-25",
    "positions": f"{DEMO}/positions?as_of=2025-12-25",
    "positions, a cell": f"{DEMO}/positions?as_of=2025-12-25&cell=russia/revised-framework",
    "positions, uk": f"{DEMO}/positions?as_of=2025-12-25&lang=uk",
    "plans": f"{DEMO}/plans",
    "plan": f"{DEMO}/plans/us-ua-20",
    "plan, uk": f"{DEMO}/plans/us-28?lang=uk",
    "redline": f"{DEMO}/plans/us-28?to_plan=us-ua-20",
    "redline, side by side": f"{DEMO}/plans/us-28?to_plan=us-ua-20&view=side&only=changed",
    "compare": f"{DEMO}/compare?from=2025-11-20&as_of=2025-12-25",
    "gap": f"{DEMO}/gap?as_of=2025-11-23",
    "audit": f"{DEMO}/audit?verify=1&old=100&replay=120",
    "help": f"{DEMO}/help",
    "record": f"{DEMO}/record",
    "record, a form": f"{DEMO}/record?type=position-stated",
    "record, rows": f"{DEMO}/record?type=plan-introduced&lang=uk",
    "record, a correction": f"{DEMO}/record?act=correct&event=ede44899-997f-5343-a65c-78724536bfdc",
    "open": "/open",
    "proposals": f"{DEMO}/proposals",
    "inbox": f"{DEMO}/inbox",
    "how well articles are read": f"{DEMO}/inbox/quality?lang=uk",
    "problems": "/problems",
    "problem": "/problems/invalid-span?lang=uk",
    "docs": "/docs",
    "sign in": "/sign-in",
    "account": "/account",
    "events": f"{DEMO}/events?as_of=2025-12-25",
    "events, a window": f"{DEMO}/events?as_of=2025-12-25&from=2025-11-10&to=2025-12-09&q=talks",
    "event": f"{DEMO}/events/ede44899-997f-5343-a65c-78724536bfdc",
    "anomalies": f"{DEMO}/anomalies?as_of=2025-12-25",
    "meetings": f"{DEMO}/meetings",
    "meetings, uk": f"{DEMO}/meetings?status=held&month=2025-11&lang=uk",
    "people": f"{DEMO}/people?as_of=2025-12-25",
    "pictures": f"{DEMO}/pictures?as_of=2025-12-25",
    "who moved": f"{DEMO}/pictures/drift?as_of=2026-01-31&issue=ceasefire&party=russia",
    "who moved, acts, uk": f"{DEMO}/pictures/drift?issue=revised-framework&lang=uk",
    "how late we knew": f"{DEMO}/pictures/lag?as_of=2025-12-25",
    "what happened when": f"{DEMO}/pictures/chronology?from=2025-12-10&to=2026-01-10",
    "how the plans evolved": f"{DEMO}/pictures/evolution?point=us-28/us28-06",
    "who met whom": f"{DEMO}/pictures/encounters",
    "activity and silence": f"{DEMO}/pictures/activity?by=party",
    "an embedded picture": f"{DEMO}/pictures/activity/embed",
    "person": f"{DEMO}/people/kirill-dmitriev?as_of=2025-12-25",
    "party": f"{DEMO}/parties/russia?as_of=2025-12-25",
    "party, uk": f"{DEMO}/parties/ukraine?lang=uk",
    "issue": f"{DEMO}/issues/territory?as_of=2025-12-25",
    "unknown": f"{DEMO}/parties/rusia",
    "refused": f"{DEMO}/positions?asof=2025&basis=maybe",
    "nowhere": f"{DEMO}/nowhere",
}
"""Every page, and its states that look different; a new page is one line here."""
SIZES = (380, 768, 1280)
"""Widths of a window, in pixels: a phone, a tablet, a desktop."""
MAX_HEIGHT = 6000
"""Pixels of a page that is not asked for more."""
SCHEMES = ("light", "dark")
