"""The warehouse's pages: what is printed, the walk past the bins, what leaves, what comes in, what comes back."""
