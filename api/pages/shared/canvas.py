"""What pictures are drawn on: a title above, the picture, and below it where it is from."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from api.pages.shared.marks import MARKS, Mark, draw_mark, mark_definitions, mark_word
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text
from api.pages.shared.svg import element, text_lines, text_width, wrap_text

WIDE, NARROW = 1200, 360
"""Widths in pixels: for a desktop and to share, and for a phone."""
SHARED_HEIGHT = 675
"""Height in pixels of a wide picture that is shared; a longer one is taken smaller."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture of one width.

    A ``file`` is taken along: its links are whole. A ``framed`` one leads out of its frame.
    ``marks`` are those that are drawn, which the key explains.
    """

    frame: PageContext
    width: int = WIDE
    is_file: bool = False
    is_framed: bool = False
    marks: set[Mark] = field(default_factory=set)

    @property
    def is_narrow(self) -> bool:
        return self.width < WIDE

    @property
    def margin(self) -> int:
        return 8 if self.is_narrow else 24

    @property
    def inner_width(self) -> int:
        return self.width - 2 * self.margin

    @property
    def size(self) -> int:
        """Size of the text in pixels."""
        return 12 if self.is_narrow else 15

    def link(self, address: str, title: str, *parts: object, lit: bool = False) -> Markup:
        """Return parts that lead somewhere, with a tip, which is their name too."""
        href = self.frame.absolute_address(address) if self.is_file else address
        return element(
            "a",
            element("title", title),
            *parts,
            href=href,
            class_="p-link is-lit" if lit else "p-link",
            target="_top" if self.is_framed else None,
        )

    def draw_mark(self, mark: Mark | None, x: float, y: float, width: float = 0) -> Markup:
        """Return a mark, and remember that the key must explain it."""
        if mark:
            self.marks.add(mark)
        return draw_mark(mark, x, y, width)

    def finish(self, title: str, says: str, body: Markup, height: float) -> Markup:
        """Return the whole drawing: title, what it says, the body, its key and source."""
        head, top = self._draw_head(title, says)
        foot, bottom = self._draw_foot(top + height + 8)
        total = bottom if self.is_narrow or not self.is_file else max(bottom, SHARED_HEIGHT)
        if total > bottom:
            foot = element("g", foot, transform=f"translate(0 {total - bottom:.0f})")
        drawn = element("g", body, transform=f"translate(0 {top:.0f})")
        return self._draw_root(f"{title}. {says}", total, head + drawn + foot)

    def finish_bare(self, label: str, body: Markup, height: float) -> Markup:
        """Return a drawing without title and source, as a part of a page that has these."""
        key, bottom = self._draw_key(height)
        return self._draw_root(label, bottom + 4, body + key)

    def _draw_root(self, label: str, height: float, drawn: Markup) -> Markup:
        return element(
            "svg",
            mark_definitions() if self.is_file else "",
            element("rect", width=self.width, height=round(height), class_="p-paper"),
            drawn,
            xmlns="http://www.w3.org/2000/svg" if self.is_file else None,
            class_=f"picture {'narrow' if self.is_narrow else 'wide'}",
            viewBox=f"0 0 {self.width} {height:.0f}",
            width=self.width if self.is_file else None,
            height=f"{height:.0f}" if self.is_file else None,
            role="group",
            aria_label=label,
        )

    def _draw_head(self, title: str, says: str) -> tuple[Markup, float]:
        size = 19 if self.is_narrow else 27
        lines = wrap_text(title, self.inner_width, size * 1.08, 2)
        y = float(self.margin + size)
        head = text_lines(lines, self.margin, y, size * 1.2, class_="p-title", font_size=size)
        y += (len(lines) - 1) * size * 1.2 + self.size * 1.7
        said = wrap_text(says, self.inner_width, self.size, 9 if self.is_narrow else 4)
        head += text_lines(said, self.margin, y, self.size * 1.35, class_="p-says p-text")
        return head, y + (len(said) - 1) * self.size * 1.35 + self.size * 1.4

    def _draw_foot(self, y: float) -> tuple[Markup, float]:
        key, y = self._draw_key(y)
        parts = [key, path_across(self.margin, y, self.inner_width)]
        size = 12 if self.is_narrow else 13
        y += size * 1.5
        lines = wrap_text(self.source_line(), self.inner_width, size, 5)
        parts.append(text_lines(lines, self.margin, y, size * 1.3, class_="p-source"))
        y += (len(lines) - 1) * size * 1.3
        if not self.is_narrow:
            y += size * 1.4
            address = self.frame.picture_permalink
            text = element(
                "text", self.frame.absolute_address(address), x=self.margin, y=y, class_="p-source"
            )
            parts.append(self.link(address, self.frame.words("pictures.here"), text))
        return Markup("").join(parts), y + size

    def _draw_key(self, top: float) -> tuple[Markup, float]:
        """Return what the marks mean, in as many lines as it takes, and where that ends."""
        if not self.marks:
            return Markup(""), top
        parts, x, y = list[Markup](), float(self.margin), top + 20
        for mark in (each for each in MARKS if each in self.marks):
            word, is_wide = mark_word(self.frame.words, mark), mark in ("vague", "unwatched")
            width = 28 + text_width(word, 12 if self.is_narrow else 13)
            if x > self.margin and x + width > self.width - self.margin:
                x, y = self.margin, y + self.size * 1.5
            parts.append(draw_mark(mark, x if is_wide else x + 5, y - 4, 22 if is_wide else 0))
            parts.append(element("text", word, x=x + 28, y=y, class_="p-source"))
            x += width + 16
        return Markup("").join(parts), y + self.size

    def source_line(self) -> str:
        """Return whose picture this is, of what, as of when, and what must be said of it all."""
        frame, words = self.frame, self.frame.words
        source = words(
            "pictures.source",
            title=frame.title,
            basis=words(f"rail.preset.{frame.basis.preset}"),
            day=frame.shown_date,
            seq=frame.basis.seq,
        )
        caveat = shorten_text(frame.caveat, 240)
        return f"{source}. {caveat}" if caveat else source


def page_canvas(frame: PageContext, *, narrow: bool = False, framed: bool = False) -> Canvas:
    """Return what a picture on a page is drawn on."""
    return Canvas(frame, NARROW if narrow else WIDE, is_framed=framed)


def path_across(x: float, y: float, width: float, class_: str = "p-rule") -> Markup:
    """Return a line from left to right."""
    return element("path", d=f"M{x:.0f} {y:.1f}h{width:.0f}", class_=class_)
