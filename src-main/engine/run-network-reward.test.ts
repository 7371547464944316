import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readRewardFixture, writeReward } from "../../bench/parity/check-reward.ts";
import { scoreWithGradient } from "../../bench/parity/score-with-gradient.ts";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { openReward } from "../models/reward/open-reward.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { readTensors, writeSafetensors } from "../weights/safetensors.ts";
import { runNetwork } from "./run-network.ts";

const root = mkdtempSync(join(tmpdir(), "network-reward-"));
afterAll(() => rmSync(root, { recursive: true }));

const image = floatTensor(
  [1, 3, 40, 48],
  Float32Array.from({ length: 3 * 40 * 48 }, (_, i) => Math.sin(i)),
);

/** Each kind whose fixture is not a variant of another's. */
const NAMES = ["reward-pickscore", "reward-hps-torch", "reward-open-clip", "reward-aesthetic", "reward-image-reward"];

test.each(NAMES)(
  "%s scores by itself as it does in learning, and gives the same gradient",
  { timeout: 60_000 },
  async (name) => {
    const rewardCase = readRewardFixture().rewards.find((reward) => reward.name === name);
    if (rewardCase === undefined) throw new Error(`no reward ${name}`);
    const path = writeReward(rewardCase, join(root, name));
    const reward = openReward(path);
    const sessions = new StageSessions("cpu");
    const size = { height: 40, width: 48 };
    const learned = await scoreWithGradient({ path }, image.data, ["a red apple"], size, sessions);
    await sessions.release();

    const { ids, attentionMask } = reward.text?.tokenizer.encode("a red apple") ?? { ids: [], attentionMask: [] };
    const row = (values: readonly number[]): Tensor => {
      return { dtype: "int64", shape: [1, values.length], data: BigInt64Array.from(values, BigInt) };
    };
    const text = reward.text === null ? {} : { input_ids: row(ids), attention_mask: row(attentionMask) };
    const [inputs, output] = [join(root, "in.safetensors"), join(root, "out.safetensors")];
    writeSafetensors(inputs, { image, ...text, "cotangent.score": floatTensor([1], [1]) });
    await runNetwork({ path, component: "reward", inputs, output, gradients: ["image"] }, "cpu");
    const { score, "gradient.image": gradient } = readTensors(output);
    expect(Number(score?.data[0])).toBeCloseTo(learned.scores[0] ?? NaN, 5);
    const largest = Math.max(...learned.gradient.map(Math.abs));
    const farthest = Math.max(...learned.gradient.map((n, i) => Math.abs(n - Number(gradient?.data[i]))));
    expect(farthest).toBeLessThan(1e-5 * largest);
  },
);
