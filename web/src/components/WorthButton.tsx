import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries';
import { EditAsset } from './EditAsset';
import { Failure } from './Failure';

/** Opens the dialog in which an analyst says what an asset is worth, from wherever the asset is named. */
export function WorthButton({ asset, name }: { asset: number; name: string }) {
  const [open, setOpen] = useState(false);
  const found = useQuery({ ...queries.asset(asset), enabled: open });
  return (
    <>
      <span className="small">
        <button type="button" className="link" onClick={() => setOpen(true)}>
          Say what it is worth<span className="visually-hidden">: {name}</span>
        </button>
      </span>
      {open && found.error && <Failure error={found.error} retry={() => void found.refetch()} />}
      {open && found.data && <EditAsset asset={found.data} onClose={() => setOpen(false)} />}
    </>
  );
}
