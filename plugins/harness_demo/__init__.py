"""The embedded demonstration: small models, a server that serves them, suites that compare them."""
