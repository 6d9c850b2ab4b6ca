// Shows the leaves of one growing answer; Python sends what changed and names the version it builds on.
import { copied } from "nicewen/copying.js";

const GROUP = 100; // blocks, leaves of a list or of code in one element, so that layout skips those off screen
const STILL = 600; // milliseconds without growth after which the cursor blinks; while words come it only costs
const DIAGRAM = 5_000; // characters; a longer one stays code
const READABLE = 560; // pixels; a wide diagram is not made narrower than this, or than three quarters of its size: it scrolls
const HOLDS_TEXT = /^(DIV|P|H\d|[UO]L|LI|BLOCKQUOTE|DETAILS|PRE|CODE|SPAN|TABLE|THEAD|TBODY|TR|T[HD])$/;

export default {
  template: `<div></div>`,
  props: { leaves: Array, version: Number, live: Boolean },
  inject: { words: { default: () => ({ copy: "Copy", copied: "Copied", diagram: "Diagram", source: "Source", image: "Load this image", noImage: "could not be loaded" }) } },
  mounted() {
    this.rows = [];
    this.$el.addEventListener("click", (event) => this.onClick(event));
    this.replace(this.version, this.leaves);
    // A dialog mounts its content again with the props of the first load: ask for what has come since.
    if (this.live) this.$emit("resync", this.shown);
    else this.finish();
  },
  methods: {
    replace(version, leaves) {
      this.show(version, 0, [], leaves);
    },
    patch(base, version, keep, grown, leaves, changes = []) {
      if (base === this.shown) {
        this.show(version, keep, grown, leaves, changes);
        this.$el.dispatchEvent(new Event("grown", { bubbles: true }));
      } else if (version > this.shown) this.$emit("resync", this.shown); // an older one was sent twice
    },
    // Keep so many leaves; the next one grows: keep so much of its HTML and add the rest; then come new leaves.
    show(version, keep, grown, leaves, changes = []) {
      for (const [at, html] of changes) this.rewrite(this.rows[at], html);
      for (const row of this.rows.splice(keep + (grown.length ? 1 : 0))) this.remove(row);
      if (grown.length) this.grow(this.rows[keep], ...grown);
      for (const leaf of leaves) this.add(leaf);
      this.shown = this.$el.dataset.version = version;
      this.markEnd();
    },
    // Most growth is words behind the last ones: they need no parser, and leave what stands before them as it is.
    grow(row, keep, rest) {
      const [before, closing] = [row.html.slice(0, keep), row.html.slice(keep)];
      const words = rest.slice(0, rest.length - closing.length);
      const last = lastNode(row.node ?? row.unit);
      const isInText = before.lastIndexOf("<") <= before.lastIndexOf(">") && before.lastIndexOf("&") <= before.lastIndexOf(";");
      const isWords = !/[<>&]/.test(words) && /^(<\/\w+>)*$/.test(closing) && rest.endsWith(closing) && !before.endsWith(">");
      if (!isInText || !isWords || last?.nodeType !== Node.TEXT_NODE) return this.rewrite(row, before + rest);
      last.appendData(words);
      row.html = before + rest;
    },
    finish() {
      this.draw(this.$el.lastElementChild?.lastElementChild);
    },
    add(leaf) {
      const [html, shell] = [leaf].flat();
      const row = { html };
      if (typeof leaf === "string" || shell) {
        this.finish(); // what stands before is whole, now that something follows
        this.group().append((row.unit = this.filled(shell ?? html)));
      }
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
      const holder = unit ? unit.parentElement : slot;
      (unit ?? node)?.remove();
      if (!holder.childElementCount) holder.remove(); // a group whose leaves are gone
    },
    group() {
      const last = this.$el.lastElementChild;
      if (last?.childElementCount < GROUP) return last;
      const next = document.createElement("div");
      next.className = "nicewen-group";
      this.$el.append(next);
      return next;
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
      for (const image of box.querySelectorAll("a.nicewen-image")) image.title = this.words.image;
      // what scrolls sideways must be reachable by keys; only Chromium does that by itself
      for (const wide of box.querySelectorAll("pre, .nicewen-table, math[display=block]")) wide.tabIndex = 0;
      for (const head of box.querySelectorAll(".nicewen-code-head")) {
        head.append(this.button("nicewen-copy-code", this.words.copy));
      }
      return box;
    },
    button(kind, name) {
      return Object.assign(document.createElement("button"), { type: "button", className: `nicewen-action ${kind}`, title: name, ariaLabel: name });
    },
    // A block of Mermaid as a picture; one that cannot be drawn stays the code it is.
    async draw(unit) {
      const code = unit?.firstElementChild;
      if (!code?.matches(".nicewen-code[data-language=mermaid i]:not([data-shows])")) return;
      const text = code.querySelector("pre").textContent;
      if (text.length > DIAGRAM) return;
      code.dataset.shows = "source"; // at once: what follows it may be built anew while it is drawn
      const picture = Object.assign(new Image(), { alt: this.words.diagram, className: "nicewen-diagram" });
      try {
        picture.src = await (await import("nicewen/diagrams.js")).drawing(text);
        await picture.decode();
        picture.style.minWidth = `${Math.min(0.75 * picture.naturalWidth, READABLE)}px`;
      } catch (error) {
        return console.info("Not a diagram:", error.message);
      }
      const box = Object.assign(document.createElement("div"), { className: "nicewen-picture", tabIndex: 0 });
      box.append(picture);
      code.lastElementChild.before(box);
      code.firstElementChild.lastElementChild.before(this.button("nicewen-show-source", this.words.source));
      code.dataset.shows = "diagram";
    },
    // The cursor stands behind the last character: before the line feed of a line of code.
    markEnd() {
      if (this.isCut) this.end.append("\n");
      let [end, next] = [this.$el, this.$el];
      while (next && HOLDS_TEXT.test(next.tagName)) {
        end = next;
        next = end.lastChild?.nodeType === Node.TEXT_NODE && end.lastChild.data.trim() ? null : end.lastElementChild;
        if (next?.tagName === "TBODY" && !next.childElementCount) next = next.previousElementSibling;
      }
      this.isCut = end.parentElement.tagName === "CODE" && end.lastChild?.data?.endsWith("\n");
      if (this.isCut) end.lastChild.data = end.lastChild.data.slice(0, -1);
      if (end !== this.end) this.end?.classList.remove("nicewen-end");
      if (end !== this.end) end.classList.add("nicewen-end");
      this.end = end;
      this.$el.classList.contains("nicewen-still") && this.$el.classList.remove("nicewen-still");
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.$el.classList.add("nicewen-still"), STILL);
    },
    onClick(event) {
      const image = event.target.closest("a.nicewen-image:not([data-loaded])");
      const button = event.target.closest(".nicewen-copy-code, .nicewen-show-source");
      if (button) this.press(button, button.closest(".nicewen-code"));
      if (!image || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const shown = Object.assign(new Image(), { referrerPolicy: "no-referrer", alt: image.textContent });
      shown.onload = () => (image.replaceChildren(shown), (image.dataset.loaded = "yes"));
      shown.onerror = () => (image.dataset.failed = this.words.noImage);
      shown.src = image.dataset.src;
    },
    press(button, code) {
      if (button.matches(".nicewen-show-source")) {
        button.ariaPressed = code.dataset.shows === "diagram";
        code.dataset.shows = code.dataset.shows === "diagram" ? "source" : "diagram";
      } else if (copied(code, code.querySelector("pre").textContent)) {
        this.$el.dispatchEvent(new CustomEvent("said", { bubbles: true, detail: this.words.copied }));
        button.dataset.said = this.words.copied;
        setTimeout(() => delete button.dataset.said, 1500);
      }
    },
  },
};

function lastNode(node) {
  while (node?.lastChild) node = node.lastChild;
  return node;
}

function deepest(element) {
  while (element.lastElementChild) element = element.lastElementChild;
  return element;
}
