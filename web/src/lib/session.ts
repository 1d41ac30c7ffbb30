import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries';
import type { Role, Session } from '../api/types';

const order: Role[] = ['viewer', 'analyst', 'admin'];

/** Who is signed in; pages behind the sign-in always have somebody. */
export function useSession(): Session | undefined {
  return useQuery(queries.session()).data;
}

/** Whether the signed-in person may do what a role may. */
export function useMay(role: Role): boolean {
  const session = useSession();
  return session !== undefined && order.indexOf(session.user.role) >= order.indexOf(role);
}
