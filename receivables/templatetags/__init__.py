"""What the cash desk's templates ask for."""
