import { ownValue } from '../../core/values/named-values.ts'
/**
 * Of each line of Node that runs this program, the first version with every fix of Node's security releases until that day
 * (its changelogs, "This is a security release"; CVE-2026-106069 and others in TLS, DNS, brotli and HTTP). A new security
 * release changes this list and nothing else; the tests then say which pinned package is behind.
 */
const safeReleases: Readonly<Record<string, string>> = { 24: '24.22.1', 26: '26.12.1' }
export const SECURITY_RELEASES_UNTIL = '2026-10-21'

/**
 * @param version such as `26.10.0`
 * @returns the version that mends published holes of this one; null if none is known
 */
export function saferNode(version: string): string | null {
  const [major = '', ...numbers] = version.split('.')
  const safe = ownValue(safeReleases, major)
  // A line that the list does not know is newer than the list.
  if (safe === undefined) return null
  const [, ...safeRest] = safe.split('.').map(Number)
  const [minor = 0, patch = 0] = numbers.map(Number)
  const [safeMinor = 0, safePatch = 0] = safeRest
  const isOlder = minor < safeMinor || (minor === safeMinor && patch < safePatch)
  return isOlder ? safe : null
}
