// The parameters of a program as bytes, as they are before a step.

import { z } from "zod";
import { type FloatTensor, floatTensor } from "../../common/tensor.ts";
import { bytesOfFloats, floatsOfBytes, pack, unpack } from "../../queue/pack.ts";
import type { ParameterValues } from "../../sampling/moment.ts";

const shapes = z.array(z.object({ parameter: z.string(), tensor: z.string(), shape: z.array(z.int().nonnegative()) }));

export function packParameters(values: ParameterValues): Uint8Array {
  const all = [...values].flatMap(([parameter, tensors]) =>
    Object.entries(tensors).map(([tensor, { shape, data }]) => ({ parameter, tensor, shape, data })),
  );
  return pack({
    json: all.map(({ data: _data, ...described }) => described),
    parts: new Map(all.map(({ data }, i) => [`${i}`, bytesOfFloats(data)])),
  });
}

/** @throws Error for other bytes */
export function unpackParameters(bytes: Uint8Array): ParameterValues {
  const { json, parts } = unpack(bytes);
  const values = new Map<string, Record<string, FloatTensor>>();
  for (const [i, { parameter, tensor, shape }] of shapes.parse(json).entries()) {
    const data = floatsOfBytes(parts.get(`${i}`) ?? new Uint8Array());
    values.set(parameter, { ...values.get(parameter), [tensor]: floatTensor(shape, data) });
  }
  return values;
}
