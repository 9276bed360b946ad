/** Scripts cut into cells by comments: `# %%`, nbconvert's `# In[3]:`, and sphinx-gallery's rules of `#`. */
import { type CellDraft, extensionOf, isBlank, linesOf, type NoteFormat, type SavedOutput, trimRange } from "./note";

const PERCENT = /^#\s*%%(?!%)(.*)$/;
const NBCONVERT = /^#\s*In\s?\[(\d+| |None)\]:\s*$/;
const GALLERY_RULE = /^#{20,}\s*$/;
const DOCSTRING = /^[rRuU]{0,2}("""|''')/;

interface Section {
  readonly header: number;
  /** Where its lines begin. */
  readonly start: number;
  readonly label?: string;
  readonly prose: boolean;
}

/** The line after a module docstring at the top of a gallery script (its text is prose), or 0. */
function afterDocstring(lines: readonly string[]): number {
  const first = lines.findIndex((line) => !isBlank(line) && !/^#(?!#{19})/.test(line));
  const quote = first < 0 ? undefined : DOCSTRING.exec(lines[first]!)?.[1];
  if (quote === undefined) return 0;
  const rest = lines[first]!.replace(DOCSTRING, "");
  if (rest.includes(quote)) return first + 1;
  const close = lines.findIndex((line, i) => i > first && line.includes(quote));
  return close < 0 ? 0 : close + 1;
}

/** A gallery rule opens a block of comments, which is prose; the code of the section begins behind it. */
function afterComments(lines: readonly string[], start: number): number {
  let line = start;
  while (line < lines.length && lines[line]!.startsWith("#") && !PERCENT.test(lines[line]!)) line++;
  return line;
}

function sectionsOf(lines: readonly string[]): Section[] {
  const gallery = lines.some((line) => GALLERY_RULE.test(line));
  const top = gallery ? afterDocstring(lines) : 0;
  const sections: Section[] = [{ header: top, start: top, prose: false }];
  for (let i = top; i < lines.length; i++) {
    const line = lines[i]!;
    const percent = PERCENT.exec(line);
    if (percent) {
      const prose = /\[(?:markdown|md|raw|rst)\]/i.test(percent[1]!);
      const start = gallery && !prose ? afterComments(lines, i + 1) : i + 1;
      sections.push({ header: i, start, prose });
      i = start - 1;
      continue;
    }
    const converted = NBCONVERT.exec(line);
    if (converted) {
      sections.push({ header: i, start: i + 1, label: `In [${converted[1]!.trim() || "None"}]`, prose: false });
    } else if (GALLERY_RULE.test(line)) {
      const start = afterComments(lines, i + 1);
      sections.push({ header: i, start, prose: false });
      i = start - 1;
    }
  }
  return sections;
}

function onlyComments(rows: readonly string[]): boolean {
  return rows.every((row) => isBlank(row) || row.trimStart().startsWith("#"));
}

const OUT = /^#\s*Out(?:\s?\[\d+\])?:\s*$/;

/** A cell's output in comments under `# Out:`, up to the end of the section; and where the code before it ends. */
function commentedOutput(lines: readonly string[], start: number, end: number): { end: number; saved?: SavedOutput } {
  for (let line = end - 1; line > start && (isBlank(lines[line]!) || lines[line]!.startsWith("#")); line--) {
    if (!OUT.test(lines[line]!)) continue;
    const [from, to] = trimRange(lines, line + 1, end);
    const text = lines.slice(from, to).map((row) => row.replace(/^# ?/, ""));
    const saved = from < to ? { text: text.join("\n"), startLine: from, endLine: to, indent: 2 } : undefined;
    return { end: trimRange(lines, start, line)[1], ...(saved ? { saved } : {}) };
  }
  return { end };
}

export const percent: NoteFormat = {
  name: "percent",
  matches(text, hint) {
    const extension = extensionOf(hint);
    const script = extension === ".py" || hint.languageId === "python";
    if (!script && extension !== "" && extension !== ".txt") return false;
    return /^#\s*%%(?!%)/m.test(text) || (script && /^(?:#\s*In\s?\[(?:\d+| |None)\]:|#{20,})\s*$/m.test(text));
  },
  parse(text) {
    const lines = linesOf(text);
    const sections = sectionsOf(lines);
    return sections.flatMap((section, i): CellDraft[] => {
      if (section.prose) return [];
      const [start, limit] = trimRange(lines, section.start, sections[i + 1]?.header ?? lines.length);
      const { end, saved } = commentedOutput(lines, start, limit);
      const rows = lines.slice(start, end);
      // What precedes the first rule, or sits under one, may be a licence or prose in comments.
      if (rows.length === 0 || onlyComments(rows)) return [];
      return [
        {
          ...(section.label === undefined ? {} : { label: section.label }),
          source: rows.join("\n"),
          startLine: start,
          endLine: end,
          headerLine: i === 0 ? start : section.header,
          indent: 0,
          ...(saved ? { saved } : {}),
        },
      ];
    });
  },
};
