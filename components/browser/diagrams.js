// Diagrams as images. Their text is anybody's: Mermaid draws it in a frame that may run nothing else and ask nobody for
// anything, and what it has drawn is shown as an image, inside which nothing runs and nothing is loaded either.
const PATIENCE = 10_000; // milliseconds for one diagram
const POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'";
const drawings = new Map(); // of this page, by their text: an answer that is built anew does not flicker
let last = Promise.resolve(); // Mermaid draws one at a time
let studio;

export function drawing(text) {
  if (!drawings.has(text)) drawings.set(text, (last = last.catch(() => {}).then(() => drawn(text))));
  return drawings.get(text);
}

async function drawn(text) {
  studio ??= opened().catch((error) => ((studio = undefined), Promise.reject(error))); // the next one tries again
  const svg = await inTime((await studio).contentWindow.draw(text));
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

function opened() {
  const here = (name) => import.meta.resolve(name);
  const frame = Object.assign(document.createElement("iframe"), { className: "nicewen-studio", tabIndex: -1, ariaHidden: "true" });
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><body>
    <script type="module" src="${here("nicewen/studio.js")}?mermaid=${encodeURIComponent(here("nicegui-mermaid"))}"></script>`;
  const loaded = new Promise((resolve) => (frame.onload = () => resolve(frame)));
  document.body.append(frame);
  return inTime(loaded);
}

function inTime(promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("drawing takes too long")), PATIENCE));
  return Promise.race([promise, late]);
}
