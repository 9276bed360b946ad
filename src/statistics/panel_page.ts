/** The statistics panel's HTML document, for a webview or for a browser. */
export interface PanelPage {
  /** Address of the bundled `dist/panel.js`. */
  readonly script: string;
  /** Address of `media/panel.css`. */
  readonly style: string;
  /** The webview's `cspSource`. */
  readonly cspSource: string;
  /** A fresh random string for each document. */
  readonly nonce: string;
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!);

/** `img-src data: blob:` is for pictures of the charts: they are drawn from SVG text before they are copied. */
export function panelPage(page: PanelPage): string {
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.cspSource} 'unsafe-inline'`,
    `font-src ${page.cspSource}`,
    `img-src ${page.cspSource} data: blob:`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escaped(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title>
<link rel="stylesheet" href="${escaped(page.style)}">
</head>
<body>
<main id="panel"></main>
<script nonce="${escaped(page.nonce)}" src="${escaped(page.script)}"></script>
</body>
</html>
`;
}
