"""The clocks on the form of an Issue. Times are relative to the machine's: the web server has no other clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from playwright.sync_api import Locator, Page, expect

from slm_extension import testing

HOLDS = {"hold_customer": 1, "hold_other": 1}


@dataclass(frozen=True, slots=True)
class Story:
	"""The Issues of this module by what they are about."""

	issues: dict[str, str]

	def open(self, page: Page, about: str) -> Locator:
		page.goto(f"/app/issue/{self.issues[about]}")
		box = page.locator(".slm-box")
		box.wait_for()
		return box


@pytest.fixture(scope="module")
def story(_as_found: None) -> Iterator[Story]:
	now = now_datetime()
	testing.make_calendar("Always Open", around_the_clock=True)
	testing.make_calendar("Open in Two Days", days=(f"{now + timedelta(days=2):%A}",))
	gold = [testing.target("Response", 2), testing.target("Resolution", 8, **HOLDS)]
	for customer, calendar, targets in (
		("Wool & Sons", "Always Open", gold),
		("Northern Rail", "Open in Two Days", [testing.target("Response", 1)]),
		("Bakery Lind", "Always Open", [testing.target("Response", 1), testing.target("Resolution", 2)]),
		(
			"Harbour",
			"Always Open",
			[testing.target("Resolution", 2, priority=testing.make_priority("Urgent"))],
		),
	):
		name = testing.make_customer(customer)
		testing.make_agreement(f"Terms of {customer}", targets, calendar=calendar, customer=name)
	testing.make_agreement(
		"Last year's terms", basis="Corporate", valid_from="2020-01-01", valid_until="2020-12-31"
	)
	story = Story(
		{
			"running": issue("Wool & Sons", now - timedelta(minutes=20)),
			"due soon": issue("Wool & Sons", now - timedelta(minutes=80)),
			"paused": issue("Northern Rail", now - timedelta(minutes=3)),
			"held": issue("Wool & Sons", now - timedelta(hours=3, seconds=2), "Replied"),
			"overdue": issue("Bakery Lind", now - timedelta(hours=5)),
			"met": issue("Wool & Sons", now - timedelta(minutes=40), "Closed"),
			"missed": issue("Bakery Lind", now - timedelta(hours=4), "Closed"),
			"to close": issue("Wool & Sons", now - timedelta(minutes=10)),
			"no agreement": issue(testing.make_customer("Nobody Ltd"), now),
			"no target": issue("Harbour", now),
		}
	)
	frappe.db.commit()
	yield story


def issue(customer: str, opened: datetime, status: str = "Open") -> str:
	document = testing.make_issue("The label printer is out of paper", opened=opened, customer=customer)
	if status == "Replied":
		testing.reply(document)
	if status != "Open":
		testing.set_status(document, status)
	return str(document.name)


def row(box: Locator, metric: str) -> Locator:
	return box.locator(f'.slm-clock[data-metric="{metric}"]')


def seconds_left(text: str) -> int:
	"""Of "1 h 05 min 09 s left"."""
	units = {"h": 3600, "min": 60, "s": 1}
	return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+) (h|min|s)\b", text))


STATES = {
	"running": (
		"Response",
		"running",
		"Running",
		r"^1 h 3\d min \d\d s left$",
		r"^Due \d\d-\d\d-\d{4} \d\d:\d\d$",
	),
	"due soon": ("Response", "soon", "Due Soon", r"^3\d min \d\d s left$", r"^Due "),
	"paused": ("Response", "paused", "Running", r"^1 h left · closed until \w{3} 09:00$", r"^Due "),
	"held": (
		"Resolution",
		"held",
		"Held",
		r"^4 h 59 min 5\d s left · held: Replied$",
		r"^No due time while held$",
	),
	"overdue": ("Resolution", "overdue", "Overdue", r"^3 h \d\d min \d\d s over$", r"^Due .* missed|^Due "),
	"met": ("Resolution", "met", "Met", r"^7 h (19|20) min.* to spare$", r"^Closed "),
	"missed": ("Resolution", "missed", "Missed", r"^2 h .*over$", r"^Closed "),
}


@pytest.mark.parametrize("about", STATES)
def test_a_clock_shows_its_state_in_words_with_what_is_left_and_when_it_is_due(
	page: Page, story: Story, about: str
) -> None:
	metric, state, pill, left, due = STATES[about]
	clock = row(story.open(page, about), metric)
	expect(clock).to_have_attribute("data-state", state)
	expect(clock.locator(".slm-state")).to_have_text(pill)
	expect(clock.locator(".slm-left")).to_have_text(re.compile(left))
	expect(clock.locator(".slm-due")).to_have_text(re.compile(due))
	expect(clock.locator(".slm-small a").first).to_have_text(re.compile("^Terms of "))


def test_the_bar_tells_the_held_part_from_the_used_one(page: Page, story: Story) -> None:
	clock = row(story.open(page, "held"), "Resolution")
	widths = {
		part: clock.locator(f".slm-{part}").evaluate("element => element.getBoundingClientRect().width")
		for part in ("bar", "used", "held")
	}
	assert 0 < widths["held"] < widths["used"] < widths["bar"]
	styles = [
		clock.locator(f".slm-{part}").evaluate("e => getComputedStyle(e).backgroundImage")
		for part in ("used", "held")
	]
	assert styles[0] == "none" and "repeating-linear-gradient" in styles[1]


def test_the_bar_speaks_to_a_screen_reader(page: Page, story: Story) -> None:
	bar = row(story.open(page, "overdue"), "Resolution").get_by_role("progressbar")
	expect(bar).to_have_attribute("aria-valuenow", "100")
	expect(bar).to_have_attribute("aria-valuetext", re.compile(r"^5 h .*of 2 h used$"))
	expect(bar).to_have_attribute("aria-label", "Resolution: goal used")


def test_a_running_clock_counts_down_second_by_second(timeless: Page, story: Story) -> None:
	left = row(story.open(timeless, "running"), "Response").locator(".slm-left")
	expect(left).to_have_text(re.compile("left$"))
	timeless.clock.pause_at(timeless.evaluate("Date.now() / 1000 + 2"))
	before = seconds_left(left.inner_text())
	timeless.clock.run_for(90_000)
	assert before - seconds_left(left.inner_text()) == 90


LIVE = {
	"when it was told": (100, {"elapsed": 10, "remaining": 490, "open": True, "opens": 300}),
	"inside a span": (150, {"elapsed": 60, "remaining": 440, "open": True, "opens": 300}),
	"at closing time": (200, {"elapsed": 110, "remaining": 390, "open": False, "opens": 300}),
	"in the gap": (250, {"elapsed": 110, "remaining": 390, "open": False, "opens": 300}),
	"in the second span": (330, {"elapsed": 140, "remaining": 360, "open": True, "opens": None}),
	"past the last span": (900, {"elapsed": 210, "remaining": 290, "open": False, "opens": None}),
}


def test_the_browser_counts_open_seconds_only(page: Page, story: Story) -> None:
	"""Open [100, 200) and [300, 400), 10 s used of 500 when told at 100."""
	story.open(page, "running")
	shown = page.evaluate(
		"""moments => moments.map(now => {
			const clock = { phase: "running", outcome: "pending", due: 99999, goal: 500, elapsed: 10 };
			const { elapsed, remaining, open, opens } = slm.live({ ...clock, ahead: [[100, 200], [300, 400]] }, now);
			return { elapsed, remaining, open, opens: opens || null };
		})""",
		[now for now, _ in LIVE.values()],
	)
	assert dict(zip(LIVE, shown, strict=True)) == {case: live for case, (_, live) in LIVE.items()}


def test_the_form_follows_when_the_ticket_is_closed(page: Page, story: Story) -> None:
	box = story.open(page, "to close")
	expect(row(box, "Resolution")).to_have_attribute("data-state", "running")
	page.get_by_role("button", name="Close", exact=True).click()
	expect(row(box, "Resolution")).to_have_attribute("data-state", "met")
	expect(row(box, "Resolution").locator(".slm-due")).to_have_text(re.compile("^Closed "))


def test_a_reply_that_came_in_elsewhere_shows_when_the_timeline_does(page: Page, story: Story) -> None:
	box = story.open(page, "running")
	document = frappe.get_doc("Issue", story.issues["running"])
	testing.reply(document)
	frappe.db.commit()
	page.evaluate("cur_frm.timeline.refresh()")
	expect(row(box, "Response")).to_have_attribute("data-state", "met")


def why(page: Page, box: Locator, metric: str) -> Locator:
	row(box, metric).get_by_role("button").click()
	dialog = page.locator(".modal:visible .slm-why")
	dialog.wait_for()
	return dialog


def test_why_lists_spans_whose_sums_are_those_of_the_clock(page: Page, story: Story) -> None:
	"""Three hours open, then replied: counted and held add up to the whole, column by column."""
	dialog = why(page, story.open(page, "held"), "Resolution")
	rows = dialog.locator(".slm-spans tbody tr")
	spans: list[Any] = rows.evaluate_all(
		"rows => rows.map(row => [row.dataset.kind, Number(row.dataset.seconds)])"
	)
	assert [kind for kind, _ in spans] == ["counted", "held"]
	sums = [sum(seconds for kind, seconds in spans if kind == wanted) for wanted in ("counted", "held")]
	shown = [
		seconds_left(text) for text in dialog.locator(".slm-spans tfoot td.slm-number").all_inner_texts()
	]
	assert shown == [*sums, 0]
	assert seconds_left(dialog.locator(".slm-spans tfoot td").first.inner_text()) == sum(sums)


def test_why_says_why_an_instant_was_closed(page: Page, story: Story) -> None:
	dialog = why(page, story.open(page, "paused"), "Response")
	expect(dialog.locator(".slm-spans tbody tr").first).to_contain_text("Closed:")
	expect(dialog.locator("dd").nth(2)).to_have_text("Open in Two Days")


def test_why_names_the_agreement_and_why_the_others_do_not_apply(page: Page, story: Story) -> None:
	dialog = why(page, story.open(page, "overdue"), "Response")
	verdicts = dialog.locator("table").last.locator("tbody tr")
	expect(verdicts.nth(0)).to_contain_text("Terms of Bakery Lind")
	expect(verdicts.nth(0)).to_contain_text("Applies")
	expect(verdicts.filter(has_text="Last year's terms")).to_contain_text("No longer in force")
	expect(dialog).to_contain_text("for other customers")
	assert dialog.locator("dd a").first.get_attribute("href").startswith("/app/slm-agreement/SLA-")


def test_the_dialog_closes_by_keyboard(page: Page, story: Story) -> None:
	box = story.open(page, "met")
	row(box, "Response").get_by_role("button").focus()
	page.keyboard.press("Enter")
	dialog = page.locator(".modal:visible .slm-why")
	dialog.wait_for()
	page.wait_for_function("document.activeElement.closest('.modal.show')")
	page.keyboard.press("Escape")
	expect(dialog).to_have_count(0)


def test_without_an_agreement_the_form_says_so_and_why(page: Page, story: Story) -> None:
	box = story.open(page, "no agreement")
	expect(box).to_contain_text("No agreement covers this ticket.")
	expect(box).to_contain_text("Last year's terms: No longer in force when the ticket was opened")
	box.get_by_role("button", name="Why").click()
	expect(page.locator(".modal:visible .slm-why")).to_contain_text("for other customers")


def test_an_agreement_that_promises_nothing_for_the_ticket_is_named(page: Page, story: Story) -> None:
	box = story.open(page, "no target")
	expect(box).to_contain_text("Terms of Harbour promises nothing for this ticket.")


def test_a_new_issue_shows_no_clocks(page: Page, story: Story) -> None:
	page.goto("/app/issue/new")
	page.locator('[data-fieldname="subject"] input:visible').first.wait_for()
	expect(page.locator(".slm-box")).to_have_count(0)


def test_nothing_sticks_out_on_a_narrow_screen(page: Page, story: Story) -> None:
	page.set_viewport_size({"width": 390, "height": 800})
	box = story.open(page, "missed")
	expect(row(box, "Response")).to_have_attribute("data-state", "missed")
	assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
	assert box.evaluate("box => box.getBoundingClientRect().right <= window.innerWidth")


def test_the_words_can_be_read_in_both_themes(page: Page, story: Story) -> None:
	"""Text and its ground differ by the 4.5 that WCAG 2 asks for."""
	box = story.open(page, "overdue")
	left = row(box, "Resolution").locator(".slm-left strong")
	for theme in ("light", "dark"):
		page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
		assert contrast(left.evaluate("e => getComputedStyle(e).color"), ground(box)) >= 4.5, theme


def ground(box: Locator) -> str:
	return str(box.evaluate("e => getComputedStyle(e).backgroundColor"))


def contrast(first: str, second: str) -> float:
	lights = sorted(_luminance(colour) for colour in (first, second))
	return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
	parts = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
	red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue
