/** The terminal program `notegrad`. */
import { SessionError } from "../session/client";
import { helpText, type Invocation, readArguments, UsageError } from "./args";
import { check } from "./check";
import { languageOf, t, useLanguage } from "./l10n";
import { UnreadableError } from "./read_note";
import { run } from "./run";
import { shapes } from "./shapes";
import { stats } from "./stats";
import { translate } from "./translate";

declare const __NOTEGRAD_VERSION__: string;

const EXIT_UNREADABLE = 2;

const ACTIONS: Readonly<Record<string, (invocation: Invocation) => Promise<number>>> = {
  run,
  check,
  shapes,
  translate,
  stats,
};

async function main(argv: readonly string[]): Promise<number> {
  useLanguage(languageOf(process.env));
  try {
    const invocation = readArguments(argv);
    if (invocation === "help") {
      process.stdout.write(helpText());
      return argv.length === 0 ? EXIT_UNREADABLE : 0;
    }
    if (invocation === "version") {
      process.stdout.write(`${__NOTEGRAD_VERSION__}\n`);
      return 0;
    }
    return await ACTIONS[invocation.command.name](invocation);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`notegrad: ${error.message}\n${t("Try: notegrad --help")}\n`);
      return EXIT_UNREADABLE;
    }
    if (error instanceof UnreadableError) {
      process.stderr.write(`notegrad: ${error.message}\n`);
      return EXIT_UNREADABLE;
    }
    if (error instanceof SessionError) {
      process.stderr.write(`notegrad: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

// A reader that closes the pipe early (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
