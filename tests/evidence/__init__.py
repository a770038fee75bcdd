"""Evidence that is too slow for every test run: each module is a command of its own."""
