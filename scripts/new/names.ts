/** Letters and digits in words joined by hyphens, as ids and folders are written. */
export function isKebabCase(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
}

/** `calico-tier` → `CalicoTier`. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase())
}

/** `calico-tier` → `calicoTier`. */
export function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase())
}
