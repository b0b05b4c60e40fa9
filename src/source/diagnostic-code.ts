/**
 * Every kind of problem in the user's input, with the sentence its page (`docs/diagnostics.md`, generated) gives.
 * A code is never reused. Grouped by who reports it; keep each group sorted.
 */
export const diagnosticCodes = {
  // manifests: reading files
  'alias-limit': 'A document uses more YAML aliases than the limit allows; it is left out.',
  'ambiguous-scalar': 'A value such as `yes` or `0777` means one thing to YAML 1.2 and another to Kubernetes.',
  'bare-list':
    'A document is a list of objects and no object; kubectl refuses it, calicoctl does not. Its objects are read.',
  'depth-limit': 'A document is nested deeper than the limit allows; it is left out.',
  'directory-empty': 'The folder to analyse holds no file that could be a manifest, on either side.',
  'document-limit': 'A file holds more documents than the limit allows; the rest is left out.',
  'document-unparsable':
    'A document is not YAML or JSON; it is left out and the rest of the file is read. Of kinds without a say about the network only type and name are read.',
  'duplicate-key': 'A mapping holds a key twice; the last one counts, strict clients refuse the object.',
  'file-limit': 'A file or tree is larger than the limit allows; it is left out.',
  'file-not-text': 'A file with a manifest ending is not UTF-8 text.',
  'field-type': 'A field holds a value of another type than Kubernetes expects; the field is unknown.',
  'kind-missing': 'A document or list item has an apiVersion or a kind but not both.',
  'label-not-string': 'A label, selector value or annotation is not text to Kubernetes, which refuses the object.',
  'name-missing': 'A manifest has neither metadata.name nor metadata.generateName.',
  'node-limit': 'A document holds more values, aliases expanded, than the limit allows; it is left out.',
  'object-repeated': 'A cluster holds two objects of one kind, namespace and name; only one of them can exist.',
  'template-unparsable': 'A document with template expressions is not YAML before it is rendered; it is left out.',
  'template-value': 'A field that decides reachability holds a template expression; its value is unknown.',
  // config: the configuration file, and the clusters it names
  'config-duplicate-key': 'The configuration holds a key twice.',
  'config-invalid-value': 'A value of the configuration is not one its key can have.',
  'config-missing-key': 'The configuration lacks a key that has to be there.',
  'config-pattern-unmatched': 'A path pattern of a configured cluster matches no manifest on either side.',
  'config-unknown-key': 'The configuration holds a key that does not exist there.',
  'config-unknown-preset': 'The configuration extends a preset that does not exist.',
  'config-unknown-rule': 'The configuration speaks of a rule that does not exist.',
  'config-unreadable': 'The configuration is not one YAML document; preset `recommended` gates.',
  // model: services and the ways in
  'backend-missing': 'An Ingress or route leads to a Service or port that does not exist; nothing is served there.',
  'backend-not-granted': 'A route leads into another namespace and no ReferenceGrant there admits it.',
  'backend-unsupported': 'An Ingress or route leads to something other than a Service; what it exposes is unknown.',
  'gateway-missing': 'A route joins a Gateway that is not among the manifests; it counts as open to the internet.',
  'gateway-refused': 'A Gateway, ListenerSet or route holds a value that Kubernetes refuses.',
  'ingress-refused': 'Kubernetes refuses this Ingress; what it would serve is taken from what is clear.',
  'ingress-version-removed': 'An Ingress of an API version that current clusters no longer know.',
  'service-refused': 'Kubernetes refuses this Service; it is read as far as its meaning is clear.',
  // model: what the objects mean
  'owner-selector-mismatch':
    'A workload whose selector does not match its own pod template; the API server refuses it.',
  'reference-missing': 'An object takes something from another that is not among the manifests.',
  'selector-invalid':
    'A selector the API server refuses: an unknown operator, missing or superfluous values, a bad label.',
  'unknown-field': 'A field the kind does not have; strict clients refuse the object, others drop the field.',

  // what this version does not read
  'kind-unsupported': 'A policy of a kind that is not compiled; what it allows or denies is not in the answer.',
  'network-not-modelled':
    'An object that makes or joins a network beside that of the cluster; connections there are not in the answer.',
  'source-not-rendered': 'A Kustomize or Helm source changed and is not rendered; what it makes is not in the answer.',

  // policies: Calico
  'address-family-mixed': 'A rule that speaks of IPv4 and of IPv6, by its networks, its ICMP or its ipVersion.',
  'edition-field': 'A field that only other editions of Calico know; the open one drops or refuses it.',
  'host-endpoint-invalid': 'A HostEndpoint without node, or with neither an interface nor addresses.',
  'host-rules-not-modelled':
    'Rules for what a machine forwards, or for traffic before translation; they are not in the answer.',
  'http-invalid': 'Conditions on HTTP in a rule that cannot have them, or that are malformed.',
  'http-not-enforced': 'Conditions on HTTP, which Calico enforces with its application layer policy only.',
  'icmp-invalid': 'A family, type or code of ICMP that does not exist, or stands in a rule of another protocol.',
  'network-set-invalid': 'A set of networks with an entry that is no address, or with a label that is reserved.',
  'order-invalid': 'An order that is no number.',
  'policy-flags-invalid': 'preDNAT and doNotTrack together, without applyOnForward, or with egress rules.',
  'policy-types-ambiguous': 'No types, and an empty list of rules: Calico fills the types in by how it was installed.',
  'ports-invalid': 'Ports in a rule whose protocol has none, or without a protocol.',
  'services-invalid': 'A Service in a rule where it has no place, without its name, or beside other conditions.',
  'staged-action-invalid': 'A stagedAction that is none, or Delete beside rules.',
  'tier-missing': 'A policy in a tier that is not among the manifests.',

  // policies: admin policies
  'action-invalid':
    'An action the kind does not have: ANP knows Allow, Deny and Pass, BANP no Pass, CNP Accept for Allow, Calico Log as well.',
  'domain-name-invalid': 'A peer by domain name that is no domain name, or has `*` anywhere but in front.',
  'domain-names-need-allow': 'Domain names in a rule that denies or passes, where they have no meaning.',
  'list-invalid': 'A list that is missing, empty, too long, or repeats an item where the API wants a set.',
  'named-port-misplaced': 'A port name beside networks, nodes or domain names, on which it never matches.',
  'network-of-services': 'A network that covers addresses of Services; whether plugins match those is not defined.',
  'peer-shape-old': 'A peer as releases before v0.1.3 wrote it; later ones refuse it or take every namespace.',
  'policy-name-invalid': 'A name the kind does not allow, of the policy or of one of its rules.',
  'port-range-reversed': 'A range of ports whose start lies behind its end.',
  'priority-invalid': 'A priority that is missing or no whole number from 0 to 1000.',
  'subject-invalid': 'A subject that is missing or has not exactly one of namespaces and pods.',
  'tier-invalid':
    'A tier other than Admin and Baseline; with Calico one that is misnamed, or a built-in one that is changed.',

  // policies: Cilium
  'cidr-group-missing':
    'A rule refers to a CiliumCIDRGroup that is not among the manifests; its addresses are unknown.',
  'cilium-rule-invalid': 'A Cilium policy or one of its rules without anything in it; agents refuse the object.',
  'endport-ignored':
    'An endPort that agents do not look at: below its port, beside port 0 or a name, or too early a version.',
  'entity-invalid': 'An entity that does not exist; they are written in lower case.',
  'host-firewall-off': 'A rule for nodes, which does nothing unless the host firewall is enabled.',
  'l7-invalid': 'A condition of layer 7, or a mode of authentication, that agents refuse where it stands.',
  'port-octal': 'A port with a leading zero, which is read as octal.',
  'requires-not-modelled':
    'A fromRequires or toRequires, gone since Cilium 1.19; before, it narrowed what is told here.',
  'service-missing':
    'A rule refers to a Service that is not among the manifests; without it the entry allows everybody on its ports.',

  // policies: NetworkPolicy
  'cidr-host-bits': 'A CIDR has bits set behind its prefix; they are masked.',
  'cidr-invalid': 'An ipBlock is not a CIDR; it is treated as possibly anybody.',
  'endport-invalid': 'An endPort without port, beside a named port, below port or out of range.',
  'except-invalid': 'An except item that is not a CIDR strictly inside its ipBlock.',
  'null-item': 'A list holds a null, which the API server reads as an empty item and strict clients refuse.',
  'peer-invalid': 'A peer with no field, or with ipBlock beside a selector.',
  'policy-type-invalid': 'An item of policyTypes, or of types, that is neither Ingress nor Egress, or is repeated.',
  'policy-version-removed': 'A NetworkPolicy of an API version that current clusters no longer know.',
  'port-invalid': 'A port that is neither a number from 1 to 65535 nor a valid port name.',
  'protocol-invalid': 'A protocol that the kind of policy does not know, or not in this spelling.',
} as const satisfies Record<string, string>

export type DiagnosticCode = keyof typeof diagnosticCodes
