// Which findings are shown.
const KEYS = ["changed", "only", "status"];
const SHORT = { crash: "crashed", timeout: "timed-out", skip: "skipped", fault: "error", faulty: "error", known: "xfail", failed: "fail", passed: "pass" };

// What can be found of a finding: its title, the prose, notes, sources, tags and steps of its scenario, and the exceptions that it
// ended in. Bugs can be found by their names, too.
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
let haystacks = null;
const haystack = (at) => {
  if (!haystacks) {
    const scenarios = new Map();
    const text = (number) => {
      if (!scenarios.has(number)) scenarios.set(number, parsed(textOf("about-" + number) + "\n" + textOf("source-" + number)).body.textContent);
      return scenarios.get(number);
    };
    haystacks = index.rows.map((row, at) => [row.id, $(".title", rowOf[at]).textContent, text(row.scenario), ...row.exceptions, ...$$(".caption", rowOf[at]).map((one) => one.textContent)].join("\n").toLowerCase());
  }
  return haystacks[at];
};
// The number of a bug is whole: bpo-237 is not bpo-2377.
const finder = (wanted) => {
  if (!/^(bpo|gh)-\d+$/.test(wanted)) return (row, at) => haystack(at).includes(wanted);
  const whole = new RegExp(wanted + "(?!\\d)");
  return (row, at) => whole.test(haystack(at));
};

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

const termOf = (text, key) => terms(text).find((term) => term.key === key)?.value ?? "";
// The text with this term in place of another one of its key.
const withTerm = (text, key, value) => [...terms(text).filter((term) => term.key !== key).map((term) => term.whole), ...(value ? [`${key}:${value}`] : [])].join(" ");

// The two columns that changed:3.9..3.13 compares, or nothing.
const pairOf = (text) => {
  const versions = termOf(text, "changed").split("..");
  if (versions.length !== 2) return null;
  const columns = versions.map((version) => columnsOf(version).at(-1) ?? -1);
  return { versions, columns };
};

// A test for rows, and what is to be said of the text.
const compile = (text) => {
  const hints = [];
  const tests = terms(text).map(({ whole, key, value }) => {
    if (!key || !KEYS.includes(key)) {
      const near = KEYS.find((known) => key && known[0] === key[0]);
      const isUrl = value.startsWith("//");
      if (key && !isUrl) hints.push(`“${key}:” is no key; there are changed:, only: and status:${near ? ` (did you mean ${near}:?)` : ""}`);
      return finder(key ? whole.toLowerCase() : value);
    }
    if (!value) { hints.push(`${key}: expects a ${key === "status" ? "verdict" : "version"}`); return () => true; }
    if (key === "status") {
      const word = SHORT[value] || value;
      const found = index.verdicts.map((known, at) => (known.startsWith(word) ? at : -1)).filter((at) => at >= 0);
      if (!found.length) hints.push(`“${value}” is no verdict; there are ${index.verdicts.join(", ")}`);
      return (row) => row.verdicts.some((verdict) => found.includes(verdict));
    }
    const notRun = (version) => `${version} was not run; there are ${index.keys.join(", ")}`;
    if (key === "changed" && value.includes("..")) {
      const { versions, columns } = pairOf(text);
      versions.forEach((version, at) => { if (columns[at] < 0) hints.push(version ? notRun(version) : "changed: expects two versions, such as changed:3.9..3.13"); });
      const [from, to] = columns;
      return (row) => from >= 0 && to >= 0 && row.shown[from] >= 0 && row.shown[to] >= 0 && row.shown[from] !== row.shown[to];
    }
    if (key === "changed") {
      const wanted = releasesOf(value);
      if (!wanted) { hints.push("changed: expects a release such as 3.9 or 3.9.2, or two: 3.9..3.13"); return () => false; }
      const test = (row) => row.changed.some(([first, last]) => !isAfter(first, wanted[1]) && !isAfter(wanted[0], last));
      if (!index.rows.some(test)) hints.push(`no finding changed in ${value}`);
      return test;
    }
    const columns = columnsOf(value);
    if (!columns.length) hints.push(notRun(value));
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

// Rows in the order that is asked for; nothing for that of the subjects.
const newestOf = (row) => row.changed.reduce((newest, [, last]) => (isAfter(last, newest) ? last : newest), [0, 0, 0]);
const SORTS = {
  most: (one, other) => other.changed.length - one.changed.length,
  newest: (one, other) => { const [a, b] = [newestOf(one), newestOf(other)]; return isAfter(b, a) ? 1 : isAfter(a, b) ? -1 : 0; },
};
const ordered = () => {
  const sort = Object.hasOwn(SORTS, state.sort) ? SORTS[state.sort] : null;
  return sort && index.rows.map((_, at) => at).sort((a, b) => sort(index.rows[a], index.rows[b]) || a - b);
};
