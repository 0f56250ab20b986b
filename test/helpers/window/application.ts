import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { type Desktop, ordinaryUser } from './desktop.ts'
import { until, WindowPage } from './page.ts'

const repository = path.resolve(import.meta.dirname, '../../..')

/** Where the build for this runtime lies; `npm run test:window` makes it. */
export const windowBuild = path.resolve(
  repository,
  process.env['TUNEWRIGHT_WINDOW_BUILD'] ?? '.cache/window/dist',
)

/** What the checkout gives, so that an ordinary user can read it. */
export interface Prepared {
  readonly application: string
  readonly runtime: string
  readonly node: string
}

/**
 * The application's folder as Electron starts it, without a package. Links lead into a checkout that the ordinary user can read; of one in
 * a home of root's, everything is linked file by file, or copied.
 */
export function prepareApplication(folder: string): Prepared {
  const application = path.join(folder, 'application')
  mkdirSync(application, { recursive: true, mode: 0o755 })
  const bring = (source: string, name: string): string => {
    const target = path.join(application, name)
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 })
    if (isReadable(source)) symlinkSync(source, target)
    else if (spawnSync('cp', ['-al', source, target], { stdio: 'ignore' }).status !== 0) {
      rmSync(target, { recursive: true, force: true })
      execFileSync('cp', ['-a', source, target])
    }
    return target
  }
  for (const name of ['src-main', 'resources', 'node_modules', 'LICENSE'])
    bring(path.join(repository, name), name)
  // Electron finds its own files from there.
  execFileSync('cp', ['-aL', windowBuild, path.join(application, 'dist')])
  const { version, productName } = JSON.parse(
    readFileSync(path.join(repository, 'package.json'), 'utf8'),
  ) as { version: string; productName: string }
  const description = {
    name: 'tunewright',
    productName,
    version,
    type: 'module',
    main: 'dist/shim/shim.cjs',
  }
  writeFileSync(path.join(application, 'package.json'), JSON.stringify(description))
  const runtime = bring(process.env['TUNEWRIGHT_WINDOW_RUNTIME'] ?? '', '../runtime')
  const node = bring(path.dirname(process.execPath), '../node')
  return { application, runtime: path.join(runtime, 'electron'), node: path.join(node, 'node') }
}

function isReadable(file: string): boolean {
  const options = { cwd: '/', stdio: 'ignore', ...ordinaryUser } as const
  return spawnSync('ls', [file], options).status === 0
}

export interface StartOptions {
  /** After the application's folder. */
  readonly words?: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
  /** Before the application's folder. */
  readonly switches?: readonly string[]
}

/** The application on a desktop: its main process, and what it says. */
export class RunningWindow {
  readonly child: ChildProcess
  #log = ''

  constructor(desktop: Desktop, prepared: Prepared, options: StartOptions = {}) {
    const { words = [], environment = {}, switches = [] } = options
    const chromium = ['--no-sandbox', '--remote-debugging-port=0', '--disable-gpu']
    this.child = desktop.spawn(
      [prepared.runtime, ...switches, prepared.application, ...words, ...chromium],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { TUNEWRIGHT_NODE: prepared.node, ...environment },
      },
    )
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', chunk => {
        this.#log += String(chunk)
      })
  }

  get log(): string {
    return this.#log
  }

  /** Members that the shim stood in for, so far. */
  get standIns(): string[] {
    return [...this.#log.matchAll(/^\[shim\] stands in for (.*)$/gmu)].map(([, name = '']) => name)
  }

  async port(): Promise<number> {
    return until('DevTools', () => {
      if (this.child.exitCode !== null || this.#log.includes('App threw an error'))
        throw new Error(`ended before it had a page: ${this.#log}`)
      const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(this.#log) ?? []
      return port === undefined ? null : Number(port)
    })
  }

  async page(isMeant?: (url: string) => boolean): Promise<WindowPage> {
    return WindowPage.of(await this.port(), isMeant)
  }

  /** The number of its back end's process. */
  async backEnd(): Promise<number> {
    return until('the back end', () => childrenOf(this.child.pid ?? 0).find(isBackEnd))
  }

  /** Its processes whose command line has this word. */
  children(word: string): number[] {
    return descendants(this.child.pid ?? 0).filter(pid => commandLine(pid).includes(word))
  }

  /** @returns the exit code */
  async ended(): Promise<number | null> {
    await until('the end of the application', () =>
      this.child.exitCode !== null || this.child.signalCode !== null ? true : null,
    )
    return this.child.exitCode
  }

  /** Without any question. */
  async kill(): Promise<void> {
    const processes = descendants(this.child.pid ?? 0)
    this.child.kill('SIGKILL')
    for (const pid of processes) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    await this.ended()
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/u.test(name))
    .map(Number)
    .filter(child => parentOf(child) === pid)
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap(child => [child, ...descendants(child)])
}

function parentOf(pid: number): number | null {
  try {
    const [, parent] =
      /^\d+ \(.*\) \S (\d+)/su.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return Number(parent)
  } catch {
    return null
  }
}

function isBackEnd(pid: number): boolean {
  return commandLine(pid).includes('back-end.ts')
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended.
    return ''
  }
}
