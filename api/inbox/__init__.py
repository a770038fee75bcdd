"""The inbox: articles are read into drafts, which people correct, accept and record."""
