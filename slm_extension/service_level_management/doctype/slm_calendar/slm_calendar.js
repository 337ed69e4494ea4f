{% include "slm_extension/public/js/slm_time.js" %}

// Time zones to choose from, and the next two weeks of the calendar as it is being edited.

slm.calendar_style = `
.slm-week { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 8px; margin: 12px 0; container-type: inline-size; }
.slm-day { border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); padding: 8px 10px; min-height: 84px; }
.slm-day header { display: flex; justify-content: space-between; font-size: var(--text-sm, 12px); color: var(--text-muted); margin-bottom: 8px; }
.slm-day header strong { color: var(--text-color); font-weight: 500; }
.slm-day-bar { position: relative; height: 8px; border-radius: 4px; background: color-mix(in srgb, var(--text-color) 12%, transparent); overflow: hidden; }
.slm-day-bar i { position: absolute; top: 0; bottom: 0; background: var(--green-500, #59ba8b); border-radius: 2px; }
.slm-day-text { margin-top: 8px; font-size: var(--text-sm, 12px); line-height: 1.5; color: var(--text-color); overflow-wrap: anywhere; }
.slm-day.slm-shut { background: var(--subtle-accent); } .slm-shut .slm-day-text { color: var(--text-muted); }
.slm-preview-line { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; }
@media (max-width: 767px) { .slm-week { grid-template-columns: 1fr; } .slm-day { min-height: 0; } }
`;

slm.calendar_preview_html = function (view) {
	if (view.problem) {
		return `<div class="slm-preview-line" role="alert">${slm.pill("red", __("Cannot be used yet"))}<span>${
			view.problem
		}</span></div>`;
	}
	const when = (at) => slm.when(at, view.now, view.zone);
	const now = view.open_now
		? slm.pill("green", view.changes_at ? __("Open until {0}", [when(view.changes_at)]) : __("Open"))
		: slm.pill("gray", view.changes_at ? __("Closed until {0}", [when(view.changes_at)]) : __("Closed"));
	const week = __("{0} open in the next 7 days", [slm.duration(view.open_seconds)]);
	const due = view.examples.map((one) => __("{0} is used up {1}", [slm.duration(one.goal), when(one.due)]));
	const examples = due.length ? __("Started now: {0}", [due.join(", ")]) : "";
	return `<div class="slm-preview-line">${now}<span>${week}</span>${slm.known_until_html(view)}</div>
		<div class="slm-week" role="list" aria-label="${__("The next 14 days")}">${view.days.map(slm.day_html).join("")}</div>
		<div class="text-muted">${[__("Times of {0}", [slm.escape(view.zone)]), examples].filter(Boolean).join(" · ")}</div>`;
};

slm.known_until_html = function (view) {
	if (view.known_days === null || view.known_days > 60) return "";
	const day = slm.escape(frappe.datetime.str_to_user(view.known_until));
	return view.known_days < 0
		? slm.pill("red", __("Holidays were known until {0}", [day]))
		: slm.pill("orange", __("Holidays known until {0} only", [day]));
};

slm.day_html = function (day) {
	const percent = (seconds) => `${(100 * seconds) / day.seconds}%`;
	const bars = day.parts.map(
		(part) => `<i style="left: ${percent(part.start)}; width: ${percent(part.end - part.start)}"></i>`
	);
	const name = { hours: __("Closed"), weekday: __("Closed"), date: slm.escape(day.detail) || __("Closed") }[day.closed];
	const text = day.parts.map((part) => `${part.opens}–${part.shuts}`).join("<br>") || name;
	const date = moment(day.day);
	return `<div class="slm-day ${day.parts.length ? "" : "slm-shut"}" role="listitem" data-day="${day.day}">
		<header><strong>${date.format("ddd")}</strong><span>${date.format("D MMM")}</span></header>
		<div class="slm-day-bar" aria-hidden="true">${bars.join("")}</div>
		<div class="slm-day-text">${text}</div></div>`;
};

slm.preview_calendar = frappe.utils.debounce(function (frm) {
	const $preview = frm.fields_dict.preview.$wrapper;
	if (!frm.doc.time_zone) {
		return $preview.html(`<p class="text-muted">${__("Choose a time zone to see the next two weeks.")}</p>`);
	}
	const name = frm.docname;
	return frappe
		.xcall("slm_extension.api.preview_calendar", { doc: frm.doc })
		.then((view) => frm.docname === name && $preview.html(slm.calendar_preview_html(view)));
}, 300);

slm.set_time_zones = function (frm) {
	const known = frappe.all_timezones
		? Promise.resolve(frappe.all_timezones)
		: frappe
				.xcall("frappe.core.doctype.user.user.get_timezones")
				.then((answer) => (frappe.all_timezones = answer.timezones));
	return known.then((zones) => frm.fields_dict.time_zone.set_data(zones));
};

slm.preview_on = (...names) => Object.fromEntries(names.map((name) => [name, (frm) => slm.preview_calendar(frm)]));

frappe.ui.form.on("SLM Calendar", {
	onload(frm) {
		frappe.dom.set_style(slm.calendar_style, "slm-calendar-style");
		if (frm.is_new() && !frm.doc.time_zone) frm.set_value("time_zone", frappe.boot.time_zone?.system);
	},
	refresh(frm) {
		slm.set_time_zones(frm);
		slm.preview_calendar(frm);
		if (frm.is_new() && !(frm.doc.hours || []).length && !frm.doc.around_the_clock) {
			frm.add_custom_button(__("Monday to Friday, 9 to 18"), () => slm.office_hours(frm));
		}
	},
	...slm.preview_on("time_zone", "around_the_clock", "holiday_lists"),
});

slm.office_hours = function (frm) {
	frm.clear_table("hours");
	for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) {
		frm.add_child("hours", { day, from_time: "09:00:00", to_time: "18:00:00" });
	}
	frm.refresh_field("hours");
	frm.clear_custom_buttons();
	slm.preview_calendar(frm);
};

frappe.ui.form.on("SLM Calendar Hours", slm.preview_on("day", "from_time", "to_time", "ends_next_day", "hours_remove"));
frappe.ui.form.on(
	"SLM Calendar Exception",
	slm.preview_on("date", "closed", "from_time", "to_time", "ends_next_day", "reason", "exceptions_remove")
);
frappe.ui.form.on(
	"SLM Calendar Closure",
	slm.preview_on("from_month", "from_day", "to_month", "to_day", "reason", "yearly_closures_remove")
);
frappe.ui.form.on("SLM Calendar Holiday List", slm.preview_on("holiday_list", "holiday_lists_remove"));
