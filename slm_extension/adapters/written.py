"""Documents read and written by the page: a statement for their rows, one for their versions, and all their events.

For documents without tables, of which services alone write: the host's checks of what a person may enter are not made.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import frappe

from slm_extension.adapters.store import batched, by_name, insert_rows, locking


def locked(doctype: str, names: Collection[str]) -> dict[str, Any]:
	"""Documents by name, for nobody else to write until the transaction ends; each knows what it was."""
	if not names:
		return {}
	statement = locking(f"SELECT * FROM {by_name(doctype)} WHERE name IN %(names)s ORDER BY name")
	found = {}
	for some in batched(sorted(names)):
		for row in frappe.db.sql(statement, {"names": some}, as_dict=True):
			found[row.name] = document = frappe.get_doc({"doctype": doctype, **row})
			document._doc_before_save = frappe.get_doc({"doctype": doctype, **row})
	return found


def write(documents: Sequence[Any]) -> None:
	"""Store documents of one type that `locked` has read, so that scripts, webhooks and notifications see it."""
	if not documents:
		return
	for document in documents:
		_stamp(document)
		document.run_method("before_validate")
		document.run_method("validate")
		document.run_method("before_save")
	_put(documents)
	if documents[0].meta.track_changes:
		_keep_versions(documents)
	for document in documents:
		document.run_method("on_update")
		document.clear_cache()
		document.notify_update()
		document.run_method("on_change")


def _keep_versions(documents: Sequence[Any]) -> None:
	versions = []
	for document in documents:
		version = frappe.new_doc("Version")
		if version.update_version_info(document.get_doc_before_save(), document):
			version.name = frappe.generate_hash(length=16)
			_stamp(version)
			version.run_method("before_insert")
			versions.append(version)
	if versions:
		_put(versions)


def _stamp(document: Any) -> None:
	"""Who writes it and when. The host notes it as being saved until its own saving ends, which this is not."""
	document.set_user_and_timestamp()
	saving = frappe.flags.currently_saving or []
	if (document.doctype, document.name) in saving:
		saving.remove((document.doctype, document.name))


def _put(documents: Sequence[Any]) -> None:
	values = [one.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True) for one in documents]
	columns = list(values[0])
	rows = ([row.get(column) for column in columns] for row in values)
	insert_rows(documents[0].doctype, columns, rows, {}, [column for column in columns if column != "name"])
