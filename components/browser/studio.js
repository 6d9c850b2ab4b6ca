// Runs in the frame of diagrams.js: Mermaid and nothing else.
const COLOURS = {
  primaryColor: "#edeef5", primaryBorderColor: "#7d8296", primaryTextColor: "#1c1d22", secondaryColor: "#e3f0ea", tertiaryColor: "#f6f6f9",
  lineColor: "#5f6475", textColor: "#1c1d22", noteBkgColor: "#fbf3d9", noteBorderColor: "#b8a566", noteTextColor: "#1c1d22",
  actorLineColor: "#9a9fb0", edgeLabelBackground: "#ffffff",
};
const CONFIG = {
  startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, theme: "base", themeVariables: COLOURS, htmlLabels: false,
  flowchart: { htmlLabels: false }, sequence: { width: 96, actorMargin: 24, diagramMarginX: 8 }, // a phone shows three
  maxEdges: 200, fontFamily: "system-ui, 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif",
};
const ready = import(new URL(import.meta.url).searchParams.get("mermaid")).then(({ mermaid }) => (mermaid.initialize(CONFIG), mermaid));
let number = 0;

window.draw = async (text) => {
  const { svg } = await (await ready).render(`diagram-${(number += 1)}`, text);
  const box = document.createElement("div");
  box.innerHTML = svg;
  const drawing = box.querySelector("svg");
  const [, , width, height] = drawing.getAttribute("viewBox").split(/[\s,]+/);
  drawing.setAttribute("width", Math.ceil(width)); // an image has the size that its picture names
  drawing.setAttribute("height", Math.ceil(height));
  return new XMLSerializer().serializeToString(drawing);
};
