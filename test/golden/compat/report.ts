/** Writes docs/compatibility.md and prints the totals: `npm run compat [-- --json] [-- --raise]`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { mistakeCounts } from "../mistakes";
import { moduleReprCounts } from "../module_reprs";
import { printingCounts } from "../printing";
import { randomCounts } from "../random_streams";
import { gradcheckCounts } from "./gradcheck_samples";
import { moduleDb } from "./module_db";
import { optimDb } from "./optim_db";
import { type OpRow, opDb } from "./run";

const DIFFERENCE = 110;

function cell(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/[|<>`*_[\]\\]/g, "\\$&");
  return line.length > DIFFERENCE ? `${line.slice(0, DIFFERENCE)}…` : line;
}

const total = (rows: readonly OpRow[], of: (row: OpRow) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

function opTable(rows: readonly OpRow[]): string[] {
  const line = (row: OpRow): string => {
    const supported = row.passed === row.samples ? "yes" : row.passed > 0 ? "partly" : "no";
    const gradient = row.gradients === 0 ? "–" : `${row.gradientsPassed}/${row.gradients}`;
    const errors = row.errors === 0 ? "–" : `${row.errorsPassed}/${row.errors}`;
    const samples = `${row.passed}/${row.samples}`;
    return `| ${cell(row.name)} | ${supported} | ${samples} | ${gradient} | ${errors} | ${cell(row.differences[0] ?? "")} |`;
  };
  return [
    "| op | supported | samples | gradients | errors | what differs |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map(line),
  ];
}

const bullets = (texts: readonly string[]): string[] => texts.map((text) => `- ${text}`);

function main(options: readonly string[]): void {
  const ops = opDb();
  const modules = moduleDb();
  const optimizers = optimDb();
  const reprs = moduleReprCounts();
  const printing = printingCounts();
  const random = randomCounts();
  const mistakes = mistakeCounts();
  const gradients = gradcheckCounts();
  const supported = ops.rows.filter((row) => row.passed > 0);
  const counts = {
    torch: ops.torch,
    op_db: {
      ops: ops.ops,
      supported: supported.length,
      complete: ops.complete,
      samples: ops.samples,
      passed: ops.passed,
      gradients: total(ops.rows, (row) => row.gradients),
      gradients_passed: total(ops.rows, (row) => row.gradientsPassed),
      strides_equal: total(ops.rows, (row) => row.strides),
      grad_fn_equal: total(ops.rows, (row) => row.gradNames),
    },
    module_db: {
      modules: modules.modules,
      supported: modules.supported,
      samples: modules.samples,
      passed: modules.passed,
    },
    optim_db: {
      optimizers: optimizers.optimizers,
      supported: optimizers.supported,
      samples: optimizers.samples,
      passed: optimizers.passed,
    },
    random: { samplers: random.samplers, streams: random.streams, passed: random.passed },
    printing: {
      tensors: printing.tensors,
      tensors_passed: printing.passed,
      modules: reprs.modules,
      module_texts: reprs.texts,
      module_texts_passed: reprs.passed,
    },
    errors: {
      mistakes: mistakes.cases,
      mistakes_passed: mistakes.passed,
      error_inputs: ops.errors.cases,
      error_inputs_passed: ops.errors.passed,
    },
    gradcheck: {
      ops: gradients.ops,
      checked: gradients.checked,
      passed: gradients.passed,
      functions: gradients.functions,
      second_derivatives: gradients.second,
    },
  };
  mkdirSync("docs", { recursive: true });
  const lines = [
    "# Compatibility with PyTorch",
    "",
    "Written by `npm run compat` from the committed answers of real PyTorch. Samples of ops, modules and optimisers are",
    `PyTorch's own (\`op_db\`, \`module_db\`, \`optim_db\` of \`torch.testing\`), the answers PyTorch ${ops.torch}'s.`,
    "An op's sample passes when dtype, shape, values and gradients agree: within rtol 1e-5 and atol 1e-6, or as loosely as",
    "PyTorch's own tests hold the op, or, where that is more, as far as PyTorch's float32 is from its own float64 and moves",
    "with the last place of its inputs.",
    "",
    "| what | tried | equal |",
    "| --- | --- | --- |",
    `| samples of ${ops.ops} ops (${supported.length} supported, ${ops.complete} complete) | ${ops.samples} | ${ops.passed} |`,
    `| gradients among them | ${counts.op_db.gradients} | ${counts.op_db.gradients_passed} |`,
    `| samples of ${modules.modules} modules: forward, backward, state, train and eval | ${modules.samples} | ${modules.passed} |`,
    `| settings of ${optimizers.optimizers} optimisers | ${optimizers.samples} | ${optimizers.passed} |`,
    `| random streams of ${random.samplers} samplers, bit for bit | ${random.streams} | ${random.passed} |`,
    `| printed tensors | ${printing.tensors} | ${printing.passed} |`,
    `| texts of ${reprs.modules} modules | ${reprs.texts} | ${reprs.passed} |`,
    `| mistakes of notes: error type, text and traceback's end | ${mistakes.cases} | ${mistakes.passed} |`,
    `| mistakes of PyTorch's own tests | ${ops.errors.cases} | ${ops.errors.passed} |`,
    `| differentiable entries of the op table against differences in float64 | ${gradients.ops} | ${gradients.passed} |`,
    "",
    "## Random numbers",
    "",
    ...bullets(random.notes),
    "",
    "## Ops",
    "",
    ...opTable(ops.rows),
    "",
    "## Modules",
    "",
    "| module | samples | what differs |",
    "| --- | --- | --- |",
    ...modules.rows.map((row) => `| ${row.name} | ${row.passed}/${row.samples} | ${cell(row.differences[0] ?? "")} |`),
    "",
    "## Optimisers",
    "",
    "| optimiser | settings | what differs |",
    "| --- | --- | --- |",
    ...optimizers.rows.map(
      (row) => `| ${row.name} | ${row.passed}/${row.samples} | ${cell(row.differences[0] ?? "")} |`,
    ),
  ];
  writeFileSync("docs/compatibility.md", `${lines.join("\n")}\n`);
  if (options.includes("--raise")) {
    const floors = Object.fromEntries(supported.map((row) => [row.name, row.passed]));
    writeFileSync("test/golden/compat/floors.json", `${JSON.stringify(floors, null, 2)}\n`);
  }
  console.log(options.includes("--json") ? JSON.stringify(counts, null, 2) : JSON.stringify(counts));
}

main(process.argv.slice(2));
