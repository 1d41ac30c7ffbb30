import { Link } from '@tanstack/react-router';
import { Empty } from './Empty';
import { Page } from './Page';

export function NotFound() {
  return (
    <main id="main">
      <Page title="There is no such page">
        <Empty title="The address leads nowhere." action={<Link to="/" className="btn">Go to the overview</Link>}>
          It may be an old link. Press <kbd>Ctrl</kbd> <kbd>K</kbd> to look for what you wanted.
        </Empty>
      </Page>
    </main>
  );
}
