// Quizzes: says why an option is right or wrong, and remembers on this machine which one was chosen.
for (const quiz of document.querySelectorAll("form.quiz")) {
  const button = quiz.querySelector("button");
  const said = quiz.querySelector(".quiz-said");

  const answer = (chosen) => {
    const option = chosen.closest(".quiz-option");
    const right = option.hasAttribute("data-right");
    const why = option.querySelector(".quiz-why").cloneNode(true);
    const verdict = document.createElement("strong");
    verdict.textContent = right ? "Right. " : "No. ";
    (why.querySelector("p") || why).prepend(verdict);
    said.replaceChildren(...why.childNodes);
    quiz.dataset.answered = right ? "right" : "wrong";
  };

  quiz.classList.add("live");
  quiz.addEventListener("change", () => {
    button.disabled = false;
    said.replaceChildren();
    delete quiz.dataset.answered;
  });
  quiz.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = quiz.querySelector("input:checked");
    if (!chosen) return;
    answer(chosen);
    try { localStorage.setItem(quiz.id, chosen.value); } catch { /* a browser may refuse to remember */ }
  });

  let before = null;
  try { before = localStorage.getItem(quiz.id); } catch { /* or to tell */ }
  const chosen = before === null ? null : [...quiz.querySelectorAll("input")].find((input) => input.value === before);
  if (chosen) {
    chosen.checked = true;
    button.disabled = false;
    answer(chosen);
  }
}
