// What stands where no question has been asked yet.
export default {
  template: `
    <div class="nicewen-empty">
      <h2 class="nicewen-greeting"><div v-for="[daytime, words] in greetings" :class="daytime && 'nicewen-' + daytime">{{ words }}</div></h2>
      <div class="nicewen-hint">{{ hint }}</div>
      <div v-if="starters" class="nicewen-starters">
        <button v-for="(words, at) in starters" type="button" class="nicewen-starter" data-testid="starter" @click="$emit('choose', at)"><div>{{ words }}</div></button>
      </div>
    </div>`,
  props: { greetings: Array, hint: String, starters: Array },
};
