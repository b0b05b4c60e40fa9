/** Tables by the last part of a path. */
const byName: Readonly<Record<string, string>> = {
  enableDefaultDeny: 'enableDefaultDeny',
  authentication: 'authentication',
  fromCIDRSet: 'cidrRule',
  toCIDRSet: 'cidrRule',
  fromGroups: 'groups',
  toGroups: 'groups',
  icmps: 'icmps',
  fields: 'icmpField',
  ports: 'port',
  rules: 'l7Rules',
  http: 'httpRule',
  headerMatches: 'headerMatch',
  dns: 'domainName',
  toFQDNs: 'domainName',
  toServices: 'service',
  k8sService: 'namedService',
  k8sServiceSelector: 'selectedService',
}

/** The table of Cilium's policies that speaks of the fields below a path of the object. */
export function ciliumHolderOf(path: string): string | undefined {
  if (path === '') return 'object'
  if (path === 'spec' || path === 'specs') return 'rule'
  const [, section = '', field] = path.split('.')
  if (field === undefined && section !== 'enableDefaultDeny') return section
  const last = path.split('.').at(-1) ?? ''
  if (last === 'toPorts') return section.endsWith('Deny') ? 'denyPortRule' : 'portRule'
  return byName[last]
}
