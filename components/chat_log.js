// The scrolling column of messages: follows the end while the reader is there, copies, tells screen readers whole
// sentences, and notices a connection gone silent.
import { copied } from "nicewen/copying.js";

const SILENCE = 10_000; // milliseconds without a word from the server while an answer is being written
const LEAVING = 300; // milliseconds in which a turn of the wheel has surely moved the page
const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

export default {
  template: `
    <div class="nicewen-log" ref="box" tabindex="0" role="log" aria-live="off" :aria-label="words.log" :data-daytime="daytime()">
      <div class="nicewen-column" ref="column" @grown="onGrown" @said="$refs.voice.textContent = $event.detail" @edited="$emit('edit', $event.detail)" @click="act" @pointerover="act" @pointerdown="act" @focusin="act">
        <button v-if="earlier" type="button" class="nicewen-button nicewen-earlier" data-testid="earlier"
          @click="$emit('earlier', earlier); $refs.box.focus({ preventScroll: true })">{{ words.earlier }}</button>
        <slot></slot>
      </div>
      <button ref="jump" hidden type="button" class="nicewen-round nicewen-jump" data-testid="jump-to-latest"
        :title="words.jump" :aria-label="words.jump" @click="toEnd"></button>
      <div ref="voice" class="nicewen-sr-only" aria-live="polite"></div>
    </div>`,
  props: { words: Object, earlier: Number, at: String },
  provide() { return { words: this.words }; },
  mounted() {
    Object.assign(this, { following: true, heard: Date.now(), busy: false, top: 0, leaves: 0, source: {} });
    const box = this.$refs.box;
    // the welcome is read from its beginning
    this.sizes = new ResizeObserver(() => this.following && !box.querySelector(".nicewen-empty") && this.toEnd());
    this.sizes.observe(this.$refs.column);
    this.sizes.observe(box);
    box.addEventListener("scroll", () => {
      if (!this.$refs.box) return; // removed before it was told, as by a dialog that closes
      const isDown = box.scrollTop > this.top;
      // while text grows, a reader on the way down need not hit the very end; on the way up the first pixels count, and
      // a scroll of our own that is told only after the wheel has turned does not
      if (isDown ? this.isAtEnd(64) : this.isAtEnd() && performance.now() > this.leaves) this.follow(true);
      else if (box.scrollTop < this.top) this.follow(false);
      this.top = box.scrollTop;
      if (this.earlier && !this.following && this.top < box.clientHeight) this.$emit("earlier", this.earlier);
    }, { passive: true });
    box.addEventListener("wheel", (event) => event.deltaY < 0 && box.scrollTop > 0 && this.leave(), { passive: true });
    // what is unfolded unfolds where it is
    box.addEventListener("click", (event) => event.target.closest("summary") && this.follow(false), { capture: true });
    box.addEventListener("toggle", () => this.$refs.box && this.isAtEnd() && this.follow(true), { capture: true });
    this.onWord = () => (this.heard = Date.now());
    const mounting = Math.random();
    this.onConnect = () => this.$emit("shown", mounting); // again on each connection: the last one may have lost it
    this.onConnect();
    this.$nextTick(() => {
      window.socket?.onAny(this.onWord); // the page makes the socket after its elements are mounted
      window.socket?.on("connect", this.onConnect);
    });
    this.$watch("at", () => this.goTo(this.at), { immediate: true, flush: "post" });
    this.speak();
    this.$refs.voice.textContent = ""; // what was there before is for reading
    this.watch = setInterval(() => this.tick(), 1000);
  },
  // Keeps what is being read in its place when earlier messages come above it; no browser does at the very top.
  beforeUpdate() {
    this.mark = !this.following && this.$refs.column.querySelector(".nicewen-message");
    this.markTop = this.mark && this.mark.getBoundingClientRect().top;
  },
  updated() {
    const moved = this.mark?.isConnected ? this.mark.getBoundingClientRect().top - this.markTop : 0;
    if (moved) this.top = this.$refs.box.scrollTop += moved;
  },
  beforeUnmount() {
    this.$emit("hidden");
  },
  // A tab that is left keeps what stands in it, but for where it was scrolled to.
  deactivated() {
    this.$emit("hidden");
  },
  activated() {
    this.onConnect();
    if (this.following) this.toEnd();
    else this.$refs.box.scrollTop = this.top;
  },
  unmounted() {
    this.sizes.disconnect();
    clearInterval(this.watch);
    window.socket?.offAny(this.onWord);
    window.socket?.off("connect", this.onConnect);
  },
  methods: {
    daytime: (hour = new Date().getHours()) => ["evening", "morning", "afternoon", "evening"][(hour > 4) + (hour > 11) + (hour > 17)],
    isAtEnd(within = 2, box = this.$refs.box) {
      return box.scrollHeight - box.scrollTop - box.clientHeight < within;
    },
    leave() {
      this.leaves = performance.now() + LEAVING;
      this.follow(false);
    },
    follow(yes) {
      if (yes !== this.following) this.following = this.$refs.jump.hidden = yes; // even the same value costs a style pass
    },
    // In the same frame as the new words; a reader's own scrolling that has not been told yet is not undone.
    onGrown() {
      if (this.following && this.$refs.box.scrollTop === this.top) this.toEnd();
    },
    toEnd() {
      this.follow(true);
      this.$refs.box.scrollTop = this.$refs.box.scrollHeight;
      this.top = this.$refs.box.scrollTop; // less than before where text became shorter: nobody scrolled up
    },
    // To a message that was searched for; sizes above it are guesses until they are drawn, so it is looked for again.
    goTo(id, tries = 12) {
      const message = id && document.getElementById(id);
      if (!message || !this.$refs.box) return;
      this.follow(false);
      message.scrollIntoView({ block: "start" });
      this.top = this.$refs.box.scrollTop;
      if (tries) return requestAnimationFrame(() => this.goTo(id, tries - 1));
      message.classList.add("nicewen-sought");
      setTimeout(() => message.classList.remove("nicewen-sought"), 2500);
      history.replaceState(history.state, "", location.pathname); // loaded again, the page shows the end
    },
    beat(busy) {
      this.busy = this.$refs.box.dataset.busy = busy; // the style sheet takes away what is not possible meanwhile
    },
    // After another branch was chosen its own switch has the focus, and its place is said instead of its words.
    async toBranch(id, step) {
      await this.$nextTick();
      const message = document.getElementById(id);
      const names = step > 0 ? ["next", "previous"] : ["previous", "next"];
      const [next, other] = names.map((name) => message?.querySelector(`[data-testid=branch-${name}]`));
      this.speak();
      this.$refs.voice.textContent = message?.querySelector("[data-testid=branch]")?.textContent ?? "";
      (next?.disabled ? other : next)?.focus({ preventScroll: true });
    },
    // Says whether the answers from this one on stand here in these states and versions (of text and of reasoning),
    // and so many questions wait.
    check(number, queued, first, answers) {
      const shown = (role) => [...this.$refs.column.querySelectorAll(`[data-testid=message][data-role=${role}]`)];
      const [questions, found] = [shown("user"), shown("assistant").slice(first)];
      const isRight = ([state, version, thoughts], i) =>
        found[i]?.dataset.state === state &&
        found[i].querySelector("[data-version]")?.dataset.version === String(version) &&
        (found[i].querySelector("[data-thoughts]")?.dataset.thoughts ?? "0") === String(thoughts);
      const all = found.length === answers.length && questions.length === first + found.length + queued;
      this.$emit("checked", [number, all && answers.every(isRight)]);
    },
    tick() {
      if (this.busy && window.socket?.connected && Date.now() - this.heard >= SILENCE) {
        this.heard = Date.now();
        window.socket.io.engine.close(); // a line that died without a word; the client then connects anew
      }
      const clock = this.$refs.column.querySelector("[data-counts]");
      if (clock) clock.textContent = clock.textContent.replace(/\d+/, (seconds) => +seconds + 1);
      this.speak();
    },
    // Announces what the last answer has gained: whole sentences while it is written, and the rest at its end.
    speak() {
      const answer = [...this.$refs.column.querySelectorAll(".nicewen-answer")].at(-1);
      if (!answer || answer.saidAll) return;
      answer.saidAll = answer.ariaBusy !== "true";
      const text = [...answer.querySelectorAll(".nicewen-group > .nicewen-unit")].map((unit) => unit.textContent).join("\n").trimEnd();
      const rest = text.slice(answer.said ?? 0);
      const end = answer.saidAll ? rest.length : ([...sentences.segment(rest)].at(-1)?.index ?? 0);
      answer.said = (answer.said ?? 0) + end;
      const note = answer.saidAll && answer.querySelector(".nicewen-status");
      if (end || note) this.$refs.voice.textContent = rest.slice(0, end) + (note ? "\n" + note.textContent : "");
    },
    // The source is asked for before the press on Copy is over: a browser copies only while it handles one.
    act({ target, type }) {
      const button = target.closest(".nicewen-action");
      const id = button?.closest(".nicewen-message")?.id; // Edit is gone already when its click comes here
      const name = button?.dataset.testid;
      const step = { "branch-previous": -1, "branch-next": 1 }[name];
      const told = { regenerate: "again", continue: "continue", delete: "delete", "undo-turn": "undo" }[name];
      if (told && type === "click") this.$emit(told, id);
      if ((step || name === "edit") && type === "click") this.follow(false); // it stays where it is
      if (step && type === "click") this.$emit("branch", [id, step]);
      if (name !== "copy") return;
      if (id !== this.source.id || this.source.text === undefined) this.$emit("source", (this.source = { id }).id);
      if (type !== "click") return;
      delete button.dataset.said; // of an earlier press
      this.take(id, this.source.text, (this.source.button = button));
    },
    take(id, text) {
      const { button } = this.source;
      if (id !== this.source.id || text === undefined) return;
      this.source = { id, text };
      if (!button) return;
      this.$refs.voice.textContent = button.dataset.said = this.words[copied(button.closest(".nicewen-message"), text) ? "copied" : "notCopied"];
      setTimeout(() => delete button.dataset.said, 1500);
    },
  },
};
