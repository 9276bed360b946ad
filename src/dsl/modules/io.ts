/** `io`, `pathlib`, `shutil`: more ways to the note's own files. */
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import type { Context } from "../context";
import { bytesIOType, stringIOType, unsupportedOperationType } from "../files/file_handle";
import { baseName } from "../files/file_table";
import { joinPaths, pathClasses, pathText } from "../files/path";
import type { Value } from "../type";
import { PyModule } from "../values/module";

export function ioModule({ builtins }: Context): PyModule {
  return new PyModule("io", [
    ["StringIO", stringIOType],
    ["BytesIO", bytesIOType],
    ["UnsupportedOperation", unsupportedOperationType],
    ["open", builtins.get("open")],
  ]);
}

export function pathlibModule({ files }: Context): PyModule {
  return new PyModule("pathlib", pathClasses(files));
}

export function shutilModule({ files }: Context): PyModule {
  const copy = (from: Value, to: Value): Value => {
    const target = pathText(to);
    const path = files.isFolder(target) ? joinPaths([target, baseName(pathText(from))]) : target;
    const { data, binary } = files.entry(pathText(from));
    files.create(path, binary).data = data;
    return to;
  };
  return new PyModule(
    "shutil",
    functions({
      copy: ["src, dst", copy],
      copyfile: ["src, dst", copy],
      move: ["src, dst", (from: Value, to: Value) => void files.rename(pathText(from), pathText(to))],
      rmtree: [
        "path, ignore_errors=",
        (path: Value, ignore: Value) => {
          if (files.isFolder(pathText(path)) || !truthy(ignore)) files.removeFolder(pathText(path), true);
        },
        false,
      ],
    }),
  );
}
