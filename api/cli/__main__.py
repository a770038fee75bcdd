"""Runs the command line as ``python -m api.cli``."""

from api.cli.start import main

main()
