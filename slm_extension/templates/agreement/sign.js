// Signs once: the button stays dead from the first press until the server has refused.
document.querySelector(".slm-sign-form").addEventListener("submit", async (event) => {
	event.preventDefault();
	const form = event.target;
	const button = form.querySelector("button");
	const problem = form.querySelector(".slm-problem");
	const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
	const refusal = (answer) => {
		try {
			return JSON.parse(answer._server_messages)
				.map((one) => plain(JSON.parse(one).message))
				.join(" ");
		} catch {
			return form.dataset.failed;
		}
	};
	if (button.disabled) return;
	button.disabled = true;
	problem.hidden = true;
	try {
		const response = await fetch("/api/method/slm_extension.portal.sign_agreement", {
			method: "POST",
			headers: {
				"Content-Type": "application/json",
				Accept: "application/json",
				"X-Frappe-CSRF-Token": frappe.csrf_token,
			},
			body: JSON.stringify({
				agreement: form.dataset.agreement,
				terms: form.dataset.terms,
				full_name: form.full_name.value,
				designation: form.designation.value,
				agreed: form.agreed.checked ? 1 : 0,
			}),
		});
		if (response.ok) return location.replace(location.pathname + location.search);
		problem.textContent = refusal(await response.json().catch(() => ({})));
	} catch {
		problem.textContent = form.dataset.failed;
	}
	problem.hidden = false;
	button.disabled = false;
});
