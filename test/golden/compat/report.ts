/** Writes docs/compatibility.md and prints the totals: `npm run compat [-- --json] [-- --raise]`. */
import { mkdirSync, writeFileSync } from "node:fs";
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

function main(options: readonly string[]): void {
  const ops = opDb();
  const modules = moduleDb();
  const optimizers = optimDb();
  const supported = ops.rows.filter((row) => row.passed > 0);
  const counts = {
    torch: ops.torch,
    op_db: {
      ops: ops.ops,
      supported: supported.length,
      complete: ops.complete,
      samples: ops.samples,
      passed: ops.passed,
      of_supported: total(supported, (row) => row.samples),
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
    errors: ops.errors,
  };
  mkdirSync("docs", { recursive: true });
  const lines = [
    "# Compatibility with PyTorch",
    "",
    "Written by `npm run compat`. Samples and mistakes are PyTorch's own (`op_db`, `module_db`, `optim_db` of `torch.testing`),",
    `the answers PyTorch ${ops.torch}'s. An op's sample passes when dtype, shape, values and gradients agree.`,
    "",
    `Ops: ${ops.ops}, of which ${supported.length} are supported; ${ops.passed} of ${ops.samples} samples pass,`,
    `${ops.errors.passed} of ${ops.errors.cases} mistakes raise the same error with the same text.`,
    `Modules: ${modules.modules}, of which ${modules.supported} are supported; ${modules.passed} of ${modules.samples} samples pass.`,
    `Optimisers: ${optimizers.optimizers}, of which ${optimizers.supported} are supported; ` +
      `${optimizers.passed} of ${optimizers.samples} settings pass.`,
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
