// <ul data-staged="public"> in a composer's form with data-stages="/desk/tickets/17/files/": files that are chosen,
// dropped onto the form or pasted into it go to the server at once, with their progress shown, and wait there with the
// draft. Without a script they go along with the form.
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function line(list, name) {
  const row = document.createElement("li");
  const box = Object.assign(document.createElement("span"), { className: "file" });
  const label = Object.assign(document.createElement("span"), { textContent: name });
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  bar.setAttribute("aria-label", name);
  box.append(label, bar);
  row.append(box);
  list.append(row);
  return { row, box, bar };
}

// Whoever sent meanwhile meant it with this file: nothing goes out without it.
function refuse(form, { row, box, bar }, words) {
  delete form.dataset.waiting;
  bar.remove();
  box.classList.add("file--refused");
  box.setAttribute("role", "alert");
  box.firstChild.textContent = words;
  setTimeout(() => row.remove(), 8000);
}

function send(form, file) {
  const list = form.querySelector("[data-staged]");
  const shown = line(list, file.name);
  const body = new FormData();
  body.append("kind", list.dataset.staged);
  body.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.stages);
  request.setRequestHeader("X-CSRFToken", token());
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) shown.bar.value = (100 * event.loaded) / event.total;
  };
  request.onload = () => {
    if (request.status === 422) return refuse(form, shown, request.responseText);
    if (request.status !== 200) return refuse(form, shown, form.dataset.lost);
    const rows = new DOMParser().parseFromString(request.responseText, "text/html").querySelectorAll("li");
    shown.row.replaceWith(...rows);
  };
  request.onerror = () => refuse(form, shown, form.dataset.lost);
  request.onloadend = () => busy(form, -1);
  busy(form, 1);
  request.send(body);
}

// Sending waits until every file is there: one still on its way would stay behind.
function busy(form, change) {
  const left = Number(form.dataset.uploading ?? 0) + change;
  form.dataset.uploading = left;
  if (!left && "waiting" in form.dataset) {
    delete form.dataset.waiting;
    form.requestSubmit(form.waitingFor);
  }
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!Number(form.dataset.uploading ?? 0)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dataset.waiting = "";
    form.waitingFor = event.submitter;
  },
  true,
);

const composer = (event) => event.target.closest?.("form[data-stages]");

document.addEventListener("change", (event) => {
  const form = event.target.matches("input[type=file]") && composer(event);
  if (!form) return;
  for (const file of event.target.files) send(form, file);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  const form = composer(event);
  const files = [...(event.clipboardData?.files ?? [])];
  // A table copied from a calculation comes as text and as a picture of itself: whoever pastes wants the text.
  if (!form || !files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  for (const file of files) send(form, file);
});
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const form = composer(event);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-dropped-on");
  });
}
document.addEventListener("dragleave", (event) => {
  const form = composer(event);
  if (form && !form.contains(event.relatedTarget)) form.classList.remove("is-dropped-on");
});
document.addEventListener("drop", (event) => {
  const form = composer(event);
  if (!form || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  form.classList.remove("is-dropped-on");
  for (const file of event.dataTransfer.files) send(form, file);
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-unstages]");
  if (!button) return;
  event.preventDefault();
  const answer = await fetch(button.formAction, { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.ok) button.closest("li").remove();
});
