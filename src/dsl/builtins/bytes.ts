/** `bytes` and text encodings. */
import { error, typeError } from "../exceptions";
import { splitKwargs } from "../function";
import type { Value } from "../type";
import { bytesType, NotImplemented, typeName } from "../types";
import { Bytes } from "../values/bytes";
import { indexOf } from "../values/int";
import { listOf, NativeIterator } from "../values/iterators";
import { methods } from "./table";

const singleByte: Readonly<Record<string, number>> = { ascii: 128, latin1: 256, "latin-1": 256, "iso-8859-1": 256 };

export function encode(text: string, encoding: string): Bytes {
  const name = encoding.toLowerCase();
  const limit = singleByte[name];
  if (limit === undefined) return new Bytes(new TextEncoder().encode(text));
  const bad = [...text].findIndex((c) => c.codePointAt(0)! >= limit);
  if (bad >= 0) {
    const code = [...text][bad].codePointAt(0)!.toString(16).padStart(4, "0");
    throw error(
      "UnicodeError",
      `'${name}' codec can't encode character '\\u${code}' in position ${bad}: ordinal not in range(${limit})`,
    );
  }
  return Bytes.fromLatin1(text);
}

function decode(bytes: Bytes, encoding: string): string {
  if (singleByte[encoding.toLowerCase()] !== undefined) return String.fromCharCode(...bytes.data);
  return new TextDecoder("utf-8").decode(bytes.data);
}

bytesType.called = (_type, args) => {
  const { positional, keywords } = splitKwargs(args);
  const [v, encoding = keywords.get("encoding")] = positional;
  if (v === undefined) return new Bytes(new Uint8Array());
  if (typeof v === "string") {
    if (encoding === undefined) throw typeError("string argument without an encoding");
    return encode(v, String(encoding));
  }
  const size = indexOf(v);
  if (size !== undefined) return new Bytes(new Uint8Array(size));
  return v instanceof Bytes ? v : new Bytes(Uint8Array.from(listOf(v), Number));
};

methods(bytesType, {
  decode: ["encoding=, errors=", decode, "utf-8", "strict"],
  hex: ["", (b: Bytes) => Array.from(b.data, (x) => x.toString(16).padStart(2, "0")).join("")],
  __iter__: ["", (b: Bytes) => new NativeIterator(b.data)],
  __add__: [
    "other, /",
    (a: Bytes, b: Value) => (b instanceof Bytes ? new Bytes(Uint8Array.of(...a.data, ...b.data)) : NotImplemented),
  ],
  __eq__: ["other, /", (a: Bytes, b: Value) => b instanceof Bytes && a.repr() === b.repr()],
  __hash__: ["", (a: Bytes) => a.data.reduce((h, x) => (h * 31 + x) % 1000003, 7)],
  __contains__: [
    "item, /",
    (a: Bytes, b: Value) => {
      if (b instanceof Bytes) return String.fromCharCode(...a.data).includes(String.fromCharCode(...b.data));
      const byte = indexOf(b);
      if (byte === undefined) throw typeError(`a bytes-like object is required, not '${typeName(b)}'`);
      return a.data.includes(byte);
    },
  ],
});
