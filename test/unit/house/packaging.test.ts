import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { saferNode } from '../../../src-main/platform/machine/node-releases.ts'
import { buildNotices, isAllowed, shippedPackages } from '../../../scripts/third-party-notices.ts'

const repositoryFolder = path.resolve(import.meta.dirname, '../../..')

function read(name: string): string {
  return readFileSync(path.join(repositoryFolder, name), 'utf8')
}

interface Manifest {
  readonly scripts: Record<string, string>
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly optionalDependencies: Record<string, string>
}

interface Lock {
  readonly packages: Record<
    string,
    { version: string; resolved?: string; os?: string; cpu?: string; bin?: Record<string, string> }
  >
}

const manifest = JSON.parse(read('package.json')) as Manifest
const lock = JSON.parse(read('package-lock.json')) as Lock
const load = createRequire(import.meta.url)
const launcher = load('../../../bin/launch.cjs') as { platformPackages: Record<string, string> }

describe('electron-builder.yml', () => {
  /** Validates as electron-builder does before it packages anything. */
  async function validate(configuration: unknown): Promise<void> {
    const builder = createRequire(load.resolve('electron-builder'))
    const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
      validateConfiguration(configuration: unknown, log: { isEnabled: boolean }): Promise<void>
    }
    await validateConfiguration(configuration, { isEnabled: false })
  }

  const configuration = parse(read('electron-builder.yml')) as Record<string, unknown>

  it('is valid by electron-builder’s own schema, which refuses what it does not know', async () => {
    await expect(validate(configuration)).resolves.toBeUndefined()
    await expect(validate({ ...configuration, asarr: true })).rejects.toThrow(/unknown property/)
  })
})

describe('package.json', () => {
  it('starts every command through the launcher, so that the Node of npm does not matter', () => {
    for (const script of Object.values(manifest.scripts)) {
      for (const command of script.split('&&')) {
        expect(command.trim()).toMatch(
          /^(node bin\/(tool|run|tunewright)\.cjs( |$)|npm run |bash scripts\/)/,
        )
      }
    }
  })

  it('brings a Node 26 for every platform that the launcher knows', () => {
    expect(Object.values(launcher.platformPackages).sort()).toEqual(
      Object.keys(manifest.optionalDependencies)
        .filter(name => name.startsWith('node-'))
        .sort(),
    )
    for (const [platform, name] of Object.entries(launcher.platformPackages)) {
      const entry = lock.packages[`node_modules/${name}`]
      expect(`${entry?.os}-${entry?.cpu}`).toBe(platform)
      expect(entry?.version).toMatch(/^26\./)
      expect(entry?.bin?.node).toMatch(/^bin\/node(\.exe)?$/)
    }
  })

  /** Platforms whose package lags, as docs/desktop.md and `tunewright doctor` say. A mended one leaves this list. */
  const lagging: readonly string[] = ['win32-x64', 'darwin-x64', 'darwin-arm64']

  it.each(Object.entries(launcher.platformPackages))(
    'brings no Node with known holes: %s',
    (platform, name) => {
      const version = lock.packages[`node_modules/${name}`]?.version ?? ''
      expect(saferNode(version) !== null).toBe(lagging.includes(platform))
      if (lagging.includes(platform)) expect(read('docs/desktop.md')).toContain(`\`${name}\``)
    },
  )

  it('pins every version', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest
    for (const version of Object.values({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    })) {
      expect(version).toMatch(/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+$/)
    }
  })

  it('locks packages without the address that they came from', () => {
    const addressed = Object.entries(lock.packages).filter(
      ([, { resolved }]) => resolved !== undefined,
    )
    expect(addressed).toEqual([])
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100)
  })
})

describe('licenses', () => {
  const shipped = shippedPackages(read('package-lock.json'))

  it('lists every direct dependency', () => {
    const names = shipped.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)))
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.optionalDependencies)))
    expect(names).not.toContain('eslint')
  })

  it('ships permissive licenses only', () => {
    expect(shipped.filter(({ license }) => !isAllowed(license))).toEqual([])
  })

  it.each([
    ['MIT', true],
    ['(BSD-3-Clause AND Apache-2.0)', true],
    ['GPL-3.0-only', false],
    ['MIT OR GPL-3.0-only', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-2.0 OR (MIT AND LGPL-3.0)', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['(MIT', false],
    [null, false],
  ])('judges %s', (license, allowed) => {
    expect(isAllowed(license)).toBe(allowed)
  })

  it('has notices that fit the lock file (`npm run notices` writes them anew)', () => {
    expect(read('resources/third-party-notices.md')).toBe(buildNotices(shipped))
  })
})
