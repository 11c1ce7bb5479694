// What an open row shows. It is HTML that was made with the page; only scripts and colours are put together here.
let scripts = null;
const script = (number) => {
  scripts ||= JSON.parse(textOf("scripts"));
  const runs = scripts.runs[number];
  const parts = [];
  for (let at = 0; at < runs.length; at += 2) parts.push(...scripts.lines.slice(runs[at], runs[at] + runs[at + 1]));
  return parts.join("\n");
};

const copy = async (button) => {
  const name = button.textContent;
  const panel = button.closest(".panel");
  const code = button.closest("details") ? $(".code", button.closest("details")) : $(".markdown", panel);
  const isLink = button.dataset.copy === "link";
  try {
    await navigator.clipboard.writeText(isLink ? location.href : code.textContent);
    button.textContent = "Copied";
  } catch {
    // Where the page may not write: what is selected can be copied by hand.
    if (isLink) button.textContent = "It is the address of this page";
    else {
      code.hidden = false;
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
  }
  setTimeout(() => { button.textContent = name; }, 2000);
};

// The panel of a row. `column` is that of the version that was asked for, or −1; `missing` is one that was not run.
const panel = (number, column, missing) => {
  const row = index.rows[number];
  const node = document.createElement("div");
  node.className = "panel";
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", row.id);
  const detail = textOf("row-" + number);
  node.innerHTML = textOf("about-" + row.scenario) + (detail || "<p>The report says nothing more of this finding.</p>") + textOf("source-" + row.scenario);
  if (missing) {
    const note = document.createElement("p");
    note.className = "missing";
    note.textContent = `${missing} was not run.`;
    node.prepend(note);
  }
  for (const head of $$("[data-columns]", node)) {
    const isHere = column >= 0 && head.dataset.columns.split(" ").includes(String(column));
    head.classList.toggle("here", isHere);
    if (isHere) head.setAttribute("aria-current", "true");
  }
  const source = $(".yaml", node);
  if (source) source.replaceChildren(yaml(source.textContent));
  const plain = $("details.script", node);
  if (plain) {
    const select = $("select", plain);
    const wanted = [...select.options].find((option) => option.text === index.keys[column]);
    if (wanted) wanted.selected = true;
    const fill = () => { $(".code", plain).textContent = script(Number(select.value)); };
    select.addEventListener("change", fill);
    plain.addEventListener("toggle", () => { if (!$(".code", plain).textContent) fill(); });
  }
  return node;
};
