import { useState } from 'react';
import type { AttackGraph } from '../../api/types';
import { Menu } from '../../components/Menu';
import { save } from '../../lib/save';
import type { Point } from '../../lib/graph/layout';
import type { Colours } from '../../lib/graph/look';
import type { Scene } from '../../lib/graph/scene';
import { pngOf, svgOf, type Standing } from '../../lib/graph/svg';
import { navigatorLayer, type Techniques } from '../../lib/ways';

interface Props {
  /** What the files are about, which gives them their name. */
  name: string;
  title: string;
  /** What the JSON holds. */
  data: AttackGraph | object;
  techniques: Techniques;
  scene: Scene;
  places: Map<string, Point>;
  colours: Colours;
  standing: Standing;
}

/** The picture as it is now, and what is behind it, as files. */
export function Save({ name, title, data, techniques, scene, places, colours, standing }: Props) {
  const [failure, setFailure] = useState('');
  const svg = () => svgOf(scene, places, colours, standing, title);
  const png = async () => {
    try {
      setFailure('');
      save(`${name}.png`, await pngOf(svg()), 'image/png');
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'The browser made no picture of it.');
    }
  };
  return (
    <>
      {failure && (
        <span className="small" role="alert">
          {failure} Save it as SVG instead.
        </span>
      )}
      <Menu label="Save">
        <button type="button" className="btn quiet" onClick={() => void png()}>
          Picture (PNG)
        </button>
        <button type="button" className="btn quiet" onClick={() => save(`${name}.svg`, svg(), 'image/svg+xml')}>
          Picture (SVG)
        </button>
        <button type="button" className="btn quiet" onClick={() => save(`${name}.json`, JSON.stringify(data, null, 1), 'application/json')}>
          Data (JSON)
        </button>
        <button type="button" className="btn quiet" onClick={() => save(`${name}-navigator.json`, JSON.stringify(navigatorLayer(title, techniques), null, 1), 'application/json')}>
          ATT&amp;CK Navigator layer
        </button>
      </Menu>
    </>
  );
}
