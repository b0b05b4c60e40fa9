import type { Resource } from '../manifests/resource.ts'
import { hasTemplate } from '../manifests/template-text.ts'

/** The name an object states itself; undefined where there is none, a template writes it or Kubernetes completes it. */
export function writtenName({ name: { value } }: Resource): string | undefined {
  return value === '' || value.endsWith('*') || hasTemplate(value) ? undefined : value
}

/**
 * A DNS subdomain as Kubernetes checks it: at most 253 characters, labels of lower-case letters, digits and inner dashes
 * between dots. The 63 characters that DNS grants a label are not enforced.
 */
export function isDnsName(text: string): boolean {
  const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/
  return text.length <= 253 && text.split('.').every((part) => label.test(part))
}

/** One DNS label that begins with a letter, at most 63 characters. */
export const isServiceName = (text: string): boolean => /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
