"""How pages tell what changed in an order."""
