/**
 * Charts as pictures that look the same outside the page: the styles that the page's sheet gives are written into a
 * copy of the SVG, and the PNG is drawn from that copy.
 */
const properties = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "display",
  "paint-order",
] as const;

const MARGIN = 12;
const TITLE = 26;

/** The chart as the text of a free-standing SVG file, with its title above it. */
export function svgText(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  inline(svg, copy);
  const width = svg.clientWidth;
  const height = Number(svg.getAttribute("height"));
  const body = getComputedStyle(document.body);
  const outer = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const size = [width + 2 * MARGIN, height + 2 * MARGIN + TITLE] as const;
  outer.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  outer.setAttribute("width", String(size[0]));
  outer.setAttribute("height", String(size[1]));
  outer.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("width", "100%");
  rect.setAttribute("height", "100%");
  rect.setAttribute("fill", background());
  const heading = document.createElementNS("http://www.w3.org/2000/svg", "text");
  heading.setAttribute("x", String(MARGIN));
  heading.setAttribute("y", String(MARGIN + 12));
  heading.setAttribute("fill", body.color);
  heading.setAttribute("style", `font: 600 13px ${body.fontFamily.replaceAll('"', "'")}`);
  heading.textContent = title;
  copy.setAttribute("x", String(MARGIN));
  copy.setAttribute("y", String(MARGIN + TITLE));
  copy.setAttribute("width", String(width));
  for (const name of ["class", "role", "aria-label", "tabindex"]) copy.removeAttribute(name);
  outer.append(rect, heading, copy);
  return new XMLSerializer().serializeToString(outer);
}

function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  const text = properties.map((name) => `${name}:${style.getPropertyValue(name).replaceAll('"', "'")}`).join(";");
  to.setAttribute("style", text);
  for (const name of ["tabindex", "role", "aria-label", "aria-selected"]) to.removeAttribute(name);
  Array.from(from.children).forEach((child, i) => {
    inline(child, to.children[i]!);
  });
}

function background(): string {
  const color = getComputedStyle(document.body).backgroundColor;
  return color === "rgba(0, 0, 0, 0)" ? "Canvas" : color;
}

/** The SVG text as a PNG of twice its size. */
export async function png(text: string): Promise<Blob> {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    await new Promise<void>((resolve, reject) => {
      image.onload = () => resolve();
      image.onerror = () => reject(new Error("The picture could not be drawn."));
      image.src = address;
    });
    const canvas = document.createElement("canvas");
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is empty."))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
