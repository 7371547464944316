// Colours of the style sheet for what is drawn on a canvas.

/** What a custom property stands for under the theme that is on: a canvas does not understand `light-dark()`. */
export function colourOf(host: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
