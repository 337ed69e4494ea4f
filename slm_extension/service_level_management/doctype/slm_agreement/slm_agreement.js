{% include "slm_extension/public/js/slm_time.js" %}
{% include "slm_extension/public/js/slm_agreement_life.js" %}
{% include "slm_extension/public/js/slm_chain.js" %}
{% include "slm_extension/public/js/slm_support.js" %}
{% include "slm_extension/public/js/slm_what_if.js" %}
{% include "slm_extension/public/js/slm_agreement_parties.js" %}
{% include "slm_extension/public/js/slm_effective.js" %}
{% include "slm_extension/public/js/slm_interruptions.js" %}

// What can be chosen, sensible holds, due times while editing, and where an agreement stands in its life.

slm.agreement_style = `
.slm-target-preview { margin-top: 12px; border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); padding: 12px 15px; }
.slm-target-preview header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin-bottom: 8px; }
.slm-target-preview header .frappe-control { margin-bottom: 0; min-width: 210px; }
.slm-target-preview table { margin: 0; }
.slm-target-preview td, .slm-target-preview th { padding: 5px 8px 5px 0 !important; }
.slm-target-preview .slm-meaning td { border-top: 0; padding-top: 0 !important; font-size: var(--text-sm, 12px); }
.slm-target-preview .slm-example { white-space: nowrap; }
`;

slm.set_agreement_queries = function (frm) {
	const approved = { status: ["in", ["Approved", "Live"]] };
	const agreed = () => (frm.doc.services || []).map((row) => row.service).filter(Boolean);
	const calendar = () => ({ filters: { disabled: 0 } });
	frm.set_query("service", "services", () => ({ filters: approved }));
	frm.set_query("service", "targets", () => ({
		filters: agreed().length ? { ...approved, name: ["in", agreed()] } : approved,
	}));
	frm.set_query("calendar", calendar);
	frm.set_query("calendar", "targets", calendar);
	for (const table of ["targets", "escalations", "credit_bands"]) {
		if (frm.fields_dict[table]) frm.set_query("metric", table, calendar);
	}
	frm.set_query("customer", () => ({ filters: { disabled: 0 } }));
	frm.set_query("supplier", () => ({ filters: { disabled: 0 } }));
	frm.set_query("agreement", "rests_on", () => ({
		filters: { docstatus: ["<", 2], is_template: 0, kind: ["in", ["OLA", "UC"]], status: ["not in", slm.support_ended] },
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

slm.say = function (frm, text, colour = "blue") {
	frm.set_intro();
	frm.set_intro(text, colour);
};

slm.show_standing = function (frm) {
	if (frm.is_new() || frm.is_dirty()) return;
	const doc = frm.doc;
	if (doc.is_template) return frm.page.set_indicator(__("Template"), "purple");
	const version = __("version {0}", [doc.document_version]);
	frm.page.set_indicator(`${__(doc.status)} · ${version}`, slm.agreement_colours[doc.status]);
	const day = (value) => frappe.datetime.str_to_user(value).bold();
	if (doc.revision_needed) return slm.say(frm, `${__("Revision needed.")} ${slm.escape(doc.revision_because)}`, "orange");
	if (doc.docstatus === 0 && doc.amended_from) {
		return slm.say(
			frm,
			__("Concluding this version ends {0} on the day before {1}.", [doc.amended_from.bold(), day(doc.valid_from)])
		);
	}
	if (doc.status === "Approved" && slm.open_parties(frm).length) {
		const waiting = slm.open_parties(frm).map((party) => __(party)).join(", ");
		return slm.say(frm, __("Ready to be signed. Waiting for: {0}.", [waiting]));
	}
	if (doc.status === "Approved") return slm.say(frm, __("Signed by every party. Conclude it under Actions."));
	if (doc.docstatus !== 1) return;
	if (doc.termination_reason && doc.valid_until) {
		return slm.say(frm, __("Ends on {0}: {1}", [day(doc.valid_until), slm.escape(doc.termination_reason)]), "orange");
	}
	const freeze = slm.coming_freeze(frm);
	if (freeze) {
		return slm.say(
			frm,
			__("Frozen from {0} to {1}: {2}", [day(freeze.from_date), day(freeze.until_date), slm.escape(freeze.reason)]),
			"orange"
		);
	}
	if (doc.until_replaced && doc.valid_until < frappe.datetime.get_today()) {
		return slm.say(frm, __("Past {0} and still in force, until a new version starts.", [day(doc.valid_until)]), "orange");
	}
	if (["Agreed", "In Force"].includes(doc.status)) {
		slm.say(
			frm,
			__("What has been agreed stays as it is. A new version changes the terms from a day of your choice.")
		);
	}
};

slm.draft_new_version = (frm) =>
	frappe
		.xcall("slm_extension.api.new_version", { agreement: frm.docname })
		.then((name) => frappe.set_route("Form", "SLM Agreement", name));

slm.show_effective = function (frm) {
	const $parent = frm.fields_dict.effective_html.$wrapper;
	if (frm.doc.is_template || !["SLA", "Commitment"].includes(frm.doc.kind)) return $parent.empty();
	return slm.effective_panel($parent, frm);
};

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

// What a clock that starts on a Monday morning or a Friday afternoon comes to, as a clock on the wall there shows it.
slm.due_examples = (one) =>
	one.examples
		.map((example) => {
			const [started, due] = [example.started, example.due].map((at) => moment.parseZone(at));
			const later = due.diff(started, "days") > 5 ? due.format(frappe.boot.sysdefaults.date_format.toUpperCase()) : due.format("ddd");
			const time = slm.time_format();
			const line = `${started.format(`ddd ${time}`)} → <strong>${later} ${due.format(time)}</strong>`;
			return `<div class="slm-example">${line}</div>`;
		})
		.join("");

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
			: one.problem || `<span class="text-muted">${__("not before {0}", [slm.escape(one.starts)])}</span>`;
		const warning = one.uncertain ? slm.pill("orange", __("holidays unknown by then")) : "";
		return `<tr data-idx="${one.idx}"><td class="text-muted">${one.idx}</td><td>${name}</td><td>${slm.duration(
			row.goal,
			true
		)}</td><td>${due} ${warning}</td><td>${slm.due_examples(one)}</td><td class="text-muted">${slm.escape(
			one.calendar
		)}</td></tr><tr class="slm-meaning"><td></td><td colspan="5" class="text-muted">${slm.escape(one.meaning)} ${slm.escape(
			one.held
		)}</td></tr>`;
	});
	const head = ["#", __("Target"), __("Goal"), __("Due"), __("For Example"), __("Calendar")].map(
		(name) => `<th scope="col">${name}</th>`
	);
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
		slm.life_buttons(frm);
		slm.show_checklist(frm);
		slm.show_chain(frm);
		slm.support_buttons(frm);
		slm.show_effective(frm);
		slm.party_buttons(frm);
		slm.what_if_button(frm);
		slm.preview_targets(frm);
	},
	// What needs a day and a reason is asked for and done here; the host's own action would not know them.
	before_workflow_action(frm) {
		const ask = slm.actions_with_reason[frm.selected_workflow_action];
		if (!ask) return Promise.resolve();
		frappe.dom.unfreeze();
		ask(frm);
		return new Promise(() => {});
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
