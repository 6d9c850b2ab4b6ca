// The scrolling column of messages: follows the end while the reader is there, and notices a connection gone silent.
const SILENCE = 10_000; // milliseconds without a word from the server while an answer is being written

export default {
  template: `
    <div class="nicewen-log" ref="box" tabindex="-1">
      <div class="nicewen-column" ref="column" role="log" :aria-label="label"><slot></slot></div>
      <button ref="jump" hidden type="button" class="nicewen-round nicewen-jump" data-testid="jump-to-latest"
        :title="jumpLabel" :aria-label="jumpLabel" @click="toEnd">
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v14M5.5 12.5 12 19l6.5-6.5"/></svg>
      </button>
    </div>`,
  props: { label: String, jumpLabel: String },
  mounted() {
    this.following = true;
    this.heard = Date.now();
    this.busy = false;
    const box = this.$refs.box;
    // the welcome is read from its beginning
    this.sizes = new ResizeObserver(() => this.following && !box.querySelector(".nicewen-empty") && this.toEnd());
    this.sizes.observe(this.$refs.column);
    this.sizes.observe(box);
    this.top = 0;
    box.addEventListener("scroll", () => {
      // while text grows, a reader on the way down need not hit the very end
      if (this.isAtEnd(box.scrollTop > this.top ? 64 : 8)) this.follow(true);
      else if (box.scrollTop < this.top) this.follow(false);
      this.top = box.scrollTop;
    }, { passive: true });
    box.addEventListener("wheel", (event) => event.deltaY < 0 && box.scrollTop > 0 && this.follow(false), { passive: true });
    this.onWord = () => (this.heard = Date.now());
    this.$nextTick(() => window.socket?.onAny(this.onWord)); // the page makes the socket after its elements are mounted
    this.watch = setInterval(() => this.reopenIfSilent(), 1000);
  },
  unmounted() {
    this.sizes.disconnect();
    clearInterval(this.watch);
    window.socket?.offAny(this.onWord);
  },
  methods: {
    isAtEnd(pixels) {
      const box = this.$refs.box;
      return box.scrollHeight - box.scrollTop - box.clientHeight < pixels;
    },
    follow(yes) {
      this.following = yes;
      this.$refs.jump.hidden = yes;
    },
    toEnd() {
      this.follow(true);
      this.$refs.box.scrollTop = this.$refs.box.scrollHeight;
      this.top = this.$refs.box.scrollTop; // less than before where text became shorter: nobody scrolled up
    },
    beat(busy) {
      this.busy = busy;
    },
    // Says whether the answers from this one on stand here in these states and versions, and so many questions wait.
    check(number, queued, first, answers) {
      const shown = [...this.$refs.column.querySelectorAll("[data-testid=message]")];
      const questions = shown.filter((message) => message.dataset.role === "user");
      const found = shown.filter((message) => message.dataset.role === "assistant").slice(first);
      const isRight = ([state, version], i) =>
        found[i]?.dataset.state === state && found[i].querySelector("[data-version]")?.dataset.version === String(version);
      const all = found.length === answers.length && questions.length === first + found.length + queued;
      this.$emit("checked", [number, all && answers.every(isRight)]);
    },
    reopenIfSilent() {
      if (!this.busy || !window.socket?.connected || Date.now() - this.heard < SILENCE) return;
      this.heard = Date.now();
      window.socket.io.engine.close(); // a line that died without a word; the client then connects anew
    },
  },
};
