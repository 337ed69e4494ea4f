{% include "slm_extension/public/js/slm_stars.js" %}

// On a ticket that is done: what its users have said about how it was handled, and the way to note what they say.

slm.FEEDBACK_METHODS = "slm_extension.service_level_management.doctype.slm_feedback.slm_feedback";

slm.feedback_of = function (frm) {
	const ticket = frm.doc.name;
	const asked = (frm.slm_feedback_asked = Symbol("asked"));
	return frappe.xcall(`${slm.FEEDBACK_METHODS}.about_ticket`, { ticket }).then((about) => {
		if (frm.doc.name !== ticket || frm.slm_feedback_asked !== asked) return;
		slm.show_feedback(frm, about.answers);
		if (about.may_record) {
			frm.add_custom_button(
				__("Record Feedback…"),
				() => slm.record_feedback(frm, about),
				__("Service Level")
			);
		}
	});
};

slm.show_feedback = function (frm, answers) {
	frm.slm_feedback_note?.remove();
	frm.slm_feedback_note = null;
	if (!answers.length) return;
	const lines = answers.map((one) => {
		const line = document.createElement("div");
		const link = document.createElement("a");
		const who = document.createElement("span");
		line.className = "slm-feedback-line";
		line.style.cssText = "display:flex;flex-wrap:wrap;gap:2px 10px;overflow-wrap:anywhere;color:var(--text-color)";
		link.href = `/app/slm-feedback/${encodeURIComponent(one.name)}`;
		link.append(slm.stars(one.score));
		const expected = one.expected ? __("expected {0} of {1}", [one.expected, slm.HIGHEST_SCORE]) : "";
		who.textContent = [one.person, one.given, expected].filter(Boolean).join(" · ");
		who.className = "text-muted";
		line.append(link, who);
		if (one.comment) {
			const comment = document.createElement("span");
			comment.textContent = one.comment;
			line.append(comment);
		}
		return line.outerHTML;
	});
	frm.dashboard.add_comment(lines.join(""), "blue", true);
};

slm.record_feedback = function (frm, about) {
	const chosen = { score: 0, expected: 0 };
	const dialog = new frappe.ui.Dialog({
		title: __("What Does the User Say?"),
		fields: [
			{ fieldname: "score_html", fieldtype: "HTML" },
			{ fieldname: "expected_html", fieldtype: "HTML" },
			{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment"), max_height: "5.5rem" },
			{
				fieldname: "said_by",
				fieldtype: "Data",
				label: __("Who Says So"),
				default: about.requester,
				reqd: 1,
				description: __("A name or an e-mail address. What the same person has said of this work before is replaced."),
			},
			{
				fieldname: "channel",
				fieldtype: "Select",
				label: __("Channel"),
				options: ["Telephone", "E-Mail", "In Person"].map((value) => ({ value, label: __(value) })),
				default: "Telephone",
				reqd: 1,
			},
		],
		primary_action_label: __("Record"),
		primary_action({ comment, said_by, channel }) {
			if (!chosen.score) {
				return frappe.msgprint({
					title: __("How Satisfied?"),
					message: __("Choose between one and five stars."),
					indicator: "orange",
				});
			}
			dialog.disable_primary_action();
			return frappe
				.xcall(`${slm.FEEDBACK_METHODS}.record`, { ticket: frm.docname, said_by, channel, comment, ...chosen })
				.then(() => {
					dialog.hide();
					frappe.show_alert({ message: __("The feedback is recorded."), indicator: "green" });
					return frm.reload_doc();
				})
				.finally(() => dialog.enable_primary_action());
		},
	});
	const picker = (name, legend, more) =>
		dialog.fields_dict[`${name}_html`].$wrapper.append(
			slm.star_picker({ name, legend, onchange: (score) => (chosen[name] = score), ...more })
		);
	picker("score", __("How satisfied is the user?"), { words: slm.satisfaction });
	picker("expected", __("What had the user expected? (Where it was asked.)"), { optional: true });
	dialog.show();
};

frappe.ui.form.on("Issue", {
	refresh(frm) {
		const done = ["Resolved", "Closed"].includes(frm.doc.status);
		if (frm.is_new() || !done || !frappe.model.can_read("SLM Feedback")) return;
		slm.feedback_of(frm);
	},
});
