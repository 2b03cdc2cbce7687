"""What the customer wants: the order, its lines, its progress."""
