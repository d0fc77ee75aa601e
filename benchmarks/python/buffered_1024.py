"""Through a buffer of 1024."""

from buffered import peers

PEERS = peers(1024)
