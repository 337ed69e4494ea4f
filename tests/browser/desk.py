"""What the browser tests share: a page's complaints, and records as the web server has left them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import frappe
from playwright.sync_api import ConsoleMessage


@dataclass(slots=True)
class Complaints:
	"""What a page complained about; a test that provokes an answer says which one."""

	heard: list[str] = field(default_factory=list)
	expected: list[str] = field(default_factory=list)

	def hear(self, text: str) -> None:
		self.heard.append(text)

	def on_console(self, message: ConsoleMessage) -> None:
		where = str(message.location.get("url", ""))
		if message.type == "error" and "socket.io" not in message.text + where:
			self.hear(f"{message.text} ({where})")

	def expect(self, part: str) -> None:
		self.expected.append(part)

	def expect_refusal(self) -> None:
		"""The host answers 417 to what it refuses, and shows developers where."""
		self.expect("417 (EXPECTATION FAILED)")
		self.expect("frappe.exceptions.ValidationError")

	@property
	def unexpected(self) -> list[str]:
		return [one for one in self.heard if not any(part in one for part in self.expected)]


def record(doctype: str, **filters: Any) -> Any:
	"""The one record that is as said, as the web server has left it."""
	frappe.db.rollback()
	names = frappe.get_all(doctype, filters=filters, pluck="name", order_by="name asc")
	assert len(names) == 1, f"{len(names)} records of {doctype} are {filters}"
	return frappe.get_doc(doctype, names[0])
