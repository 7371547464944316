// Nodes of other programs that people look for and that have no counterpart here, with what to do instead.

export interface AbsentNode {
  /** As the other programs call it. */
  readonly names: readonly [string, ...string[]];
  readonly instead: string;
}

export const absentNodes: readonly AbsentNode[] = [
  { names: ["Reroute", "Knot"], instead: "Double-click a wire to bend it: bends are drawn with the wire." },
  {
    names: ["Inpaint", "Set Latent Noise Mask", "InpaintModelConditioning"],
    instead: "There are no masks here. Latent from Image begins with an image, and ControlNet follows one.",
  },
  {
    names: ["Load Image", "LoadImage"],
    instead: "An image is chosen in the node that uses it: Latent from Image begins with it, ControlNet follows it.",
  },
  {
    names: ["Upscale Image", "Image Upscale", "ImageScale", "Latent Upscale"],
    instead: "Set Height and Width of UNet, in which images are drawn.",
  },
];
