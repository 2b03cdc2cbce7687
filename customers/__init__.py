"""Who buys: parties, addresses, payment terms."""
