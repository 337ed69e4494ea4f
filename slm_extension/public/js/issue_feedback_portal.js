// How a ticket was handled, asked on its page in the portal once it is done. Runs inside the host's web form of the
// Issue, which is a template of the host: no double braces here.
frappe.ready(async () => {
	const issue = frappe.reference_doc && frappe.reference_doc.name;
	const card = document.querySelector(".web-form-container .web-form-header");
	if (!issue || !card) return;
	const response = await fetch(
		`/api/method/slm_extension.portal.ticket_feedback?issue=${encodeURIComponent(issue)}`,
		{ headers: { Accept: "application/json" } }
	);
	const said = response.ok && (await response.json()).message;
	if (!said) return;

	const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
	const failed = __("That did not work. Check your connection and try again.");
	const refusal = (answer) => {
		try {
			return JSON.parse(answer._server_messages)
				.map((one) => plain(JSON.parse(one).message))
				.join(" ");
		} catch {
			return failed;
		}
	};
	const made = (tag, text, className) => {
		const found = document.createElement(tag);
		if (text) found.textContent = text;
		if (className) found.className = className;
		return found;
	};

	const box = made("section", "", "slm-feedback");
	const title = made("h3");
	title.id = "slm-feedback-title";
	title.tabIndex = -1;
	title.style.cssText = "margin:0 0 .6rem;font-size:1.1rem;outline:none;";
	box.setAttribute("aria-labelledby", title.id);
	box.style.cssText =
		"padding:1.1rem;margin:1rem 0;border:1px solid var(--border-color);border-radius:8px;background:var(--fg-color, #fff);";
	card.before(box);

	const show = (now) => (now.given ? thank(now) : ask(now));

	function thank(now) {
		title.textContent = __("Thank you for your opinion");
		const score = made("p");
		score.style.cssText = "margin:0;font-size:1.4rem;";
		score.append(slm.stars(now.score));
		box.replaceChildren(title, score);
		if (now.comment) {
			const comment = made("p", now.comment, "slm-feedback-comment");
			comment.style.cssText = "margin:.4rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere;";
			box.append(comment);
		}
		const expected = now.expected
			? __("Expected: {0} of {1}.", [now.expected, slm.HIGHEST_SCORE])
			: "";
		const when = made("p", [__("Given on {0}.", [now.given]), expected].filter(Boolean).join(" "), "text-muted");
		when.style.cssText = "margin:.4rem 0 0;";
		box.append(when);
		if (!now.open) return;
		const change = made("button", __("Change"), "btn btn-default btn-sm");
		change.type = "button";
		change.style.marginTop = ".7rem";
		change.addEventListener("click", () => {
			ask(now);
			title.focus();
		});
		box.append(change);
	}

	function ask(now) {
		title.textContent = __("How did we handle your ticket?");
		const questions = made("form");
		const score = slm.star_picker({ name: "score", legend: __("How satisfied are you?"), value: now.score, words: slm.satisfaction, onchange: () => (problem.hidden = true) });
		const expected = slm.star_picker({
			name: "expected",
			legend: __("What had you expected? (You need not say.)"),
			value: now.expected,
			optional: true,
		});
		const label = made("label", __("Anything you would like to tell us?"));
		const comment = made("textarea", "", "form-control");
		label.htmlFor = comment.id = "slm-feedback-comment";
		label.style.cssText = "display:block;font-weight:500;margin:0 0 2px;";
		comment.rows = 3;
		comment.maxLength = 4000;
		comment.value = now.comment;
		const problem = made("p", "", "text-danger");
		problem.setAttribute("role", "alert");
		problem.style.cssText = "margin:.6rem 0 0;";
		problem.hidden = true;
		const send = made("button", __("Send"), "btn btn-primary btn-sm");
		send.type = "submit";
		send.style.marginTop = ".8rem";
		questions.noValidate = true;
		questions.append(score, expected, label, comment, problem, send);
		const refuse = (sentence) => {
			problem.textContent = sentence;
			problem.hidden = false;
			send.disabled = false;
		};
		questions.addEventListener("submit", async (event) => {
			event.preventDefault();
			if (send.disabled) return;
			if (!score.score) return refuse(__("Choose between one and five stars."));
			send.disabled = true;
			problem.hidden = true;
			try {
				const answer = await fetch("/api/method/slm_extension.portal.give_feedback", {
					method: "POST",
					headers: {
						"Content-Type": "application/json",
						Accept: "application/json",
						"X-Frappe-CSRF-Token": frappe.csrf_token,
					},
					body: JSON.stringify({
						issue,
						score: score.score,
						expected: expected.score,
						comment: comment.value.trim(),
					}),
				});
				const told = await answer.json().catch(() => ({}));
				if (!answer.ok) return refuse(refusal(told));
				thank(told.message);
				title.focus();
			} catch {
				refuse(failed);
			}
		});
		box.replaceChildren(title, questions);
	}

	show(said);
});
