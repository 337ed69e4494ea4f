"""Service level management for ERPNext."""

__version__ = "0.1.0"
