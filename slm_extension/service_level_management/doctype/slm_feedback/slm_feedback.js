{% include "slm_extension/public/js/slm_stars.js" %}

// What a user says about a ticket: chosen and shown as stars. Once saved it stays as it was said.

frappe.ui.form.on("SLM Feedback", {
	setup(frm) {
		frm.set_query("ticket", () => ({ filters: { status: ["in", ["Resolved", "Closed"]] } }));
		frm.set_query("given_by", () => ({ filters: { enabled: 1 } }));
	},
	refresh(frm) {
		const { $wrapper } = frm.fields_dict.stars_html;
		$wrapper.empty();
		frm.set_df_property("channel", "options", slm.feedback_channels(frm));
		frm.toggle_display("score", !frm.is_new());
		if (frm.is_new()) {
			$wrapper.append(
				slm.star_picker({
					name: "score",
					legend: __("How satisfied is the user?"),
					value: frm.doc.score,
					words: slm.satisfaction,
					onchange: (score) => frm.set_value("score", score),
				})
			);
			return;
		}
		frm.disable_save();
		const stars = slm.stars(frm.doc.score);
		stars.style.fontSize = "26px";
		$wrapper.append(stars, $("<span class='text-muted' style='margin-left: 12px'></span>").text(slm.satisfaction(frm.doc.score)));
	},
	given_by(frm) {
		if (frm.is_new() && frm.doc.given_by) {
			frappe.db
				.get_value("User", frm.doc.given_by, "full_name")
				.then(({ message }) => frm.set_value("person", message?.full_name || frm.doc.given_by));
		}
	},
});

// In the portal users answer themselves; nobody enters that here.
slm.feedback_channels = function (frm) {
	const channels = ["", "E-Mail", "Telephone", "In Person", "Import"];
	return frm.is_new() ? channels : [...channels, "Portal"];
};
