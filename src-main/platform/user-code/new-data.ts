import type { UserCode } from '../../core/study/user-code.ts'
import { fingerprintOf } from './describe-code.ts'
import { mayBeCode } from './may-be-code.ts'

/**
 * The same code as a person trusted it: without files of data that its command names and that were not there then. Its own program has
 * written them, such as `--history run.csv`; code that appears stays in it, and is asked about.
 * @param trusted the files that were there
 */
export function withoutNewData(
  code: UserCode,
  trusted: readonly { readonly path: string }[],
): UserCode {
  const earlier = new Set(trusted.map(file => file.path))
  const files = code.files.filter(file => earlier.has(file.path) || mayBeCode(file.path))
  if (files.length === code.files.length) return code
  const { fingerprint: _, notCovered, ...covered } = code
  const seen = { ...covered, files }
  return { ...seen, fingerprint: fingerprintOf(seen), notCovered }
}
