"""Through a buffer of 1."""

from buffered import peers

PEERS = peers(1)
