import { useEffect, useId, useRef, useState } from 'react';
import { useMedia } from '../../lib/hooks';
import type { Point } from '../../lib/graph/layout';
import type { Colours } from '../../lib/graph/look';
import { neighbour, type Direction } from '../../lib/graph/move';
import type { Scene } from '../../lib/graph/scene';
import { svgOf } from '../../lib/graph/svg';
import type { Drawing, Marks } from './draw';

interface Props {
  scene: Scene;
  places: Map<string, Point>;
  marks: Marks;
  colours: Colours;
  /** What the picture shows at the moment, in words. */
  words: string;
  /** An item to bring into the middle; each new object does so once. */
  target: { key: string } | null;
  /** How many times as wide as high the box is, when that changes. */
  onRatio: (ratio: number) => void;
  onItem: (key: string) => void;
  onLine: (key: string) => void;
  onNothing: () => void;
  onOpen: (key: string) => void;
}

const arrows: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The picture, drawn with WebGL, and its keys. The library that draws comes only with it. */
export function GraphPicture(props: Props) {
  const { scene, places, marks, colours, words, target } = props;
  const help = useId();
  const region = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef<[Scene, Map<string, Point>] | null>(null);
  const latest = useRef(props);
  const calm = useMedia('(prefers-reduced-motion: reduce)');
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    let [made, gone] = [null as Drawing | null, false];
    const begin = async () => {
      const { Drawing } = await import('./draw');
      if (gone || !box.current) return;
      made = new Drawing(box.current, calm, {
        onItem: (key) => latest.current.onItem(key),
        onLine: (key) => latest.current.onLine(key),
        onNothing: () => latest.current.onNothing(),
        onOpen: (key) => latest.current.onOpen(key),
      });
      shown.current = null;
      setDrawing(made);
    };
    begin().catch(() => setFailed(true));
    return () => {
      gone = true;
      made?.end();
      setDrawing(null);
    };
  }, [calm]);

  useEffect(() => {
    if (!drawing) return;
    if (shown.current?.[0] === scene && shown.current[1] === places) drawing.mark(marks, colours);
    else drawing.show(scene, places, marks, colours);
    shown.current = [scene, places];
  }, [drawing, scene, places, marks, colours]);

  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      // In steps of a tenth: not every pixel is another layout.
      if (element.clientHeight > 0) latest.current.onRatio(Math.round((10 * element.clientWidth) / element.clientHeight) / 10);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (drawing && target) drawing.centre(target.key);
  }, [drawing, target]);

  useEffect(() => {
    const element = region.current;
    const press = (event: KeyboardEvent) => {
      const { scene, places, marks, onItem, onOpen, onNothing } = latest.current;
      if (event.target !== element || event.ctrlKey || event.altKey || event.metaKey) return;
      const arrow = arrows[event.key];
      if (arrow) {
        const next = neighbour(scene, places, marks.selected, arrow);
        if (next) {
          onItem(next);
          drawing?.reveal(next);
        }
      } else if (event.key === 'Enter' && marks.selected) onOpen(marks.selected);
      else if (event.key === 'Escape') onNothing();
      else if (event.key === '+' || event.key === '=') drawing?.zoom(0.7);
      else if (event.key === '-') drawing?.zoom(1.4);
      else if (event.key === '0') drawing?.fit();
      else return;
      event.preventDefault();
    };
    element?.addEventListener('keydown', press);
    return () => element?.removeEventListener('keydown', press);
  }, [drawing]);

  return (
    <div className="graph">
      <div ref={region} className="graph-region" role="region" tabIndex={0} aria-label="Picture of the attack graph" aria-describedby={help}>
        {failed ? <Still {...props} /> : <div ref={box} className="graph-box" data-drawn={drawing ? scene.items.size : undefined} />}
      </div>
      <p id={help} className="visually-hidden">
        {words} The arrow keys go along the steps, Enter opens, plus and minus zoom, 0 shows all, Escape lets go. Everything in the picture is also in the panel and in the search.
      </p>
      {!failed && (
        <div className="graph-zoom" role="group" aria-label="Zoom">
          <button type="button" className="btn icon" aria-label="Zoom in" onClick={() => drawing?.zoom(0.7)}>
            +
          </button>
          <button type="button" className="btn icon" aria-label="Zoom out" onClick={() => drawing?.zoom(1.4)}>
            −
          </button>
          <button type="button" className="btn icon" aria-label="Show all" onClick={() => drawing?.fit()}>
            ⤢
          </button>
        </div>
      )}
    </div>
  );
}

/** Where the browser has no WebGL: the same picture, but it does not move. */
function Still({ scene, places, marks, colours, words }: Props) {
  const svg = svgOf(scene, places, colours, marks, words);
  return (
    <div className="graph-still">
      <p className="small soft">This browser draws no WebGL, so the picture stands still. The panel and the search show all that is in it.</p>
      <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={words} />
    </div>
  );
}
