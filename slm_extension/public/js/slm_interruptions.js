// The next times of each planned and agreed interruption, beneath the table, while an agreement is edited.

frappe.provide("slm");

slm.interruptions_box = function (frm) {
	if (!frm.slm_interruptions) {
		frm.slm_interruptions = $(
			`<section class="slm-interruptions mb-4" aria-label="${__("Next Interruptions")}" aria-live="polite"></section>`
		);
		frm.fields_dict.interruptions.$wrapper.append(frm.slm_interruptions);
	}
	return frm.slm_interruptions;
};

slm.interruption_time = function ([start, end]) {
	const [starts, ends] = [start, end].map((at) => moment.parseZone(at));
	const time = slm.time_format();
	const until = starts.isSame(ends, "day") ? ends.format(time) : `${ends.format("ddd")} ${slm.format_moment(ends)}`;
	return `<span class="text-nowrap">${starts.format("ddd")} ${slm.format_moment(starts)} – ${until}</span>`;
};

slm.preview_interruptions = frappe.utils.debounce(function (frm) {
	const $box = slm.interruptions_box(frm);
	const name = frm.docname;
	const asked = (frm.slm_interruptions_asked = (frm.slm_interruptions_asked || 0) + 1);
	const rows = (frm.doc.interruptions || []).filter((row) => row.starts && row.duration);
	if (!rows.length) return $box.empty();
	if (!frm.doc.calendar) return $box.html(`<p class="text-muted">${__("Choose a calendar.")}</p>`);
	return frappe.xcall("slm_extension.api.preview_interruptions", { doc: frm.doc }).then((found) => {
		if (frm.docname !== name || frm.slm_interruptions_asked !== asked) return;
		const lines = found.map((one) => {
			const row = frm.doc.interruptions.find((other) => other.idx === one.idx) || {};
			const what = `<td class="text-muted">${one.idx}</td><td>${slm.escape(row.title)}</td>`;
			if (one.problem) return `<tr>${what}<td colspan="2" class="text-danger">${one.problem}</td></tr>`;
			const times = one.times.map(slm.interruption_time).join("<br>") || __("not any more");
			return `<tr>${what}<td>${slm.escape(one.often.charAt(0).toUpperCase() + one.often.slice(1))}</td><td>${times}</td></tr>`;
		});
		const zone = found.map((one) => one.zone).find(Boolean);
		const next = zone ? __("Next Times ({0})", [slm.escape(zone)]) : __("Next Times");
		const head = ["#", __("Interruption"), __("How Often"), next].map((label) => `<th scope="col">${label}</th>`);
		$box.html(`<table class="table table-sm"><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`);
	});
}, 300);

// "First" to "Last" are of a weekday, "On Day" is a day: those of From, unless others are chosen.
slm.usual_day = function (cdt, cdn) {
	const row = locals[cdt][cdn];
	if (!row.starts || !row.month_rule) return;
	const from = moment(row.starts);
	if (row.month_rule === "On Day") {
		if (!row.month_day) frappe.model.set_value(cdt, cdn, "month_day", from.date());
	} else if (!row.weekday) {
		frappe.model.set_value(cdt, cdn, "weekday", from.locale("en").format("dddd"));
	}
};

// Its times are those of the calendar's zone, which the next times name; the host would name the user's.
slm.name_no_zone = function (frm) {
	const { grid } = frm.fields_dict.interruptions;
	frappe.meta.get_docfield(grid.doctype, "starts").hide_timezone = 1;
	grid.update_docfield_property("starts", "hide_timezone", 1);
};

frappe.ui.form.on("SLM Agreement", {
	setup: slm.name_no_zone,
	refresh(frm) {
		slm.name_no_zone(frm);
		slm.preview_interruptions(frm);
	},
	calendar: slm.preview_interruptions,
});

frappe.ui.form.on("SLM Agreement Interruption", {
	...Object.fromEntries(
		["title", "recurrence", "every_number", "weekday", "to_weekday", "month_day", "duration", "interruptions_remove", "interruptions_delete"].map(
			(field) => [field, slm.preview_interruptions]
		)
	),
	month_rule(frm, cdt, cdn) {
		slm.usual_day(cdt, cdn);
		slm.preview_interruptions(frm);
	},
	starts(frm, cdt, cdn) {
		slm.usual_day(cdt, cdn);
		slm.preview_interruptions(frm);
	},
});
