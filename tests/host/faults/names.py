"""How agents, and the marks by which their changes are recognised, are called."""


def mark(number: int) -> str:
	"""A value that one change of one ticket gets and no other: the name of an Issue Type, or a subject."""
	return f"T{number:05}"


def agent(number: int) -> str:
	return f"agent{number:03}@desk.example"


def api_key(number: int) -> str:
	return f"agent{number:03}"
