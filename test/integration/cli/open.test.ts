import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { findElectron } from '../../../src-main/hosts/cli/find-electron.ts'
import { buildApplication } from '../../helpers/build.ts'
import { jsonObjects, runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-open-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

// The command opens what `npm run build` makes.
beforeAll(() => {
  buildApplication()
})

const repository = path.resolve(import.meta.dirname, '../../..')
const screen = { DISPLAY: ':0' }

/** A runtime that notes how it was started and ends with a code. */
function fakeRuntime(exitCode: number): string {
  const dist = path.join(folder, 'runtime')
  mkdirSync(dist)
  const script = `#!/bin/sh\nprintf '%s\\n' "$TUNEWRIGHT_NODE" "$ELECTRON_RUN_AS_NODE" "$@" > "${folder}/started"\nexit ${exitCode}\n`
  writeFileSync(path.join(dist, 'electron'), script)
  chmodSync(path.join(dist, 'electron'), 0o755)
  return dist
}

describe('whether there can be a window', () => {
  const packaged = (parts: readonly string[]): string => {
    const root = path.join(folder, 'electron')
    mkdirSync(path.join(root, 'dist'), { recursive: true })
    if (parts.includes('path')) writeFileSync(path.join(root, 'path.txt'), 'electron')
    if (parts.includes('runtime')) writeFileSync(path.join(root, 'dist/electron'), '')
    return root
  }

  it('not without the package, and not before its runtime is complete', () => {
    expect(findElectron(screen, 'linux', null)).toEqual({ missing: 'notInstalled' })
    for (const parts of [[], ['path'], ['runtime']]) {
      expect(findElectron(screen, 'linux', packaged(parts))).toEqual({ missing: 'noRuntime' })
      rmSync(path.join(folder, 'electron'), { recursive: true })
    }
  })

  it('with all of it, and on Linux with a screen', () => {
    const root = packaged(['path', 'runtime'])
    const binary = path.join(root, 'dist/electron')
    const project = path.join(repository, path.sep)
    expect(findElectron(screen, 'linux', root)).toEqual({ binary, project })
    expect(findElectron({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', root)).toEqual({
      binary,
      project,
    })
    expect(findElectron({}, 'linux', root)).toEqual({ missing: 'noDisplay' })
    expect(findElectron({}, 'win32', root)).toEqual({ binary, project })
  })

  it('with a runtime that a variable names, as each system calls it', () => {
    const root = packaged([])
    const dist = path.join(root, 'dist')
    for (const [platform, name] of [
      ['linux', 'electron'],
      ['win32', 'electron.exe'],
      ['darwin', 'Electron.app/Contents/MacOS/Electron'],
    ] as const) {
      const binary = path.join(dist, name)
      const look = () =>
        findElectron({ ...screen, ELECTRON_OVERRIDE_DIST_PATH: dist }, platform, root)
      expect(look()).toEqual({ missing: 'noRuntime' })
      mkdirSync(path.dirname(binary), { recursive: true })
      writeFileSync(binary, '')
      expect(look()).toMatchObject({ binary })
      rmSync(binary)
    }
  })

  it('with nothing else where an application was installed, whose window lies beside it', () => {
    const installed = (platform: NodeJS.Platform, resources: string) =>
      findElectron(screen, platform, null, path.join(resources, 'app.asar.unpacked', path.sep))
    const linux = path.resolve('/opt/Tunewright')
    expect(installed('linux', path.join(linux, 'resources'))).toEqual({
      binary: path.join(linux, 'tunewright'),
      project: null,
    })
    expect(installed('win32', path.join(linux, 'resources'))).toEqual({
      binary: path.join(linux, 'Tunewright.exe'),
      project: null,
    })
    const contents = path.resolve('/Applications/Tunewright.app/Contents')
    expect(installed('darwin', path.join(contents, 'Resources'))).toEqual({
      binary: path.join(contents, 'MacOS/Tunewright'),
      project: null,
    })
    expect(
      findElectron({}, 'linux', null, path.join(linux, 'resources/app.asar.unpacked/')),
    ).toEqual({ missing: 'noDisplay' })
  })
})

describe.skipIf(isSkipped('shell'))('tunewright open', () => {
  const open = (variables: NodeJS.ProcessEnv, ...words: string[]) =>
    startTunewright(['--json', '--db', 'open.sqlite', 'open', ...words], folder, variables)

  const makeStudies = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      const file = path.join(folder, `${name}.yaml`)
      writeFileSync(
        file,
        [
          `name: ${name}`,
          'objective: { function: sphere }',
          'goals: [{ metric: value, direction: minimize }]',
          'space: { x0: { float: [0, 1] }, x1: { float: [0, 1] } }',
          'stop: { trials: 1 }',
        ].join('\n'),
      )
      const run = await runTunewright(['--db', 'open.sqlite', 'run', file], folder)
      expect(run.stderr).toBe('')
      expect(run.stdout).toContain(
        `See it in the application: tunewright open ${name} --db open.sqlite`,
      )
    }
  }

  it('opens at the page of a study, in a window and in a browser', async () => {
    await makeStudies('first', 'second')
    const window = open({ ...screen, ELECTRON_OVERRIDE_DIST_PATH: fakeRuntime(0) }, 'second')
    expect((await window.result).exitCode).toBe(0)
    const words = readFileSync(path.join(folder, 'started'), 'utf8').trim().split('\n')
    expect(words.at(-1)).toBe('tunewright://study/2')

    const browser = open({ ...screen, ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }, 'second')
    await vi.waitUntil(() => browser.stdout().includes('"serving"'), { timeout: 30_000 })
    const [, serving] = jsonObjects(browser.stdout())
    expect(new URL(String(serving?.link)).searchParams.get('study')).toBe('2')
    browser.child.kill('SIGTERM')
    expect((await browser.result).exitCode).toBe(0)
  })

  it('opens nothing for a study that is not there', async () => {
    await makeStudies('first')
    const { exitCode, stderr } = await open({ ...screen }, 'secnd').result
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('secnd')
  })

  it('starts the runtime with this Node for its back end, and ends with it', async () => {
    const { result } = open({
      ...screen,
      ELECTRON_OVERRIDE_DIST_PATH: fakeRuntime(0),
      ELECTRON_RUN_AS_NODE: '1',
    })
    expect(await result).toMatchObject({ exitCode: 0, stdout: '' })
    const [node = '', asNode, ...parameters] = readFileSync(
      path.join(folder, 'started'),
      'utf8',
    ).split('\n')
    expect(existsSync(node)).toBe(true)
    expect(asNode).toBe('')
    expect(parameters).toEqual([`${repository}/`, `--db=${path.join(folder, 'open.sqlite')}`, ''])
  })

  it.each([
    [
      'a runtime is missing',
      () => '/nowhere',
      /runtime is missing \(get it with "npx install-electron"/,
    ],
    ['it fails at once', () => fakeRuntime(127), /Electron ended at once \(exit code 127\)/],
  ])('serves the page where %s, and says why in one line', async (_why, dist, reason) => {
    const running = open({ ...screen, ELECTRON_OVERRIDE_DIST_PATH: dist() })
    await vi.waitUntil(() => running.stdout().includes('"serving"'), { timeout: 30_000 })
    const [first, second] = jsonObjects(running.stdout())
    expect(first).toMatchObject({ event: 'noWindow', reason: expect.stringMatching(reason) })
    expect(String(first?.reason)).not.toContain('\n')
    const answer = await fetch(String(second?.link), { redirect: 'manual' })
    expect(answer.status).toBe(303)
    running.child.kill('SIGTERM')
    expect((await running.result).exitCode).toBe(0)
  })
})
