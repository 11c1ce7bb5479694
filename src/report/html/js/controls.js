// What people press, type and choose.
const controls = () => {
  $("#search").value = state.text;
  $("#differences").checked = state.differences;
  $("#ended").checked = state.ended;
  $("#sort").value = Object.hasOwn(SORTS, state.sort) ? state.sort : "";
  for (const button of $$("#verdicts button")) button.setAttribute("aria-pressed", String(state.verdicts.has(button.dataset.verdict)));
  marks();
};
// The controls that say what the text of the search says.
const marks = () => {
  const changed = termOf(state.text, "changed");
  for (const button of $$("#releases button")) button.setAttribute("aria-pressed", String(button.dataset.release === changed));
  const pair = changed.includes("..") ? changed.split("..") : ["", ""];
  for (const [at, id] of ["#from", "#to"].entries()) {
    const select = $(id);
    const isKnown = [...select.options].some((option) => option.value === pair[at]);
    if (select.value !== pair[at] && (isKnown || pair[1])) select.value = isKnown ? pair[at] : "";
  }
};
const write = (text) => {
  state.text = text;
  if ($("#search").value !== text) $("#search").value = text;
  marks();
  apply();
  remember(false);
};

list.addEventListener("click", (event) => {
  const folding = event.target.closest(".fold");
  if (folding) {
    const group = groups.find((one) => one.fold === folding);
    fold(group, !group.isFolded);
    showRows();
    return;
  }
  const button = event.target.closest("[data-copy]");
  if (button) { copy(button); return; }
  const row = event.target.closest(".row");
  // Whoever selects text with the mouse wants the text; a key pressed on the button has no detail.
  if (!row || event.target.closest(".panel") || (event.detail > 0 && getSelection().toString())) return;
  const block = event.target.closest(".block");
  if (block || event.target.closest(".open")) toggle(Number(row.dataset.row), block?.dataset.at ?? "");
});
$("#controls").addEventListener("submit", (event) => event.preventDefault());
$("#search").addEventListener("input", (event) => write(event.target.value));
$("#releases")?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { release } = button.dataset;
  write(withTerm(state.text, "changed", termOf(state.text, "changed") === release ? "" : release));
});
for (const id of ["#from", "#to"]) {
  $(id).addEventListener("change", () => {
    const [from, to] = [$("#from").value, $("#to").value];
    // One alone says nothing yet; none is no comparison any more.
    if (from && to) write(withTerm(state.text, "changed", `${from}..${to}`));
    else if (termOf(state.text, "changed").includes("..")) write(withTerm(state.text, "changed", ""));
  });
}
$("#sort").addEventListener("change", (event) => { state.sort = event.target.value; arrange(); apply(); remember(false); });
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
$("#fold-all").addEventListener("click", () => {
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
addEventListener("popstate", () => { state = parse(location.hash); controls(); arrange(); apply(); follow(); });
$(".skip").addEventListener("click", (event) => { event.preventDefault(); list.focus(); list.scrollIntoView(); });

document.documentElement.classList.add("js");
controls();
// Where the address names a row, that is what is to be seen after a reload, too.
if (state.id) history.scrollRestoration = "manual";
if (location.hash) { arrange(); apply(); follow(); } else $("#shown").textContent = `${rows.length} findings`;
