import { createRequire } from 'node:module'
import path from 'node:path'
import { platform } from 'node:process'
import { replaceFileSync } from './temporary.ts'

/**
 * Only this person, the system and administrators; nothing is inherited from the folder. The person by name: what an elevated process
 * makes belongs to the group of administrators, and `OW`, its owner, would then be nobody of everyday. `OW` stands where nobody says who
 * runs this.
 */
const rightsOf = (person: string): string => `D:P(A;;FA;;;${person})(A;;FA;;;SY)(A;;FA;;;BA)`
const REVISION = 1
/** `DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION`. */
const PROTECTED_LIST = 0x8000_0004
/** `ERROR_INVALID_FUNCTION`, `ERROR_NOT_SUPPORTED`: a file system without rights. */
const WITHOUT_RIGHTS = [1, 50]

/** As `replaceFileSync`, readable by its owner alone. @throws as the file system does */
export function replacePrivateFileSync(target: string, content: string | Uint8Array): void {
  replaceFileSync(target, content, { mode: 0o600, restrict: ownerOnly })
}

/**
 * On Windows, which has no modes: lets nobody but its owner read a file. On a file system without rights (FAT) it stays as it is, as it does
 * elsewhere.
 */
function ownerOnly(file: string): void {
  if (platform !== 'win32') return
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const security = koffi.load('advapi32.dll')
  const parse = security.func('ConvertStringSecurityDescriptorToSecurityDescriptorW', 'int', [
    'str16',
    'uint32',
    koffi.out('void **'),
    'void *',
  ])
  const set = security.func('SetFileSecurityW', 'int', ['str16', 'uint32', 'void *'])
  const kernel = koffi.load('kernel32.dll')
  const free = kernel.func('LocalFree', 'void *', ['void *'])
  const lastError = kernel.func('GetLastError', 'uint32', []) as () => number
  const parsed: [unknown] = [null]
  if (parse(rightsOf(currentPerson(koffi) ?? 'OW'), REVISION, parsed, null) === 0) {
    throw new Error(`ConvertStringSecurityDescriptorToSecurityDescriptorW: ${lastError()}`)
  }
  // The system knows a long path by this name only.
  const isSet = set(path.toNamespacedPath(file), PROTECTED_LIST, parsed[0]) !== 0
  const reason = isSet ? null : lastError()
  free(parsed[0])
  if (reason !== null && !WITHOUT_RIGHTS.includes(reason)) {
    throw new Error(`SetFileSecurityW: ${reason}`)
  }
}

const TOKEN_QUERY = 8
const TOKEN_USER = 1
/** A pointer, attributes and the longest security identifier. */
const USER_BYTES = 128

/** The security identifier of who runs this, such as `S-1-5-21-…-1001`; elevated or not. */
function currentPerson(koffi: typeof import('koffi')): string | null {
  const kernel = koffi.load('kernel32.dll')
  const security = koffi.load('advapi32.dll')
  const self = kernel.func('GetCurrentProcess', 'void *', [])
  const close = kernel.func('CloseHandle', 'int', ['void *'])
  const free = kernel.func('LocalFree', 'void *', ['void *'])
  const openToken = security.func('OpenProcessToken', 'int', [
    'void *',
    'uint32',
    koffi.out('void **'),
  ])
  const ask = security.func('GetTokenInformation', 'int', [
    'void *',
    'int',
    'void *',
    'uint32',
    'void *',
  ])
  const sidToString = security.func('ConvertSidToStringSidW', 'int', [
    'void *',
    koffi.out('void **'),
  ])
  const token: [unknown] = [null]
  if (openToken(self(), TOKEN_QUERY, token) === 0) return null
  const user = Buffer.alloc(USER_BYTES)
  const isKnown = ask(token[0], TOKEN_USER, user, user.length, Buffer.alloc(4)) !== 0
  close(token[0])
  const text: [unknown] = [null]
  if (!isKnown || sidToString(koffi.decode(user, 'void *'), text) === 0) return null
  const person = koffi.decode(text[0], 'char16_t', -1) as string
  free(text[0])
  return person
}
