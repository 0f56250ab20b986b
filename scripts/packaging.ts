import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** A system that a package is for. */
export interface Target {
  readonly platform: 'linux' | 'win32' | 'darwin'
  readonly arch: string
  /** A file by which a folder with Electron's runtime for it is known. */
  readonly runtime: string
}

const runtimes = { linux: 'electron', win32: 'electron.exe', darwin: 'Electron.app' } as const
const letters = { linux: 'l', win32: 'w', darwin: 'm' } as const
const words = {
  linux: ['--linux'],
  win32: ['--win', '--windows'],
  darwin: ['--mac', '--macos'],
} as const

/**
 * What the words for electron-builder ask for; else the system that runs this.
 * @throws Error for several systems or processors: the native files of one are packed
 */
export function targetOf(
  targetWords: readonly string[],
  host: { readonly platform: NodeJS.Platform; readonly arch: string },
): Target {
  const flags = targetWords.map(word => word.split('=')[0] ?? '')
  const systems = (['linux', 'win32', 'darwin'] as const).filter(system =>
    flags.some(
      flag =>
        words[system].some(word => word === flag) ||
        (/^-[lmw]+$/.test(flag) && flag.includes(letters[system])),
    ),
  )
  const processors = ['x64', 'arm64'].filter(name => flags.includes(`--${name}`))
  if (systems.length > 1 || processors.length > 1) {
    throw new Error('name one system and one kind of processor at a time')
  }
  const hostSystem = (['linux', 'win32', 'darwin'] as const).find(
    system => system === host.platform,
  )
  const platform = systems[0] ?? hostSystem ?? 'linux'
  return { platform, arch: processors[0] ?? host.arch, runtime: runtimes[platform] }
}

/** What electron-builder.yml reads. */
const parts = [
  'electron-builder.yml',
  'package.json',
  'package-lock.json',
  'LICENSE',
  'NOTICE',
  'dist/main',
  'dist/preload',
  'dist/renderer',
  'dist/python',
  'src-main',
  'resources',
]

/**
 * npm installs the native files of the system that it runs on, so a package for another one is made from a copy of the project with the
 * packages of that system; these stay until the lock file changes.
 */
export function stageProject(repository: string, { platform, arch }: Target): string {
  const folder = path.join(repository, 'dist/staged', `${platform}-${arch}`)
  mkdirSync(folder, { recursive: true })
  for (const part of parts) {
    rmSync(path.join(folder, part), { recursive: true, force: true })
    cpSync(path.join(repository, part), path.join(folder, part), { recursive: true })
  }
  const lock = readFileSync(path.join(repository, 'package-lock.json'), 'utf8')
  const installed = path.join(folder, 'node_modules', '.installed-for')
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error']
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    execFileSync(
      npm,
      [
        'ci',
        `--os=${platform}`,
        `--cpu=${arch}`,
        '--omit=dev',
        '--ignore-scripts',
        '--prefer-offline',
        ...quiet,
      ],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    writeFileSync(installed, lock)
  }
  return folder
}

/**
 * electron-builder's scripts for Debian with the command line behind `/usr/bin/tunewright`, where they would put the window.
 * @throws Error if they no longer do
 */
export function linkedCommand(script: string): string {
  const window = "'/opt/${sanitizedProductName}/${executable}'"
  const command = "'/opt/${sanitizedProductName}/resources/bin/tunewright'"
  if (!script.includes(window)) throw new Error('after-install.tpl links no executable')
  return script.replaceAll(window, command)
}
