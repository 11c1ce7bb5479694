// Which rows are shown.
const KEYS = ["changed", "only", "status"];
const SHORT = { crash: "crashed", timeout: "timed-out", skip: "skipped", fault: "error", faulty: "error", known: "xfail", failed: "fail", passed: "pass" };
const haystack = index.rows.map((row) => (row.id + "\n" + row.title).toLowerCase());

// Columns that a version names: a feature release, or a whole version.
const columnsOf = (version) => {
  const all = index.keys.map((_, at) => at);
  const exact = all.filter((at) => index.keys[at] === version);
  if (exact.length) return exact;
  const plain = all.filter((at) => index.releases[at] === version);
  if (plain.length) return plain;
  return all.filter((at) => index.keys[at].startsWith(version + ".") || index.keys[at].split("@")[0] === version);
};

// The releases that a version names, from the first to the last: a feature release has all of its bug-fix releases.
const releasesOf = (version) => {
  const numbers = /^\d+(\.\d+){0,2}$/.test(version) ? version.split(".").map(Number) : null;
  return numbers && [0, Infinity].map((rest) => [...numbers, rest, rest].slice(0, 3));
};
const isAfter = (one, other) => {
  const at = one.findIndex((number, place) => number !== other[place]);
  return at >= 0 && one[at] > other[at];
};

const terms = (text) => [...text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)]
  .map(([whole, key, quoted, plain]) => ({ whole, key: (key || "").toLowerCase(), value: (quoted ?? plain ?? "").toLowerCase() }))
  .filter((term) => term.value || term.key);

// A test for rows, and what is to be said of the text.
const compile = (text) => {
  const hints = [];
  const tests = terms(text).map(({ whole, key, value }) => {
    if (!key || !KEYS.includes(key)) {
      const near = KEYS.find((known) => key && known[0] === key[0]);
      const isUrl = value.startsWith("//");
      if (key && !isUrl) hints.push(`“${key}:” is no key; there are changed:, only: and status:${near ? ` (did you mean ${near}:?)` : ""}`);
      const wanted = key ? whole.toLowerCase() : value;
      return (row, at) => haystack[at].includes(wanted);
    }
    if (!value) { hints.push(`${key}: expects a ${key === "status" ? "verdict" : "version"}`); return () => true; }
    if (key === "status") {
      const word = SHORT[value] || value;
      const found = index.verdicts.map((known, at) => (known.startsWith(word) ? at : -1)).filter((at) => at >= 0);
      if (!found.length) hints.push(`“${value}” is no verdict; there are ${index.verdicts.join(", ")}`);
      return (row) => row.verdicts.some((verdict) => found.includes(verdict));
    }
    if (key === "changed") {
      const wanted = releasesOf(value);
      if (!wanted) { hints.push("changed: expects a release such as 3.9 or 3.9.2"); return () => false; }
      const test = (row) => row.changed.some(([first, last]) => !isAfter(first, wanted[1]) && !isAfter(wanted[0], last));
      if (!index.rows.some(test)) hints.push(`no row changed in ${value}`);
      return test;
    }
    const columns = columnsOf(value);
    if (!columns.length) hints.push(`${value} was not run; there are ${index.keys.join(", ")}`);
    // Other builds of the release may show it as well.
    const numbers = (at) => index.releases[at].replace(/[td]+$/, "");
    const releases = new Set(columns.map(numbers));
    const isOther = index.keys.map((_, at) => !columns.includes(at) && !releases.has(numbers(at)));
    return (row) => columns.some((at) => row.shown[at] >= 0 && !row.shown.some((other, place) => isOther[place] && other === row.shown[at]));
  });
  return { hints, matches: (row, at) => tests.every((test) => test(row, at)) };
};

const differs = (row) => {
  let first = -1;
  for (let at = 0; at < row.shown.length; at++) {
    if (row.shown[at] < 0 || (state.ended && index.ended[at])) continue;
    if (first >= 0 && row.shown[at] !== first) return true;
    first = row.shown[at];
  }
  return false;
};

const wanted = () => {
  const { hints, matches } = compile(state.text);
  const verdicts = new Set(index.verdicts.map((word, at) => (state.verdicts.has(word) ? at : -1)).filter((at) => at >= 0));
  const rows = index.rows.map((row, at) =>
    (!state.differences || differs(row)) &&
    (!verdicts.size || row.verdicts.some((verdict) => verdicts.has(verdict))) &&
    matches(row, at));
  return { hints, rows };
};
