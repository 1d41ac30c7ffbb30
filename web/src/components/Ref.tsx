/** An address out of a report: a link only when it is a web address, else text. */
export function Ref({ address }: { address: string }) {
  if (!/^https?:\/\//i.test(address)) return <span className="wrap">{address}</span>;
  return (
    <a href={address} rel="noreferrer noopener" target="_blank" className="wrap">
      {address}
    </a>
  );
}
