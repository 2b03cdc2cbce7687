"""What every endpoint of the REST API is made of; the apps' own are in their `api` packages."""
