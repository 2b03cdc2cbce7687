"""Settings: what is shared in base, what differs between places beside it, the environment read in env."""
