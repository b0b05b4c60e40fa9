const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** What Kubernetes calls a DNS subdomain: the form of most names, at most 253 characters. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => label.test(part))
}
