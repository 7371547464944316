// Charts as one picture to keep: below each other, on the paper of the page, with a title and what each curve is.

export interface DrawnChart {
  readonly title: string;
  readonly canvas: HTMLCanvasElement;
  readonly legend: readonly { readonly name: string; readonly colour: string; readonly isDashed: boolean }[];
}

export interface Paper {
  readonly background: string;
  readonly ink: string;
}

// In pixels of the page; a canvas may have several to one of those.
const MARGIN = 16;
const TITLE = 28;
const LEGEND = 26;
const FONT = "13px system-ui, sans-serif";

export async function chartPicture(title: string, charts: readonly DrawnChart[], paper: Paper): Promise<Blob> {
  const scale = window.devicePixelRatio;
  const width = Math.max(...charts.map(({ canvas }) => canvas.width)) + 2 * MARGIN * scale;
  const heights = charts.map(({ canvas }) => canvas.height + (LEGEND + MARGIN) * scale);
  const picture = document.createElement("canvas");
  picture.width = width;
  picture.height = heights.reduce((sum, height) => sum + height, (TITLE + MARGIN) * scale);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("this browser gives no canvas to draw on");
  context.fillStyle = paper.background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.scale(scale, scale);
  context.textBaseline = "middle";
  context.font = `600 ${FONT}`;
  context.fillStyle = paper.ink;
  context.fillText(title, MARGIN, TITLE / 2 + MARGIN / 2);
  let top = TITLE + MARGIN / 2;
  for (const chart of charts) {
    drawLegend(context, chart, paper, top + LEGEND / 2);
    const { canvas } = chart;
    context.drawImage(canvas, MARGIN, top + LEGEND, canvas.width / scale, canvas.height / scale);
    top += LEGEND + canvas.height / scale + MARGIN;
  }
  return new Promise((resolve, reject) =>
    picture.toBlob((blob) => (blob === null ? reject(new Error("the picture is too large")) : resolve(blob))),
  );
}

function drawLegend(context: CanvasRenderingContext2D, { title, legend }: DrawnChart, paper: Paper, y: number): void {
  context.font = FONT;
  context.fillStyle = paper.ink;
  context.fillText(title, MARGIN, y);
  let x = MARGIN + context.measureText(title).width + 2 * MARGIN;
  for (const { name, colour, isDashed } of legend) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash(isDashed ? [5, 4] : []);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 22, y);
    context.stroke();
    context.fillText(name, x + 28, y);
    x += 28 + context.measureText(name).width + MARGIN;
  }
  context.setLineDash([]);
}
