import type { Expression, Statement } from "../ast";
import { resolveScopes } from "../scope";
import { block, type Doc, mark, text } from "./doc";
import { quote } from "./names";
import { StatementEmitter } from "./statements";

/** Writes a whole cell. */
export class CellEmitter extends StatementEmitter {
  cell(): Doc[] {
    if (this.readable) return this.block(this.module.body);
    const { body, endsWithSemicolon } = this.module;
    const lines: Doc[] = [];
    body.forEach((statement, i) => {
      const shown = i === body.length - 1 && !endsWithSemicolon ? displayed(statement) : null;
      const written = shown
        ? [mark(this.expressionLine(shown, true), this.markOf(statement))]
        : this.lines(statement).filter((line) => line !== "");
      lines.push(...(this.options.statements ? this.separate(statement, i, written) : written));
    });
    return [...this.temporaries(), ...this.attributeSites(), ...lines];
  }

  private attributeSites(): Doc[] {
    if (this.sites.length === 0) return [];
    return [`const ${this.sites.map((name, i) => `$m${i + 1} = $.site(${quote(name)})`).join(", ")};`];
  }

  private temporaries(): Doc[] {
    const { temporaries } = this.frame;
    return temporaries.length > 0 ? [`let ${temporaries.join(", ")};`] : [];
  }

  /** A statement of its own, which may fail without stopping the next. */
  private separate(statement: Statement, i: number, lines: readonly Doc[]): Doc[] {
    this.frame.flow.clear();
    const names = resolveScopes({ ...this.module, body: [statement] }, this.index).module.bound;
    return [text`$.statement(${String(i)}, () => ${block(lines)}, [${[...names].map(quote).join(", ")}]);`];
  }

  /** The line that imports what the readable text uses of Python and of the DSL. */
  helperImport(): string[] {
    const { imported } = this.options;
    const fresh = [...this.helpers].filter(([name]) => !imported.has(name));
    if (fresh.length === 0) return [];
    const names = fresh
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, helper]) => (helper === name ? helper : `${helper} as ${name}`));
    return [`import { ${names.join(", ")} } from "notegrad";`];
  }
}

/** The value that a notebook shows when the cell ends with this statement. */
function displayed(statement: Statement): Expression | null {
  return statement.type === "ExpressionStatement" ? statement.value : null;
}
