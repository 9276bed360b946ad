/** What VS Code's test host calls: mocha over the suite's files, results written where the runner reads them. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export async function run(): Promise<void> {
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, reporter: "min" });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith(".test.cjs"))) {
    mocha.addFile(join(__dirname, file));
  }
  await mocha.loadFilesAsync();
  const passed: string[] = [];
  const failed: { title: string; error: string }[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", (test) => passed.push(test.fullTitle()))
      .on("fail", (test, error: Error) =>
        failed.push({ title: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  const results = process.env.NOTEGRAD_TEST_RESULTS;
  if (results) writeFileSync(results, JSON.stringify({ passed, failed }));
  if (failed.length > 0) throw new Error(`${failed.length} failed`);
}
