"""What a child process does to the site, with the code that production runs, and how it is made to die of it.

Runs in processes of their own only (faults.children); what these change of a module dies with them.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from typing import Any

import erpnext.support.doctype.issue.issue as erpnext_issue
import frappe
import frappe.client
import frappe.core.doctype.communication.email
import frappe.desk.form.assign_to
import frappe.email.doctype.email_queue.email_queue
import frappe.email.email_body
import premailer  # noqa: F401  (mails are dressed by it; whoever forks later need not load it each time)
from frappe.utils import getdate, now_datetime
from frappe.utils.scheduler import enqueue_events_for_all_sites

from slm_extension import api, tasks, testing
from slm_extension.adapters import site_time
from slm_extension.adapters.agreements import site_agreements
from slm_extension.overrides import issue as overrides_issue
from slm_extension.service_level_management.doctype.slm_correction import slm_correction
from slm_extension.services import agreements, breaches, jobs, rebuild, rechecks, remeasure, signing, versions
from slm_extension.services.chunks import Chunks, Share
from slm_extension.services.tick import tick

from .names import agent, api_key, mark

READING = ("select", "show", "describe", "explain")


class Statements:
	"""Counts the statements that change something; before the one whose number is `last` the process is killed.

	What has been sent when a process dies has been done or not; what has not been sent has not. So the death before
	a statement is the death after the one before it as well, and the same as one while reading in between. A commit
	is a statement like others, and so is the beginning of the next transaction.
	"""

	def __init__(self, last: int | None) -> None:
		self.count, self._last = 0, last
		self._sql = frappe.local.db.sql
		frappe.local.db.sql = self._counted

	def _counted(self, query: Any, *arguments: Any, **more: Any) -> Any:
		if not str(query).lstrip().lower().startswith(READING):
			self.count += 1
			if self.count == self._last:
				os.kill(os.getpid(), signal.SIGKILL)
		return self._sql(query, *arguments, **more)


def enter(sites: str, site: str) -> None:
	"""Connect this process to the site; it knows what busy processes know."""
	os.chdir(sites)
	frappe.init(site=site, sites_path=sites)
	frappe.connect()
	frappe.set_user("Administrator")
	site_agreements()


_real_now = site_time.now


def begin(action: str, now: int | None) -> Callable[..., Any]:
	"""An action to be called, in a transaction that sees what there is, with a time of its own where one is given."""
	site_time.now = _real_now if now is None else lambda: now
	frappe.db.rollback()
	return ACTIONS[action]


def finish() -> None:
	"""What an action has not committed is undone; it holds no lock any more."""
	frappe.db.rollback()


def prepare(
	marks: int,
	agents: int,
	promised: dict[str, dict[str, int]],
	escalations: dict[str, list[dict[str, Any]]],
	services: list[str],
) -> None:
	"""Agents; services; agreements around the clock, with everybody and with customers; marks to recognise changes by."""
	first = frappe.get_doc("User", testing.make_user(agent(0), "Support Team", "System Manager"))
	first.api_key, first.api_secret = api_key(0), "secret"
	first.save()
	_multiply(first.name, agents)
	clock = testing.make_calendar("Day and Night", around_the_clock=True).name
	for who, goals in promised.items():
		testing.make_agreement(
			who,
			[testing.target(metric, seconds / 3600) for metric, seconds in goals.items()],
			calendar=clock,
			customer=None if who == "Everybody" else testing.make_customer(who),
			valid_from="2020-01-01",
			escalations=escalations.get(who, []),
		)
	for name in ("Low", "High"):
		testing.make_priority(name)
	for name in services:
		testing.make_service(name)
	frappe.db.bulk_insert(
		"Issue Type",
		["name", "creation", "modified"],
		[(mark(n), *[now_datetime()] * 2) for n in range(marks)],
	)
	frappe.db.sql(
		"update `tabScheduled Job Type` set stopped = 1 where method not in %s",
		(("slm_extension.tasks.beat", "slm_extension.tasks.hourly"),),
	)
	frappe.db.set_single_value("System Settings", "enable_scheduler", 1)
	frappe.db.set_single_value("SLM Settings", "last_reconcile", str(now_datetime()))
	frappe.db.commit()
	frappe.clear_cache()


def _multiply(user: str, agents: int) -> None:
	"""The same user under other names; making two hundred by the form would take a minute."""
	for table, own in (("tabUser", "name"), ("tabHas Role", "parent"), ("__Auth", "name")):
		columns = [row[0] for row in frappe.db.sql(f"show columns from `{table}`")]
		rows = frappe.db.sql(f"select * from `{table}` where `{own}` = %s", user)
		for number in range(1, agents):
			mine = {"api_key": api_key(number), "email": agent(number), own: agent(number), "username": None}
			if table == "tabHas Role":
				mine = {own: agent(number)}
			for place, row in enumerate(rows):
				values = {**dict(zip(columns, row, strict=True)), **mine}
				values = {name: value for name, value in values.items() if name in columns}
				if table == "tabHas Role":
					values["name"] = f"role{number}-{place}"
				frappe.db.sql(
					f"insert into `{table}` ({', '.join(f'`{name}`' for name in values)})"
					f" values ({', '.join(['%s'] * len(values))})",
					list(values.values()),
				)


def make_issues(count: int, **fields: Any) -> list[str]:
	names = [testing.make_issue(**fields).name for _ in range(count)]
	frappe.db.commit()
	return names


def save(name: str, values: dict[str, Any]) -> None:
	"""What a request of the form does."""
	frappe.client.set_value("Issue", name, values)
	frappe.db.commit()


def put(name: str, values: dict[str, Any]) -> None:
	"""What a request of the API does."""
	issue = frappe.get_doc("Issue", name, for_update=True)
	issue.update(values)
	issue.save()
	frappe.db.commit()


def db_set(name: str, field: str, value: str) -> None:
	"""What a script does, or the host behind the scenes: one field of a document that was read before."""
	issue = frappe.get_doc("Issue", name)
	issue.db_set(field, value)
	frappe.db.commit()


def late(
	late: str, arguments: dict[str, Any], meanwhile: str, others: dict[str, Any], at: int, who: str = ""
) -> None:
	"""`late` is an action that had begun to read before another, `meanwhile` with `others`, was done, at `at`.

	The former is done by `who`, by the administrator unless said.
	"""
	frappe.db.sql("select count(*) from tabIssue")
	_by_another(meanwhile, others, at)
	with testing.as_user(who or "Administrator"):
		ACTIONS[late](**arguments)


def overtaken(
	late: str,
	arguments: dict[str, Any],
	meanwhile: str,
	others: dict[str, Any],
	at: int,
	lock: str,
	number: int,
) -> None:
	"""The same where the other is done just before the former asks for a lock: the statement of that number, from 1
	on, in which `lock` is found, a regular expression.
	"""
	sql, left = frappe.local.db.sql, number

	def asked(query: Any, *values: Any, **more: Any) -> Any:
		nonlocal left
		if left and re.search(lock, str(query), re.DOTALL | re.IGNORECASE):
			left -= 1
			if not left:
				_by_another(meanwhile, others, at)
		return sql(query, *values, **more)

	frappe.local.db.sql = asked
	try:
		ACTIONS[late](**arguments)
	finally:
		frappe.local.db.sql = sql
	assert not left, "It has not asked for that lock."


def beside(first: str, arguments: dict[str, Any], meanwhile: str, others: dict[str, Any], at: int) -> None:
	"""`first` has done everything, and not committed it yet, while another does `meanwhile` with `others`, at `at`."""
	commit = frappe.local.db.commit
	frappe.local.db.commit = lambda: None
	try:
		ACTIONS[first](**arguments)
	finally:
		frappe.local.db.commit = commit
	_by_another(meanwhile, others, at)
	frappe.db.commit()


def _by_another(action: str, arguments: dict[str, Any], at: int) -> None:
	"""An action over a connection of its own, which ends."""
	mine, usual, flags = frappe.local.db, site_time.now, frappe.local.flags
	frappe.connect()
	frappe.local.flags = frappe._dict({**flags, "currently_saving": []})
	site_time.now = lambda: at
	ACTIONS[action](**arguments)
	frappe.db.close()
	frappe.local.db, site_time.now, frappe.local.flags = mine, usual, flags


def insert(values: dict[str, Any]) -> str:
	name = testing.make_issue(**values).name
	frappe.db.commit()
	return str(name)


def reply(name: str, subject: str) -> None:
	frappe.core.doctype.communication.email.make(
		doctype="Issue", name=name, content=subject, subject=subject, sent_or_received="Sent", send_email=0
	)
	frappe.db.commit()


def receive(name: str, subject: str) -> None:
	"""What a customer's mail does."""
	frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Received",
			"reference_doctype": "Issue",
			"reference_name": name,
			"sender": "somebody@customer.example",
			"subject": subject,
			"content": subject,
		}
	).insert()
	frappe.db.commit()


def assign_by_rule(whom: str) -> None:
	"""From now on every new ticket is given to somebody by a rule of the host."""
	days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
	frappe.get_doc(
		{
			"doctype": "Assignment Rule",
			"name": f"To {whom}",
			"document_type": "Issue",
			"description": "Yours",
			"rule": "Round Robin",
			"assign_condition": "status == 'Open'",
			"users": [{"user": whom}],
			"assignment_days": [{"day": day} for day in days],
		}
	).insert()
	frappe.db.commit()


def forget_rules() -> None:
	for name in frappe.get_all("Assignment Rule", pluck="name", order_by="name asc"):
		frappe.delete_doc("Assignment Rule", name)
		frappe.clear_document_cache("Assignment Rule", name)
	frappe.cache_manager.clear_doctype_map("Assignment Rule", "Issue")
	frappe.db.commit()


def assign(name: str, whom: str) -> None:
	frappe.desk.form.assign_to.add(
		{"assign_to": [whom], "doctype": "Issue", "name": name, "description": whom}
	)
	frappe.db.commit()


def set_all(names: list[str], status: str) -> None:
	"""The bulk action of the list view."""
	overrides_issue.set_multiple_status(frappe.as_json(names), status)
	frappe.db.commit()


def delete(name: str) -> None:
	frappe.delete_doc("Issue", name)
	frappe.db.commit()


def merge(name: str, into: str) -> None:
	frappe.rename_doc("Issue", name, into, merge=True, force=True)
	frappe.db.commit()


def rename(name: str, new: str) -> None:
	frappe.rename_doc("Issue", name, new, force=True)
	frappe.db.commit()


def acknowledge(name: str) -> None:
	api.acknowledge(name)
	frappe.db.commit()


def take(name: str) -> None:
	api.take(name)
	frappe.db.commit()


def tell_users(name: str) -> None:
	"""The button of a ticket whose service works again."""
	api.ticket_told(name)
	frappe.db.commit()


def enter_outage(values: dict[str, Any]) -> None:
	"""An outage that somebody enters by hand."""
	frappe.get_doc({"doctype": "SLM Outage", "source": "By Hand", **values}).insert()
	frappe.db.commit()


def change_outage(ticket: str, values: dict[str, Any], number: int = 0) -> None:
	"""One of the outages of a ticket, in their order, is saved from its form, which somebody has just opened."""
	names = frappe.get_all("SLM Outage", filters={"issue": ticket}, pluck="name", order_by="name asc")
	outage = frappe.get_doc("SLM Outage", names[number], for_update=True)
	outage.update(values)
	outage.save()
	frappe.db.commit()


def ask(name: str, values: dict[str, Any], who: str) -> None:
	"""An agent asks for a correction, with a message of the ticket as evidence."""
	communication = frappe.db.get_value("Communication", {"reference_name": name})
	with testing.as_user(who):
		frappe.get_doc(
			{
				"doctype": "SLM Correction",
				"ticket_type": "Issue",
				"ticket": name,
				"reason": "He told us so.",
				"communication": communication,
				**values,
			}
		).insert()
	frappe.db.commit()


def _asked(name: str) -> Any:
	found = frappe.get_all("SLM Correction", filters={"ticket": name}, pluck="name", order_by="name asc")
	return frappe.get_doc("SLM Correction", found[-1])


def approve(name: str, seen: str = "") -> None:
	"""The newest correction of a ticket, by its form; `seen` is what the form has shown, what it shows now unless said."""
	asked = _asked(name)
	asked.approve(seen or see(name))
	frappe.db.commit()


def see(name: str) -> str:
	"""What the form of that correction shows."""
	return str(slm_correction.preview(_asked(name).name)["digest"])


def reject(name: str) -> None:
	_asked(name).reject("No.")
	frappe.db.commit()


def answer(name: str, metric: str, way: str, arguments: dict[str, Any], who: str) -> None:
	"""One of the ways in which people answer a breach."""
	breach = frappe.get_doc("SLM Breach", {"ticket": name, "metric": metric})
	with testing.as_user(who):
		frappe.get_doc("SLM Breach", breach.name).run_method(way, **arguments)
	frappe.db.commit()


def agree(customer: str, valid_from: str, concluded: bool = True) -> str:
	"""An agreement with a customer, or one that could be concluded; its name."""
	agreement = testing.make_agreement(
		customer,
		[testing.target("Response", 1)],
		calendar="Day and Night",
		customer=testing.make_customer(customer),
		valid_from=valid_from,
		submit=concluded,
	)
	if not concluded:
		agreement.db_set("status", "Approved", update_modified=False)
	frappe.db.commit()
	return str(agreement.name)


def agree_on_a_chain(customer: str, hours: int) -> str:
	"""A draft that rests on a contract which turns tickets around in four hours."""
	contract = testing.make_agreement(
		f"Contract for {customer}",
		[testing.target("Turnaround", 4)],
		calendar="Day and Night",
		kind="UC",
		supplier=testing.make_supplier(),
		valid_from="2020-01-01",
	)
	name = testing.make_agreement(
		customer,
		[testing.target("Resolution", hours)],
		calendar="Day and Night",
		customer=testing.make_customer(customer),
		rests_on=[{"agreement": contract.name}],
		submit=False,
	).name
	frappe.db.commit()
	return str(name)


def promise(agreement: str, hours: int) -> None:
	"""A draft is saved with another goal."""
	document = frappe.get_doc("SLM Agreement", agreement)
	document.targets[0].goal = hours * testing.HOUR
	document.save()
	frappe.db.commit()


def recheck(agreement: str) -> None:
	rechecks.recheck_one(agreement)
	frappe.db.commit()


def conclude(agreement: str) -> None:
	testing.conclude(frappe.get_doc("SLM Agreement", agreement))
	frappe.db.commit()


def conclude_and_measure(agreement: str, start: int) -> None:
	"""An agreement is concluded, and the job that follows runs at once."""
	conclude(agreement)
	remeasure.measure_since(start)


def sign(agreement: str, party: str) -> None:
	"""Somebody attaches what a party has signed on paper."""
	signing.sign(
		frappe.get_doc("SLM Agreement", agreement),
		party,
		f"Somebody of the {party}",
		method="On Paper",
		evidence="/private/files/signed.pdf",
	)
	frappe.db.commit()


def new_version(agreement: str, valid_from: str) -> str:
	name = versions.new_version(frappe.get_doc("SLM Agreement", agreement), getdate(valid_from)).name
	frappe.db.commit()
	return str(name)


def freeze(agreement: str, first: str, last: str) -> None:
	agreements.freeze(frappe.get_doc("SLM Agreement", agreement), getdate(first), getdate(last), "A strike.")
	frappe.db.commit()


def terminate(agreement: str, last: str) -> None:
	agreements.terminate(frappe.get_doc("SLM Agreement", agreement), getdate(last), "No more.")
	frappe.db.commit()


def remind() -> None:
	"""What the scheduler does once a day with breaches."""
	breaches.remind(site_time.now(), Chunks(tasks.PAGE, frappe.db.commit, frappe.db.rollback))


def refresh_statuses() -> None:
	"""What the scheduler does once a day with agreements."""
	agreements.refresh_statuses(site_time.today())
	frappe.db.commit()


def beat(page: int = tasks.PAGE) -> None:
	"""What the scheduler starts every few minutes."""
	tasks.PAGE = page
	tasks.beat()
	frappe.db.commit()


def ticks(begin: int, end: int, step: int) -> int:
	"""The work of beats at regular times, one after the other; how many there were."""
	chunks = Chunks(tasks.PAGE, frappe.db.commit, frappe.db.rollback)
	times = range(begin, end + 1, step)
	for at in times:
		tick(at, chunks)
	return len(times)


def hourly() -> None:
	tasks.hourly()
	frappe.db.commit()


def rebuild_all(page: int) -> str:
	return str(jobs.run_rebuild(lambda *_: None, Share(), page).sentence)


def enqueue_rebuild(page: int) -> bool:
	return jobs.enqueue("rebuild", 1, page, {})


def scheduler_pass() -> None:
	"""What a scheduler's process does once a minute."""
	enqueue_events_for_all_sites()


def verify() -> list[str]:
	"""Everything in which what is stored is not what the ledgers say."""
	found = rebuild.verify(site_time.now(), Chunks())
	return [found.sentence, *map(str, found.first)] if found.count else []


def bulk_of_the_host(names: list[str], status: str) -> None:
	"""The host's own way, which tells nobody: for reconcile to find."""
	erpnext_issue.set_multiple_status(frappe.as_json(names), status)
	frappe.db.commit()


ACTIONS: dict[str, Callable[..., Any]] = {
	action.__name__: action
	for action in (
		acknowledge,
		agree,
		agree_on_a_chain,
		answer,
		approve,
		ask,
		assign,
		assign_by_rule,
		beat,
		beside,
		bulk_of_the_host,
		change_outage,
		conclude,
		conclude_and_measure,
		db_set,
		delete,
		enqueue_rebuild,
		enter_outage,
		freeze,
		forget_rules,
		hourly,
		insert,
		late,
		make_issues,
		merge,
		new_version,
		overtaken,
		prepare,
		promise,
		put,
		rebuild_all,
		receive,
		recheck,
		refresh_statuses,
		reject,
		remind,
		rename,
		reply,
		save,
		scheduler_pass,
		see,
		set_all,
		sign,
		take,
		tell_users,
		terminate,
		ticks,
		verify,
	)
}
