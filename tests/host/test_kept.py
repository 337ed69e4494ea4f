"""What each process keeps of the site until it changes."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest

from slm_extension.adapters.kept import Kept


@pytest.fixture
def world(site: str) -> Iterator[dict[str, str]]:
	"""What the transaction in hand sees, and a kept value that reads it."""
	seen = {"value": "before", "reads": ""}

	def read() -> str:
		seen["reads"] += "."
		return seen["value"]

	seen_kept = Kept("test_kept", read)
	seen["kept"] = seen_kept  # type: ignore[assignment]
	yield seen
	frappe.cache.delete_value("slm_extension:test_kept")


def another_transaction() -> None:
	frappe.db.after_commit.run()


def test_what_was_read_in_a_transaction_older_than_the_change_is_not_kept(world) -> None:
	"""Its snapshot is from before the change, though the stamp tells of it already."""
	kept = world["kept"]
	assert kept.get() == "before"

	world["value"] = "after"
	another_transaction()

	assert kept.get() == "after"


def test_asking_again_costs_nothing_while_nothing_changes(world) -> None:
	kept = world["kept"]
	for _transaction in range(4):
		for _time in range(3):
			kept.get()
		another_transaction()

	assert world["reads"] == ".."


def test_a_change_is_seen_at_once_by_who_makes_it(world) -> None:
	kept = world["kept"]
	kept.get()

	world["value"] = "after"
	kept.forget()

	assert kept.get() == "after"
