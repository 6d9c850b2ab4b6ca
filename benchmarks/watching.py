"""What is injected into a page under measurement: it notes when an answer's first and last words are in the DOM."""

SCRIPT = """
(() => {
  const bench = window.__bench = { tag: "", seen: {}, updates: 0 };
  const scan = (text) => {
    if (!bench.seen.first && text.includes("START" + bench.tag)) bench.seen.first = Date.now();
    if (!bench.seen.last && text.includes("END" + bench.tag)) {
      bench.seen.last = Date.now();
      window.__benchEnded?.(bench.tag);
    }
  };
  const notice = (records) => {
    if (!bench.tag || bench.seen.last) return;
    let isUpdate = false;
    for (const { type, target, addedNodes } of records) {
      const texts = type === "characterData" ? [target] : [...addedNodes].filter((node) => node.isConnected);
      for (const node of texts) scan(node.textContent);
      const box = target.closest ? target : target.parentElement;
      isUpdate ||= texts.length > 0 && Boolean(box?.closest(bench.answers));
    }
    bench.updates += isUpdate;
  };
  new MutationObserver(notice).observe(document, { childList: true, characterData: true, subtree: true });
  bench.answers = "[data-testid=answer-text], .nicegui-markdown";
  bench.answer = () => [...document.querySelectorAll(bench.answers)].at(-1);
  bench.arm = (tag) => Object.assign(bench, { tag, seen: {}, updates: 0 });
  setInterval(() => { // for markers that came in halves
    if (bench.tag && !bench.seen.last) scan(bench.answer()?.textContent ?? "");
  }, 2000);
})();
"""

RESULT = """() => ({ ...window.__bench.seen, updates: window.__bench.updates,
  html: new Blob([window.__bench.answer().innerHTML]).size, letters: window.__bench.answer().textContent.length })"""
