"""How people and programs reach it: HTTP, pages, command line."""
