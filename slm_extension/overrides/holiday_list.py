"""Holiday List, a DocType of ERPNext: calendars are made of it."""

from __future__ import annotations

from typing import Any

from slm_extension.services.editions import holidays_changed


def on_update(holiday_list: Any, _method: str | None = None) -> None:
	holidays_changed(holiday_list.name)
