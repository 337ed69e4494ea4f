"""Numbers of records: every kind counts for itself, none is given twice, and old sites go on where they were."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from frappe.model.naming import NamingSeries

from slm_extension.patches.v0_3 import count_each_kind_apart
from slm_extension.testing import SiteClock, make_agreement, make_customer

AGREEMENT = "SLM Agreement"


def counted(prefix: str) -> int:
	return int(NamingSeries(f"{prefix}-.####").get_current_value() or 0)


def number_of(name: str) -> int:
	return int(name.rpartition("-")[2])


def sla() -> str:
	return str(make_agreement("Support for Wool", customer=make_customer(), submit=False).name)


def commitment() -> str:
	return str(make_agreement("What we promise", kind="Commitment", basis="Default", submit=False).name)


def requirement() -> str:
	return str(
		frappe.get_doc(
			{
				"doctype": "SLM Requirement",
				"title": "Fast help",
				"customer": make_customer(),
				"need": "<p>Help.</p>",
				"why_now": "Survey",
			}
		)
		.insert()
		.name
	)


@pytest.mark.parametrize(
	("make", "prefix"),
	[(sla, "SLA"), (commitment, "Commitment"), (requirement, "SLR")],
	ids=["SLA", "commitment", "requirement"],
)
def test_each_kind_counts_for_itself(clock: SiteClock, make: Callable[[], str], prefix: str) -> None:
	first = make()
	for other in (sla, commitment, requirement):
		if other is not make:
			other()
	assert (first, make()) == (f"{prefix}-{number_of(first):04}", f"{prefix}-{number_of(first) + 1:04}")


def test_a_number_is_not_given_again_when_its_draft_is_deleted(clock: SiteClock) -> None:
	first = sla()
	frappe.delete_doc(AGREEMENT, first)
	assert number_of(sla()) == number_of(first) + 1


def test_a_name_that_came_in_by_an_import_is_passed_over(clock: SiteClock) -> None:
	first = sla()
	taken = f"SLA-{number_of(first) + 1:04}"
	frappe.rename_doc(AGREEMENT, sla(), "SLA-8000", force=True)
	NamingSeries("SLA-.####").update_counter(number_of(first))
	frappe.rename_doc(AGREEMENT, "SLA-8000", taken, force=True)
	assert sla() == f"SLA-{number_of(first) + 2:04}"


def test_old_sites_go_on_above_the_highest_number_of_each_kind(clock: SiteClock) -> None:
	"""Amended documents of the host have a further number behind their own, which does not count."""
	for name in ("SLA-0042", "SLA-0017", "SLA-0040-99"):
		frappe.rename_doc(AGREEMENT, sla(), name, force=True)
	frappe.rename_doc(AGREEMENT, commitment(), "Commitment-0043", force=True)
	for prefix in ("SLA", "Commitment"):
		NamingSeries(f"{prefix}-.####").update_counter(3)
	count_each_kind_apart.execute()
	assert (counted("SLA"), counted("Commitment")) == (42, 43)
	assert (sla(), commitment()) == ("SLA-0043", "Commitment-0044")


def test_a_counter_that_is_further_on_stays(clock: SiteClock) -> None:
	sla()
	NamingSeries("SLA-.####").update_counter(900)
	count_each_kind_apart.execute()
	assert counted("SLA") == 900
