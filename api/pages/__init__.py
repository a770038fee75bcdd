"""The pages: what people see of a negotiation, drawn on the server, whole without a script.

To add a page: a folder with page.py, whose ``PAGE`` says what it is (shared/page.py describes the
fields), and page.html, which extends shared/base.html; a section of its name in each file of
words/; its name in PAGES of routes.py; and a line in tests/pages.py. Links keep the state of
the address by ``link`` (to another page) and ``here`` (to this one); a link or form with
``data-swap`` changes the page in place where scripts run.
"""
