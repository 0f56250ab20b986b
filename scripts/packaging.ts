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
const words = {
  linux: ['--linux', '-l'],
  win32: ['--win', '--windows', '-w'],
  darwin: ['--mac', '--macos', '-m'],
} as const

/** What the words for electron-builder ask for; else the system that runs this. */
export function targetOf(
  asked: readonly string[],
  host: { readonly platform: NodeJS.Platform; readonly arch: string },
): Target {
  const systems = ['linux', 'win32', 'darwin'] as const
  const named = systems.find(system => words[system].some(word => asked.includes(word)))
  const platform = named ?? systems.find(system => system === host.platform) ?? 'linux'
  const arch = ['x64', 'arm64'].find(name => asked.includes(`--${name}`)) ?? host.arch
  return { platform, arch, runtime: runtimes[platform] }
}

/** What electron-builder.yml reads. */
const parts = ['electron-builder.yml', 'package.json', 'package-lock.json', 'LICENSE', 'NOTICE', 'dist/main', 'dist/preload', 'dist/renderer', 'src-main', 'resources', 'clients/python'] // prettier-ignore

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
      ['ci', `--os=${platform}`, `--cpu=${arch}`, '--omit=dev', '--ignore-scripts', '--prefer-offline', ...quiet], // prettier-ignore
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
