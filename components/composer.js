// The field for a question. Typing stays in the browser; only a finished question goes to the server.
const SEND = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M5.5 11.5 12 5l6.5 6.5"/></svg>`;
const STOP = `<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="7" y="7" width="10" height="10" rx="2"/></svg>`;

const UNHEARD = 5_000; // milliseconds until a question that was not acknowledged is sent again

export default {
  template: `
    <form class="nicewen-composer" @submit.prevent="send">
      <textarea ref="box" data-testid="question" rows="1" v-model="text" :placeholder="words.placeholder"
        :aria-label="words.placeholder" enterkeyhint="send" @keydown="onKey" @input="onInput"></textarea>
      <div class="nicewen-composer-row">
        <span class="nicewen-note" role="status">{{ tooLong ? words.tooLong : "" }}</span>
        <button v-if="busy" type="button" class="nicewen-round" data-testid="stop" :title="words.stop"
          :aria-label="words.stop" @click="$emit('stop')">${STOP}</button>
        <button v-if="!busy || text.trim()" type="submit" class="nicewen-round nicewen-primary" data-testid="send"
          :title="words.send" :aria-label="words.send" :disabled="!text.trim() || tooLong">${SEND}</button>
      </div>
    </form>`,
  props: { busy: Boolean, words: Object, limit: Number },
  data() {
    return { text: "", id: "", sent: false };
  },
  computed: {
    tooLong() {
      return this.text.length > this.limit;
    },
  },
  created() {
    const draft = JSON.parse(sessionStorage.getItem(this.key()) ?? "{}");
    this.text = draft.text ?? "";
    this.id = draft.id ?? "";
    this.sent = draft.sent ?? false;
  },
  mounted() {
    this.grow();
    // A question sent into a dying connection is sent again; the server knows it by its id and asks only once.
    this.onConnect = () => this.sent && this.emitQuestion();
    this.$nextTick(() => {
      window.socket?.on("connect", this.onConnect); // the page makes the socket after its elements are mounted
      if (window.socket?.connected) this.onConnect();
    });
    if (matchMedia("(hover: hover)").matches) this.$refs.box.focus();
  },
  unmounted() {
    window.socket?.off("connect", this.onConnect);
    clearTimeout(this.doubt);
  },
  methods: {
    key: () => "nicewen-draft " + location.pathname,
    newId: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join(""),
    keep() {
      if (this.text) sessionStorage.setItem(this.key(), JSON.stringify({ text: this.text, id: this.id, sent: this.sent }));
      else sessionStorage.removeItem(this.key());
    },
    onInput() {
      if (this.sent) [this.id, this.sent] = ["", false]; // changed after sending: another question
      this.keep();
      this.grow();
    },
    onKey(event) {
      // Enter that ends an input method's composition: Safari says isComposing false there, and keyCode 229
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.send();
    },
    grow() {
      const box = this.$refs.box;
      box.style.height = "auto";
      box.style.height = box.scrollHeight + "px";
    },
    send() {
      if (!this.text.trim() || this.tooLong || this.sent) return;
      this.text = this.text.toWellFormed?.() ?? this.text; // half a character would be lost on the way
      [this.id, this.sent] = [this.newId(), true];
      this.keep();
      this.emitQuestion();
    },
    emitQuestion() {
      this.$emit("ask", { id: this.id, text: this.text });
      clearTimeout(this.doubt);
      this.doubt = setTimeout(() => this.sent && window.socket?.connected && this.emitQuestion(), UNHEARD);
    },
    accepted(id, path) {
      const old = this.key();
      history.replaceState(history.state, "", (window.path_prefix ?? "") + path);
      if (id !== this.id) return;
      sessionStorage.removeItem(old);
      clearTimeout(this.doubt);
      [this.text, this.id, this.sent] = ["", "", false];
      this.$nextTick(() => this.grow());
    },
    put(text) {
      this.text = this.text ? text + "\n" + this.text : text;
      this.onInput();
      this.$nextTick(() => (this.grow(), this.$refs.box.focus()));
    },
  },
};
