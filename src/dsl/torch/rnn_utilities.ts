/** `torch.nn.utils.rnn`: sequences of different lengths. */
import { PACKED_FIELDS, packedOf, packedValues, packPadded, padPacked, padSequences } from "../../nn/packed";
import { toNumbers } from "../../tensor/elements";
import { isTensor } from "../../tensor/op";
import { transpose } from "../../tensor/ops/permuting";
import { narrow, select } from "../../tensor/ops/slicing";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import type { Value } from "../type";
import { numberOf } from "../values/float";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { fromNative, namedType } from "./convert";

const numbersOf = (v: Value): number[] => (isTensor(v) ? [...toNumbers(v)] : listOf(v).map((n) => numberOf(n) ?? 0));

function pack(input: Tensor, lengths: Value, batchFirst: Value, enforceSorted: Value): Value {
  return fromNative(packedValues(packPadded(input, numbersOf(lengths), truthy(batchFirst), truthy(enforceSorted))));
}

function unpack(packed: Tuple, batchFirst: Value, value: Value, total: Value): Value {
  const { padded, lengths } = padPacked(
    packedOf(packed.items),
    truthy(batchFirst),
    numberOf(value) ?? 0,
    total === null ? null : Number(total),
  );
  return new Tuple([padded, lengths]);
}

function packAll(sequences: Value, enforceSorted: Value): Value {
  const list = listOf(sequences) as Tensor[];
  const lengths = list.map((t) => t.sizes[0]);
  return fromNative(packedValues(packPadded(padSequences(list, false, 0), lengths, false, truthy(enforceSorted))));
}

/** The sequences without their padding. */
function unpad(padded: Tensor, lengths: readonly number[], batchFirst: boolean): Tensor[] {
  const batch = batchFirst ? padded : transpose(padded, 0, 1);
  return lengths.map((n, i) => narrow(select(batch, 0, i), 0, 0, n));
}

export function rnnUtilities(): PyModule {
  return new PyModule("torch.nn.utils.rnn", [
    ["PackedSequence", namedType("PackedSequence", PACKED_FIELDS)],
    ...functions({
      pack_padded_sequence: ["input, lengths, batch_first=, enforce_sorted=", pack, false, true],
      pad_packed_sequence: ["sequence, batch_first=, padding_value=, total_length=", unpack, false, 0, null],
      pad_sequence: [
        "sequences, batch_first=, padding_value=, padding_side=",
        (sequences: Value, batchFirst: Value, value: Value, side: Value) =>
          padSequences(listOf(sequences) as Tensor[], truthy(batchFirst), numberOf(value) ?? 0, side === "left"),
        false,
        0,
        "right",
      ],
      pack_sequence: ["sequences, enforce_sorted=", packAll, true],
      unpad_sequence: [
        "padded_sequences, lengths, batch_first=",
        (padded: Tensor, lengths: Value, batchFirst: Value) => unpad(padded, numbersOf(lengths), truthy(batchFirst)),
        false,
      ],
      unpack_sequence: [
        "packed_sequences",
        (packed: Tuple) => {
          const { padded, lengths } = padPacked(packedOf(packed.items), true, 0, null);
          return unpad(padded, numbersOf(lengths), true);
        },
      ],
    }),
  ]);
}
