import Graph from 'graphology';
import Sigma from 'sigma';
import { extremityArrow, layerFill, layerPlain, pathCurved, pathCurvedS, pathLine, sdfCircle, sdfDiamond, sdfSquare, sdfTriangle, type FragmentLayer } from 'sigma/rendering';
import { unit, type Point } from '../../lib/graph/layout';
import { colourOf, shapes, sizeOf, widthOf, type Colours } from '../../lib/graph/look';
import { before, placeNames, type Side } from '../../lib/graph/names';
import { many, type Item, type Line, type Scene } from '../../lib/graph/scene';
import { short } from '../../lib/format';

/** What stands out in the picture at the moment. */
export interface Marks {
  selected: string | null;
  items: ReadonlySet<string>;
  lines: ReadonlySet<string>;
  /** Items that would be safer with the fixes that are tried. */
  safer: ReadonlySet<string>;
}

export interface Events {
  onItem: (key: string) => void;
  onLine: (key: string) => void;
  onNothing: () => void;
  onOpen: (key: string) => void;
}

/** More lines than this are straight and have no heads: curves cost, and nobody can follow them. */
const plainLines = 1500;

/** Names are so high, in pixels. */
const nameSize = 12;

/** A small picture is not blown up to more than this. */
const least = { width: 900, height: 560 };

/** Pixels from the edge within which an item counts as out of sight. */
const room = 40;

/** A ring along the edge of a shape, in the colour `ringColor`. */
const ring: FragmentLayer = {
  name: 'ring',
  uniforms: [],
  attributes: [{ name: 'ringColor', size: 4, type: WebGL2RenderingContext.UNSIGNED_BYTE, normalized: true, source: 'ringColor' }],
  glsl: 'vec4 layer_ring(vec4 v_ringColor) { return vec4(v_ringColor.rgb, v_ringColor.a * step(-0.28, context.sdf)); }',
};

/** How names are shown in a box of some width, cut to so many letters. */
interface Naming {
  letters: number;
  /** The column whose names stand beside its items: the last and fullest one, where there is room and it is not broken into several. */
  beside: number | null;
  /** The names that have room and where they stand; of too many items the library chooses. */
  sides: Map<string, Side> | null;
}

/** Names are placed anew when the picture is so much nearer or farther. */
const nearer = 1.05;

/** The picture on the screen. It is drawn with WebGL: a failure to begin is thrown. */
export class Drawing {
  private readonly sigma: Sigma;
  private scene: Scene | null = null;
  private places = new Map<string, Point>();
  private marks: Marks | null = null;
  private colours: Colours | null = null;
  private readonly font: string;
  private readonly pen = document.createElement('canvas').getContext('2d');
  /** How near the picture was when names were placed. */
  private ratio = 1;

  constructor(
    box: HTMLElement,
    private readonly calm: boolean,
    events: Events,
  ) {
    this.font = getComputedStyle(box).fontFamily;
    this.sigma = new Sigma(new Graph({ multi: false, type: 'directed' }), box, {
      primitives: {
        // What is marked is drawn over what is not.
        depthLayers: ['edges', 'nodes', 'topEdges', 'topNodes'],
        nodes: {
          shapes: [sdfCircle(), sdfSquare(), sdfDiamond(), sdfTriangle()],
          layers: [layerFill(), ring],
          variables: { ringColor: { type: 'color', default: 'transparent' } },
          label: { margin: 4, font: { family: this.font, size: nameSize } },
        },
        edges: { paths: [pathCurvedS({ orientation: 'horizontal' }), pathCurved(), pathLine()], extremities: [extremityArrow()], layers: [layerPlain()], variables: { curvature: { type: 'number', default: 0 } } },
      },
      styles: {
        nodes: {
          x: { attribute: 'x' },
          y: { attribute: 'y' },
          size: { attribute: 'size' },
          color: { attribute: 'color' },
          shape: { attribute: 'shape' },
          ringColor: { attribute: 'ring' },
          label: { attribute: 'label' },
          labelColor: { attribute: 'labelColor' },
          labelPosition: { attribute: 'labelPosition' },
          labelSize: nameSize,
          labelVisibility: { whenState: 'isHovered', then: 'visible', else: { attribute: 'labelVisibility' } },
          labelDepth: { whenState: 'isHovered', then: 'topNodes', else: 'nodes' },
          depth: { whenState: 'isHovered', then: 'topNodes', else: { attribute: 'depth' } },
          cursor: 'pointer',
        },
        edges: { path: { attribute: 'path' }, curvature: { attribute: 'bend' }, opacity: { attribute: 'opacity' }, head: { attribute: 'head' }, size: { attribute: 'size' }, color: { attribute: 'color' }, depth: { attribute: 'depth' }, cursor: 'pointer' },
      },
      settings: {
        nodeLabelEvents: 'extend',
        enableCameraRotation: false,
        enableCameraMouseRotation: false,
        gestureTarget: 'shared',
        itemSizesReference: 'positions',
        zoomToSizeRatioFunction: (ratio) => ratio,
        labelRenderedSizeThreshold: 4,
        labelDensity: 1,
        labelGridCellSize: 130,
        minEdgeThickness: 1.2,
        stagePadding: Math.min(72, box.clientWidth / 7),
        // On leaving the page the box goes before the picture does.
        allowInvalidContainer: true,
        minCameraRatio: 0.005,
        maxCameraRatio: 1.5,
      },
    });
    this.sigma.on('clickNode', ({ node }) => events.onItem(node));
    this.sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      events.onOpen(node);
    });
    this.sigma.on('clickEdge', ({ edge }) => events.onLine(edge));
    this.sigma.on('clickStage', () => events.onNothing());
    this.sigma.getCamera().on('updated', ({ ratio }) => {
      if (Math.max(ratio / this.ratio, this.ratio / ratio) >= nearer && (this.scene?.items.size ?? 0) <= many) this.paintItems();
    });
    this.sigma.on('resize', () => this.paintItems());
    // A click soon after another one is no less a click.
    this.sigma.on('doubleClickStage', ({ preventSigmaDefault }) => {
      preventSigmaDefault();
      events.onNothing();
    });
  }

  /** Draws another scene. */
  show(scene: Scene, places: Map<string, Point>, marks: Marks, colours: Colours): void {
    [this.scene, this.places, this.marks, this.colours] = [scene, places, marks, colours];
    const thin = thinness(scene);
    const graphOf = (naming: Naming) => {
      const graph = new Graph({ multi: false, type: 'directed' });
      for (const item of scene.items.values()) graph.addNode(item.key, { ...places.get(item.key), ...paintItem(item, marks, colours, scene.items.size, naming) });
      return graph;
    };
    // Thousands of lines are no targets, and while all of it moves nobody reads them.
    this.sigma.setSettings({ enableEdgeEvents: thin === 1, hideEdgesOnMove: thin < 1, hideLabelsOnMove: thin < 1 });
    const beside = this.beside();
    this.sigma.setCustomBBox(frame(places, beside === null ? 0 : unit.across));
    // What has room depends on where the items come to stand: they go first, and the lines are drawn once, with the names.
    if (scene.items.size <= many) this.sigma.setGraph(graphOf({ letters: 0, beside, sides: new Map() }));
    const graph = graphOf(this.naming(scene, marks));
    for (const line of scene.lines.values()) graph.addDirectedEdgeWithKey(line.key, line.from, line.to, { ...courseOf(line, places, thin < 1), ...paintLine(line, marks, colours, thin) });
    this.sigma.setGraph(graph);
  }

  /** Draws the same scene with other things standing out. */
  mark(marks: Marks, colours: Colours): void {
    [this.marks, this.colours] = [marks, colours];
    const scene = this.scene;
    if (!scene) return;
    const thin = thinness(scene);
    this.paintItems();
    this.sigma.getGraph().updateEachEdgeAttributes((key, attributes) => {
      const line = scene.lines.get(key);
      return line ? { ...attributes, ...paintLine(line, marks, colours, thin) } : attributes;
    });
  }

  /** Items and their names, as there is room for them at the moment. */
  private paintItems(): void {
    const { scene, marks, colours } = this;
    if (!scene || !marks || !colours) return;
    const naming = this.naming(scene, marks);
    this.sigma.getGraph().updateEachNodeAttributes((key, attributes) => {
      const item = scene.items.get(key);
      return item ? { ...attributes, ...paintItem(item, marks, colours, scene.items.size, naming) } : attributes;
    });
  }

  private isNarrow(): boolean {
    return this.sigma.getDimensions().width < 500;
  }

  private beside(): number | null {
    const last = (this.scene?.columns ?? 0) - 1;
    const inLast = [...(this.scene?.items.values() ?? [])].filter((item) => item.column === last);
    const whole = new Set(inLast.map((item) => this.places.get(item.key)?.x)).size === 1;
    return whole && !this.isNarrow() ? last : null;
  }

  private naming(scene: Scene, marks: Marks): Naming {
    const [letters, beside, { ratio }] = [this.isNarrow() ? 14 : 22, this.beside(), this.sigma.getCamera()];
    this.ratio = ratio;
    if (scene.items.size > many) return { letters, beside, sides: null };
    if (this.pen) this.pen.font = `${nameSize}px ${this.font}`;
    const first = (item: Item) => Number(item.key === marks.selected) * 2 + Number(marks.items.has(item.key));
    const named = [...scene.items.values()]
      .sort((a, b) => first(b) - first(a) || before(a, b))
      .map((item) => ({
        key: item.key,
        ...this.sigma.graphToViewport(this.places.get(item.key) ?? { x: 0, y: 0 }),
        half: this.sigma.scaleSize(sizeOf(item)),
        // What is dimmed has no name, and its shape is still no place for one.
        width: isQuiet(item, marks) ? Infinity : (this.pen?.measureText(short(item.label, letters)).width ?? 0),
        side: item.column === beside ? ('right' as const) : ('below' as const),
      }));
    // While all of it is in sight no name is cut at the edge.
    return { letters, beside, sides: placeNames(named, [ratio >= 1 ? 0 : -1e9, ratio >= 1 ? this.sigma.getDimensions().width : 1e9]) };
  }

  /** Brings an item into the middle, near enough to read its name. */
  centre(key: string): void {
    const point = this.places.get(key);
    if (!point) return;
    const { x, y } = this.sigma.graphToFramedGraph(point);
    const readable = this.sigma.getCamera().ratio * Math.min(1, (sizeOnScreen(this.sigma) || 1) / 9);
    this.move({ x, y, ratio: readable });
  }

  /** Moves so far that an item can be seen. */
  reveal(key: string): void {
    const point = this.places.get(key);
    if (!point) return;
    const { x, y } = this.sigma.graphToViewport(point);
    const { width, height } = this.sigma.getDimensions();
    const inside = x > room && y > room && x < width - room && y < height - room;
    if (!inside) this.move({ ...this.sigma.graphToFramedGraph(point) });
  }

  /** Shows all of it. */
  fit(): void {
    this.move({ x: 0.5, y: 0.5, ratio: 1 });
  }

  zoom(factor: number): void {
    this.move({ ratio: this.sigma.getCamera().ratio * factor });
  }

  private move(state: { x?: number; y?: number; ratio?: number }): void {
    const camera = this.sigma.getCamera();
    if (this.calm) camera.setState(camera.validateState({ ...camera.getState(), ...state }));
    else void camera.animate(state, { duration: 250 });
  }

  end(): void {
    this.sigma.kill();
  }
}

/** Half the width of an ordinary item in pixels. */
function sizeOnScreen(sigma: Sigma): number {
  return sigma.scaleSize(unit.item / 2);
}

/** What the box shows: all places, and room for the names on the right. */
function frame(places: Map<string, Point>, names: number): { x: [number, number]; y: [number, number] } {
  let [left, right, low, high] = [0, 0, 0, 0];
  for (const { x, y } of places.values()) [left, right, low, high] = [Math.min(left, x), Math.max(right, x), Math.min(low, y), Math.max(high, y)];
  right += names;
  const [across, down] = [Math.max(0, least.width - (right - left)) / 2, Math.max(0, least.height - (high - low)) / 2];
  return { x: [left - across, right + across], y: [low - down, high + down] };
}

function isQuiet(item: Item, marks: Marks): boolean {
  return marks.items.size > 0 && !marks.items.has(item.key) && item.key !== marks.selected;
}

function paintItem(item: Item, marks: Marks, colours: Colours, items: number, { letters, beside, sides }: Naming) {
  const quiet = isQuiet(item, marks);
  const plain = item.role === 'asset' || item.role === 'group';
  const selected = item.key === marks.selected;
  const named = sides ? sides.has(item.key) : null;
  return {
    label: short(item.label, letters),
    labelPosition: sides?.get(item.key) ?? (item.column === beside ? 'right' : 'below'),
    size: sizeOf(item, items > many) * (selected ? 1.25 : 1),
    shape: shapes[item.role],
    color: marks.safer.has(item.key) ? colours.good : quiet ? colours.faint : colourOf(item.role, colours),
    ring: selected ? colours.accent : item.choke && !quiet ? colours.plan : 'transparent',
    labelColor: colours.text,
    labelVisibility: quiet || named === false ? 'hidden' : selected || named || (!plain && item.share > 0.1) ? 'visible' : 'auto',
    depth: quiet ? 'nodes' : 'topNodes',
  };
}

/** Within a column a line bends around what is between, to the right. */
function courseOf(line: Line, places: Map<string, Point>, straight: boolean): { path: string; bend: number } {
  const [from, to] = [places.get(line.from), places.get(line.to)];
  if (straight || !from || !to) return { path: 'straight', bend: 0 };
  if (from.x !== to.x) return { path: 'curvedS', bend: 0 };
  const long = Math.abs(to.y - from.y);
  return { path: 'curved', bend: Math.sign(from.y - to.y) * Math.min(0.5, (unit.across * 0.6) / long) };
}

function thinness(scene: Scene): number {
  return scene.lines.size > plainLines ? plainLines / scene.lines.size / 2 : 1;
}

/** Lines are the fainter the more there are (`thin`), but for those that much passes. */
function paintLine(line: Line, marks: Marks, colours: Colours, thin: number) {
  const marked = marks.lines.has(line.key) || line.key === marks.selected;
  const quiet = !marked && (marks.items.size > 0 || !line.best);
  return {
    size: widthOf(line) + (marked ? 1 : 0),
    color: marked ? colours.accent : quiet ? colours.faint : colours.line,
    opacity: marked ? 1 : Math.min(1, Math.max(0.06, thin) + line.share * 4),
    head: marked || thin === 1 ? 'arrow' : 'none',
    depth: marked ? 'topEdges' : 'edges',
  };
}
