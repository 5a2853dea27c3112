// The learner's own work on a page that `ninety start` serves. The published book holds no token, and nothing happens.
//
// A tab that is seen keeps one stream open and shows the newest state; a hidden one keeps none, because a browser opens
// only six connections to a server. Whatever the learner's code has said becomes text nodes, never HTML.
{
  const RETRY_MS = 1000;
  const SILENCE_MS = 25000; // the server says something every ten seconds
  const GONE = "Not connected: run `ninety start`, and this page goes on by itself.";
  const MARKS = { "passed": "✓", "passed before": "✓", "to hand in": "✓", "started": "◐", "not attempted": "○" };

  const element = (tag, className, ...children) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children.filter((child) => child));
    return made;
  };

  // `code` between backticks, the rest as it is.
  const prose = (text) => text.split("`").map((part, index) => (index % 2 ? element("code", "", part) : part));

  // Pressed once more while its action runs, it does nothing; `disabled` would take the focus away.
  const button = (text, action) => {
    const made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", async () => {
      if (made.ariaDisabled) return;
      made.ariaDisabled = "true";
      try { await action(); } finally { made.ariaDisabled = null; }
    });
    return made;
  };

  // Replaces what `place` shows where `data` has changed; else a reader's selection stays, and nothing is read out.
  const fill = (place, data, draw) => {
    const key = JSON.stringify(data);
    if (place.shown === key) return;
    place.shown = key;
    place.replaceChildren(...[draw(data)].flat().filter((child) => child));
  };

  const fillEach = (place, all, draw) => {
    while (place.children.length > all.length) place.lastChild.remove();
    all.forEach((data, index) => fill(place.children[index] || place.appendChild(element("div", "")), data, draw));
  };

  const table = (rows, className) => element("dl", className, ...rows.flatMap(([label, text]) => [
    element("dt", "", label), element("dd", "", text),
  ]));

  const when = (iso) => {
    const at = new Date(iso);
    const today = at.toDateString() === new Date().toDateString();
    return at.toLocaleString([], today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  };

  class Panel {
    constructor(place, ask) {
      const number = place.dataset.exercise;
      this.check = `ninety check ${number}`;
      this.place = place;
      this.state = element("p", "live-state");
      this.busy = element("span", "live-busy");
      this.said = element("div", "live-said"); // read out when it changes
      this.said.setAttribute("aria-live", "polite");
      this.rows = element("div", "live-details");
      this.hints = element("div", "live-hints");
      this.hints.setAttribute("aria-live", "polite");
      this.answer = element("p", "live-answer");
      this.answer.setAttribute("role", "status");
      this.gone = element("p", "live-gone");
      this.gone.setAttribute("role", "status");
      const act = async (path, body) => { this.answer.textContent = await ask(path, { exercise: number, ...body }); };
      this.hint = button("", () => act("hint", { task: this.next.task }));
      this.editor = button("Open in editor", () => act("open", {}));
      this.copy = button(`Copy: ${this.check}`, async () => {
        try {
          await navigator.clipboard.writeText(this.check);
          this.answer.textContent = "Copied.";
        } catch {
          this.answer.textContent = "This browser does not let a page copy.";
        }
      });
      this.file = element("code", "live-file");
      const actions = element("div", "live-actions", this.editor, this.copy, this.hint);
      place.append(element("div", "live-head", this.state, this.busy), this.gone,
        element("div", "live-box", this.said, this.rows), element("p", "live-where", "Your file: ", this.file),
        actions, this.answer, this.hints);
    }

    show(work) {
      this.place.hidden = false;
      this.place.parentElement.classList.add("live");
      fill(this.state, [work.state, work.so_far], ([state, soFar]) => {
        const mark = element("span", "", MARKS[state]);
        mark.setAttribute("aria-hidden", "true");
        return [element("strong", "", mark, ` ${state}`), soFar && `: ${soFar}`];
      });
      this.place.dataset.state = work.state;
      this.place.setAttribute("aria-busy", work.judging);
      this.busy.textContent = work.judging ? "judging…" : "";
      fill(this.said, [work.problem, work.verdict, work.older], () => this.summary(work));
      fill(this.rows, work.problem ? null : work.verdict, (verdict) => verdict && this.details(verdict));
      fillEach(this.hints, work.hints.opened, ([title, text]) => [
        element("p", "live-title", title), element("p", "live-prose", ...prose(text)),
      ]);
      this.file.textContent = work.file;
      this.editor.hidden = !work.window;
      this.next = work.hints.next;
      const over = !this.next || work.verdict?.outcome === "passed";
      if (over && document.activeElement === this.hint) this.copy.focus(); // a hidden button would lose the focus
      this.hint.hidden = over;
      if (this.next) this.hint.textContent = `Open ${this.next.label}`;
    }

    summary({ problem, verdict, older }) {
      if (problem) return element("p", "live-problem", element("strong", "", "NOT JUDGED"), `\n${problem}`);
      if (!verdict) return element("p", "", "No verdict yet. It appears here as soon as your file is judged.");
      const [label, message] = verdict.failure?.reasons[0] || [];
      const other = `This is about another version of your file: save yours, or run \`${this.check}\`.`;
      return [
        element("p", "live-verdict", element("strong", "", verdict.outcome.toUpperCase()), ` ${verdict.score}`),
        older && element("p", "", ...prose(other)),
        verdict.sealed && element("p", "", verdict.sealed),
        message && element("p", "live-message", label === verdict.outcome ? message : `${label}: ${message}`),
      ];
    }

    details({ at, tasks, failure, outcome, mistake }) {
      const counts = tasks.map(([task, state, checks]) => [`task ${task}`, `${state}; checks: ${checks}`]);
      const solution = element("code", "", `ninety solution ${this.place.dataset.exercise}`);
      return [
        failure && element("p", "live-title", failure.heading),
        failure && element("p", "", failure.title),
        failure && table([...failure.reasons.slice(1), ...failure.steps], "live-rows live-code"),
        mistake && element("p", "live-title", "A known mistake fails in exactly this way"),
        mistake && element("p", "live-prose", ...prose(mistake)),
        table([...counts, ["judged", when(at)]], "live-rows"),
        outcome === "passed" && element("p", "", solution, " shows an annotated solution."),
      ];
    }

    // `text` says why nothing comes from the server; "" when it answers.
    lost(text) {
      fill(this.gone, text, prose);
      if (!text) return;
      this.place.hidden = false;
      this.busy.textContent = "";
    }
  }

  class Book {
    constructor(token) {
      this.token = token;
      const ask = (path, body) => this.ask(path, body);
      this.panels = [...document.querySelectorAll(".exercise-live")].map((place) => new Panel(place, ask));
      const numbers = this.panels.map((panel) => ["exercise", panel.place.dataset.exercise]);
      this.address = `/-/events?${new URLSearchParams(numbers)}`;
      this.stream = null;
      const wake = () => (document.hidden ? this.stream?.abort() : this.listen());
      document.addEventListener("visibilitychange", wake);
      addEventListener("pageshow", wake);
      addEventListener("pagehide", () => this.stream?.abort());
      wake();
    }

    async ask(path, body) {
      const headers = { "Content-Type": "application/json", "X-Ninety-Token": this.token };
      try {
        const answer = await fetch(`/-/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
        if (answer.ok || answer.status === 409) return (await answer.json()).problem;
        return `This was refused: ${answer.statusText}.`;
      } catch {
        return "This was not done: `ninety start` does not run.";
      }
    }

    async listen() {
      if (this.stream) return;
      while (!document.hidden) {
        this.stream = new AbortController();
        try {
          await this.read(this.stream);
        } catch (error) {
          if (error.name !== "AbortError") this.lost(GONE);
        }
        if (!document.hidden) await new Promise((done) => setTimeout(done, RETRY_MS));
      }
      this.stream = null;
    }

    // Shows each state that comes, until the server ends the stream. Throws where it does not answer, or falls silent.
    async read(stream) {
      let watchdog;
      const listening = () => {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => stream.abort(new Error("silence")), SILENCE_MS);
      };
      listening();
      try {
        const answer = await fetch(this.address, { headers: { "X-Ninety-Token": this.token }, signal: stream.signal });
        if (answer.status === 403) {
          await this.renew(stream);
          return;
        }
        if (!answer.ok) throw new Error(answer.statusText);
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
          listening();
          const { value, done } = await reader.read();
          if (done) return;
          const events = (rest + value).split("\n\n");
          rest = events.pop();
          const newest = events.findLast((event) => event.startsWith("data: "));
          if (newest) this.show(JSON.parse(newest.slice(6)));
        }
      } finally {
        clearTimeout(watchdog);
      }
    }

    // Another run of the server has another token, which stands in every page that it serves.
    async renew(stream) {
      const answer = await fetch(location.pathname, { cache: "no-store", signal: stream.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const { content } = page.querySelector('meta[name="ninety-token"]');
      if (content === this.token) throw new Error("the token is refused");
      this.token = content;
    }

    show({ problem, chapters, exercises }) {
      this.lost(problem || "");
      if (problem) return;
      for (const panel of this.panels) {
        const work = exercises[panel.place.dataset.exercise];
        if (work) panel.show(work); // the book may be older than the course
      }
      for (const link of document.querySelectorAll(".bd-sidenav .toctree-l1 > a")) {
        const chapter = chapters[new URL(link.href).pathname.split("/").at(-2)];
        if (chapter) this.count(link, chapter);
      }
    }

    count(link, { short, long }) {
      const found = link.querySelector(".live-count") || link.appendChild(element("span", "live-count"));
      fill(found, [short, long], () => {
        const seen = element("span", "", short);
        seen.setAttribute("aria-hidden", "true");
        return [seen, element("span", "visually-hidden", ` ${long}`)];
      });
    }

    lost(text) {
      for (const panel of this.panels) panel.lost(text);
    }
  }

  const meta = document.querySelector('meta[name="ninety-token"]');
  if (meta) new Book(meta.content);
}
