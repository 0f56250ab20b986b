import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const repositoryFolder = path.resolve(import.meta.dirname, '../../..')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-architecture-'))
  for (const name of ['.dependency-cruiser.cjs', 'layers.config.cjs', 'tsconfig.json']) {
    copyFileSync(path.join(repositoryFolder, name), path.join(folder, name))
  }
  write(
    'package.json',
    '{"dependencies":{"zod":"1","left-pad":"1"},"devDependencies":{"electron":"1","vitest":"1"}}',
  )
  for (const name of ['zod', 'left-pad', 'electron', 'vitest', 'undeclared']) {
    write(`node_modules/${name}/package.json`, `{"name":"${name}","main":"index.js"}`)
    write(`node_modules/${name}/index.js`, '')
  }
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function write(name: string, content: string) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  writeFileSync(path.join(folder, name), content)
}

interface CruiseResult {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { from: string; to: string; rule: { name: string } }[]
  }
}

/** Writes the files, runs the repository's rules over them and gives `rule: from → to` for each breach. */
function breaches(files: Record<string, string>): string[] {
  for (const [name, content] of Object.entries(files)) write(name, content)
  const tool = path.join(repositoryFolder, 'bin/tool.cjs')
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [tool, 'depcruise', '.', '--output-type', 'json'],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  const { summary } = JSON.parse(stdout) as CruiseResult
  expect(summary.totalCruised).toBeGreaterThan(0)
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort()
}

const value = `export const value = 1\n`

describe('dependency rules', () => {
  it('accept arrows that point down', () => {
    expect(
      breaches({
        'src-main/core/a.ts': `import 'zod'\n${value}`,
        'src-main/math/b.ts': `import '../core/a.ts'\n${value}`,
        'src-main/search/c.ts': `import '../math/b.ts'\n${value}`,
        'src-main/platform/d.ts': `import 'node:fs'\nimport 'left-pad'\nimport '../core/a.ts'\n${value}`,
        'src-main/running/e.ts': `import '../search/c.ts'\nimport '../platform/d.ts'\n${value}`,
        'src-main/platform/processes/link.ts': value,
        'src-main/hosts/desktop/f.ts': `import 'electron'\nimport '../../platform/processes/link.ts'\n${value}`,
        'src-main/cli.ts': `import './running/e.ts'\n`,
        'test/unit/search/c.test.ts': `import 'vitest'\nimport '../../../src-main/search/c.ts'\n`,
      }),
    ).toEqual([])
  })

  it('refuse arrows that point up, types and re-exports included', () => {
    expect(
      breaches({
        'src-main/running/e.ts': `export type E = number\n${value}`,
        'src-main/math/type.ts': `import type { E } from '../running/e.ts'\nexport type F = E\n`,
        'src-main/search/again.ts': `export * from '../running/e.ts'\n`,
        'src-main/platform/late.ts': `export const load = () => import('../running/e.ts')\n`,
      }),
    ).toEqual([
      'math-layer: src-main/math/type.ts → src-main/running/e.ts',
      'platform-layer: src-main/platform/late.ts → src-main/running/e.ts',
      'search-layer: src-main/search/again.ts → src-main/running/e.ts',
    ])
  })

  it('refuse Node and unlisted packages in pure folders', () => {
    expect(
      breaches({
        'src-main/core/a.ts': `import 'node:fs'\nimport 'left-pad'\n${value}`,
        'src-main/math/b.ts': `import 'zod'\nimport 'path'\n${value}`,
        'src-main/reports/build.ts': `import 'fs'\n${value}`,
      }),
    ).toEqual([
      'core-no-node: src-main/core/a.ts → fs',
      'core-packages: src-main/core/a.ts → node_modules/left-pad/index.js',
      'math-no-node: src-main/math/b.ts → path',
      'math-packages: src-main/math/b.ts → node_modules/zod/index.js',
      'reports-no-node: src-main/reports/build.ts → fs',
    ])
  })

  it('let a folder named common be pure, and be imported by the page', () => {
    expect(
      breaches({
        'src-main/core/a.ts': value,
        'src-main/features/backups/common/a.ts': `import 'zod'\nimport '../../../core/a.ts'\n${value}`,
        'src-main/features/backups/node/b.ts': `import 'node:fs'\nimport '../common/a.ts'\n${value}`,
        'src-main/features/access/common/c.ts': `import 'node:fs'\nimport '../../backups/common/a.ts'\nimport '../../backups/node/b.ts'\n`,
        'src-renderer/d.ts': `import '../src-main/features/backups/common/a.ts'\nimport '../src-main/features/backups/node/b.ts'\n`,
      }),
    ).toEqual([
      'common-layer: src-main/features/access/common/c.ts → src-main/features/backups/node/b.ts',
      'common-no-node: src-main/features/access/common/c.ts → fs',
      'renderer-layer: src-renderer/d.ts → src-main/features/backups/node/b.ts',
    ])
  })

  it('refuse cycles', () => {
    const cycles = breaches({
      'src-main/search/a.ts': `import './b.ts'\n${value}`,
      'src-main/search/b.ts': `import './c.ts'\n${value}`,
      'src-main/search/c.ts': `import './a.ts'\n${value}`,
    })
    expect(cycles.length).toBeGreaterThan(0)
    for (const breach of cycles) expect(breach).toMatch(/^no-cycle: src-main\/search\//)
  })

  it('refuse what is wrong in every folder', () => {
    expect(
      breaches({
        'src-main/cli.ts': value,
        'src-main/engines/a.ts': `import '../cli.ts'\n`,
        'src-main/engines/b.ts': `import 'electron'\n`,
        'src-main/engines/c.ts': `import 'vitest'\n`,
        'src-main/engines/d.ts': `import 'undeclared'\n`,
        'src-main/engines/e.ts': `import './missing.ts'\n`,
        'src-main/engines/f.ts': `import '../../test/helpers/h.ts'\n`,
        'src-main/unheard/g.ts': `import '../core/a.ts'\n`,
        'src-main/core/a.ts': value,
        'src-renderer/charts/i.ts': `import '../../src-main/engines/a.ts'\nimport 'node:fs'\n`,
        'test/helpers/h.ts': value,
      }),
    ).toEqual([
      'composition-roots: src-main/engines/a.ts → src-main/cli.ts',
      'declared-packages-only: src-main/engines/d.ts → node_modules/undeclared/index.js',
      'electron-places: src-main/engines/b.ts → node_modules/electron/index.js',
      'engines-layer: src-main/engines/a.ts → src-main/cli.ts',
      'renderer-layer: src-renderer/charts/i.ts → src-main/engines/a.ts',
      'renderer-no-node: src-renderer/charts/i.ts → fs',
      'resolvable: src-main/engines/e.ts → ./missing.ts',
      'shipped-packages-only: src-main/engines/b.ts → node_modules/electron/index.js',
      'shipped-packages-only: src-main/engines/c.ts → node_modules/vitest/index.js',
      'tests-stay-outside: src-main/engines/f.ts → test/helpers/h.ts',
      'unknown-folder: src-main/unheard/g.ts → src-main/core/a.ts',
    ])
  })
})
