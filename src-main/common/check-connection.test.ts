import { expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { checkConnection, type TypedEnd } from "./check-connection.ts";
import { printDiagnostic } from "./diagnostic.ts";
import { KNOWN_SPACES } from "./embedding-space.ts";
import type { Tags } from "./port-type.ts";
import type { ValueKind } from "./program/value-type.ts";

function port(text: string, kind: ValueKind, tags: Tags = {}): TypedEnd {
  const [node = "", name = ""] = text.split(".");
  return { node, port: name, type: { kind, tags } };
}

function explain(from: TypedEnd, to: TypedEnd): string | null {
  const fault = checkConnection(from, { ...to, label: to.port }, nodeTypes);
  return fault && printDiagnostic(fault);
}

test("equal kinds fit, and what is not known agrees with everything", () => {
  expect(explain(port("sampler.latent", "latent"), port("decoder.latent", "latent"))).toBeNull();
  const space = { space: KNOWN_SPACES.clipL };
  expect(explain(port("load.embedding", "embedding"), port("cfg.negative", "embedding", space))).toBeNull();
});

test("between two kinds a node is named that stands between them", () => {
  expect(explain(port("sampler.latent", "latent"), port("reward.image", "image"))).toMatchInlineSnapshot(`
    "error: the input image takes an image, but gets a latent
      at reward › image
      note: sampler › latent gives a latent
      help: insert VAE Decoder between them"
  `);
  expect(explain(port("unet.model", "model"), port("sampler.guided", "prediction"))).toContain("insert CFG between");
  expect(explain(port("prompts.prompts", "prompts"), port("cfg.positive", "conditioning"))).toContain("insert Encoder");
});

test("where no node stands between, the makers of what is wanted are named", () => {
  expect(explain(port("prompts.prompts", "prompts"), port("cfg.negative", "embedding"))).toMatchInlineSnapshot(`
    "error: the input negative takes an embedding, but gets prompts
      at cfg › negative
      note: prompts › prompts gives prompts
      help: connect an embedding: NegEmbedding, Token Embedding, Load Embedding or NegEmbedding-Optimizer gives one"
  `);
});

test("an embedding of another text encoder is refused with both, and the way out", () => {
  const from = port("load.embedding", "embedding", { space: KNOWN_SPACES.openclipH });
  const to = port("cfg.negative", "embedding", { space: KNOWN_SPACES.clipL });
  expect(explain(from, to)).toMatchInlineSnapshot(`
    "error: the other wires of this node belong to CLIP ViT-L/14 (77×768), but an embedding of OpenCLIP ViT-H/14 (77×1024) is connected
      at cfg › negative
      note: load › embedding gives an embedding of OpenCLIP ViT-H/14 (77×1024)
      help: an embedding works only with the text encoder that it was made for: use one of that encoder, or another pipeline"
  `);
});

test("two encoders of one shape that nobody knows may be relatives, a known one is not", () => {
  const own = (id: string): Tags => ({ space: { id, tokens: 77, width: 768 } });
  const meet = (a: string, b: string) => explain(port("a.e", "embedding", own(a)), port("b.e", "embedding", own(b)));
  expect(meet("clip-text-768x12/aa", "clip-text-768x12/bb")).toBeNull();
  expect(meet("clip-text-768x12/aa", KNOWN_SPACES.clipL.id)).toContain("CLIP ViT-L/14");
});
