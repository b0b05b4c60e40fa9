import type { ResourceId } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'

const PRIME = 0x100_0000_01b3n
const OFFSET = 0xcbf2_9ce4_8422_2325n
const MASK = (1n << 64n) - 1n

/** FNV-1a over the UTF-16 units, 64 bits, as 16 hexadecimal digits. No secret depends on it: it only names findings. */
function hash(text: string): string {
  let value = OFFSET
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    value = ((value ^ BigInt(unit & 0xff)) * PRIME) & MASK
    value = ((value ^ BigInt(unit >>> 8)) * PRIME) & MASK
  }
  return value.toString(16).padStart(16, '0')
}

/** Names a finding across sides, clusters and pushes: no path, line or cluster is in it. */
export function fingerprint(rule: string, object: ResourceId, discriminator: string): string {
  return hash([rule, idKey(object), discriminator].join('\n'))
}
