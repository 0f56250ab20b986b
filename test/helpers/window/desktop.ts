import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { until } from './page.ts'

/** Chromium refuses to be root, and so would a person: the user that every system has for nothing else. */
export const ordinaryUser: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}

function idOf(option: string): number {
  return Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
}

/** A folder of that user's. */
export function folderOfUser(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, gid } = ordinaryUser
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}

/** A click on a notification is its answer; it stays until then. */
const dunstSettings = `[global]
  origin = top-right
  offset = 20x60
  mouse_left_click = do_action
  timeout = 0
[urgency_normal]
  timeout = 0
`

/**
 * A desktop of its own: screen, session bus, window manager, tray, notifications; all of an ordinary user. What is on it is driven as a person
 * would, by keys and the mouse.
 */
export class Desktop {
  readonly home: string
  readonly environment: NodeJS.ProcessEnv
  readonly #folder: string
  readonly #processes: readonly ChildProcess[]

  private constructor(folder: string, environment: NodeJS.ProcessEnv, processes: ChildProcess[]) {
    this.#folder = folder
    this.home = path.join(folder, 'home')
    this.environment = environment
    this.#processes = processes
  }

  static async start(size = '1400x1000x24'): Promise<Desktop> {
    const folder = folderOfUser(mkdtempSync(path.join(tmpdir(), 'tunewright-desktop-')))
    const home = folderOfUser(path.join(folder, 'home'))
    folderOfUser(path.join(home, '.config'))
    folderOfUser(path.join(folder, 'run'))
    const environment: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOME: home,
      LANG: 'C.UTF-8',
      TMPDIR: folderOfUser(path.join(folder, 'tmp')),
      XDG_RUNTIME_DIR: path.join(folder, 'run'),
      XDG_CURRENT_DESKTOP: 'openbox',
      // Nothing on this desktop asks what else runs on the machine.
      GIO_USE_VFS: 'local',
      NO_AT_BRIDGE: '1',
    }
    const processes: ChildProcess[] = []
    const begin = (words: readonly string[], stdio: SpawnOptions['stdio']): ChildProcess => {
      const [program = '', ...rest] = words
      const child = spawn(program, rest, { cwd: folder, env: environment, stdio, ...ordinaryUser })
      processes.push(child)
      return child
    }
    // It would begin anew, without whoever is just coming, when the last one goes.
    const xvfb = [
      'Xvfb',
      '-displayfd',
      '3',
      '-screen',
      '0',
      size,
      '-nolisten',
      'tcp',
      '-ac',
      '-noreset',
    ]
    const screen = begin(xvfb, ['ignore', 'ignore', 'ignore', 'pipe'])
    environment.DISPLAY = `:${await firstLine(screen.stdio[3] as Readable)}`
    const bus = begin(
      ['dbus-daemon', '--session', '--nofork', '--print-address'],
      ['ignore', 'pipe', 'ignore'],
    )
    environment.DBUS_SESSION_BUS_ADDRESS = await firstLine(bus.stdout as Readable)
    const settings = path.join(folder, 'dunstrc')
    writeFileSync(settings, dunstSettings)
    const desktop = new Desktop(folder, environment, processes)
    begin(['openbox'], 'ignore')
    await until('a window manager', () => desktop.#isManaged() || null)
    begin(['trayer', '--edge', 'bottom', '--align', 'right', '--widthtype', 'request'], 'ignore')
    begin(['dunst', '-conf', settings], 'ignore')
    return desktop
  }

  /** Starts a program of this user's. */
  spawn(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [program = '', ...rest] = words
    const env = { ...this.environment, ...options.env }
    return spawn(program, rest, { cwd: this.home, ...options, env, ...ordinaryUser })
  }

  /** Numbers of the windows that xdotool finds, e.g. by `--name`. */
  windows(...search: readonly string[]): string[] {
    try {
      return this.#xdotool('search', '--onlyvisible', ...search)
        .split('\n')
        .filter(line => line !== '')
    } catch {
      // It ends with 1 where there is none.
      return []
    }
  }

  async window(...search: readonly string[]): Promise<string> {
    return until(`a window ${search.join(' ')}`, () => this.windows(...search).at(-1))
  }

  /** Goes to a window, and presses keys there. */
  keys(window: string, ...keys: readonly string[]): void {
    this.#xdotool('windowactivate', '--sync', window)
    this.#xdotool('key', '--clearmodifiers', '--delay', '60', ...keys)
  }

  /** Presses keys wherever the keyboard is. */
  press(...keys: readonly string[]): void {
    this.#xdotool('key', '--clearmodifiers', '--delay', '60', ...keys)
  }

  type(text: string): void {
    this.#xdotool('type', '--delay', '20', text)
  }

  click(window: string, x: number, y: number, button = 1): void {
    this.#xdotool('mousemove', '--sync', '--window', window, String(x), String(y))
    this.#xdotool('click', String(button))
  }

  /** Asks the window manager, as a press on the cross does. */
  close(window: string): void {
    this.#xdotool('windowactivate', '--sync', window)
    this.#xdotool('key', '--clearmodifiers', 'alt+F4')
  }

  /** Where the keyboard is; null for nowhere. */
  active(): string | null {
    try {
      return this.#xdotool('getactivewindow').trim()
    } catch {
      return null
    }
  }

  place(window: string): { x: number; y: number; width: number; height: number } {
    const shell = this.#xdotool('getwindowgeometry', '--shell', window)
    const value = (name: string): number =>
      Number(new RegExp(`^${name}=(.*)$`, 'mu').exec(shell)?.[1])
    return { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') }
  }

  /** Null where the window is gone. */
  placeIfThere(window: string): ReturnType<Desktop['place']> | null {
    try {
      return this.place(window)
    } catch {
      return null
    }
  }

  move(window: string, place: { x: number; y: number; width: number; height: number }): void {
    this.#xdotool('windowsize', '--sync', window, String(place.width), String(place.height))
    this.#xdotool('windowmove', '--sync', window, String(place.x), String(place.y))
  }

  /** Brings a window to the front. */
  activate(window: string): void {
    this.#xdotool('windowactivate', '--sync', window)
  }

  /** Points at a window without a press. */
  point(window: string, x: number, y: number): void {
    this.#xdotool('mousemove', '--sync', '--window', window, String(x), String(y))
  }

  title(window: string): string {
    return this.#xdotool('getwindowname', window).trim()
  }

  /** Of the whole screen. */
  picture(file: string): void {
    mkdirSync(path.dirname(file), { recursive: true })
    execFileSync('import', ['-window', 'root', file], {
      env: { ...process.env, DISPLAY: this.environment.DISPLAY },
    })
  }

  stop(): void {
    for (const child of this.#processes) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20 })
  }

  #isManaged(): boolean {
    try {
      return this.#xdotool('get_num_desktops') !== ''
    } catch {
      return false
    }
  }

  #xdotool(...words: readonly string[]): string {
    return execFileSync('xdotool', words, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, DISPLAY: this.environment.DISPLAY },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 30_000,
    })
  }
}

async function firstLine(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0]?.trim() ?? ''
}
