"""Addresses of articles without what does not name the article: how a reader came, and to where in
the page."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

_TRACKING = re.compile(
    r"utm_\w+|at_(medium|campaign|format|link_\w+|ptr_name|bbc_team|custom\d)|ns_(mchannel|source"
    r"|campaign|linkname|fee)|(fb|g|d|y|tw|tt|msc)clid|msclkid|[gw]braid|igshid|li_fat_id|mc_[ce]id"
    r"|_hs(enc|mi)|mkt_tok|vero_id|oly_(enc|anon)_id|cmpid|cmp|ocid|smid|xtor|wt[._]mc(_id)?"
    r"|traffic_source|ftcamp|__twitter_impression",
    re.I,
)
"""Parameters that only ever tell how a reader came. Words that can also choose what is shown, such
as ``ref``, ``source``, ``id`` and ``page``, are none of them."""
_ROUTES = ("!", "/")
"""How a fragment begins that a script of the page takes for the address of another page."""


def drop_tracking(url: str) -> str:
    """Return an address without parameters that tell how a reader came; the others stay as they
    are, and so does what is no address."""
    page, sign, fragment = url.partition("#")
    base, mark, query = page.partition("?")
    kept = [
        each
        for each in query.split("&")
        if not _TRACKING.fullmatch(unquote_plus(each.partition("=")[0]))
    ]
    return f"{base}{mark if any(kept) else ''}{'&'.join(kept)}{sign}{fragment}"


def page_of(url: str) -> str:
    """Return the address of the whole page, without the place in it that a fragment names."""
    page, _, fragment = url.partition("#")
    return url if fragment.startswith(_ROUTES) else page
