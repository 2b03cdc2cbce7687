"""The books: accounts, periods, the journal."""
