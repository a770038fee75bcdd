"""What can be said and what it means: events, spans and the rules of time. No I/O, no clock."""
