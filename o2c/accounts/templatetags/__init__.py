"""What templates of accounts need."""
