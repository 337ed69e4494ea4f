// A mail about a document, begun with one of this app's templates; `sent` is called when it has gone out.

frappe.provide("slm");

slm.write_mail = function (frm, template, { subject, recipients, sent }) {
	const compose = (filled = {}) =>
		new frappe.views.CommunicationComposer({
			doc: frm.doc,
			frm,
			subject: frappe.utils.html2text(filled.subject || subject).trim(),
			recipients,
			message: filled.message,
			success: sent,
		});
	// the template may have been renamed or deleted; then the mail begins empty
	return frappe.db.exists("Email Template", template).then((there) =>
		there
			? frappe
					.call("frappe.email.doctype.email_template.email_template.get_email_template", {
						template_name: template,
						doc: frm.doc,
					})
					.then((answer) => compose(answer.message))
			: compose()
	);
};
