// One message around what Python puts into it; all else is drawn here, so that it is no element of the server's.
export default {
  template: `
    <article class="nicewen-message" :aria-label="label">
      <h2 v-if="heading" class="nicewen-sr-only">{{ heading }}</h2>
      <div v-if="sent" class="nicewen-status nicewen-sent" data-testid="turns-sent">{{ sent }}</div>
      <form v-if="draft !== null" class="nicewen-edit" @submit.prevent="send" @keydown="onKey">
        <textarea ref="box" data-testid="edit-text" rows="1" v-model="draft" :aria-label="words.edit" enterkeyhint="send" @input="onInput"></textarea>
        <div class="nicewen-edit-row">
          <button type="button" class="nicewen-button" data-testid="edit-cancel" @click="cancel">{{ words.cancel }}</button>
          <button type="submit" class="nicewen-button nicewen-edit-send" data-testid="edit-send" :disabled="!isSendable()">{{ words.send }}</button>
        </div>
      </form>
      <div v-else-if="text" class="nicewen-question-text">{{ text }}</div>
      <div v-if="given && draft === null" class="nicewen-status nicewen-given" data-testid="given">{{ given }}</div>
      <slot></slot>
      <details v-if="sources" class="nicewen-details nicewen-sources" data-testid="sources" open>
        <summary>{{ sourcesLabel }}</summary>
        <ol>
          <li v-for="[index, title, url, site] in sources">
            <span>{{ index }}</span>
            <span><a v-if="url" :href="url" target="_blank" rel="noopener noreferrer nofollow">{{ title || url }}</a><template v-else>{{ title }}</template> {{ site }}</span>
          </li>
        </ol>
      </details>
      <div class="nicewen-bar">
        <div v-if="note" class="nicewen-status">
          <span v-if="dots" class="nicewen-dots" aria-hidden="true"></span>
          <span :class="{ 'nicewen-sr-only': hush }" :data-counts="counts || null">{{ note }}</span>
        </div>
        <div v-if="branch && draft === null" class="nicewen-branch" role="group" :aria-label="words.branch">
          <button type="button" class="nicewen-action" data-testid="branch-previous" :title="words['branch-previous']" :aria-label="words['branch-previous']" :disabled="branch[0] === 1"></button>
          <span data-testid="branch">{{ branch[0] }} / {{ branch[1] }}</span>
          <button type="button" class="nicewen-action" data-testid="branch-next" :title="words['branch-next']" :aria-label="words['branch-next']" :disabled="branch[0] === branch[1]"></button>
        </div>
        <button v-for="name in draft === null ? actions : []" type="button" class="nicewen-action" :data-testid="name" :title="words[name]" :aria-label="words[name]"
          @click="name === 'edit' && edit()"></button>
      </div>
    </article>`,
  inject: ["words"],
  data: () => ({ draft: null, id: "" }),
  props: { branch: Array, sent: String, label: String, given: String, heading: String, text: String, sources: Array, sourcesLabel: String, note: String, dots: Boolean, hush: Boolean, counts: Boolean, actions: Array },
  methods: {
    async edit() {
      [this.draft, this.id] = [this.text, ""];
      await this.$nextTick();
      this.grow();
      this.$refs.box.focus();
    },
    async cancel() {
      this.draft = null;
      await this.$nextTick();
      this.$el.querySelector("[data-testid=edit]")?.focus({ preventScroll: true });
    },
    onInput() {
      this.id = ""; // another question
      this.grow();
    },
    grow(box = this.$refs.box) {
      box.style.height = "auto";
      box.style.height = box.scrollHeight + "px";
    },
    isSendable() {
      return this.draft.trim() && this.draft.length <= this.words.limit;
    },
    onKey(event) {
      if (event.isComposing || event.keyCode === 229) return; // an input method's own keys, also Safari's
      if (event.key === "Escape") event.preventDefault(), this.cancel();
      if (event.key === "Enter" && !event.shiftKey && event.target === this.$refs.box) event.preventDefault(), this.send();
    },
    // The server takes this message away when it has the new question; one sent twice has the same id.
    send() {
      if (!this.isSendable() || this.$el.closest("[data-busy=true]")) return;
      this.id ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
      const detail = { message: this.$el.id, id: this.id, text: this.draft.toWellFormed?.() ?? this.draft };
      this.$el.dispatchEvent(new CustomEvent("edited", { bubbles: true, detail }));
    },
  },
};
