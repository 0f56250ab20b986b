import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { visibleText } from './vite.visible-text.ts'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A process starts several times more slowly on Windows under Wine. */
const slowness = process.platform === 'win32' ? 4 : 1

interface Options {
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly isolate?: boolean
}

/**
 * One project per kind of test, run with `npm test -- --project NAME`.
 * Each test file gets a process of its own (`forks`): engines and databases are native code, and a crash must
 * take down one file only.
 */
function project(name: string, testTimeoutMs: number, options: Options = {}) {
  const { include = [`test/${name}/**/*.test.ts`], exclude = [], isolate = true } = options
  return {
    extends: true as const,
    test: {
      name,
      include: [...include],
      exclude: [...exclude],
      isolate,
      setupFiles: ['test/helpers/no-gaps.ts'],
      testTimeout: testTimeoutMs * slowness,
      hookTimeout: testTimeoutMs * slowness,
    },
  }
}

/** Tests of pure folders: nothing that one file could leave behind for the next, so they share their processes. */
const pure = ['analysis', 'charts', 'core', 'interop', 'math', 'search'].map(
  folder => `test/unit/${folder}/**/*.test.ts`,
)

/** A minute and more: first, so that no worker waits for them at the end. */
const longest = [
  'hypergradients/inner-problem.webgpu.test.ts',
  'samplers/registry.test.ts',
  'e2e/dialogs.test.ts',
  'e2e/analysis.test.ts',
  'e2e/interactions.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      longest.some(name => moduleId.endsWith(name))
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}

/** Written by `npm run test:tools`. What the environment says already, stays. */
const tools = '.cache/test-tools.env'
if (existsSync(tools)) process.loadEnvFile(tools)

export default defineConfig({
  test: {
    // What the user of this machine has installed changes no test.
    env: {
      TUNEWRIGHT_ENGINES: process.env.TUNEWRIGHT_ENGINES ?? '/no-engine-packs',
      TUNEWRIGHT_TRUST: '/no-trust/trusted-code.json',
      TUNEWRIGHT_KEY: path.join(os.tmpdir(), `tunewright-tests-${process.pid}.key`),
      TUNEWRIGHT_SHARED_TRAINERS: 'no',
    },
    environment: 'node',
    globals: false,
    pool: 'forks',
    // A third of the time goes by in waiting for other processes: one worker more than the cores of a small machine.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    passWithNoTests: false,
    restoreMocks: true,
    // A machine that others use is slow now and then; what holds ends the wait at once.
    expect: { poll: { timeout: 20_000 } },
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'test-results/vitest.json' }]]
      : ['default'],
    projects: [
      // Two, so that neither is taken for all unit tests: `--project 'unit-*'` runs both.
      project('unit-pure', 60_000, { include: pure, isolate: false }),
      project('unit-node', 60_000, { include: ['test/unit/**/*.test.ts'], exclude: pure }),
      // Components of the page in a document without a browser.
      {
        ...project('renderer', 30_000),
        // Pictures are no modules here: there is no server that has them.
        plugins: [vue({ template: { transformAssetUrls: false } }), visibleText()],
        test: { ...project('renderer', 30_000).test, environment: 'happy-dom' },
      },
      project('integration', 120_000),
      project('convergence', 180_000),
      project('security', 60_000),
      project('electron', 60_000),
      project('e2e', 120_000),
    ],
  },
})
