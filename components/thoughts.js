// Reasoning that grows in one text node, folded or open; who has opened it and reads the end follows the end.
export default {
  template: `
    <details class="nicewen-details">
      <summary><span :data-counts="counts || null">{{ label }}</span></summary>
      <div ref="box" class="nicewen-thoughts" tabindex="0"></div>
    </details>`,
  props: { label: String, counts: Boolean, text: String, version: Number },
  mounted() {
    this.replace(this.version, this.text);
    this.$el.addEventListener("toggle", () => this.counts && this.toEnd());
    this.$emit("resync", this.shown); // a dialog mounts its content again with what it was first
  },
  methods: {
    replace(version, text) {
      this.$refs.box.replaceChildren(text);
      this.shown = this.$el.dataset.thoughts = version;
    },
    add(base, version, text) {
      if (base !== this.shown) return version > this.shown && this.$emit("resync", this.shown);
      const { scrollHeight, scrollTop, clientHeight } = this.$refs.box;
      this.$refs.box.firstChild.appendData(text);
      this.shown = this.$el.dataset.thoughts = version;
      if (scrollHeight - scrollTop - clientHeight < 8) this.toEnd();
    },
    toEnd() {
      this.$refs.box.scrollTop = this.$refs.box.scrollHeight;
    },
  },
};
