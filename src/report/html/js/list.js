// The list: filters, order, sections that fold, rows that open.
const list = $("#findings");
const rows = $$(".row", list);
const rowOf = [];
for (const row of rows) rowOf[Number(row.dataset.row)] = row;
const groups = $$(".group", list).map((body) => ({
  body,
  fold: $(".fold", body),
  isFolded: false,
  chunks: $$(".chunk", body).map((chunk) => ({ body: chunk, rows: [...chunk.children] })),
}));
const groupOf = new Map();
for (const group of groups) for (const { rows } of group.chunks) for (const row of rows) groupOf.set(row, group);
const CHUNK = 25;
let shown = rows.map(() => true);
let sorted = null; // the element that has the rows in another order
let opened = null; // { number, row, panel }
let current = null; // the row that keys move from

// Rows stand in their subjects, or all in one list.
const arrange = () => {
  const order = ordered();
  if (!order && !sorted) return;
  sorted?.remove();
  sorted = null;
  if (!order) for (const { chunks } of groups) for (const { body, rows } of chunks) body.append(...rows);
  else {
    sorted = document.createElement("section");
    for (let at = 0; at < order.length; at += CHUNK) {
      const chunk = document.createElement("ol");
      chunk.className = "chunk";
      chunk.append(...order.slice(at, at + CHUNK).map((number) => rowOf[number]));
      sorted.append(chunk);
    }
    list.append(sorted);
  }
  for (const { body } of groups) body.hidden = Boolean(sorted);
};

// The rows as they stand.
const standing = () => (sorted ? $$(".row", sorted) : rows);

const showRows = () => {
  let before = "";
  for (const row of standing()) {
    const number = Number(row.dataset.row);
    const isOut = !shown[number];
    const isHidden = isOut || (!sorted && groupOf.get(row).isFolded);
    if (row.hidden !== isHidden) row.hidden = isHidden;
    if (row.classList.contains("out") !== isOut) row.classList.toggle("out", isOut);
    if (isOut) continue;
    // The title stands once above the variants that follow each other.
    const scenario = index.rows[number].id.split("[")[0];
    const isAgain = scenario === before;
    if (row.classList.contains("again") !== isAgain) row.classList.toggle("again", isAgain);
    before = scenario;
  }
  if (sorted) return;
  for (const group of groups) {
    let any = false;
    for (const { body, rows } of group.chunks) {
      const anyHere = rows.some((row) => shown[Number(row.dataset.row)]);
      any ||= anyHere;
      body.hidden = group.isFolded || !anyHere;
      // On paper nothing is folded.
      body.classList.toggle("folded", group.isFolded && anyHere);
    }
    group.body.hidden = !any;
  }
  $("#fold-all").textContent = groups.some((group) => !group.isFolded) ? "Fold all" : "Unfold all";
};

// Shows the blocks of two versions only, or all.
const compareBlocks = () => {
  const pair = pairOf(state.text);
  const isPair = Boolean(pair) && pair.columns.every((column) => column >= 0);
  $("#compared").hidden = !isPair;
  const was = list.classList.toggle("comparing", isPair);
  if (isPair) $("#compared").textContent = `was: Python ${pair.versions[0]} → now: Python ${pair.versions[1]}`;
  if (!was && !compareBlocks.is) return;
  compareBlocks.is = isPair;
  for (const [number, row] of rowOf.entries()) {
    const [from, to] = isPair ? pair.columns.map((column) => index.rows[number].blocks[column]) : [-1, -1];
    [...$(".blocks", row).children].forEach((block, at) => {
      block.hidden = isPair && at !== from && at !== to;
      block.classList.toggle("later", isPair && at === to && from !== to);
    });
  }
};

const apply = () => {
  const { hints, rows: found } = wanted();
  shown = found;
  list.classList.toggle("hide-ended", state.ended);
  compareBlocks();
  showRows();
  const count = shown.filter(Boolean).length;
  $("#shown").textContent = count === rows.length ? `${count} findings` : `${count} of ${rows.length} findings`;
  $("#hint").textContent = hints.join(" · ");
};

const fold = (group, isFolded) => {
  group.isFolded = isFolded;
  group.fold.setAttribute("aria-expanded", String(!isFolded));
};

const close = () => {
  if (!opened) return;
  opened.panel.remove();
  $(".open", opened.row).setAttribute("aria-expanded", "false");
  for (const block of $$(".block.at", opened.row)) block.classList.remove("at");
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
  const column = (version && columnsOf(version).at(-1)) ?? -1;
  const node = panel(number, version ? column : -1, version && column < 0 ? version : "");
  row.append(node);
  $(".open", row).setAttribute("aria-expanded", "true");
  if (version && column >= 0) $(".blocks", row).children[index.rows[number].blocks[column]]?.classList.add("at");
  opened = { number, row, panel: node };
  move(row);
};

// Opens what the address names. A row that filters hide is shown all the same: the filters go.
const follow = () => {
  if (!state.id) { close(); return; }
  let number = places.get(state.id);
  if (number === undefined) number = index.rows.findIndex((row) => row.id.startsWith(state.id + "["));
  if (number < 0) { close(); $("#hint").textContent = `There is no finding “${state.id}” in this report.`; return; }
  const row = rowOf[number];
  if (!shown[number]) {
    state = { ...state, text: "", differences: false, ended: false, verdicts: new Set() };
    controls();
    apply();
    $("#hint").textContent = "The filters hid this finding, and were taken off.";
    remember(false);
  }
  if (!sorted) fold(groupOf.get(row), false);
  open(number, state.version);
  showRows();
  settle(row, 10);
  $(".open", row).focus({ preventScroll: true });
};

// Scrolls to a row. What comes into sight on the way is laid out only then, and may be larger than it was thought to be.
const settle = (row, frames) => {
  const off = row.getBoundingClientRect().top - 60;
  if (Math.abs(off) > 1) scrollBy({ top: off, behavior: "instant" });
  if (frames > 0) requestAnimationFrame(() => { if (opened?.row === row) settle(row, frames - 1); });
};

const toggle = (number, version) => {
  const isSame = opened?.number === number && (!version || version === state.version);
  if (isSame) { close(); state.id = state.version = ""; }
  else { open(number, version); state.id = index.rows[number].id; state.version = version; }
  remember(true);
};

const step = (by) => {
  const seen = standing().filter((row) => !row.hidden);
  if (!seen.length) return;
  const at = seen.indexOf(current);
  const next = seen[at < 0 ? (by > 0 ? 0 : seen.length - 1) : Math.min(Math.max(at + by, 0), seen.length - 1)];
  move(next);
  $(".open", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest", behavior: "instant" });
};

// The open row at the next version, or the one before.
const turn = (by) => {
  if (!opened) return;
  const columns = state.version ? columnsOf(state.version) : [];
  const at = columns.length ? columns.at(-1) + by : by > 0 ? 0 : index.keys.length - 1;
  if (!index.keys[at]) return;
  state.version = index.keys[at];
  open(opened.number, state.version);
  $(".open", opened.row).focus({ preventScroll: true });
  remember(false);
};
