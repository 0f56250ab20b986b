import { createRequire } from 'node:module'

/** `HKEY_CURRENT_USER`, `HKEY_LOCAL_MACHINE` */
const roots = { user: 0x8000_0001, machine: 0x8000_0002 } as const
const keys = {
  user: 'Environment',
  machine: String.raw`SYSTEM\CurrentControlSet\Control\Session Manager\Environment`,
} as const
const READ = 0x2_0019
const WRITE = 0x2_0006
const TEXT = 1
/** May hold `%VARIABLES%`, which stay as they are. */
const EXPANDED_TEXT = 2
const NOT_FOUND = 2
const EVERY_WINDOW = 0xffff
const SETTING_CHANGED = 0x1a
const WAIT_AT_MOST_MS = 1_000
const ABORT_IF_HUNG = 2

class RegistryError extends Error {
  override readonly name = 'RegistryError'
}

/** The search path as Windows' registry keeps it, for this user or for all; programs that are started later get it. */
export function readSearchPath(whose: keyof typeof roots): string {
  const { open, query, close } = registry()
  const handle = open(whose, READ)
  if (handle === null) return ''
  try {
    return query(handle).text
  } finally {
    close(handle)
  }
}

/** Changes the search path of this user, and keeps the kind of its value. @throws RegistryError */
export function changeUserSearchPath(change: (searchPath: string) => string): void {
  const { open, query, set, close, broadcastChange } = registry()
  const handle = open('user', READ | WRITE)
  if (handle === null) throw new RegistryError(keys.user)
  try {
    const { text, kind } = query(handle)
    const changed = change(text)
    if (changed === text) return
    set(handle, changed, kind)
  } finally {
    close(handle)
  }
  broadcastChange()
}

interface Registry {
  readonly open: (whose: keyof typeof roots, access: number) => number | null
  readonly query: (handle: number) => { readonly text: string; readonly kind: number }
  readonly set: (handle: number, text: string, kind: number) => void
  readonly close: (handle: number) => void
  /** Windows' own shell, so that terminals which it starts know. */
  readonly broadcastChange: () => void
}

type Call = (...values: readonly unknown[]) => number

function registry(): Registry {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load('advapi32.dll')
  const openKey = library.func('RegOpenKeyExW', 'int', [
    'uintptr_t',
    'str16',
    'uint32',
    'uint32',
    koffi.out('uintptr_t *'),
  ]) as Call
  const queryValue = library.func('RegQueryValueExW', 'int', [
    'uintptr_t',
    'str16',
    'void *',
    'void *',
    'void *',
    'void *',
  ]) as Call
  const setValue = library.func('RegSetValueExW', 'int', [
    'uintptr_t',
    'str16',
    'uint32',
    'uint32',
    'void *',
    'uint32',
  ]) as Call
  const closeKey = library.func('RegCloseKey', 'int', ['uintptr_t']) as Call
  const send = koffi
    .load('user32.dll')
    .func('SendMessageTimeoutW', 'intptr_t', [
      'uintptr_t',
      'uint32',
      'uintptr_t',
      'str16',
      'uint32',
      'uint32',
      'void *',
    ]) as Call
  return {
    open: (whose, access) => {
      const opened: [number] = [0]
      return openKey(roots[whose], keys[whose], 0, access, opened) === 0 ? opened[0] : null
    },
    query: handle => {
      const [kind, bytes] = [Buffer.alloc(4), Buffer.alloc(4)]
      const status = queryValue(handle, 'Path', null, kind, null, bytes)
      if (status === NOT_FOUND) return { text: '', kind: EXPANDED_TEXT }
      const value = Buffer.alloc(bytes.readUInt32LE())
      const failed = status || queryValue(handle, 'Path', null, kind, value, bytes)
      const isText = [TEXT, EXPANDED_TEXT].includes(kind.readUInt32LE())
      // Writing what was not read would lose it.
      if (failed !== 0 || !isText) throw new RegistryError(`Path: ${failed}`)
      return { text: value.toString('utf16le').replace(/\0+$/, ''), kind: kind.readUInt32LE() }
    },
    set: (handle, text, kind) => {
      const value = Buffer.from(`${text}\0`, 'utf16le')
      const failed = setValue(handle, 'Path', 0, kind, value, value.length)
      if (failed !== 0) throw new RegistryError(`Path: ${failed}`)
    },
    close: handle => {
      closeKey(handle)
    },
    broadcastChange: () => {
      const answered = Buffer.alloc(8)
      send(
        EVERY_WINDOW,
        SETTING_CHANGED,
        0,
        'Environment',
        ABORT_IF_HUNG,
        WAIT_AT_MOST_MS,
        answered,
      )
    },
  }
}
