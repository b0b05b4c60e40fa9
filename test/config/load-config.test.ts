import { describe, expect, it, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { starterConfig } from '../../src/config/starter.ts'
import { regionOf, textOf } from '../../src/source/span.ts'
import { knownRules } from './known-rules.ts'

const path = '.github/portcullis.yml'
const load = (text: string) => loadConfig({ path, text }, knownRules)

/** `line:column code hint` of each problem. */
function problemsOf(text: string): string[] {
  return load(text).diagnostics.map(({ code, span, hint }) => {
    const { line, column } = regionOf(span).start
    return `${line}:${column} ${code} ${hint}`
  })
}

function accepted(text: string) {
  const { config, diagnostics } = load(text)
  expect(diagnostics).toEqual([])
  if (config === undefined) throw new Error('refused without a reason')
  return config
}

describe('a valid configuration', () => {
  it('needs no more than its version', () => {
    const config = accepted('version: 1\n')
    expect(config.presets).toEqual(['recommended'])
    expect(config.gate).toEqual({ failOn: 'error', scope: 'changed', incomplete: 'fail', reportOnlyUntil: undefined })
    expect(config.clusters).toEqual([])
    expect(config.surroundings).toMatchObject({ ipBlockMatchesPods: undefined, cni: undefined, dns: { ports: [53] } })
    expect(config.rules.get('ns-default-deny-ingress')).toMatchObject({ severity: 'error', chosenBy: 'preset' })
  })

  it('is what init writes', () => {
    expect(accepted(starterConfig).gate.failOn).toBe('error')
  })

  it('is still one with every comment of the starter taken off', () => {
    const bare = starterConfig.replace(/^# (?=\w[\w-]*:|[ -] )/gm, '').replace(/^(\s+)# (?=\w[\w-]*:)/gm, '$1')
    const [first] = accepted(bare.replace(/^ {2}ns-default-deny-egress: error\n/m, '')).clusters
    expect(first?.name).toBe('prod')
  })

  it('reads gate, presets and date', () => {
    const config = accepted(
      'version: 1\nextends: [pitfalls, strict]\ngate: {fail-on: none, scope: all, incomplete: warn, report-only-until: 2028-02-29}\n',
    )
    expect(config.presets).toEqual(['pitfalls', 'strict'])
    expect(config.gate).toEqual({ failOn: 'none', scope: 'all', incomplete: 'warn', reportOnlyUntil: '2028-02-29' })
    expect(config.rules.get('ns-default-deny-egress')?.severity).toBe('error')
  })

  it('keeps the place of each path pattern', () => {
    const [shop] = accepted(
      'version: 1\nclusters:\n  shop:\n    sources: [{manifests: ["shop/**", "!shop/test/**"], namespace: web}]\n',
    ).clusters
    expect(shop?.sources[0]?.namespace).toBe('web')
    expect(shop?.sources[0]?.manifests.map(({ span }) => textOf(span))).toEqual(['"shop/**"', '"!shop/test/**"'])
  })
})

describe('surroundings of a cluster', () => {
  const both = `version: 1
network: {cni: calico@3.30, platform: openshift}
ranges: {pods: [10.0.0.0/8], nodes: [192.168.0.0/24]}
external-namespaces: {monitoring: {team: sre}}
clusters:
  prod:
    sources: [{manifests: prod/**}]
    network: {cni: cilium}
    ranges: {pods: [10.8.0.0/16]}
    dns: {ports: [53, 5353]}
    external-namespaces: {backup: {team: storage}}
  test:
    sources: [{manifests: test/**}]
    network: {ip-block-matches-pods: no}
    dns: none
`
  const [prod, test] = accepted(both).clusters.map(({ surroundings }) => surroundings)

  it('come from the file where the cluster says nothing, key by key', () => {
    expect(prod).toMatchObject({ platform: 'openshift', cni: { name: 'cilium', version: undefined } })
    expect(prod?.ranges.pods.cidrs()).toEqual(['10.8.0.0/16'])
    expect(prod?.ranges.nodes.cidrs()).toEqual(['192.168.0.0/24'])
    expect([...(prod?.externalNamespaces.keys() ?? [])]).toEqual(['monitoring', 'backup'])
    expect(test?.cni).toEqual({ name: 'calico', version: '3.30' })
  })

  it('say where DNS is on the platform, unless told', () => {
    expect(prod?.dns).toMatchObject({ namespace: 'openshift-dns', ports: [53, 5353] })
    expect(test?.dns).toBeUndefined()
  })

  it.each([
    ['yes', 'yes'],
    ['"no"', 'no'],
    ['no', 'no'],
    ['unknown', 'unknown'],
  ])('take ip-block-matches-pods: %s over the habit of the plugin', (written, answer) => {
    const config = accepted(`version: 1\nnetwork: {cni: cilium, ip-block-matches-pods: ${written}}\n`)
    expect(config.surroundings.ipBlockMatchesPods).toBe(answer)
  })
})

describe('options of Cilium', () => {
  const all =
    '{enforcement: never, cluster-name: home, host-firewall: yes, node-selectors: true, cidr-matches: [pods], extended-protocols: true, cluster-network-policies: true}'

  it('reach the surroundings, each under its own name', () => {
    expect(accepted(`version: 1\nnetwork: {cni: cilium, cilium: ${all}}\n`).surroundings.cilium).toEqual({
      enforcement: 'never',
      clusterName: 'home',
      hostFirewall: true,
      nodeSelectors: true,
      cidrMatches: { nodes: false, pods: true },
      extendedProtocols: true,
      clusterNetworkPolicies: true,
    })
  })

  it('leave open what is not written', () => {
    expect(accepted('version: 1\n').surroundings.cilium).toEqual({})
    expect(accepted('version: 1\nnetwork: {cilium: {cidr-matches: []}}\n').surroundings.cilium).toEqual({
      cidrMatches: { nodes: false, pods: false },
    })
  })

  it('of a cluster go over those of the file, one by one', () => {
    const [shop] = accepted(`version: 1
network: {cilium: {enforcement: always, host-firewall: true}}
clusters: {shop: {sources: [{manifests: "**"}], network: {cilium: {enforcement: default}}}}
`).clusters
    expect(shop?.surroundings.cilium).toEqual({ enforcement: 'default', hostFirewall: true })
  })

  it.each([
    ['{cilium: {host-firewal: true}}', 'did you mean host-firewall?'],
    ['{cilium: {enforcement: audit}}', 'default, always or never'],
    ['{cilium: {cidr-matches: [world]}}', 'nodes or pods'],
    ['{cilium: {cluster-name: Home_1}}', 'cluster-name'],
    ['{api-servers: inside}', 'did you mean api-server?'],
    ['{api-server: elsewhere}', 'inside or outside'],
  ])('%s is refused', (network, hint) => {
    const { config, diagnostics } = load(`version: 1\nnetwork: ${network}\n`)
    expect(config).toBeUndefined()
    expect(diagnostics).toHaveLength(1)
    expect(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`.toLowerCase()).toContain(hint)
  })
})

test.each([
  ['', 'inside'],
  ['network: {api-server: outside}', 'outside'],
])('the API server with %j is %s', (network, place) => {
  expect(accepted(`version: 1\n${network}\n`).surroundings.apiServer).toBe(place)
})

describe('rules', () => {
  const rulesOf = (rules: string, preset = 'recommended') =>
    accepted(`version: 1\nextends: ${preset}\nrules: ${rules}\n`).rules

  it('off takes a rule out of the preset, with or without quotes', () => {
    expect(rulesOf('{egress-any-ip: off}').has('egress-any-ip')).toBe(false)
    expect(rulesOf('{egress-any-ip: {severity: "off"}}').has('egress-any-ip')).toBe(false)
  })

  it('a severity of the repository is marked as its choice', () => {
    expect(rulesOf('{egress-any-ip: note}').get('egress-any-ip')).toEqual({
      severity: 'note',
      chosenBy: 'repository',
      options: {},
    })
  })

  it('options alone leave the severity to the preset, else to the rule', () => {
    expect(rulesOf('{egress-any-ip: {except: [10.0.0.0/8]}}').get('egress-any-ip')).toEqual({
      severity: 'error',
      chosenBy: 'preset',
      options: { except: ['10.0.0.0/8'] },
    })
    expect(rulesOf('{nightly-window: {hours: 3}}', 'pitfalls').get('nightly-window')?.severity).toBe('note')
  })
})

describe('a mistake is told at its place, with what was meant', () => {
  it.each([
    ['unknown key', 'version: 1\ngates: {}\n', '2:1 config-unknown-key Did you mean gate?'],
    ['unknown key below', 'version: 1\ngate:\n  failOn: error\n', '3:3 config-unknown-key Did you mean fail-on?'],
    [
      'key of a list item',
      'version: 1\nclusters: {shop: {sources: [{manifest: a}]}}\n',
      '2:30 config-unknown-key Did you mean manifests?',
    ],
    ['key of one alternative', 'version: 1\ndns:\n  namesapce: x\n', '3:3 config-unknown-key Did you mean namespace?'],
    [
      'option of a rule',
      'version: 1\nrules:\n  egress-any-ip: {exept: []}\n',
      '3:19 config-unknown-key Did you mean except?',
    ],
    [
      'key of a later version',
      'version: 1\nwaivers: []\n',
      '2:1 config-unknown-key This version does not support waivers yet; remove it.',
    ],
    [
      'unknown rule',
      'version: 1\nrules:\n  egress-any-ips: error\n',
      '3:3 config-unknown-rule Did you mean egress-any-ip?',
    ],
    [
      'unknown severity',
      'version: 1\nrules:\n  egress-any-ip: eror\n',
      '3:18 config-invalid-value Did you mean error?',
    ],
    ['unknown preset', 'version: 1\nextends: [strict, pitfall]\n', '2:19 config-unknown-preset Did you mean pitfalls?'],
    ['missing version', 'extends: strict\n', '1:1 config-missing-key Add version: 1.'],
    ['missing sources', 'version: 1\nclusters:\n  shop: {}\n', '3:3 config-missing-key Add sources: a list.'],
    ['key without a value', 'version: 1\ngate:\n', '2:6 config-invalid-value Give a mapping.'],
    [
      'a number as label',
      'version: 1\nexternal-namespaces: {bank: {tier: 1}}\n',
      '2:36 config-invalid-value Give text. Put it in quotes to make it text.',
    ],
    [
      'bad CIDR',
      'version: 1\nranges:\n  pods: [10.0.0.0/33]\n',
      '3:10 config-invalid-value Correct or remove ranges.pods[0].',
    ],
    [
      'host bits',
      'version: 1\nranges:\n  pods: [10.0.0.1/8]\n',
      '3:10 config-invalid-value Correct or remove ranges.pods[0].',
    ],
    [
      'bad date',
      'version: 1\ngate: {report-only-until: 2027-02-29}\n',
      '2:27 config-invalid-value Correct or remove gate.report-only-until.',
    ],
    [
      'bad pattern',
      'version: 1\nclusters: {a: {sources: [{manifests: "../x"}]}}\n',
      '2:38 config-invalid-value Correct or remove clusters.a.sources[0].manifests.',
    ],
    ['bad port', 'version: 1\ndns: {ports: [0]}\n', '2:15 config-invalid-value Correct or remove dns.ports[0].'],
    [
      'bad namespace name',
      'version: 1\nexternal-namespaces: {Bank: {}}\n',
      '2:23 config-invalid-value Correct or remove external-namespaces.Bank.',
    ],
    ['a key written twice', 'version: 1\ngate: {}\ngate: {}\n', '3:1 config-duplicate-key Keep one of the two.'],
    [
      'a prototype as name',
      'version: 1\nclusters: {__proto__: {sources: [{manifests: a}]}}\n',
      '2:12 config-unknown-key Choose another name.',
    ],
    ['an empty file', '# nothing\n', '1:1 config-unreadable Write at least version: 1.'],
    ['two documents', 'version: 1\n---\nversion: 1\n', '2:1 config-unreadable Keep all of it in one document.'],
    ['a list', '- version\n', '1:1 config-invalid-value Give a mapping.'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
    expect(load(text).config).toBeUndefined()
  })

  it('broken YAML', () => {
    expect(problemsOf('version: 1\ngate: [\n')).toEqual([expect.stringMatching(/^\d:\d+ config-unreadable /)])
  })

  it('all of them at once, in order of place', () => {
    const text = 'version: 2\nextends: strickt\ngate: {scope: change}\nrules: {egress-any: error}\nrulez: {}\n'
    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['1:10', '2:10', '3:15', '4:9', '5:1'])
  })

  it('makes the answer unsure', () => {
    expect(load('version: 3').diagnostics.map(({ effect }) => effect)).toEqual(['unknown'])
  })
})
