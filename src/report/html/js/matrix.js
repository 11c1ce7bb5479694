// The table: filters, sections that fold, rows that open, keys.
const table = $("#matrix");
const rows = $$("tr.row", table);
const groups = [];
const groupOf = new Map();
for (const body of table.tBodies) {
  if (body.className === "group") groups.push({ body, fold: $(".fold", body), chunks: [], isFolded: false });
  else {
    const group = groups[groups.length - 1];
    const chunk = { body, rows: [...body.rows] };
    group.chunks.push(chunk);
    for (const row of chunk.rows) groupOf.set(row, group);
  }
}
const rowOf = [];
for (const row of rows) rowOf[Number(row.dataset.row)] = row;
let visible = rows.map(() => true);
let opened = null; // { number, row, detail }
let current = null; // the row that keys move from

const showRows = () => {
  for (const group of groups) {
    let any = false;
    for (const { body, rows } of group.chunks) {
      let anyHere = false;
      for (const row of rows) {
        const isThere = visible[Number(row.dataset.row)];
        anyHere ||= isThere;
        const isHidden = group.isFolded || !isThere;
        if (row.hidden !== isHidden) row.hidden = isHidden;
        if (row.classList.contains("out") === isThere) row.classList.toggle("out", !isThere);
      }
      any ||= anyHere;
      const isHidden = group.isFolded || !anyHere;
      if (body.hidden !== isHidden) body.hidden = isHidden;
      // On paper nothing is folded.
      body.classList.toggle("folded", group.isFolded && anyHere);
    }
    if (group.body.hidden === any) group.body.hidden = !any;
  }
  if (opened) opened.detail.hidden = opened.row.hidden;
  $("#fold-all").textContent = groups.some((group) => !group.isFolded) ? "Fold all" : "Unfold all";
};

const apply = () => {
  const { hints, rows: shown } = wanted();
  visible = shown;
  table.classList.toggle("hide-ended", state.ended);
  showRows();
  const count = shown.filter(Boolean).length;
  $("#shown").textContent = count === rows.length ? `${count} rows` : `${count} of ${rows.length} rows`;
  $("#hint").textContent = hints.join(" · ");
};

const fold = (group, isFolded) => {
  group.isFolded = isFolded;
  group.fold.setAttribute("aria-expanded", String(!isFolded));
};

const close = () => {
  if (!opened) return;
  opened.detail.remove();
  $(".open", opened.row).setAttribute("aria-expanded", "false");
  for (const cell of $$("td.at", opened.row)) cell.classList.remove("at");
  opened = null;
};

const move = (row) => {
  current?.classList.remove("at");
  current = row;
  row.classList.add("at");
};

// Opens a row, at a version if one is named.
const open = (number, version) => {
  close();
  const row = rowOf[number];
  const columns = version ? columnsOf(version) : [];
  const column = columns.length ? columns[columns.length - 1] : -1;
  const cell = make("td", { colspan: index.keys.length + 3 }, panel(number, column, version && column < 0 ? version : ""));
  const detail = make("tr", { class: "detail" }, cell);
  row.after(detail);
  $(".open", row).setAttribute("aria-expanded", "true");
  if (column >= 0) row.cells[column + 1].classList.add("at");
  opened = { number, row, detail };
  move(row);
};

// Opens what the address names. A row that filters hide is shown all the same: the filters go.
const follow = () => {
  if (!state.id) { close(); return; }
  let number = places.get(state.id);
  if (number === undefined) number = index.rows.findIndex((row) => row.id.startsWith(state.id + "["));
  if (number < 0) { close(); $("#hint").textContent = `There is no row “${state.id}” in this report.`; return; }
  const row = rowOf[number];
  if (!visible[number]) {
    state = { ...state, text: "", differences: false, ended: false, verdicts: new Set() };
    controls();
    apply();
    $("#hint").textContent = "The filters hid this row, and were taken off.";
    remember(false);
  }
  fold(groupOf.get(row), false);
  open(number, state.version);
  showRows();
  settle(row, 10);
  $(".open", row).focus({ preventScroll: true });
};

// Scrolls to a row. What comes into sight on the way is laid out only then, and may be larger than it was thought to be.
const settle = (row, frames) => {
  const off = row.getBoundingClientRect().top - 60;
  if (Math.abs(off) > 1) scrollBy({ top: off, left: -scrollX, behavior: "instant" });
  if (frames > 0) requestAnimationFrame(() => { if (opened?.row === row) settle(row, frames - 1); });
};

const controls = () => {
  $("#search").value = state.text;
  $("#differences").checked = state.differences;
  $("#ended").checked = state.ended;
  for (const button of $$("#verdicts button")) button.setAttribute("aria-pressed", String(state.verdicts.has(button.dataset.verdict)));
};

const toggle = (number, version) => {
  const isSame = opened?.number === number && (!version || version === state.version);
  if (isSame) { close(); state.id = state.version = ""; }
  else { open(number, version); state.id = index.rows[number].id; state.version = version; }
  remember(true);
};

const step = (by) => {
  const shown = rows.filter((row) => !row.hidden && !row.parentNode.hidden);
  if (!shown.length) return;
  const at = shown.indexOf(current);
  const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
  move(next);
  $(".open", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest", behavior: "instant" });
};

// The open row at the next version, or the one before.
const turn = (by) => {
  if (!opened) return;
  const columns = state.version ? columnsOf(state.version) : [];
  const at = columns.length ? columns[columns.length - 1] + by : by > 0 ? 0 : index.keys.length - 1;
  if (!index.keys[at]) return;
  state.version = index.keys[at];
  open(opened.number, state.version);
  $(".open", opened.row).focus({ preventScroll: true });
  remember(false);
};

table.addEventListener("click", (event) => {
  const folding = event.target.closest(".fold");
  if (folding) {
    const group = groups.find((one) => one.fold === folding);
    fold(group, !group.isFolded);
    showRows();
    return;
  }
  const row = event.target.closest("tr.row");
  // Whoever selects text with the mouse wants the text; a key pressed on the button has no detail.
  if (!row || (event.detail > 0 && getSelection().toString())) return;
  const column = event.target.closest("td")?.cellIndex ?? 0;
  toggle(Number(row.dataset.row), index.keys[column - 1] ?? "");
});
$("#controls").addEventListener("submit", (event) => event.preventDefault());
$("#search").addEventListener("input", (event) => { state.text = event.target.value; apply(); remember(false); });
$("#differences").addEventListener("change", (event) => { state.differences = event.target.checked; apply(); remember(false); });
$("#ended").addEventListener("change", (event) => { state.ended = event.target.checked; apply(); remember(false); });
$("#verdicts").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { verdict } = button.dataset;
  if (!state.verdicts.delete(verdict)) state.verdicts.add(verdict);
  button.setAttribute("aria-pressed", String(state.verdicts.has(verdict)));
  apply();
  remember(false);
});
$("#fold-all").addEventListener("click", (event) => {
  const isFolded = groups.some((group) => !group.isFolded);
  for (const group of groups) fold(group, isFolded);
  showRows();
});
const help = () => {
  const keys = $("#keys");
  keys.hidden = !keys.hidden;
  $("#help").setAttribute("aria-expanded", String(!keys.hidden));
};
$("#help").addEventListener("click", help);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape") {
    if (isTyping) event.target.blur();
    else if (!$("#keys").hidden) help();
    else if (opened) { const { row } = opened; close(); state.id = state.version = ""; remember(true); $(".open", row).focus(); }
    return;
  }
  if (isTyping) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "h" || event.key === "l") turn(event.key === "l" ? 1 : -1);
  else if (event.key === "/") { $("#search").focus(); $("#search").select(); }
  else if (event.key === "?") help();
  else if (event.key === "Enter" && current && event.target === document.body) toggle(Number(current.dataset.row), "");
  else return;
  event.preventDefault();
});
// Also when one goes back: what is opened is in the fragment.
addEventListener("popstate", () => { state = parse(location.hash); controls(); apply(); follow(); });
$(".skip").addEventListener("click", (event) => { event.preventDefault(); table.focus(); table.scrollIntoView(); });

document.documentElement.classList.add("js");
controls();
// Where the address names a row, that is what is to be seen after a reload, too.
if (state.id) history.scrollRestoration = "manual";
if (location.hash) { apply(); follow(); } else $("#shown").textContent = `${rows.length} rows`;
