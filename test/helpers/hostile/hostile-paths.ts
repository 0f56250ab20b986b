import type { RandomStream } from '../../../src-main/math/random/random-stream.ts'

const harmless = [
  '1',
  '0',
  'attempt-1',
  '5-0.safetensors',
  'weights.best',
  'state',
  '调参',
  '.x',
  'a b',
]
const steps = ['..', '.', '', '...', '.. ', '..\t', ' ..', '..;', '%2e%2e', '.\u200b.', '\u2025']
const beginnings = [
  '/',
  '//',
  '\\',
  '\\\\',
  'C:',
  'C:\\',
  'c:/',
  'file:///',
  '~/',
  '\\\\?\\',
  '\\\\.\\',
  '//server/share/',
  '/proc/self/cwd/',
  '/proc/self/fd/3/',
  '/dev/',
  'NUL',
  'CON:',
  '$HOME/',
]
const separators = ['/', '/', '/', '\\', '//', '/./', '\\/', '\u2215', '\uff0f']

/** A path as no honest program writes it: steps up, roots, shares, drives, streams, NUL, mixed separators, great length. */
export function hostilePath(random: RandomStream, victim: string): string {
  const pick = <One>(list: readonly One[]): One =>
    list[Math.floor(random.uniform() * list.length)] as One
  const parts = Array.from({ length: 1 + Math.floor(random.uniform() * 6) }, () =>
    random.uniform() < 0.35 ? pick(steps) : pick(harmless),
  )
  const separator = random.uniform() < 0.7 ? '/' : pick(separators)
  let text = parts.join(separator)
  const kind = random.uniform()
  if (kind < 0.15) text = pick(beginnings) + text
  else if (kind < 0.3)
    text = `${'../'.repeat(1 + Math.floor(random.uniform() * 12))}${victim.slice(1)}`
  else if (kind < 0.4) text = victim
  else if (kind < 0.45) text = `${text}\0`
  else if (kind < 0.48) text = `${text}/${'x'.repeat(Math.floor(random.uniform() * 6_000))}`
  else if (kind < 0.53) text = `${text}${separator}..${separator}..${separator}..${victim}`
  const at = Math.floor(random.uniform() * (text.length + 1))
  if (random.uniform() < 0.1) {
    text = text.slice(0, at) + pick(['\0', ':', '\\', '/', '..', '\n', '\u202e']) + text.slice(at)
  }
  return text
}
