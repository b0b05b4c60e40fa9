/**
 * Text with the part between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->` replaced.
 * Throws where the markers are missing, twice there, or in the wrong order.
 */
export function replaceBetweenMarkers(text: string, name: string, replacement: string): string {
  const open = `<!-- generated:${name} -->`
  const close = `<!-- /generated:${name} -->`
  const [before, inside, ...more] = text.split(open)
  const end = inside?.indexOf(close) ?? -1
  if (before === undefined || inside === undefined || more.length > 0 || end < 0)
    throw new Error(`expected ${open} and, behind it, ${close}, once each`)
  return `${before}${open}\n\n${replacement.trim()}\n\n${inside.slice(end)}`
}
