import { type PyType, TYPE, type Typed } from "../type";
import { bytesType } from "../types";

const escapes: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };

/** A Python bytes value. */
export class Bytes implements Typed {
  constructor(readonly data: Uint8Array) {}

  /** From a text whose characters are the bytes. */
  static fromLatin1(text: string): Bytes {
    return new Bytes(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  }

  get [TYPE](): PyType {
    return bytesType;
  }

  repr(): string {
    const double = this.data.includes(39) && !this.data.includes(34);
    const body = Array.from(this.data, (byte) => {
      if (byte === 39 && !double) return "\\'";
      if (escapes[byte] !== undefined) return escapes[byte];
      return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
    }).join("");
    return double ? `b"${body}"` : `b'${body}'`;
  }
}
