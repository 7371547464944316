// The icon that electron-builder turns into those of each platform: the page's own, drawn large.
// node packaging/make-icon.mjs

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const SIZE = 1024; // of the largest that macOS wants
const DRAWN_AT = 32; // of the vector image
const DOTS_PER_INCH = 72; // at which it is that large

const root = join(import.meta.dirname, "..");
const folder = join(root, "out/icons");
mkdirSync(folder, { recursive: true });
await sharp(join(root, "src-renderer/icon.svg"), { density: (DOTS_PER_INCH * SIZE) / DRAWN_AT })
  .resize(SIZE, SIZE)
  .png()
  .toFile(join(folder, "icon.png"));
