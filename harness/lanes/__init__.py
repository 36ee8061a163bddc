"""What a call waits for before it starts: a place, a rate, a quota, a retry, an address."""
