import { expect, test } from "vitest";
import { reasonOf } from "./reason-of.ts";

test.each([
  [
    "40733A:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/rec_layer_s3.c:918:SSL alert number 116\n",
    "tlsv13 alert certificate required",
  ],
  ["connect ECONNREFUSED 127.0.0.1:6379", "connect ECONNREFUSED 127.0.0.1:6379"],
  ["it is away\n  and silent\n", "it is away; and silent"],
])("%j is told as %j", (message, told) => {
  expect(reasonOf(message)).toBe(told);
});
