"""Who may do what: every DocType, method, report and door of the host, by every role, guests included.

The tables are written by hand, from what each role is there for; what is not in them fails. June 2026 begins on a
Monday.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.permissions import update_permission_property
from full_agreement import SECRETS, make_full_agreement
from whitelisted_methods import (
	ADMIN,
	ANALYST,
	EMPLOYEE,
	GUEST,
	MANAGER,
	METHODS,
	OF_SILK,
	OF_WOOL,
	OWNER,
	ROLES,
	SALES,
	SALES_MANAGER,
	STRANGERS,
	SUPPLIER,
	SUPPORT,
	World,
	of_this_app,
)

from slm_extension import portal, testing
from slm_extension.seeds import agreement_workflow
from slm_extension.services import catalogue_print
from slm_extension.testing import SiteClock, as_user, make_user, target

MODULE = "Service Level Management"
WOOL, SILK, BYTES = "Wool & Sons", "Silk Ltd", "Bytes & Co"
AGREEMENT, REQUIREMENT = "SLM Agreement", "SLM Requirement"

READ, WRITE, CREATE, DELETE, SUBMIT, CANCEL = "read", "write", "create", "delete", "submit", "cancel"
LETTERS = {"r": READ, "w": WRITE, "c": CREATE, "d": DELETE, "s": SUBMIT, "x": CANCEL}

MASTER = {ADMIN: "rwcd", OWNER: "rwcd", MANAGER: "rwcd", ANALYST: "rwc", SUPPORT: "r"}
"""What managers keep, analysts maintain and agents read."""

KEPT_BY_US = {ADMIN: "r", OWNER: "r", MANAGER: "r", ANALYST: "r", SUPPORT: "r"}
"""What services alone write."""

MATRIX: dict[str, dict[str, str]] = {
	AGREEMENT: {
		ADMIN: "rwcdsx",
		OWNER: "rwcdsx",
		MANAGER: "rwcdsx",
		ANALYST: "rwc",
		SUPPORT: "r",
		SALES: "r",
		SALES_MANAGER: "r",
	},
	REQUIREMENT: {**MASTER, SALES: "rwc", SALES_MANAGER: "rwc"},
	"SLM Service": MASTER,
	"SLM Service Rule": MASTER,
	"SLM Service Specification": MASTER,
	"SLM Calendar": MASTER,
	"SLM Maintenance Window": MASTER,
	"SLM Outage": MASTER,
	"SLM Supplier Report": MASTER,
	"SLM Metric": {
		ADMIN: "rwcd",
		OWNER: "rwcd",
		MANAGER: "r",
		ANALYST: "r",
		SUPPORT: "r",
		SALES: "r",
		SALES_MANAGER: "r",
	},
	"SLM Glossary Term": {**MASTER, EMPLOYEE: "r"},
	"SLM Settings": {ADMIN: "rwc", OWNER: "rwc", MANAGER: "r"},
	"SLM Correction": {ADMIN: "r", OWNER: "rwc", MANAGER: "rwc", ANALYST: "rwc", SUPPORT: "rwc"},
	"SLM Feedback": {ADMIN: "rwcd", OWNER: "rwc", MANAGER: "rwc", ANALYST: "rwc", SUPPORT: "rwc"},
	"SLM What-If": {**MASTER, ANALYST: "rwcd"},
	"SLM Breach": KEPT_BY_US,
	"SLM Calendar Edition": KEPT_BY_US,
	"SLM Clock": KEPT_BY_US,
	"SLM Escalation Log": KEPT_BY_US,
	"SLM Ticket Event": KEPT_BY_US,
	"SLM Service Link Change": KEPT_BY_US,
	"SLM Tree Move": KEPT_BY_US,
	"SLM What-If Clock": KEPT_BY_US,
	"SLM Workload Notice": {ADMIN: "r", OWNER: "r", MANAGER: "r", ANALYST: "r"},
	"SLM Process Alert": {ADMIN: "r", OWNER: "r", MANAGER: "r", ANALYST: "r"},
	"SLM Failed Measure": {ADMIN: "rd", OWNER: "rd", MANAGER: "r"},
}
"""What each role may do with each DocType; a role that is not named may nothing."""

ABOUT_TICKETS = (
	"SLM Breach",
	"SLM Clock",
	"SLM Correction",
	"SLM Escalation Log",
	"SLM Feedback",
	"SLM Ticket Event",
	"SLM What-If",
	"SLM What-If Clock",
)
"""Of these a user sees what is about tickets that he may read; Support Team reads Issues, the host says."""

OWN_ALONE = {("SLM What-If", ANALYST, DELETE)}
"""Rights that end at documents of one's own."""


def may(doctype: str, role: str) -> set[str]:
	return {LETTERS[letter] for letter in MATRIX[doctype].get(role, "")}


@pytest.fixture(autouse=True)
def _as_seeded(request_put_back: None) -> None:
	agreement_workflow.seed()
	frappe.clear_cache(doctype=AGREEMENT)


def user_of(role: str) -> str:
	"""A user with this role and no other; those of the portal belong to their party."""
	if role == GUEST:
		return "Guest"
	party = {OF_WOOL: ("Customer", WOOL), OF_SILK: ("Customer", SILK), SUPPLIER: ("Supplier", BYTES)}
	email = f"{frappe.scrub(role).replace('_', '.')}@roles.example"
	if role not in party:
		user = make_user(email, role)
		if role == EMPLOYEE:  # the host takes it back from a user who is no Employee's
			_give(user, role)
		return user
	doctype, name = party[role]
	user = make_user(email, doctype)
	document = frappe.get_doc(doctype, name)
	if user not in [row.user for row in document.portal_users]:
		document.append("portal_users", {"user": user})
		document.save()
	return user


def _give(user: str, role: str) -> None:
	values = {"parent": user, "parenttype": "User", "parentfield": "roles", "role": role}
	frappe.get_doc({"doctype": "Has Role", "name": frappe.generate_hash(length=10), **values}).db_insert()
	frappe.clear_cache(user=user)


@pytest.fixture
def world(clock: SiteClock) -> World:
	"""Wool's agreement on an OLA and a UC, one to be signed, his ticket and requirement, and what belongs to them."""
	for customer in (WOOL, SILK):
		testing.make_customer(customer)
	if not frappe.db.exists("Supplier", BYTES):
		frappe.get_doc({"doctype": "Supplier", "supplier_name": BYTES}).insert()
	uc = testing.make_agreement(
		"secret-contract", [target("Turnaround", 1)], kind="UC", supplier=BYTES, valid_until="2027-12-31"
	)
	in_force = testing.make_agreement(
		"Promise to Wool",
		customer=WOOL,
		valid_until="2027-12-31",
		rests_on=[{"agreement": uc.name}],
		submit=False,
	)
	testing.conclude(in_force)
	full = make_full_agreement(WOOL, valid_from="2028-01-01", valid_until="2028-12-31")
	full.db_set("status", "Approved")
	ticket = testing.make_issue(customer=WOOL, raised_by=user_of(OF_WOOL))
	service = testing.make_service()
	run = _raw(
		"SLM What-If",
		agreement=in_force.name,
		status="Done",
		agreements_toml="version = 1",
		opened_from="2026-01-01",
		opened_until="2026-03-31",
	)
	_raw("SLM What-If Clock", what_if=run, ticket_type="Issue", ticket=ticket.name, customer=WOOL)
	breach = _raw(
		"SLM Breach",
		ticket_type="Issue",
		ticket=ticket.name,
		clock_key="x",
		status="Open",
		standing=1,
		missed_instant=1780284600,
	)
	_raw(
		"SLM Escalation Log",
		ticket_type="Issue",
		ticket=ticket.name,
		clock_key="x",
		level=1,
		reached_instant=1780284600,
	)
	_raw(
		"SLM Service Link Change",
		service=service,
		rests_on="Power",
		change="Removed",
		changed_instant=1780284600,
	)
	_raw("SLM Tree Move", tree="SLM Service", node=service, moved_instant=1780284600)
	_raw("SLM Process Alert", indicator="Failed Measures", status="Bad")
	_raw("SLM Workload Notice", agreement=in_force.name, first_day="2026-06-01", percent=80)
	_raw(
		"SLM Feedback",
		ticket_type="Issue",
		ticket=ticket.name,
		score=2,
		channel="Telephone",
		person="Pia",
		given_on="2026-06-01 09:00:00",
		period=202606,
	)
	correction = _raw(
		"SLM Correction",
		ticket_type="Issue",
		ticket=ticket.name,
		what="Users Told",
		from_time="2026-06-01 09:00:00",
		status="Requested",
		reason="x",
		requested_by="Administrator",
		requested_on="2026-06-01 09:00:00",
	)
	_raw("SLM Failed Measure", ticket_type="Issue", ticket=ticket.name, problem="x")
	specification = frappe.get_doc(
		{"doctype": "SLM Service Specification", "title": "How", "service": service}
	).insert()
	frappe.get_doc(
		{"doctype": "SLM Outage", "service": service, "started": "2026-06-01 08:00:00", "issue": ticket.name}
	).insert()
	frappe.get_doc(
		{
			"doctype": "SLM Maintenance Window",
			"title": "Patches",
			"services": [{"service": service}],
			"starts": "2026-06-05 22:00:00",
			"ends": "2026-06-05 23:00:00",
		}
	).insert()
	frappe.get_doc(
		{"doctype": "SLM Service Rule", "rule_name": "VPN", "service": service, "words": "vpn"}
	).insert()
	frappe.get_doc({"doctype": "SLM Glossary Term", "term": "Quux", "definition": "A thing"}).insert()
	report = frappe.get_doc(
		{
			"doctype": "SLM Supplier Report",
			"agreement": uc.name,
			"period_from": "2026-05-01",
			"period_to": "2026-05-31",
			"due_on": "2026-06-01",
		}
	).insert()
	lead = frappe.get_doc({"doctype": "Lead", "first_name": "Lea"}).insert().name
	opportunity = {"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead}
	contract = {"doctype": "Contract", "party_type": "Customer", "party_name": WOOL, "contract_terms": "x"}
	ticket = ticket.name
	return World(
		erpnext_sla=testing.track_erpnext_sla(),
		lead=lead,
		opportunity=frappe.get_doc(opportunity).insert().name,
		contract=frappe.get_doc(contract).insert().name,
		agreement=in_force.name,
		to_sign=full.name,
		ticket=ticket,
		requirement=_requirement(WOOL),
		service=service,
		specification=specification.name,
		run=run,
		correction=correction,
		breach=breach,
		report=report.name,
		customer=WOOL,
		calendar=in_force.calendar,
		template=testing.make_agreement("Template", is_template=1, submit=False).name,
	)


def _raw(doctype: str, **values: Any) -> str:
	"""A document that services write past its controller."""
	document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
	document.db_insert()
	return str(document.name)


def _requirement(customer: str) -> str:
	return str(
		frappe.get_doc(
			{
				"doctype": REQUIREMENT,
				"title": f"Need of {customer}",
				"customer": customer,
				"why_now": "Need of a User",
				"need": "<p>More</p>",
			}
		)
		.insert()
		.name
	)


def example(doctype: str, world: World) -> Any:
	"""A document of that kind about Wool."""
	named = {
		AGREEMENT: world.to_sign,
		REQUIREMENT: world.requirement,
		"SLM What-If": world.run,
		"SLM Settings": doctype,
		"SLM Service": world.service,
	}
	if doctype in named:
		return frappe.get_doc(doctype, named[doctype])
	return frappe.get_doc(
		doctype, frappe.get_all(doctype, pluck="name", order_by="creation desc", limit=1)[0]
	)


def refused(call: Callable[[], object]) -> bool:
	"""Whether a call is refused for want of a right. What else is wrong with it does not count; nothing is kept."""
	frappe.db.savepoint("tried")
	try:
		call()
	except (frappe.PermissionError, frappe.DoesNotExistError, frappe.AuthenticationError):
		return True
	except (frappe.ValidationError, frappe.NameError):
		return False
	finally:
		frappe.db.rollback(save_point="tried")
		frappe.clear_messages()
	return False


class TestDocTypes:
	@pytest.mark.parametrize("doctype", MATRIX)
	def test_the_host_lets_its_rights_be_changed(self, doctype: str) -> None:
		"""It refuses any change where the rights that we ship do not fit the DocType."""
		role = next(iter(MATRIX[doctype]))

		meta = frappe.get_meta(doctype)
		try:
			update_permission_property(doctype, role, 0, "print", 1)
		finally:
			frappe.db.rollback()
			frappe.clear_cache(doctype=doctype)

		assert any(row.get("import") for row in meta.permissions) == bool(meta.allow_import)

	def test_each_of_ours_has_its_line(self, site: str) -> None:
		ours = frappe.get_all(
			"DocType", filters={"module": MODULE, "istable": 0}, pluck="name", order_by="name asc"
		)
		assert set(ours) == set(MATRIX)

	def test_no_role_beside_these_has_a_right(self, site: str) -> None:
		granted = frappe.get_all(
			"DocPerm",
			filters={"parent": ["in", list(MATRIX)]},
			pluck="role",
			distinct=True,
			order_by="role asc",
		)
		assert set(granted) <= set(ROLES)

	@pytest.mark.parametrize("role", ROLES)
	def test_the_host_grants_what_is_written_here(self, world: World, role: str) -> None:
		user = user_of(role)
		found = {
			doctype: {one for one in LETTERS.values() if frappe.has_permission(doctype, one, user=user)}
			for doctype in MATRIX
		}
		assert found == {
			doctype: {one for one in may(doctype, role) if (doctype, role, one) not in OWN_ALONE}
			for doctype in MATRIX
		}

	@pytest.mark.parametrize("role", ROLES)
	def test_and_that_is_what_happens(self, world: World, role: str) -> None:
		"""Read, listed, saved, inserted and deleted by the host's own methods."""
		user, wrong = user_of(role), []
		for doctype in MATRIX:
			document = example(doctype, world)
			values = document.as_dict()
			new = {"status": "Draft"} if doctype == "SLM Service" else {}
			new |= {
				key: value
				for key, value in values.items()
				if key not in ("name", "creation", "modified", *new)
			}
			doors: dict[str, tuple[str, Callable[[], object]]] = {
				"get": (READ, lambda: frappe.client.get(doctype, document.name)),  # noqa: B023
				"save": (WRITE, lambda: frappe.client.save(frappe.as_json(values))),  # noqa: B023
				"insert": (CREATE, lambda: frappe.client.insert(frappe.as_json(new))),  # noqa: B023
				"delete": (DELETE, lambda: frappe.client.delete(doctype, document.name)),  # noqa: B023
			}
			if not frappe.get_meta(doctype).issingle:
				doors["list"] = (READ, lambda: _listed(doctype, document.name))  # noqa: B023
			if doctype == "SLM Settings":
				del doors["insert"], doors["delete"]
			for door, (right, call) in doors.items():
				expected = right in may(doctype, role) and (doctype, role, right) not in OWN_ALONE
				if doctype in ABOUT_TICKETS and role != SUPPORT:
					expected = False
				with as_user(user):
					if refused(call) is expected:
						wrong.append((doctype, door, f"expected {expected}"))
		assert not wrong, wrong

	def test_sales_change_a_requirement_while_it_is_open(self, world: World) -> None:
		document = frappe.get_doc(REQUIREMENT, world.requirement)
		for status, allowed in (("Draft", True), ("Agreed", False)):
			document.db_set("status", status)
			with as_user(user_of(SALES)):
				assert document.reload().has_permission("write") is allowed

	def test_who_sees_one_customer_alone_sees_his_agreements_alone(self, world: World) -> None:
		"""The host's User Permissions, through lists, reports and methods."""
		other = testing.make_agreement("Promise to Silk", customer=SILK)
		user = user_of(SUPPORT)
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": user,
				"allow": "Customer",
				"for_value": SILK,
				"is_default": 0,
			}
		).insert()
		frappe.clear_cache(user=user)
		with as_user(user):
			named = {row.name for row in frappe.get_list(AGREEMENT, limit_page_length=0)}
			assert other.name in named and world.agreement not in named
			for report in REPORTS:
				if SUPPORT in REPORTS[report]:
					text = frappe.as_json(_report(report, {**TRIED.get(report, {}), "customer": WOOL}))
					assert "Promise to Wool" not in text, report
					assert world.agreement not in text, report
			with pytest.raises(frappe.PermissionError):
				frappe.get_doc(AGREEMENT, world.agreement).check_permission("read")
			for name in ("api.effective_targets", "api.chain_report", "slm_what_if.download_agreement"):
				assert refused(lambda: METHODS[name].call(world)), name  # noqa: B023


def _listed(doctype: str, name: str) -> None:
	rows = frappe.client.get_list(doctype, filters={"name": name}, limit_page_length=0)
	if not rows:
		raise frappe.PermissionError


class TestMethods:
	def test_every_method_is_in_the_table(self, site: str) -> None:
		assert set(of_this_app()) == set(METHODS)

	def test_guests_may_call_none(self, site: str) -> None:
		assert not [name for name, method in of_this_app().items() if method in frappe.guest_methods]

	@pytest.mark.parametrize("role", ROLES)
	def test_who_gets_an_answer(self, world: World, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
		"""Called as the host calls it, with the names of what belongs to Wool."""
		monkeypatch.setattr(portal, "agreement_as_pdf", lambda document: b"")
		monkeypatch.setattr(catalogue_print, "catalogue_pdf", lambda: b"")
		monkeypatch.setattr(frappe, "sendmail", lambda **_mail: None)
		user, wrong = user_of(role), []
		frappe.local.request_ip = "192.0.2.1"
		for name, method in METHODS.items():
			frappe.local.response = frappe._dict()
			frappe.flags.args = frappe._dict(kind="OLA")
			expected = role in method.answers
			with as_user(user):
				shut = role == GUEST or refused(lambda: method.call(world))  # noqa: B023
				if shut is expected:
					wrong.append((name, f"expected {'an answer' if expected else 'a refusal'}"))
		assert not wrong, wrong


REPORTS: dict[str, tuple[str, ...]] = {
	"SLM Agreement Register": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT, SALES, SALES_MANAGER),
	"SLM Availability": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Catalogue": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Causes": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Chain": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Compliance": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Cost and Value": (ADMIN, OWNER, MANAGER),
	"SLM Data Collected": (ADMIN, OWNER, MANAGER, ANALYST),
	"SLM Due": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Glossary Coverage": (ADMIN, OWNER, MANAGER, ANALYST),
	"SLM Process Health": (ADMIN, OWNER, MANAGER, ANALYST),
	"SLM Requirement Trace": (ADMIN, OWNER, MANAGER, ANALYST),
	"SLM Scorecard": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Service Trace": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Services Outside SLA": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Supplier Reports": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM What-If Tickets": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
	"SLM Workload": (ADMIN, OWNER, MANAGER, ANALYST, SUPPORT),
}
TRIED: dict[str, dict[str, Any]] = {
	"SLM Agreement Register": {"documents": "All Documents", "standing": "Current and Archived"},
	"SLM Services Outside SLA": {"show": "All"},
	"SLM Compliance": {"from_date": "2026-01-01", "to_date": "2026-12-31", "group_by": "Customer"},
}


def _report(name: str, filters: dict[str, Any]) -> Any:
	from frappe.desk.query_report import run

	return run(name, filters=json.dumps(filters), ignore_prepared_report=True)


class TestReports:
	def test_each_of_ours_has_its_line(self, site: str) -> None:
		ours = frappe.get_all("Report", filters={"module": MODULE}, pluck="name", order_by="name asc")
		assert set(ours) == set(REPORTS)

	@pytest.mark.parametrize("role", ROLES)
	def test_who_runs_which(self, world: World, role: str) -> None:
		user, wrong = user_of(role), []
		for report, readers in REPORTS.items():
			with as_user(user):
				if refused(lambda: _report(report, {**TRIED.get(report, {}), "customer": WOOL})) is (  # noqa: B023
					role in readers
				):
					wrong.append(report)
		assert not wrong, wrong

	def test_pages_and_workspaces_are_for_those_who_read_agreements(self, site: str) -> None:
		page = frappe.get_doc("Page", "slm-which-agreement")
		workspace = frappe.get_doc("Workspace", "Service Levels")
		readers = {role for role in ROLES if "r" in MATRIX[AGREEMENT].get(role, "")}
		assert {row.role for row in page.roles} == readers
		assert {row.role for row in workspace.roles} == readers - {SALES, SALES_MANAGER}
		at_risk = frappe.get_doc("Page", "slm-at-risk")
		assert {row.role for row in at_risk.roles} == readers - {SALES, SALES_MANAGER}

	@pytest.mark.parametrize("role", [*STRANGERS, EMPLOYEE])
	def test_charts_and_cards_tell_strangers_nothing(self, world: World, role: str) -> None:
		from frappe.desk.doctype.dashboard_chart.dashboard_chart import get as chart
		from frappe.desk.doctype.number_card.number_card import get_result

		told = []
		for name in frappe.get_all(
			"Dashboard Chart", filters={"module": MODULE}, pluck="name", order_by="name asc"
		):
			source = frappe.get_doc("Dashboard Chart", name)
			with as_user(user_of(role)):
				if source.chart_type == "Report":
					shut = refused(lambda: _report(source.report_name, {}))  # noqa: B023
				else:
					shut = refused(lambda: chart(chart_name=name, refresh=1))  # noqa: B023
			if not shut:
				told.append(name)
		for name in frappe.get_all(
			"Number Card", filters={"module": MODULE}, pluck="name", order_by="name asc"
		):
			card = frappe.get_doc("Number Card", name)
			if card.type == "Document Type":
				with as_user(user_of(role)):
					if not refused(lambda: get_result(card.as_json(), card.filters_json)):  # noqa: B023
						told.append(name)
		assert not told, told


COSTS = (
	str(SECRETS["cost"]),
	str(SECRETS["budget"]),
	SECRETS["cost_justification"],
	SECRETS["service_justification"],
	"771177",
	"7,71,177",
	"6,45,342",
	"9,18,273",
)
"""What stands in fields of the level that costs are on; the last in the catalogue and in an older version."""

FIELDS = ("name", "total_cost", "budget", "cost_justification")
ROW = "SLM Agreement Service"


def _call(method: str, **asked: Any) -> Any:
	"""As the host's handler calls it."""
	frappe.local.form_dict = frappe._dict(asked)
	frappe.local.response = frappe._dict(docs=[], headers={})
	answer = frappe.call(method, **asked)
	return [answer, dict(frappe.local.response)]


def _rest(name: str) -> Any:
	from frappe.api.v1 import read_doc

	return read_doc(AGREEMENT, name).as_dict()


def _export(doctype: str, fields: list[str]) -> Any:
	_call(
		"frappe.desk.reportview.export_query",
		doctype=doctype,
		fields=json.dumps(fields),
		file_format_type="CSV",
		title="x",
	)
	return frappe.safe_decode(frappe.local.response.get("filecontent") or b"")


def _template(doctype: str) -> Any:
	_call(
		"frappe.core.doctype.data_export.exporter.export_data",
		doctype=doctype,
		parent_doctype=doctype,
		with_data=True,
		all_doctypes=True,
		file_type="CSV",
		template=True,
	)
	return str(frappe.local.response.get("result"))


def _import_template() -> Any:
	_call(
		"frappe.core.doctype.data_import.data_import.download_template",
		doctype=AGREEMENT,
		export_fields=json.dumps({AGREEMENT: ["name", "budget"], "services": ["name", "cost"]}),
		export_records="all",
	)
	return str(frappe.local.response.get("result"))


COST_DOORS: dict[str, Callable[[World], object]] = {
	"REST": lambda w: _rest(w.to_sign),
	"get": lambda w: frappe.client.get(AGREEMENT, w.to_sign),
	"get_value": lambda w: frappe.client.get_value(AGREEMENT, "total_cost", w.to_sign),
	"get_value of JSON": lambda w: frappe.client.get_value(AGREEMENT, json.dumps(FIELDS), w.to_sign),
	"get_list": lambda w: frappe.client.get_list(AGREEMENT, fields=[*FIELDS]),
	"get_list of all": lambda w: frappe.client.get_list(AGREEMENT, fields=["*"]),
	"get_list of rows": lambda w: frappe.client.get_list(
		ROW, fields=["cost", "cost_justification"], parent=AGREEMENT
	),
	"get_list of all of rows": lambda w: frappe.client.get_list(ROW, fields=["*"], parent=AGREEMENT),
	"get_list through the table": lambda w: frappe.client.get_list(
		AGREEMENT, fields=["name", "services.cost", f"`tab{ROW}`.cost_justification"]
	),
	"get_list in order": lambda w: frappe.client.get_list(
		AGREEMENT, fields=["name", "sum(budget) as s"], group_by="name"
	),
	"services": lambda w: frappe.client.get_list(
		"SLM Service", fields=["name", "annual_cost", "budget", "cost_justification"]
	),
	"a service": lambda w: frappe.client.get("SLM Service", w.service),
	"form": lambda w: _call("frappe.desk.form.load.getdoc", doctype=AGREEMENT, name=w.to_sign),
	"form of a service": lambda w: _call(
		"frappe.desk.form.load.getdoc", doctype="SLM Service", name=w.service
	),
	"timeline": lambda w: _call("frappe.desk.form.load.get_docinfo", doctype=AGREEMENT, name=w.to_sign),
	"report view": lambda w: _call(
		"frappe.desk.reportview.get",
		doctype=AGREEMENT,
		fields=json.dumps([f"`tab{AGREEMENT}`.{one}" for one in FIELDS]),
	),
	"report view of rows": lambda w: _call(
		"frappe.desk.reportview.get",
		doctype=AGREEMENT,
		fields=json.dumps([f"`tab{AGREEMENT}`.name", f"`tab{ROW}`.cost as `{ROW}:cost`"]),
	),
	"export": lambda w: _export(AGREEMENT, [f"`tab{AGREEMENT}`.{one}" for one in FIELDS]),
	"data export": lambda w: _template(AGREEMENT),
	"import template with data": lambda w: _import_template(),
	"link search": lambda w: _call(
		"frappe.desk.search.search_link", doctype=AGREEMENT, txt="", page_length=20
	),
	"link search for a field": lambda w: _call(
		"frappe.desk.search.search_widget",
		doctype=AGREEMENT,
		txt="secret",
		searchfield="cost_justification",
		filter_fields=json.dumps(["cost_justification"]),
	),
	"fetching": lambda w: _call(
		"frappe.client.validate_link", doctype=AGREEMENT, docname=w.to_sign, fields=json.dumps(FIELDS)
	),
	"global search": lambda w: _call("frappe.utils.global_search.search", text="secret", limit=20),
	"standard print": lambda w: _call(
		"frappe.www.printview.get_html_and_style", doc=AGREEMENT, name=w.to_sign, print_format="Standard"
	),
	"print": lambda w: _call(
		"frappe.www.printview.get_html_and_style", doc=AGREEMENT, name=w.to_sign, print_format="SLM Agreement"
	),
	"annex": lambda w: _call(
		"frappe.www.printview.get_html_and_style",
		doc=AGREEMENT,
		name=w.to_sign,
		print_format="SLM Agreement Annex",
	),
	"catalogue print": lambda w: _call(
		"frappe.www.printview.get_html_and_style",
		doc="SLM Service",
		name=w.service,
		print_format="SLM Service Catalogue",
	),
	**{
		f"report {name}": lambda w, name=name: _report(name, TRIED.get(name, {}))
		for name in REPORTS
		if name != "SLM Cost and Value"
	},
	**{f"method {name}": method.call for name, method in METHODS.items() if name.startswith("api.")},
	"file": lambda w: [METHODS["slm_what_if.download_agreement"].call(w), dict(frappe.local.response)],
}


def _secrets(world: World) -> None:
	"""Costs in the agreement, in the history of its changes and in the catalogue."""
	frappe.db.set_value("SLM Service", world.service, {"annual_cost": 771177, "cost_justification": "771177"})
	document = frappe.get_doc(AGREEMENT, world.to_sign)
	old = frappe.get_doc(AGREEMENT, world.to_sign)
	document.budget, old.budget = SECRETS["budget"], 771177
	old.services[0].cost = 771177
	version = frappe.new_doc("Version")
	assert version.update_version_info(old, document)
	assert "7,71,177" in version.data
	version.insert(ignore_permissions=True)


class TestCosts:
	@pytest.mark.parametrize("doctype", [AGREEMENT, "SLM Service", REQUIREMENT])
	def test_who_exports_may_read_every_column_of_its_rows(self, site: str, doctype: str) -> None:
		"""The host's exports look at the level of a column in a document, not in its rows."""
		meta = frappe.get_meta(doctype)
		levels = {
			field.permlevel
			for table in meta.get_table_fields()
			for field in frappe.get_meta(table.options).fields
			if field.permlevel
		}
		for row in meta.permissions:
			if row.export and not row.permlevel:
				readable = {one.permlevel for one in meta.permissions if one.role == row.role and one.read}
				assert levels <= readable, row.role

	def test_the_history_says_that_a_cost_changed_and_not_from_what_to_what(self, world: World) -> None:
		_secrets(world)
		data = frappe.get_last_doc("Version", {"docname": world.to_sign}).get_data()
		assert ["budget", "…", "…"] in data["changed"]
		assert [name for _table, _place, _row, values in data["row_changed"] for name, *_both in values] == [
			"cost"
		]

	@pytest.mark.parametrize("role", [*STRANGERS, EMPLOYEE, SUPPORT, SALES, SALES_MANAGER])
	def test_no_door_shows_costs_to_those_who_may_not_see_them(
		self, world: World, role: str, monkeypatch: pytest.MonkeyPatch
	) -> None:
		monkeypatch.setattr(catalogue_print, "catalogue_pdf", lambda: b"")
		_secrets(world)
		user, leaks = user_of(role), []
		for door, call in COST_DOORS.items():
			text = _answer(user, call, world)
			leaks += [(door, secret) for secret in COSTS if secret in text]
		assert not leaks, leaks

	def test_the_doors_do_open_for_those_who_may(self, world: World) -> None:
		"""Otherwise the test above would prove nothing."""
		_secrets(world)
		user = user_of(MANAGER)
		for door in (
			"REST",
			"get_list",
			"get_list through the table",
			"form",
			"report view",
			"export",
		):
			text = _answer(user, COST_DOORS[door], world)
			assert any(secret in text for secret in COSTS), (door, text[:2000])


def _answer(user: str, call: Callable[[World], object], world: World) -> str:
	"""What a user is told, as text; a refusal with its words."""
	frappe.db.savepoint("asked")
	with as_user(user):
		frappe.local.request_ip = "192.0.2.1"
		frappe.flags.args = frappe._dict(kind="OLA")
		frappe.local.response = frappe._dict(docs=[], headers={})
		try:
			text = str(frappe.as_json(call(world)))
		except (frappe.PermissionError, frappe.ValidationError, frappe.DoesNotExistError, TypeError) as error:
			text = str(error)
		text += str(frappe.get_message_log())
	frappe.clear_messages()
	frappe.db.rollback(save_point="asked")
	return text
