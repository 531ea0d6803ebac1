// What is pasted from a mail or an office program into <textarea data-draft> comes as plain typing with our signs:
// **strong**, _emphasised_, [words](address), "- " and "1. " before items, "> " before what is quoted, "## " before a heading.
// Everything else a program brings along – fonts, colours, hidden parts, scripts – stays behind. An address pasted over
// chosen words becomes their link. Pasting as plain text (Ctrl+Shift+V) is left alone.
const LEFT_OUT = "script, style, xml, head, title, meta, link, template, noscript, object, iframe, svg, img, input, select, button";
const APART = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "BLOCKQUOTE", "TABLE", "PRE", "HR"]);
const LINES = new Set([...APART, "DIV", "LI", "TR", "SECTION", "ARTICLE", "HEADER", "FOOTER", "DT", "DD", "ADDRESS"]);
const SAFE = ["http:", "https:", "mailto:"];

function addressOf(link) {
  let url;
  try {
    url = new URL(link.getAttribute("href") ?? "");
    // Outlook wraps every address in one of its own.
    if (url.hostname.endsWith(".safelinks.protection.outlook.com")) url = new URL(url.searchParams.get("url"));
  } catch {
    return "";
  }
  return SAFE.includes(url.protocol) ? url.href.replace(/\(/g, "%28").replace(/\)/g, "%29") : "";
}

function isHidden(element) {
  const style = element.getAttribute("style") ?? "";
  return element.matches(LEFT_OUT) || element.hidden || /display:\s*none|mso-hide:\s*all|mso-list:\s*ignore/i.test(style);
}

function looks(element, now) {
  const { fontWeight: weight, fontStyle: style } = element.style;
  const next = { ...now };
  if (element.matches("b, strong, th")) next.strong = true;
  if (element.matches("i, em, cite")) next.emphasised = true;
  // The style has the last word: a document of Google stands in one <b> that is not bold.
  if (weight) next.strong = weight.startsWith("bold") || Number(weight) >= 600;
  if (style) next.emphasised = style === "italic";
  if (element.matches("a[href]")) next.link = addressOf(element);
  return next;
}

// Words of one look as they are typed: spaces outside of the signs.
function typed({ text, strong, emphasised, link }) {
  const [, before, said, after] = /^(\s*)(.*?)(\s*)$/s.exec(text);
  if (!said) return text;
  let words = said;
  if (link && link !== said && link !== `${said}/` && link !== `mailto:${said}`) words = `[${said.replace(/\[/g, "(").replace(/\]/g, ")")}](${link})`;
  if (emphasised && !said.includes("_")) words = `_${words}_`;
  if (strong && !said.includes("*")) words = `**${words}**`;
  return before + words + after;
}

function joined(runs) {
  const same = (a, b) => a.strong === b.strong && a.emphasised === b.emphasised && a.link === b.link;
  const merged = [];
  for (const run of runs) {
    const last = merged.at(-1);
    if (last && (same(last, run) || !run.text.trim())) last.text += run.text;
    else merged.push({ ...run });
  }
  return merged.map(typed).join("").replace(/ +/g, " ").trim();
}

// A list of Word is paragraphs: the sign before an item stands in a part Word itself ignores.
function markerOfWord(element) {
  if (!/mso-list:\s*l\d/i.test(element.getAttribute("style") ?? "")) return "";
  const sign = [...element.querySelectorAll("[style]")].find((one) => /mso-list:\s*ignore/i.test(one.getAttribute("style")));
  return `${/^\s*(\d{1,3})[.)]/.exec(sign?.textContent ?? "")?.[1] ?? ""}. `.replace(/^\. /, "- ");
}

export function typedFrom(html) {
  const lines = [];
  let runs = [];
  let quoted = 0;
  let items = 0;
  let cells = 0;
  let marker = "";

  const end = () => {
    const said = joined(runs);
    runs = [];
    if (!said) return;
    lines.push((quoted ? "> " : "") + marker + said);
    marker = "";
  };
  const apart = () => {
    end();
    if (!items && lines.length && lines.at(-1)) lines.push("");
  };
  const item = (sign, walkIn) => {
    end();
    marker = sign;
    items += 1;
    walkIn();
    end();
    items -= 1;
    marker = "";
  };

  function walk(node, look, kept) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) say(child.data, look, kept);
      else if (child.nodeType === Node.ELEMENT_NODE && !isHidden(child)) enter(child, looks(child, look), kept);
    }
  }
  function say(text, look, kept) {
    const parts = kept ? text.split("\n") : [text.replace(/[\s\u00a0]+/g, " ")];
    parts.forEach((part, at) => {
      if (at) end();
      if (part) runs.push({ ...look, text: part });
    });
  }
  function enter(element, look, kept) {
    const tag = element.tagName;
    const inside = () => walk(element, look, kept || tag === "PRE");
    const word = tag === "P" ? markerOfWord(element) : "";
    if (cells && (tag === "BR" || LINES.has(tag))) {
      say(" ", {}, kept); // what stands in a cell is one line
      inside();
      say(" ", {}, kept);
    } else if (tag === "BR") end();
    else if (word) item(word, inside);
    else if (tag === "LI") {
      const list = element.closest("ol, ul");
      const nth = list ? [...list.children].filter((one) => one.tagName === "LI").indexOf(element) : 0;
      item(list?.tagName === "OL" ? `${(Number(list.getAttribute("start")) || 1) + nth}. ` : "- ", inside);
    } else if (/^H[1-6]$/.test(tag)) {
      apart();
      marker = items ? marker : "## ";
      walk(element, { ...look, strong: false, emphasised: false }, kept);
      apart();
    } else if (tag === "BLOCKQUOTE") {
      apart();
      quoted += 1;
      inside();
      end();
      quoted -= 1;
      apart();
    } else if (tag === "TD" || tag === "TH") {
      if (element.previousElementSibling) say(" | ", {}, kept);
      cells += 1;
      walk(element, { ...look, strong: false }, kept);
      cells -= 1;
    } else if (LINES.has(tag)) {
      const gap = APART.has(tag) ? apart : end;
      gap();
      inside();
      gap();
    } else inside();
  }

  walk(new DOMParser().parseFromString(html, "text/html").body, {}, false);
  end();
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

export function insert(field, text) {
  field.focus();
  // As if it had been typed, so that it can be undone with the keyboard.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("paste", (event) => {
  const field = event.target.closest?.("textarea[data-draft]");
  if (!field || event.defaultPrevented || !event.clipboardData) return;
  const plain = event.clipboardData.getData("text/plain").trim();
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  let text = "";
  if (/^https?:\/\/[^\s()<>"]+$/.test(plain) && chosen.trim() && !/[\n[\]]/.test(chosen)) text = `[${chosen}](${plain})`;
  else if (event.clipboardData.types.includes("text/html")) text = typedFrom(event.clipboardData.getData("text/html"));
  if (!text || text === plain) return;
  event.preventDefault();
  insert(field, text);
});
