// What is shown is in the fragment of the address, so that a link or a reload shows the same:
// #swap/earlier-copy@3.5?q=changed:3.9..3.13&sort=newest&only=1&ended=1&verdict=fail,drift
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const textOf = (id) => document.getElementById(id)?.textContent ?? "";
const index = JSON.parse(textOf("index"));

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
    sort: query.get("sort") || "",
    differences: query.get("only") === "1",
    ended: query.get("ended") === "1",
    verdicts: new Set((query.get("verdict") || "").split(",").filter(Boolean)),
  };
};

// What an address may hold as it is stays readable: changed:3.9..3.13
const encoded = (text) => encodeURIComponent(text).replace(/%(2F|3D|2C|3A|20)/g, (code) => ({ "%2F": "/", "%3D": "=", "%2C": ",", "%3A": ":", "%20": "+" })[code]);

const written = (state) => {
  const query = [];
  if (state.text) query.push("q=" + encoded(state.text).replace(/=/g, "%3D"));
  if (state.sort) query.push("sort=" + state.sort);
  if (state.differences) query.push("only=1");
  if (state.ended) query.push("ended=1");
  if (state.verdicts.size) query.push("verdict=" + [...state.verdicts].join(","));
  const id = encodeURIComponent(state.id).replace(/%2F/g, "/").replace(/%3D/g, "=").replace(/%2C/g, ",");
  const target = state.id ? id + (state.version ? "@" + encodeURIComponent(state.version) : "") : "";
  return "#" + target + (query.length ? "?" + query.join("&") : "");
};

let state = parse(location.hash);

const remember = (isNew) => {
  const hash = written(state);
  if (hash === location.hash || (hash === "#" && !location.hash)) return;
  history[isNew ? "pushState" : "replaceState"](null, "", hash);
};
