import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { follow } from '../api/live';
import { useKeys } from '../lib/hooks';
import { Brand } from './Brand';
import { Icon } from './Icon';
import { Palette } from './Palette';
import { Shortcuts } from './Shortcuts';
import { Sidebar } from './Sidebar';

/** The frame of every page behind the sign-in: navigation, keys, live changes. */
export function Shell() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const [menu, setMenu] = useState(false);
  const [connected, setConnected] = useState(true);

  useEffect(() => follow(client, setConnected), [client]);
  useEffect(() => setMenu(false), [pathname]);
  useKeys((action) => {
    if (action.kind === 'palette' || action.kind === 'help') {
      setOpen(action.kind);
      return true;
    }
    if (action.kind === 'go') {
      void navigate({ to: action.to });
      return true;
    }
    if (action.kind === 'clear' && menu) {
      setMenu(false);
      return true;
    }
    return false;
  });

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <Brand />
        </Link>
        <span className="row">
          <button type="button" className="btn quiet icon" aria-label="Search and commands" onClick={() => setOpen('palette')}>
            <Icon name="search" />
          </button>
          <button type="button" className="btn quiet icon" aria-label="Menu" aria-expanded={menu} aria-controls="sidebar" onClick={() => setMenu(!menu)}>
            <Icon name={menu ? 'close' : 'menu'} />
          </button>
        </span>
      </header>
      <Sidebar open={menu} connected={connected} onCommand={() => setOpen('palette')} onHelp={() => setOpen('help')} />
      <main className="main" id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
      {open === 'help' && <Shortcuts onClose={() => setOpen(null)} />}
    </div>
  );
}
