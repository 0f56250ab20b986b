import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'

const ACCESS_LIST = 4
const REVISION = 1

/** The rights of everybody but the owner, the system and administrators on a file, in the words of its system; empty: none. */
export function othersRights(file: string): readonly string[] {
  if (process.platform !== 'win32') {
    const mode = statSync(file).mode & 0o077
    return mode === 0 ? [] : [mode.toString(8)]
  }
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const security = koffi.load('advapi32.dll')
  const get = security.func('GetFileSecurityW', 'int', ['str16', 'uint32', 'void *', 'uint32', 'void *']) // prettier-ignore
  const say = security.func('ConvertSecurityDescriptorToStringSecurityDescriptorW', 'int', ['void *', 'uint32', 'uint32', koffi.out('void **'), 'void *']) // prettier-ignore
  const descriptor = Buffer.alloc(65_536)
  const text: [unknown] = [null]
  if (get(file, ACCESS_LIST, descriptor, descriptor.length, Buffer.alloc(4)) === 0) throw new Error('no access list') // prettier-ignore
  if (say(descriptor, REVISION, ACCESS_LIST, text, null) === 0) throw new Error('no text')
  const said = koffi.decode(text[0], 'char16_t', -1) as string
  const entries = [...said.matchAll(/\(([^)]*)\)/g)].map(([, entry = '']) => entry.split(';'))
  // Everyone, users, authenticated users, guests.
  return entries.filter(entry => ['WD', 'BU', 'AU', 'BG'].includes(entry[5] ?? '')).map(entry => entry.join(';')) // prettier-ignore
}
