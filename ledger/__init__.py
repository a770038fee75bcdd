"""The append-only log: appending, reading back, verifying."""
