import { isDescription, parseDescription } from "./describe";
import type { Normalization } from "./format";
import { initializers } from "./initialize";
import type { Choice } from "./panel_protocol";

/** How a note would write the norm layer behind a layer of `width` outputs. */
const layers: Readonly<Record<Normalization, (width: string, convolution: boolean) => string | null>> = {
  none: () => null,
  batch: (width, convolution) => `nn.BatchNorm${convolution ? 2 : 1}d(${width})`,
  layer: (width, convolution) => (convolution ? `nn.GroupNorm(1, ${width})` : `nn.LayerNorm(${width})`),
  instance: (width, convolution) => `nn.InstanceNorm${convolution ? 2 : 1}d(${width})`,
  group: (width) => `nn.GroupNorm(8, ${width})`,
};

/** Python that makes the chosen setting in a note: the described network, or the initialisation of the note's own. */
export function pythonFor(choice: Choice): string {
  const lines = ["import torch", "from torch import nn", "", `torch.manual_seed(${choice.seed})`];
  if (isDescription(choice.model)) lines.push(...networkLines(choice));
  else if (choice.norm !== "none") lines.push(`# ${layers[choice.norm]("features", false)} goes behind each layer.`);
  lines.push(...initialisationLines(choice));
  return `${lines.join("\n")}\n`;
}

function networkLines(choice: Choice): readonly string[] {
  const description = parseDescription(choice.model);
  const { kind, sizes, closed } = description;
  const activation = `nn.${choice.activation ?? description.activation}()`;
  const convolution = kind === "cnn";
  const layer = (from: string, to: string) =>
    convolution ? `nn.Conv2d(${from}, ${to}, 3, padding=1)` : `nn.Linear(${from}, ${to})`;
  const block = (from: string, to: string) =>
    [layer(from, to), layers[choice.norm](to, convolution), activation].filter((part) => part !== null).join(", ");
  if (closed)
    return [
      "",
      `sizes = [${sizes[0]}] + [${sizes[1]}] * ${sizes.length - 1}`,
      "layers = []",
      "for n_in, n_out in zip(sizes, sizes[1:]):",
      `    layers += [${block("n_in", "n_out")}]`,
      "model = nn.Sequential(*layers)",
    ];
  const blocks = sizes.slice(1, -1).map((size, i) => `    ${block(String(sizes[i]), String(size))},`);
  return ["", "model = nn.Sequential(", ...blocks, `    ${layer(String(sizes.at(-2)), String(sizes.at(-1)))},`, ")"];
}

function initialisationLines(choice: Choice): readonly string[] {
  const code = initializers[choice.init].code("module.weight", choice.gain);
  if (code === null) return [];
  const name = isDescription(choice.model) ? "model" : choice.model;
  return [
    "",
    "def init_weights(module):",
    "    if isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)):",
    ...code.split("\n").map((line) => `        ${line}`),
    "        if module.bias is not None:",
    "            nn.init.zeros_(module.bias)",
    "",
    `${name}.apply(init_weights)`,
  ];
}
