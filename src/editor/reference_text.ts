/** Documentation of torch's names in words: signatures as Python writes them. No VS Code. */
import type { CallSignature, Documented } from "../session/protocol";

const MAX_WIDTH = 88;

/** `torch.sum(input: Tensor) -> Tensor` on one line. */
export function signatureLine(name: string, { parameters, result }: CallSignature): string {
  return `${name}(${parameters.join(", ")})${result}`;
}

function signatureBlock(name: string, signature: CallSignature): string {
  const line = signatureLine(name, signature);
  if (line.length <= MAX_WIDTH) return line;
  return `${name}(\n${signature.parameters.map((parameter) => `    ${parameter},\n`).join("")})${signature.result}`;
}

/** Signatures and summary for a hover; undefined when neither is known. */
export function documentationMarkdown({ name, signatures, summary }: Documented): string | undefined {
  if (signatures.length === 0) return undefined;
  const blocks = signatures.map((signature) => signatureBlock(name, signature)).join("\n");
  // The sentence first: a hover shows little of a long signature without scrolling.
  return `${summary}\n\`\`\`python\n${blocks}\n\`\`\``;
}

/** Which parameter the argument at `index` (or given by `keyword`) is for; -1 when none. */
export function parameterAt({ parameters }: CallSignature, index: number, keyword: string | undefined): number {
  if (keyword !== undefined) return parameters.findIndex((parameter) => parameter.startsWith(`${keyword}:`));
  const star = parameters.indexOf("*");
  const positional = star < 0 ? parameters.length : star;
  if (index < positional) return index;
  // `torch.randn(2, 3)`: a list of sizes takes all numbers that are left.
  return parameters.slice(0, positional).findIndex((parameter) => parameter.includes(": list["));
}
