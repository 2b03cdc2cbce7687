"""English beyond America."""
