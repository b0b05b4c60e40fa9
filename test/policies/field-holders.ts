/** Which table of the admin kinds speaks of the fields below a path of the object. */
export const adminHolders: Readonly<Record<string, string>> = {
  '': 'object',
  spec: 'spec',
  'spec.subject': 'subject',
  'spec.subject.pods': 'pods',
  'spec.ingress': 'ingressRule',
  'spec.egress': 'egressRule',
  'spec.ingress.from': 'ingressPeer',
  'spec.ingress.from.pods': 'pods',
  'spec.egress.to': 'egressPeer',
  'spec.egress.to.pods': 'pods',
  ...Object.fromEntries(
    ['ingress', 'egress'].flatMap((direction) => [
      [`spec.${direction}.ports`, 'port'],
      [`spec.${direction}.ports.portNumber`, 'portNumber'],
      [`spec.${direction}.ports.portRange`, 'portRange'],
      [`spec.${direction}.protocols`, 'protocol'],
      ...['tcp', 'udp', 'sctp'].flatMap((protocol) => [
        [`spec.${direction}.protocols.${protocol}`, 'transport'],
        [`spec.${direction}.protocols.${protocol}.destinationPort`, 'destinationPort'],
        [`spec.${direction}.protocols.${protocol}.destinationPort.range`, 'range'],
      ]),
    ]),
  ),
}

/** The same for NetworkPolicy. */
export const networkPolicyHolders: Readonly<Record<string, string>> = {
  spec: 'spec',
  ...Object.fromEntries(
    (
      [
        ['ingress', 'from'],
        ['egress', 'to'],
      ] as const
    ).flatMap(([direction, peers]) => [
      [`spec.${direction}`, `${direction}Rule`],
      [`spec.${direction}.${peers}`, 'peer'],
      [`spec.${direction}.${peers}.ipBlock`, 'ipBlock'],
      [`spec.${direction}.ports`, 'port'],
    ]),
  ),
}

/** The same for the kinds of Calico. */
export const calicoHolders: Readonly<Record<string, string>> = {
  '': 'object',
  spec: 'spec',
  'spec.ports': 'hostPort',
  ...Object.fromEntries(
    ['ingress', 'egress'].flatMap((direction) => [
      [`spec.${direction}`, 'rule'],
      [`spec.${direction}.icmp`, 'icmp'],
      [`spec.${direction}.notICMP`, 'icmp'],
      [`spec.${direction}.http`, 'http'],
      [`spec.${direction}.http.paths`, 'httpPath'],
      [`spec.${direction}.metadata`, 'ruleMetadata'],
      ...['source', 'destination'].flatMap((end) => [
        [`spec.${direction}.${end}`, 'entity'],
        [`spec.${direction}.${end}.serviceAccounts`, 'serviceAccounts'],
        [`spec.${direction}.${end}.services`, 'services'],
      ]),
    ]),
  ),
}
