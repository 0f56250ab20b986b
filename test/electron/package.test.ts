import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InstalledCommand } from '../../src-main/features/terminal-command/common/installed-command.ts'
import { buildApplication } from '../helpers/build.ts'
import { runStudyAndEngine } from './packed-back-end.ts'
import { fuses, sentinel, standInRuntime } from './stand-in-runtime.ts'

/**
 * Packs with the real electron-builder. Only Electron's runtime is made up: a file with a place for the fuses, since
 * npm does not carry the real one.
 */
const repository = path.resolve(import.meta.dirname, '../..')
const load = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
const loadBuilder = createRequire(load.resolve('app-builder-lib'))
const packingLimitMs = 400_000

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-package-'))

function run(words: readonly string[], environment: NodeJS.ProcessEnv) {
  const script = [path.join(repository, 'scripts/package.ts'), ...words]
  return spawnSync(
    process.execPath,
    [...script, `-c.directories.output=${path.join(folder, 'out')}`],
    { cwd: repository, encoding: 'utf8', env: { ...process.env, ...environment } },
  )
}

it('says what is missing where there is no runtime', () => {
  const { status, stderr } = run(['--linux', '--dir'], {
    ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'none'),
  })
  expect(status).toBe(69)
  expect(stderr).toMatch(/^Cannot package: Electron's runtime is missing\. .*npx install-electron/)
})

const { platform, arch } = process
const isThisSystem = platform === 'linux' && arch === 'x64'
/** Packages for another system come from npm, and take minutes. */
const everywhere = process.env['TUNEWRIGHT_PACKAGES'] === 'all'
const systems = [
  {
    system: 'linux',
    words: ['--linux', '--x64'],
    unpacked: 'linux-unpacked',
    resources: 'resources',
    binary: 'tunewright',
    native: /linux[-_]x64/,
  },
  {
    system: 'win32',
    words: ['--win', '--x64'],
    unpacked: 'win-unpacked',
    resources: 'resources',
    binary: 'Tunewright.exe',
    native: /win32[-_]x64/,
  },
  {
    system: 'darwin',
    words: ['--mac', '--arm64'],
    unpacked: 'mac-arm64',
    resources: 'Tunewright.app/Contents/Resources',
    binary: 'Tunewright.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
    native: /darwin[-_](arm64|universal)/,
  },
] as const

/** ELF; MZ; Mach-O, for one kind of processor or several. */
const firstBytesOf = { linux: /^7f454c46/, win32: /^4d5a/, darwin: /^(cffaedfe|cafebabe)/ } as const

/** Own files: sources, packages, Node, page; without Electron's runtime. docs/desktop.md states it. */
const BUDGET_BYTES = 360 * 2 ** 20

describe.each(systems)(
  'the package for $system',
  ({ system, words, native, binary, ...layout }) => {
    const unpacked = path.join(folder, 'out', layout.unpacked)
    const resources = path.join(unpacked, layout.resources)
    const isSkipped = !isThisSystem || (system !== 'linux' && !everywhere)
    let files: string[]

    beforeAll(() => {
      if (isSkipped) return
      buildApplication()
      const runtime = { ELECTRON_OVERRIDE_DIST_PATH: standInRuntime(folder, system) }
      const { status, stdout, stderr } = run([...words, '--dir'], runtime)
      expect(status, stdout + stderr).toBe(0)
      const { listPackage } = loadBuilder('@electron/asar') as {
        readonly listPackage: (archive: string, options: { isPack: boolean }) => string[]
      }
      files = listPackage(path.join(resources, 'app.asar'), { isPack: false })
    }, packingLimitMs)

    afterAll(() => {
      rmSync(unpacked, { recursive: true, force: true })
    })

    it.skipIf(isSkipped)(
      'holds what Electron loads, the page, and every source of the back end',
      () => {
        expect(files).toEqual(
          expect.arrayContaining([
            '/package.json',
            '/LICENSE',
            '/NOTICE',
            '/dist/main/main.cjs',
            '/dist/preload/preload.cjs',
            '/dist/renderer/index.html',
            '/resources/icons/tray.png',
            '/resources/samples/branin.yaml',
            '/resources/third-party-notices.md',
            '/src-main/entry-points/back-end.ts',
            '/src-main/entry-points/trainer.ts',
            '/src-main/entry-points/search.ts',
            '/src-main/entry-points/ingest.ts',
            // The fonts are in the page; their license wants to go along.
            ...['inter', 'jetbrains-mono', 'noto-sans-sc'].map(
              font => `/node_modules/@fontsource-variable/${font}/LICENSE`,
            ),
          ]),
        )
      },
    )

    it.skipIf(isSkipped)(
      'holds nothing of tests, benchmarks, documents and the other hosts',
      () => {
        const ownFiles = files.filter(file => !file.startsWith('/node_modules'))
        const tops = new Set(ownFiles.map(file => file.split('/')[1]))
        expect([...tops].sort()).toEqual([
          'LICENSE',
          'NOTICE',
          'dist',
          'package.json',
          'resources',
          'src-main',
        ])
        const foreign = /^\/src-main\/(desktop|main|preload)\b|\.test\.ts$/
        expect(ownFiles.filter(file => foreign.test(file))).toEqual([])
        const packages = files.filter(file =>
          /^\/node_modules\/(vue|element-plus|electron|vitest|node-(linux|win|darwin|bin)-[^/]+)(\/|$)/.test(
            file,
          ),
        )
        expect(packages).toEqual([])
        expect(files.filter(file => /^\/node_modules\/.*\.woff2?$/.test(file))).toEqual([])
      },
    )

    it.skipIf(isSkipped)('holds the native files of its system only', () => {
      const all = readdirSync(resources, { recursive: true, encoding: 'utf8' })
      // Scripts of that package fetch a library for the system that they run on.
      const natives = all.filter(
        file => /\.(node|so|dylib|dll|lib)$/.test(file) && !file.includes('tfjs-node-gpu'),
      )
      expect(natives.length).toBeGreaterThanOrEqual(4)
      for (const file of natives) expect(file).toMatch(native)
      const node = system === 'win32' ? 'node.exe' : 'node'
      expect(readdirSync(path.join(resources, 'node'))).toEqual([node])
      for (const file of [path.join('node', node), ...natives])
        expect([file, firstBytes(path.join(resources, file))]).toEqual([
          file,
          expect.stringMatching(firstBytesOf[system]),
        ])
    })

    it.skipIf(isSkipped)('keeps its budget', () => {
      const sizes = readdirSync(resources, { recursive: true, encoding: 'utf8' }).map(file => {
        const entry = lstatSync(path.join(resources, file))
        return entry.isFile() ? entry.size : 0
      })
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      expect(bytes).toBeLessThan(BUDGET_BYTES)
      expect(bytes).toBeGreaterThan(BUDGET_BYTES / 2)
    })

    it.skipIf(isSkipped)(
      'brings the command line, with its page, the schema and the package for Python',
      () => {
        const command = path.join(
          resources,
          'bin',
          system === 'win32' ? 'tunewright.cmd' : 'tunewright',
        )
        if (system !== 'win32') expect(statSync(command).mode & 0o111).toBe(0o111)
        const unpackedFiles = path.join(resources, 'app.asar.unpacked')
        for (const file of [
          'src-main/cli.ts',
          'dist/renderer/index.html',
          'resources/schema/study.schema.json',
          'node_modules/commander/package.json',
        ])
          expect(existsSync(path.join(unpackedFiles, file)), file).toBe(true)
        expect(readdirSync(path.join(resources, 'python'))).toEqual([
          expect.stringMatching(/^tunewright-[\d.]+-py3-none-any\.whl$/),
        ])
      },
    )

    it.skipIf(isSkipped || system !== 'darwin')('tells macOS which files and links open it', () => {
      const list = readFileSync(path.join(resources, '../Info.plist'), 'utf8')
      for (const key of ['CFBundleTypeExtensions', 'CFBundleURLSchemes'])
        expect(list).toMatch(
          new RegExp(`<key>${key}</key>\\s*<array>\\s*<string>tunewright</string>`),
        )
    })

    it.skipIf(isSkipped)('has its fuses blown as electron-builder.yml says', () => {
      const bytes = readFileSync(path.join(unpacked, binary))
      const at = bytes.indexOf(sentinel) + sentinel.length + 2
      const states = bytes.subarray(at, at + fuses.length).toString('latin1')
      const blown = fuses.map((name, index) => [name, states[index]])
      expect(Object.fromEntries(blown)).toMatchObject({
        runAsNode: '0',
        nodeOptions: '0',
        nodeCliInspect: '0',
        asarIntegrity: '1',
        onlyLoadAppFromAsar: '1',
        fileProtocolPrivileges: '0',
      })
    })

    it.skipIf(isSkipped || system !== 'linux')(
      'runs its command from anywhere, also through a link',
      () => {
        const link = path.join(folder, 'linked-tunewright')
        symlinkSync(path.join(resources, 'bin/tunewright'), link)
        const command = (...words: readonly string[]) =>
          spawnSync(link, ['--db', path.join(folder, 'command.sqlite'), ...words], {
            cwd: folder,
            encoding: 'utf8',
            timeout: 120_000,
            env: { PATH: '/usr/bin:/bin', HOME: folder },
          })
        const { version } = JSON.parse(
          readFileSync(path.join(repository, 'package.json'), 'utf8'),
        ) as { version: string }
        expect(command('--version').stdout.trim()).toBe(version)
        const sample = path.join(resources, 'app.asar.unpacked/resources/samples/branin.yaml')
        expect(command('run', sample)).toMatchObject({ status: 0 })
        expect(command('best', 'branin').stdout).toMatch(/value/)

        const home = { location: path.join(folder, '.local/bin/tunewright') }
        const installed = JSON.parse(
          command('--json', 'install-command').stdout,
        ) as InstalledCommand
        expect(installed).toMatchObject({
          ...home,
          way: 'link',
          state: 'installed',
          isOnPath: false,
        })
        expect(spawnSync(home.location, ['--version'], { encoding: 'utf8' }).stdout.trim()).toBe(
          version,
        )
        expect(existsSync(installed.schema)).toBe(true)
        expect(installed.pythonPackage).toMatch(/\.whl$/)
        expect(existsSync(installed.pythonPackage)).toBe(true)
        expect(JSON.parse(command('--json', 'remove-command').stdout)).toMatchObject({
          state: 'absent',
        })
        expect(existsSync(home.location)).toBe(false)
      },
      240_000,
    )

    it.skipIf(isSkipped || system !== 'linux')(
      'serves its page',
      async () => {
        const words = ['--json', '--db', path.join(folder, 'served.sqlite'), 'serve', '--port', '0']
        const served = spawn(path.join(resources, 'bin/tunewright'), words, {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        try {
          const [line] = (await once(createInterface(served.stdout), 'line')) as [string]
          const link = /http:[^"]+/.exec(line)?.[0] ?? ''
          const entry = await fetch(link, { redirect: 'manual' })
          const cookie = entry.headers.get('set-cookie')?.split(';')[0] ?? ''
          const page = await fetch(new URL('/', link), { headers: { cookie } })
          expect([page.status, await page.text()]).toEqual([
            200,
            expect.stringContaining('<div id="app">'),
          ])
        } finally {
          served.kill()
          await once(served, 'exit')
        }
      },
      60_000,
    )

    it.skipIf(isSkipped || system !== 'linux')(
      'runs a study and an engine with its own Node, from its own files',
      async () => {
        await runStudyAndEngine(resources, folder)
      },
      120_000,
    )
  },
)

function firstBytes(file: string): string {
  const bytes = Buffer.alloc(4)
  const opened = openSync(file, 'r')
  readSync(opened, bytes)
  closeSync(opened)
  return bytes.toString('hex')
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
