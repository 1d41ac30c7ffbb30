/**
 * The nouns of the API, taken from the server's OpenAPI document (schema.ts is made from it). Everything in the UI takes
 * its types from here, so that a change of the contract is seen in one place.
 */
import type { components } from './schema';

type S = components['schemas'];

export type Role = S['RoleWord'];
export type Verdict = S['VerdictWord'];
export interface List<T> {
  total: number;
  items: T[];
  next: string | null;
}

export type Session = S['SessionView'];
export type ExportFormat = 'csv' | 'json' | 'sarif' | 'ocsf' | 'cyclonedx';
export type ExposureRow = S['ExposureRow'];
export type Exposure = S['Exposure'];
export type Explanation = S['Explanation'];
export type Factor = S['Factor'];
export type Sighting = S['Sighting'];
export type Decision = S['Decision'];
export type Evidence = S['Evidence'];
export type NamedExposure = S['Named'];
export type Proposal = S['Proposal'];
export type Said = S['Said'];
export type Word = S['Word'];
export type Comment = S['Comment'];
export type AssetRow = S['AssetRow'];
export type Asset = S['AssetView'];
export type Identifier = S['Identifier'];
export type Service = S['Service'];
export type Component = S['Component'];
export type Run = S['Run'];
export type ImportStarted = S['ImportStarted'];
export type Table = S['Table'];
export type TableMap = S['TableMap'];
export type RunDetail = S['RunView'];
export type Feed = S['Feed'];
export type Event = S['EventView'];
export type Overview = S['Overview'];
export type FacetValue = S['FacetValue'];
export type Facet = S['Facet'];
export type QueryField = S['QueryField'];
export type Scope = S['Scope'];
export type ScopeInput = S['ScopeInput'];
export type User = S['User'];
export type Token = S['Token'];
export type MadeToken = S['MadeToken'];
export type SavedView = S['View'];
export type Format = S['ReportFormat'];
export type AssetChange = S['AssetChange'];
export type Assignment = S['Assignment'];
export type AssignmentInput = S['AssignmentInput'];
export type DecisionInput = S['DecisionInput'];
export type DecisionPreview = S['DecisionPreview'];
export type DecisionTaken = S['DecisionTaken'];
export type AttackSummary = S['AttackSummary'];
export type AssetAttack = S['AssetAttack'];
export type Way = S['Way'];
export type WayStep = S['StepView'];
export type Place = S['Place'];
export type Fix = S['FixView'];
export type Probability = S['Probability'];
export type AttackGraph = S['GraphView'];
export type GraphSpot = S['SpotView'];
export type GraphLink = S['LinkView'];
export type Jewel = S['JewelView'];
export type CutSet = S['CutView'];
export type Entry = S['EntryView'];
export type EntryChange = S['EntryInput'];
export type Compared = S['CompareView'];
export type WayCompared = S['WayCompared'];
export type WhatIf = S['WhatIfView'];
