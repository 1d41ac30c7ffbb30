/** How far something is; without a share it only says that it goes on. */
export function Progress({ share, label }: { share: number | null; label: string }) {
  return share === null ? <progress aria-label={label} /> : <progress aria-label={label} max={1} value={Math.max(0, Math.min(1, share))} />;
}
