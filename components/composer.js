// The field for a question. Typing stays in the browser; only a finished question goes to the server.
const LOOK_AGAIN = 1_000; // milliseconds between two looks at what would be sent, while it is shown
const UNHEARD = 5_000; // milliseconds until a question that was not acknowledged is sent again
const TALL = 5_000; // characters that fill the field's eight lines, however wide it is; measuring more is slow
const key = (draft) => `nicewen-draft ${location.pathname}${draft && " " + draft}`;

export default {
  template: `
    <form class="nicewen-composer" @submit.prevent="send">
      <div v-if="material" class="nicewen-material" data-testid="material" role="region" :aria-label="context.hint" tabindex="0">
        <div class="nicewen-status">{{ material.label }}</div><pre>{{ material.text }}</pre>
      </div>
      <textarea ref="box" data-testid="question" rows="1" v-model="text" :placeholder="words.placeholder"
        :aria-label="words.placeholder" enterkeyhint="send" @input="onInput"></textarea>
      <div class="nicewen-composer-row">
        <span v-if="context && !without" class="nicewen-chip">
          <button type="button" data-testid="context" :title="context.hint" :aria-expanded="!!material" @click="look">{{ context.chip }}</button>
          <button type="button" data-testid="context-remove" :title="context.remove" :aria-label="context.remove" @click="leaveOut(true)">×</button>
        </span>
        <button v-else-if="context" type="button" class="nicewen-button" data-testid="context-add" @click="leaveOut(false)">{{ context.add }}</button>
        <span class="nicewen-note" role="status">{{ tooLong ? words.tooLong : refusal }}</span>
        <button v-if="!running || text.trim()" type="submit" class="nicewen-round nicewen-primary nicewen-send" data-testid="send"
          :title="words.send" :aria-label="words.send" :disabled="!text.trim() || tooLong"></button>
        <button v-if="running" type="button" class="nicewen-round nicewen-stop" data-testid="stop" :title="words.stop"
          :aria-label="words.stop" @click="stop"></button>
      </div>
    </form>`,
  props: { busy: Boolean, words: Object, limit: Number, page: Boolean, draft: String, focus: Boolean, context: Object },
  data: ({ busy, draft }) => ({ material: null, without: !!sessionStorage.getItem(key(draft) + " alone"), running: busy, text: "", id: "", sent: false, refusal: "", ...JSON.parse(sessionStorage.getItem(key(draft)) ?? "{}") }),
  watch: { busy(value) { this.running = value; } },
  computed: {
    tooLong() {
      return this.text.length > this.limit;
    },
  },
  mounted() {
    this.grow();
    // A question sent into a dying connection is sent again; the server knows it by its id and asks only once.
    this.onConnect = () => this.sent && this.emitQuestion();
    this.$nextTick(() => {
      window.socket?.on("connect", this.onConnect); // the page makes the socket after its elements are mounted
      if (window.socket?.connected) this.onConnect();
    });
    const { signal } = (this.end = new AbortController());
    document.addEventListener("keydown", this.onKey, { signal });
    for (const change of ["resize", "scroll"]) visualViewport.addEventListener(change, this.fit, { signal });
    // while it is hidden it has no height to grow to
    this.sizes = new ResizeObserver(() => this.width !== this.$el.clientWidth && ((this.width = this.$el.clientWidth), this.grow()));
    this.sizes.observe(this.$el);
    if (this.focus && matchMedia("(hover: hover)").matches) this.$refs.box.focus();
  },
  unmounted() {
    window.socket?.off("connect", this.onConnect);
    clearTimeout(this.doubt);
    clearTimeout(this.looking);
    this.sizes.disconnect();
    this.end.abort();
  },
  methods: {
    newId: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join(""),
    keep() {
      if (!this.text) sessionStorage.removeItem(key(this.draft));
      else if (this.text.length < 1e6) sessionStorage.setItem(key(this.draft), JSON.stringify({ text: this.text, id: this.id, sent: this.sent }));
    },
    onInput() {
      if (this.sent) [this.id, this.sent] = ["", false]; // changed after sending: another question
      this.keep();
      this.grow();
    },
    onKey(event) {
      // the Enter that ends an input method's composition: Safari says isComposing false there, and keyCode 229
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
      const { key, target } = event;
      if (key === "Enter" && !event.shiftKey && target === this.$refs.box) return event.preventDefault(), this.send();
      if (key !== "Escape" || document.querySelector(".q-menu, .q-dialog")) return; // what is open closes first
      const open = target.closest(".nicewen details[open]");
      if (open) open.open = false;
      else if (this.running && (this.$el.closest(".nicewen")?.contains(target) || (this.page && target === document.body))) this.stop();
    },
    // What a host has sent with each question, read anew as long as somebody looks.
    look() {
      if (this.looks) return this.lookAway();
      this.looks = true;
      this.$emit("look");
    },
    lookAway() {
      clearTimeout(this.looking);
      [this.looks, this.material] = [false, null];
    },
    showMaterial(label, text, mayChange) {
      if (!this.looks) return; // closed while it was on its way
      this.material = { label, text };
      clearTimeout(this.looking);
      if (mayChange) this.looking = setTimeout(() => this.$emit("look"), LOOK_AGAIN);
    },
    leaveOut(yes) {
      this.without = yes;
      this.lookAway();
      if (yes) sessionStorage.setItem(key(this.draft) + " alone", "yes"); // also after the page was loaded again
      else sessionStorage.removeItem(key(this.draft) + " alone");
      this.$refs.box.focus({ preventScroll: true });
    },
    setBusy(busy) {
      this.running = busy;
    },
    stop() {
      this.$emit("stop");
      this.$refs.box.focus({ preventScroll: true }); // the button that had it goes away
    },
    // An iPhone lays its keyboard over the page, and only the visual viewport knows.
    fit() {
      const { height, offsetTop, scale } = visualViewport;
      const page = this.$el.closest(".nicewen-page");
      if (page) page.style.cssText = scale === 1 && height < innerHeight - 1 ? `top: ${offsetTop}px; height: ${height}px` : "";
    },
    grow() {
      const box = this.$refs.box;
      box.style.height = this.text.length > TALL ? "100vh" : "auto";
      if (this.text.length <= TALL) box.style.height = box.scrollHeight + "px";
    },
    send() {
      if (!this.text.trim() || this.tooLong || this.sent) return;
      this.text = this.text.toWellFormed?.() ?? this.text; // half a character would be lost on the way
      [this.id, this.sent, this.refusal] = [this.newId(), true, ""];
      this.keep();
      this.emitQuestion();
    },
    emitQuestion(again = false) {
      this.$emit("ask", { id: this.id, text: this.text, ...(this.context && { context: !this.without }) });
      clearTimeout(this.doubt);
      this.doubt = setTimeout(() => {
        if (!this.sent || !window.socket?.connected) return;
        if (again) window.socket.io.engine.close(); // a line that died without a word; the client then connects anew
        else this.emitQuestion(true);
      }, UNHEARD);
    },
    accepted(id, path) {
      const old = key(this.draft);
      if (path) history.replaceState(history.state, "", (window.path_prefix ?? "") + path);
      if (id !== this.id) return;
      sessionStorage.removeItem(old);
      clearTimeout(this.doubt);
      [this.text, this.id, this.sent] = ["", "", false];
      this.lookAway();
      this.$nextTick(() => this.grow());
    },
    refused(sentence) {
      clearTimeout(this.doubt);
      [this.refusal, this.id, this.sent] = [sentence, "", false];
      this.keep();
    },
    // Puts text before what stands in the field; sends it, if that is wished and the field was free.
    put(text, mayBeSent) {
      if (mayBeSent && this.sent) return; // one is on its way
      const isFree = !this.text.trim();
      this.text = isFree ? text : text + "\n" + this.text;
      this.onInput();
      if (mayBeSent && isFree) this.send();
      this.$nextTick(() => (this.grow(), this.$refs.box.focus()));
    },
  },
};
