"""Accounts of people: the sign-in, the second factor, sessions, and how each likes their pages."""
