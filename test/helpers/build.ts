import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const repository = path.resolve(import.meta.dirname, '../..')
const stamp = path.join(repository, 'dist/.built')
const lock = path.join(repository, 'dist/.building')
const sources = [
  'src-renderer',
  'src-main',
  'vite.config.ts',
  'vite.desktop.config.ts',
  'package-lock.json',
]
const outputs = ['renderer/index.html', 'main/main.cjs', 'preload/preload.cjs']
/** A lock that is older was left by a process that is gone. */
const LONGEST_BUILD_MS = 120_000

/**
 * Builds everything as `npm run build` does, unless nothing has changed since; test files that run beside each other
 * must not empty the folder under one another.
 */
export function buildApplication(): void {
  mkdirSync(path.dirname(lock), { recursive: true })
  while (!tryToLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  try {
    if (isUpToDate()) return
    build([])
    for (const mode of ['main', 'preload']) {
      build(['--config', 'vite.desktop.config.ts', '--mode', mode])
    }
    writeFileSync(stamp, '')
  } finally {
    rmdirSync(lock)
  }
}

function build(options: readonly string[]): void {
  const tool = path.join(repository, 'bin/tool.cjs')
  execFileSync(process.execPath, [tool, 'vite', 'build', ...options, '--logLevel', 'warn'], {
    cwd: repository,
  })
}

function tryToLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > LONGEST_BUILD_MS) rmdirSync(lock)
    return false
  }
}

function isUpToDate(): boolean {
  const isWhole = outputs.every(name => existsSync(path.join(repository, 'dist', name)))
  const builtAtMs = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return isWhole && sources.every(name => newest(path.join(repository, name)) < builtAtMs)
}

/** When a file, or anything inside a folder, changed last. */
function newest(fileOrFolder: string): number {
  const { mtimeMs } = statSync(fileOrFolder)
  if (!statSync(fileOrFolder).isDirectory()) return mtimeMs
  return Math.max(
    mtimeMs,
    ...readdirSync(fileOrFolder).map(name => newest(path.join(fileOrFolder, name))),
  )
}
