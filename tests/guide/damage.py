"""The damage that repair.py undoes, made on purpose."""

from __future__ import annotations

UNDEFINED = {"cp1254": b"\x81\x8d\x8e\x8f\x90\x9d\x9e", "cp1252": b"\x81\x8d\x8f\x90\x9d"}


def damage(text: str, code_page: str, *, keep_nbsp: bool = True, keep_hyphen: bool = False) -> str:
    """UTF-8 bytes read in a code page, undefined ones dropped; NBSP and soft hyphen as asked."""
    lost = UNDEFINED[code_page] + (b"" if keep_hyphen else b"\xad")
    kept = bytes(byte for byte in text.encode() if byte not in lost)
    read = kept.decode(code_page)
    return read if keep_nbsp else read.replace("\xa0", " ")
