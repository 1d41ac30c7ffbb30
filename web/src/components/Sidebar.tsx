import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { api } from '../api/endpoints';
import { places } from '../lib/keys';
import { useSession } from '../lib/session';
import { Brand } from './Brand';
import { Icon, type IconName } from './Icon';
import { Name } from './Name';

interface Props {
  open: boolean;
  connected: boolean;
  onCommand: () => void;
  onHelp: () => void;
}

export function Sidebar({ open, connected, onCommand, onHelp }: Props) {
  const session = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const signOut = async () => {
    await api.signOut();
    client.clear();
    await router.navigate({ to: '/sign-in', search: { next: undefined } });
  };
  return (
    <nav className={open ? 'sidebar open' : 'sidebar'} id="sidebar" aria-label="Main">
      <Link to="/" className="brand">
        <Brand />
      </Link>
      <div className="nav">
        {places.map((place) => (
          <Link key={place.to} to={place.to} activeOptions={{ exact: place.to === '/', includeSearch: false }} activeProps={{ className: 'active', 'aria-current': 'page' }}>
            <Icon name={place.name.toLowerCase() as IconName} />
            {place.name}
          </Link>
        ))}
      </div>
      <div className="side-foot">
        {!connected && (
          <p className="small soft who" role="status">
            Live updates are interrupted; trying again.
          </p>
        )}
        <button type="button" className="btn" onClick={onCommand}>
          Search <kbd>Ctrl K</kbd>
        </button>
        <button type="button" className="btn quiet" onClick={onHelp}>
          Shortcuts <kbd>?</kbd>
        </button>
        {session && (
          <div className="between who">
            <span className="small">
              <Name text={session.user.name} /> <span className="soft">{session.user.role}</span>
            </span>
            <button type="button" className="link small" onClick={() => void signOut()}>
              Sign out
            </button>
          </div>
        )}
      </div>
    </nav>
  );
}
