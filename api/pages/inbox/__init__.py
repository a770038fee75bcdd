"""The inbox: articles that were brought in, and what they suggest."""
