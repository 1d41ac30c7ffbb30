import { count, percent } from './format';

/** Why an entry leads nowhere yet, and what adds its first step. */
export const firstSteps: Record<string, string> = {
  internet: 'Leads nowhere yet: nothing is known to be reached from the internet. Import a scan from outside, security groups or firewall rules, or set the reach of an asset to Internet.',
  'phished-user': 'Leads nowhere yet: no person’s account is known. Import a directory (SharpHound, AzureHound, AWS IAM).',
  supplier: 'Leads nowhere yet: no access of a supplier is known. Tell it in a table of relations, as supplier_access.',
  insider: 'Leads nowhere yet: no person’s account is known. Import a directory (SharpHound, AzureHound, AWS IAM).',
  'stolen-device': 'Leads nowhere yet: no laptop is known with whether its disk is encrypted. Import what osquery tells of them.',
};

/** How the expected loss moved, in words that follow others. */
export function lossWords(before: number, now: number): string {
  if (before <= 0) return now <= 0 ? 'no loss was known of, and none is now' : `no loss was known of before; ${loss(now)} is expected now`;
  const change = now / before - 1;
  if (Math.abs(change) < 0.0005) return `the expected loss is the same, ${loss(now)}`;
  return `the expected loss is ${percent(Math.abs(change))} ${change < 0 ? 'lower' : 'higher'}: ${loss(before)} before, ${loss(now)} now`;
}

/** An expected loss, in what assets are worth: with two digits where it is small. */
export function loss(value: number): string {
  return value >= 10 || value === 0 ? count(value) : value < 0.1 ? '< 0.1' : value.toFixed(1);
}

/** Percent as people type it, with a point or a comma, as a share; `null` where it is none. */
export function shareOf(text: string): number | null {
  const plain = text.trim().replace(/\s*%$/, '').replace(',', '.');
  const value = plain === '' ? NaN : Number(plain);
  return value >= 0 && value <= 100 ? value / 100 : null;
}

/** A share in percent as it is typed: as many digits as it needs, three at most. */
export function typed(share: number): string {
  return String(Number((share * 100).toFixed(3)));
}

/** What is wrong with a probability and its bounds, in words; `null` where nothing is. */
export function wrongWith(low: string, value: string, high: string): string | null {
  const [least, likely, most] = [shareOf(low), shareOf(value), shareOf(high)];
  if (least === null || likely === null || most === null) return 'Each is a number of percent, 0 to 100.';
  return least <= likely && likely <= most ? null : 'The likely value lies between the other two.';
}
