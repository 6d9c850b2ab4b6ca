// The line above the page: its name, the switches, the ways to begin anew, and what a lost connection says.
const THEMES = { auto: null, light: false, dark: true }; // one after the other, and what NiceGUI calls them
const YEAR = 365 * 24 * 3600; // seconds

export default {
  template: `
    <header class="nicewen-header">
      <button type="button" class="nicewen-button nicewen-switch nicewen-menu" data-testid="conversations-toggle" aria-controls="nicewen-conversations"
        :title="listing" :aria-label="listing"></button>
      <h1 class="nicewen-brand"><div>Nicewen</div></h1>
      <button type="button" class="nicewen-button nicewen-switch" data-testid="theme" :data-theme="chosen" :title="themes[at]" :aria-label="themes[at]" @click="turn"></button>
      <button v-if="other" type="button" class="nicewen-button nicewen-switch" data-testid="language" :lang="other[1]" :title="other[3]" :aria-label="other[3]"
        @click="speak"><div>{{ other[2] }}</div></button>
      <a class="nicewen-button nicewen-switch nicewen-temporary-link" data-testid="temporary-conversation" :href="prefix + '/temporary'" :title="temporary" :aria-label="temporary"
        :aria-current="isTemporary ? 'page' : null"></a>
      <a class="nicewen-button" data-testid="new-conversation" :href="prefix + '/'"><div>{{ label }}</div></a>
      <div role="status"><div class="nicewen-offline">{{ offline }}</div></div>
    </header>`,
  props: { theme: String, themes: Array, other: Array, listing: String, temporary: String, isTemporary: Boolean, label: String, offline: String },
  data: ({ theme }) => ({ chosen: theme, prefix: "" }),
  computed: {
    at() {
      return Object.keys(THEMES).indexOf(this.chosen);
    },
  },
  mounted() {
    this.$nextTick(() => (this.prefix = window.path_prefix ?? "")); // the page tells its path after its elements are mounted
  },
  methods: {
    turn() {
      const names = Object.keys(THEMES);
      this.chosen = names[(this.at + 1) % names.length];
      this.remember("theme", this.chosen);
      setDark(THEMES[this.chosen]);
    },
    speak() {
      this.remember("language", this.other[0]);
      location.reload();
    },
    remember(name, value) {
      document.cookie = `nicewen-${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
    },
  },
};
