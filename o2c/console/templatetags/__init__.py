"""What the console's templates ask for."""
