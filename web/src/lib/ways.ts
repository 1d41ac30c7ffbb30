import type { Way } from '../api/types';

/** How many steps use each technique. */
export type Techniques = { technique: string; steps: number }[];

export function techniquesOf(ways: Way[]): Techniques {
  const counts = new Map<string, number>();
  for (const step of ways.flatMap((way) => way.steps)) counts.set(step.technique, (counts.get(step.technique) ?? 0) + 1);
  return [...counts].sort().map(([technique, steps]) => ({ technique, steps }));
}

/** Techniques as a layer of MITRE's ATT&CK Navigator (layer format 4.5). */
export function navigatorLayer(name: string, techniques: Techniques): object {
  const scored = techniques.map(({ technique, steps }) => ({ techniqueID: technique, score: steps, enabled: true }));
  return {
    name,
    versions: { layer: '4.5', navigator: '5.1.0', attack: '18' },
    domain: 'enterprise-attack',
    description: 'The score of a technique is how many steps an attacker could take by it.',
    gradient: { colors: ['#ffffff', '#b3261e'], minValue: 0, maxValue: Math.max(1, ...techniques.map((one) => one.steps)) },
    techniques: scored,
  };
}
