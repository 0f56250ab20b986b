import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const repositoryFolder = path.resolve(import.meta.dirname, '../../..')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-ci-'))
  for (const name of ['.ci/run', 'scripts/test-tools.sh', 'scripts/test-summary.mjs']) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    copyFileSync(path.join(repositoryFolder, name), path.join(folder, name))
  }
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

interface RunCounts {
  readonly passed?: number
  readonly failed?: number
  readonly skipped?: number
  /** A file that could not be loaded. */
  readonly broken?: boolean
}

/** What vitest writes for a run with these counts. */
function resultFile({ passed = 0, failed = 0, skipped = 0, broken = false }: RunCounts): string {
  const test = (status: string) => ({ status })
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [
      {
        name: 'a.test.ts',
        status: failed > 0 ? 'failed' : 'passed',
        assertionResults: [
          ...Array.from({ length: passed }, () => test('passed')),
          ...Array.from({ length: failed }, () => test('failed')),
        ],
      },
      ...(broken ? [{ name: 'b.test.ts', status: 'failed', assertionResults: [] }] : []),
    ],
  })
}

function program(name: string, shellScript: string) {
  const file = path.join(folder, 'programs', name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${shellScript}\n`)
  chmodSync(file, 0o755)
}

/** Runs `.ci/run` with an `npm` and a check of Windows that note their arguments, and fail at `failingStep`. */
function runCi(failingStep: string, counts: RunCounts | null, windowsExit = 3) {
  const log = path.join(folder, 'npm.log')
  const results = path.join(folder, 'prepared.json')
  if (counts) writeFileSync(results, resultFile(counts))
  program('chromium', 'exit 0')
  program('slurmctld', 'exit 0')
  program('apt-get', 'exit 0')
  // None with packages of other programs: what it would fetch is not what is tested here. Its pip puts all wheels where it is
  // told to.
  program(
    'python3',
    `if [ "$1" = -c ]; then exit 1; fi
     echo "python3 $3 $4" >>'${log}'
     for argument; do if [ "$before" = --dest ]; then folder="$argument"; fi; before="$argument"; done
     if [ "$*" = '-m pip --version' ]; then exit 0; fi
     if [ '${failingStep}' = pip ]; then exit 1; fi
     touch "$folder/tensorflow_cpu-2.21.0-cp311-cp311-any.whl"
     touch "$folder/lightgbm-4.7.0-py3-none-any.whl" "$folder/xgboost_cpu-3.4.0-py3-none-any.whl"`,
  )
  program(
    '../scripts/check-windows.sh',
    `echo "windows $1" | sed 's/ *$//' >>'${log}'
     if [ "windows $1" = '${failingStep} ' ] || [ "windows $1" = '${failingStep}' ]; then exit ${windowsExit}; fi`,
  )
  const vulkan = path.join(folder, 'vulkan.json')
  writeFileSync(vulkan, '')
  program(
    'npm',
    `echo "$1 $2 $3 $4 $5 $6 $7" | sed 's/ *$//' >>'${log}'
     if [ "$*" = test ] && [ -f '${results}' ]; then mkdir -p test-results; cp '${results}' test-results/vitest.json; fi
     if [ "$*" = '${failingStep}' ]; then exit 3; fi`,
  )
  const { status, stdout } = spawnSync(path.join(folder, '.ci/run'), {
    encoding: 'utf8',
    env: {
      PATH: `${path.join(folder, 'programs')}${path.delimiter}${process.env.PATH}`,
      TUNEWRIGHT_TEST_TOOLS: path.join(folder, 'cache'),
      VK_ICD_FILENAMES: vulkan,
    },
    input: 'nobody reads this',
  })
  const notes = readFileSync(log, 'utf8').trim().split('\n')
  const steps = notes.filter(line => !line.startsWith('python3 --version'))
  return { status, steps, lastLine: stdout.trimEnd().split('\n').at(-1) }
}

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  it('installs, checks and tests, and ends with the count', () => {
    const { status, steps, lastLine } = runCi('none', { passed: 12 })
    expect(status).toBe(0)
    expect(lastLine).toBe('12 passed, 0 failed')
    // The wheels are fetched beside the checks, at any time before they are used.
    const fetched = steps.indexOf('python3 download --quiet')
    const used = steps.indexOf('run --silent tunewright -- engine install tensorflow')
    expect(fetched).toBeGreaterThanOrEqual(0)
    expect(fetched).toBeLessThan(used)
    // So is the Debian with Wine, beside the tests.
    const prepared = steps.indexOf('windows setup')
    expect(prepared).toBeGreaterThan(fetched)
    const [install, ...laterSteps] = steps.filter(
      (_, index) => index !== fetched && index !== prepared,
    )
    expect(install).toBe('ci')
    expect(laterSteps.slice(0, 2).sort()).toEqual(['run lint:rules', 'run typecheck'])
    expect(laterSteps[2]).toBe('run lint:files')
    const packs = ['tensorflow', 'lightgbm', 'xgboost']
    const installed = packs.map(pack => `run --silent tunewright -- engine install ${pack}`)
    const endurance = 'run endurance -- --minutes 2 --inputs 200'
    expect(laterSteps.slice(3)).toEqual([...installed, endurance, 'test', 'windows'])
  })

  it.each(['windows setup', 'windows'])('fails if "%s" does, after the tests', step => {
    const { status, steps, lastLine } = runCi(step, { passed: 12 }, 7)
    expect([status, lastLine]).toEqual([7, '12 passed, 1 failed'])
    expect(steps).toContain('test')
  })

  it('tries nothing on Windows where the Debian with Wine cannot be made, and goes on', () => {
    const { status, steps, lastLine } = runCi('windows setup', { passed: 12 }, 69)
    expect([status, lastLine]).toEqual([0, '12 passed, 0 failed'])
    expect(steps).not.toContain('windows')
  })

  it('gives the exit code and count of tests that failed', () => {
    expect(runCi('test', { passed: 3, failed: 2, skipped: 1 })).toMatchObject({
      status: 3,
      lastLine: '3 passed, 2 failed, 1 skipped',
    })
  })

  it.each(['ci', 'run typecheck', 'run lint:rules', 'run lint:files'])(
    'prints no count when "npm %s" fails',
    step => {
      const { status, steps, lastLine } = runCi(step, { passed: 12 })
      expect(status).toBe(3)
      expect(steps).toContain(step)
      expect(steps).not.toContain('test')
      expect(lastLine).not.toMatch(/passed/)
    },
  )

  it('fails, and tests nothing, where the wheel of TensorFlow cannot be had', () => {
    const { status, steps, lastLine } = runCi('pip', { passed: 12 })
    expect(status).toBe(1)
    expect(steps.toSorted()).toEqual([
      'ci',
      'python3 download --quiet',
      'run lint:files',
      'run lint:rules',
      'run typecheck',
    ])
    expect(lastLine).toBe('')
  })

  it('takes the wheel that an earlier run has fetched', () => {
    runCi('none', { passed: 12 })
    rmSync(path.join(folder, 'npm.log'))
    const { status, steps } = runCi('pip', { passed: 12 })
    expect(status).toBe(0)
    expect(steps).not.toContain('python3 download --quiet')
  })

  it('prints no count when the tests did not run, even if an old result is there', () => {
    mkdirSync(path.join(folder, 'test-results'))
    writeFileSync(path.join(folder, 'test-results/vitest.json'), resultFile({ passed: 5 }))
    const { status, lastLine } = runCi('test', null)
    expect(status).not.toBe(0)
    expect(lastLine).not.toMatch(/passed/)
  })
})

describe('test-summary.mjs', () => {
  function summarize(counts: RunCounts, exitCode: number) {
    const file = path.join(folder, 'results.json')
    writeFileSync(file, resultFile(counts))
    const script = path.join(folder, 'scripts/test-summary.mjs')
    const { status, stdout } = spawnSync(process.execPath, [script, file, String(exitCode)], {
      encoding: 'utf8',
    })
    return { status, lines: stdout.trimEnd().split('\n') }
  }

  it('counts a file that could not be loaded as failed', () => {
    expect(summarize({ passed: 4, broken: true }, 1).lines).toEqual([
      'failed outside of its tests: b.test.ts',
      '4 passed, 1 failed',
    ])
  })

  it('counts a run that failed without a failing test as failed', () => {
    expect(summarize({ passed: 4 }, 1).lines.at(-1)).toBe('4 passed, 1 failed')
  })

  it('refuses a result without tests', () => {
    const { status, lines } = summarize({ skipped: 2 }, 0)
    expect(status).not.toBe(0)
    expect(lines).toEqual([''])
  })
})
