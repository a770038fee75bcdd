"""From articles to draft events: what is read, by which reader, and what it proposes."""
