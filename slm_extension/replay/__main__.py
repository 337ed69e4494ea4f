"""`python -m slm_extension.replay` is the command `slm`."""

from slm_extension.replay.cli import main

if __name__ == "__main__":
	main()
