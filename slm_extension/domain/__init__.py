"""How service levels are measured: pure values and functions, standard library only.

Nothing here reads a clock, a file or a database. Whoever asks hands in the instant.
"""
