document.querySelector(".slm-sign-form").addEventListener("submit", (event) => {
	event.preventDefault();
	const form = event.target;
	const said = {
		agreement: form.dataset.agreement,
		terms: form.dataset.terms,
		full_name: form.full_name.value,
		designation: form.designation.value,
		agreed: form.agreed.checked ? 1 : 0,
	};
	slm_send(form, "sign_agreement", JSON.stringify(said), { "Content-Type": "application/json" });
});
