/** Negative prompts that people write by hand. */
export const usualNegatives = [
  { value: "blurry, low quality", label: "Blurry, low quality" },
  { value: "blurry, low quality, distorted, deformed, bad anatomy, watermark", label: "Bad images of any kind" },
  { value: "lowres, bad hands, extra fingers, missing limbs, deformed face", label: "Bad people" },
  { value: "blurry, noisy, washed out, low quality", label: "Bad emoji" },
];
