import { z } from 'zod'
import { globProblem } from '../manifests/path-pattern.ts'
import { parseCidr } from '../sets/cidr.ts'
import { nearest } from '../source/nearest.ts'
import { isDate } from './date.ts'
import { presetDescriptions, presetNames } from './presets.ts'
import { severities } from './severity.ts'

/**
 * Keys of the configuration file as written. Strict everywhere; every field says what it is for, since the published
 * JSON Schema and the error hints are made from here.
 */

/** Network plugins whose behaviour is known to differ; `other` for the rest. */
const cniNames = [
  'antrea',
  'aws-vpc-cni',
  'azure-cni',
  'azure-cilium',
  'calico',
  'canal',
  'cilium',
  'flannel',
  'gke-dataplane-v2',
  'kindnet',
  'kube-router',
  'openshift-sdn',
  'ovn-kubernetes',
  'other',
  'weave',
] as const

const platforms = ['vanilla', 'aks', 'eks', 'gke', 'k3s', 'openshift', 'other', 'rke2'] as const

const meshes = ['none', 'istio', 'istio-ambient', 'linkerd', 'other'] as const

const cniPattern = /^([a-z0-9-]+)(?:@v?(\d+(?:\.\d+){0,2}))?$/

export type CniName = (typeof cniNames)[number]

/** `cilium@1.18` in its parts; undefined when it is no known plugin. */
export function parseCni(text: string): { readonly name: CniName; readonly version: string | undefined } | undefined {
  const match = cniPattern.exec(text)
  const name = cniNames.find((known) => known === match?.[1])
  return name === undefined ? undefined : { name, version: match?.[2] }
}

const namespaceName = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'is not a namespace name: lower-case letters, digits and dashes, at most 63',
  )

const labels = z.record(z.string(), z.string()).describe('Labels by key; every value is text.')

const port = z
  .int('is not a port number')
  .min(1, 'is not a port from 1 to 65535')
  .max(65535, 'is not a port from 1 to 65535')

const cidr = z.string().superRefine((text, context) => {
  const parsed = parseCidr(text)
  if (!parsed.ok) context.addIssue({ code: 'custom', message: `is not a CIDR: ${parsed.problem}` })
  else if (parsed.hostBits) context.addIssue({ code: 'custom', message: 'has bits set behind its prefix length' })
})

const cidrs = z.array(cidr)

const date = z.string().refine(isDate, 'is not a date of the form 2027-01-31')

const glob = z.string().superRefine((text, context) => {
  const problem = globProblem(text)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: `is not a path pattern: ${problem}` })
})

const globs = z
  .array(glob)
  .min(1, 'must not be empty')
  .refine(
    (patterns) => !patterns.every((pattern) => pattern.startsWith('!')),
    'only takes paths away; name what to read first',
  )

const presetSentences = presetNames.map((name) => `${name}: ${presetDescriptions[name]}.`).join(' ')

const presetName = z.enum(presetNames)

const gate = z
  .strictObject({
    'fail-on': z
      .enum([...severities, 'none'])
      .optional()
      .describe('Least severity that fails the gate; `none` never fails. Default: error.'),
    scope: z
      .enum(['changed', 'all'])
      .optional()
      .describe('Whether only new or worse findings count (`changed`), or old debt as well (`all`). Default: changed.'),
    incomplete: z
      .enum(['fail', 'warn'])
      .optional()
      .describe('What becomes of a run that could not analyse everything. Default: fail.'),
    'report-only-until': date.optional().describe('Up to and including this day the gate reports and never fails.'),
  })
  .describe('What makes the gate fail.')

const source = z.strictObject({
  manifests: z
    .union([glob, globs])
    .describe(
      'Paths of manifests from the root of the repository, as one pattern or a list; `!` in front leaves paths out.',
    ),
  namespace: namespaceName.optional().describe('Namespace of those manifests that name none. Default: default.'),
})

const network = z
  .strictObject({
    cni: z
      .string()
      .superRefine((text, context) => {
        if (parseCni(text) !== undefined) return
        const meant = nearest(text.replace(/@.*/, ''), cniNames)
        const choices = meant === undefined ? `give one of ${cniNames.join(', ')}` : `did you mean ${meant}?`
        context.addIssue({
          code: 'custom',
          message: `is not a known network plugin, as in cilium or cilium@1.18; ${choices}`,
        })
      })
      .optional()
      .describe(
        `Network plugin that enforces policies, with its version if known: cilium@1.18. One of ${cniNames.join(', ')}.`,
      ),
    platform: z
      .enum(platforms)
      .optional()
      .describe('Kubernetes distribution; decides where DNS is expected. Default: vanilla.'),
    mesh: z.enum(meshes).optional().describe('Service mesh of the cluster. Default: none.'),
    'ip-block-matches-pods': z
      .union([z.boolean(), z.enum(['yes', 'no', 'unknown'])])
      .optional()
      .describe('Whether an ipBlock also speaks of pods with such an address. Default: what the network plugin does.'),
  })
  .describe('What enforces policies in the cluster.')

const ranges = z
  .strictObject({
    pods: cidrs.optional().describe('Addresses of pods.'),
    services: cidrs.optional().describe('Virtual addresses of services.'),
    nodes: cidrs.optional().describe('Addresses of nodes.'),
    private: cidrs.optional().describe('Addresses that count as private besides those everybody calls private.'),
  })
  .describe('Addresses the cluster uses.')

const dns = z
  .union([
    z.literal('none'),
    z.strictObject({
      namespace: namespaceName.optional().describe('Namespace of the DNS pods. Default: that of the platform.'),
      labels: labels
        .refine((found) => Object.keys(found).length > 0, 'must not be empty')
        .optional()
        .describe('Labels of the DNS pods. Default: those of the platform.'),
      ports: z
        .array(port)
        .min(1, 'must not be empty')
        .optional()
        .describe('Ports the DNS pods listen on. Default: those of the platform.'),
    }),
  ])
  .describe('Pods that answer DNS queries; `none` when there is nothing to check.')

const externalNamespaces = z
  .record(namespaceName, z.record(z.string(), z.string()))
  .describe('Namespaces that live outside the repository, with their labels.')

const ingressControllers = z
  .array(
    z.strictObject({
      namespace: namespaceName.describe('Namespace of the controller.'),
      labels: labels.optional().describe('Labels of its pods. Default: every pod of the namespace.'),
    }),
  )
  .describe('Pods that bring traffic of Ingresses, Gateways and Routes into the cluster.')

const surroundings = {
  network: network.optional(),
  ranges: ranges.optional(),
  dns: dns.optional(),
  'external-namespaces': externalNamespaces.optional(),
  'ingress-controllers': ingressControllers.optional(),
}

const clusterName = z.string().regex(/^[^\p{Cc}]{1,100}$/u, 'is not a cluster name: 1 to 100 characters')

const cluster = z.strictObject({
  sources: z.array(source).min(1, 'must not be empty').describe('Where the manifests of the cluster are.'),
  ...surroundings,
})

/** `off` is a boolean to YAML 1.1, which is how Kubernetes and thus this file are read. */
const severitySetting = z.union([z.enum([...severities, 'off']), z.literal(false)])

const ruleSetting = z.union([
  severitySetting,
  z.looseObject({ severity: severitySetting.optional().describe('Severity of its findings; `off` switches it off.') }),
])

export const configSchema = z.strictObject({
  version: z.literal(1).describe('Version of this file format.'),
  extends: z
    .union([presetName, z.array(presetName).min(1, 'must not be empty')])
    .optional()
    .describe(
      `Preset of rules to start from, or several, the later ones on top. Default: recommended. ${presetSentences}`,
    ),
  gate: gate.optional(),
  clusters: z
    .record(clusterName, cluster)
    .optional()
    .describe('Sets of manifests that are applied together, by name. Default: found in the tree.'),
  ...surroundings,
  rules: z
    .record(z.string(), ruleSetting)
    .optional()
    .describe('Severity of a rule, or its severity and options; `off` switches it off.'),
})

export type WrittenConfig = z.infer<typeof configSchema>
export type WrittenSurroundings = Pick<WrittenConfig, keyof typeof surroundings>
export type WrittenRule = z.infer<typeof ruleSetting>
