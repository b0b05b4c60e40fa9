import { asList, asLoose, type Loose, type PlainLabels } from './plain-objects.ts'

export function selects(selector: Loose, labels: PlainLabels): boolean {
  const pairs = Object.entries(asLoose(selector.matchLabels))
  return (
    pairs.every(([key, value]) => labels[key] === value) &&
    asList(selector.matchExpressions).every((item) => requirementHolds(item, labels))
  )
}

function requirementHolds({ key, operator, values }: Loose, labels: PlainLabels): boolean {
  const value = labels[String(key)]
  const listed = Array.isArray(values) && value !== undefined && values.includes(value)
  switch (operator) {
    case 'In':
      return listed
    case 'NotIn':
      return !listed
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      throw new Error(`no operator ${String(operator)}`)
  }
}

/** Compares the leading bits as text; the families never meet. */
export function prefixHolds(cidr: string, ip: string): boolean {
  const [address = '', length] = cidr.split('/')
  if (address.includes(':') !== ip.includes(':')) return false
  return bitsOf(address).slice(0, Number(length)) === bitsOf(ip).slice(0, Number(length))
}

function bitsOf(ip: string): string {
  if (!ip.includes(':')) return ip.split('.').map(asBits(10, 8)).join('')
  const [left = '', right = ''] = ip.split('::')
  const [before, after] = [left, right].map((half) => half.split(':').filter((part) => part !== ''))
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0')
  return [...(before ?? []), ...zeros, ...(after ?? [])].map(asBits(16, 16)).join('')
}

const asBits =
  (radix: number, width: number) =>
  (part: string): string =>
    Number.parseInt(part, radix).toString(2).padStart(width, '0')
