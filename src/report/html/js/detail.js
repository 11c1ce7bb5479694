// What an open row shows. Foreign text goes into text nodes only.
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null));
  return node;
};

let scripts = null;
const script = (number) => {
  scripts ||= read("scripts");
  const runs = scripts.runs[number];
  const parts = [];
  for (let at = 0; at < runs.length; at += 2) parts.push(...scripts.lines.slice(runs[at], runs[at] + runs[at + 1]));
  return parts.join("\n");
};

const copier = (text) => make("button", { type: "button", class: "copy", on: { click: async (event) => {
  const button = event.currentTarget;
  try { await navigator.clipboard.writeText(text()); button.textContent = "Copied"; }
  catch {
    const range = document.createRange();
    range.selectNodeContents($(".code", button.closest("details")));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
} } }, "Copy");

const steps = (detail, here) => {
  const count = detail.heads.length;
  if (!count) return null;
  const body = make("tbody");
  for (const step of detail.steps) {
    const note = step.note ? make("span", {}, step.note) : null;
    body.append(make("tr", { class: "step" }, make("th", { scope: "rowgroup", colspan: count + 1 }, `${step.number}  ${step.action}`, note)));
    for (const fact of step.facts) {
      body.append(make("tr", { class: fact.differs ? "fact differs" : "fact" },
        make("th", { scope: "row" }, fact.name, fact.differs ? make("span", { class: "sr" }, " differs") : null),
        fact.values.map((value, at) => make("td", { class: at > 0 && value === fact.values[at - 1] ? "same" : null }, value ?? ""))));
    }
  }
  if (detail.ends.length) {
    const differs = detail.ends.some((end) => end !== detail.ends[0]);
    body.append(make("tr", { class: differs ? "fact differs" : "fact" }, make("th", { scope: "row" }, "end of the process"), detail.ends.map((end) => make("td", {}, end))));
  }
  const heads = detail.heads.map((head, at) => make("th", { scope: "col", class: at === here ? "here" : null, "aria-current": at === here ? "true" : null }, head));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Steps" }, make("table", { class: "steps" },
    make("caption", {}, count > 1 ? "What each step changed, by behaviour; ≠ where they differ" : "What each step changed"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "step"), heads)), body));
};

const folded = (title, ...content) => make("details", {}, make("summary", {}, title), ...content);

const output = (name, text) => (text ? folded(name, make("pre", { class: "code", tabindex: "0" }, text)) : null);

const notes = (title, all) => (all.length
  ? [make("h3", {}, title), make("dl", { class: "changes" }, all.map(([since, note]) => [make("dt", {}, since), make("dd", {}, note)]))]
  : null);

const isWeb = (text) => /^https?:\/\/[^\s]+$/.test(text);

// The panel of a row. `column` is that of the version that was asked for, or −1.
const panel = (number, column, missing) => {
  const entry = index.rows[number];
  const detail = read("row-" + number);
  if (!detail) return make("div", { class: "panel" }, make("p", {}, "The report says nothing more of this row."));
  const scenario = read("scenario-" + detail.scenario);
  const here = column >= 0 ? detail.column_of[column] : -1;
  const versions = Object.keys(detail.scripts).map(Number);
  const start = versions.includes(column) ? column : versions[versions.length - 1];
  const code = make("pre", { class: "code script", tabindex: "0" });
  const fill = (at) => { code.textContent = script(detail.scripts[at]); };
  const select = make("select", { class: "version-of-script", on: { change: (event) => fill(Number(event.currentTarget.value)) } },
    versions.map((at) => make("option", { value: at, selected: at === start }, index.keys[at])));
  const scriptPart = versions.length
    ? folded("Script that needs no modswap", make("div", { class: "tools" }, make("label", {}, "for Python ", select), copier(() => code.textContent)), code)
    : null;
  scriptPart?.addEventListener("toggle", () => { if (!code.textContent) fill(Number(select.value)); });
  const source = scenario.text === null ? null
    : folded("Scenario", make("div", { class: "tools" }, copier(() => scenario.text)), make("pre", { class: "code yaml", tabindex: "0" }, yaml(scenario.text)));
  const where = scenario.link ? make("a", { href: scenario.link }, scenario.file) : scenario.file;
  return make("div", { class: "panel", role: "region", "aria-label": entry.id },
    make("h2", {}, scenario.title),
    make("p", { class: "id" }, entry.id, " · ", where),
    missing ? make("p", { class: "missing" }, `${missing} was not run.`) : null,
    scenario.about ? scenario.about.split("\n\n").map((text) => make("p", {}, text)) : null,
    detail.reasons.map((reason) => make("div", { class: reason.tone === "bad" ? "reason bad" : "reason" },
      make("p", {}, make("b", {}, reason.verdict), ` on ${reason.versions}`, reason.baseline ? `: ${reason.baseline}` : ""),
      reason.reasons.map((text) => make("p", {}, text)),
      output("stdout", reason.stdout), output("stderr", reason.stderr))),
    steps(detail, here),
    detail.packages.length ? [make("h3", {}, "Packages"), make("ul", {}, detail.packages.map((line) => make("li", {}, line)))] : null,
    notes("What changed, and why", scenario.changes.filter((_, at) => detail.changes.includes(at))),
    notes("Not seen between the Pythons that were run", scenario.changes.filter((_, at) => !detail.changes.includes(at))),
    source ?? make("p", {}, "The report does not hold the text of the scenario."), scriptPart,
    scenario.refs.length ? folded("Sources", make("ul", {}, scenario.refs.map((text) => make("li", {}, isWeb(text) ? make("a", { href: text, rel: "noreferrer" }, text) : text)))) : null);
};
