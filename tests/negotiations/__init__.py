"""Questions to whole negotiations, with their answers."""
