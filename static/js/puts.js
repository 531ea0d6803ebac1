// <select data-puts-into="amount"> with <option data-puts="20,00">: choosing a kind puts its usual amount into #amount.
// Listens before htmx does, so that the answer is asked for with the new amount.
document.addEventListener(
  "change",
  (event) => {
    const choice = event.target.closest("select[data-puts-into]");
    const field = choice && document.getElementById(choice.dataset.putsInto);
    if (field) field.value = choice.selectedOptions[0]?.dataset.puts ?? "";
  },
  true,
);
