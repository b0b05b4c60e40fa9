import { describe, expect, test } from 'vitest'
import {
  account,
  anp,
  calico,
  cnp,
  globalSet,
  gnp,
  knp,
  networkSet,
  np,
  pod,
  service,
  staged,
  storedNp,
  tier,
} from './calico-store.ts'
import { type BuiltSide, certainConnections, reachOf, showProblems, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const to = (name: string): string => `selector: app == "${name}"`
const checkout = to('checkout')
const web = '{selector: app == "web"}'
const ledger = '{selector: app == "ledger"}'

/** A rule in flow style, and a list of them. */
const rule = (action: string, rest = ''): string => `{action: ${action}${rest === '' ? '' : `, ${rest}`}}`
const from = (action: string, entity: string): string => rule(action, `source: ${entity}`)
const onto = (action: string, entity: string): string => rule(action, `destination: ${entity}`)
const ingress = (...rules: readonly string[]): string => `types: [Ingress]\ningress: [${rules.join(', ')}]`
const egress = (...rules: readonly string[]): string => `types: [Egress]\negress: [${rules.join(', ')}]`
const intoCheckout = (...rules: readonly string[]): string => `${checkout}\n${ingress(...rules)}`
const outOfCheckout = (...rules: readonly string[]): string => `${checkout}\n${egress(...rules)}`

const security = (spec = 'order: 100'): string => tier(spec, 'security')
const knpAdmitsWeb =
  'podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]'

const webIn = 'web → checkout TCP 8081'
const ledgerIn = 'ledger → checkout TCP 8081'
const auditorIn = 'auditor → checkout TCP 8081'
const worldIn = 'world → checkout TCP 8081'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const problems = (...manifests: readonly string[]): readonly string[] => showProblems(built(...manifests))

describe('tiers and order', () => {
  check(
    [
      {
        name: '1. a policy without rules makes its tier deny',
        policies: [np(`${checkout}\ntypes: [Ingress]`)],
        denies: [webIn, worldIn],
        allows: ['web → ledger TCP 8082'],
      },
      {
        name: '2. a tier that passes on at its end denies nobody',
        policies: [security('order: 100\ndefaultAction: Pass'), gnp(`tier: security\n${checkout}\ntypes: [Ingress]`)],
        allows: [webIn, worldIn],
      },
      {
        name: '3. what is passed on is open where no later tier has a say; the rest the tier denies',
        policies: [security(), gnp(`tier: security\n${intoCheckout(from('Pass', web))}`)],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '4. what is passed on a later tier may deny',
        policies: [
          security(),
          gnp(`tier: security\n${intoCheckout(from('Pass', web))}`),
          np(intoCheckout(rule('Deny'))),
        ],
        denies: [webIn, ledgerIn],
      },
      {
        name: '5. what is allowed no later tier is asked about',
        policies: [
          security(),
          gnp(`tier: security\norder: 1\n${intoCheckout(rule('Allow'))}`),
          np(intoCheckout(rule('Deny'))),
        ],
        allows: [webIn, ledgerIn, worldIn],
      },
      {
        name: '6. the lower order comes first, an allow',
        policies: [
          np(`order: 10\n${intoCheckout(from('Allow', web))}`, 'one'),
          np(`order: 20\n${intoCheckout(from('Deny', web))}`, 'two'),
        ],
        allows: [webIn],
      },
      {
        name: '6. the lower order comes first, a deny',
        policies: [
          np(`order: 20\n${intoCheckout(from('Allow', web))}`, 'one'),
          np(`order: 10\n${intoCheckout(from('Deny', web))}`, 'two'),
        ],
        denies: [webIn],
      },
      {
        name: '7. no order is the last one',
        policies: [
          np(intoCheckout(from('Deny', web)), 'a'),
          np(`order: 5000\n${intoCheckout(from('Allow', web))}`, 'b'),
        ],
        allows: [webIn],
      },
      {
        name: '8. names decide between equal orders',
        policies: [
          np(`order: 5\n${intoCheckout(from('Deny', web))}`, 'deny-web'),
          np(`order: 5\n${intoCheckout(from('Allow', web))}`, 'allow-web'),
        ],
        allows: [webIn],
      },
      {
        name: '9. a dash stands before the end of a name',
        policies: [
          gnp(`order: 5\n${intoCheckout(from('Deny', web))}`, 'a'),
          gnp(`order: 5\n${intoCheckout(from('Allow', web))}`, 'a-b'),
        ],
        allows: [webIn],
      },
      {
        name: '10. tiers of one order stand by their names',
        policies: [
          tier('order: 100', 't2'),
          tier('order: 100', 't1'),
          gnp(`tier: t2\n${intoCheckout(from('Deny', web))}`, 'no'),
          gnp(`tier: t1\n${intoCheckout(from('Allow', web))}`, 'yes'),
        ],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '11. a tier without order comes behind kube-baseline',
        policies: [
          tier('{}', 'afterthought'),
          gnp(`tier: afterthought\n${intoCheckout(from('Deny', web))}`, 'no'),
          gnp(`tier: kube-baseline\n${intoCheckout(from('Allow', web))}`, 'yes'),
        ],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '12. a later allow adds to what a NetworkPolicy of Kubernetes leaves over',
        policies: [knp(knpAdmitsWeb), np(`order: 2000\n${intoCheckout(from('Allow', ledger))}`)],
        allows: [webIn, ledgerIn],
        denies: [worldIn],
      },
      {
        name: '13. a deny of an order below 1000 comes before it',
        policies: [knp(knpAdmitsWeb), np(`order: 500\n${intoCheckout(from('Deny', web))}`)],
        denies: [webIn],
      },
      {
        name: '14. a deny of an order above 1000 comes too late',
        policies: [knp(knpAdmitsWeb), np(`order: 2000\n${intoCheckout(from('Deny', web))}`)],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '15. a rule that logs decides nothing',
        policies: [np(intoCheckout(rule('Log'), from('Allow', web)))],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '16. passed on by the last tier that has a say, all is open',
        policies: [gnp(intoCheckout(rule('Pass')))],
        allows: [webIn, worldIn],
      },
      {
        name: '17. a tier that does not exist is the last one and denies the rest',
        policies: [
          np(`tier: nowhere\n${intoCheckout(from('Allow', web))}`),
          np(`order: 1\n${intoCheckout(from('Pass', web), from('Pass', ledger))}`, 'first'),
        ],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '18. a staged policy changes nothing',
        policies: [staged(`${checkout}\ntypes: [Ingress]`)],
        allows: [webIn, worldIn],
      },
      {
        name: '19. an enforced policy beside a staged one makes the tier deny',
        policies: [staged(`${checkout}\ntypes: [Ingress]`, 'trial'), np(intoCheckout(from('Allow', web)))],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: '20. a policy of the cluster without selector is for everybody',
        policies: [gnp(egress(onto('Allow', '{nets: [10.0.0.0/8]}')))],
        allows: [webIn, 'auditor → visitor TCP 80', 'visitor → 10.9.9.9 UDP 53'],
        denies: ['web → world TCP 443', 'auditor → world UDP 53'],
      },
    ],
    calico(),
  )

  test('9. before 3.32 names are compared without what follows them', () => {
    const policies = [
      gnp(`order: 5\n${intoCheckout(from('Deny', web))}`, 'a'),
      gnp(`order: 5\n${intoCheckout(from('Allow', web))}`, 'a-b'),
    ]
    expect(verdict(reachOf(storeWith(policies, calico('3.31'))), webIn)).toBe('deny')
  })

  test('17. the missing tier is reported where it is named', () => {
    expect(problems(np(`tier: nowhere\n${intoCheckout()}`))).toEqual(['tier-missing at tier: nowhere'])
  })
})

describe('types', () => {
  check(
    [
      {
        name: '21. egress rules alone speak of egress',
        policies: [np(`${checkout}\negress: [${rule('Deny')}]`)],
        allows: [webIn],
        denies: ['checkout → web TCP 8080'],
      },
      {
        name: '22. no rules speak of ingress',
        policies: [np(checkout)],
        denies: [webIn],
        allows: ['checkout → web TCP 8080'],
      },
      {
        name: '23. rules of a direction that is not among the types are inert',
        policies: [np(`${checkout}\ntypes: [Ingress]\negress: [${rule('Deny')}]`)],
        denies: [webIn],
        allows: ['checkout → web TCP 8080'],
      },
      {
        name: '24. a type without rules denies',
        policies: [np(`${checkout}\ntypes: [Ingress, Egress]\ningress: [${rule('Allow')}]`)],
        allows: [webIn],
        denies: ['checkout → web TCP 8080'],
      },
      {
        name: '25. a stored object without types speaks of both',
        policies: [storedNp(`${checkout}\ningress: [${rule('Allow')}]`)],
        allows: [webIn],
        denies: ['checkout → web TCP 8080'],
      },
      {
        name: '26. an empty list counts in some installations',
        policies: [np(`${checkout}\ningress: []\negress: [${rule('Allow')}]`)],
        unknown: [webIn],
        allows: ['checkout → web TCP 8080'],
      },
    ],
    calico(),
  )

  test('26. which is reported at the list, and certain before 3.32', () => {
    const policy = np(`${checkout}\ningress: []\negress: [${rule('Allow')}]`)
    expect(problems(policy)).toEqual(['policy-types-ambiguous at []'])
    const before = storeWith([policy], calico('3.31'))
    expect(showProblems(before)).toEqual([])
    expect(verdict(reachOf(before), webIn)).toBe('allow')
  })
})

describe('selectors and scope', () => {
  const partners = globalSet('{role: partner}', '198.51.100.0/24')
  const toPartners = '{selector: role == "partner"}'
  const partner = 'checkout → 198.51.100.9 TCP 443'
  const deployers = [
    pod('robot', 'store', '{app: robot}', '{serviceAccountName: deployer}', '10.20.1.9'),
    pod('twin', 'office', '{app: robot}', '{serviceAccountName: deployer}', '10.20.2.9'),
  ]
  const robot = 'robot → checkout TCP 8081'
  const twin = 'twin → checkout TCP 8081'
  check(
    [
      {
        name: '27. a selector looks in its own namespace',
        policies: [np(intoCheckout(from('Allow', '{selector: app == "auditor"}')))],
        denies: [auditorIn],
      },
      {
        name: '28. with a namespace selector it looks there only',
        policies: [
          np(
            intoCheckout(
              from('Allow', '{selector: app == "auditor", namespaceSelector: projectcalico.org/name == "office"}'),
            ),
          ),
          pod('decoy', 'store', '{app: auditor}', '{}', '10.20.1.8'),
        ],
        allows: [auditorIn],
        denies: ['decoy → checkout TCP 8081'],
      },
      {
        name: '29. all namespaces are not everybody',
        policies: [np(intoCheckout(from('Allow', '{namespaceSelector: all()}'))), partners],
        allows: [webIn, auditorIn, 'visitor → checkout TCP 8081'],
        denies: [worldIn, '198.51.100.9 → checkout TCP 8081'],
      },
      {
        name: '30. a namespaced policy finds no set of the cluster',
        policies: [np(outOfCheckout(onto('Allow', toPartners))), partners],
        denies: [partner],
      },
      {
        name: '30. unless it asks for what has no namespace',
        policies: [
          np(outOfCheckout(onto('Allow', '{selector: role == "partner", namespaceSelector: global()}'))),
          partners,
        ],
        allows: [partner],
        denies: ['checkout → world TCP 443', 'checkout → web TCP 8080'],
      },
      {
        name: '30. a set that nobody declared may be anywhere outside',
        policies: [np(outOfCheckout(onto('Allow', '{selector: role == "partner", namespaceSelector: global()}')))],
        unknown: [partner, 'checkout → world TCP 443'],
        denies: ['checkout → web TCP 8080'],
      },
      {
        name: '31. a policy of the cluster finds it',
        policies: [gnp(outOfCheckout(onto('Allow', toPartners))), partners],
        allows: [partner],
        denies: ['checkout → world TCP 443'],
      },
      {
        name: '32. all() is whatever Calico knows',
        policies: [gnp(intoCheckout(from('Allow', '{selector: all()}')))],
        allows: [webIn, auditorIn],
        denies: [worldIn],
      },
      {
        name: '33. an empty end is everybody',
        policies: [np(intoCheckout(from('Allow', '{}')))],
        allows: [webIn, auditorIn, worldIn],
      },
      {
        name: '34. a notSelector in a policy of the cluster leaves all others',
        policies: [gnp(intoCheckout(from('Allow', '{notSelector: app == "ledger"}')))],
        allows: [worldIn, webIn, auditorIn],
        denies: [ledgerIn],
      },
      {
        name: '35. in a namespaced one it leaves those of the namespace',
        policies: [np(intoCheckout(from('Allow', '{notSelector: app == "ledger"}')))],
        allows: [webIn],
        denies: [ledgerIn, auditorIn, worldIn],
      },
      {
        name: '36. a negated selector still speaks of labelled things only',
        policies: [gnp(intoCheckout(from('Allow', '{selector: "!has(tier)"}')))],
        allows: [auditorIn, 'visitor → checkout TCP 8081'],
        denies: [worldIn, webIn],
      },
      {
        name: '37. a missing label differs from every value',
        policies: [np(intoCheckout(from('Allow', '{selector: team != "red"}')))],
        allows: [webIn],
      },
      {
        name: '38. a selector that nobody can read may select anybody',
        policies: [np(`selector: app = "checkout"\ntypes: [Ingress]`)],
        unknown: [webIn, 'web → ledger TCP 8082'],
        allows: ['web → auditor TCP 9000'],
      },
      {
        name: '39. lists, an empty one among them',
        policies: [np(`selector: 'app in {"checkout", "ledger"} && tier not in {}'\ntypes: [Ingress]`)],
        denies: [webIn, 'web → ledger TCP 8082'],
        allows: ['ledger → web TCP 8080'],
      },
      {
        name: '40. a negation binds to one test',
        policies: [np(`selector: '! app == "checkout" && has(app)'\ntypes: [Ingress]`)],
        allows: [webIn],
        denies: ['ledger → web TCP 8080', 'web → ledger TCP 8082'],
      },
      {
        name: '41. accounts by name, in the own namespace',
        policies: [np(intoCheckout(from('Allow', '{serviceAccounts: {names: [deployer]}}'))), ...deployers],
        allows: [robot],
        denies: [twin, webIn],
      },
      {
        name: '41. accounts by name, in any namespace',
        policies: [gnp(intoCheckout(from('Allow', '{serviceAccounts: {names: [deployer]}}'))), ...deployers],
        allows: [robot, twin],
        denies: [webIn],
      },
      {
        name: '42. name and labels of the account both have to hold',
        policies: [
          gnp(intoCheckout(from('Allow', '{serviceAccounts: {names: [deployer], selector: trusted == "yes"}}'))),
          ...deployers,
          account('deployer', 'store', '{trusted: "yes"}'),
          account('deployer', 'office', '{trusted: "no"}'),
        ],
        allows: [robot],
        denies: [twin, webIn],
      },
      {
        name: '42. of an account that nobody declared the labels are unknown',
        policies: [
          gnp(intoCheckout(from('Allow', '{serviceAccounts: {names: [deployer], selector: trusted == "yes"}}'))),
          ...deployers,
          account('deployer', 'store', '{trusted: "yes"}'),
        ],
        allows: [robot],
        unknown: [twin],
        denies: [webIn],
      },
      {
        name: '43. a namespace selector of a policy of the cluster',
        policies: [gnp('namespaceSelector: team == "store"\ntypes: [Ingress]')],
        denies: [webIn, 'checkout → web TCP 8080'],
        allows: ['web → auditor TCP 9000'],
      },
      {
        name: '44. its selectors look in all namespaces',
        policies: [gnp(intoCheckout(from('Allow', web))), pod('web2', 'office', '{app: web}', '{}', '10.20.2.8')],
        allows: [webIn, 'web2 → checkout TCP 8081'],
        denies: [auditorIn],
      },
      {
        name: '45. global() is no selector of a policy',
        policies: [gnp("selector: 'global()'\ntypes: [Ingress]")],
        unknown: [webIn, worldIn],
      },
    ],
    calico(),
  )

  test.each([
    ['38. a single equals sign', 'selector: app = "checkout"\ntypes: [Ingress]', 'selector-invalid at ='],
    ['45. global() as a selector', "selector: 'global()'\ntypes: [Ingress]", "selector-invalid at 'global()'"],
  ])('%s is reported', (_, spec, problem) => {
    expect(problems(gnp(spec))).toEqual([problem])
  })
})

describe('networks, ports and Services', () => {
  const ledgerService = service('ledger', 'selector: {app: ledger}\nports: [{port: 5432, targetPort: 5432}]')
  const behindLedger = '{services: {name: ledger, namespace: store}}'
  check(
    [
      {
        name: '46. networks speak of pods too',
        policies: [np(outOfCheckout(onto('Allow', '{nets: [10.0.0.0/8]}')))],
        allows: ['checkout → ledger TCP 8082'],
        denies: ['checkout → world TCP 443'],
      },
      {
        name: '47. networks without others',
        policies: [np(intoCheckout(from('Allow', '{nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}')))],
        allows: ['10.2.0.1 → checkout TCP 8081', webIn],
        denies: ['10.1.0.1 → checkout TCP 8081', worldIn],
      },
      {
        name: '48. label and network both have to hold',
        policies: [np(intoCheckout(from('Allow', '{selector: app == "web", nets: [10.9.0.0/16]}')))],
        denies: [webIn, '10.9.0.1 → checkout TCP 8081'],
      },
      {
        name: '48. and do',
        policies: [np(intoCheckout(from('Allow', '{selector: has(app), nets: [10.20.1.1/32]}')))],
        allows: [webIn],
        denies: [ledgerIn],
      },
      {
        name: 'a Service may stand for machines where pods behind it are on their network',
        policies: [
          pod('till', 'store', '{app: ledger}', '{hostNetwork: true, nodeName: shelf}', '192.168.40.5'),
          ledgerService,
          np(outOfCheckout(onto('Allow', behindLedger))),
        ],
        allows: ['checkout → ledger TCP 5432'],
        unknown: ['checkout → 192.168.40.5 TCP 5432', 'checkout → agent TCP 5432'],
        denies: ['checkout → 192.168.40.5 TCP 80', 'checkout → world TCP 5432'],
      },
      {
        name: '52. ranges, numbers and names',
        policies: [np(intoCheckout(rule('Allow', 'protocol: TCP, destination: {ports: ["8000:8010", 9090, stats]}')))],
        allows: [
          'web → checkout TCP 8000',
          'web → checkout TCP 8010',
          'world → checkout TCP 9090',
          'web → checkout TCP 9100',
        ],
        denies: ['web → checkout TCP 8011', 'web → checkout UDP 8000', webIn],
      },
      {
        name: '53. a dash makes no range',
        policies: [np(intoCheckout(rule('Allow', 'protocol: TCP, destination: {ports: ["80-90"]}')))],
        denies: ['web → checkout TCP 80', 'web → checkout TCP 85'],
      },
      {
        name: '55. all ports but one',
        policies: [np(intoCheckout(rule('Allow', 'protocol: UDP, destination: {notPorts: [53]}')))],
        allows: ['web → checkout UDP 54'],
        denies: ['web → checkout UDP 53', webIn],
      },
      {
        name: '56. all protocols but one',
        policies: [np(intoCheckout(rule('Allow', 'notProtocol: TCP')))],
        allows: ['web → checkout UDP 53', 'web → checkout ICMP 2048'],
        denies: [webIn],
      },
      {
        name: '57. one type of ICMP',
        policies: [np(intoCheckout(rule('Allow', 'protocol: ICMP, icmp: {type: 8}')))],
        allows: ['web → checkout ICMP 2048'],
        denies: ['web → checkout ICMP 0', webIn],
      },
      {
        name: '58. what stands behind a Service, on its ports',
        policies: [np(outOfCheckout(onto('Allow', behindLedger))), ledgerService],
        allows: ['checkout → ledger TCP 5432'],
        denies: ['checkout → ledger TCP 5433', 'checkout → web TCP 5432'],
      },
      {
        name: 'a Service in a rule of IPv6 finds no pod of IPv4',
        policies: [np(outOfCheckout(onto('Allow', `${behindLedger}, ipVersion: 6`))), ledgerService],
        denies: ['checkout → ledger TCP 5432'],
      },
      {
        name: '59. from what stands behind a Service, on every port',
        policies: [
          np(intoCheckout(from('Allow', '{services: {name: web, namespace: store}}'))),
          service('web', 'selector: {app: web}\nports: [{port: 80}]'),
        ],
        allows: [webIn, 'web → checkout UDP 53'],
        denies: [ledgerIn],
      },
      {
        name: '58. nobody stands behind a Service that is not there',
        policies: [np(outOfCheckout(onto('Allow', behindLedger)))],
        denies: ['checkout → ledger TCP 5432'],
      },
      {
        name: '62. without the application layer every request passes',
        policies: [np(intoCheckout(rule('Allow', `http: {methods: [GET]}, source: ${web}`)))],
        allows: [webIn, 'web → checkout UDP 9'],
        denies: [ledgerIn],
      },
      {
        name: '64. what an ingress rule says of the destination narrows it',
        policies: [np(`selector: all()\n${ingress(onto('Allow', '{selector: app == "checkout"}'))}`)],
        allows: [webIn, worldIn],
        denies: ['checkout → web TCP 8080', 'web → ledger TCP 8082'],
      },
    ],
    calico(),
  )

  test('54. a source port is one that clients rarely have', () => {
    const reachability = reachOf(built(np(intoCheckout(rule('Allow', 'protocol: TCP, source: {ports: [80]}')))))
    expect(certainConnections(reachability, 'web', 'checkout').show()).toBe('every TCP port (from port 80)')
  })

  test.each([
    {
      name: '49. a network that leaves nothing',
      text: from('Allow', '{notNets: [0.0.0.0/0]}'),
      problem: 'cidr-invalid at 0.0.0.0/0',
    },
    {
      name: '50. networks of two families',
      text: from('Allow', '{nets: [10.0.0.0/8, "2001:db8::/32"]}'),
      problem: `address-family-mixed at ${from('Allow', '{nets: [10.0.0.0/8, "2001:db8::/32"]}')}`,
    },
    {
      name: '51. a port without protocol',
      text: onto('Allow', '{ports: [80]}'),
      problem: 'ports-invalid at ports: [80]',
    },
    {
      name: '61. a Service on the wrong side',
      text: onto('Allow', behindLedger),
      problem: `services-invalid at ${behindLedger.slice(1, -1)}`,
    },
    {
      name: '63. HTTP in a rule that denies',
      text: rule('Deny', 'http: {methods: [DELETE]}'),
      problem: 'http-invalid at http: {methods: [DELETE]}',
    },
  ])('$name is refused', ({ text, problem }) => {
    const side = built(np(intoCheckout(text)), ledgerService)
    expect(showProblems(side).filter((found) => !found.startsWith('http-not'))).toEqual([problem])
    expect(side.input.entries.every(({ exists }) => exists === 'unknown')).toBe(true)
  })

  test('60. ports beside a Service are refused', () => {
    const side = built(
      np(
        outOfCheckout(
          rule('Allow', 'protocol: TCP, destination: {services: {name: ledger, namespace: store}, ports: [5432]}'),
        ),
      ),
      ledgerService,
    )
    expect(showProblems(side)).toEqual(['services-invalid at services: {name: ledger, namespace: store}'])
  })
})

describe('the end that is the endpoint itself', () => {
  const set = globalSet('{app: checkout}', '10.20.1.3/32')
  check(
    [
      {
        name: 'one whose address lies in a set matches by the labels of the set',
        policies: [gnp(`selector: has(app)\n${ingress(onto('Allow', '{selector: app == "checkout"}'))}`), set],
        allows: [webIn, 'web → ledger TCP 8082'],
        denies: ['auditor → web TCP 8080'],
      },
      {
        name: 'and is left out by them',
        policies: [gnp(`selector: has(app)\n${ingress(onto('Allow', '{notSelector: app == "checkout"}'))}`), set],
        allows: ['ledger → web TCP 8080'],
        denies: [webIn, 'web → ledger TCP 8082'],
      },
      {
        name: 'networks narrow it by its address',
        policies: [
          gnp(`selector: has(app)\n${ingress(onto('Allow', '{nets: [10.20.1.0/24], notNets: [10.20.1.3/32]}'))}`),
        ],
        allows: [webIn],
        denies: ['web → ledger TCP 8082', 'web → auditor TCP 9000'],
      },
      {
        name: 'a source narrows egress',
        policies: [
          gnp(`selector: has(app)\n${egress(rule('Deny', 'source: {selector: app == "web"}'), rule('Allow'))}`),
        ],
        denies: [webIn],
        allows: [ledgerIn],
      },
    ],
    calico(),
  )
})

describe('conditions that ports cannot say', () => {
  check(
    [
      {
        name: 'a deny by source port may or may not apply',
        policies: [np(intoCheckout(rule('Deny', 'protocol: TCP, source: {ports: [80]}'), rule('Allow')))],
        unknown: [webIn],
        allows: ['web → checkout UDP 53'],
      },
      {
        name: 'so may a pass, and what comes behind it',
        policies: [np(`order: 1\n${intoCheckout(rule('Pass', 'protocol: TCP, source: {ports: [80]}'), rule('Deny'))}`)],
        unknown: [webIn],
        denies: ['web → checkout UDP 53'],
      },
      {
        name: 'names of ports that are ruled out each pod resolves',
        policies: [np(intoCheckout(rule('Allow', 'protocol: TCP, destination: {notPorts: [http]}')))],
        unknown: [webIn],
        denies: ['web → checkout UDP 53'],
      },
    ],
    calico(),
  )
})

describe('policies of Kubernetes, and machines', () => {
  const everybody = '{namespaces: {}}'
  check(
    [
      {
        name: '65. rules of a direction that policyTypes leaves out',
        policies: [knp('podSelector: {}\npolicyTypes: [Egress]\ningress: [{}]')],
        allows: ['auditor → web TCP 8080'],
        denies: ['web → auditor TCP 9000'],
      },
      {
        name: '66. an ipBlock speaks of pods too',
        policies: [
          knp('podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]'),
        ],
        allows: [webIn],
        denies: [worldIn],
      },
      {
        name: '67. a podSelector finds no set',
        policies: [
          knp('podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{podSelector: {}}]}]'),
          networkSet('{role: partner}', '198.51.100.0/24'),
        ],
        allows: [webIn],
        denies: ['198.51.100.9 → checkout TCP 8081'],
      },
      {
        name: '68. a ClusterNetworkPolicy of tier Admin comes before the tier default',
        policies: [
          cnp(`tier: Admin\npriority: 100\nsubject: ${everybody}\ningress: [{action: Accept, from: [${everybody}]}]`),
          gnp(ingress(rule('Deny'))),
        ],
        allows: [webIn, auditorIn],
        denies: [worldIn],
      },
      {
        name: '69. passed on, all is open',
        policies: [
          cnp(`tier: Admin\npriority: 100\nsubject: ${everybody}\ningress: [{action: Pass, from: [${everybody}]}]`),
        ],
        allows: [webIn, worldIn],
      },
      {
        name: '70. the tier Baseline is asked where no NetworkPolicy isolates',
        policies: [
          cnp(`tier: Baseline\npriority: 100\nsubject: ${everybody}\ningress: [{action: Deny, from: [${everybody}]}]`),
          knp(knpAdmitsWeb),
        ],
        allows: [webIn],
        denies: [ledgerIn, 'ledger → web TCP 8080'],
      },
      {
        name: '71. a policy of Calico may stand before those of the tier Admin',
        policies: [
          cnp(`tier: Admin\npriority: 100\nsubject: ${everybody}\ningress: [{action: Accept, from: [${everybody}]}]`),
          gnp(`tier: kube-admin\norder: 0.5\nselector: all()\n${ingress(rule('Deny'))}`),
        ],
        denies: [webIn, worldIn],
      },
      {
        name: '72. rules before translation are for machines',
        policies: [
          gnp(
            `selector: all()\napplyOnForward: true\npreDNAT: true\n${ingress(rule('Deny', 'protocol: TCP, destination: {ports: [30080]}'))}`,
          ),
        ],
        allows: [webIn, 'world → web TCP 30080'],
      },
      {
        name: '75. the network of another machine is no pod',
        policies: [np(intoCheckout(from('Allow', '{selector: app == "agent", namespaceSelector: all()}')))],
        unknown: ['agent → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: '75. that of another one for certain is kept out, that of the own one never',
        policies: [
          pod('till', 'store', '{app: till}', '{nodeName: shelf}', '10.20.1.20'),
          pod('vault', 'store', '{app: vault}', '{nodeName: cellar}', '10.20.1.21'),
          np(`selector: app in {"till", "vault"}\n${ingress(rule('Deny'))}`),
        ],
        allows: ['agent → till TCP 80', '192.168.40.5 → till TCP 80'],
        denies: ['agent → vault TCP 80', 'web → till TCP 80'],
      },
    ],
    calico(),
  )

  test.each([
    ['Accept', 'deny', 'allow'],
    ['Deny', 'deny', 'deny'],
    ['Pass', 'deny', 'deny'],
  ])('a ClusterNetworkPolicy with a peer that Calico does not know: %s', (action, toNode, toWorld) => {
    const rules = `egress: [{action: ${action}, to: [{nodes: {}}]}, {action: Deny, to: [{networks: [192.168.0.0/16]}]}]`
    const policy = `tier: Admin\npriority: 10\nsubject: ${everybody}\n${rules}`
    const reachability = reachOf(storeWith([policy], calico()))
    expect(verdict(reachability, 'web → 192.168.40.5 TCP 80')).toBe(toNode)
    expect(verdict(reachability, 'web → 203.0.113.7 TCP 80')).toBe(toWorld)
  })

  test('73. preDNAT needs applyOnForward', () => {
    expect(problems(gnp('preDNAT: true\nselector: all()\ntypes: [Ingress]'))).toEqual([
      'policy-flags-invalid at preDNAT: true',
    ])
  })

  test('76. an AdminNetworkPolicy counts from 3.29 to 3.31', () => {
    const policy = anp(`priority: 10\nsubject: ${everybody}\ningress: [{action: Deny, from: [${everybody}]}]`)
    const answer = (version?: string): string => verdict(reachOf(storeWith([policy], calico(version))), webIn)
    expect(['3.28', '3.29.1', '3.31', '3.32', undefined].map(answer)).toEqual([
      'allow',
      'deny',
      'deny',
      'allow',
      'unknown',
    ])
    expect(problems(policy)).toEqual([])
  })
})
