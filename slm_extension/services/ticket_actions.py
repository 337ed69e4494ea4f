"""What somebody says about a ticket by a button: that it has arrived, that he takes it, that it goes to the next level."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.utils import escape_html

from slm_extension.adapters import issues, site_time, store
from slm_extension.adapters.facts import PROPERTIES, News
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import Fact, Kind, Timeline
from slm_extension.services import observe


def acknowledge(issue: Any) -> str:
	"""Staff confirms that a ticket has arrived; returns what was done, safe as HTML. Once is enough."""
	_refuse_where_nothing_is_timed(issue)
	known = [fact for fact in _ledger(issue) if fact.kind is Kind.ACKNOWLEDGED]
	if known:
		return _("{0} was acknowledged already, by {1}.").format(
			frappe.bold(escape_html(issue.name)), frappe.bold(_person(known[0].value))
		)
	_tell(issue, News(Kind.ACKNOWLEDGED, frappe.session.user))
	return _("{0} is acknowledged.").format(frappe.bold(escape_html(issue.name)))


def take(issue: Any) -> str:
	"""Who is at the screen takes a ticket on; returns what was done, safe as HTML. Assigned already, he says that he has it."""
	_refuse_where_nothing_is_timed(issue)
	user, name = frappe.session.user, frappe.bold(escape_html(issue.name))
	owners = [fact.value for fact in _ledger(issue) if fact.kind is Kind.OWNED]
	if owners and owners[-1] == user:
		return _("{0} is yours already.").format(name)
	if user in issues.assigned_to(issue.name):
		_tell(issue, News(Kind.OWNED, user))
	else:
		assign_to.add({"assign_to": [user], "doctype": issue.doctype, "name": issue.name})
	return _("{0} is yours.").format(name)


def escalate(issue: Any, team: str) -> str:
	"""Hand a ticket to the next level, and to a team where one is named; returns what was done, safe as HTML."""
	_refuse_where_nothing_is_timed(issue)
	if team and not frappe.db.exists("User Group", team):
		frappe.throw(
			_("There is no team {0}. Choose another.").format(frappe.bold(escape_html(team))),
			frappe.DoesNotExistError,
			title=_("Team Not Found"),
		)
	_tell(issue, News(Kind.ESCALATED, team))
	if not team:
		return _("{0} is escalated.").format(frappe.bold(escape_html(issue.name)))
	issue.db_set(PROPERTIES[Kind.TEAM], team)
	return _("{0} is escalated to {1}.").format(
		frappe.bold(escape_html(issue.name)), frappe.bold(escape_html(team))
	)


def _refuse_where_nothing_is_timed(issue: Any) -> None:
	if not enabled():
		frappe.throw(_("Service level management is switched off in SLM Settings."), title=_("Switched Off"))
	issues.lock([issue.name])  # two may press at once
	ledger = _ledger(issue)
	if not ledger:
		observe.begun(issue, site_time.now(), "button")
		ledger = _ledger(issue)
	state = Timeline.of(issue.name, ledger).steps[-1].state
	if state.done or state.withdrawn:
		frappe.throw(
			_("{0} is done. Reopen it first.").format(frappe.bold(escape_html(issue.name))),
			title=_("Nothing to Do"),
		)


def _ledger(issue: Any) -> list[Fact]:
	ticket = Ticket(issue.doctype, issue.name)
	return sorted(store.facts_of([ticket], latest=True)[ticket], key=Fact.order)


def _tell(issue: Any, news: News) -> None:
	result = observe.happened(Ticket(issue.doctype, issue.name), [news], site_time.now(), "button")
	if result is not None:
		observe.put_fields(issue, result)


def _person(user: str) -> str:
	return escape_html(frappe.db.get_value("User", user, "full_name") or user)
