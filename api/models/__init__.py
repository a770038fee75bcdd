"""Typed answers: the response of every address, as frozen models that forbid other fields.

Models read JSON: ``TypeAdapter(Model).validate_json(text)``. Lists are tuples, instants are
RFC 3339 in UTC, spans are EDTF as recorded, and ids are UUIDs as text.
"""
