import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { downloadWheels } from '../../../src-main/engines/pack/download-wheels.ts'
import { installEngine, removePack } from '../../../src-main/engines/install-engine.ts'
import { installedPack } from '../../../src-main/engines/pack/installed-pack.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { writeWheel } from '../../helpers/made-up-wheel.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const pinned = { name: 'some-library', version: '1.2', tag: '', sha256: 'ab'.repeat(32) }
const host = { platform: process.platform, architecture: process.arch }

describe('installing an engine', () => {
  const scratchFolder = useScratchFolders()
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  function setUp() {
    const folder = scratchFolder()
    const engines = path.join(folder, 'engines')
    vi.stubEnv('TUNEWRIGHT_ENGINES', engines)
    return { folder, engines }
  }

  /** A program in place of Python that plays pip. */
  function fakePip(folder: string, script: string): void {
    const bin = path.join(folder, 'bin')
    mkdirSync(bin)
    const body = `#!/bin/sh\nif [ "$3" = --version ]; then exit 0; fi\n${script}\n`
    writeFileSync(path.join(bin, 'python3'), body, { mode: 0o755 })
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`)
  }

  it('refuses a pack whose library does not load, and leaves nothing behind', async () => {
    const { folder, engines } = setUp()
    const wheel = writeWheel(path.join(folder, 'made-up.whl'))
    const request = {
      pack: 'tensorflow',
      wheels: [wheel],
      gpu: false,
      now: () => new Date(),
    } as const
    const error = await catchAppError(() => installEngine(request))
    expect(error.code).toBe('engine.unavailable')
    expect(error.detail).toMatchObject({ engine: 'tensorflow' })
    expect(readdirSync(engines)).toEqual([])
    expect(installedPack('tensorflow')).toBeNull()
  })

  it('keeps an older pack when a new one is refused, and removes it on demand', async () => {
    const { folder, engines } = setUp()
    const old = path.join(engines, 'tensorflow')
    mkdirSync(old, { recursive: true })
    const manifest = {
      format: 1,
      version: '2.20.0',
      gpu: false,
      installedAt: '',
      bytes: 1,
      wheels: [],
    }
    writeFileSync(path.join(old, 'pack.json'), JSON.stringify(manifest))
    const wheel = writeWheel(path.join(folder, 'made-up.whl'))
    await catchAppError(() =>
      installEngine({ pack: 'tensorflow', wheels: [wheel], gpu: false, now: () => new Date() }),
    )
    expect(installedPack('tensorflow')?.manifest.version).toBe('2.20.0')
    expect(await removePack('tensorflow')).toBe(true)
    expect(await removePack('tensorflow')).toBe(false)
    expect(installedPack('tensorflow')).toBeNull()
  })

  it('asks pip for wheels of this machine only, without dependencies', async () => {
    const { folder } = setUp()
    fakePip(
      folder,
      `printf '%s\\n' "$@" > ${folder}/arguments; while [ "$1" != --dest ]; do shift; done; : > "$2/some.whl"`,
    )
    const files = await downloadWheels({
      wheels: [pinned],
      folder,
      target: host,
      pythonVersion: '3.11',
    })
    expect(files).toEqual([path.join(folder, 'some.whl')])
    const words = readFileSync(path.join(folder, 'arguments'), 'utf8').trim().split('\n')
    expect(words.slice(0, 5)).toEqual(['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:'])
    expect(words.slice(-3, -1)).toEqual(['--require-hashes', '-r'])
    const list = readFileSync(words.at(-1) ?? '', 'utf8')
    expect(list).toBe(`some-library==1.2 --hash=sha256:${'ab'.repeat(32)}\n`)
    const platforms = words.filter((_, index) => words[index - 1] === '--platform')
    const machine = process.arch === 'x64' ? 'x86_64' : 'aarch64'
    expect(platforms).toContain(`manylinux_2_27_${machine}`)
    expect(platforms.every(platform => platform.endsWith(machine))).toBe(true)
  })

  it('says so where pip is no program', async () => {
    const { folder } = setUp()
    const executables = ['python3', 'python', 'pip3', 'pip', 'py'].map(name =>
      path.join(folder, process.platform === 'win32' ? `${name}.exe` : name),
    )
    for (const executable of executables) writeFileSync(executable, 'text', { mode: 0o755 })
    // Linux starts nothing that somebody writes.
    const writing = executables.map(executable => openSync(executable, 'r+'))
    vi.stubEnv('PATH', folder)
    const error = await catchAppError(() =>
      downloadWheels({ wheels: [pinned], folder, target: host, pythonVersion: '3.11' }),
    )
    for (const file of writing) closeSync(file)
    expect(error).toMatchObject({
      code: 'pack.downloadFailed',
      detail: { reason: { code: 'failure.noPip' } },
    })
  })

  it('says what pip said when the download fails, and leaves nothing behind', async () => {
    const { folder, engines } = setUp()
    fakePip(folder, 'echo "ERROR: No matching distribution found" >&2; exit 1')
    const error = await catchAppError(() =>
      installEngine({ pack: 'tensorflow', wheels: null, gpu: false, now: () => new Date() }),
    )
    expect(error.code).toBe('pack.downloadFailed')
    expect(error.detail).toMatchObject({
      reason: { code: 'verbatim', values: { text: 'ERROR: No matching distribution found' } },
    })
    expect(existsSync(engines) ? readdirSync(engines) : []).toEqual([])
  })

  it('names the way without a network where there is no pip', async () => {
    const { folder } = setUp()
    vi.stubEnv('PATH', folder)
    const error = await catchAppError(() =>
      installEngine({ pack: 'tensorflow', wheels: null, gpu: false, now: () => new Date() }),
    )
    expect(error.detail).toMatchObject({ reason: { code: 'failure.noPip' } })
  })

  it('works from the command line: list, a refused file, remove', async () => {
    const { folder } = setUp()
    const list = await runTunewright(['engine', 'list'], folder)
    expect(list.stdout).toMatch(/tensorflow +not installed/)
    const page = path.join(folder, 'page.whl')
    writeFileSync(page, '<html>')
    const refused = await runTunewright(['engine', 'install', 'tensorflow', '--from', page], folder)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toMatch(/refused, nothing was installed/)
    const removed = await runTunewright(['--json', 'engine', 'remove', 'tensorflow'], folder)
    expect(JSON.parse(removed.stdout)).toEqual({ engine: 'tensorflow', removed: false })
    const unknown = await runTunewright(['engine', 'install', 'jax'], folder)
    expect(unknown.exitCode).toBe(2)
  })
})
