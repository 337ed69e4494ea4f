// A service report as the supplier delivers it: a file, a text, and two numbers a target.
for (const form of document.querySelectorAll(".slm-deliver-form")) {
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		const figures = {};
		for (const input of form.querySelectorAll("[data-row]")) {
			figures[input.dataset.row] = { ...figures[input.dataset.row], [input.dataset.number]: input.value };
		}
		const body = new FormData();
		body.append("report", form.dataset.report);
		body.append("text", form.text.value);
		body.append("figures", JSON.stringify(figures));
		if (form.file.files.length) body.append("file", form.file.files[0]);
		slm_send(form, "deliver_supplier_report", body);
	});
}
