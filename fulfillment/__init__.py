"""What leaves: shipments, and goods received."""
