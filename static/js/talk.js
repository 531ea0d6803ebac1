// A conversation opens at its end, and stays there when something new comes while the reader is at the end.
const SLACK = 80;
const talk = document.querySelector("[data-stay-at-end]");
let atEnd = true;

function toEnd() {
  if (talk && atEnd) talk.scrollTop = talk.scrollHeight;
}

talk?.addEventListener("scroll", () => {
  atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < SLACK;
});
document.addEventListener("htmx:afterSettle", toEnd);
toEnd();

// <label>Files <input type="file" data-names></label>: says what was chosen.
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[data-names]");
  if (!input) return;
  const label = input.closest("label");
  let names = label.querySelector("[data-chosen]");
  if (!names) {
    names = document.createElement("span");
    names.dataset.chosen = "";
    names.className = "truncate";
    label.append(names);
  }
  names.textContent = [...input.files].map((file) => file.name).join(", ");
});
