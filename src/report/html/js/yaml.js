// Colours for YAML as scenarios use it: keys, strings, comments, words. Everything else stays as it is.
const YAML = /(^|[\s])(#.*)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(^\s*(?:- +)*|[{,]\s*)([A-Za-z_][\w().*\/ -]*|"[^"]*")(?=:(?:\s|$))|\b(true|false|null)\b/g;

const yaml = (text) => {
  const code = document.createElement("code");
  const put = (part, kind) => {
    if (!part) return;
    const node = kind ? document.createElement("span") : document.createTextNode(part);
    if (kind) { node.className = "y-" + kind; node.textContent = part; }
    code.append(node);
  };
  let block = -1; // indentation above which a block of text goes on
  for (const line of text.split(/(?<=\n)/)) {
    const indent = line.search(/\S/);
    if (block >= 0 && (indent < 0 || indent > block)) { put(line, "string"); continue; }
    block = /(?:^|[:\-]\s+)[|>][+-]?\s*(?:#.*)?\n?$/.test(line) ? indent : -1;
    let at = 0;
    for (const found of line.matchAll(YAML)) {
      const [whole, before, comment, string, lead, key, word] = found;
      put(line.slice(at, found.index));
      if (comment) { put(before); put(comment, "comment"); }
      else if (string) put(string, "string");
      else if (key) { put(lead); put(key, "key"); }
      else put(word, "word");
      at = found.index + whole.length;
    }
    put(line.slice(at));
  }
  return code;
};
