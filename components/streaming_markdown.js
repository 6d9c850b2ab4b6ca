// Shows the units of one growing answer; Python sends what changed and names the version it builds on.
export default {
  template: `<div></div>`,
  props: { units: Array, version: Number, live: Boolean },
  mounted() {
    this.replaceFrom(0, this.units, this.version);
    // A dialog mounts its content again with the props of the first load: ask for what has come since.
    if (this.live) this.$emit("resync");
  },
  methods: {
    patch(base, version, keep, units) {
      if (base !== this.shown) this.$emit("resync");
      else this.replaceFrom(keep, units, version);
    },
    replaceFrom(keep, units, version) {
      const box = this.$el;
      while (box.childElementCount > keep) box.lastElementChild.remove();
      for (const html of units) {
        const unit = document.createElement("div");
        unit.className = "nicewen-unit";
        unit.setHTML(html);
        // setHTML removes these two, and a link without them would replace the page
        for (const link of unit.querySelectorAll("a[href]:not([href^='#'])")) {
          link.target = "_blank";
          link.rel = "noopener noreferrer nofollow";
        }
        box.append(unit);
      }
      this.shown = box.dataset.version = version;
    },
  },
};
