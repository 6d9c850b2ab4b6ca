// Copying the old way, which works on a page without TLS too; Safari copies only where something is selected.
export function copied(holder, text) {
  getSelection().selectAllChildren(holder);
  const give = (event) => (event.clipboardData.setData("text/plain", text), event.preventDefault());
  document.addEventListener("copy", give, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", give);
  getSelection().removeAllRanges();
  return done;
}
