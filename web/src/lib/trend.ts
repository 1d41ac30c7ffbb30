/** Ticks from 0 that end at or above the largest value: 0, 20, 40, 60. */
export function ticks(largest: number, wanted = 3): number[] {
  if (largest <= 0) return [0, 1];
  const rough = largest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough);
  const end = Math.ceil(largest / step) * step;
  return Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
}
