const paths = {
  overview: 'M2 13V8h3v5zm4.5 0V3h3v10zM11 13V6h3v7z',
  exposures: 'M8 1.5 14.5 13.5h-13zM7.2 6v4h1.6V6zm0 5v1.5h1.6V11z',
  assets: 'M2 2h12v5H2zm0 7h12v5H2zm2-5v1.2h2V4zm0 7v1.2h2V11z',
  paths: 'M3 2a2 2 0 0 1 1.9 2.6l2 1.4a2 2 0 0 1 2.2 0l2-1.4A2 2 0 1 1 12 6l-2 1.3a2 2 0 0 1 0 1.4L12 10a2 2 0 1 1-.9 1.4l-2-1.4a2 2 0 0 1-2.2 0l-2 1.4A2 2 0 1 1 4 10l2-1.3a2 2 0 0 1 0-1.4L4 6a2 2 0 1 1-1-4z',
  runs: 'M8 1.5A6.5 6.5 0 1 1 1.5 8H3a5 5 0 1 0 1.6-3.7L6.5 6H1.7V1.2l1.8 1.9A6.5 6.5 0 0 1 8 1.5zm-.8 3h1.5v3.2l2.4 1.4-.8 1.3-3.1-1.8z',
  import: 'M7.2 1.5h1.6v6.3l2.3-2.3 1.1 1.1L8 10.8 3.8 6.6l1.1-1.1 2.3 2.3zM2 11h1.6v1.9h8.8V11H14v3.5H2z',
  feeds: 'M2.5 2a11.5 11.5 0 0 1 11.5 11.5h-2A9.5 9.5 0 0 0 2.5 4zm0 4.5a7 7 0 0 1 7 7h-2a5 5 0 0 0-5-5zm1.6 4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z',
  settings: 'M2 3.7h6.2a2 2 0 0 1 3.6 0H14v1.6h-2.2a2 2 0 0 1-3.6 0H2zm0 7h2.2a2 2 0 0 1 3.6 0H14v1.6H7.8a2 2 0 0 1-3.6 0H2z',
  menu: 'M2 3.5h12v1.6H2zm0 3.7h12v1.6H2zm0 3.7h12v1.6H2z',
  close: 'm4.2 3.1 3.8 3.8 3.8-3.8 1.1 1.1L9.1 8l3.8 3.8-1.1 1.1L8 9.1l-3.8 3.8-1.1-1.1L6.9 8 3.1 4.2z',
  search: 'M7 2a5 5 0 0 1 4 8l3 3-1 1-3-3a5 5 0 1 1-3-9zm0 1.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z',
  filter: 'M1.5 3h13v1.6h-13zm2.5 4h8v1.6H4zm2.5 4h3v1.6h-3z',
  copy: 'M5 1.5h8.5V11H11v3.5H2.5V5H5zm1.5 1.4V5H11v4.5h1V2.9zM4 6.5V13h5.5V6.5z',
  check: 'm6.3 12.4-4-4 1.1-1.1 2.9 2.9 6.3-6.4 1.1 1.1z',
  info: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm-.8 4.3h1.6v4H7.2zm0-2.5h1.6v1.6H7.2z',
  up: 'm8 4 4.5 6h-9z',
  down: 'm8 12-4.5-6h9z',
} as const;

export type IconName = keyof typeof paths;

/** A picture beside a word; alone it says nothing to a screen reader. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="currentColor" fillRule="evenodd" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
