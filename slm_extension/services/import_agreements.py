"""An agreements file as calendars and agreements of the site: all of it, or nothing.

What is there already and says the same is left alone; what is there and says something else is refused. The
caller undoes the transaction when anything is raised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import frappe
from frappe import _

from slm_extension.adapters.agreement_documents import (
	EVER,
	Names,
	agreement_document,
	calendar_document,
	conditions_of,
	holiday_list,
)
from slm_extension.adapters.agreements import calendar_editions, site_agreements
from slm_extension.adapters.calendars import calendar_of, holidays_of
from slm_extension.adapters.commitments import commitments_of, in_names, rows_of
from slm_extension.adapters.metrics import METRIC, conditions_in, own_metrics
from slm_extension.domain.agreements import Agreement, AgreementKind
from slm_extension.domain.calendars import Calendar
from slm_extension.domain.commitments import Commitments
from slm_extension.domain.scopes import Property
from slm_extension.domain.targets import Metric, Target
from slm_extension.replay.agreements_file import AgreementsFile, read_agreements
from slm_extension.services.master_data import MasterData
from slm_extension.services.signing import sign_as_imported


@dataclass(frozen=True, slots=True)
class ImportedAgreements:
	"""What was created and what was there; `left_out` says in sentences what of the file has no place here."""

	calendars: int
	agreements: int
	unchanged: int
	created: Mapping[str, int]
	left_out: tuple[str, ...]


def import_agreements(path: Path, create: bool = True) -> ImportedAgreements:
	"""Read a file and write what is not there yet, submitted and in force from its dates on.

	Raises InputProblem for what is wrong in the file, and the host's ValidationError for what the site refuses.
	"""
	file = read_agreements(path)
	for agreement in file.book.agreements:
		_refuse_what_has_no_place(agreement)
	for metric in file.metrics:
		_write_metric(metric)
	master = MasterData(create)
	names = _names(file, master)
	calendars = sum(_calendar(calendar) for calendar in file.calendars)
	written = 0
	beside = {(one.agreement, one.version): in_names(one, names) for one in file.commitments}
	for agreement in sorted(
		file.book.agreements, key=lambda one: (one.kind.customer_facing, one.name, one.version)
	):
		said = beside[agreement.name, agreement.version]
		present = _present(agreement)
		if present is None:
			_write(agreement, said, names)
			written += 1
		elif not (_says_the_same(agreement, present, names, file) and _promises_the_same(said)):
			frappe.throw(
				_(
					'Version {0} of the agreement "{1}" is on this site and says something else. '
					"Give the one in the file a higher version and a later valid_from."
				).format(agreement.version, agreement.name)
			)
	_prove(file, names, beside)
	unchanged = len(file.book.agreements) - written
	return ImportedAgreements(calendars, written, unchanged, master.created, tuple(_left_out(file)))


def _refuse_what_has_no_place(agreement: Agreement) -> None:
	if agreement.kind is AgreementKind.UC and len(agreement.parties) > 1:
		frappe.throw(
			_(
				'The agreement "{0}" has {1} suppliers; on a site it has one. Write one agreement for each.'
			).format(agreement.name, len(agreement.parties))
		)


def _names(file: AgreementsFile, master: MasterData) -> Names:
	agreements = file.book.agreements
	targets = [target for one in agreements for target in one.targets]
	suppliers = (name for one in agreements if one.kind is AgreementKind.UC for name in one.parties)
	teams = (
		name
		for one in agreements
		for name in one.teams | (one.parties if one.kind is AgreementKind.OLA else set())
	)
	escalations = [row for one in file.commitments for row in one.escalations]
	known_teams = master.teams({*teams, *(row.move_to_team for row in escalations)} - {""})
	conditions: dict[Property, set[str]] = defaultdict(set)
	for condition in (condition for one in agreements for condition in one.conditions):
		conditions[condition.property] |= condition.values.names
	return Names(
		customers=master.customers(
			{name for one in agreements for name in one.customers} | conditions[Property.CUSTOMER]
		),
		suppliers=master.suppliers(suppliers),
		services=master.services(
			{name for one in [*agreements, *targets] for name in one.services}
			| conditions[Property.SERVICE]
			| (
				{row.service for one in file.commitments for row in (*one.services, *one.interruptions)}
				- {""}
			)
		),
		priorities=master.priorities(
			{name for target in targets for name in target.priorities}
			| conditions[Property.PRIORITY]
			| ({row.raise_priority_to for row in escalations} - {""})
		),
		types=master.types(conditions[Property.TYPE]),
		customer_groups=master.customer_groups(
			{name for one in agreements for name in one.customer_groups} | conditions[Property.CUSTOMER_GROUP]
		),
		territories=master.territories(
			{name for one in agreements for name in one.territories} | conditions[Property.TERRITORY]
		),
		teams=known_teams,
		users=master.users({name for row in escalations for name in (row.user, row.assign_to)} - {""}),
		roles=master.roles({row.role for row in escalations} - {""}),
	)


def _write_metric(metric: Metric) -> None:
	"""Write a metric unless it is there."""
	if not frappe.db.exists(METRIC, metric.name):
		rows = {table: [{"what": one} for one in said] for table, said in conditions_in(metric).items()}
		document = {"doctype": METRIC, "metric_name": metric.name, "recurs": int(metric.recurs), **rows}
		frappe.get_doc(document).insert(ignore_permissions=True)
	elif own_metrics().get(metric.name) != metric:
		frappe.throw(
			_(
				'The metric "{0}" is on this site and says something else. Rename it in the file, '
				"or make both say the same."
			).format(metric.name)
		)


def _calendar(calendar: Calendar) -> int:
	"""Write a calendar unless it is there; returns how many were written."""
	known = frappe.db.exists("SLM Calendar", calendar.name)
	if known:
		if _hours(calendar_of(frappe.get_doc("SLM Calendar", known))) != _hours(calendar):
			frappe.throw(
				_(
					'The calendar "{0}" is on this site and says something else. Rename it in the file, '
					"or make both say the same."
				).format(calendar.name)
			)
		return 0
	holidays = _holiday_list(calendar)
	frappe.get_doc(calendar_document(calendar, holidays)).insert(ignore_permissions=True)
	return 1


def _holiday_list(calendar: Calendar) -> str | None:
	"""The Holiday List of a calendar that knows its holidays up to a date, written unless it is there."""
	name = f"{calendar.name} (SLM)"
	values = holiday_list(calendar, name)
	if values is None:
		return None
	if frappe.db.exists("Holiday List", name):
		wanted = {row["holiday_date"] for row in values["holidays"]}, calendar.known_until
		days, known_until = holidays_of([name])
		if (set(days), known_until) != wanted:
			frappe.throw(
				_(
					'The Holiday List "{0}" is on this site and has other days. Rename it, or the calendar.'
				).format(name)
			)
		return name
	return str(frappe.get_doc(values).insert(ignore_permissions=True).name)


def _present(agreement: Agreement) -> Agreement | None:
	"""The version of it that the site has in force, at any time."""
	return next(
		(
			one
			for one in site_agreements().book.agreements
			if (one.name, one.version) == (agreement.name, agreement.version)
		),
		None,
	)


def _write(agreement: Agreement, said: Commitments, names: Names) -> None:
	"""A draft, its place among the versions of its name, and its submission, which ends the version before."""
	rests_on = frappe.get_all(
		"SLM Agreement",
		filters={"lineage": ["in", agreement.rests_on], "docstatus": 1},
		pluck="name",
		order_by="agreement_version desc",
	) if agreement.rests_on else []  # fmt: skip
	document: Any = frappe.get_doc(
		{**agreement_document(agreement, names, rests_on), **rows_of(said, agreement)}
	).insert(ignore_permissions=True)
	document.db_set(
		{"lineage": agreement.name, "agreement_version": agreement.version}, update_modified=False
	)
	document.flags.ignore_permissions = True
	sign_as_imported(document, _("agreements file"))
	document.submit()


def _prove(file: AgreementsFile, names: Names, beside: Mapping[tuple[str, int], Commitments]) -> None:
	"""The site says the same as the file now; if it did not, nothing of it would stay."""
	for agreement in file.book.agreements:
		present = _present(agreement)
		same = present is not None and _says_the_same(agreement, present, names, file)
		if not (same and _promises_the_same(beside[agreement.name, agreement.version])):
			frappe.throw(
				_('The agreement "{0}" cannot be kept on this site as the file says it.').format(
					agreement.name
				)
			)


def _says_the_same(agreement: Agreement, present: Agreement, names: Names, file: AgreementsFile) -> bool:
	"""Whether two agreements measure the same. One that a later version on the site has ended may end earlier."""
	latest = max(one.version for one in file.book.agreements if one.name == agreement.name)
	superseded = agreement.version == latest and any(
		one.name == agreement.name and one.version > latest for one in site_agreements().book.agreements
	)
	if not superseded and agreement.ends != present.ends:
		return False
	return _promise(agreement, names) == _promise(present, None) and not present.editions


def _promises_the_same(said: Commitments) -> bool:
	"""Whether the site's version says the same of availability, interruptions and escalation; a file may be silent.

	Warning levels may be there as rows or not: sites into which they were imported before know nothing of them.
	"""
	name = site_agreements().documents[said.agreement, said.version]
	present = commitments_of(frappe.get_cached_doc("SLM Agreement", name), calendar_editions())
	if said.services and _hours_of(said) != _hours_of(present):
		return False
	if said.interruptions and sorted(map(repr, said.interruptions)) != sorted(
		map(repr, present.interruptions)
	):
		return False
	rows = [sorted(map(repr, one)) for one in (said.escalations, (*said.escalations, *said.warned))]
	return not said.escalations or sorted(map(repr, present.escalations)) in rows


def _hours_of(said: Commitments) -> list[str]:
	return sorted(repr((one.service, one.promise, one.period, _hours(one.calendar))) for one in said.services)


def _promise(agreement: Agreement, names: Names | None) -> tuple[object, ...]:
	"""What an agreement promises to whom, in the site's names; everything that measuring looks at but its end."""
	suppliers = agreement.parties if agreement.kind is AgreementKind.UC else frozenset()
	return (
		agreement.kind,
		max(agreement.valid_from or EVER, EVER),
		_called(agreement.customers, names and names.customers),
		_called(agreement.customer_groups, names and names.customer_groups),
		_called(agreement.territories, names and names.territories),
		_called(agreement.services, names and names.services),
		frozenset(
			(of, others, _called(said, names and names.of(of)))
			for (of, others), said in conditions_of(agreement).items()
		),
		agreement.parties - suppliers,
		_called(suppliers, names and names.suppliers),
		agreement.teams,
		frozenset(agreement.rests_on) if agreement.kind.customer_facing else frozenset(),
		agreement.default,
		_hours(agreement.calendar),
		sorted(repr(_target(target, names)) for target in agreement.targets),
	)


def _called(names: Iterable[str], known: Mapping[str, str] | None) -> frozenset[str]:
	return frozenset(names if known is None else (known[name] for name in names))


def _target(target: Target, names: Names | None) -> tuple[object, ...]:
	return (
		target.metric.name,
		target.goal,
		_hours(target.calendar),
		int(target.holds),
		sorted(_called(target.priorities, names and names.priorities)),
		sorted(_called(target.services, names and names.services)),
		target.on_reopen.value,
		target.on_change.value,
		target.objective,
	)


def _hours(calendar: Calendar) -> tuple[object, ...]:
	"""When a calendar is open, and how far that is known; names of holidays do not count."""
	days: list[tuple[date, object]] = [(one.day, one.windows) for one in calendar.exceptions]
	return (
		calendar.zone_name,
		tuple(tuple(sorted(windows)) for windows in calendar.week),
		tuple(sorted(days)),
		tuple(sorted((one.first, one.last) for one in calendar.yearly)),
		calendar.known_until,
	)


def _left_out(file: AgreementsFile) -> Iterable[str]:
	if file.excuses:
		yield _("{0} excuses were left out: excuse clocks on the site.").format(len(file.excuses))
	if any(parents for one in file.book.forests for parents in one.parents.values()):
		yield _("What lies beneath what was left out: the site has its own trees.")
	if any(list(one.links) for one in file.book.forests):
		yield _("What services rest on was left out: the site has its own catalogue.")
	if any(one.rests_on for one in file.book.agreements if not one.kind.customer_facing):
		yield _("What OLAs and UCs rest on was left out: only agreements with customers keep it.")
