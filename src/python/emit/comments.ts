import type { Comment, Range } from "../ast";
import type { LineIndex } from "../syntax_error";
import type { Doc, Item } from "./doc";

/** Hands out a cell's comments, each once, in order. Without comments (the executable text) it hands out none. */
export class Comments {
  private next = 0;

  constructor(
    private readonly comments: readonly Comment[],
    private readonly index: LineIndex,
  ) {}

  /** The comments that begin before `offset`. */
  before(offset: number): Comment[] {
    const first = this.next;
    while (this.next < this.comments.length && this.comments[this.next]!.start < offset) this.next++;
    return this.comments.slice(first, this.next);
  }

  /** The comment behind `end` on its line, if it begins before `limit`. */
  behind(end: number, limit = Number.POSITIVE_INFINITY): string | null {
    const comment = this.comments[this.next];
    if (!comment || comment.ownLine || comment.start < end || comment.start >= limit) return null;
    if (this.index.line(comment.start) !== this.index.line(end)) return null;
    this.next++;
    return comment.text;
  }

  /** The comment on the line of a head whose body begins at `bodyStart`. */
  onHead(bodyStart: number): string | null {
    const comment = this.comments[this.next];
    if (!comment || comment.ownLine || comment.start >= bodyStart) return null;
    this.next++;
    return comment.text;
  }

  /** Comments on lines of their own before `limit` that are indented by at least `column`. */
  indented(column: number, limit: number): Comment[] {
    const first = this.next;
    for (; this.next < this.comments.length; this.next++) {
      const comment = this.comments[this.next]!;
      if (comment.start >= limit || !comment.ownLine || this.index.position(comment.start).column < column) break;
    }
    return this.comments.slice(first, this.next);
  }

  /** The items of a bracket that ends at `close`, with the comments between them. */
  items(nodes: readonly Range[], close: number, spell: (i: number) => Doc): Item[] {
    return nodes.map((node, i) => {
      const before = this.before(node.start).map((comment) => comment.text);
      const doc = spell(i);
      const after = this.behind(node.end, nodes[i + 1]?.start ?? close);
      return { doc, before, after };
    });
  }
}
