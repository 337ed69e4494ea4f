"""SLM Calendar Holiday List, a row of its parent."""

from frappe.model.document import Document


class SLMCalendarHolidayList(Document):
	pass
