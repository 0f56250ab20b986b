import { existsSync, globSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { visibleAttributes, visibleText } from './vite.visible-text.ts'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A process starts several times more slowly on Windows under Wine. */
const slowness = process.platform === 'win32' ? 4 : 1

interface Options {
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly isolate?: boolean
  readonly setupFiles?: readonly string[]
  /** Through Vite, for what is no JavaScript; else Node itself loads the modules, as it does for users, in three quarters of the time. */
  readonly viteModuleRunner?: boolean
}

/**
 * One project per kind of test, run with `npm test -- --project NAME`.
 * Each test file gets a process of its own (`forks`): engines and databases are native code, and a crash must
 * take down one file only. Without `isolate`, files share a process and its loaded modules one after the other: loading them
 * anew for each file costs more than most of these tests.
 */
function project(name: string, testTimeoutMs: number, options: Options = {}) {
  const { include = [`test/${name}/**/*.test.ts`], exclude = [], isolate = true } = options
  const { setupFiles = [], viteModuleRunner = false } = options
  return {
    extends: true as const,
    test: {
      name,
      include: [...include],
      exclude: [...exclude],
      isolate,
      setupFiles: [
        'test/helpers/no-gaps.ts',
        ...(isolate ? [] : ['test/helpers/shared-process.ts']),
        ...setupFiles,
      ],
      testTimeout: testTimeoutMs * slowness,
      hookTimeout: testTimeoutMs * slowness,
      experimental: { viteModuleRunner },
    },
  }
}

/** Engines and their tensors: native code and backends, of which a process has one. */
const native = [
  'test/unit/engines/**/*.test.ts',
  'test/unit/training/{boosting,compiled,hypergradients,layers,loop,models}/**/*.test.ts',
  'test/unit/training/{onnx,ops,optimizers,tasks}/**/*.test.ts',
]

/** Files of `folder` that change what modules are while they are loaded. */
function changingModules(folder: string): readonly string[] {
  const files = globSync(`test/${folder}/**/*.test.ts`, { cwd: import.meta.dirname })
  const isChanging = (file: string): boolean =>
    /vi\.(?:mock|doMock|hoisted|resetModules)\(/u.test(
      readFileSync(path.join(import.meta.dirname, file), 'utf8'),
    )
  return files.filter(isChanging).map(file => file.replaceAll(path.sep, '/'))
}

/** Components of the page in a document without a browser. */
function pageProject(name: string, options: Options) {
  const shared = project(name, 60_000, { ...options, viteModuleRunner: true })
  return {
    ...shared,
    // Pictures are no modules here: there is no server that has them.
    plugins: [
      vue({
        template: {
          transformAssetUrls: false,
          compilerOptions: { nodeTransforms: [visibleAttributes] },
        },
      }),
      visibleText(),
    ],
    test: { ...shared.test, environment: 'happy-dom' },
  }
}

const isolatedUnits = [...native, ...changingModules('unit')]
const isolatedPages = changingModules('renderer')

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

/** `npm run test:window`: with a runtime of Electron and a desktop. */
const isWindow = process.env.TUNEWRIGHT_WINDOW_TESTS === 'yes'

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
      ? ['default', ['json', { outputFile: `test-results/${isWindow ? 'window' : 'vitest'}.json` }]]
      : ['default'],
    projects: [
      // `--project 'unit-*'` runs all unit tests, `--project 'renderer-*'` all components.
      project('unit-shared', 60_000, {
        include: ['test/unit/**/*.test.ts'],
        exclude: isolatedUnits,
        isolate: false,
      }),
      project('unit-isolated', 60_000, { include: isolatedUnits }),
      pageProject('renderer-shared', {
        include: ['test/renderer/**/*.test.ts'],
        exclude: isolatedPages,
        isolate: false,
        setupFiles: ['test/helpers/fresh-page.ts'],
      }),
      pageProject('renderer-isolated', { include: isolatedPages }),
      project('integration', 120_000),
      project('convergence', 180_000),
      project('security', 60_000),
      project('electron', 60_000),
      project('e2e', 120_000),
      ...(isWindow ? [project('window', 300_000)] : []),
    ],
  },
})
