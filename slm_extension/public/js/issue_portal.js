// When a ticket is due, on its page in the portal. Runs inside the host's web form of the Issue.
frappe.ready(async () => {
	const issue = frappe.reference_doc && frappe.reference_doc.name;
	const form = document.querySelector(".web-form-container .web-form");
	if (!issue || !form) return;
	const response = await fetch(
		`/api/method/slm_extension.portal.due_times?issue=${encodeURIComponent(issue)}`,
		{ headers: { Accept: "application/json" } }
	);
	if (!response.ok) return;
	const lines = (await response.json()).message || [];
	if (!lines.length) return;
	const colours = { done: "green", late: "red", held: "gray", open: "blue" };
	const box = document.createElement("dl");
	box.className = "slm-dues";
	box.setAttribute("aria-label", __("Due times"));
	box.style.cssText = "display:flex;flex-wrap:wrap;gap:.5rem 2rem;padding:.9rem 1.1rem;margin:1rem 0;border:1px solid var(--border-color);border-radius:8px;";
	for (const line of lines) {
		const one = document.createElement("div");
		const what = document.createElement("dt");
		const when = document.createElement("dd");
		what.className = `indicator ${colours[line.state]}`;
		what.textContent = line.what;
		when.textContent = line.when;
		when.style.margin = "0";
		one.append(what, when);
		box.append(one);
	}
	(form.querySelector(".web-form-body") || form).prepend(box);
});
