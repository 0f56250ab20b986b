import { createRequire } from 'node:module'
import path from 'node:path'
import { platform } from 'node:process'
import { replaceFileSync } from './temporary.ts'

/** Only the owner, the system and administrators; nothing is inherited from the folder. */
const ownerOnlyRights = 'D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)'
const REVISION = 1
/** `DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION`. */
const PROTECTED_LIST = 0x8000_0004

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
    ...['str16', 'uint32', koffi.out('void **'), 'void *'],
  ])
  const set = security.func('SetFileSecurityW', 'int', ['str16', 'uint32', 'void *'])
  const free = koffi.load('kernel32.dll').func('LocalFree', 'void *', ['void *'])
  const parsed: [unknown] = [null]
  if (parse(ownerOnlyRights, REVISION, parsed, null) === 0) return
  // The system knows a long path by this name only.
  set(path.toNamespacedPath(file), PROTECTED_LIST, parsed[0])
  free(parsed[0])
}
