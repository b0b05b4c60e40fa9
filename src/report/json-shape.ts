import { z } from 'zod'
import { metricNames } from '../delta/exposure.ts'

/** Minors only add; a reader of 1.0 reads every 1.x. */
export const reportSchemaVersion = '1.1'

const sideName = z.enum(['base', 'head'])
const severity = z.enum(['error', 'warning', 'note'])

const position = z.strictObject({
  line: z.int().min(1).describe('Line, from 1.'),
  column: z.int().min(1).describe('Column, from 1, in UTF-16 units.'),
})

const place = z
  .strictObject({
    side: sideName,
    path: z.string().describe('Path inside the tree, with forward slashes.'),
    start: position,
    end: position.describe('Position behind the last character.'),
  })
  .describe('A range of a file of one side.')

const object = z.strictObject({
  group: z.string().describe('API group without version; empty for the core group.'),
  kind: z.string(),
  namespace: z.string().describe('Empty for what belongs to the whole cluster.'),
  name: z.string(),
})

const finding = z.strictObject({
  rule: z.string(),
  title: z.string(),
  severity,
  status: z.enum(['new', 'worse', 'existing', 'fixed']).describe('Against the base side.'),
  confidence: z.enum(['certain', 'likely', 'possible']),
  fingerprint: z.string().describe('The same for the same finding in every run, wherever its lines move.'),
  clusters: z.array(z.string()),
  object,
  discriminator: z.string().describe('Tells several findings of one rule on one object apart.'),
  at: place.nullable().describe('Null for what no file holds.'),
  near: place.nullable().describe('Where to look when the change does not show `at`.'),
  related: z.array(z.strictObject({ at: place.nullable(), message: z.string() })),
  message: z.string(),
  remedy: z.string(),
  witness: z.string().nullable().describe('A packet that proves the finding.'),
  trace: z.array(z.string()).describe('How the verdict came about, step by step.'),
  fix: z
    .strictObject({
      title: z.string(),
      edits: z.array(z.strictObject({ at: place.nullable(), text: z.string().describe('Replaces the range.') })),
    })
    .nullable(),
  patch: z.strictObject({ path: z.string(), text: z.string() }).nullable().describe('Text to take over by hand.'),
})

const change = z.strictObject({
  kind: z.enum(['added', 'removed', 'widened', 'narrowed', 'replaced']),
  certainty: z.enum(['certain', 'possible']),
  sentence: z.string(),
  sources: z.string(),
  destinations: z.string(),
  gained: z.string().describe('Connections; empty where nothing was gained.'),
  lost: z.string().describe('Connections; empty where nothing was lost.'),
  base: z.string(),
  head: z.string(),
  causes: z.array(z.strictObject({ text: z.string(), at: place.nullable(), near: place.nullable() })),
})

const member = z.strictObject({ name: z.string(), detail: z.string().describe('How it is exposed; may be empty.') })

const exposure = z.strictObject({
  metric: z.enum(metricNames),
  base: z.int().min(0),
  head: z.int().min(0),
  delta: z.int().describe('Head minus base.'),
  total: z.int().min(0).nullable().describe('What the counts are out of, where that means something.'),
  gained: z.array(member),
  lost: z.array(member),
})

const cluster = z.strictObject({
  name: z.string(),
  open: z.boolean().describe('Whether more may be applied than was seen.'),
  presence: z.enum(['both', 'base', 'head']),
  access: z
    .enum(['same', 'narrower', 'other'])
    .optional()
    .describe('Whether head allows what base did, less, or something else. Since 1.1.'),
  changes: z.array(change),
  exposure: z.array(exposure),
  addedWorkloads: z.array(z.string()),
  removedWorkloads: z.array(z.string()),
})

const gap = z.strictObject({
  code: z.string().describe('What kind of problem, see the page on diagnostics.'),
  side: sideName,
  status: z.enum(['new', 'existing', 'touched']),
  blocking: z.boolean().describe('Whether the answer could be wrong because of it.'),
  effect: z.enum(['none', 'wider', 'narrower', 'unknown']).describe('How the answer may err.'),
  at: place.nullable(),
  message: z.string(),
  hint: z.string(),
})

const side = z.strictObject({ label: z.string(), sha: z.string().nullable() })
const kindCount = z.strictObject({ kind: z.string(), count: z.int().min(0) })

const outcome = z.strictObject({
  verdict: z.enum(['pass', 'fail', 'incomplete']),
  reasons: z.array(z.string()),
})

const schemaVersion = z
  .string()
  .regex(/^1\.\d+$/)
  .describe('Major and minor version of this format; minors only add.')

/** The published shape. Objects are strict, so that what is written is what is documented. */
export const reportShape = z.strictObject({
  schemaVersion,
  tool: z.strictObject({ name: z.literal('portcullis'), version: z.string() }),
  evaluatedAt: z.string().describe('ISO 8601, UTC.'),
  sides: z.strictObject({ base: side, head: side }),
  configuration: z.strictObject({
    path: z.string().nullable().describe('Null when the preset alone gates.'),
    preset: z.string(),
    sha: z.string().nullable(),
    failOn: z.enum(['error', 'warning', 'note', 'none']),
    scope: z.enum(['changed', 'all']),
  }),
  outcome,
  clusters: z.array(cluster),
  findings: z.array(finding).describe('Sorted by file, line and rule.'),
  gaps: z.array(gap).describe('What could not be analysed.'),
  coverage: z.strictObject({
    files: z.int().min(0),
    resources: z.int().min(0),
    workloads: z.int().min(0),
    policies: z.int().min(0),
    namespaces: z.int().min(0),
    clusters: z.int().min(0),
    others: z.array(kindCount).describe('Recognised and not read as manifests.'),
    unknownKinds: z.array(kindCount),
    remarks: z.array(z.string()),
  }),
  notes: z.array(z.string()).describe('Sentences about the run itself.'),
})

export type JsonReport = z.output<typeof reportShape>
export type JsonPlace = z.output<typeof place>
export type JsonFinding = z.output<typeof finding>
export type JsonChange = z.output<typeof change>
export type JsonExposure = z.output<typeof exposure>
export type JsonGap = z.output<typeof gap>
