// What is shown is in the fragment of the address, so that a link or a reload shows the same:
// #swap/earlier-copy@3.5?q=changed%3A3.9&only=1&ended=1&verdict=fail,drift
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const read = (id) => { const block = document.getElementById(id); return block && JSON.parse(block.textContent); };
const index = read("index");

const places = new Map(index.rows.map((row, at) => [row.id, at]));

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

// An id and a version. Both may hold an @, which is escaped in links of ours; where others wrote one, what is known decides.
const split = (target) => {
  if (places.has(target)) return [target, ""];
  const whole = decoded(target);
  if (places.has(whole)) return [whole, ""];
  for (let at = whole.indexOf("@"); at >= 0; at = whole.indexOf("@", at + 1)) {
    if (places.has(whole.slice(0, at))) return [whole.slice(0, at), whole.slice(at + 1)];
  }
  const at = target.indexOf("@");
  return at < 0 ? [whole, ""] : [decoded(target.slice(0, at)), decoded(target.slice(at + 1))];
};

const parse = (hash) => {
  const text = hash.replace(/^#/, "");
  const at = text.indexOf("?");
  const query = new URLSearchParams(at < 0 ? "" : text.slice(at + 1));
  const [id, version] = split(at < 0 ? text : text.slice(0, at));
  return {
    id,
    version,
    text: query.get("q") || "",
    differences: query.get("only") === "1",
    ended: query.get("ended") === "1",
    verdicts: new Set((query.get("verdict") || "").split(",").filter(Boolean)),
  };
};

const written = (state) => {
  const query = new URLSearchParams();
  if (state.text) query.set("q", state.text);
  if (state.differences) query.set("only", "1");
  if (state.ended) query.set("ended", "1");
  if (state.verdicts.size) query.set("verdict", [...state.verdicts].join(","));
  const id = encodeURIComponent(state.id).replace(/%2F/g, "/").replace(/%3D/g, "=").replace(/%2C/g, ",");
  const target = state.id ? id + (state.version ? "@" + encodeURIComponent(state.version) : "") : "";
  const rest = query.toString();
  return "#" + target + (rest ? "?" + rest : "");
};

let state = parse(location.hash);

const remember = (isNew) => {
  const hash = written(state);
  if (hash === location.hash || (hash === "#" && !location.hash)) return;
  history[isNew ? "pushState" : "replaceState"](null, "", hash);
};
