"""What can be said and what it means: events, spans, bases and the rules of time. No I/O, no clock."""
