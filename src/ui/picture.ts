/** Pixels for each CSS pixel of a saved picture, where it does not grow beyond what browsers draw. */
const SHARP = 2;
/** Sides longer than this make a canvas that some browsers leave blank. */
const LONGEST_PX = 16_000;

export function sharpness(width: number, height: number): number {
  return Math.min(SHARP, LONGEST_PX / Math.max(width, height));
}

export function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

export async function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null)
        reject(new Error(`no picture of ${canvas.width} x ${canvas.height} pixels is possible`));
      else resolve(blob);
    }, 'image/png');
  });
}
