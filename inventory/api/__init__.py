"""Stock held for carts, in the REST API."""
