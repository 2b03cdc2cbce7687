"""Where goods are: stock levels, moves, reservations."""
