"""How much a customer may owe: accounts, commitments, decisions."""
