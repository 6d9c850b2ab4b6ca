// One quiet line: which model answers, and where a key comes from.
export default {
  template: `
    <div class="nicewen-model-line">
      <div data-testid="model">{{ text + " " }}</div>
      <div v-if="advice">{{ advice[0] + " " }}</div>
      <a v-if="advice" :href="advice[2]" target="_blank" rel="noopener noreferrer"><div>{{ advice[1] }}</div></a>
    </div>`,
  props: { text: String, advice: Array },
};
