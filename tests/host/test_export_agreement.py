"""Agreements of the site as a file, and back: what was written is what the site measures by."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import frappe
import pytest
from click.testing import CliRunner, Result

from slm_extension import commands, testing
from slm_extension.adapters.agreements import agreement_of, calendar_editions, site_agreements
from slm_extension.domain.agreements import Agreement
from slm_extension.domain.errors import AgreementsOverlap
from slm_extension.domain.scopes import Property
from slm_extension.service_level_management.doctype.slm_what_if import slm_what_if
from slm_extension.services.export_agreement import Support, concluded, export_agreements, read_text
from slm_extension.services.import_agreements import import_agreements
from slm_extension.services.versions import new_version
from slm_extension.testing import (
	OFFICE,
	make_agreement,
	make_calendar,
	make_customer,
	make_priority,
	make_service,
	make_team,
	make_user,
	target,
)

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def slm(site: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
	"""Runs a command on the site that the test is connected to, in the test's transaction."""
	monkeypatch.setattr(commands, "connected", lambda name: nullcontext())

	def run(*arguments: object) -> Result:
		return CliRunner().invoke(
			commands.slm, [str(one) for one in arguments], obj={"sites": [site], "profile": False}
		)

	return run


def of_site(*names: str) -> set[Agreement]:
	"""What the site measures by, but for the names of targets, of which a generated one is written otherwise."""
	editions = calendar_editions()
	return {_plain(agreement_of(frappe.get_doc("SLM Agreement", name), editions)) for name in names}


def in_text(text: str) -> set[Agreement]:
	return {_plain(one) for one in read_text(text).book.agreements}


def _plain(agreement: Agreement) -> Agreement:
	return replace(agreement, targets=tuple(replace(one, name="") for one in agreement.targets))


@pytest.mark.parametrize("example", ["demo", "volvo"])
def test_an_example_goes_into_another_book_as_it_was_in_the_first(example: str, tmp_path: Path) -> None:
	import_agreements(EXAMPLES / example / "agreements.toml")
	before = site_agreements().book.agreements
	(tmp_path / "again.toml").write_text(export_agreements(concluded()).text, encoding="utf-8")
	frappe.db.rollback()
	assert not concluded()

	import_agreements(tmp_path / "again.toml")

	assert site_agreements().book.agreements == before
	assert read_text((tmp_path / "again.toml").read_text(encoding="utf-8")).book.agreements == before


def test_every_feature_of_a_form_is_written(clock: Any) -> None:
	make_customer(), make_customer("Other & Co"), make_priority("P1"), make_priority("P2")
	shop = make_service(status="Live", is_group=1)
	make_service("Cart", status="Live", parent_slm_service=shop)
	frappe.get_doc({"doctype": "Holiday List", "holiday_list_name": "Feasts", "from_date": "2026-01-01",
		"to_date": "2026-12-31", "holidays": [{"holiday_date": "2026-01-26", "description": "<b>Republic</b> Day"}],
	}).insert()  # fmt: skip
	make_calendar(
		'Nights "N"',
		hours=("22:00-06:00", "08:00:30-09:15"),
		holiday_lists=[{"holiday_list": "Feasts"}],
		yearly_closures=[{"from_month": "December", "from_day": 24, "to_month": "January", "to_day": 2, "reason": "Rest"}],
		exceptions=[
			{"date": "2026-10-02", "closed": 1, "reason": "Gandhi Jayanti"},
			{"date": "2026-10-03", "closed": 0, "from_time": "10:00", "to_time": "12:00"},
		],
	)  # fmt: skip
	agreement = make_agreement(
		"Everything",
		[
			target("Response", 1, priority="P1", service=shop),
			target("Response", 2.5, objective=99.95, on_change="From the Change"),
			target("Resolution", 4, calendar=make_calendar().name, on_reopen="New Cycle", hold_supplier=1),
			target("Closure", 100, never_held=1),
		],
		calendar='Nights "N"',
		customer=make_customer(),
		customers=[{"customer": "Other & Co"}],
		services=[shop],
		valid_until="2027-12-31",
		conditions=[
			{"property": "Issue Priority", "operator": "is", "value": "P1"},
			{"property": "Issue Priority", "operator": "is", "value": "P2"},
			{"property": "SLM Service", "operator": "is not", "value": "Cart"},
		],
		submit=False,
	)

	exported = export_agreements([agreement.name])

	assert in_text(exported.text) == of_site(agreement.name)
	(read,) = read_text(exported.text).book.agreements
	assert [one.name for one in read.targets] == [
		f"response {shop} P1",
		"response",
		"resolution",
		"closure",
	]
	assert read.targets[1].objective == Fraction("99.95")
	assert read_text(exported.text).book.forests[0].parents[Property.SERVICE] == {"Cart": shop}


def test_a_draft_without_dates_has_always_been_in_force(agreement: str) -> None:
	draft = new_version(frappe.get_doc("SLM Agreement", agreement), "2026-12-01")

	dated = read_text(export_agreements([draft.name]).text).book.agreements[0]
	(undated,) = read_text(export_agreements([draft.name], undated=True).text).book.agreements

	assert (str(dated.valid_from), dated.version) == ("2026-12-01", 2)
	assert (undated.valid_from, undated.valid_until, undated.targets) == (None, None, dated.targets)


def test_two_versions_cannot_both_have_been_in_force(agreement: str) -> None:
	draft = new_version(frappe.get_doc("SLM Agreement", agreement), "2026-12-01")
	with pytest.raises(frappe.ValidationError, match="Versions 1 and 2"):
		export_agreements([agreement, draft.name], undated=True)


def test_two_agreements_that_say_the_same_thing_cannot_stand_in_one_file(agreement: str) -> None:
	other = make_agreement("A rival", submit=False)
	with pytest.raises(AgreementsOverlap):
		export_agreements([agreement, other.name])


class TestSupport:
	@pytest.fixture
	def chain(self, clock: Any) -> dict[str, str]:
		for team in ("Network", "Desk"):
			frappe.get_doc({"doctype": "User Group", "name": team}).insert(ignore_mandatory=True)
		promise = [target("Turnaround", 1)]
		beneath = make_agreement("OLA Network", promise, kind="OLA", teams=["Network"])
		aside = make_agreement("OLA Desk", promise, kind="OLA", teams=["Desk"])
		draft = make_agreement("With support", rests_on=[{"agreement": beneath.name}], submit=False)
		return {"draft": draft.name, "beneath": beneath.name, "aside": aside.name}

	@pytest.mark.parametrize(
		("support", "written"),
		[
			pytest.param(Support.NONE, ["draft"], id="none"),
			pytest.param(Support.RESTS_ON, ["draft", "beneath"], id="what it rests on"),
			pytest.param(Support.ALL, ["draft", "beneath", "aside"], id="all"),
		],
	)
	def test_is_written_as_asked(self, chain: dict[str, str], support: Support, written: list[str]) -> None:
		exported = export_agreements([chain["draft"]], support)

		names = {one.name for one in read_text(exported.text).book.agreements}
		assert names == {chain[one] for one in written}
		assert bool(exported.left_out) is (support is Support.NONE)

	def test_that_is_a_draft_itself_is_written(self, chain: dict[str, str]) -> None:
		ola = make_agreement("New OLA", [target("Turnaround", 2)], kind="OLA", teams=["Desk"], submit=False)
		draft = make_agreement("On a draft", rests_on=[{"agreement": ola.name}], submit=False)

		names = {
			one.name
			for one in read_text(export_agreements([draft.name], Support.RESTS_ON).text).book.agreements
		}

		assert names == {draft.name, ola.name}


class TestCommand:
	def test_a_title_names_its_agreement_and_the_file_its_title(
		self, agreement: str, slm: Callable[..., Result], tmp_path: Path
	) -> None:
		result = slm("export-agreement", "Support for everybody", "-o", tmp_path / "a.toml")

		assert (result.exit_code, result.output) == (
			0,
			f"1 agreements and 1 calendars written to {tmp_path / 'a.toml'}.\n",
		)
		text = (tmp_path / "a.toml").read_text()
		assert f"# Support for everybody · {agreement} · in force" in text
		assert in_text(text) == of_site(agreement)

	def test_without_a_file_it_is_printed(self, agreement: str, slm: Callable[..., Result]) -> None:
		assert f'[calendar."{OFFICE}"]' in slm("export-agreement", agreement).output

	@pytest.mark.parametrize(
		("arguments", "code", "said"),
		[
			pytest.param([], 2, "Name agreements", id="nothing"),
			pytest.param(["--all", "SLA-1"], 2, "Name agreements", id="both"),
			pytest.param(["--all", "--undated"], 2, "--undated is for", id="all undated"),
			pytest.param(["No <b>such</b>"], 1, "There is no agreement", id="unknown"),
			pytest.param(
				["X", "--with-support", "--with-all-support"], 2, "not both", id="two kinds of support"
			),
		],
	)
	def test_what_cannot_be_meant_is_refused(
		self, agreement: str, slm: Callable[..., Result], arguments: list[str], code: int, said: str
	) -> None:
		result = slm("export-agreement", *arguments)
		assert result.exit_code == code
		assert said in result.output

	def test_a_title_that_two_have_is_refused(self, agreement: str, slm: Callable[..., Result]) -> None:
		make_agreement(submit=False)
		assert "Several agreements are called" in slm("export-agreement", "Support for everybody").output

	def test_a_template_measures_nothing(self, agreement: str, slm: Callable[..., Result]) -> None:
		frappe.db.set_value("SLM Agreement", agreement, "is_template", 1)
		assert "is a template" in slm("export-agreement", agreement).output


def test_a_download_is_the_same_text_and_only_for_readers(agreement: str) -> None:
	slm_what_if.download_agreement(agreement)
	assert frappe.response.filecontent.decode() == export_agreements([agreement], Support.RESTS_ON).text
	testing.make_user("buyer@wool.example")
	frappe.set_user("buyer@wool.example")
	with pytest.raises(frappe.PermissionError):
		slm_what_if.download_agreement(agreement)


def committed() -> Any:
	"""One of each: availability by service, period and calendar, levels of every kind, interruptions of every rhythm."""
	make_customer(), make_priority("P1"), make_team("Second")
	make_user("otto@desk.example", "Support Team")
	shop, mail = make_service("Shop", status="Live"), make_service("Mail", status="Live")
	make_calendar("Always", around_the_clock=True)
	return make_agreement(
		"Everything beside",
		[target("Resolution", 4)],
		customer=make_customer(),
		services=[shop, mail],
		availability=[
			{"metric": "Availability %", "value": 99.5, "period": "Month"},
			{"metric": "Number of Failures", "value": 2, "period": "Quarter", "service": shop},
			{"metric": "MTRS", "value": 1.3333, "period": "Year", "service": shop, "calendar": "Always"},
		],
		escalations=[
			{"level": 1, "timing": "Percent of Goal", "percent": 75, "notify": "Holder", "action": "Looks."},
			{"level": 2, "timing": "Before Due", "offset": 1800, "notify": "Role", "role": "Support Team",
				"metric": "Resolution", "raise_priority_to": "P1"},
			{"level": 3, "timing": "After Due", "offset": 0, "notify": "User", "user": "otto@desk.example",
				"move_to_team": "Second", "assign_to": "otto@desk.example"},
		],
		interruptions=[
			{"title": "Announced only", "notice": 86_400, "recurrence": "Once"},
			{"title": "Patches", "service": shop, "recurrence": "Monthly", "month_rule": "First", "weekday": "Sunday",
				"starts": "2026-01-01 02:00:00", "duration": 4 * 3600, "notice": 72 * 3600},
			{"title": "Backup", "recurrence": "Weekly", "every_number": 2, "starts": "2026-01-07 23:30:00", "duration": 900},
			{"title": "Nightly", "recurrence": "Weekly", "weekday": "Monday", "to_weekday": "Friday",
				"starts": "2026-01-05 02:00:00", "duration": 3600},
			{"title": "Books", "recurrence": "Quarterly", "month_rule": "On Day", "month_day": 31,
				"starts": "2026-03-01 20:00:00", "duration": 3600},
		],
	)  # fmt: skip


def rows(agreement: str) -> list[list[tuple[Any, ...]]]:
	"""What the form shows of availability, escalation and interruptions."""
	document = frappe.get_doc("SLM Agreement", agreement)
	fields = (
		("service", "metric", "value", "period", "calendar"),
		(
			"level", "metric", "timing", "percent", "offset", "notify", "role", "user", "action", "raise_priority_to",
			"move_to_team", "assign_to",
		),
		(
			"title", "service", "recurrence", "every_number", "month_rule", "weekday", "to_weekday", "month_day", "starts",
			"duration", "notice",
		),
	)  # fmt: skip
	return [
		[tuple(row.get(name) or None for name in names) for row in document.get(table)]
		for table, names in zip(("availability", "escalations", "interruptions"), fields, strict=True)
	]


def only() -> str:
	(name,) = concluded()
	return name


class TestWhatStandsBesideTargets:
	def test_what_is_written_comes_back_as_it_was(self, clock: Any, tmp_path: Path) -> None:
		"""Export, import into an empty site, export again: the same rows, the same levels, the same file."""
		agreement = committed()
		before = rows(agreement.name)
		levels = site_agreements().levels[agreement.name]
		text = export_agreements([agreement.name]).text
		(tmp_path / "a.toml").write_text(text, encoding="utf-8")
		frappe.db.rollback()
		make_user("otto@desk.example", "Support Team")

		import_agreements(tmp_path / "a.toml")

		assert rows(only()) == before
		assert site_agreements().levels[only()] == levels
		again = export_agreements([only()]).text
		assert read_text(again).commitments == read_text(text).commitments

	def test_what_is_there_already_is_left_alone(self, clock: Any, tmp_path: Path) -> None:
		agreement = committed()
		text = export_agreements([agreement.name]).text
		(tmp_path / "a.toml").write_text(text, encoding="utf-8")

		assert import_agreements(tmp_path / "a.toml").unchanged == 1

	@pytest.mark.parametrize(
		("said", "other"),
		[
			("value = 99.5", "value = 99.6"),
			('period = "quarter"', 'period = "year"'),
			('calendar = "Always"', ""),
			("at = 75", "at = 76"),
			('notify = "holder"', 'notify = "team"'),
			('action = "Looks."', ""),
			('on = "first sunday"', 'on = "last sunday"'),
			('lasts = "15m"', 'lasts = "16m"'),
			("interval = 2", "interval = 3"),
		],
	)
	def test_what_says_something_else_is_refused(
		self, clock: Any, tmp_path: Path, said: str, other: str
	) -> None:
		text = export_agreements([committed().name]).text
		assert text.count(said) == 1
		(tmp_path / "a.toml").write_text(text.replace(said, other), encoding="utf-8")

		with pytest.raises(frappe.ValidationError, match="says something else"):
			import_agreements(tmp_path / "a.toml")

	def test_a_file_that_is_silent_about_it_contradicts_nothing(self, clock: Any, tmp_path: Path) -> None:
		text = export_agreements([committed().name]).text
		silent = text[: text.index("[[agreement.availability]]")]
		(tmp_path / "a.toml").write_text(silent, encoding="utf-8")

		assert import_agreements(tmp_path / "a.toml").unchanged == 1

	def test_warning_levels_become_rows_that_tell_the_holder(self, clock: Any, tmp_path: Path) -> None:
		text = export_agreements([make_agreement().name]).text
		warned = text.replace('metric = "resolution"', 'metric = "resolution"\nwarn_at = [90, 50]')
		(tmp_path / "a.toml").write_text(warned, encoding="utf-8")
		frappe.db.rollback()

		imported = import_agreements(tmp_path / "a.toml")

		assert imported.left_out == ()
		assert [row[:6] for row in rows(only())[1]] == [
			(1, "Resolution", "Percent of Goal", 50, None, "Holder"),
			(2, "Resolution", "Percent of Goal", 90, None, "Holder"),
		]
		assert import_agreements(tmp_path / "a.toml").unchanged == 1

	def test_imported_before_without_them_it_still_says_the_same(self, clock: Any, tmp_path: Path) -> None:
		text = export_agreements([make_agreement().name]).text
		warned = text.replace('metric = "resolution"', 'metric = "resolution"\nwarn_at = [90, 50]')
		(tmp_path / "a.toml").write_text(warned, encoding="utf-8")

		assert import_agreements(tmp_path / "a.toml").unchanged == 1

	@pytest.mark.parametrize(
		("said", "sentence"),
		[
			('notify = "user"\nuser = "nobody@desk.example"', 'User not on this site: "nobody@desk.example"'),
			('notify = "role"\nrole = "Fire <b>Brigade</b>"', "Role not on this site"),
			('assign_to = "nobody@desk.example"', "name others in the file"),
		],
		ids=["user", "role", "assignee"],
	)
	def test_people_and_roles_are_not_made_up(
		self, clock: Any, tmp_path: Path, said: str, sentence: str
	) -> None:
		text = export_agreements([make_agreement().name]).text
		frappe.db.rollback()
		(tmp_path / "a.toml").write_text(
			f"{text}\n[[agreement.escalation]]\nat = 75\n{said}\n", encoding="utf-8"
		)

		with pytest.raises(frappe.ValidationError, match=sentence):
			import_agreements(tmp_path / "a.toml")

	def test_teams_and_priorities_are_created_as_for_targets(self, clock: Any, tmp_path: Path) -> None:
		text = export_agreements([make_agreement().name]).text
		frappe.db.rollback()
		more = '\n[[agreement.escalation]]\nat = 75\nraise_priority_to = "P7"\nmove_to_team = "Seventh"\n'
		(tmp_path / "a.toml").write_text(text + more, encoding="utf-8")

		created = import_agreements(tmp_path / "a.toml").created

		assert (created["Issue Priority"], created["User Group"]) == (1, 1)
		assert rows(only())[1][0][9:11] == ("P7", "Seventh")
