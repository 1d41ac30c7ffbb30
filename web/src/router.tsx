import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { ApiError } from './api/errors';
import { queries } from './api/queries';
import { NotFound } from './components/NotFound';
import { RouteFailure } from './components/RouteFailure';
import { Shell } from './components/Shell';
import { Skeleton } from './components/Skeleton';
import { listSearch, parseSearch, pathsSearch, stringifySearch } from './lib/search';

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search: Record<string, unknown>) => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import('./pages/session/SetupPage'), 'SetupPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string | undefined; why?: 'ended' | undefined } => ({
    next: text(search.next),
    why: search.why === 'ended' ? 'ended' : undefined,
  }),
  component: lazyRouteComponent(() => import('./pages/session/SignInPage'), 'SignInPage'),
});

/** Everything behind the sign-in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(queries.session());
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const { needed } = await context.client.fetchQuery({ ...queries.setup(), staleTime: 0 });
      if (needed) throw redirect({ to: '/setup', search: { token: undefined } });
      throw redirect({ to: '/sign-in', search: { next: location.href === '/' ? undefined : location.href } });
    }
  },
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/OverviewPage'), 'OverviewPage'),
});

const exposures = createRoute({
  getParentRoute: () => shell,
  path: '/exposures',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/exposures/ExposuresPage'), 'ExposuresPage'),
});

const alike = createRoute({
  getParentRoute: () => shell,
  path: '/exposures/alike',
  component: lazyRouteComponent(() => import('./pages/exposures/AlikePage'), 'AlikePage'),
});

const exposure = createRoute({
  getParentRoute: () => shell,
  path: '/exposures/$id',
  component: lazyRouteComponent(() => import('./pages/exposures/ExposurePage'), 'ExposurePage'),
});

const assets = createRoute({
  getParentRoute: () => shell,
  path: '/assets',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/assets/AssetsPage'), 'AssetsPage'),
});

const asset = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id',
  component: lazyRouteComponent(() => import('./pages/assets/AssetPage'), 'AssetPage'),
});

const paths = createRoute({
  getParentRoute: () => shell,
  path: '/paths',
  validateSearch: pathsSearch,
  component: lazyRouteComponent(() => import('./pages/paths/PathsPage'), 'PathsPage'),
});

const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  component: lazyRouteComponent(() => import('./pages/runs/RunsPage'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('./pages/runs/RunPage'), 'RunPage'),
});

const importing = createRoute({
  getParentRoute: () => shell,
  path: '/import',
  component: lazyRouteComponent(() => import('./pages/import/ImportPage'), 'ImportPage'),
});

const feeds = createRoute({
  getParentRoute: () => shell,
  path: '/feeds',
  component: lazyRouteComponent(() => import('./pages/feeds/FeedsPage'), 'FeedsPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/SettingsPage'), 'SettingsPage'),
});

const settingsTab = createRoute({
  getParentRoute: () => shell,
  path: '/settings/$tab',
  component: lazyRouteComponent(() => import('./pages/settings/SettingsPage'), 'SettingsPage'),
});

const tree = root.addChildren([
  setup,
  signIn,
  shell.addChildren([overview, exposures, alike, exposure, assets, asset, paths, runs, run, importing, feeds, settings, settingsTab]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    defaultPendingComponent: () => <Skeleton lines={8} />,
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}
