/** Completion and signature help inside cells for torch's modules, tensors and modules of a note. */
import * as vscode from "vscode";
import type { Documented } from "../session/protocol";
import { codeOf, expressionBefore, openCall } from "./expressions";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import type { NoteReference } from "./reference";
import { parameterAt, signatureLine } from "./reference_text";
import { setting } from "./settings";

/** Language servers that complete `.py` files from an installed PyTorch. */
const PYTHON_SERVERS = [
  "ms-python.vscode-pylance",
  "ms-python.python",
  "ms-pyright.pyright",
  "detachhead.basedpyright",
];

const KINDS: Readonly<Record<Documented["kind"], vscode.CompletionItemKind>> = {
  function: vscode.CompletionItemKind.Function,
  class: vscode.CompletionItemKind.Class,
  method: vscode.CompletionItemKind.Method,
  other: vscode.CompletionItemKind.Field,
};

interface Place {
  readonly note: LiveNote;
  readonly live: LiveCell;
  /** The cell's code before the cursor, strings blanked. */
  readonly before: string;
}

export class Completion implements vscode.CompletionItemProvider, vscode.SignatureHelpProvider {
  constructor(
    readonly notes: OpenNotes,
    readonly reference: NoteReference,
  ) {}

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position) {
    const place = this.#place(document, position);
    const [dotted, typed = ""] = /\.(\w*)$/.exec(place?.before ?? "") ?? [];
    if (!place || dotted === undefined) return undefined;
    const owner = expressionBefore(place.before.slice(0, -dotted.length));
    const expressions = await this.reference.expressions(place.note, place.live);
    const kind = expressions.kindOf(owner);
    const range = new vscode.Range(position.translate(0, -typed.length), position);
    return kind === undefined ? undefined : expressions.around.reference[kind]?.map((each) => itemOf(each, range));
  }

  async provideSignatureHelp(document: vscode.TextDocument, position: vscode.Position) {
    const place = this.#place(document, position);
    const call = place && openCall(place.before);
    if (!call) return undefined;
    const documented = (await this.reference.expressions(place.note, place.live)).documented(call.callee);
    if (!documented || documented.signatures.length === 0) return undefined;
    const help = new vscode.SignatureHelp();
    help.signatures = documented.signatures.map((signature) => {
      const information = new vscode.SignatureInformation(
        signatureLine(documented.name, signature),
        documented.summary,
      );
      information.parameters = signature.parameters.map((parameter) => new vscode.ParameterInformation(parameter));
      information.activeParameter = parameterAt(signature, call.index, call.keyword);
      return information;
    });
    const fits = help.signatures.findIndex(({ activeParameter = -1 }) => activeParameter >= 0);
    help.activeSignature = Math.max(0, fits);
    help.activeParameter = help.signatures[help.activeSignature]?.activeParameter ?? 0;
    return help;
  }

  #place(document: vscode.TextDocument, position: vscode.Position): Place | undefined {
    if (!setting("completion", document) || servedElsewhere(document)) return undefined;
    const note = this.notes.of(document);
    const live = note?.cellAt(document, position.line);
    if (!note || !live || position.line < live.cell.startLine || position.line >= live.cell.endLine) return undefined;
    const start = new vscode.Position(live.cell.startLine, 0);
    const before = codeOf(document.getText(new vscode.Range(start, position)));
    return before === undefined ? undefined : { note, live, before };
  }
}

function servedElsewhere({ languageId }: vscode.TextDocument): boolean {
  return languageId === "python" && PYTHON_SERVERS.some((id) => vscode.extensions.getExtension(id)?.isActive);
}

function itemOf({ name, kind, signatures, summary }: Documented, range: vscode.Range): vscode.CompletionItem {
  const item = new vscode.CompletionItem(name, KINDS[kind]);
  item.range = range;
  const [first] = signatures;
  if (first) item.detail = signatureLine(name, first);
  if (summary) item.documentation = summary;
  return item;
}
