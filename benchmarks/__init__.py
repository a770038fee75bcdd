"""Measuring what this costs: never part of the tests, for time depends on the machine."""
