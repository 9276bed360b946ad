/** Bars of how many times faster than each peer Notegrad is, on a logarithmic scale, as SVG for the README. */
const LABEL = 210;
const BAR = 360;
const ROW = 14;
const GAP = 10;
const COLOURS = { torch: "#ee4c2c", "tfjs-wasm": "#f9a825", "jax-js": "#5c6bc0", "js-pytorch": "#8d6e63" };
const DECADES = [0.1, 1, 10, 100];

const position = (ratio) => {
  const [low, high] = [Math.log10(0.05), Math.log10(400)];
  const at = (Math.log10(Math.min(Math.max(ratio, 0.05), 400)) - low) / (high - low);
  return LABEL + at * BAR;
};

export function chart(results) {
  const parts = [];
  let y = 30;
  for (const { case: name, ratios } of results) {
    const peers = Object.entries(ratios);
    if (peers.length === 0) continue;
    const middle = y + (peers.length * ROW) / 2;
    parts.push(`<text x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${name}</text>`);
    for (const [peer, ratio] of peers) {
      const [from, to] = [position(1), position(ratio)].sort((a, b) => a - b);
      parts.push(
        `<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${ROW - 3}" fill="${COLOURS[peer]}"/>`,
        `<text class="figure" x="${(Math.max(to, position(1)) + 4).toFixed(1)}" y="${y + 9}">×${ratio.toPrecision(2)}</text>`,
      );
      y += ROW;
    }
    y += GAP;
  }
  const lines = DECADES.map(
    (r) =>
      `<line x1="${position(r)}" x2="${position(r)}" y1="20" y2="${y}" stroke="#8884"/>` +
      `<text class="figure" x="${position(r)}" y="14" text-anchor="middle">×${r}</text>`,
  );
  const keys = Object.entries(COLOURS).map(
    ([peer, colour], i) =>
      `<rect x="${LABEL + i * 95}" y="${y + 4}" width="10" height="10" fill="${colour}"/>` +
      `<text x="${LABEL + i * 95 + 14}" y="${y + 13}">${peer}</text>`,
  );
  const style = "text{font:12px sans-serif;fill:#777}.figure{font-size:10px}";
  const width = LABEL + BAR + 60;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 24}" width="${width}">` +
    `<style>${style}</style>${[...lines, ...parts, ...keys].join("")}</svg>\n`
  );
}
