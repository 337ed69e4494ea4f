// Sends a form of the portal once: its button stays dead from the first press until the server has refused.
const slm_send = async (form, method, body, headers = {}) => {
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
		const response = await fetch(`/api/method/slm_extension.portal.${method}`, {
			method: "POST",
			headers: { ...headers, Accept: "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token },
			body,
		});
		if (response.ok) return location.replace(location.pathname + location.search);
		problem.textContent = refusal(await response.json().catch(() => ({})));
	} catch {
		problem.textContent = form.dataset.failed;
	}
	problem.hidden = false;
	button.disabled = false;
};
