"""What is owed and what came in: open items, payments, allocations."""
