import type { Fix, Location, Log, Notification, ReportingDescriptor, Result, Run } from 'sarif'
import type { SidedSpan } from '../delta/cause.ts'
import type { Finding, TextEdit } from '../rules/finding.ts'
import type { RuleMeta } from '../rules/rule.ts'
import { clip, plainText } from './escape.ts'
import { exitCodes } from './exit-codes.ts'
import { worstFirst } from './listed-findings.ts'
import type { Gap, Report } from './report.ts'
import { isWritten, sarifLocation, sarifRegion, sarifUri } from './sarif-location.ts'
import { counted, sentences } from './wording.ts'

/** Code scanning keeps this many results of a run. */
export const sarifResults = 5_000

/** Code scanning keeps this many locations of a result. */
const relatedLocations = 99
const mostTags = 10

const baselineStates = { new: 'new', worse: 'updated', existing: 'unchanged' } as const

export interface SarifContext {
  rulesUrl?(rule: string): string | undefined
  /** Tells the uploads of several gates on one commit apart. */
  readonly category?: string
}

/**
 * SARIF 2.1.0 for code scanning and viewers. Fixed findings are left out: code scanning does not read `baselineState`
 * and would open an alert for what is gone.
 */
export function renderSarif(report: Report, rules: readonly RuleMeta[], context: SarifContext = {}): string {
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [sarifRun(report, rules, context)],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

function sarifRun(report: Report, rules: readonly RuleMeta[], context: SarifContext): Run {
  const findings = worstFirst(report.findings.filter(({ status }) => status !== 'fixed'))
  const descriptors = ruleDescriptors(findings, rules, context)
  const indexes = new Map(descriptors.map(({ id }, index) => [id, index]))
  const notifications = [...report.gaps.map(gapNotification), ...surplusNotification(findings.length)]
  const codes = [...new Set(notifications.map(({ descriptor }) => descriptor?.id ?? ''))].toSorted()
  return {
    tool: {
      driver: {
        name: report.tool.name,
        semanticVersion: report.tool.version,
        rules: descriptors,
        notifications: codes.map((id) => ({ id })),
      },
    },
    ...(context.category === undefined ? {} : { automationDetails: { id: `${plainText(context.category)}/` } }),
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'Root of the repository.' } } },
    invocations: [
      {
        executionSuccessful: report.outcome.verdict !== 'incomplete',
        exitCode: exitCodes[report.outcome.verdict],
        endTimeUtc: report.evaluatedAt,
        toolExecutionNotifications: notifications,
      },
    ],
    results: findings.slice(0, sarifResults).map((finding) => sarifResult(finding, indexes)),
  }
}

/** The catalogue, and a plain entry for a rule that only a finding knows; sorted by id. */
function ruleDescriptors(
  findings: readonly Finding[],
  rules: readonly RuleMeta[],
  { rulesUrl }: SarifContext,
): ReportingDescriptor[] {
  const known = new Set(rules.map(({ id }) => id))
  const others = findings.filter(({ rule }) => !known.has(rule))
  const metas = new Map(others.map(({ rule, title, severity }) => [rule, { id: rule, title, severity, tags: [] }]))
  const sorted = [...rules, ...metas.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return sorted.map(({ id, title, severity, tags }) => {
    const helpUri = rulesUrl?.(id)
    return {
      id,
      name: pascalCase(id),
      shortDescription: { text: messageText(title) },
      defaultConfiguration: { level: severity },
      ...(helpUri === undefined ? {} : { helpUri }),
      properties: { tags: tags.slice(0, mostTags) },
    }
  })
}

function pascalCase(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function sarifResult(finding: Finding, indexes: ReadonlyMap<string, number>): Result {
  const shown = shownPlace(finding)
  const ruleIndex = indexes.get(finding.rule)
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: finding.severity,
    message: { text: messageText(sentences(finding.message, finding.remedy)) },
    locations: shown === undefined ? [] : [sarifLocation(shown)],
    relatedLocations: related(finding, shown),
    partialFingerprints: { primaryLocationLineHash: finding.fingerprint, 'portcullisFinding/v1': finding.fingerprint },
    ...(finding.status === 'fixed' ? {} : { baselineState: baselineStates[finding.status] }),
    ...(finding.fix === undefined || finding.fix.edits.length === 0 ? {} : { fixes: [sarifFix(finding.fix)] }),
    properties: { clusters: [...finding.clusters], confidence: finding.confidence },
  }
}

/** A line that exists in head wherever there is one: the base side is not what code scanning shows. */
function shownPlace({ at, near }: Finding): SidedSpan | undefined {
  const places = [at, ...(near === undefined ? [] : [near])].filter(isWritten)
  return places.find(({ side }) => side === 'head') ?? places[0]
}

function related(finding: Finding, shown: SidedSpan | undefined): Location[] {
  const cause = shown === finding.at ? [] : [{ at: finding.at, message: 'Cause, on the base side.' }]
  const all = [...cause, ...(finding.related ?? [])].filter(({ at }) => isWritten(at)).slice(0, relatedLocations)
  return all.map(({ at, message }, id) => ({ id, ...sarifLocation(at), message: { text: messageText(message) } }))
}

function sarifFix(fix: { readonly title: string; readonly edits: readonly TextEdit[] }): Fix {
  const byFile = Map.groupBy(fix.edits, ({ span }) => span.file.path)
  return {
    description: { text: messageText(fix.title) },
    artifactChanges: [...byFile].map(([path, edits]) => ({
      artifactLocation: { uri: sarifUri(path), uriBaseId: '%SRCROOT%' },
      replacements: edits.map(({ span, text }) => ({
        deletedRegion: sarifRegion(span),
        insertedContent: { text: text.toWellFormed() },
      })),
    })),
  }
}

function gapNotification({ diagnostic, side, blocking }: Gap): Notification {
  const { code, message, hint, span } = diagnostic
  const place = { side, span }
  return {
    descriptor: { id: code },
    level: blocking ? 'error' : 'warning',
    message: { text: messageText(sentences(message, hint)) },
    ...(isWritten(place) ? { locations: [sarifLocation(place)] } : {}),
    properties: { side },
  }
}

function surplusNotification(count: number): Notification[] {
  if (count <= sarifResults) return []
  const left = counted(count - sarifResults, 'finding')
  return [{ descriptor: { id: 'result-limit' }, level: 'warning', message: { text: `${left} more left out.` } }]
}

/** One line of text; `](` would be read as a link to a related location. */
function messageText(text: string): string {
  const plain = plainText(clip(text, 4000)).replaceAll('](', '] (')
  return plain === '' ? '-' : plain
}
