"""Through a buffer of 16."""

from buffered import peers

PEERS = peers(16)
