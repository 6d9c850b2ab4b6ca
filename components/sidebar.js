// The list of conversations, its drawer on small screens, and the search: rows are data, and all of it is drawn here.
const NARROW = "(max-width: 899px)";
const UNDO = 10_000; // milliseconds in which a deleted conversation can be had back by a click
const PAUSE = 150; // milliseconds without a key until what was typed is searched for
const CALM = 1_500; // milliseconds after a new connection until what the server repeats has come
const LEFT = "nicewen-undo"; // where the offer to undo waits for the next page
const [PINNED, RUNNING, UNREAD] = [1, 2, 4];
const DONE = "✓ ";
const EXPORTS = ["export-md", "export-html", "export-json"];

export default {
  template: `
    <div>
      <div v-if="drawn" class="nicewen-backdrop" @click="draw(false)"></div>
      <nav id="nicewen-conversations" class="nicewen-conversations" :aria-label="words.conversations" :data-folded="isFolded || null" :data-drawn="drawn || null">
        <button type="button" class="nicewen-button nicewen-find" data-testid="search" aria-haspopup="dialog" @click="search">
          <span>{{ words.search }}</span><kbd aria-hidden="true">{{ isMac ? "⌘" : "Ctrl" }} K</kbd>
        </button>
        <button v-if="archived" type="button" class="nicewen-button nicewen-shelf nicewen-back" data-testid="conversations" @click="shelve(false)">{{ words["back-to-list"] }}</button>
        <div class="nicewen-list" ref="list" @scroll.passive="onScroll" @keydown.down.prevent="step(1)" @keydown.up.prevent="step(-1)">
          <p v-if="trouble" class="nicewen-list-note nicewen-list-trouble" role="status">{{ trouble }}</p>
          <p v-else-if="!groups.length" class="nicewen-list-note">{{ words[archived ? "none-archived" : "none-yet"] }}</p>
          <template v-for="group in groups" :key="group.name">
            <div class="nicewen-group-name" :id="'nicewen-' + group.key">{{ group.name }}</div>
            <ul :aria-labelledby="'nicewen-' + group.key">
              <li v-for="[id, title, , flags] in group.rows" :key="id" class="nicewen-row" data-testid="conversation" :data-id="id"
                :data-current="id === shown || null" :data-running="flags & ${RUNNING} ? '' : null" :data-unread="isNew(id, flags) ? '' : null">
                <input v-if="id === renaming" ref="title" class="nicewen-new-title" data-testid="new-title" :value="title" :aria-label="words['new-title']"
                  :maxlength="limits[0]" @keydown.enter="onEnter($event, id)" @blur="rename(id, $event.target.value)">
                <template v-else>
                  <a :href="path(id)" :aria-current="id === shown ? 'page' : null" :title="title" :tabindex="id === rover ? 0 : -1" @focus="roved = id">
                    <span class="nicewen-row-title">{{ title || words.untitled }}</span>
                    <span v-if="flags & ${RUNNING}" class="nicewen-mark nicewen-mark-running" :title="words.running"></span>
                    <span v-else-if="isNew(id, flags)" class="nicewen-mark" :title="words.unread"></span>
                    <span v-if="flags & ${RUNNING} || isNew(id, flags)" class="nicewen-sr-only">{{ flags & ${RUNNING} ? words.running : words.unread }}</span>
                  </a>
                  <button type="button" class="nicewen-more" data-testid="conversation-menu" aria-haspopup="menu" :aria-expanded="menu === id" :tabindex="id === rover ? 0 : -1"
                    :title="words.more" :aria-label="words.more + ': ' + (title || words.untitled)" @pointerdown="pressed = menu" @click="openMenu($event, id)">⋯</button>
                </template>
              </li>
            </ul>
          </template>
        </div>
        <div class="nicewen-shelves">
          <button v-if="!archived" type="button" class="nicewen-button nicewen-shelf" data-testid="archived" @click="shelve(true)">{{ words.archived }}</button>
          <a class="nicewen-button nicewen-shelf" data-testid="transfer-link" :href="transfer" :aria-current="isTransfer ? 'page' : null">{{ words.transfer }}</a>
        </div>
        <form v-if="account" method="post" class="nicewen-account" data-testid="account" :action="prefix + '/logout'">
          <span :title="words.account + ': ' + account.name"><span class="nicewen-sr-only">{{ words.account }}: </span>{{ account.name }}</span>
          <button v-if="account.leaves" type="submit" class="nicewen-button nicewen-shelf" data-testid="log-out" :title="words['log-out-hint']">{{ words["log-out"] }}</button>
        </form>
      </nav>
      <div ref="menu" popover class="nicewen-menu-box" role="menu" :aria-label="words.more" @toggle="onToggle" @keydown="onMenuKey">
        <button v-for="what in offered" type="button" role="menuitem" tabindex="-1" :data-testid="'conversation-' + what" @click="act(what, $event)">{{ words[what] }}</button>
      </div>
      <div class="nicewen-toast-place" role="status" data-testid="toast">
        <div v-if="toast" class="nicewen-toast"><span>{{ toast.text }}</span>
          <button v-if="toast.undo" ref="undo" type="button" class="nicewen-button" data-testid="undo" @click="undo">{{ words.undo }}</button>
        </div>
      </div>
      <dialog ref="dialog" class="nicewen-search" :aria-label="words['search-hint']" @click.self="$refs.dialog.close()" @cancel.prevent="$refs.dialog.close()">
        <div v-if="searching" class="nicewen-search-box">
          <div class="nicewen-search-head">
            <input ref="query" type="text" role="combobox" aria-autocomplete="list" aria-controls="nicewen-found" :aria-expanded="results.length > 0" data-testid="search-query"
              :aria-activedescendant="results.length ? 'nicewen-found-' + at : null" :placeholder="words['search-hint']" :aria-label="words['search-hint']" :maxlength="limits[1]"
              autocomplete="off" spellcheck="false" enterkeyhint="search" @input="onQuery" @compositionend="onQuery" @keydown="onSearchKey">
            <button type="button" class="nicewen-button" @click="$refs.dialog.close()">{{ words.close }}</button>
          </div>
          <div v-show="results.length" id="nicewen-found" class="nicewen-found" role="listbox" tabindex="-1" ref="found" :aria-label="words.search" @scroll.passive="onFoundScroll">
            <a v-for="(one, i) in results" role="option" :key="one.key" :id="'nicewen-found-' + i" :aria-selected="i === at" :href="one.href" tabindex="-1" data-testid="found" @pointermove="at = i">
              <span class="nicewen-found-title"><template v-for="[text, isMatch] in one.title"><mark v-if="isMatch">{{ text }}</mark><template v-else>{{ text }}</template></template></span>
              <span v-if="one.words" class="nicewen-found-words"><template v-for="[text, isMatch] in one.words"><mark v-if="isMatch">{{ text }}</mark><template v-else>{{ text }}</template></template></span>
            </a>
          </div>
          <p v-if="said" class="nicewen-list-note" role="status" data-testid="search-status">{{ said }}</p>
        </div>
      </dialog>
    </div>`,
  props: { words: Object, folded: Boolean, limits: Array, current: String, first: Array, account: Object },
  data() {
    const [version, rows, more, trouble, archived] = this.first;
    return {
      rows: new Map(rows.map((row) => [row[0], row])), more, trouble, archived, version,
      shown: this.current, isFolded: this.folded, drawn: false, roved: "", renaming: "", menu: "", toast: null,
      searching: false, query: "", found: null, at: 0, said: "", today: new Date().setHours(0, 0, 0, 0), hidden: document.hidden,
      prefix: window.path_prefix ?? "",
    };
  },
  computed: {
    transfer() {
      return this.prefix + "/transfer";
    },
    isTransfer() {
      return location.pathname === this.transfer;
    },
    isMac: () => /Mac|iP(hone|ad)/.test(navigator.platform),
    sorted() {
      const isAbove = ([, , , flags]) => (this.archived ? 0 : flags & PINNED);
      return [...this.rows.values()].sort((a, b) => isAbove(b) - isAbove(a) || b[2] - a[2] || (a[0] < b[0] ? 1 : -1));
    },
    groups() {
      const groups = new Map();
      for (const row of this.sorted) {
        const [key, name] = this.groupOf(row);
        if (!groups.has(key)) groups.set(key, { key, name, rows: [] });
        groups.get(key).rows.push(row);
      }
      return [...groups.values()];
    },
    // Tab comes to one row; the arrows lead to the others.
    rover() {
      return [this.roved, this.shown].find((id) => this.rows.has(id)) ?? this.sorted[0]?.[0];
    },
    offered() {
      const isPinned = this.rows.get(this.menu)?.[3] & PINNED;
      return ["rename", ...(this.archived ? ["unarchive"] : [isPinned ? "unpin" : "pin", "archive"]), ...EXPORTS, "delete"];
    },
    // What was found, or, before anything is typed, where one was last.
    results() {
      if (!this.query) return this.sorted.slice(0, 8).map(([id, title]) => ({ key: id, href: this.path(id), title: [[title || this.words.untitled, 0]] }));
      return (this.found ?? []).map(([id, message, title, pieces, place]) => ({
        key: place, place, href: this.path(id) + (message ? "?m=" + message : ""),
        title: message ? [[title || this.words.untitled, 0]] : pieces, words: message && pieces,
      }));
    },
  },
  watch: {
    rows: { deep: true, handler() { this.$nextTick(this.look); } },
    shown() { this.look(); },
    isFolded: "tellState", drawn: "tellState",
  },
  mounted() {
    Object.assign(this, { asked: 0, told: "", pressed: "" });
    const { signal } = (this.end = new AbortController());
    document.addEventListener("keydown", this.onKey, { signal, capture: true });
    document.addEventListener("click", (event) => event.target.closest?.(".nicewen-menu") && this.toggle(), { signal });
    document.addEventListener("visibilitychange", this.onVisible, { signal });
    this.$refs.dialog.addEventListener("close", () => (this.searching = false), { signal });
    this.narrow = matchMedia(NARROW);
    this.narrow.addEventListener("change", () => (this.draw(false), this.tellState()), { signal });
    this.clock = setInterval(() => (this.today = new Date().setHours(0, 0, 0, 0)), 60_000);
    this.titles = new MutationObserver(() => this.markTitle());
    this.onConnect = () => setTimeout(() => ((this.asked = 0), this.$emit("resync", this.version)), CALM); // a wish may have been lost
    this.onRefused = () => this.account && fetch(this.prefix + "/session", { redirect: "manual" }).then(this.leaveIfOut, () => {});
    this.$nextTick(() => {
      window.socket?.on("connect_error", this.onRefused);
      window.socket?.on("connect", this.onConnect); // the page makes the socket, and tells its path, after its elements are mounted
      this.prefix = window.path_prefix ?? "";
    });
    const left = JSON.parse(sessionStorage.getItem(LEFT) ?? "null");
    if (left?.until > Date.now()) this.say(left);
    this.tellState();
    this.$nextTick(() => {
      this.$el.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
      this.onScroll();
      this.look();
    });
  },
  unmounted() {
    this.end.abort();
    clearInterval(this.clock);
    clearTimeout(this.silence);
    this.titles.disconnect();
    window.socket?.off("connect", this.onConnect);
    window.socket?.off("connect_error", this.onRefused);
  },
  methods: {
    // Whoever is logged out elsewhere comes to the log-in; whoever merely has no connection stays.
    leaveIfOut({ type, status }) {
      if (type !== "opaqueredirect" && status !== 401 && status !== 403) return;
      if (!this.account.leaves) return location.reload();
      const here = location.pathname.slice(this.prefix.length) + location.search;
      location.replace(this.prefix + "/login?out=1&to=" + encodeURIComponent(here));
    },
    path(id) {
      return this.prefix + "/c/" + id;
    },
    // What is being looked at is not new.
    isNew(id, flags) {
      return !!(flags & UNREAD) && !(flags & RUNNING) && (id !== this.shown || this.hidden);
    },
    groupOf([, , seconds, flags]) {
      if (flags & PINNED && !this.archived) return ["pinned", this.words.pinned];
      const [today, at] = [new Date(this.today), new Date(seconds * 1000)];
      const ago = (days) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
      for (const [key, days] of [["today", 0], ["yesterday", 1], ["previous-week", 7]]) if (at >= ago(days)) return [key, this.words[key]];
      const year = at.getFullYear() === today.getFullYear() ? {} : { year: "numeric" };
      const name = new Intl.DateTimeFormat(document.documentElement.lang, { month: "long", ...year }).format(at);
      return [`${at.getFullYear()}-${at.getMonth()}`, name];
    },
    // From the server
    change(version, gone, rows, more, trouble) {
      if (version <= this.version) return;
      if (version !== this.version + 1) return this.$emit("resync", this.version);
      const was = this.isRunning();
      for (const id of gone) this.rows.delete(id);
      for (const row of rows) this.rows.set(row[0], row);
      [this.version, this.more, this.trouble] = [version, more, trouble];
      this.noteEnd(was);
      this.$nextTick(this.onScroll);
    },
    replace([version, rows, more, trouble, archived]) {
      const was = this.isRunning();
      [this.version, this.rows, this.more, this.trouble, this.archived, this.asked] = [version, new Map(rows.map((row) => [row[0], row])), more, trouble, archived, 0];
      this.noteEnd(was);
      this.$nextTick(this.onScroll);
    },
    setCurrent(id) {
      this.shown = id;
    },
    done(what, id, isDone, why) {
      if (!isDone) return this.say({ text: why });
      const past = { delete: ["deleted", "undelete"], archive: ["was-archived", "unarchive"], unarchive: ["was-unarchived", "archive"] }[what];
      if (!past || this.undoing === id) return (this.undoing = "");
      const toast = { text: this.words[past[0]], undo: past[1], id, until: Date.now() + UNDO };
      if (what === "delete" && id === this.shown) {
        sessionStorage.setItem(LEFT, JSON.stringify(toast)); // what is no more is not to be looked at
        return location.assign(this.prefix + "/");
      }
      this.say(toast);
    },
    showFound(query, before, results, trouble) {
      if (query !== this.query) return;
      this.found = before === null ? results : [...this.found, ...results];
      if (before === null) this.at = 0;
      this.said = trouble || (this.found.length ? "" : this.words["search-none"]);
      this.answered = query;
      this.sought = results.length ? 0 : -1; // where nothing more comes nothing more is asked for
      if (this.hurried === query && results.length) this.$nextTick(this.choose);
      this.hurried = "";
    },
    // Seen, unseen, and the name of the tab
    isRunning() {
      return !!((this.rows.get(this.shown)?.[3] ?? 0) & RUNNING);
    },
    noteEnd(was) {
      if (!was || this.isRunning() || !document.hidden) return;
      this.titles.observe(document.querySelector("title"), { childList: true });
      this.markTitle();
    },
    markTitle() {
      if (!document.title.startsWith(DONE)) document.title = DONE + document.title;
    },
    onVisible() {
      this.hidden = document.hidden;
      if (document.hidden) return;
      this.titles.disconnect();
      if (document.title.startsWith(DONE)) document.title = document.title.slice(DONE.length);
      this.look();
    },
    look() {
      const row = this.rows.get(this.shown);
      if (!this.shown || document.hidden || (row && (!(row[3] & UNREAD) || row[3] & RUNNING))) return;
      const what = this.shown + (row?.[2] ?? "");
      if (what !== this.told) this.$emit("act", { what: "seen", id: this.shown });
      this.told = what;
    },
    // The list
    onScroll() {
      const box = this.$refs.list;
      if (!this.more || !box.clientHeight || this.asked === this.rows.size || box.scrollHeight - box.scrollTop - box.clientHeight > 600) return;
      this.$emit("more", (this.asked = this.rows.size));
    },
    step(by) {
      const links = [...this.$refs.list.querySelectorAll("a")];
      const at = links.findIndex((link) => link.parentElement.contains(document.activeElement));
      links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
    },
    shelve(archived) {
      this.$refs.list.scrollTop = 0;
      this.$emit("archived", archived);
      this.$nextTick(() => this.$refs.list.closest("nav").querySelector("[data-testid=search]").focus());
    },
    openMenu({ currentTarget, detail }, id) {
      if (this.pressed === id) return (this.pressed = ""); // the press that closed it
      this.menu = id;
      this.opener = currentTarget;
      this.$nextTick(() => {
        const [menu, button] = [this.$refs.menu, currentTarget.getBoundingClientRect()];
        menu.showPopover();
        const below = button.bottom + 4 + menu.offsetHeight < innerHeight;
        menu.style.top = (below ? button.bottom + 4 : Math.max(8, button.top - 4 - menu.offsetHeight)) + "px";
        menu.style.left = Math.max(8, Math.min(button.left, innerWidth - menu.offsetWidth - 8)) + "px";
        menu.querySelector("button").focus({ focusVisible: !detail });
      });
    },
    onToggle({ newState }) {
      if (newState === "open") return;
      this.menu = "";
    },
    onMenuKey(event) {
      const items = [...this.$refs.menu.querySelectorAll("button")];
      const at = items.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
      if (event.key === "Tab") this.closeMenu();
      if (to === undefined) return;
      event.preventDefault();
      items.at(to % items.length).focus();
    },
    closeMenu() {
      this.$refs.menu.hidePopover();
      this.menu = ""; // its own event comes later
      this.opener?.focus();
    },
    act(what, { detail }) {
      const id = this.menu;
      this.byKeyboard = !detail;
      this.closeMenu();
      if (EXPORTS.includes(what)) return Object.assign(document.createElement("a"), { href: this.path(id) + what.replace("export-", "/export."), download: "" }).click();
      if (what !== "rename") return this.$emit("act", { what, id });
      this.renaming = id;
      this.$nextTick(() => this.$refs.title[0]?.select());
    },
    onEnter(event, id) {
      if (event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.rename(id, event.target.value, true);
    },
    rename(id, title, refocus) {
      if (this.renaming !== id) return; // given up, or saved already
      this.renaming = "";
      const row = this.rows.get(id);
      title = title.trim();
      if (row && title && title !== row[1]) {
        this.rows.set(id, [id, title, row[2], row[3]]);
        this.$emit("act", { what: "rename", id, title });
      }
      if (refocus) this.refocus(id);
    },
    refocus(id) {
      this.$nextTick(() => this.$el.querySelector(`[data-id="${CSS.escape(id)}"] a`)?.focus());
    },
    // Toasts
    say(toast) {
      this.toast = toast;
      clearTimeout(this.silence);
      this.silence = setTimeout(() => this.hush(), toast.until ? toast.until - Date.now() : UNDO);
      if (this.byKeyboard && toast.undo) this.$nextTick(() => this.$refs.undo?.focus());
    },
    hush() {
      const hadFocus = this.$refs.undo === document.activeElement && this.toast?.undo;
      this.toast = null;
      sessionStorage.removeItem(LEFT);
      if (hadFocus) this.$el.querySelector("[data-testid=search]").focus();
    },
    undo() {
      this.$emit("act", { what: this.toast.undo, id: (this.undoing = this.toast.id) });
      this.hush();
    },
    // Drawer and fold
    toggle() {
      if (this.narrow.matches) return this.draw(!this.drawn);
      this.isFolded = !this.isFolded;
      document.cookie = `nicewen-sidebar=${this.isFolded ? "folded" : "open"}; path=/; max-age=31536000; samesite=lax`;
    },
    draw(drawn) {
      if (drawn === this.drawn) return;
      this.drawn = drawn;
      document.querySelector(".nicewen-main").inert = drawn;
      if (drawn) this.$nextTick(() => (this.onScroll(), this.$el.querySelector("[data-testid=search]").focus({ focusVisible: false })));
      else document.querySelector(".nicewen-menu")?.focus({ focusVisible: false });
    },
    tellState() {
      const isOpen = this.narrow?.matches ? this.drawn : !this.isFolded;
      document.querySelector(".nicewen-menu")?.setAttribute("aria-expanded", isOpen);
    },
    // Keys that work everywhere; Escape closes what is open before it stops an answer
    onKey(event) {
      if (event.isComposing || event.keyCode === 229) return;
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return this.search();
      }
      if (event.key !== "Escape") return;
      const close = this.menu ? this.closeMenu : this.$refs.dialog.open ? () => this.$refs.dialog.close()
        : this.renaming ? () => this.refocus(this.renaming, (this.renaming = "")) : this.drawn ? () => this.draw(false) : null;
      if (!close) return;
      event.preventDefault();
      close();
    },
    // Search
    search() {
      if (this.$refs.dialog.open) return this.$refs.query?.select();
      if (this.drawn) this.draw(false);
      [this.searching, this.query, this.found, this.at, this.said, this.hurried] = [true, "", null, 0, "", ""];
      this.$refs.dialog.showModal();
      this.$nextTick(() => this.$refs.query?.focus());
    },
    onQuery(event) {
      if (event.isComposing) return;
      const query = event.target.value.trim();
      if (query === this.query) return;
      this.query = query;
      this.at = 0;
      clearTimeout(this.typing);
      if (query) this.typing = setTimeout(() => this.$emit("look", { query, before: null }), PAUSE);
      else [this.found, this.said] = [null, ""];
      this.answered = "";
    },
    onFoundScroll() {
      const [box, last] = [this.$refs.found, this.found?.at(-1)?.[4]];
      if (!this.query || !last || this.sought === -1 || this.sought === last || box.scrollHeight - box.scrollTop - box.clientHeight > 300) return;
      this.$emit("look", { query: this.query, before: (this.sought = last) });
    },
    onSearchKey(event) {
      if (event.isComposing || event.keyCode === 229) return; // an input method's own keys
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by && this.results.length) {
        this.at = (this.at + by + this.results.length) % this.results.length;
        this.$nextTick(() => document.getElementById("nicewen-found-" + this.at)?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter") {
        if (this.query && this.answered !== this.query) this.hurried = this.query; // chosen when it is found
        else this.choose();
      } else return;
      event.preventDefault();
    },
    choose() {
      document.getElementById("nicewen-found-" + this.at)?.click();
    },
  },
};
