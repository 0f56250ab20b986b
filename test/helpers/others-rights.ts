import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { executableOnPath } from '../../src-main/platform/processes/executable-on-path.ts'

const ACCESS_LIST = 4
const REVISION = 1

/** The rights of everybody but the owner, the system and administrators on a file, in the words of its system; empty: none. */
export function othersRights(file: string): readonly string[] {
  if (process.platform !== 'win32') {
    const mode = statSync(file).mode & 0o077
    return mode === 0 ? [] : [mode.toString(8)]
  }
  // Everyone, users, authenticated users, guests.
  const others = accessList(file).filter(([, , , , , who = '']) =>
    ['WD', 'BU', 'AU', 'BG'].includes(who),
  )
  return others.map(entry => entry.join(';'))
}

/** Whether the person who runs this may read and write a file, elevated or not: on Windows by name, and not as its owner of the moment. */
export function isThisPersons(file: string): boolean {
  if (process.platform !== 'win32') return (statSync(file).mode & 0o600) === 0o600
  const who = /S-1-[\d-]+/.exec(
    execFileSync(executableOnPath('whoami'), ['/user'], { encoding: 'utf8' }),
  )?.[0]
  // Windows' own administrator has a name of two letters.
  const names = [who, ...(who?.endsWith('-500') === true ? ['LA'] : [])]
  return accessList(file).some(
    ([kind, , rights, , , person]) => kind === 'A' && rights === 'FA' && names.includes(person),
  )
}

/** Kind, flags, rights, two identifiers and who, of each entry. */
function accessList(file: string): string[][] {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const security = koffi.load('advapi32.dll')
  const get = security.func('GetFileSecurityW', 'int', [
    'str16',
    'uint32',
    'void *',
    'uint32',
    'void *',
  ])
  const descriptorToString = security.func(
    'ConvertSecurityDescriptorToStringSecurityDescriptorW',
    'int',
    ['void *', 'uint32', 'uint32', koffi.out('void **'), 'void *'],
  )
  const descriptor = Buffer.alloc(65_536)
  const text: [unknown] = [null]
  if (get(file, ACCESS_LIST, descriptor, descriptor.length, Buffer.alloc(4)) === 0)
    throw new Error('no access list')
  if (descriptorToString(descriptor, REVISION, ACCESS_LIST, text, null) === 0)
    throw new Error('no text')
  const listText = koffi.decode(text[0], 'char16_t', -1) as string
  return [...listText.matchAll(/\(([^)]*)\)/g)].map(([, entry = '']) => entry.split(';'))
}
