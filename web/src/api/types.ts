/**
 * The nouns of the API as docs/API.md tells them. Everything in the UI takes its types from here, so that a change of
 * the contract is seen in one place.
 */

export type Role = 'viewer' | 'analyst' | 'admin';
export type Verdict = 'accepted' | 'false-positive' | 'not-affected';
export type Status = 'open' | 'accepted' | 'false-positive' | 'not-affected' | 'fixed';

export interface List<T> {
  total: number;
  items: T[];
  next: string | null;
}

export interface Session {
  user: { id: number; name: string; role: Role };
  csrf: string;
}

export interface ExposureRow {
  id: number;
  weakness: string;
  title: string;
  asset: string;
  asset_id: number;
  locus: string;
  severity: string;
  priority: number | null;
  priority_low: number | null;
  priority_high: number | null;
  band: string;
  ssvc: string | null;
  status: string;
  reach: string;
  kev: boolean | null;
  epss: number | null;
  first_seen: string;
  last_seen: string;
  sightings: number;
  sources: string[];
  owner: string | null;
  demo: boolean;
}

export interface Factor {
  name: string;
  value: number | null;
  low: number | null;
  high: number | null;
  source: string | null;
  as_of: string | null;
  words: string;
}

export interface Counterfactual {
  change: string;
  from: number | null;
  to: number | null;
  words: string;
}

export interface Explanation {
  priority: number | null;
  low: number | null;
  high: number | null;
  band: string;
  ssvc: string | null;
  factors: Factor[];
  unknown: string[];
  counterfactual: Counterfactual | null;
  notes: string[];
}

export interface Sighting {
  source: string;
  run: number | null;
  locus: string;
  severity: string;
  first_seen: string;
  last_seen: string;
  present: boolean;
  title: string;
  evidence: string | null;
  raw_id: string | null;
  component: string | null;
  fixed_version: string | null;
  line: number | null;
}

export interface Decision {
  id: number;
  verdict: string;
  by: string;
  at: string;
  until: string | null;
  reason: string;
  revoked_at: string | null;
  lapsed_at?: string | null;
  count: number;
}

export interface Evidence {
  at: string;
  kind: string;
  text: string;
  run: number | null;
}

export interface Comment {
  id: number;
  at: string;
  by: string;
  text: string;
}

export interface Exposure extends Omit<ExposureRow, 'weakness' | 'asset' | 'sightings'> {
  weakness: {
    key: string;
    title: string;
    aliases: string[];
    cwe: (string | number)[];
    description: string | null;
    cvss: { vector: string; score: number | null; version?: string | null }[] | null;
    references: string[];
  };
  asset: AssetRow;
  explanation: Explanation | null;
  sightings: Sighting[];
  decisions: Decision[];
  evidence: Evidence[];
  comments: Comment[];
  fix: { text: string; commands: string[] } | null;
}

export interface AssetRow {
  id: number;
  name: string;
  kind: string;
  reach: string;
  reach_source: string | null;
  criticality: string | null;
  data: string[];
  scopes: string[];
  open: number;
  top_priority: number | null;
  first_seen: string;
  last_seen: string;
  os: string | null;
  demo: boolean;
}

export interface Identifier {
  kind: string;
  value: string;
  strong: boolean;
  source: string | null;
  first_seen: string;
  last_seen: string;
}

export interface Service {
  protocol: string;
  port: number;
  name: string | null;
  product: string | null;
  version: string | null;
  last_seen: string | null;
}

export interface Component {
  purl: string;
  name: string;
  version: string | null;
}

export interface Asset extends AssetRow {
  identifiers: Identifier[];
  services: Service[];
  components: { total: number; items: Component[] };
  relations: { relation: string; direction: string; asset: { id: number; name: string; kind: string } }[];
  exposures: ExposureRow[];
  merges: { id: number; at: string; by?: string; into: number; from: number; reasons: string[]; split_at: string | null }[];
  facts: Record<string, unknown> | null;
  events: Event[];
}

export interface Run {
  id: number;
  kind: string;
  source: string | null;
  label: string;
  state: string;
  started_at: string;
  finished_at: string | null;
  seconds: number | null;
  findings: number;
  created: number;
  updated: number;
  unchanged: number;
  reopened: number;
  closed: number;
  assets: number;
  rejected: number;
  gaps: number;
  bytes: number | null;
  progress: number | null;
  error?: string | null;
}

export interface RunDetail extends Run {
  coverage: { asset: string; checks: string; loci: string }[];
  gap_list: { what: string; why: string }[];
  rejected_list: { at: string; reason: string }[];
}

export interface Feed {
  name: string;
  title: string;
  records: number;
  as_of: string | null;
  loaded_at: string | null;
  complete: boolean;
  problems: string[];
  stale: boolean;
}

export interface Event {
  seq: number;
  at: string;
  actor: string;
  kind: string;
  text: string;
  asset: number | null;
  exposure: number | null;
  run: number | null;
  count: number | null;
}

export interface Overview {
  generated_at: string;
  open: { total: number; act: number; attend: number; track_star: number; track: number };
  by_band: Record<string, number>;
  by_severity: Record<string, number>;
  since: { at: string | null; opened: number; fixed: number; reopened: number; changes: Event[] };
  next: { exposure: ExposureRow; why: string; action: string }[];
  fixes: { key: string; title: string; exposures: number; assets: number; risk_share: number | null }[];
  trend: { day: string; open: number; opened: number; fixed: number; risk: number | null }[];
  unknown: { factor: string; exposures: number; share: number; query: string }[];
  feeds: Feed[];
  runs: Run[];
  hosts: number;
  demo: boolean;
}

export interface FacetValue {
  value: string;
  label: string;
  count: number;
}

export interface Facet {
  field: string;
  label: string;
  values: FacetValue[];
}

export interface QueryField {
  name: string;
  type: string;
  doc: string;
  example: string;
  values?: string[] | null;
}

export interface Scope {
  id: number;
  name: string;
  description: string;
  query: string;
  criticality: string | null;
  data: string[];
  crown_jewel: boolean;
  assets: number;
}

export interface User {
  id: number;
  name: string;
  role: Role;
  disabled: boolean;
  created_at: string;
  last_login: string | null;
}

export interface Token {
  id: number;
  name: string;
  role: Role;
  created_at: string;
  expires: string | null;
  last_used: string | null;
  token?: string | null;
}

export interface SavedView {
  id: number;
  name: string;
  query: string;
  sort: string;
}

export interface Format {
  id: string;
  name: string;
  summary: string;
  extensions: string[];
}

export interface DecisionInput {
  ids?: number[];
  q?: string;
  verdict: Verdict;
  until?: string;
  reason: string;
}

export interface DecisionPreview {
  count: number;
  by_status: Record<string, number>;
  sample: ExposureRow[];
}
