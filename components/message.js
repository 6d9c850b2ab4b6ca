// One message around what Python puts into it; all else is drawn here, so that it is no element of the server's.
export default {
  template: `
    <article class="nicewen-message" :aria-label="label">
      <h2 v-if="heading" class="nicewen-sr-only">{{ heading }}</h2>
      <div v-if="text" class="nicewen-question-text">{{ text }}</div>
      <details v-if="thoughts" class="nicewen-details" data-testid="thinking">
        <summary>{{ thoughtFor }}</summary><div class="nicewen-thoughts">{{ thoughts }}</div>
      </details>
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
        <div v-if="note" class="nicewen-status" :data-testid="counts && $attrs['data-state'] === 'thinking' ? 'thinking' : null">
          <span v-if="dots" class="nicewen-dots" aria-hidden="true"></span>
          <span :class="{ 'nicewen-sr-only': hush }" :data-counts="counts || null">{{ note }}</span>
        </div>
        <button v-for="name in actions" type="button" class="nicewen-action" :data-testid="name" :title="words[name]" :aria-label="words[name]"></button>
      </div>
    </article>`,
  inject: ["words"],
  props: { label: String, heading: String, text: String, thoughts: String, thoughtFor: String, sources: Array, sourcesLabel: String, note: String, dots: Boolean, hush: Boolean, counts: Boolean, actions: Array },
};
