// Passkeys: adding one, and signing in with one. Where the browser cannot, nothing of it is shown.
const can =
  window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;

// It stands in for everything else, so it lies on the device and asks whose finger or face it is.
const ALONE = { residentKey: "required", requireResidentKey: true, userVerification: "required" };

async function make(form) {
  const { publicKey } = JSON.parse(form.dataset.passkeyAdd);
  const wanted = { ...publicKey, authenticatorSelection: { ...publicKey.authenticatorSelection, ...ALONE } };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(wanted) });
}

async function use(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  const { request_options: asked } = await answer.json();
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.publicKey) });
}

async function go(form, ask) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.hidden = true;
  try {
    const credential = await ask(form);
    form.elements.credential.value = JSON.stringify(credential.toJSON());
  } catch {
    trouble.hidden = false; // called off, or the device has none for this site
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("[data-passkey-add], [data-passkey-use]")) {
  if (!can) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(form, "passkeyAdd" in form.dataset ? make : use);
  });
}
if (can) for (const note of document.querySelectorAll("[data-passkey-none]")) note.hidden = true;
