/**
 * Whether a host can match both names. `*.shop.example` matches any number of labels before `.shop.example`, but not
 * `shop.example` itself.
 */
export function hostnamesMeet(a: string, b: string): boolean {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()]
  return first === second || covers(first, second) || covers(second, first)
}

function covers(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1)) && host.length > wildcard.length - 1
}
