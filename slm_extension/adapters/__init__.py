"""Documents of the host to values of the domain and back: the only translators."""
