// APP-6 symbols, loaded when a reader asks for them.
import { ms, numberactivites, numberlandcivilian, numberlandinstallation, numberlandunit } from '../node_modules/milsymbol/index.mjs';

ms.addIcons([numberlandunit, numberlandcivilian, numberlandinstallation, numberactivites]);

// draw gives the picture of a symbol, or null for a number that none has.
export function draw(sidc: string, ratio: number): ImageData | null {
  const symbol = new ms.Symbol(sidc, { size: 22, outlineWidth: 4, outlineColor: 'white' });
  if (!symbol.isValid()) return null;
  const canvas = symbol.asCanvas(ratio);
  return canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
}
