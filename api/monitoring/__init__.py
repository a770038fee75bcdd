"""How a server is seen from outside: whether it is ready, what it logs and counts, who read."""
