import { addAsset, addExposure } from './state.mjs';

const score = { CRITICAL: 84, HIGH: 66, MEDIUM: 38, LOW: 12, error: 66, warning: 38, note: 12 };

/** Reads the two formats that the fixtures have; anything else is refused as the server refuses it. */
export function readReport(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return null;
  }
  if (Array.isArray(report.Results)) return { source: 'trivy', findings: report.Results.flatMap((result) => (result.Vulnerabilities ?? []).map((one) => trivy(report, one))) };
  if (Array.isArray(report.runs)) return { source: report.runs[0].tool.driver.name.toLowerCase(), findings: report.runs.flatMap((run) => run.results.map((one) => sarif(run, one))) };
  return null;
}

function trivy(report, one) {
  return {
    asset: { name: report.ArtifactName, kind: report.ArtifactType === 'container_image' ? 'container-image' : 'host' },
    row: { weakness: one.VulnerabilityID, title: one.Title, severity: one.Severity.toLowerCase(), locus: `pkg:deb/debian/${one.PkgName}`, priority: score[one.Severity], priority_low: score[one.Severity] - 10, priority_high: score[one.Severity] + 10, fix: one.FixedVersion ? `Upgrade ${one.PkgName} to ${one.FixedVersion}` : null, command: one.FixedVersion ? `apt-get install --only-upgrade ${one.PkgName}` : '' },
  };
}

function sarif(run, one) {
  const rule = run.tool.driver.rules.find((each) => each.id === one.ruleId);
  return {
    asset: { name: run.versionControlProvenance?.[0]?.repositoryUri ?? 'repository', kind: 'repository' },
    row: { weakness: `${run.tool.driver.name.toLowerCase()}:${one.ruleId}`, title: rule?.shortDescription?.text ?? one.message.text, severity: { error: 'high', warning: 'medium', note: 'low' }[one.level], locus: `file:${one.locations[0].physicalLocation.artifactLocation.uri}`, priority: score[one.level], priority_low: score[one.level] - 10, priority_high: score[one.level] + 10, fix: null },
  };
}

/** Puts a report's findings into the state; answers what a run tells. */
export function absorb(state, report) {
  const run = { findings: report.findings.length, created: 0, unchanged: 0, assets: 0 };
  const names = new Set();
  for (const finding of report.findings) {
    names.add(finding.asset.name);
    const asset = state.assets.find((one) => one.name === finding.asset.name) ?? addAsset(state, { ...finding.asset, first_seen: new Date().toISOString(), last_seen: new Date().toISOString() });
    const known = state.exposures.find((one) => one.asset_id === asset.id && one.weakness === finding.row.weakness && one.locus === finding.row.locus);
    if (known) run.unchanged += 1;
    else {
      run.created += 1;
      addExposure(state, asset, { ...finding.row, ssvc: finding.row.priority > 80 ? 'act' : 'track', sources: [report.source], first_seen: new Date().toISOString(), last_seen: new Date().toISOString() });
    }
  }
  run.assets = names.size;
  return run;
}
