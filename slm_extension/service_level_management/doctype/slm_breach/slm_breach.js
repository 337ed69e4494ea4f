{% include "slm_extension/public/js/slm_time.js" %}

// A missed promise: who held the ticket, what would have been, and what people say to it.

frappe.provide("slm.breach");

slm.breach.party = () => ({
	team: ["blue", __("Team")],
	supplier: ["purple", __("Supplier")],
	customer: ["orange", __("Customer")],
	unassigned: ["red", __("Unassigned")],
	nobody: ["gray", __("Nobody")],
});

slm.breach.cause = () => ({
	"own team": __("Own team"),
	"other team": __("Another team"),
	supplier: __("Supplier"),
	unassigned: __("Unassigned"),
	customer: __("Customer"),
});

slm.breach.legs_html = function (legs) {
	if (!legs.length) return "";
	const all = legs.reduce((sum, leg) => sum + leg.counted, 0);
	const known = slm.breach.party();
	const label = (leg) => [known[leg.party][1], leg.name].filter(Boolean).join(" ");
	const bar = legs
		.filter((leg) => leg.counted)
		.map((leg) => {
			const said = `${label(leg)}: ${slm.duration(leg.counted, true)}`;
			return `<div class="slm-breach-leg" title="${slm.escape(said)}"
				style="flex:${leg.counted};background:var(--${known[leg.party][0]}-400)"></div>`;
		})
		.join("");
	const rows = legs
		.map(
			(leg) => `<tr><td>${slm.pill(known[leg.party][0], label(leg))}</td><td>${slm.datetime(leg.start, true)}</td>
				<td>${slm.datetime(leg.end, true)}</td><td class="text-right">${slm.duration(leg.counted, true)}</td>
				<td class="text-right">${all ? Math.round((100 * leg.counted) / all) : 0} %</td></tr>`
		)
		.join("");
	const head = [__("Held By"), __("From"), __("Until")].map((name) => `<th scope="col">${name}</th>`).join("");
	return `<div class="slm-breach-bar" role="img" aria-label="${__("Open time by who held the ticket")}"
			style="display:flex;gap:2px;height:14px;border-radius:4px;overflow:hidden;margin-bottom:var(--margin-sm)">${bar}</div>
		<div class="table-responsive"><table class="table table-sm"><thead><tr>${head}
		<th scope="col" class="text-right">${__("Open Time")}</th><th scope="col" class="text-right">${__("Share")}</th></tr></thead>
		<tbody>${rows}</tbody><tfoot><tr><th colspan="3" scope="row">${__("Together")}</th>
		<td class="text-right">${slm.duration(all, true)}</td><td class="text-right">100 %</td></tr></tfoot></table></div>`;
};

slm.breach.overruns_html = function (overruns) {
	if (!overruns.length) {
		return `<p class="text-muted">${__("No OLA or UC was overrun on the way.")}</p>`;
	}
	const lines = overruns.map((over) => {
		const said = __("{0} overran {1} by {2}, which cost this promise {3} of its open time.", [
			`<strong>${slm.escape(over.name || __("The supplier"))}</strong>`,
			slm.escape(over.agreement),
			slm.duration(over.overrun, true),
			slm.duration(over.cost, true),
		]);
		const would = over.would_have_held
			? slm.pill("red", __("Without it the promise would have been kept"))
			: slm.pill("gray", __("Without it the promise would have been missed all the same"));
		return `<li>${said}<br>${would}</li>`;
	});
	return `<ul>${lines.join("")}</ul>`;
};

slm.breach.contract_html = function (contract) {
	if (!contract) return "";
	const link = `<a href="${frappe.utils.get_form_link("SLM Agreement", contract)}">${slm.escape(contract)}</a>`;
	return `<p>${__("OLA or UC not kept: {0}", [link])}</p>`;
};

slm.breach.ask = function (frm, title, fields, method, label) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: label || title,
		primary_action(values) {
			frm.call(method, values).then(() => {
				dialog.hide();
				frm.reload_doc();
			});
		},
	});
	dialog.show();
	return dialog;
};

slm.breach.buttons = function (frm, view) {
	const text = (fieldname, label) => ({ fieldname, label, fieldtype: "Small Text", reqd: 1 });
	const options = (fieldname) => frm.meta.fields.find((df) => df.fieldname === fieldname).options;
	const at = (...states) => states.includes(frm.doc.status);
	const add = (label, fields, method) => frm.add_custom_button(label, () => slm.breach.ask(frm, label, fields, method));
	if (view.explains && at("Open", "Explanation Requested", "Explained")) {
		frm.add_custom_button(__("Explain"), () =>
			slm.breach.ask(
				frm,
				__("Why Was It Late?"),
				[
					{ fieldname: "root_cause", label: __("Root Cause"), fieldtype: "Select", options: options("root_cause"), reqd: 1, default: frm.doc.root_cause },
					{ ...text("explanation", __("Explanation")), default: frm.doc.explanation },
				],
				"explain",
				__("Explain")
			)
		).addClass(at("Explained") ? "" : "btn-primary");
	}
	if (view.explains && at("Open", "Explanation Requested", "Explained", "Disputed")) {
		frm.add_custom_button(__("Ask to Excuse"), () => slm.breach.ask_to_excuse(frm, options("excuse_clause")));
	}
	if (view.explains && at("Open", "Explanation Requested", "Explained", "Excuse Requested", "Excused")) {
		add(__("Dispute"), [{ fieldname: "by", label: __("Disputed By"), fieldtype: "Data", reqd: 1, default: frm.doc.customer }, text("reason", __("What Is Disputed"))], "dispute");
	}
	if (!view.decides) return;
	if (at("Excuse Requested")) {
		if (view.own_request) {
			frm.set_intro(__("You asked for this excuse yourself. Somebody else has to decide about it."), "orange");
		} else {
			const decide = (label, excused) =>
				frm.add_custom_button(label, () =>
					frappe.prompt(text("decision", __("Decision")), (values) =>
						frm.call("decide_excuse", { excused, decision: values.decision }).then(() => frm.reload_doc()), label, label)
				);
			decide(__("Excuse"), true).addClass("btn-primary");
			decide(__("Refuse"), false);
		}
	}
	if (at("Excused")) add(__("Take the Excuse Back"), [text("decision", __("Because"))], "take_excuse_back");
	if (at("Disputed")) add(__("Settle"), [text("settlement", __("Settlement"))], "settle");
	if (at("Explained", "Excused")) add(__("Close"), [text("response", __("What Is Done About It"))], "close");
	if (at("Closed")) frm.add_custom_button(__("Open Again"), () => frm.call("open_again").then(() => frm.reload_doc()));
};

slm.breach.ask_to_excuse = function (frm, clauses) {
	frm.call("grounds").then(({ message }) => {
		const grounds = message || [];
		const first = (grounds[0] || {}).clause;
		const offered = grounds.map((one) => `<li>${slm.escape(one.words)}</li>`).join("");
		const reason_of = (clause) =>
			grounds
				.filter((one) => one.clause === clause)
				.map((one) => one.words)
				.join("\n");
		const reasons = ["", ...grounds.map((one) => reason_of(one.clause))];
		// another ground has another reason, unless somebody has written one
		const follow = () => {
			if (!dialog || !reasons.includes((dialog.get_value("reason") || "").trim())) return;
			dialog.set_value("reason", reason_of(dialog.get_value("clause")));
		};
		let dialog = null;
		dialog = slm.breach.ask(
			frm,
			__("Ask to Excuse"),
			[
				{ fieldtype: "HTML", options: offered ? `<p>${__("The agreement offers:")}</p><ul>${offered}</ul>` : "" },
				{ fieldname: "clause", label: __("On Which Ground"), fieldtype: "Select", options: clauses, reqd: 1, default: first, onchange: follow },
				{ fieldname: "reason", label: __("Reason"), fieldtype: "Small Text", reqd: 1, default: reason_of(first) },
				{ fieldname: "evidence", label: __("Evidence"), fieldtype: "Attach" },
				{ fieldname: "evidence_link", label: __("Or Where It Is"), fieldtype: "Data" },
			],
			"ask_to_excuse"
		);
	});
};

frappe.ui.form.on("SLM Breach", {
	setup(frm) {
		frm.get_docfield("cause").formatter = (value) => slm.escape(slm.breach.cause()[value] || value || "");
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		if (!frm.doc.standing) frm.set_intro(__("This is no miss any more: a correction, a reopening or the ticket's end has taken it back."), "blue");
		frm.add_custom_button(__("Ticket"), () => frappe.set_route("Form", frm.doc.ticket_type, frm.doc.ticket));
		frm.call("figures_view").then(({ message: view }) => {
			if (!view) return;
			frm.get_field("figures_html").$wrapper.html(
				slm.breach.legs_html(view.legs) +
					slm.breach.overruns_html(view.overruns) +
					slm.breach.contract_html(view.contract)
			);
			slm.breach.buttons(frm, view);
		});
	},
});
