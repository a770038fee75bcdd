"""A server of feeds and their articles, as a newsroom has one, that a test lets fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.serving import serve_http

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>The Herald</title><id>urn:herald</id>
<updated>{updated}</updated>{entries}</feed>"""
ATOM_ENTRY = """<entry><title>{title}</title><id>{link}</id><link href="{link}"/>
<published>{day}T08:30:00Z</published><summary>{title}, in short.</summary></entry>"""
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Wire</title>
<link>{origin}</link><description>News</description>{entries}</channel></rss>"""
RSS_ITEM = """<item><title>{title}</title><link>{link}</link>
<pubDate>{day}</pubDate><description>{words}</description></item>"""
PAGE = """<html lang="en"><head><title>{title}</title></head><body><nav>Home</nav><article>
<h1>{title}</h1><p>{words}</p></article></body></html>"""


@dataclass
class Newsroom:
    """What is published by now; the paths in ``broken`` answer 500."""

    origin: str
    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)

    def publish(self, number: int, day: str) -> str:
        """Publish an article on a day, and name it in the feed."""
        path, title = f"/articles/{number}", f"Talks, part {number}"
        words = f"“We are at part {number} of the talks,” the envoy said. " * 6
        self.answers[path] = ("text/html", PAGE.format(title=title, words=words).encode())
        link = f"{self.origin}{path}"
        self.entries.insert(0, ATOM_ENTRY.format(title=title, link=link, day=day))
        feed = ATOM.format(updated=f"{day}T09:00:00Z", entries="".join(self.entries))
        self.answers["/atom.xml"] = ("application/atom+xml", feed.encode())
        return link


@contextmanager
def open_newsroom() -> Iterator[Newsroom]:
    """Serve a newsroom on a port of this machine."""
    rooms: list[Newsroom] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            room = rooms[0]
            room.asked.append(self.path)
            found = None if self.path in room.broken else room.answers.get(self.path)
            status = 500 if self.path in room.broken else 200 if found else 404
            kind, body = found or ("text/plain", b"not here")
            if kind == "location":
                status, kind, target, body = 302, "text/plain", body.decode(), b""
            self.send_response(status)
            if status == 302:
                self.send_header("Location", target)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with serve_http(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        rooms.append(Newsroom(address))
        yield rooms[0]
