"""Hostile load on a real server, beside appends, questions and /livez.

``python -m tests.evidence.load`` attacks it in every way; ``--only NAME`` in one of them.
"""
