{% include "slm_extension/public/js/slm_time.js" %}

// A request to correct a ticket's record: what it would change, clock by clock, and the decision on it.

frappe.provide("slm.correction");

slm.correction.style = `
.slm-compare { overflow-x: auto; margin-bottom: 16px; }
.slm-compare table { margin: 0; }
.slm-compare td { white-space: nowrap; }
.slm-compare th, .slm-compare td { padding: 5px 8px !important; vertical-align: top; font-variant-numeric: tabular-nums; }
.slm-compare th { font-weight: 500; color: var(--text-muted); }
.slm-compare tr.slm-clock-head th { color: var(--heading-color); border-top: 2px solid var(--border-color) !important; }
.slm-compare tr.slm-clock-head th span { font-weight: 400; color: var(--text-muted); }
.slm-compare td.slm-changed { background: var(--bg-yellow, #fff7d3); color: var(--text-color); font-weight: 500; }
[data-theme="dark"] .slm-compare td.slm-changed { background: color-mix(in srgb, var(--yellow-600, #b08c1e) 30%, transparent); }
.slm-compare td.slm-changed::before { content: "\\2022\\00a0"; }
.slm-compare .slm-number { text-align: right; white-space: nowrap; }
`;

slm.correction.months = (period) =>
	period ? moment(`${period}01`, "YYYYMMDD").format("MMM YYYY") : __("undecided");

slm.correction.columns = () => [
	[__("Result"), ["outcome", "excused"]],
	[__("State"), ["phase"]],
	[__("Due"), ["due"]],
	[__("Missed At"), ["missed_at"]],
	[__("Stopped"), ["stopped"]],
	[__("Used"), ["elapsed"]],
	[__("Held"), ["held"]],
	[__("Counts In"), ["period"]],
];

// Seconds only where there are some.
slm.correction.moment = function (value) {
	const m = slm.from_site(value);
	return slm.format_moment(m, m.seconds() > 0);
};

slm.correction.cell = function (field, side) {
	const when = (value) => (value ? slm.escape(slm.correction.moment(value)) : "–");
	switch (field) {
		case "outcome": {
			const colour = { Met: "green", Missed: "red", Pending: "blue" }[side.outcome] || "gray";
			const left_out = side.excused ? ` ${slm.pill("gray", __("Left Out"))}` : "";
			return slm.pill(colour, __(side.outcome)) + left_out;
		}
		case "phase":
			return slm.escape(__(side.phase));
		case "elapsed":
		case "held":
			return slm.duration(side[field], true);
		case "period":
			return slm.escape(slm.correction.months(side.period));
		default:
			return when(side[field]);
	}
};

slm.correction.clock_rows = function (clock, titles) {
	const columns = slm.correction.columns();
	const about = [clock.kind, clock.party].filter(Boolean).map(slm.escape).join(" ");
	const round = clock.cycle > 1 ? ` · ${__("round {0}", [clock.cycle])}` : "";
	const otherwise = clock.restated ? ` ${slm.pill("orange", __("Decided Otherwise"))}` : "";
	const head = `<tr class="slm-clock-head"><th colspan="${columns.length + 1}">${slm.escape(__(clock.metric))} <span>${about}${round} · ${slm.escape(
		titles[clock.agreement] || clock.agreement
	)}</span>${otherwise}</th></tr>`;
	const row = (label, side) =>
		`<tr><th scope="row">${label}</th>${columns
			.map(([, [field, also]]) => {
				const changed = clock.changed.includes(field) || (also && clock.changed.includes(also));
				return `<td class="${changed ? "slm-changed" : ""}">${side ? slm.correction.cell(field, side) : "–"}</td>`;
			})
			.join("")}</tr>`;
	if (!clock.changed.length) return head + row(__("Unchanged"), clock.before);
	return head + row(__("Before"), clock.before) + row(__("After"), clock.after);
};

slm.correction.clocks_html = function (view) {
	const heads = slm.correction
		.columns()
		.map(([label]) => `<th scope="col">${label}</th>`)
		.join("");
	return `<div class="slm-compare"><table class="table table-sm" aria-label="${__("Clocks before and after")}">
		<thead><tr><th></th>${heads}</tr></thead><tbody>${view.clocks
			.map((clock) => slm.correction.clock_rows(clock, view.titles))
			.join("")}</tbody></table></div>`;
};

slm.correction.periods_html = function (view) {
	if (!view.periods.length) return "";
	const percent = (value) => (value === null ? "–" : __("{0} %", [Math.floor(value * 10) / 10]));
	const pair = (before, after, shown = (value) => value) =>
		`<td class="slm-number ${before === after ? "" : "slm-changed"}">${shown(before)} → ${shown(after)}</td>`;
	const rows = view.periods
		.map(
			({ agreement, target, period, before, after }) => `<tr><td>${slm.escape(slm.correction.months(period))}</td>
			<td>${slm.escape(view.titles[agreement] || agreement)} · ${slm.escape(target)}</td>${pair(before.met, after.met)}${pair(
				before.missed,
				after.missed
			)}${pair(before.gross, after.gross, percent)}${pair(before.net, after.net, percent)}</tr>`
		)
		.join("");
	return `<h5>${__("Figures that are restated")}</h5><div class="slm-compare"><table class="table table-sm"
		aria-label="${__("Figures before and after")}"><thead><tr><th>${__("Month")}</th><th>${__("Target")}</th><th class="slm-number">${__(
		"Met"
	)}</th><th class="slm-number">${__("Missed")}</th><th class="slm-number">${__("Gross")}</th><th class="slm-number">${__(
		"Net"
	)}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
};

slm.correction.html = function (view) {
	if (!view.clocks) return `<p class="text-muted">${__("Say what was so, and when, to see what it changes.")}</p>`;
	if (!view.clocks.length) return `<p class="text-muted">${__("No agreement promises anything on this ticket.")}</p>`;
	const changed = view.clocks.filter((clock) => clock.changed.length).length;
	const as_of = slm.escape(slm.format_moment(slm.from_site(view.asked)));
	const head = changed
		? __("{0} of {1} clocks change. As of {2}.", [changed, view.clocks.length, as_of])
		: __("None of {0} clocks changes. As of {1}.", [view.clocks.length, as_of]);
	const until = view.until
		? `<p>${__("Until: {0}, as far as the record goes.", [slm.escape(slm.correction.moment(view.until))])}</p>`
		: "";
	const hidden = view.hidden
		? `<p class="text-muted">${__("{0} more clocks are under agreements that you may not read.", [view.hidden])}</p>`
		: "";
	return `<p class="${changed ? "" : "text-muted"}">${head}</p>${hidden}${until}${slm.correction.clocks_html(view)}${slm.correction.periods_html(view)}`;
};

slm.correction.told = ["ticket", "what", "from_time", "until_time", "user", "supplier", "team", "priority"];
slm.correction.asked = ["ticket_type", ...slm.correction.told];

slm.correction.request = (frm) => Object.fromEntries(slm.correction.asked.map((field) => [field, frm.doc[field]]));

slm.correction.show = function (frm) {
	const $wrapper = frm.fields_dict.preview_html.$wrapper;
	frappe.dom.set_style(slm.correction.style, "slm-correction-style");
	const asked = (frm.slm_asked = Symbol("asked"));
	if (frm.is_new() && !(frm.doc.ticket && frm.doc.what)) {
		$wrapper.html(slm.correction.html({}));
		return Promise.resolve();
	}
	return frappe
		.call({
			method: `slm_extension.service_level_management.doctype.slm_correction.slm_correction.${
				frm.is_new() ? "preview_new" : "preview"
			}`,
			args: frm.is_new() ? { request: slm.correction.request(frm) } : { name: frm.doc.name },
			silent: true,
			error_handlers: {
				ValidationError: (answer) => {
					if (frm.slm_asked === asked) $wrapper.html(slm.correction.refusal(answer));
				},
			},
		})
		.then((answer) => {
			if (frm.slm_asked !== asked || !answer.message) return;
			frm.slm_view = answer.message;
			$wrapper.html(slm.correction.html(answer.message));
		})
		.catch(() => {});
};

// Why it cannot be, where the figures would be; saving says the same.
slm.correction.refusal = function (answer) {
	const messages = JSON.parse(answer._server_messages || "[]").map((one) => JSON.parse(one).message);
	return messages.map((text) => `<p class="text-warning">${text}</p>`).join("");
};

slm.correction.show_soon = frappe.utils.debounce((frm) => slm.correction.show(frm), 400);

slm.correction.decide = function (frm, method, title, label, note) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			{ fieldtype: "HTML", options: `<p>${note.text}</p>` },
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), reqd: note.required },
		],
		primary_action_label: label,
		primary_action(values) {
			dialog.hide();
			const args = { note: values.note || "" };
			if (method === "approve") args.shown = frm.slm_view.digest;
			frappe.call({ doc: frm.doc, method, args, freeze: true }).then(
				() => frm.reload_doc(),
				() => slm.correction.show(frm)
			);
		},
	});
	dialog.show();
};

slm.correction.buttons = function (frm) {
	const { may_decide, may_withdraw } = frm.doc.__onload || {};
	if (frm.doc.status !== "Requested") return;
	if (may_decide) {
		frm.add_custom_button(__("Approve"), () => {
			if (!frm.slm_view?.digest) {
				frappe.msgprint(__("There is nothing to approve: see what is said under What It Changes."));
				return;
			}
			const restated = frm.slm_view.clocks.filter((clock) => clock.restated).length;
			slm.correction.decide(frm, "approve", __("Approve the Correction"), __("Approve"), {
				text: restated
					? __("It is put into the ticket's record for good, and {0} clocks are decided otherwise.", [restated])
					: __("It is put into the ticket's record for good."),
			});
		}).addClass("btn-primary");
		frm.add_custom_button(__("Reject"), () =>
			slm.correction.decide(frm, "reject", __("Reject the Correction"), __("Reject"), {
				text: __("Nothing changes. The request stays on record with your note."),
				required: 1,
			})
		);
	}
	if (may_withdraw) {
		frm.add_custom_button(__("Withdraw"), () =>
			slm.correction.decide(frm, "withdraw", __("Withdraw the Request"), __("Withdraw"), {
				text: __("It is not decided any more, and stays on record."),
			})
		);
	}
};

slm.correction.headline = function (frm) {
	frm.dashboard.clear_headline();
	if (frm.is_new()) return;
	const by = slm.escape(frappe.user_info(frm.doc.decided_by).fullname);
	const said = {
		Requested: [__("Nothing has been changed yet: somebody else than {0} has to decide.", [
			slm.escape(frappe.user_info(frm.doc.requested_by).fullname),
		]), "orange"],
		Approved: [__("Approved by {0}. The figures below are those that were shown.", [by]), "green"],
		Rejected: [__("Rejected by {0}.", [by]), "red"],
		Withdrawn: [__("Withdrawn by {0}.", [by]), "gray"],
	}[frm.doc.status];
	if (said) frm.dashboard.set_headline(said[0], said[1]);
};

const changes = {};
for (const field of slm.correction.told) {
	changes[field] = (frm) => frm.is_new() && slm.correction.show_soon(frm);
}

frappe.ui.form.on("SLM Correction", {
	...changes,

	setup(frm) {
		frm.set_query("ticket_type", () => ({ filters: { name: "Issue" } }));
		frm.set_query("communication", () => ({
			filters: {
				reference_doctype: frm.doc.ticket_type,
				reference_name: frm.doc.ticket,
				communication_type: "Communication",
			},
		}));
	},

	what(frm) {
		const lasting =
			(frm.doc.what || "").startsWith("Waited") ||
			["Did Not Wait", "Handed to Team", "Had Priority"].includes(frm.doc.what);
		frm.set_df_property("from_time", "label", lasting ? __("From") : __("When"));
		if (frm.is_new()) slm.correction.show_soon(frm);
	},

	refresh(frm) {
		frm.trigger("what");
		frm.toggle_enable([...slm.correction.told, "reason", "communication", "evidence"], frm.is_new());
		if (!frm.is_new()) {
			frm.disable_save();
			slm.correction.show(frm);
		}
		slm.correction.headline(frm);
		slm.correction.buttons(frm);
	},
});
