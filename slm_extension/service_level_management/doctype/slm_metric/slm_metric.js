// What a metric means in a sentence, as long as nobody is changing it.

frappe.ui.form.on("SLM Metric", {
	refresh(frm) {
		const { meaning } = frm.doc.__onload || {};
		frm.set_intro();
		if (meaning && !frm.is_dirty()) frm.set_intro(meaning, frm.doc.disabled ? "orange" : "blue");
	},
});
