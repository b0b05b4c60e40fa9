import type { SidedSpan } from '../delta/cause.ts'
import type { ExposureChange } from '../delta/exposure.ts'
import type { Finding } from '../rules/finding.ts'
import { regionOf } from '../source/span.ts'
import {
  type JsonChange,
  type JsonExposure,
  type JsonFinding,
  type JsonGap,
  type JsonPlace,
  type JsonReport,
  reportSchemaVersion,
} from './json-shape.ts'
import type { ChangeReport, ClusterReport, Gap, Report, SideLabel } from './report.ts'

/** The whole report as JSON text (`docs/reference/report.schema.json`), with strings as the repository has them. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(jsonReport(report), undefined, 2)}\n`
}

/** The report as plain values: no spans, no undefined, keys in a fixed order. */
export function jsonReport(report: Report): JsonReport {
  const { tool, evaluatedAt, sides, configuration, outcome, coverage } = report
  const { files, resources, workloads, policies, namespaces, clusters, others, unknownKinds, remarks } = coverage
  return {
    schemaVersion: reportSchemaVersion,
    tool: { name: tool.name, version: tool.version },
    evaluatedAt,
    sides: { base: jsonSide(sides.base), head: jsonSide(sides.head) },
    configuration: {
      path: configuration.path ?? null,
      preset: configuration.preset,
      sha: configuration.sha ?? null,
      failOn: configuration.failOn,
      scope: configuration.scope,
    },
    outcome: { verdict: outcome.verdict, reasons: [...outcome.reasons] },
    clusters: report.clusters.map(jsonCluster),
    findings: report.findings.map(jsonFinding),
    gaps: report.gaps.map(jsonGap),
    coverage: {
      files,
      resources,
      workloads,
      policies,
      namespaces,
      clusters,
      others: others.map(({ kind, count }) => ({ kind, count })),
      unknownKinds: unknownKinds.map(({ kind, count }) => ({ kind, count })),
      remarks: [...remarks],
    },
    notes: [...report.notes],
  }
}

function jsonSide({ label, sha }: SideLabel): JsonReport['sides']['base'] {
  return { label, sha: sha ?? null }
}

function jsonCluster(cluster: ClusterReport): JsonReport['clusters'][number] {
  return {
    name: cluster.name,
    open: cluster.open,
    presence: cluster.presence,
    access: cluster.access,
    changes: cluster.changes.map(jsonChange),
    exposure: cluster.exposure.map(jsonExposure),
    addedWorkloads: [...cluster.addedWorkloads],
    removedWorkloads: [...cluster.removedWorkloads],
  }
}

function jsonChange(change: ChangeReport): JsonChange {
  const { kind, certainty, sentence, sources, destinations, gained, lost, base, head } = change
  const causes = change.causes.map(({ text, at, near }) => ({ text, at: jsonPlace(at), near: jsonPlace(near) }))
  return { kind, certainty, sentence, sources, destinations, gained, lost, base, head, causes }
}

export function jsonExposure({ metric, base, head, total, gained, lost }: ExposureChange): JsonExposure {
  return {
    metric,
    base,
    head,
    delta: head - base,
    total: total ?? null,
    gained: gained.map(({ name, detail }) => ({ name, detail })),
    lost: lost.map(({ name, detail }) => ({ name, detail })),
  }
}

function jsonFinding(finding: Finding): JsonFinding {
  const { group, kind, namespace, name } = finding.object
  return {
    rule: finding.rule,
    title: finding.title,
    severity: finding.severity,
    status: finding.status,
    confidence: finding.confidence,
    fingerprint: finding.fingerprint,
    clusters: [...finding.clusters],
    object: { group, kind, namespace, name },
    discriminator: finding.discriminator,
    at: jsonPlace(finding.at),
    near: jsonPlace(finding.near),
    related: (finding.related ?? []).map(({ at, message }) => ({ at: jsonPlace(at), message })),
    message: finding.message,
    remedy: finding.remedy,
    witness: finding.witness ?? null,
    trace: [...(finding.trace ?? [])],
    fix: jsonFix(finding),
    patch: finding.patch === undefined ? null : { path: finding.patch.path, text: finding.patch.text },
  }
}

function jsonFix({ fix }: Finding): JsonFinding['fix'] {
  if (fix === undefined) return null
  const edits = fix.edits.map(({ span, text }) => ({ at: jsonPlace({ side: 'head', span }), text }))
  return { title: fix.title, edits }
}

function jsonGap({ diagnostic, side, status, blocking }: Gap): JsonGap {
  const { code, effect, message, hint, span } = diagnostic
  return { code, side, status, blocking, effect, at: jsonPlace({ side, span }), message, hint }
}

/** Null for what nobody wrote. */
function jsonPlace(at: SidedSpan | undefined): JsonPlace | null {
  if (at === undefined || at.span.file.path === '') return null
  const { path, start, end } = regionOf(at.span)
  return { side: at.side, path, start: { ...start }, end: { ...end } }
}
