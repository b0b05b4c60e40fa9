/** The file `portcullis init` writes: loads as it is, and shows as comments what else can be said. */
export const starterConfig = `# Policy of the pull-request gate. It is read from the base branch, so a pull request cannot loosen its own gate.
version: 1

# Rules to start from: pitfalls (mistakes in policies only), recommended, or strict.
extends: recommended

gate:
  fail-on: error      # error, warning, note or none
  scope: changed      # changed: what is new or worse; all: old debt as well
  incomplete: fail    # what could not be analysed: fail or warn
  # report-only-until: 2027-01-31

# What enforces policies in the cluster; it decides what some of them mean.
# network:
#   cni: cilium@1.18            # left out: as seen in the manifests
#   cilium: {host-firewall: false, cluster-name: default}
#   api-server: inside          # outside: at an address beyond the cluster
#   platform: vanilla
# ranges:
#   pods: [10.0.0.0/8]
#   services: []
# dns:
#   namespace: kube-system
#   labels: {k8s-app: kube-dns}
#   ports: [53]

# Namespaces whose manifests live elsewhere, with their labels.
# external-namespaces:
#   monitoring: {team: sre}

# Manifests that are applied together. Left out, they are found: the largest folders in which no object appears twice.
# clusters:
#   prod:
#     sources:
#       - manifests: ["deploy/prod/**", "!deploy/prod/tests/**"]

# rules:
#   ns-default-deny-egress: error
#   ports-without-peers: off
`
