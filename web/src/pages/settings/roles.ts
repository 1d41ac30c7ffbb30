import type { Role } from '../../api/types';

export const roleNames: Record<Role, string> = { viewer: 'Viewer', analyst: 'Analyst', admin: 'Administrator' };

export const roles: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer: looks' },
  { value: 'analyst', label: 'Analyst: also imports, decides, comments' },
  { value: 'admin', label: 'Administrator: also people, scopes, feeds' },
];
