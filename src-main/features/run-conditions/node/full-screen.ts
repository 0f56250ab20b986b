import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import process from 'node:process'
import { promisify } from 'node:util'
import { executableOnPath } from '../../../platform/processes/executable-on-path.ts'

const ANSWER_LIMIT_MS = 2_000
/** `QUERY_USER_NOTIFICATION_STATE`: a program fills the screen, draws on it directly, or a presentation is shown. */
const BUSY_STATES = [2, 3, 4]

/**
 * Whether a program fills the screen: Windows says it, and on Linux X11 by `xprop`. The answer is that of the reading before, so that
 * nobody waits for a program.
 */
export class FullScreen {
  readonly #ask: () => Promise<boolean | null>
  #last: boolean | null = null
  #isAsking = false

  constructor(ask = asker(process.platform)) {
    this.#ask = ask
  }

  /** Null where nobody says: macOS, Wayland, a machine without a screen. */
  read(): boolean | null {
    if (!this.#isAsking) {
      this.#isAsking = true
      void this.#ask().then(
        answer => this.#keep(answer),
        () => this.#keep(null),
      )
    }
    return this.#last
  }

  #keep(answer: boolean | null): void {
    this.#last = answer
    this.#isAsking = false
  }
}

export function asker(platform: NodeJS.Platform): () => Promise<boolean | null> {
  if (platform === 'win32') return windowsAsker()
  return platform === 'linux' && process.env['DISPLAY'] ? askX11 : async () => null
}

function windowsAsker(): () => Promise<boolean | null> {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const query = koffi.load('shell32.dll').func('SHQueryUserNotificationState', 'int', ['void *'])
  return async () => {
    const state = Buffer.alloc(4)
    const ask = query as (into: Buffer) => number
    return ask(state) === 0 ? BUSY_STATES.includes(state.readInt32LE(0)) : null
  }
}

async function askX11(): Promise<boolean | null> {
  const active = await xprop('-root', '_NET_ACTIVE_WINDOW')
  const id = /# (0x[\da-f]+)/.exec(active)?.[1]
  // There is no window manager, or it does not say.
  if (id === undefined) return null
  if (Number(id) === 0) return false
  return (await xprop('-id', id, '_NET_WM_STATE')).includes('_NET_WM_STATE_FULLSCREEN')
}

async function xprop(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(executableOnPath('xprop'), words, {
    timeout: ANSWER_LIMIT_MS,
  })
  return stdout
}
