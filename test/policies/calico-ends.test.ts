import { describe, expect, test } from 'vitest'
import { calico, gnp, np, service, staged, storedNp, tier } from './calico-store.ts'
import { type BuiltSide, certainConnections, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const rule = (text: string): string => `types: [Ingress]\ningress: [{action: Allow, ${text}}]`
const out = (text: string): string => `types: [Egress]\negress: [{action: Allow, ${text}}]`
const times = (count: number, text: string): string => Array(count).fill(text).join(', ')
const into = (spec: string): string => certainConnections(reachOf(built(np(spec))), 'web', 'checkout').show()

/** What a rule opens from one pod to another. */
describe('a rule opens', () => {
  test.each([
    ['protocol: 6', 'every TCP port'],
    ['protocol: "17"', 'every UDP port'],
    ['protocol: 1', 'ICMP'],
    ['protocol: UDPLite', 'protocol 136'],
    ['protocol: 255', 'protocol 255'],
    ['protocol: null', 'every port'],
    ['protocol: TCP, destination: {ports: [80, "90:92"]}', 'TCP 80, 90-92'],
    ['protocol: TCP, destination: {ports: [1, 65535]}', 'TCP 1, 65535'],
    ['protocol: TCP, destination: {ports: []}', 'every TCP port'],
    ['protocol: TCP, destination: {notPorts: ["2:65535"]}', 'TCP 1'],
    ['protocol: TCP, destination: {ports: ["80:90"], notPorts: [85]}', 'TCP 80-84, 86-90'],
    ['protocol: TCP, source: {ports: [80]}', 'every TCP port (from port 80)'],
    [
      'protocol: TCP, source: {ports: [80, "90:92"], notPorts: [91]}',
      'every TCP port (from port 80, 90:92 but not 91)',
    ],
    ['protocol: TCP, source: {notPorts: [22]}', 'every TCP port (from a port other than 22)'],
    ['protocol: ICMP, icmp: {type: 0}', 'ICMP 0-255'],
    ['protocol: ICMP, icmp: {type: 254}', 'ICMP 65024-65279'],
    ['protocol: ICMP, icmp: {type: 8, code: 0}', 'ICMP 2048'],
    ['protocol: ICMP, icmp: {type: 8, code: 255}', 'ICMP 2303'],
    ['protocol: ICMP, icmp: {}', 'ICMP'],
    ['protocol: ICMP, icmp: null', 'ICMP'],
    ['ipVersion: 4, protocol: ICMP', 'ICMP'],
    ['ipVersion: null', 'every port'],
    ['source: null, destination: {}', 'every port'],
    ['protocol: TCP, http: null', 'every TCP port'],
  ])('with %s: %s', (text, opened) => {
    expect(showProblems(built(np(rule(text))))).toEqual([])
    expect(into(rule(text))).toBe(opened)
  })

  test('what is not ruled out', () => {
    const ports = reachOf(built(np(rule('destination: {notPorts: [http]}, notProtocol: UDP'))))
    expect(verdict(ports, 'web → checkout UDP 1')).toBe('deny')
    const types = reachOf(built(np(rule('protocol: ICMP, notICMP: {type: 8, code: 1}'))))
    expect(
      ['ICMP 2048', 'ICMP 2049', 'ICMP 2050', 'TCP 1'].map((probe) => verdict(types, `web → checkout ${probe}`)),
    ).toEqual(['allow', 'deny', 'allow', 'deny'])
  })

  test('nothing on the way to names but addresses outside', () => {
    const side = built(
      np(out('protocol: TCP, destination: {ports: [443], domains: [Bank.example., "*.post.example"]}')),
    )
    expect(certainConnections(reachOf(side), 'web', 'world').show()).toBe(
      'TCP 443 (to *.post.example), TCP 443 (to bank.example)',
    )
    expect(verdict(reachOf(side), 'web → checkout TCP 443')).toBe('deny')
  })
})

describe('lists as long as Calico takes them', () => {
  const networks = (count: number): string => times(count, '10.0.0.0/8')
  test.each([
    { name: '50 ports', text: rule(`protocol: TCP, destination: {ports: [${times(50, '80')}]}`) },
    { name: '256 networks', text: rule(`source: {nets: [${networks(256)}]}`) },
    { name: '1024 rules', text: `types: [Ingress]\ningress: [${times(1024, '{action: Deny}')}]` },
    { name: 'a selector of 1024 characters', text: `selector: app == "${'x'.repeat(1015)}"\ntypes: [Ingress]` },
  ])('$name', ({ text }) => expect(showProblems(built(np(text)))).toEqual([]))

  test.each([
    { name: '257 networks', text: rule(`source: {nets: [${networks(257)}]}`), at: `[${networks(257)}]` },
    {
      name: '257 networks that are ruled out',
      text: rule(`source: {notNets: [${networks(257)}]}`),
      at: `[${networks(257)}]`,
    },
    {
      name: '1025 rules',
      text: `types: [Ingress]\ningress: [${times(1025, '{action: Deny}')}]`,
      at: `[${times(1025, '{action: Deny}')}]`,
    },
  ])('and no longer: $name', ({ text, at }) => expect(showProblems(built(np(text)))).toEqual([`list-invalid at ${at}`]))
})

describe('what is nearly right is told with a proposal', () => {
  test.each([
    { spec: 'types: [Ingress]\ningress: [{action: Alow}]', hint: 'Did you mean Allow?' },
    { spec: 'types: [Ingress]\ningress: [{action: let-everybody-in}]', hint: 'The API server rejects' },
    { spec: 'types: [Ingress]\ningress: [{}]', hint: 'The API server rejects' },
    { spec: rule('protocol: TPC'), hint: 'Did you mean TCP?' },
    { spec: rule('protocol: anything-at-all'), hint: 'The API server rejects' },
    { spec: rule('protocol: 256'), hint: 'The API server rejects' },
    { spec: 'types: [Ingres]', hint: 'Did you mean Ingress?' },
    { spec: 'types: [anything-at-all]', hint: 'The API server rejects' },
    { spec: 'order: "5"\ntypes: [Ingress]', hint: 'Remove the quotes' },
    { spec: 'selector: app = "web"\ntypes: [Ingress]', hint: 'Conditions read: app == "web"' },
    { spec: 'selector: [app]\ntypes: [Ingress]', hint: 'Put it in quotes' },
    ...['global()', '"!global()"', 'has(app) || global()', 'has(app) && !global()'].map((selector) => ({
      spec: `selector: ${selector}\ntypes: [Ingress]`,
      hint: 'global() stands alone',
    })),
  ])('$spec: $hint', ({ spec, hint }) => {
    const [problem, another] = built(np(spec)).diagnostics
    expect(problem?.hint.startsWith(hint)).toBe(true)
    expect(another).toBeUndefined()
  })

  test.each([
    {
      spec: rule('source: {nets: [10.1.2.3/8]}'),
      told: '10.1.2.3/8 has bits set behind its prefix; it may mean 10.0.0.0/8',
    },
    { spec: rule('source: {nets: [8]}'), told: 'this is not a network' },
    { spec: rule('protocol: TCP, destination: {ports: [0]}'), told: 'a port is a number from 1 to 65535' },
    {
      spec: rule('protocol: TCP, destination: {ports: ["90:80"]}'),
      told: 'the range begins at 90 and ends below, at 80',
    },
    { spec: rule('ipVersion: 6, source: {nets: [10.0.0.0/8]}'), told: 'its networks are of IPv4, and ipVersion is 6' },
    {
      spec: rule('protocol: ICMPv6, source: {nets: [10.0.0.0/8]}'),
      told: 'its networks are of IPv4, and its protocol is of IPv6',
    },
    { spec: rule('protocol: ICMP, ipVersion: 6'), told: 'ICMP is of IPv4, and ipVersion is 6' },
    { spec: rule('protocol: ICMPv6, ipVersion: 4'), told: 'ICMPv6 is of IPv6, and ipVersion is 4' },
  ])('$told', ({ spec, told }) => {
    expect(built(np(spec)).diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(told)])
  })
})

describe('one family of addresses', () => {
  test.each([
    'protocol: ICMP, source: {nets: [10.0.0.0/8]}',
    'protocol: ICMPv6, source: {nets: ["2001:db8::/32"]}',
    'ipVersion: 4, source: {nets: [10.0.0.0/8]}',
    'source: {nets: [10.0.0.0/8]}, destination: {notNets: [10.0.0.0/9]}',
  ])('is no problem: %s', (text) => expect(showProblems(built(np(rule(text))))).toEqual([]))

  test.each([
    'source: {nets: [10.0.0.0/8, "2001:db8::/32"]}',
    'source: {nets: [10.0.0.0/8], notNets: ["2001:db8::/32"]}',
    'protocol: ICMP, source: {nets: ["2001:db8::/32"]}',
  ])('is all a rule may speak of: %s', (text) => {
    expect(built(np(rule(text))).diagnostics.map(({ code }) => code)).toEqual(['address-family-mixed'])
  })
})

describe('Services in rules', () => {
  const ledger = service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]')
  const named = 'services: {name: ledger, namespace: store}'

  test('bring their own ports on the way out, and take some on the way in', () => {
    expect(showProblems(built(np(out(`protocol: TCP, destination: {${named}, ports: [80]}`)), ledger))).toEqual([
      `services-invalid at ${named}`,
    ])
    expect(showProblems(built(np(out(`protocol: TCP, destination: {${named}, notPorts: [80]}`)), ledger))).toEqual([
      `services-invalid at ${named}`,
    ])
    expect(showProblems(built(np(rule(`protocol: TCP, source: {${named}, ports: [80]}`)), ledger))).toEqual([])
    expect(showProblems(built(np(out(`${'protocol: TCP, '}destination: {${named}}`)), ledger))).toEqual([])
  })

  test.each([
    'selector: has(app)',
    'notSelector: has(app)',
    'namespaceSelector: has(team)',
    'nets: [10.0.0.0/8]',
    'notNets: [10.0.0.0/8]',
    'serviceAccounts: {names: [till]}',
  ])('stand for themselves, not beside %s', (beside) => {
    const side = built(np(out(`destination: {${named}, ${beside}}`)), ledger)
    expect(showProblems(side)).toEqual([`services-invalid at ${named}`])
    expect(side.diagnostics[0]?.message).toContain(`beside ${beside.slice(0, beside.indexOf(':'))}`)
  })

  test('of no namespace are taken for those of the policy', () => {
    const side = built(np(out('destination: {services: {name: ledger}}')), ledger)
    expect(side.diagnostics.map(({ effect }) => effect)).toEqual(['wider'])
    expect(verdict(reachOf(side), 'web → ledger TCP 5432')).toBe('allow')
  })

  test('are those of the namespace that is named, with the ports their names stand for', () => {
    const desk = manifest(
      'v1',
      'Service',
      '{name: ledger, namespace: office}',
      'selector: {app: auditor}\nports: [{port: 9, targetPort: http}]',
    )
    const reach = reachOf(built(np(out('destination: {services: {name: ledger, namespace: office}}')), ledger, desk))
    expect(verdict(reach, 'web → auditor TCP 9000')).toBe('allow')
    expect(verdict(reach, 'web → auditor TCP 9')).toBe('deny')
    expect(verdict(reach, 'web → ledger TCP 5432')).toBe('deny')
  })

  test('without selector stand for the slices of their own namespace, on ports that are numbers of a protocol', () => {
    const bank = manifest('v1', 'Service', '{name: bank, namespace: store}', 'ports: [{port: 443}]')
    const slice = (namespace: string, address: string, ports: string): string =>
      `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: bank-1, namespace: ${namespace}, labels: {kubernetes.io/service-name: bank}}\naddressType: IPv4\nendpoints: [{addresses: [${address}]}]\nports: ${ports}\n`
    const reach = reachOf(
      built(
        np(out('destination: {services: {name: bank, namespace: store}}')),
        bank,
        slice('store', '198.51.100.20', '[{port: 443}, {name: any}, {port: 53, protocol: DNS}]'),
        slice('office', '198.51.100.21', '[{port: 443}]'),
      ),
    )
    expect(verdict(reach, 'web → 198.51.100.20 TCP 443')).toBe('allow')
    for (const probe of ['198.51.100.20 TCP 80', '198.51.100.20 TCP 53', '198.51.100.21 TCP 443'])
      expect(verdict(reach, `web → ${probe}`)).toBe('deny')
  })

  test('are refused where they cannot stand', () => {
    expect(showProblems(built(np(rule(`destination: {${named}}`)), ledger))).toEqual([`services-invalid at ${named}`])
  })
})

describe('HTTP', () => {
  const paths = (item: string): string => rule(`protocol: TCP, http: {paths: [${item}]}`)
  test.each(['/', '/pay/now', '/pay%20now'])('%s is a path', (path) => {
    expect(showProblems(built(np(paths(`{exact: "${path}"}`))))).toEqual([
      `http-not-enforced at http: {paths: [{exact: "${path}"}]}`,
    ])
  })

  test.each(['pay', '/pay?now', '/pay#now', '/pay now', ''])('"%s" is none', (path) => {
    expect(showProblems(built(np(paths(`{prefix: "${path}"}`))))).toContain(`http-invalid at "${path}"`)
  })

  test('of different methods is no problem, nor without a protocol', () => {
    for (const text of ['protocol: TCP, http: {methods: [GET, PUT]}', 'http: {methods: [GET]}'])
      expect(built(np(rule(text))).diagnostics.map(({ code }) => code)).toEqual(['http-not-enforced'])
  })
})

describe('stored objects, which nothing checks', () => {
  test('are there with what is wrong in them', () => {
    const side = built(storedNp(rule('protocol: tcp')))
    expect(showProblems(side)).toEqual(['protocol-invalid at tcp'])
    expect(side.diagnostics[0]?.hint).toContain('Nothing checks objects of crd.projectcalico.org')
    expect(side.diagnostics[0]?.hint).not.toContain('rejects')
    expect(side.input.entries.every(({ exists }) => exists === 'yes')).toBe(true)
  })

  test('without types speak of both directions', () => {
    for (const types of ['types: null', 'types: []']) {
      const reach = reachOf(built(storedNp(`selector: app == "checkout"\n${types}`)))
      expect(verdict(reach, 'web → checkout TCP 8081')).toBe('deny')
      expect(verdict(reach, 'checkout → world TCP 443')).toBe('deny')
    }
  })
})

describe('flags for machines', () => {
  test.each([
    ['applyOnForward: true\npreDNAT: true\ntypes: [Ingress]', []],
    ['applyOnForward: true\ndoNotTrack: true\ntypes: [Ingress, Egress]', []],
    ['applyOnForward: false\npreDNAT: true\ntypes: [Ingress]', ['policy-flags-invalid at preDNAT: true']],
    ['applyOnForward: true\npreDNAT: true\ntypes: [Ingress]\negress: []', ['policy-flags-invalid at preDNAT: true']],
    ['applyOnForward: true\ndoNotTrack: true\ntypes: [Egress]\negress: []', []],
    ['applyOnForward: true\npreDNAT: "true"\ntypes: [Egress]', []],
  ])('%s: %j', (spec, problems) => expect(showProblems(built(gnp(spec)))).toEqual(problems))
})

describe('tiers', () => {
  test.each([
    { spec: 'order: 5', name: 'x'.repeat(63), problems: [] },
    { spec: 'order: null\ndefaultAction: null', name: 'late', problems: [] },
    { spec: 'order: -0.5\ndefaultAction: Pass', name: 'early', problems: [] },
    { spec: 'order: 1000000', name: 'default', problems: [] },
    { spec: 'order: 1000000\ndefaultAction: Deny', name: 'default', problems: [] },
    { spec: 'defaultAction: Pass', name: 'default', problems: ['tier-invalid at defaultAction: Pass'] },
    { spec: 'order: 1000\ndefaultAction: Pass', name: 'kube-admin', problems: [] },
    { spec: 'order: 1000\ndefaultAction: Deny', name: 'kube-admin', problems: ['tier-invalid at defaultAction: Deny'] },
    { spec: 'order: 7\ndefaultAction: Pass', name: 'kube-baseline', problems: ['tier-invalid at order: 7'] },
  ])('$name with $spec: $problems', ({ spec, name, problems }) =>
    expect(showProblems(built(tier(spec, name)))).toEqual(problems),
  )

  test('that are built in say what they always are', () => {
    const told = (text: string) => built(text).diagnostics.map(({ message }) => message)
    expect(told(tier('order: 5', 'default'))[0]).toContain('its order is always 1000000')
    expect(told(tier('defaultAction: Pass', 'default'))[0]).toContain('its defaultAction is always Deny')
    expect(told(tier('order: 1000\ndefaultAction: Deny', 'kube-admin'))[0]).toContain(
      'its defaultAction is always Pass',
    )
  })

  test.each([
    ['3.28', ['tier-missing', 'tier-missing']],
    ['3.29', ['tier-missing']],
    ['3.30', []],
    ['3.32', ['tier-missing', 'tier-missing']],
  ])('of admin policies under Calico %s: %j are missing', (version, missing) => {
    const policies = ['adminnetworkpolicy', 'baselineadminnetworkpolicy'].map((name) =>
      gnp(`tier: ${name}\ntypes: [Ingress]`, `${name}.till`),
    )
    expect(storeWith(policies, calico(version)).diagnostics.map(({ code }) => code)).toEqual(missing)
  })

  test('of a policy have to be texts, and an empty one is default', () => {
    expect(showProblems(built(np('tier: 5\ntypes: [Ingress]')))).toEqual(['tier-invalid at 5'])
    expect(showProblems(built(np('tier: ""\ntypes: [Ingress]')))).toEqual([])
  })

  test('before 3.32 the name of a policy begins with that of its tier, but for default', () => {
    const early = tier('order: 5', 'early')
    const policy = (name: string): string => np('tier: early\ntypes: [Ingress]', name)
    expect(showProblems(storeWith([early, policy('early.till')], calico('3.31')))).toEqual([])
    expect(showProblems(storeWith([early, policy('earlytill')], calico('3.31')))).toEqual([
      'policy-name-invalid at earlytill',
    ])
    expect(showProblems(storeWith([np('types: [Ingress]', 'till')], calico('3.31')))).toEqual([])
  })
})

describe('staged policies', () => {
  test.each([
    { spec: 'stagedAction: Learn\ntypes: [Ingress]', problems: [] },
    { spec: 'stagedAction: Ignore\ntypes: [Ingress]', problems: [] },
    { spec: 'stagedAction: null\ntypes: [Ingress]', problems: [] },
    { spec: 'stagedAction: Delete', problems: [] },
    { spec: 'stagedAction: Delete\norder: 5', problems: [] },
    ...['selector: all()', 'ingress: [{action: Deny}]', 'egress: [{action: Deny}]', 'types: [Ingress]'].map(
      (field) => ({
        spec: `stagedAction: Delete\n${field}`,
        problems: ['staged-action-invalid at Delete'],
      }),
    ),
    {
      spec: 'stagedAction: "{{ .Values.action }}"\ntypes: [Ingress]',
      problems: ['template-value at "{{ .Values.action }}"'],
    },
  ])('with $spec: $problems', ({ spec, problems }) => {
    const side = built(staged(spec))
    expect(showProblems(side)).toEqual(problems)
    expect(side.input.entries).toEqual([])
  })

  test('of Kubernetes are read as NetworkPolicies, but for the action', () => {
    const text = manifest(
      'projectcalico.org/v3',
      'StagedKubernetesNetworkPolicy',
      '{name: trial, namespace: store}',
      'stagedAction: Set\nsign: open\npodSelector: {}',
    )
    expect(showProblems(built(text))).toEqual(['unknown-field at sign: open'])
  })
})
