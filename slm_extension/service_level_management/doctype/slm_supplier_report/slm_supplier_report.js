{% include "slm_extension/public/js/slm_time.js" %}

// A service report of a team or supplier: what it says beside what was measured, and what is done with it.

frappe.provide("slm.supplier_report");

slm.supplier_report.colours = {
	Due: "blue",
	Overdue: "red",
	Delivered: "orange",
	Accepted: "green",
	Returned: "purple",
	"Not Needed": "gray",
};

slm.supplier_report.figure = (counts) =>
	counts
		? `${counts.attainment === null ? "-" : `${counts.attainment} %`} <span class="text-muted">${slm.escape(
				__("{0} of {1}", [counts.met, counts.decided])
		  )}</span>`
		: `<span class="text-muted">${__("Not reported")}</span>`;

slm.supplier_report.difference = function (value) {
	if (value === null) return "-";
	const said = `${value > 0 ? "+" : ""}${value}`;
	return value > 0 ? slm.pill("red", said) : value < 0 ? slm.pill("blue", said) : slm.pill("green", "0");
};

slm.supplier_report.row = (line, head) =>
	`<tr${head ? ' style="font-weight: 600"' : ""}><td>${slm.escape(head ? __("Together") : line.target)}</td>
		<td class="text-right">${slm.supplier_report.figure(line.reported)}</td>
		<td class="text-right">${slm.supplier_report.figure(line.measured)}</td>
		<td class="text-right">${line.excused || ""}</td>
		<td class="text-right">${slm.supplier_report.difference(line.difference)}</td></tr>`;

slm.supplier_report.comparison_html = function (view) {
	if (!view.shown) {
		return `<p class="text-muted">${__("What was measured is shown to those who may read every ticket.")}</p>`;
	}
	if (!view.lines.length) return `<p class="text-muted">${__("The agreement has no targets to compare.")}</p>`;
	const heads = [__("Target"), __("As Reported"), __("As Measured"), __("Excused Misses"), __("Difference in Points")];
	return `<h6>${__("Compared with What Was Measured")}</h6>
		<div class="table-responsive"><table class="table table-sm"><thead><tr>${heads
			.map((name, at) => `<th scope="col"${at ? ' class="text-right"' : ""}>${name}</th>`)
			.join("")}</tr></thead><tbody>
		${view.lines.map((line) => slm.supplier_report.row(line)).join("")}
		${slm.supplier_report.row(view.total, true)}</tbody></table></div>
		<p class="text-muted">${
			view.frozen
				? __("As measured when the report was accepted.")
				: __("As measured until now; it is kept when the report is accepted.")
		}</p>`;
};

slm.supplier_report.ask = function (frm, title, fields, method, label) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: label || title,
		primary_action(values) {
			dialog.disable_primary_action();
			frm.call(method, values)
				.then(() => {
					dialog.hide();
					frm.reload_doc();
				})
				.catch(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
	return dialog;
};

slm.supplier_report.buttons = function (frm) {
	const may = frm.doc.__onload?.may || {};
	const add = (label, work, first) => {
		const $button = frm.add_custom_button(label, () => {
			if (frm.is_dirty()) return frappe.msgprint(__("Save the report first."));
			return work(label);
		});
		if (first) $button.addClass("btn-primary");
	};
	const ask = (method, fields) => (title) => slm.supplier_report.ask(frm, title, fields, method);
	if (may.accept) {
		add(
			__("Accept"),
			ask("accept", [
				{ fieldname: "problems", label: __("Problems Found"), fieldtype: "Small Text", default: frm.doc.problems },
				{ fieldname: "remarks", label: __("Remarks"), fieldtype: "Small Text", default: frm.doc.remarks },
			]),
			true
		);
	}
	if (may.deliver) {
		add(
			__("Delivered"),
			ask("deliver", [
				{ fieldname: "received_on", label: __("Received On"), fieldtype: "Date", reqd: 1, default: frappe.datetime.get_today() },
				{ fieldname: "delivered_by", label: __("Delivered By"), fieldtype: "Data", description: __("Who sent it, in words.") },
			]),
			true
		);
	}
	if (may.send_back) {
		add(
			__("Return"),
			ask("send_back", [
				{ fieldname: "reason", label: __("Reason"), fieldtype: "Small Text", reqd: 1, description: __("The provider reads it.") },
				{
					fieldname: "due_on",
					label: __("Due Again On"),
					fieldtype: "Date",
					reqd: 1,
					default: frappe.datetime.add_days(frappe.datetime.get_today(), 7),
				},
			])
		);
	}
	if (may.not_needed) {
		add(__("Not Needed"), ask("not_needed", [{ fieldname: "reason", label: __("Reason"), fieldtype: "Small Text", reqd: 1 }]));
	}
	if (may.take_figures) {
		add(__("Take Figures"), () =>
			frm.call("take_figures").then(({ message: count }) => {
				frappe.show_alert(
					count ? __("{0} targets of the agreement were added.", [count]) : __("Every target of the agreement is there already.")
				);
				frm.reload_doc();
			})
		);
	}
};

slm.supplier_report.intro = function (frm) {
	const day = (value) => frappe.datetime.str_to_user(value).bold();
	const doc = frm.doc;
	frm.set_intro();
	if (doc.status === "Overdue") frm.set_intro(__("It was due on {0} and has not come.", [day(doc.due_on)]), "red");
	if (doc.status === "Delivered" && doc.days_late) frm.set_intro(__("It came {0} days late.", [doc.days_late]), "orange");
	if (doc.status === "Returned") {
		frm.set_intro(__("Returned, due again on {0}: {1}", [day(doc.due_on), slm.escape(doc.returned_because)]), "orange");
	}
	if (doc.status === "Not Needed") frm.set_intro(slm.escape(doc.not_needed_because), "blue");
};

frappe.ui.form.on("SLM Supplier Report", {
	setup(frm) {
		frm.set_query("agreement", () => ({
			filters: { kind: ["in", ["OLA", "UC", "Commitment"]], docstatus: 1, is_template: 0 },
		}));
	},

	refresh(frm) {
		const $figures = frm.get_field("comparison_html").$wrapper.empty();
		const closed = ["Accepted", "Not Needed"].includes(frm.doc.status);
		closed ? frm.disable_save() : frm.enable_save();
		if (frm.is_new()) return;
		frm.page.set_indicator(__(frm.doc.status), slm.supplier_report.colours[frm.doc.status]);
		slm.supplier_report.intro(frm);
		slm.supplier_report.buttons(frm);
		if (closed) frm.set_read_only();
		const name = frm.docname;
		frm.call("compare").then(({ message: view }) => {
			if (view && frm.docname === name) $figures.html(slm.supplier_report.comparison_html(view));
		});
	},
});

frappe.ui.form.on("SLM Supplier Figure", {
	decided(frm, doctype, name) {
		const row = frappe.get_doc(doctype, name);
		if (row.decided && !row.reported) frappe.model.set_value(doctype, name, "reported", 1);
	},
});
