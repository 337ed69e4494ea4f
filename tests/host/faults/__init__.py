"""A help desk's whole machinery for a test to break: own database server, own Redis, own web and job processes."""
