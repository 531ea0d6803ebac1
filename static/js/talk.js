// A conversation opens at its end, and stays there when something new comes while the reader is at the end.
const SLACK = 80;
const TALK = "[data-stay-at-end]";
let atEnd = true;

function toEnd() {
  const talk = document.querySelector(TALK);
  if (talk && atEnd) talk.scrollTop = talk.scrollHeight;
}

// Caught on the way down: the list itself may be a new one after each look.
document.addEventListener(
  "scroll",
  (event) => {
    const talk = event.target;
    if (talk.matches?.(TALK)) atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < SLACK;
  },
  true,
);
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
