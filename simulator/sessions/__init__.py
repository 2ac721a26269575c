"""Interviews that last: the record of events, the report made from it, and its exports."""
