/** The sign: a turret that overhangs its wall. */
export function Brand() {
  return (
    <>
      <svg width="20" height="20" viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
        <path d="M4 4h6v5h3V4h6v5h3V4h6v11l-5 5v9H9v-9l-5-5z" />
      </svg>
      Bartizan
    </>
  );
}
