import { short } from '../format';
import { unit, type Point } from './layout';
import { colourOf, roleWords, shapes, sizeOf, widthOf, type Colours, type Shape } from './look';
import { before, placeNames, type Side } from './names';
import { many, type Item, type Line, type Role, type Scene } from './scene';

/** Room around the picture. */
const edge = 72;

/** Names are cut to so many letters, each about so wide. */
const letters = 26;
const letter = 6.8;

/** What stands out in a saved picture. */
export interface Standing {
  items: ReadonlySet<string>;
  lines: ReadonlySet<string>;
  /** What the fixes that are ticked make safer. */
  safer: ReadonlySet<string>;
}

/** The height of a row of the legend. */
const row = 24;

/** The picture as a file of its own. Names are text in it, never markup. */
export function svgOf(scene: Scene, places: Map<string, Point>, colours: Colours, standing: Standing, title: string): string {
  const all = [...places.values()];
  const [left, right] = [all.reduce((least, at) => Math.min(least, at.x), 0) - edge, all.reduce((most, at) => Math.max(most, at.x), 0) + edge + unit.across / 2];
  const [low, high] = [all.reduce((least, at) => Math.min(least, at.y), 0) - edge, all.reduce((most, at) => Math.max(most, at.y), 0) + edge];
  const width = right - left;
  const legend = legendOf(scene, colours, standing, width, high - low);
  const height = high - low + legend.height;
  const at = (key: string) => {
    const point = places.get(key) ?? { x: 0, y: 0 };
    return { x: round(point.x - left), y: round(high - point.y) };
  };
  const quiet = (key: string) => standing.items.size > 0 && !standing.items.has(key);
  // The last and fullest column has its names beside it.
  const named = [...scene.items.values()].filter((one) => !quiet(one.key)).sort(before).slice(0, many);
  const sides = placeNames(named.map((one) => ({ key: one.key, ...at(one.key), half: sizeOf(one), width: letter * short(one.label, letters).length, side: one.column === scene.columns - 1 ? 'right' : 'below' })));
  const colourOfLine = (line: Line) => (standing.lines.has(line.key) ? colours.accent : standing.items.size > 0 || !line.best ? colours.faint : colours.line);
  const line = (one: Line) => {
    const [from, to] = [at(one.from), at(one.to)];
    // Within a column a line bends around what is between.
    const middle = from.x === to.x ? from.x + Math.min(Math.abs(to.y - from.y) / 3, unit.across * 0.4) : (from.x + to.x) / 2;
    return `<path d="M${from.x} ${from.y}C${round(middle)} ${from.y} ${round(middle)} ${to.y} ${to.x} ${to.y}" stroke="${colourOfLine(one)}" stroke-width="${round(widthOf(one))}"/>`;
  };
  const item = (one: Item) => {
    const { x, y } = at(one.key);
    const [size, colour] = [sizeOf(one), quiet(one.key) ? colours.faint : standing.safer.has(one.key) ? colours.good : colourOf(one.role, colours)];
    const side = sides.get(one.key);
    const name = side ? `<text fill="${colours.text}" ${textAt(side, x, y, size)}>${escape(short(one.label, letters))}</text>` : '';
    return `<g fill="${colour}"><title>${escape(one.label)}</title><path d="${outline(shapes[one.role], x, y, size)}"/></g>${name}`;
  };
  const lines = [...scene.lines.values()].sort((a, b) => Number(standing.lines.has(a.key)) - Number(standing.lines.has(b.key)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" fill="${colours.ground}"/>`,
    `<g fill="none">${lines.map(line).join('')}</g>`,
    `<g font-family="system-ui, sans-serif" font-size="12" text-anchor="middle">${[...scene.items.values()].map(item).join('')}</g>`,
    `<g font-family="system-ui, sans-serif" font-size="12" fill="${colours.text}"><text x="24" y="32" font-size="16" font-weight="600">${escape(title)}</text>${legend.text}</g>`,
    '</svg>',
  ].join('\n');
}

/** What shapes and colours mean, in rows below the picture: a file is looked at where this page is not beside it. */
function legendOf(scene: Scene, colours: Colours, standing: Standing, width: number, top: number): { text: string; height: number } {
  const shown = new Set([...scene.items.values()].map((one) => one.role));
  const roles = (Object.keys(roleWords) as Role[]).filter((role) => shown.has(role));
  const entries: [string, Shape, string][] = roles.map((role) => [role === 'group' ? 'Several alike' : roleWords[role], shapes[role], colourOf(role, colours)]);
  if (standing.safer.size > 0) entries.push(['Safer with the fixes ticked', 'circle', colours.good]);
  let [x, y] = [24, top];
  const texts = entries.map(([words, shape, colour]) => {
    const wide = letter * words.length + 40;
    if (x > 24 && x + wide > width) [x, y] = [24, y + row];
    const text = `<path fill="${colour}" d="${outline(shape, x + 6, y, 6)}"/><text x="${round(x + 18)}" y="${round(y + 4)}">${words}</text>`;
    x += wide;
    return text;
  });
  return { text: texts.join(''), height: y - top + row };
}

/** Where the text of a name begins, or its middle is. */
function textAt(side: Side, x: number, y: number, half: number): string {
  if (side === 'right' || side === 'left') return `x="${round(side === 'right' ? x + half + 4 : x - half - 4)}" y="${y + 4}" text-anchor="${side === 'right' ? 'start' : 'end'}"`;
  return `x="${x}" y="${round(side === 'below' ? y + half + 14 : y - half - 6)}"`;
}

/** A shape as the data of a path. */
export function outline(shape: Shape, x: number, y: number, size: number): string {
  const corners: Record<Exclude<Shape, 'circle'>, [number, number][]> = {
    square: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
    diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
    triangle: [[0, -1], [0.87, 0.5], [-0.87, 0.5]],
  };
  const half = round(size);
  if (shape === 'circle') return `M${round(x - size)} ${y}a${half} ${half} 0 1 0 ${round(2 * size)} 0a${half} ${half} 0 1 0 ${-round(2 * size)} 0z`;
  return `M${corners[shape].map(([dx, dy]) => `${round(x + dx * size)} ${round(y + dy * size)}`).join('L')}z`;
}

/** The widest and highest a picture of pixels becomes: more is a file that nobody opens; the SVG has every detail. */
const most = 4096;

/** The picture in pixels, twice as fine as it is wide where that is not too large. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, most / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no picture of it: it may be too large.'))), 'image/png');
  });
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Text as XML wants it; characters that XML has no place for are left out. */
function escape(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
