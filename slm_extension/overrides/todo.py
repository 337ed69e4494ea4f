"""ToDo, a DocType of Frappe: an assignment gives a ticket an owner, and the owner's team."""

from __future__ import annotations

from typing import Any

from slm_extension.adapters import site_time
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.services import observe
from slm_extension.services.guard import guarded

_WHOM = ("reference_type", "reference_name", "allocated_to")


def after_insert(todo: Any, _method: str | None = None) -> None:
	_given(todo, by_rule=bool(todo.assignment_rule))


def on_update(todo: Any, _method: str | None = None) -> None:
	"""One that goes to somebody else, or becomes a ticket's later, is an assignment from then on, by whoever did that."""
	before = todo.get_doc_before_save()
	if (
		before is not None
		and todo.status == "Open"
		and any(todo.get(one) != before.get(one) for one in _WHOM)
	):
		_given(todo, by_rule=False)


def _given(todo: Any, by_rule: bool) -> None:
	if todo.reference_type != "Issue" or not todo.reference_name or not todo.allocated_to or not enabled():
		return
	ticket = Ticket("Issue", todo.reference_name)
	with guarded(ticket, "assignment"):
		observe.assigned(ticket, observe.Given(todo.allocated_to, todo.name, by_rule), site_time.now())
