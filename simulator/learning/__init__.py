"""Learning: what was weak comes back. Everything here is derived from the record of sessions."""
