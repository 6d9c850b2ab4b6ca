// Shows the leaves of one growing answer; Python sends what changed and names the version it builds on.
const GROUP = 100; // leaves of a list or of code in one element, so that layout skips those off screen
const HOLDS_TEXT = /^(DIV|P|H\d|[UO]L|LI|BLOCKQUOTE|DETAILS|PRE|CODE|SPAN|TABLE|THEAD|TBODY|TR|T[HD])$/;

export default {
  template: `<div></div>`,
  props: { leaves: Array, version: Number, live: Boolean },
  inject: { words: { default: () => ({ copy: "Copy", copied: "Copied" }) } },
  mounted() {
    this.rows = [];
    this.$el.addEventListener("click", (event) => this.onClick(event));
    this.replace(this.version, this.leaves);
    // A dialog mounts its content again with the props of the first load: ask for what has come since.
    if (this.live) this.$emit("resync", this.shown);
  },
  methods: {
    replace(version, leaves) {
      this.show(version, 0, [], leaves);
    },
    patch(base, version, keep, grown, leaves, changes = []) {
      if (base === this.shown) this.show(version, keep, grown, leaves, changes);
      else if (version > this.shown) this.$emit("resync", this.shown); // an older one was sent twice
    },
    // Keep so many leaves; the next one grows: keep so much of its HTML and add the rest; then come new leaves.
    show(version, keep, grown, leaves, changes = []) {
      for (const [at, html] of changes) this.rewrite(this.rows[at], html);
      for (const row of this.rows.splice(keep + (grown.length ? 1 : 0))) this.remove(row);
      if (grown.length) this.rewrite(this.rows[keep], this.rows[keep].html.slice(0, grown[0]) + grown[1]);
      for (const leaf of leaves) this.add(leaf);
      this.shown = this.$el.dataset.version = version;
      this.markEnd();
    },
    add(leaf) {
      const [html, shell] = [leaf].flat();
      const row = { html };
      if (typeof leaf === "string" || shell) this.$el.append((row.unit = this.filled(shell ?? html)));
      if (typeof leaf !== "string") {
        row.slot = shell ? deepest(row.unit) : this.room(this.rows.at(-1).slot);
        this.rewrite(row, html);
      }
      this.rows.push(row);
    },
    rewrite(row, html) {
      row.html = html;
      const node = row.slot ? this.kid(html, row.slot) : this.filled(html);
      const old = row.slot ? row.node : row.unit;
      if (old && node) old.replaceWith(node);
      else if (node) row.slot.append(node);
      row[row.slot ? "node" : "unit"] = node;
    },
    remove({ unit, node, slot }) {
      (unit ?? node)?.remove();
      if (!unit && !slot.childElementCount) slot.remove(); // a group whose leaves are gone
    },
    room(slot) {
      if (slot.childElementCount < GROUP || !/^(UL|OL|CODE)$/.test(slot.tagName)) return slot;
      const next = slot.cloneNode(false);
      if (slot.start) next.start = slot.start + GROUP;
      slot.after(next);
      return next;
    },
    kid(html, slot) {
      if (!html) return null;
      if (slot.tagName === "TBODY") return this.filled(`<table><tbody>${html}</tbody></table>`).querySelector("tr");
      const box = this.filled(html);
      return /^(UL|OL|CODE)$/.test(slot.tagName) ? box.firstElementChild : box;
    },
    filled(html) {
      const box = document.createElement("div");
      box.className = "nicewen-unit";
      box.setHTML(html);
      // setHTML removes these two, and a link without them would replace the page
      for (const link of box.querySelectorAll("a[href]:not([href^='#'])")) {
        link.target = "_blank";
        link.rel = "noopener noreferrer nofollow";
      }
      // what scrolls sideways must be reachable by keys; only Chromium does that by itself
      for (const wide of box.querySelectorAll("pre, .nicewen-table, math[display=block]")) wide.tabIndex = 0;
      for (const head of box.querySelectorAll(".nicewen-code-head")) {
        head.insertAdjacentHTML("beforeend", `<button type="button" class="nicewen-action nicewen-copy-code"></button>`);
        head.lastElementChild.ariaLabel = head.lastElementChild.title = this.words.copy;
      }
      return box;
    },
    // The cursor stands behind the last character: before the line feed of a line of code.
    markEnd() {
      this.end?.classList.remove("nicewen-end");
      if (this.isCut) this.end.append("\n");
      let [end, next] = [this.$el, this.$el];
      while (next && HOLDS_TEXT.test(next.tagName)) {
        end = next;
        next = end.lastChild?.nodeType === Node.TEXT_NODE && end.lastChild.data.trim() ? null : end.lastElementChild;
        if (next?.tagName === "TBODY" && !next.childElementCount) next = next.previousElementSibling;
      }
      this.isCut = end.parentElement.tagName === "CODE" && end.lastChild?.data?.endsWith("\n");
      if (this.isCut) end.lastChild.data = end.lastChild.data.slice(0, -1);
      end.classList.add("nicewen-end");
      this.end = end;
    },
    onClick(event) {
      const image = event.target.closest("a.nicewen-image:not([data-loaded])");
      const button = event.target.closest(".nicewen-copy-code");
      if (button) copy(button, button.closest(".nicewen-code").querySelector("pre").textContent, this.words.copied);
      if (!image || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const shown = Object.assign(new Image(), { referrerPolicy: "no-referrer", alt: image.textContent });
      shown.onload = () => (image.replaceChildren(shown), (image.dataset.loaded = "yes"));
      shown.onerror = () => (image.dataset.failed = "yes");
      shown.src = image.dataset.src;
    },
  },
};

function deepest(element) {
  while (element.lastElementChild) element = element.lastElementChild;
  return element;
}

// The old way, which works on plain http too; Safari copies only where something is selected.
function copy(button, text, said) {
  getSelection().selectAllChildren(button.closest(".nicewen-code"));
  const listener = (event) => (event.preventDefault(), event.clipboardData.setData("text/plain", text));
  document.addEventListener("copy", listener);
  const done = document.execCommand("copy");
  document.removeEventListener("copy", listener);
  getSelection().removeAllRanges();
  if (!done) return;
  button.dataset.said = said;
  setTimeout(() => delete button.dataset.said, 1500);
}
