/**
 * Annotations that keep a provider's balancer inside a private network, with the values that do so. Keys of one
 * provider are listed newest first, since the newest one that is written decides.
 */
const providers: readonly (readonly { readonly key: string; readonly isInternal: (value: string) => boolean }[])[] = [
  [
    { key: 'service.beta.kubernetes.io/aws-load-balancer-scheme', isInternal: (value) => value === 'internal' },
    // The older key took any text but `false`: `0.0.0.0/0` was the documented one for years.
    {
      key: 'service.beta.kubernetes.io/aws-load-balancer-internal',
      isInternal: (value) => value !== '' && value !== 'false',
    },
  ],
  [{ key: 'service.beta.kubernetes.io/azure-load-balancer-internal', isInternal: isTrue }],
  [
    { key: 'networking.gke.io/load-balancer-type', isInternal: (value) => value.toLowerCase() === 'internal' },
    { key: 'cloud.google.com/load-balancer-type', isInternal: (value) => value.toLowerCase() === 'internal' },
  ],
  [{ key: 'service.beta.kubernetes.io/oci-load-balancer-internal', isInternal: isTrue }],
  [{ key: 'service.beta.kubernetes.io/openstack-internal-load-balancer', isInternal: isTrue }],
  [
    {
      key: 'service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type',
      isInternal: (value) => value === 'private',
    },
  ],
  [
    {
      key: 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type',
      isInternal: (value) => value === 'intranet',
    },
    {
      key: 'service.beta.kubernetes.io/alicloud-loadbalancer-address-type',
      isInternal: (value) => value === 'intranet',
    },
  ],
]

function isTrue(value: string): boolean {
  return value === 'true'
}

/** Whether annotations of a Service, or those a Gateway hands to its Service, ask for a private address. */
export function hasInternalBalancer(annotations: ReadonlyMap<string, string>): boolean {
  return providers.some((keys) => {
    const decisive = keys.find(({ key }) => annotations.has(key))
    return decisive?.isInternal(annotations.get(decisive.key) as string) ?? false
  })
}
