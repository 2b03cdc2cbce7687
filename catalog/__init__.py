"""What is sold: products, prices, taxes."""
