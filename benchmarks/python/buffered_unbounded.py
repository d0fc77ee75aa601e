"""Through a buffer without a bound."""

from buffered import peers

PEERS = peers()
