"""What each page costs the servers, after a thousand past orders and after a hundred thousand."""
