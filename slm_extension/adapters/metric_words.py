"""What a metric means, in a sentence or two: what starts its clocks, stops them and makes them begin anew. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from frappe import _

from slm_extension.domain.targets import Metric


def starts_when(metric: Metric) -> str:
	"""When a clock starts, without a subject: "the ticket is opened"."""
	return _any_of([_happenings()[name] for name in metric.starts])


def meaning(metric: Metric) -> str:
	"""When clocks of a metric start and stop."""
	said = [
		_("Starts when {0}.").format(starts_when(metric)),
		_("Stops when {0}.").format(_any_of([_stops()[name] for name in metric.stops])),
	]
	if metric.recurs:
		said.append(_("Begins anew at each stop, as long as the ticket goes on."))
	return " ".join(said)


def _any_of(parts: Sequence[str]) -> str:
	return parts[0] if len(parts) == 1 else _("{0} or {1}").format(", ".join(parts[:-1]), parts[-1])


def _happenings() -> dict[str, str]:
	return {
		"opened": _("the ticket is opened"),
		"acknowledged": _("staff acknowledges it"),
		"staff replied": _("staff replies"),
		"customer wrote": _("the customer writes"),
		"somebody took it": _("somebody takes it"),
		"escalated": _("it is escalated"),
		"users told": _("the users are told that it works again"),
		"handed to a team": _("it is handed to a team"),
		"handed to a supplier": _("it is handed to a supplier"),
		"back from the supplier": _("it comes back from the supplier"),
		"reopened": _("it is reopened"),
		"resolved": _("it is resolved"),
		"closed": _("it is closed"),
	}


def _stops() -> dict[str, str]:
	return {**_happenings(), "done": _("it is resolved or closed")}
