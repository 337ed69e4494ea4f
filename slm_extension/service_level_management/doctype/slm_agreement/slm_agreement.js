{% include "slm_extension/public/js/slm_time.js" %}

// What can be chosen, sensible holds, due times while editing, and where an agreement stands in its life.

slm.agreement_colours = {
	Draft: "gray",
	Agreed: "blue",
	"In Force": "green",
	Superseded: "gray",
	Expired: "orange",
	Terminated: "red",
};

slm.agreement_style = `
.slm-target-preview { margin-top: 12px; border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); padding: 12px 15px; }
.slm-target-preview header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin-bottom: 8px; }
.slm-target-preview header .frappe-control { margin-bottom: 0; min-width: 210px; }
.slm-target-preview table { margin: 0; }
.slm-target-preview td, .slm-target-preview th { padding: 5px 8px 5px 0 !important; }
`;

slm.set_agreement_queries = function (frm) {
	const approved = { status: ["in", ["Approved", "Live"]] };
	const agreed = () => (frm.doc.services || []).map((row) => row.service).filter(Boolean);
	const calendar = () => ({ filters: { disabled: 0 } });
	frm.set_query("services", () => ({ filters: approved }));
	frm.set_query("service", "targets", () => ({
		filters: agreed().length ? { ...approved, name: ["in", agreed()] } : approved,
	}));
	frm.set_query("calendar", calendar);
	frm.set_query("calendar", "targets", calendar);
	frm.set_query("customer", () => ({ filters: { disabled: 0 } }));
	frm.set_query("supplier", () => ({ filters: { disabled: 0 } }));
	frm.set_query("agreement", "rests_on", () => ({
		filters: { docstatus: 1, kind: ["in", ["OLA", "UC"]], status: ["in", ["Agreed", "In Force"]] },
	}));
};

// A supplier's or a team's clock goes on while the customer is asked, unless somebody says otherwise.
slm.usual_holds = function (frm, row, kind) {
	const none = { hold_customer: 0, hold_supplier: 0, hold_other: 0 };
	return kind === "UC" ? none : frm.slm_holds?.[row.metric] || none;
};

slm.set_usual_holds = function (frm, row) {
	return frappe.model.set_value(row.doctype, row.name, slm.usual_holds(frm, row, frm.doc.kind));
};

slm.say = function (frm, text) {
	frm.set_intro();
	frm.set_intro(text, "blue");
};

slm.show_standing = function (frm) {
	if (frm.is_new() || frm.is_dirty()) return;
	const version = __("version {0}", [frm.doc.agreement_version]);
	frm.page.set_indicator(`${__(frm.doc.status)} · ${version}`, slm.agreement_colours[frm.doc.status]);
	if (frm.doc.docstatus === 0 && frm.doc.amended_from) {
		slm.say(
			frm,
			__("Submitting this version ends {0} on the day before {1}.", [
				frm.doc.amended_from.bold(),
				frappe.datetime.str_to_user(frm.doc.valid_from).bold(),
			])
		);
	}
	if (frm.doc.docstatus === 1 && ["Agreed", "In Force"].includes(frm.doc.status)) {
		slm.say(
			frm,
			__(
				"What has been agreed stays as it is. A new version changes the terms from a day of your choice; Valid Until ends the agreement."
			)
		);
		if (frappe.model.can_create("SLM Agreement")) frm.add_custom_button(__("New Version"), () => slm.draft_new_version(frm));
	}
};

slm.draft_new_version = (frm) =>
	frappe
		.xcall("slm_extension.api.new_version", { agreement: frm.docname })
		.then((name) => frappe.set_route("Form", "SLM Agreement", name));

slm.target_preview_box = function (frm) {
	if (frm.slm_preview) return frm.slm_preview;
	frappe.dom.set_style(slm.agreement_style, "slm-agreement-style");
	const $box = $(`<section class="slm-target-preview" aria-label="${__("Due times")}"><header>
		<div class="slm-opened"></div></header><div class="slm-dues" aria-live="polite"></div></section>`);
	frm.fields_dict.targets.$wrapper.append($box);
	const opened = frappe.ui.form.make_control({
		parent: $box.find(".slm-opened"),
		df: {
			fieldtype: "Datetime",
			fieldname: "slm_opened",
			label: __("Due times of a ticket opened"),
			placeholder: __("now"),
			change: () => slm.preview_targets(frm),
		},
		render_input: true,
	});
	frm.slm_preview = { $box, opened };
	return frm.slm_preview;
};

slm.preview_targets = frappe.utils.debounce(function (frm) {
	const { $box, opened } = slm.target_preview_box(frm);
	const name = frm.docname;
	$box.toggle(Boolean((frm.doc.targets || []).length));
	if (!frm.doc.calendar) return slm.show_dues($box, frm, []);
	return frappe
		.xcall("slm_extension.api.preview_targets", { doc: frm.doc, opened: opened.get_value() || null })
		.then((rows) => frm.docname === name && slm.show_dues($box, frm, rows));
}, 300);

slm.show_dues = function ($box, frm, rows) {
	if (!rows.length) {
		const what = frm.doc.calendar ? __("Give a target a metric and a goal.") : __("Choose a calendar.");
		return $box.find(".slm-dues").html(`<p class="text-muted mb-0">${what}</p>`);
	}
	const lines = rows.map((one) => {
		const row = frm.doc.targets.find((target) => target.idx === one.idx) || {};
		const name = [__(row.metric), row.priority && __(row.priority), row.service].filter(Boolean).map(slm.escape).join(" · ");
		const there =
			one.due && one.zone !== slm.user_zone()
				? `<span class="text-muted">${slm.moment(one.due, one.zone).format(`ddd ${slm.time_format()}`)} ${slm.escape(
						one.zone
				  )}</span>`
				: "";
		const due = one.due
			? `<strong>${slm.moment(one.due).format("ddd")} ${slm.datetime(one.due)}</strong> ${there}`
			: one.problem || __("when the customer writes");
		const warning = one.uncertain ? slm.pill("orange", __("holidays unknown by then")) : "";
		return `<tr data-idx="${one.idx}"><td class="text-muted">${one.idx}</td><td>${name}</td><td>${slm.duration(
			row.goal,
			true
		)}</td><td>${due} ${warning}</td><td class="text-muted">${slm.escape(one.calendar)}</td></tr>`;
	});
	const head = ["#", __("Target"), __("Goal"), __("Due"), __("Calendar")].map((name) => `<th scope="col">${name}</th>`);
	$box
		.find(".slm-dues")
		.html(`<table class="table table-sm"><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`);
};

frappe.ui.form.on("SLM Agreement", {
	setup(frm) {
		slm.set_agreement_queries(frm);
	},
	onload(frm) {
		frm.slm_kind = frm.doc.kind;
		return frappe.xcall("slm_extension.api.default_holds").then((holds) => (frm.slm_holds = holds));
	},
	refresh(frm) {
		slm.show_standing(frm);
		slm.preview_targets(frm);
	},
	// Rows that hold as was usual for the kind before hold as is usual for the new one.
	kind(frm) {
		for (const row of frm.doc.targets || []) {
			const before = slm.usual_holds(frm, row, frm.slm_kind);
			if (Object.keys(before).every((name) => cint(row[name]) === before[name])) slm.set_usual_holds(frm, row);
		}
		frm.slm_kind = frm.doc.kind;
	},
	calendar: slm.preview_targets,
	valid_from: slm.preview_targets,
});

frappe.ui.form.on("SLM Target", {
	targets_add(frm, cdt, cdn) {
		slm.set_usual_holds(frm, locals[cdt][cdn]);
	},
	targets_remove: slm.preview_targets,
	metric(frm, cdt, cdn) {
		slm.set_usual_holds(frm, locals[cdt][cdn]);
		slm.preview_targets(frm);
	},
	goal: slm.preview_targets,
	calendar: slm.preview_targets,
	priority: slm.preview_targets,
	service: slm.preview_targets,
});
