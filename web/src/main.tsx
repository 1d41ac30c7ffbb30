import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/parts.css';
import './styles/list.css';
import './styles/overview.css';
import './styles/pages.css';
import './styles/paths.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/errors';
import { Toasts } from './components/Toasts';
import { makeRouter } from './router';

/** A session that ended while the page was open: the sign-in page takes over, and leads back here. */
function onError(error: unknown) {
  if (error instanceof ApiError && error.status === 401 && client.getQueryData(['session']) !== undefined) {
    const { href } = router.state.location;
    client.clear();
    void router.navigate({ to: '/sign-in', search: { next: href === '/' ? undefined : href, why: 'ended' } });
  }
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});

const router = makeRouter(client);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </QueryClientProvider>
    </StrictMode>,
  );
}
