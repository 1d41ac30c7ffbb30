import { Link, useParams } from '@tanstack/react-router';
import { NotFound } from '../../components/NotFound';
import { Page } from '../../components/Page';
import { useMay } from '../../lib/session';
import { Account } from './Account';
import { Appearance } from './Appearance';
import { People } from './People';
import { Scopes } from './Scopes';
import { Tokens } from './Tokens';

const tabs = [
  { id: 'appearance', name: 'Appearance', admin: false, body: Appearance },
  { id: 'account', name: 'Account', admin: false, body: Account },
  { id: 'scopes', name: 'Scopes', admin: false, body: Scopes },
  { id: 'tokens', name: 'Tokens', admin: false, body: Tokens },
  { id: 'people', name: 'People', admin: true, body: People },
];

export function SettingsPage() {
  const { tab = 'appearance' } = useParams({ strict: false });
  const admin = useMay('admin');
  const shown = tabs.filter((one) => admin || !one.admin);
  const current = tabs.find((one) => one.id === tab);
  if (!current) return <NotFound />;
  const Body = current.body;
  return (
    <Page title="Settings">
      <nav className="tabs" aria-label="Settings">
        {shown.map((one) => (
          <Link key={one.id} to="/settings/$tab" params={{ tab: one.id }} className={one.id === tab ? 'active' : ''} aria-current={one.id === tab ? 'page' : undefined}>
            {one.name}
          </Link>
        ))}
      </nav>
      <Body />
    </Page>
  );
}
